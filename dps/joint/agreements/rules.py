"""What an agreement must keep, and whose a customer is: pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from dps.joint.agreements.models import AgreementParty


def party_of(parties: Iterable[AgreementParty], authority_id: uuid.UUID, municipality: str) -> AgreementParty | None:
    """The party whose customer it is: of the authority's parties the one that names the home municipality, else the
    authority's own (R104); none where the authority is no party."""
    theirs = [party for party in parties if party.authority_id == authority_id]
    named = next((party for party in theirs if municipality in party.municipalities), None)
    return named or next((party for party in theirs if party.is_own), None)
