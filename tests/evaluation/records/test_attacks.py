"""Ways around a release that were tried: subtracting previews, claims left behind, stored figures changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from core import clock
from core.db import db
from core.errors import WrongState
from dps.systems.models import OrderingRule
from evaluation import measures
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import EMPLOYED, EmployerType, Ground, OutcomeState
from evaluation.outcomes.service import Details
from evaluation.records import jobs, queries, service
from evaluation.records.models import FactKind, Release, ReleaseRecord, ReleaseState
from evaluation.records.service import asking, releasing
from evaluation.reports.sight import Sight
from orders.models import EndKind, InterruptionReason, Order
from tests import worlds_orders as worlds


def _world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=40)
    return made


def _delivered(made: worlds.World, **changes: object) -> Order:
    return worlds.delivered(worlds.order_by_rule(made), made, **changes)


def _on(day: date) -> Any:
    return clock.at(worlds.noon(day))


def _shown(release: Release) -> dict[str, Any]:
    row = db.session.scalars(
        select(ReleaseRecord).where(ReleaseRecord.release_id == release.id, ReleaseRecord.period == "all")
    ).one()
    assert row.shown is not None
    return row.shown


@pytest.mark.rule("R119")
def test_given_a_release_computed_again_in_its_preview_then_the_supplier_cannot_subtract_the_two(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(6)]
    provider = worlds.provider_of(orders[0], made)
    end = orders[-1].planned_end_on
    with _on(end + timedelta(days=5)):
        first = releasing.freeze()
        told = dict(_shown(first))
        claim = service.claim(first, orders[0], FactKind.START, "Palvelu alkoi päivää aiemmin.", by=provider)
        service.answer(claim, accept=True, text="Korjattu.", by=made.coordinator)
    one_more = _delivered(made, end_kind=EndKind.INTERRUPTED, interruption_reason=InterruptionReason.DID_NOT_ATTEND)
    with _on(one_more.planned_end_on + timedelta(days=6)):
        second = releasing.freeze()

    assert first.state is ReleaseState.WITHDRAWN
    assert second.inputs_count == 7
    assert _shown(second) == told


def test_given_a_claim_of_a_release_computed_again_then_nothing_is_published_before_its_answer(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(6)]
    provider = worlds.provider_of(orders[0], made)
    end = orders[-1].planned_end_on
    with _on(end + timedelta(days=5)):
        first = releasing.freeze()
        claims = [service.claim(first, each, FactKind.END, "Päättyi toisin.", by=provider) for each in orders[:2]]
        service.answer(claims[0], accept=True, text="Korjattu.", by=made.coordinator)
        second = releasing.freeze()
    with _on(end + timedelta(days=20)):
        with pytest.raises(WrongState):
            service.publish(second)
        jobs.look()
        assert second.state is ReleaseState.PREVIEW
        service.answer(claims[1], accept=True, text="Tämäkin korjattu.", by=made.coordinator)
        with pytest.raises(WrongState):
            service.publish(second)
        jobs.look()
        run = queries.unfinished_run()
        assert run is not None
        third = releasing.freeze()
        asking.end(run, third.id)
    with _on(end + timedelta(days=35)):
        jobs.look()

    assert second.state is ReleaseState.WITHDRAWN
    assert third.state is ReleaseState.PUBLISHED


def _outcomes(made: worlds.World, orders: list[Order], states: list[OutcomeState]) -> None:
    with _on(measures.months_after(orders[-1].planned_end_on, 6)):
        for order, state in zip(orders, states, strict=True):
            details = Details(employer_type=EmployerType.COMPANY) if state in EMPLOYED else Details()
            outcomes.record_outcome(order, state, details, by=made.expert, months=6)


@pytest.mark.rule("R119")
def test_given_one_more_customer_of_the_only_provider_then_no_public_figure_of_the_category_moves(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(20)]
    due_on = measures.months_after(orders[0].planned_end_on, 6) + timedelta(days=40)
    _outcomes(made, orders, [OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.UNEMPLOYED] * 10)

    def told(day: date) -> Any:
        with _on(day):
            release = releasing.freeze()
        with _on(day + timedelta(days=15)):
            service.publish(release)
            sight = Sight.of_everybody(made.category)
            return sight.level(6), sight.years

    before = told(due_on)
    one_more = _delivered(made)
    _outcomes(made, [one_more], [OutcomeState.OPEN_LABOUR_MARKET])
    after = told(due_on + timedelta(days=20))

    assert before[0] is not None
    assert any(before[1].values())
    assert after == before


@pytest.mark.rule("I6")
def test_given_an_exclusion_when_refreshed_then_the_running_figures_are_those_of_a_whole_computation(
    app: Flask,
) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(6)]
    with _on(orders[-1].planned_end_on + timedelta(days=5)):
        releasing.refresh()
        outcomes.exclude(orders[0], Ground.MOVED_ABROAD, by=made.expert)
        noted = set(db.session.scalars(text("SELECT order_id FROM episode_change")))

    assert noted == {orders[0].id}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE release_record SET shown = jsonb_set(shown, '{customers}', '60') WHERE period = 'all'",
        "UPDATE release_record SET components = jsonb_set(components, '{excluded}', '3') WHERE period <> 'all'",
        "DELETE FROM release_record WHERE period <> 'all'",
        "UPDATE release_record SET period = '1999' WHERE period <> 'all'",
        "UPDATE release_record SET status = 'no_differences' WHERE period = 'all'",
        "UPDATE release_category SET customers = 60",
        "UPDATE release_category SET windows = '{}'",
        "UPDATE release_category SET windows = jsonb_set(windows, '{told,years}', '{\"2026\": null}')",
        "UPDATE published_record SET orders_count = 60",
        "UPDATE release SET parameters = jsonb_set(parameters, '{parameters,least_customers}', '3')",
    ],
)
def test_given_any_stored_figure_that_was_changed_when_checked_then_it_is_found(app: Flask, change: str) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(5)]
    with _on(orders[-1].planned_end_on + timedelta(days=5)):
        release = releasing.freeze()
    with _on(orders[-1].planned_end_on + timedelta(days=20)):
        service.publish(release)
    assert releasing.check(release) == []

    db.session.execute(text(change))
    db.session.expire_all()

    assert releasing.check(release)
