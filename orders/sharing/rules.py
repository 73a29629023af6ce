"""How a joint cost is shared, who owes whom, how use runs against what was announced: pure functions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.money import shared
from core.quarters import next_quarter
from dps.joint.agreements.models import AgreementCost
from dps.joint.stages import CostBasis, CostKind, Stage
from dps.systems.models import ServiceType
from orders.sharing.models import WarningKind, Weighing

NOTHING = Decimal(0)


# ---- sharing a cost ----


def cost_rule(
    rules: Iterable[AgreementCost], kind: CostKind, stage: Stage, service_type: ServiceType
) -> AgreementCost | None:
    """The most specific rule of the agreement: one for the service goes before one for the stage only."""
    fitting = [
        each
        for each in rules
        if each.kind is kind and each.stage in (None, stage) and each.service_type in (None, service_type)
    ]
    return max(fitting, key=lambda each: (each.service_type is not None, each.stage is not None), default=None)


@dataclass(frozen=True)
class Weight:
    """What one party counts for: the value it ordered, and its agreed share of costs in percent."""

    party_id: uuid.UUID
    in_quarter: Decimal
    so_far: Decimal
    agreed: Decimal


@dataclass(frozen=True)
class Part:
    """A party's share of a cost, VAT apart."""

    party_id: uuid.UUID
    weight: Decimal
    amount: Decimal
    vat: Decimal


def weighed(basis: CostBasis, weights: Sequence[Weight]) -> tuple[Weighing, list[Decimal]]:
    """By use: of the quarter, else so far, else - when there has been none at all - by the agreed shares."""
    agreed = [each.agreed for each in weights]
    if basis is CostBasis.BY_SHARES:
        return Weighing.AGREED_SHARES, agreed
    if any(each.in_quarter for each in weights):
        return Weighing.USE_OF_QUARTER, [each.in_quarter for each in weights]
    if any(each.so_far for each in weights):
        return Weighing.USE_SO_FAR, [each.so_far for each in weights]
    return Weighing.SHARES_WITHOUT_USE, agreed


def parts_of(amount: Decimal, vat: Decimal, basis: CostBasis, weights: Sequence[Weight]) -> tuple[Weighing, list[Part]]:
    """The share of each party that takes part, scaled to the whole and to the cent (I9).

    :raises ValueError: nobody takes part, or their agreed shares are nothing
    """
    weighing, numbers = weighed(basis, weights)
    amounts, vats = shared(amount, numbers), shared(vat, numbers)
    rows = zip(weights, numbers, amounts, vats, strict=True)
    return weighing, [Part(each.party_id, number, part, tax) for each, number, part, tax in rows]


# ---- who owes whom ----


@dataclass(frozen=True)
class Paid:
    """A cost: the party that paid it, and the share of each party by key, VAT apart."""

    payer: str
    shares: Mapping[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Debt:
    """What one party owes another after everything between the two is set off."""

    debtor: str
    creditor: str
    amount: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.vat


@dataclass
class Balance:
    """What a party paid for all, and what its own shares are."""

    paid: Decimal = NOTHING
    paid_vat: Decimal = NOTHING
    share: Decimal = NOTHING
    share_vat: Decimal = NOTHING

    @property
    def net(self) -> Decimal:
        """To get from the others, without VAT; below zero to pay."""
        return self.paid - self.share

    @property
    def net_vat(self) -> Decimal:
        return self.paid_vat - self.share_vat


@dataclass
class Settlement:
    """The balances of the parties, which are nothing together, and who owes whom."""

    balances: dict[str, Balance] = field(default_factory=dict)
    debts: list[Debt] = field(default_factory=list)


def settle(costs: Iterable[Paid]) -> Settlement:
    """Set off the costs of a statement: each party owes the payer its share; what is owed both ways is netted."""
    found = Settlement()
    owed: dict[tuple[str, str], list[Decimal]] = {}
    for cost in costs:
        payer = found.balances.setdefault(cost.payer, Balance())
        for key, (amount, vat) in cost.shares.items():
            party = found.balances.setdefault(key, Balance())
            payer.paid, payer.paid_vat = payer.paid + amount, payer.paid_vat + vat
            party.share, party.share_vat = party.share + amount, party.share_vat + vat
            if key != cost.payer:
                pair, sign = ((key, cost.payer), 1) if key < cost.payer else ((cost.payer, key), -1)
                sums = owed.setdefault(pair, [NOTHING, NOTHING])
                sums[0], sums[1] = sums[0] + sign * amount, sums[1] + sign * vat
    for (one, other), (amount, vat) in sorted(owed.items()):
        if amount + vat > 0 or (amount + vat == 0 and amount > 0):
            found.debts.append(Debt(one, other, amount, vat))
        elif amount or vat:
            found.debts.append(Debt(other, one, -amount, -vat))
    return found


# ---- use against what was announced ----


def expected_by_pace(ordered: int, quarter: date, today: date) -> Decimal:
    """What the quarter comes to if it goes on as until now: ordered ÷ days gone × days of the quarter."""
    days = (next_quarter(quarter) - quarter).days
    gone = min(days, max(1, (today - quarter).days + 1))
    return (Decimal(ordered) * days / gone).quantize(Decimal("0.1"), ROUND_HALF_UP)


def pace_warning(
    announced: int, ordered: int, quarter: date, today: date, *, margin: Decimal, first_day: int
) -> WarningKind | None:
    """Over- or under-use to come: the pace so far ends more than ``margin`` percent beside what was announced.

    :param first_day: the day of the quarter from which the pace tells something
    """
    if (today - quarter).days + 1 < first_day:
        return None
    expected = expected_by_pace(ordered, quarter, today)
    if expected > announced * (100 + margin) / 100:
        return WarningKind.OVER
    if expected < announced * (100 - margin) / 100:
        return WarningKind.UNDER
    return None


def share_of(part: Decimal | int, whole: Decimal | int | None) -> Decimal | None:
    """In percent; nothing where there is no whole."""
    return Decimal(part) * 100 / Decimal(whole) if whole else None
