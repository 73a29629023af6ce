"""How costs are shared, who owes whom, and when use runs away: without a database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import shared
from core.quarters import next_quarter, quarter_before, quarter_end, quarter_of
from dps.joint.agreements.models import AgreementCost, AgreementParty, AgreementVersion
from dps.joint.procurements.models import JointProcurement
from dps.joint.stages import CostBasis, CostKind, Stage
from dps.systems.models import ServiceType
from orders.sharing import reach, rules
from orders.sharing.models import WarningKind, Weighing
from orders.sharing.reach import Reach
from orders.sharing.rules import Paid, Weight

COACHING, TRAINING = ServiceType.JOB_COACHING, ServiceType.LABOUR_MARKET_TRAINING


def _rule(stage: Stage | None, service_type: ServiceType | None, kind: CostKind = CostKind.MARKETING) -> AgreementCost:
    return AgreementCost(id=uuid.uuid4(), kind=kind, stage=stage, service_type=service_type, basis=CostBasis.BY_USE)


def test_the_most_specific_rule_of_cost_applies() -> None:
    general, of_stage = _rule(None, None), _rule(Stage.USE, None)
    of_service, of_both = _rule(None, COACHING), _rule(Stage.USE, COACHING)
    found = [general, of_stage, of_service, of_both, _rule(None, None, CostKind.EMPTY_SEATS)]

    def rule(rows: Iterable[AgreementCost], stage: Stage, service: ServiceType) -> AgreementCost | None:
        return rules.cost_rule(rows, CostKind.MARKETING, stage, service)

    assert rule(found, Stage.USE, COACHING) is of_both
    assert rule(found, Stage.NEED, COACHING) is of_service
    assert rule(found, Stage.USE, TRAINING) is of_stage
    assert rule(found, Stage.NEED, TRAINING) is general
    assert rule([of_both], Stage.NEED, COACHING) is None


def _weight(quarter: int, so_far: int, agreed: int) -> Weight:
    return Weight(uuid.uuid4(), Decimal(quarter), Decimal(so_far), Decimal(agreed))


@pytest.mark.parametrize(
    ("weights", "weighing", "amounts"),
    [
        ([_weight(300, 900, 50), _weight(100, 900, 50)], Weighing.USE_OF_QUARTER, ["75.00", "25.00"]),
        ([_weight(0, 100, 50), _weight(0, 300, 50)], Weighing.USE_SO_FAR, ["25.00", "75.00"]),
        ([_weight(0, 0, 50), _weight(0, 0, 25)], Weighing.SHARES_WITHOUT_USE, ["66.67", "33.33"]),
    ],
)
def test_a_cost_by_use_is_shared_by_the_quarter_else_so_far_else_by_the_agreed_shares(
    weights: list[Weight], weighing: Weighing, amounts: list[str]
) -> None:
    told, parts = rules.parts_of(Decimal(100), Decimal("25.50"), CostBasis.BY_USE, weights)
    assert (told, [str(each.amount) for each in parts]) == (weighing, amounts)
    assert sum(each.vat for each in parts) == Decimal("25.50")


_CITIES = ("a", "b", "c", "d")
_CENTS = st.integers(-10_000_00, 10_000_00).map(lambda cents: Decimal(cents) / 100)


@st.composite
def _costs(draw: st.DrawFn) -> list[Paid]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        who = draw(st.lists(st.sampled_from(_CITIES), min_size=1, max_size=4, unique=True))
        weights = [Decimal(draw(st.integers(1, 100))) for _ in who]
        amounts, vats = shared(draw(_CENTS), weights), shared(draw(_CENTS), weights)
        shares = dict(zip(who, zip(amounts, vats, strict=True), strict=True))
        found.append(Paid(draw(st.sampled_from(_CITIES)), shares))
    return found


@settings(max_examples=80, deadline=None)
@given(_costs())
def test_what_the_parties_owe_each_other_is_nothing_together_and_evens_out(costs: list[Paid]) -> None:
    found = rules.settle(costs)
    assert sum(each.net for each in found.balances.values()) == 0
    assert sum(each.net_vat for each in found.balances.values()) == 0
    for key, balance in found.balances.items():
        got = sum(each.amount for each in found.debts if each.creditor == key)
        given_ = sum(each.amount for each in found.debts if each.debtor == key)
        assert got - given_ == balance.net
    pairs = [frozenset((each.debtor, each.creditor)) for each in found.debts]
    assert len(pairs) == len(set(pairs))
    assert all(each.total >= 0 for each in found.debts)


_AUTHORITIES = [uuid.UUID(int=number) for number in range(1, 4)]


def _parties() -> list[AgreementParty]:
    def party(key: str, authority: int, municipalities: list[str], *, is_own: bool = True) -> AgreementParty:
        where = _AUTHORITIES[authority]
        return AgreementParty(
            id=uuid.uuid4(), key=key, authority_id=where, is_own=is_own, municipalities=municipalities
        )

    return [
        party("helsinki", 0, ["Helsinki"]),
        party("espoo", 1, ["Espoo"]),
        party("kauniainen", 1, ["Kauniainen"], is_own=False),
        party("vantaa", 2, ["Vantaa"]),
    ]


@pytest.mark.rule("R104")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["Helsinki", "Espoo", "Kauniainen", "Vantaa", "Sipoo", ""]),
            st.integers(0, 2),
            st.integers(1, 10**7),
        ),
        max_size=30,
    )
)
def test_whatever_the_mix_of_authorities_and_municipalities_each_order_is_one_partys_of_one_procurement(
    orders: list[tuple[int, str, int, int]],
) -> None:
    version = AgreementVersion(parties=_parties())
    categories = [uuid.UUID(int=100 + number) for number in range(3)]
    wide = JointProcurement(id=uuid.uuid4(), agreed=version, category_id=None, competition_id=None)
    narrow = JointProcurement(id=uuid.uuid4(), agreed=version, category_id=categories[1], competition_id=None)
    both = {each.id: each for each in (wide, narrow)}
    found = Reach(both, dict.fromkeys(both, version.parties), dict.fromkeys(categories, wide) | {categories[1]: narrow})
    rows = [(_AUTHORITIES[a], place, categories[c], None, cents) for a, place, c, cents in orders]
    sums: dict[tuple[uuid.UUID, str], int] = {}
    for place, row in reach.placed(found, rows):
        cell = place.procurement.id, place.party.key
        sums[cell] = sums.get(cell, 0) + row[4]
        assert place.party.authority_id == row[0]
        assert (place.party.key == "kauniainen") == (row[0] == _AUTHORITIES[1] and row[1] == "Kauniainen")
        assert (place.procurement is narrow) == (row[2] == categories[1])
    assert sum(sums.values()) == sum(row[4] for row in rows)


QUARTER = date(2027, 4, 1)


@pytest.mark.parametrize(
    ("ordered", "day", "expected"),
    [
        (0, date(2027, 4, 20), None),
        (10, date(2027, 5, 15), None),
        (13, date(2027, 5, 15), WarningKind.OVER),
        (7, date(2027, 5, 15), WarningKind.UNDER),
        (20, date(2027, 6, 30), None),
        (25, date(2027, 6, 30), WarningKind.OVER),
    ],
)
def test_use_is_warned_of_when_its_pace_ends_beside_what_was_announced(
    ordered: int, day: date, expected: WarningKind | None
) -> None:
    found = rules.pace_warning(20, ordered, QUARTER, day, margin=Decimal(20), first_day=31)
    assert found is expected


def test_quarters_follow_each_other() -> None:
    assert quarter_of(date(2027, 6, 30)) == QUARTER
    assert next_quarter(date(2027, 10, 1)) == date(2028, 1, 1)
    assert quarter_before(date(2027, 1, 1)) == date(2026, 10, 1)
    assert quarter_end(QUARTER) == date(2027, 6, 30)
