"""Use beside what was announced, by procurement and party: what the page and the API tell."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core import law
from core.quarters import quarter_of
from dps.joint.agreements.models import AgreementParty
from dps.joint.procurements import queries as procurements
from dps.joint.procurements import rules as volumes
from dps.joint.procurements.models import JointProcurement, Participation
from orders.sharing import queries, rules, use
from orders.sharing import reach as reaching
from orders.sharing.models import WarningKind
from orders.sharing.use import Use


@dataclass(frozen=True)
class PartyUse:
    """One party of a procurement: announced, ordered, delivered; money announced and ordered, without VAT."""

    party: AgreementParty
    participation: Participation
    announced: int
    all_announced: int
    use: Use
    expected: Decimal
    warning: WarningKind | None

    @property
    def budget(self) -> Decimal | None:
        return self.participation.budget

    @property
    def of_quarter(self) -> Decimal | None:
        """Ordered of what was announced for the quarter, in percent."""
        return rules.share_of(self.use.ordered, self.announced)

    @property
    def of_all(self) -> Decimal | None:
        return rules.share_of(self.use.all_ordered, self.all_announced)

    @property
    def of_budget(self) -> Decimal | None:
        return rules.share_of(self.use.all_value, self.budget)


@dataclass(frozen=True)
class ProcurementUse:
    """A procurement: its parties, and the value of all orders against the published estimate."""

    procurement: JointProcurement
    quarter: date
    parties: Sequence[PartyUse]
    value: Decimal
    alarm: Decimal

    @property
    def of_estimate(self) -> Decimal | None:
        return rules.share_of(self.value, self.procurement.estimate)

    @property
    def is_alarming(self) -> bool:
        share = self.of_estimate
        return share is not None and share >= self.alarm

    @property
    def sum(self) -> Use:
        found = Use()
        for each in self.parties:
            found.add(each.use)
        return found

    @property
    def announced(self) -> int:
        return sum(each.announced for each in self.parties)

    @property
    def all_announced(self) -> int:
        return sum(each.all_announced for each in self.parties)


@dataclass(frozen=True)
class Line:
    """A procurement in the list: the value of its orders against the published estimate."""

    procurement: JointProcurement
    value: Decimal
    of_estimate: Decimal | None
    is_alarming: bool


def _alarm(today: date) -> Decimal:
    return law.number("R103.joint_alarm", today)


def of_authority(
    authority_id: uuid.UUID | None, chosen: uuid.UUID | None, today: date
) -> tuple[list[Line], ProcurementUse | None]:
    """Every procurement the authority orders from, most ordered first, and the chosen one (or the first) in full."""
    rows = queries.used_by(authority_id)
    if not rows:
        return [], None
    reach = reaching.of_procurements([each.id for each in rows])
    used = use.by_party(reach, quarter_of(today))
    values: dict[uuid.UUID, Decimal] = {}
    for (procurement_id, _key), found in used.items():
        values[procurement_id] = values.get(procurement_id, rules.NOTHING) + found.all_value
    lines = []
    for row in rows:
        share = rules.share_of(values.get(row.id, rules.NOTHING), row.estimate)
        is_alarming = share is not None and share >= _alarm(today)
        lines.append(Line(row, values.get(row.id, rules.NOTHING), share, is_alarming))
    lines.sort(key=lambda each: -each.value)  # stable: of equals the newest first
    one = next((each for each in rows if each.id == chosen), lines[0].procurement)
    return lines, _in_full(one, used, today)


def of_procurement(procurement: JointProcurement, today: date) -> ProcurementUse:
    """One procurement in full."""
    used = use.by_party(reaching.of_procurement(procurement), quarter_of(today))
    return _in_full(procurement, used, today)


def _in_full(procurement: JointProcurement, used: dict[use.Cell, Use], today: date) -> ProcurementUse:
    quarter = quarter_of(today)
    margin, first_day = law.number("R103.pace_margin", today), int(law.number("R103.pace_first_day", today))
    participations = procurements.participations_of(procurement.id)
    announced = volumes.announced(participations, procurements.transfers_of(procurement.id))
    found = []
    for each in participations:
        told = announced.get(each.party_id, {})
        theirs = used.get((procurement.id, each.party.key), Use())
        of_quarter = told.get(quarter, 0)
        warning = rules.pace_warning(of_quarter, theirs.ordered, quarter, today, margin=margin, first_day=first_day)
        found.append(
            PartyUse(
                party=each.party,
                participation=each,
                announced=of_quarter,
                all_announced=sum(told.values()),
                use=theirs,
                expected=rules.expected_by_pace(theirs.ordered, quarter, today),
                warning=warning if each.party_id in announced else None,
            )
        )
    value = sum((each.use.all_value for each in found), rules.NOTHING)
    return ProcurementUse(procurement, quarter, found, value, _alarm(today))
