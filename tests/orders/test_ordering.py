"""The published ordering rules: who comes first, the same on every repetition."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from dps.systems.models import OrderingRule
from orders.ordering import Contender, in_order

MOMENT = datetime(2026, 1, 1, tzinfo=clock.UTC)
CONTENDERS = st.lists(
    st.builds(
        Contender,
        offering_id=st.uuids(),
        supplier_id=st.uuids(),
        price=st.integers(1, 5).map(Decimal),
        last_ordered_at=st.none() | st.integers(0, 5).map(lambda days: MOMENT + timedelta(days=days)),
    ),
    max_size=8,
    unique_by=lambda each: each.offering_id,
)
RULES = st.sampled_from([OrderingRule.CUSTOMER_CHOICE, OrderingRule.RANKING, OrderingRule.ROTATION])


@pytest.mark.rule("R3")
@given(RULES, CONTENDERS, st.integers(0, 2**31 - 1), st.randoms())
def test_the_order_does_not_depend_on_how_the_contenders_arrive(rule, contenders, seed, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(contenders)
    random.shuffle(shuffled)

    assert in_order(rule, shuffled, seed=seed, parameters={}) == in_order(rule, contenders, seed=seed, parameters={})


@given(CONTENDERS, st.integers(0, 100))
def test_ranking_puts_the_lowest_price_first(contenders: list[Contender], seed: int) -> None:
    prices = [each.price for each in in_order(OrderingRule.RANKING, contenders, seed=seed, parameters={"by": "price"})]

    assert prices == sorted(prices)


@given(CONTENDERS, st.integers(0, 100))
def test_rotation_puts_newcomers_first_and_then_whose_order_is_longest_ago(
    contenders: list[Contender], seed: int
) -> None:
    lasts = [each.last_ordered_at for each in in_order(OrderingRule.ROTATION, contenders, seed=seed, parameters={})]
    known = [last for last in lasts if last]

    assert lasts[: len(lasts) - len(known)] == [None] * (len(lasts) - len(known))
    assert known == sorted(known)


def test_the_lot_gives_each_contender_the_first_place_about_equally_often() -> None:
    contenders = [Contender(uuid.UUID(int=n), uuid.UUID(int=n), Decimal(1), None) for n in range(4)]
    firsts = [
        in_order(OrderingRule.CUSTOMER_CHOICE, contenders, seed=seed, parameters={})[0].offering_id.int
        for seed in range(1000)
    ]

    assert all(200 < firsts.count(n) < 300 for n in range(4))


def test_an_unknown_published_measure_is_refused_loudly() -> None:
    with pytest.raises(KeyError):
        in_order(OrderingRule.RANKING, [], seed=1, parameters={"by": "stars"})
