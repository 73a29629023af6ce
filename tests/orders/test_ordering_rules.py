"""The worked examples of docs/ordering-rules.md, ordered by the code they explain (R3, I5)."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime, Integer, Numeric, Text, Uuid, column, select, values

from core.db import db
from dps.systems.models import OrderingRule
from orders import ordering
from orders.models import QualityClass
from orders.ordering import Contenders

DOCUMENT = Path(__file__).parents[2] / "docs" / "ordering-rules.md"
HEAD = re.compile(
    r"`(?P<rule>\w+)` · parameters `(?P<parameters>.*)` · "
    r"share for newcomers `(?P<share>[\d.]+)` · seed `(?P<seed>\d+)`"
)


@dataclass(frozen=True)
class Contender:
    """A fitting offering, as the rules see one."""

    offering_id: uuid.UUID
    supplier_id: uuid.UUID
    price: Decimal
    last_ordered_at: datetime | None = None
    quality_class: QualityClass | None = None
    rank: int = 1


def in_order(
    rule: OrderingRule,
    contenders: Sequence[Contender],
    *,
    seed: int,
    parameters: Mapping[str, Any] | None = None,
    share: Decimal = Decimal(0),
) -> list[Contender]:
    """The contenders as the database sorts them under the rule."""
    columns = values(
        column("offering_id", Uuid),
        column("supplier_id", Uuid),
        column("price", Numeric),
        column("last_ordered_at", DateTime(timezone=True)),
        column("quality_class", Text),
        column("rank", Integer),
        name="contender",
    )
    rows = [
        (each.offering_id, each.supplier_id, each.price, each.last_ordered_at, each.quality_class, each.rank)
        for each in contenders
    ]
    table = columns.data(rows)
    keys = ordering.keys(
        rule,
        Contenders(**{name: table.c[name] for name in Contender.__dataclass_fields__}),
        seed=seed,
        parameters=parameters or {},
        newcomer_share=share,
    )
    by_id = {each.offering_id: each for each in contenders}
    return [by_id[found] for found in db.session.scalars(select(table.c.offering_id).order_by(*keys))] if rows else []


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


def test_the_document_has_an_example_of_every_rule() -> None:
    assert {example.rule for example in EXAMPLES} == set(OrderingRule)


@pytest.mark.rule("R3")
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_given_the_example_when_the_rule_is_applied_then_the_places_and_lots_are_those_of_the_document(
    app: Flask, example: Example
) -> None:
    contenders = example.contenders[::-1]
    ordered = in_order(example.rule, contenders, seed=example.seed, parameters=example.parameters, share=example.share)

    places = {contender.offering_id: place for place, contender in enumerate(ordered, start=1)}
    assert [places[each.offering_id] for each in example.contenders] == example.places
    lots = [ordering.lot(example.seed, each.supplier_id)[:6] for each in example.contenders]
    assert lots == example.lots


@pytest.mark.parametrize("share", [Decimal(0), Decimal("0.2"), Decimal(1)])
def test_over_many_needs_the_published_share_for_newcomers_is_kept(share: Decimal) -> None:
    needs = 4_000

    first = sum(ordering.newcomers_come_first(seed, share) for seed in range(needs))

    assert abs(first / needs - float(share)) <= 0.02


def test_given_a_provider_with_many_services_when_lots_are_drawn_then_it_comes_first_no_more_often(app: Flask) -> None:
    many = [Contender(uuid.UUID(int=100 + n), uuid.UUID(int=1), Decimal(1)) for n in range(9)]
    few = [Contender(uuid.UUID(int=200), uuid.UUID(int=2), Decimal(1))]

    firsts = [in_order(OrderingRule.CUSTOMER_CHOICE, many + few, seed=seed)[0].supplier_id.int for seed in range(400)]

    assert 150 <= firsts.count(2) <= 250


@pytest.mark.rule("R3")
def test_given_many_needs_when_each_goes_to_the_first_in_turn_then_nobody_gets_two_more_than_another(
    app: Flask,
) -> None:
    """Rotation is fair over time: with all fitting, counts never differ by more than one."""
    last: dict[int, datetime | None] = dict.fromkeys(range(1, 8))
    counts = dict.fromkeys(last, 0)
    begin = datetime.fromisoformat("2026-01-01T12:00+00:00")
    for need in range(100):
        contenders = [
            Contender(uuid.UUID(int=10 * n + each), uuid.UUID(int=n), Decimal(n), at)
            for n, at in last.items()
            for each in range(n % 3 + 1)
        ]
        winner = in_order(OrderingRule.ROTATION, contenders, seed=need)[0].supplier_id.int
        counts[winner] += 1
        last[winner] = begin + timedelta(minutes=need)
        assert max(counts.values()) - min(counts.values()) <= 1


CONTENDERS = st.lists(
    st.builds(
        Contender,
        st.integers(1, 10_000).map(lambda n: uuid.UUID(int=n)),
        st.integers(1, 5).map(lambda n: uuid.UUID(int=n)),
        st.integers(100, 105).map(Decimal),
        st.none() | st.integers(1, 5).map(lambda day: datetime(2026, 1, day, tzinfo=UTC)),
        st.sampled_from([None, *QualityClass]),
        st.integers(1, 3),
    ),
    unique_by=lambda each: each.offering_id,
    max_size=12,
)
SHARES = st.sampled_from([Decimal(0), Decimal("0.2"), Decimal(1)])


def as_told(rule: OrderingRule, by: str, contenders: Sequence[Contender], seed: int, share: Decimal) -> list[Contender]:
    """The rules once more, as docs/ordering-rules.md tells them, without a database."""

    def lots(each: Contender) -> Any:
        return ordering.lot(seed, each.supplier_id), ordering.lot(seed, each.offering_id)

    def turn(each: Contender) -> Any:
        return each.last_ordered_at is not None, each.last_ordered_at or datetime.max.replace(tzinfo=UTC), lots(each)

    def quality(each: Contender) -> int:
        return {QualityClass.ABOVE: 0, QualityClass.BELOW: 2}.get(each.quality_class, 1)  # type: ignore[arg-type]

    keys: dict[OrderingRule, Callable[[Contender], Any]] = {
        OrderingRule.CUSTOMER_CHOICE: lots,
        OrderingRule.ROTATION: turn,
        OrderingRule.COMPETITION: lambda each: (each.rank, lots(each)),
        OrderingRule.RANKING: lambda each: (quality(each) if by == "classes" else 0, each.price, turn(each)),
    }
    ordered = sorted(contenders, key=keys[rule])
    if rule is not OrderingRule.COMPETITION and ordering.newcomers_come_first(seed, share):
        ordered.sort(key=lambda each: each.quality_class is not None)
    return ordered


@pytest.mark.rule("R3")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    contenders=CONTENDERS,
    seed=st.integers(0, 2**31 - 1),
    rule=st.sampled_from(OrderingRule),
    by=st.sampled_from(list(ordering.RANKINGS)),
    share=SHARES,
)
def test_whatever_fits_the_database_sorts_it_as_the_document_tells(
    app: Flask, contenders: list[Contender], seed: int, rule: OrderingRule, by: str, share: Decimal
) -> None:
    assert in_order(rule, contenders, seed=seed, parameters={"by": by}, share=share) == as_told(
        rule, by, contenders, seed, share
    )


def test_an_unknown_published_measure_is_refused_loudly(app: Flask) -> None:
    contender = Contender(uuid.UUID(int=1), uuid.UUID(int=2), Decimal(1))
    with pytest.raises(KeyError):
        in_order(OrderingRule.RANKING, [contender], seed=1, parameters={"by": "stars"})
