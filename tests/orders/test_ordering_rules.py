"""The worked examples of docs/ordering-rules.md, ordered by the code they explain (R3, I5)."""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dps.systems.models import OrderingRule
from orders import ordering
from orders.models import QualityClass
from orders.ordering import Contender

DOCUMENT = Path(__file__).parents[2] / "docs" / "ordering-rules.md"
HEAD = re.compile(
    r"`(?P<rule>\w+)` · parameters `(?P<parameters>.*)` · "
    r"share for newcomers `(?P<share>[\d.]+)` · seed `(?P<seed>\d+)`"
)


class Example(NamedTuple):
    """One section: the rule and what it is applied to, with the lots and places the document shows."""

    title: str
    rule: OrderingRule
    parameters: dict[str, str]
    share: Decimal
    seed: int
    contenders: list[Contender]
    lots: list[str]
    places: list[int]


def _contender(cells: list[str]) -> Contender:
    service, provider, price, last, quality, rank, _lot, _place = cells
    return Contender(
        uuid.UUID(int=int(service)),
        uuid.UUID(int=int(provider)),
        Decimal(price),
        None if last == "–" else datetime.fromisoformat(f"{last}T12:00+00:00"),
        None if quality == "–" else QualityClass(quality),
        int(rank),
    )


def _examples() -> list[Example]:
    found = []
    for section in DOCUMENT.read_text(encoding="utf-8").split("\n## ")[1:]:
        head = HEAD.search(section)
        assert head is not None, section[:80]
        rows = [
            [cell.strip() for cell in line.strip("| ").split("|")]
            for line in section.split("\n")
            if re.match(r"\| \d", line)
        ]
        found.append(
            Example(
                section.split("\n")[0],
                OrderingRule(head["rule"]),
                json.loads(head["parameters"]),
                Decimal(head["share"]),
                int(head["seed"]),
                [_contender(row) for row in rows],
                [row[6] for row in rows],
                [int(row[7]) for row in rows],
            )
        )
    return found


EXAMPLES = _examples()


def _ordered(example: Example, contenders: list[Contender]) -> list[Contender]:
    return ordering.in_order(
        example.rule,
        contenders,
        seed=example.seed,
        parameters=example.parameters,
        newcomer_share=example.share,
    )


def test_the_document_has_an_example_of_every_rule() -> None:
    assert {example.rule for example in EXAMPLES} == set(OrderingRule)


@pytest.mark.rule("R3")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_given_the_example_when_the_rule_is_applied_then_the_places_and_lots_are_those_of_the_document(
    example: Example,
) -> None:
    ordered = _ordered(example, example.contenders[::-1])

    places = {contender.offering_id: place for place, contender in enumerate(ordered, start=1)}
    assert [places[each.offering_id] for each in example.contenders] == example.places
    lots = [ordering.lot(example.seed, each.supplier_id)[:6] for each in example.contenders]
    assert lots == example.lots


@pytest.mark.parametrize("share", [Decimal(0), Decimal("0.2"), Decimal(1)])
def test_over_many_needs_the_published_share_for_newcomers_is_kept(share: Decimal) -> None:
    needs = 4_000

    first = sum(ordering.newcomers_come_first(seed, share) for seed in range(needs))

    assert abs(first / needs - float(share)) <= 0.02


def test_given_a_provider_with_many_services_when_lots_are_drawn_then_it_comes_first_no_more_often_than_others() -> (
    None
):
    many = [Contender(uuid.UUID(int=100 + n), uuid.UUID(int=1), Decimal(1), None) for n in range(9)]
    few = [Contender(uuid.UUID(int=200), uuid.UUID(int=2), Decimal(1), None)]

    firsts = [
        ordering.in_order(OrderingRule.CUSTOMER_CHOICE, many + few, seed=seed, parameters={})[0].supplier_id.int
        for seed in range(1_000)
    ]

    assert 430 <= firsts.count(2) <= 570


@pytest.mark.rule("R3")
def test_given_many_needs_when_each_goes_to_the_first_in_turn_then_nobody_gets_two_more_than_another() -> None:
    """Rotation is fair over time: with all fitting, counts never differ by more than one."""
    last: dict[int, datetime | None] = dict.fromkeys(range(1, 8))
    counts = dict.fromkeys(last, 0)
    for need in range(200):
        contenders = [
            Contender(uuid.UUID(int=10 * n + each), uuid.UUID(int=n), Decimal(n), at)
            for n, at in last.items()
            for each in range(n % 3 + 1)
        ]
        winner = ordering.in_order(OrderingRule.ROTATION, contenders, seed=need, parameters={})[0].supplier_id.int
        counts[winner] += 1
        last[winner] = datetime.fromisoformat("2026-01-01T12:00+00:00").replace(
            minute=need % 60, hour=need // 60, day=2
        )
        assert max(counts.values()) - min(counts.values()) <= 1


CLASSES = st.sampled_from([None, *QualityClass])
CONTENDERS = st.lists(
    st.builds(
        lambda n, price, quality: Contender(
            uuid.UUID(int=n), uuid.UUID(int=n), Decimal(price), None, quality_class=quality
        ),
        st.integers(1, 10_000),
        st.integers(100, 120),
        CLASSES,
    ),
    unique_by=lambda each: each.offering_id,
    max_size=12,
)


@given(contenders=CONTENDERS, seed=st.integers(0, 2**31), share=st.sampled_from(["0", "0.2", "1"]))
def test_under_every_rule_nobody_is_lost_and_a_newcomer_never_stands_under_an_average_one_of_its_price(
    contenders: list[Contender], seed: int, share: str
) -> None:
    """I5: whoever fits stands in the list; with the same price a newcomer is not put behind proven average results."""
    for rule in OrderingRule:
        ordered = ordering.in_order(
            rule, contenders, seed=seed, parameters={"by": "classes"}, newcomer_share=Decimal(share)
        )
        assert sorted(each.offering_id for each in ordered) == sorted(each.offering_id for each in contenders)
        if rule is OrderingRule.RANKING:
            for before, after in pairwise(ordered):
                if before.quality_class is QualityClass.NOT_DIFFERENT and after.quality_class is None:
                    assert before.price <= after.price
                assert (before.quality_class, after.quality_class) != (QualityClass.BELOW, None)
