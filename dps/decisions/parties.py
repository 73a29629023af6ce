"""To whom a decision goes: one party, or every party of a competition, each with a text of its own (R70, R72, I4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.decisions import queries
from dps.decisions.models import COMPETITION_KINDS, Decision, DecisionAddressee, DecisionKind
from suppliers.models import Supplier


@dataclass(frozen=True)
class Party:
    """One receiver of a decision."""

    supplier: Supplier
    language: str
    #: What no other party reads.
    sections: list[dict[str, Any]] = field(default_factory=list)


def parties_of(decision: Decision) -> list[Party]:
    """Everybody the decision goes to."""
    if decision.supplier is not None:
        return [Party(decision.supplier, decision.language)]
    return [Party(each.supplier, each.language, each.sections) for each in decision.addressees]


def addressee_of(decision: Decision, supplier_id: uuid.UUID | None) -> DecisionAddressee | None:
    """The row of one party of a competition."""
    return next((each for each in decision.addressees if each.supplier_id == supplier_id), None)


def party_of(decision: Decision, supplier_id: uuid.UUID | None) -> Party | None:
    """A supplier as a receiver of the decision, if it is one."""
    if decision.supplier is not None:
        return Party(decision.supplier, decision.language) if decision.supplier_id == supplier_id else None
    row = addressee_of(decision, supplier_id)
    return None if row is None else Party(row.supplier, row.language, row.sections)


def refuse_own_matter(decision: Decision, by: Mandate) -> None:
    """An official who speaks for one of the parties takes no part in the matter (R50, HallL 28 §).

    :raises RuleBroken: the official does
    """
    if queries.spoken_for(by.person_id) & {party.supplier.id for party in parties_of(decision)}:
        raise RuleBroken(
            _l("You act for this provider, so you cannot take part in deciding its matter."),
            rule="R50",
            next_step=_l("Ask another official to do this."),
        )


class SeenByParty:
    """A decision of a competition as one party may read it: its own reasons and sections, the chosen tenderers (I4)."""

    def __init__(self, decision: Decision, supplier_id: uuid.UUID) -> None:
        self._decision, self._supplier_id = decision, supplier_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self._decision, name)

    @property
    def addressees(self) -> Sequence[DecisionAddressee]:
        return [each for each in self._decision.addressees if each.supplier_id == self._supplier_id]

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return reasons_for(self._decision, self._supplier_id)


def reasons_for(decision: Decision, supplier_id: uuid.UUID) -> list[dict[str, Any]]:
    """The reasons that one party reads: of a choice the chosen ones and its own; else all."""
    if decision.kind is not DecisionKind.AWARD:
        return decision.reasons
    return [each for each in decision.reasons if each["is_met"] or each["requirement"] == str(supplier_id)]


def seen_by(decision: Decision, mandate: Mandate) -> Decision | SeenByParty:
    """The decision as the mandate may read it: staff the whole of it."""
    if mandate.supplier_id is None or decision.kind not in COMPETITION_KINDS:
        return decision
    return SeenByParty(decision, mandate.supplier_id)
