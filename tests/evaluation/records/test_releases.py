"""A release from the facts to the page: frozen, seen by suppliers first, corrected, published, checked."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.mail.models import Mail
from dps.systems.models import OrderingRule
from evaluation import measures
from evaluation.collecting import service as collecting
from evaluation.collecting.models import EnoughHelp, FeedbackPoint
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import EMPLOYED, EmployerType, OutcomeState
from evaluation.outcomes.service import Details
from evaluation.records import jobs, queries, service
from evaluation.records.models import (
    CorrectionState,
    EpisodeChange,
    FactKind,
    Release,
    ReleaseRecord,
    ReleaseState,
)
from evaluation.records.service import releasing
from orders import service as running
from orders.models import EndKind, InterruptionReason, Order, PublishedRecord
from tests import worlds_orders as worlds
from tests.conftest import TOP
from tests.pages import api_as, page_as

CUSTOMERS = 11


def _world() -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=40)
    return made


def _delivered(made: worlds.World, **changes: object) -> Order:
    return worlds.delivered(worlds.order_by_rule(made), made, **changes)


def _later(order: Order, days: int) -> Any:
    return clock.at(worlds.noon(order.planned_end_on + timedelta(days=days)))


def _several(made: worlds.World, count: int = CUSTOMERS) -> list[Order]:
    orders = []
    for number in range(count):
        drops_out = {"end_kind": EndKind.INTERRUPTED, "interruption_reason": InterruptionReason.DID_NOT_ATTEND}
        orders.append(_delivered(made, **(drops_out if number == 0 else {})))
        token = collecting.renew_feedback_link(orders[-1], by=made.expert)
        collecting.give_feedback(token, 8, EnoughHelp.YES, "Sain apua.")
    return orders


def _published(made: worlds.World) -> PublishedRecord | None:
    return db.session.scalars(
        select(PublishedRecord).where(PublishedRecord.category_id == made.category.id)
    ).one_or_none()


def test_given_services_that_ended_when_frozen_and_seen_then_search_shows_the_figures(app: Flask) -> None:
    made = _world()
    orders = _several(made)
    provider = worlds.provider_of(orders[0], made)

    with _later(orders[-1], 5):
        release = releasing.freeze()
        assert release.state is ReleaseState.PREVIEW
        assert _published(made) is None
        assert set(db.session.scalars(select(Mail.about_id).where(Mail.template == "quality_preview"))) == {release.id}
        assert "Look at your quality figures before they are published" in page_as(app, provider).get("/provider").text
        with pytest.raises(WrongState):
            service.publish(release)
    with _later(orders[-1], 5 + 15):
        jobs.look()
        record = _published(made)
        page = page_as(app, provider).get("/provider/quality")

    assert release.state is ReleaseState.PUBLISHED
    assert record is not None
    assert record.orders_count == CUSTOMERS
    assert record.completion == {"count": 11, "value": "0.91", "low": "0.62", "high": "0.98"}
    assert record.recommendation is not None
    assert record.recommendation["value"] == "8.0"
    assert record.index is None
    assert record.quality_class is None
    assert ["Completed services", "91%", "62%–98%", "11"] in page.rows()
    assert ["In work after 3, 6 and 12 months", "Too few to tell"] in page.rows()


@pytest.mark.rule("R119")
def test_given_four_customers_then_not_even_the_count_is_published(app: Flask) -> None:
    made = _world()
    orders = _several(made, 4)

    with _later(orders[-1], 5):
        release = releasing.freeze()
    with _later(orders[-1], 20):
        service.publish(release)
        page = page_as(app, worlds.provider_of(orders[0], made)).get("/provider/quality")

    assert _published(made) is None
    assert "91%" not in page.text


@pytest.mark.rule("R119")
def test_given_five_services_of_one_customer_then_they_are_one_customer(app: Flask) -> None:
    made = _world()
    for _ in range(5):
        order = worlds.delivered(worlds.order_by_rule(made, customer_reference="AS-1"), made)

    with _later(order, 5):
        releasing.freeze()

    record = db.session.scalars(select(ReleaseRecord).where(ReleaseRecord.period == "all")).one()
    assert (record.episodes, record.customers, record.shown) == (5, 1, None)


def test_given_the_preview_when_a_supplier_comments_then_it_can_change_its_words_and_others_cannot(app: Flask) -> None:
    made = _world()
    orders = _several(made, 6)
    worlds.offering(made, seats=5)
    provider, other = worlds.provider_of(orders[0], made), made.suppliers[-1]
    with _later(orders[-1], 5):
        release = releasing.freeze()
        record = queries.records_of_supplier(provider.organisation_id, release.id)[0]
        page = page_as(app, provider).get("/provider/quality").follow("Comment on these figures")
        page = page.press("Save the comment", text="Vastaanotamme pisimpään työttömät.")
        assert "Vastaanotamme pisimpään työttömät." in page.text
        assert page_as(app, other).get(f"/provider/quality/records/{record.id}/comment").status == 403
        again = api_as(app, provider).post(f"/quality-records/{record.id}/comment", {"text": "Uusi teksti."})
        assert again.get_json()["text"] == "Uusi teksti."
        with pytest.raises(RuleBroken) as refused:
            service.comment(record, "Asiakas 131052-308T oli tyytyväinen.", by=provider)
        assert refused.value.rule == "I8"
    with _later(orders[-1], 20), pytest.raises(WrongState):
        service.comment(record, "Liian myöhään.", by=provider)


def test_given_a_wrong_fact_when_claimed_then_nothing_is_published_before_it_is_answered_and_computed_again(
    committed_app: Flask,
) -> None:
    app = committed_app
    made = _world()
    orders = _several(made, 6)
    provider = worlds.provider_of(orders[0], made)
    with _later(orders[-1], 5):
        release = releasing.freeze()
        page = page_as(app, provider).get("/provider/quality").follow("See the facts of your cases")
        assert orders[0].reference in page.text
        service.comment(
            queries.records_of_supplier(provider.organisation_id, release.id)[0], "Syksyllä oli vaikeaa.", by=provider
        )
        page = page_as(app, provider).get(f"/provider/orders/{orders[0].id}/correction")
        page = page.press("Send to the authority", fact="end", claim="Palvelu päättyi suunnitellusti.")
        assert "To be answered" in page.text
        with pytest.raises(WrongState):
            service.claim(release, orders[0], FactKind.END, "Vielä kerran.", by=provider)
    with _later(orders[-1], 20):
        jobs.look()
        assert release.state is ReleaseState.PREVIEW
        with pytest.raises(WrongState):
            service.publish(release)
        desk = page_as(app, made.coordinator).get("/procurement")
        assert f"Order {orders[0].reference}: a fact is said to be wrong" in desk.text
        correction = queries.open_corrections(made.authority.id)[0]
        page = page_as(app, made.coordinator).get(f"/procurement/evaluation/corrections/{correction.id}")
        page = page.press("Answer the supplier", accept="yes", answer="Korjattu tilaukseen.")
        assert correction.state is CorrectionState.ACCEPTED
        run = service.ask(by=made.coordinator)
        jobs.freeze(str(run.id))
        fresh = db.session.get_one(Release, run.release_id)

    assert release.state is ReleaseState.WITHDRAWN
    assert fresh.state is ReleaseState.PREVIEW
    assert fresh.preview_until == orders[-1].planned_end_on + timedelta(days=34)
    assert [each.text for each in queries.comments_of(fresh.id)] == ["Syksyllä oli vaikeaa."]


def test_given_a_release_being_computed_then_a_second_one_is_refused(app: Flask) -> None:
    made = _world()
    service.ask(by=made.coordinator)

    with pytest.raises(WrongState):
        service.ask(by=made.coordinator)
    page = page_as(app, made.coordinator).get("/procurement/evaluation/releases")
    assert "Being computed" in page.text


def test_given_an_empty_database_then_a_release_is_empty_and_not_an_error(app: Flask) -> None:
    release = releasing.freeze()

    assert release.inputs_count == 0
    assert releasing.check(release) == []


def test_given_a_stored_figure_that_was_changed_when_checked_then_it_is_found(app: Flask) -> None:
    made = _world()
    orders = _several(made, 6)
    with _later(orders[-1], 5):
        release = releasing.freeze()
    assert releasing.check(release) == []

    db.session.execute(text("UPDATE release_record SET customers = customers - 1 WHERE period = 'all'"))
    db.session.expire_all()

    assert len(releasing.check(release)) == 1


def test_a_category_with_one_supplier_and_few_orders_is_told_to_be_too_few(app: Flask) -> None:
    made = _world()
    orders = _several(made, 3)
    with _later(orders[-1], 5):
        release = releasing.freeze()

    record = db.session.scalars(select(ReleaseRecord).where(ReleaseRecord.release_id == release.id)).first()
    assert record is not None
    assert record.status == "too_few"
    assert record.quality_class is None


def test_given_a_change_of_an_order_then_the_database_notes_it_by_itself(app: Flask) -> None:
    made = _world()
    order = _delivered(made)
    db.session.flush()
    noted = set(db.session.scalars(select(EpisodeChange.order_id)))
    assert order.id in noted

    releasing.refresh()
    assert db.session.scalar(select(func.count()).select_from(EpisodeChange)) == 0


@pytest.mark.parametrize(
    ("frozen_on", "begins_on"),
    [
        (date(2026, 11, 22), date(2023, 10, 1)),
        (date(2026, 12, 31), date(2023, 10, 1)),
        (date(2027, 1, 1), date(2024, 1, 1)),
    ],
)
def test_the_years_observed_begin_with_a_quarter(app: Flask, frozen_on: date, begins_on: date) -> None:
    assert releasing.period_of(frozen_on) == begins_on


@pytest.mark.rule("R119")
def test_five_more_services_of_one_customer_do_not_move_a_published_figure(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(5)]
    with _later(orders[-1], 5):
        first = releasing.freeze()
    with _later(orders[-1], 20):
        service.publish(first)
        before = _published(made)
        assert before is not None
        told = dict(before.completion or {})
    for _ in range(5):
        order = worlds.order_by_rule(made, customer_reference="AS-1")
        drops_out = {"end_kind": EndKind.INTERRUPTED, "interruption_reason": InterruptionReason.DID_NOT_ATTEND}
        worlds.delivered(order, made, **drops_out)
    with _later(order, 25):
        second = releasing.freeze()
    with _later(order, 40):
        service.publish(second)
    db.session.expire_all()
    after = _published(made)

    assert after is not None
    assert (after.completion, after.orders_count) == (told, 5)
    assert after.release_id == second.id


@pytest.mark.rule("R105")
def test_an_outcome_that_is_missing_or_not_known_is_left_out_and_never_a_failure(app: Flask) -> None:
    made = _world()
    orders = [_delivered(made) for _ in range(8)]
    states = [OutcomeState.OPEN_LABOUR_MARKET] * 3 + [OutcomeState.UNEMPLOYED] * 3 + [OutcomeState.UNKNOWN]
    due_on = measures.months_after(orders[0].planned_end_on, 3)
    with clock.at(worlds.noon(due_on)):
        for order, state in zip(orders, states, strict=False):
            details = Details(employer_type=EmployerType.COMPANY) if state in EMPLOYED else Details()
            outcomes.record_outcome(order, state, details, by=made.expert)
    with clock.at(worlds.noon(due_on + timedelta(days=29))):
        assert "outcome_3" not in _only_record(releasing.freeze()).components
    with clock.at(worlds.noon(due_on + timedelta(days=30))):
        made_of = _only_record(releasing.freeze()).components["outcome_3"]

    assert (made_of["count"], made_of["raw"]) == (6, 0.5)


def test_given_answers_at_the_start_and_a_grade_in_conflict_then_only_the_end_and_the_impartial_count(
    app: Flask,
) -> None:
    made = _world()
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    running.accept(order, by=provider)
    with clock.at(worlds.noon(order.planned_start_on)):
        running.start_service(order, order.planned_start_on, by=provider)
        collecting.set_points(made.category, [FeedbackPoint.START, FeedbackPoint.END], by=made.coordinator)
        token = collecting.renew_feedback_link(order, by=made.expert, point=FeedbackPoint.START)
        collecting.give_feedback(token, 0, EnoughHelp.NO, "")
    with clock.at(worlds.noon(order.planned_end_on)):
        running.report_delivery(order, worlds.report(order), by=provider)
        running.accept_delivery(order, by=made.expert)
        token = collecting.renew_feedback_link(order, by=made.expert)
        collecting.give_feedback(token, 10, EnoughHelp.YES, "")
        collecting.give_expert_feedback(order, fit=1, cooperation=1, report=1, has_conflict=True, by=made.expert)
    with _later(order, 5):
        components = _only_record(releasing.freeze()).components

    assert (components["recommendation"]["value"], components["recommendation"]["n"]) == (10.0, 1)
    assert "experts" not in components


def _only_record(release: Release) -> ReleaseRecord:
    return db.session.scalars(
        select(ReleaseRecord).where(ReleaseRecord.release_id == release.id, ReleaseRecord.period == "all")
    ).one()


def test_the_command_computes_a_release_and_checks_it(app: Flask) -> None:
    runner = app.test_cli_runner()
    nothing = runner.invoke(args=["evaluate", "--check"])
    computed = runner.invoke(args=["evaluate"])
    again = runner.invoke(args=["evaluate"])
    checked = runner.invoke(args=["evaluate", "--check"])

    assert nothing.exit_code == 1
    assert computed.exit_code == 0, computed.output
    assert "suppliers' preview until" in computed.output
    assert "a release is in its preview" in again.output
    assert checked.exit_code == 0, checked.output
    assert "1 checked, 0 differ" in checked.output


def test_given_the_web_process_then_it_has_not_loaded_numpy() -> None:
    """The web process is two thirds smaller without; only jobs and the command line compute (STACK.md §9)."""
    asked = "import sys, app; print(sorted({'numpy', 'scipy', 'typst', 'xlsxwriter'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=TOP)

    assert found.stdout.strip() == "[]"
