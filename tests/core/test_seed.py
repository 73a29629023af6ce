"""``avoin seed``: the same data for the same seed, every rule of the database kept, every act in the chain."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Organisation, OrganisationKind, RoleHolding
from demo.seeding import CannotSeed, Plan, lifting, lives, seed
from dps.systems.models import Category
from orders.models import (
    ORDER_TRANSITIONS,
    Budget,
    Choice,
    ChoiceAnswer,
    Delivery,
    DeliveryLine,
    Need,
    NeedState,
    Order,
    OrderState,
    Standing,
)
from orders.service import answering
from tests import worlds_orders as worlds
from tests.conftest import Databases, application, rolled_back
from tests.core.test_cli import avoin

PLAN = Plan(suppliers=40, orders=400, seed=7, today=date(2026, 11, 20))
#: What is made anew each time: what is sealed or linked under keys, and the release of records with its instant.
MADE_ANEW = {
    *("mac", "sealed_report", "sealed_words", "password_hash", "release_id", "published_at", "computed_at"),
    *("snapshot_key", "case_mix_id", "fitted_at"),
}
WITHOUT_OWN_ID = {"case_mix_model", "published_record", "release", "release_category", "release_record"}
RELEASING = (
    *("release.computed", "release.published", "case_mix_model.fitted"),
    *("quality_records.published", "installation.seeded"),
)
#: Nothing is seeded into these by the plan: keys, what is said of the chain, mails about a release with their links.
NOT_DATA = {"deployment", "root_key", "audit_head", "audit_checkpoint", "mail", "outbox_entry"}


def quiet(share: float, doing: str) -> None:
    """Nobody looks at the progress of a test."""


@contextmanager
def seeded(environ: dict[str, str], databases: Databases, folder: Path, plan: Plan) -> Iterator[Flask]:
    app = application(environ, databases.copy(), folder)
    with app.app_context():
        seed(plan, quiet)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def country(environ: dict[str, str], databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A small seeded country; the tests of this file only read it, or roll back."""
    with seeded(environ, databases, tmp_path_factory.mktemp("country"), PLAN) as app:
        yield app


@pytest.fixture(autouse=True)
def nothing_stays(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test did to the seeded country is rolled back."""
    yield
    if "country" in request.fixturenames:
        db.session.rollback()
        db.session.remove()


def digests() -> dict[str, str]:
    """What each table holds, apart from keys and what was made with them."""
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name in NOT_DATA or not db.session.scalar(text(f'SELECT EXISTS (SELECT FROM "{table.name}")')):
            continue
        left_out = MADE_ANEW | ({"id"} if table.name in WITHOUT_OWN_ID else set())
        columns = [f'"{column.name}"' for column in table.columns if column.name not in left_out]
        where = ""
        if table.name == "audit_event":  # those of the release name it
            where = f" WHERE type NOT IN {RELEASING}"
        row = f"md5(row({', '.join(columns)})::text)"
        rows = db.session.scalars(text(f'SELECT {row} FROM "{table.name}"{where} ORDER BY 1')).all()
        found[table.name] = hashlib.sha256("".join(rows).encode()).hexdigest()
    db.session.rollback()
    return found


def test_given_the_same_seed_when_two_databases_are_seeded_then_they_hold_the_same_and_another_seed_does_not(
    country: Flask, environ: dict[str, str], databases: Databases, tmp_path: Path
) -> None:
    first = digests()
    with seeded(environ, databases, tmp_path / "twin", PLAN):
        twin = digests()
    other_plan = Plan(suppliers=40, orders=60, seed=8, today=PLAN.today)
    with seeded(environ, databases, tmp_path / "other", other_plan):
        other = digests()

    assert {name for name in first if first[name] != twin[name]} == set()
    assert first["order"] != other["order"]


def test_given_a_seeded_database_then_the_chain_verifies_behind_a_checkpoint(country: Flask) -> None:
    verdict = audit_service.verify()

    assert verdict.faults == []
    assert verdict.events > 10 * PLAN.orders
    assert verdict.checkpoints == 1


def test_given_a_seeded_database_then_it_holds_as_many_as_were_asked_for_in_every_state(country: Flask) -> None:
    states: Counter[Any] = Counter(db.session.scalars(select(Order.state)))
    needs = set(db.session.scalars(select(Need.state)))
    answers = set(db.session.scalars(select(Choice.answer)))

    assert sum(states.values()) == PLAN.orders
    assert set(states) == set(OrderState)
    assert needs == set(NeedState)
    assert answers == {*ChoiceAnswer, None}


def test_given_a_new_action_of_orders_then_the_seeding_has_a_step_for_it() -> None:
    assert lives.unknown_steps() == set()


def test_given_a_seeded_database_then_the_state_of_each_order_follows_from_its_trail(country: Flask) -> None:
    targets = {step.event: ORDER_TRANSITIONS[action][1] for action, step in lives.STEPS.items()}
    targets["order.placed"] = OrderState.PLACED
    last = db.session.execute(
        text(
            "SELECT o.state, (SELECT e.type FROM audit_event e WHERE e.subject_type = 'order' "
            'AND e.subject_id = o.id::text ORDER BY e.seq DESC LIMIT 1) AS type FROM "order" o'
        )
    ).all()

    assert [row for row in last if targets[row.type].value != row.state] == []


def test_given_a_seeded_database_then_seats_and_money_follow_from_the_orders(country: Flask) -> None:
    held = select(func.count()).where(Order.state.in_(answering.HOLDING_SEAT)).scalar_subquery()
    seats = db.session.scalar(text("SELECT sum(seats_taken) FROM offering_start"))
    committed = db.session.scalar(select(func.sum(Order.price)).where(Order.state.in_(answering.HOLDING_MONEY)))
    spent = db.session.scalar(select(func.sum(Delivery.amount)).where(Delivery.accepted_at.is_not(None)))
    kept = db.session.execute(select(func.sum(Budget.committed), func.sum(Budget.spent))).one()
    lines = db.session.scalar(select(func.sum(DeliveryLine.amount)).where(DeliveryLine.state == "accepted"))

    assert seats == db.session.scalar(select(held))
    assert tuple(kept) == (committed, spent)
    assert lines == spent


def test_given_a_seeded_database_then_the_standings_are_those_of_the_orders(country: Flask) -> None:
    kept = {
        (row.category_id, row.supplier_id): (row.last_ordered_at, row.begun, row.days_waited)
        for row in db.session.scalars(select(Standing))
    }
    categories = db.session.scalars(select(Category.id)).all()
    computed = {(each, key): value for each in categories for key, value in worlds.standings(each).items()}

    assert kept == computed


def test_given_a_seeded_database_then_city_and_provider_follow_what_the_other_did_to_an_order(country: Flask) -> None:
    missing = text(
        "SELECT count(*) FROM audit_event e JOIN \"order\" o ON e.subject_type = 'order' AND e.subject_id = o.id::text "
        "CROSS JOIN LATERAL (VALUES (o.authority_id), (o.supplier_id)) AS party (id) "
        "WHERE party.id IS DISTINCT FROM e.organisation_id AND NOT EXISTS "
        "(SELECT FROM audit_follower f WHERE f.organisation_id = party.id AND f.seq = e.seq)"
    )

    assert db.session.scalar(missing) == 0


def test_given_a_seeded_database_then_no_constraint_was_switched_off(country: Flask) -> None:
    unchecked = "SELECT conname FROM pg_constraint WHERE NOT convalidated"
    asleep = "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'O'"

    assert db.session.scalars(text(unchecked)).all() == []
    assert db.session.scalars(text(asleep)).all() == []


def test_given_a_large_plan_when_keys_and_indexes_were_lifted_then_all_are_put_back_as_they_were(app: Flask) -> None:
    before = lifting.lift()
    within = lifting.lift()
    lifting.put_back(before, lambda share: None)
    after = lifting.lift()

    assert (within.foreign_keys, within.indexes) == ([], [])
    assert after == before
    assert len(before.foreign_keys) > 100


def test_given_rows_without_what_they_refer_to_when_keys_are_put_back_then_it_is_found_out(app: Flask) -> None:
    lifted = lifting.lift()
    db.session.execute(
        text(
            "INSERT INTO offering_start (id, version, offering_id, starts_on, seats, seats_taken) "
            "VALUES (uuidv7(), 1, uuidv7(), current_date, 1, 0)"
        )
    )

    with pytest.raises(IntegrityError, match="fk_offering_start_offering_id_offering"):
        lifting.put_back(lifted, lambda share: None)


def test_given_a_seeded_database_then_it_is_skewed_seasonal_and_of_several_authorities(country: Flask) -> None:
    by_supplier = sorted(Counter(db.session.scalars(select(Order.supplier_id))).values(), reverse=True)
    months = Counter(at.month for at in db.session.scalars(select(Order.placed_at)))
    authorities = set(db.session.scalars(select(Order.authority_id)))

    assert sum(by_supplier[:8]) > 0.4 * PLAN.orders
    assert months[7] < 0.6 * months[9]
    assert len(authorities) >= 6


def test_given_a_seeded_order_when_its_provider_accepts_it_then_the_verb_finds_all_it_needs(country: Flask) -> None:
    with rolled_back(country):
        order = db.session.scalars(select(Order).where(Order.state == OrderState.PLACED)).first()
        assert order is not None
        order.accept_by = clock.now() + timedelta(days=1)
        holding = db.session.scalars(select(RoleHolding).where(RoleHolding.organisation_id == order.supplier_id)).one()

        answering.accept(order, by=Mandate.of(holding))

        assert order.state is OrderState.ACCEPTED


def test_given_a_seeded_database_when_it_is_seeded_again_then_only_the_same_is_taken_for_done(country: Flask) -> None:
    assert seed(PLAN, quiet) == {}
    with pytest.raises(CannotSeed, match="seeded before, with --suppliers 40 --orders 400 --seed 7"):
        seed(Plan(suppliers=40, orders=400, seed=8, today=PLAN.today), quiet)


def test_given_a_database_with_other_data_then_nothing_is_seeded(app: Flask) -> None:
    db.session.add(Organisation(kind=OrganisationKind.OPERATOR, name="Avoin"))
    db.session.commit()

    with pytest.raises(CannotSeed, match="other data"):
        seed(PLAN, quiet)


def test_given_a_production_database_then_nothing_is_seeded(app: Flask) -> None:
    db.session.execute(text("UPDATE deployment SET environment = 'production', clock_travel = false"))

    with pytest.raises(CannotSeed, match="production"):
        seed(PLAN, quiet)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"suppliers": -1}, "--suppliers must be from 0"),
        ({"orders": -5}, "--orders must be from 0"),
        ({"orders": 10**9}, "--orders must be from 0"),
        ({"seed": -1}, "--seed must be 0 or more"),
        ({"suppliers": 1, "orders": 20_000}, "--suppliers must be 4 or more"),
        ({"suppliers": 0, "orders": 1}, "--suppliers must be 1 or more"),
    ],
)
def test_given_a_number_out_of_range_then_it_is_named(wrong: dict[str, int], said: str) -> None:
    plan = Plan(**{"suppliers": 10, "orders": 10, "seed": 1, "today": PLAN.today, **wrong})  # type: ignore[arg-type]

    with pytest.raises(CannotSeed, match=said):
        plan.check()


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (("--orders", "10"), "production", "Error: Invented data are refused in production."),
        (("--orders", "-1"), "test", "Error: --orders must be from 0"),
    ],
)
def test_given_what_cannot_be_seeded_then_the_command_fails_with_one_line(
    tmp_path: Path, words: tuple[str, ...], environment: str, said: str
) -> None:
    finished = avoin("seed", *words, DPS_HOME=str(tmp_path), DPS_ENV=environment)

    assert finished.returncode == 1
    assert finished.stderr.startswith(said)
    assert len(finished.stderr.splitlines()) == 1
