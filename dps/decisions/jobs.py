"""The letters of a decision as PDF: tagged, accessible, in each addressee's language; made after the signature."""

from __future__ import annotations

import uuid
from typing import Any

from core import audit, clock, jobs
from core.db import db, lock, transaction
from core.files import pdf
from core.files import service as files
from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import date_long
from dps.decisions import letters, queries
from dps.decisions.models import DECISION_KIND_TITLES, Decision, DecisionAddressee
from dps.decisions.parties import Party, parties_of
from dps.decisions.service import MAKE_ADDRESSEE_LETTER, MAKE_LETTER

MADE = audit.declare("decision.letter_made", "sha256")


@jobs.job(MAKE_LETTER)
@transaction
def make_letter(decision_id: str) -> None:
    """Make and keep the letter, of a competition the authority's own copy; a second run finds it made."""
    decision = queries.decision(uuid.UUID(decision_id))
    if decision is None or decision.signed_at is None or decision.letter_id is not None:
        return
    lock(decision)
    parties = parties_of(decision)
    _keep(decision, decision, parties[0] if decision.supplier else None)


@jobs.job(MAKE_ADDRESSEE_LETTER)
@transaction
def make_addressee_letter(addressee_id: str) -> None:
    """Make and keep the letter to one of many parties; a second run finds it made."""
    row = queries.addressee(uuid.UUID(addressee_id))
    if row is None or row.decision.signed_at is None or row.letter_id is not None:
        return
    lock(row)
    _keep(row, row.decision, Party(row.supplier, row.language, row.sections))


def _keep(row: Decision | DecisionAddressee, decision: Decision, party: Party | None) -> None:
    now = clock.now()
    stored = files.store(
        pdf.compiled("decisions/letter.typ", _words(decision, party)),
        f"{decision.year}-{decision.section_number}.pdf",
        owner_id=decision.authority_id,
        at=now,
        accepted=("application/pdf",),
        field="letter",
    )
    db.session.flush()
    row.letter_id = stored.id
    audit.record(MADE, subject=row, actor=None, at=now, sha256=stored.sha256)


def _recipient(party: Party | None) -> list[str]:
    if party is None:
        return []
    supplier = party.supplier
    return [
        supplier.name,
        supplier.registration_number,
        f"{supplier.street}, {supplier.postal_code} {supplier.city}",
    ]


def _words(decision: Decision, party: Party | None) -> dict[str, Any]:
    assert decision.signed_at is not None
    day = clock.helsinki_date(decision.signed_at)
    language = party.language if party else decision.language
    sections = letters.whole_text(decision, day, party)
    with using_language(language):
        return {
            "language": language,
            "title": f"{DECISION_KIND_TITLES[decision.kind]}: {letters.matter_of(decision, language)}",
            "authority": localized(decision.authority, "name"),
            "mark": letters.mark_of(decision, language),
            "date": date_long(decision.signed_at),
            "signed": [day.year, day.month, day.day],
            "recipient": _recipient(party),
            "sections": [{"heading": each.heading, "paragraphs": each.paragraphs} for each in sections],
            "signer": decision.signer.name if decision.signer else "",
            "competence": _("Power to decide: %(rule)s", rule=decision.competence),
        }
