"""A group holds seats and money at once, by the published rule, and gives back what nobody took."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core import audit, clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from core.money import shared
from dps.systems.models import SERVICE_TYPE_TITLES, LegalMode, OrderingRule, ServiceType
from dps.systems.schemas import CategoryContentSchema
from orders.groups import queries, service
from orders.groups.models import GroupState, LeaveReason
from orders.groups.service import living
from orders.models import NeedState, OrderState
from orders.service import answering
from tests import people
from tests import worlds_groups as groups
from tests import worlds_orders as worlds


def _held(found: Any) -> tuple[int, int, int, Decimal]:
    db.session.expire_all()
    return found.seats_held, found.seats_filled, found.start.seats_taken, found.budget.committed


def _refused(rule: str, field: str | None = None) -> Any:
    return pytest.raises(RuleBroken, check=lambda error: error.rule == rule and (field is None or error.field == field))


def test_given_a_start_when_a_group_is_set_up_then_seats_and_money_are_held_at_once(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=3)
    assert _held(found) == (3, 0, 3, Decimal("3000.00"))
    assert found.reference == "G-1"


def test_given_a_filled_seat_when_money_is_counted_then_it_moved_from_the_group_to_the_order(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    order = groups.placed(made, found)
    assert _held(found) == (2, 1, 2, Decimal("2000.00"))
    assert (order.group_id, order.price, order.planned_end_on) == (found.id, Decimal("1000.00"), found.last_day)
    assert sum(Decimal(part["amount"]) for part in order.parts) == order.price


def test_given_an_order_of_a_seat_when_it_is_cancelled_then_the_seat_goes_to_the_group(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    answering.cancel(groups.placed(made, found), by=made.expert)
    assert _held(found) == (2, 0, 2, Decimal("2000.00"))


def test_given_empty_seats_at_the_stated_time_when_released_then_seats_and_money_go_back(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    order = groups.placed(made, found)
    assert service.release(found) == 0
    with clock.at(clock.end_of_day(found.release_on) + timedelta(minutes=1)):
        assert service.release(found) == 1
        assert _held(found) == (1, 1, 1, Decimal("1000.00"))
        answering.cancel(order, by=made.expert)
        assert _held(found) == (0, 0, 0, Decimal("0.00"))


def test_given_more_seats_than_the_start_has_then_the_group_is_refused(app: Flask) -> None:
    made = groups.world()
    with _refused("I7", "seats_max"):
        groups.group(made, seats=3, seats_max=4)


def test_given_too_little_money_then_the_group_is_refused_and_nothing_is_held(app: Flask) -> None:
    made = groups.world(budget="1500.00")
    offering = worlds.offering(made)
    with _refused("I7", "seats_max"):
        service.set_up(offering.starts[0], groups.details(offering), by=made.coordinator)
    db.session.expire_all()
    assert offering.starts[0].seats_taken == 0


@pytest.mark.rule("R2")
def test_given_a_strict_system_without_a_contract_of_a_competition_then_no_group_is_set_up(app: Flask) -> None:
    made = groups.world(mode=LegalMode.DPS_STRICT, rule=OrderingRule.COMPETITION)
    with _refused("R2"):
        groups.group(made)


@pytest.mark.rule("R3")
def test_given_customers_choice_or_another_first_in_rank_then_a_reason_is_needed_and_kept(app: Flask) -> None:
    made = groups.world()
    with _refused("R3", "rule_reason"):
        groups.group(made, rule_reason="")
    assert groups.group(made).rule_reason == groups.REASON
    ranked = groups.world(rule=OrderingRule.RANKING)
    cheap = worlds.offering(ranked, price=Decimal("900.00"))
    with _refused("R3", "rule_reason"):
        groups.group(ranked, rule_reason="")
    first = service.set_up(cheap.starts[0], groups.details(cheap, rule_reason=""), by=ranked.coordinator)
    assert first.rule_reason is None


@pytest.mark.rule("R79")
def test_given_a_contract_that_has_ended_then_no_group_is_set_up(app: Flask) -> None:
    made = groups.world()
    offering = worlds.offering(made)
    offering.contract.ends_on = worlds.today() + timedelta(days=3)
    with _refused("R79"):
        service.set_up(offering.starts[0], groups.details(offering), by=made.coordinator)


@pytest.mark.rule("R34", "R79")
def test_given_a_supplier_whose_new_orders_are_paused_then_no_seat_of_its_group_is_taken(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    entry = groups.waiting(made, found)
    found.contract.paused_at = clock.now()
    db.session.commit()
    with _refused("R79"):
        service.take_seat(entry, customer_agrees=True, by=made.expert)


@pytest.mark.rule("R95")
def test_given_training_that_aims_at_a_qualification_then_it_is_not_bought(app: Flask) -> None:
    made = groups.world()
    with _refused("R95", "aims_at_qualification"):
        groups.group(made, aims_at_qualification=True)


def test_given_a_foreign_authority_then_it_sets_up_nothing(app: Flask) -> None:
    made = groups.world()
    offering = worlds.offering(made)
    with pytest.raises(NotAllowed):
        service.set_up(offering.starts[0], groups.details(offering), by=people.coordinator(people.authority()))


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("course-day", "days", lambda first: {"days": []}),
        ("course-day", "days", lambda first: {"days": [first, first]}),
        ("course-day", "days", lambda first: {"days": [first + timedelta(days=1)]}),
        ("R101", "days", lambda first: {"days": [first, first + timedelta(days=200)]}),
        ("filling-window", "own_until", lambda first: {"own_until": first, "release_on": first - timedelta(days=1)}),
        ("filling-window", "own_until", lambda first: {"release_on": first + timedelta(days=1)}),
        ("R102", "languages", lambda first: {"languages": ["ru"]}),
        ("need-place", "place", lambda first: {"place": "Siilinjärvi"}),
        ("I7", "seats_min", lambda first: {"seats_min": 3}),
        ("I8", "prerequisites_en", lambda first: {"prerequisites_en": "131052-308T"}),
        ("R96", "employer_name", lambda first: {"employer": groups.employer()}),
    ],
)
def test_given_a_plan_that_cannot_be_then_it_is_refused_by_rule_and_field(
    app: Flask, rule: str, field: str, changes: Any
) -> None:
    made = groups.world()
    offering = worlds.offering(made)
    with _refused(rule, field):
        service.set_up(
            offering.starts[0],
            groups.details(offering, **changes(offering.starts[0].starts_on)),
            by=made.coordinator,
        )


@pytest.mark.rule("R96")
def test_given_joint_purchase_training_then_the_authority_commits_only_its_share(app: Flask) -> None:
    made = groups.world()
    employer = groups.joint(made, percent=Decimal("33.33"))
    found = groups.group(made, employer=employer)
    assert (found.price, found.employer_part, found.seat_price) == (
        Decimal("666.70"),
        Decimal("333.30"),
        Decimal("1000.00"),
    )
    assert found.budget.committed == Decimal("1333.40")
    assert found.threshold_value == Decimal("2000.00")
    assert groups.placed(made, found).price == Decimal("666.70")
    assert _held(found)[3] == Decimal("1333.40")


@pytest.mark.rule("R96")
@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("aid_basis", {"aid_basis": None}),
        ("employer_id", {"business_id": "1234567-8"}),
        ("employer_percent", {"percent": Decimal(100)}),
        ("employer_percent", {"percent": Decimal(0)}),
        ("employer_contact", {"contact": " "}),
    ],
)
def test_given_joint_purchase_training_without_its_terms_then_it_is_refused(
    app: Flask, field: str, changes: dict[str, Any]
) -> None:
    made = groups.world()
    employer = replace(groups.joint(made), **changes)
    with _refused("R96", field):
        groups.group(made, employer=employer)


@pytest.mark.rule("R96")
def test_given_joint_purchase_training_without_an_employer_then_it_is_refused(app: Flask) -> None:
    made = groups.world()
    groups.joint(made)
    with _refused("R96", "employer_name"):
        groups.group(made)


@pytest.mark.rule("R96")
def test_given_a_small_purchase_when_the_employers_part_reaches_the_threshold_then_it_is_refused(app: Flask) -> None:
    made = groups.world(mode=LegalMode.SMALL_PURCHASE, budget="900000.00")
    employer = groups.joint(made, percent=Decimal(90))
    with _refused("R96", "seats_max"):
        groups.group(made, seats=500, seats_max=400, employer=employer)
    assert groups.group(made, seats=500, seats_max=399, employer=employer).price == Decimal("100.00")


def test_given_a_sum_when_shared_then_the_parts_add_up_to_the_cent() -> None:
    thirds = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    for cents in range(0, 500, 7):
        total = Decimal(cents) / 100
        assert sum(shared(total, thirds)) == total
    assert shared(Decimal("100.01"), [Decimal(50), Decimal(50)]) == [Decimal("50.01"), Decimal("50.00")]
    with pytest.raises(ValueError, match="nothing"):
        shared(Decimal(1), [Decimal(0)])


def test_given_a_cancelled_group_then_its_orders_and_queue_end_and_everything_goes_back(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=1)
    order = groups.placed(made, found)
    entry = groups.waiting(made, found)
    with _refused("I10", "reason"):
        service.cancel_group(found, " ", by=made.coordinator)
    service.cancel_group(found, "Too few customers.", by=made.coordinator)
    assert _held(found) == (0, 0, 0, Decimal("0.00"))
    assert (found.state, order.state, order.need.state) == (
        GroupState.CANCELLED,
        OrderState.CANCELLED,
        NeedState.OPEN,
    )
    assert entry.leave_reason is LeaveReason.GROUP_CANCELLED
    assert db.session.query(Mail).filter_by(template="group_cancelled").count() == 1
    with pytest.raises(WrongState):
        service.open_group(found, by=made.coordinator)


@pytest.mark.rule("R79")
def test_given_a_late_cancellation_of_a_group_then_its_cost_must_be_agreed_to(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    order = groups.seat(made, found)
    with clock.at(worlds.noon(found.first_day - timedelta(days=1))):
        costs = living.cancelling_costs(found, worlds.today())
        assert costs > 0
        with _refused("R79", "fee"):
            service.cancel_group(found, "Too few customers.", by=made.coordinator)
        db.session.expire_all()
        service.cancel_group(found, "Too few customers.", by=made.coordinator, fee=costs)
    assert (order.cancel_fee, found.budget.committed, found.budget.spent) == (costs, 0, costs)


def test_given_its_first_day_then_a_group_begins_by_itself_only_with_enough_people(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_min=2)
    groups.placed(made, found)
    with _refused("course-day"):
        service.begin(found, by=made.coordinator)
    with clock.at(worlds.noon(found.first_day)):
        with _refused("seats-min"):
            service.begin(found, by=None)
        service.begin(found, by=made.coordinator)
        assert _held(found)[:3] == (1, 1, 1)
        with _refused("course-day"):
            service.end(found, by=made.coordinator)
    with clock.at(worlds.noon(found.last_day + timedelta(days=1))):
        service.end(found, by=None)
    assert found.state is GroupState.ENDED
    assert [event.type for event in audit.trail(found)] == [
        "group.set_up",
        "group.opened",
        "group.released",
        "group.begun",
        "group.ended",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "seats_filled = seats_held + 1",
        "seats_held = seats_max + 1",
        "price = 0",
        "employer_part = 1",
        "days = '[]'::jsonb",
        "state = 'running'",
        "employer_name = 'x'",
    ],
)
def test_given_what_may_never_be_then_the_database_refuses_it(app: Flask, broken: str) -> None:
    found = groups.group(groups.world())
    with pytest.raises(IntegrityError):
        db.session.execute(text(f'UPDATE "group" SET {broken} WHERE id = :id'), {"id": found.id})


@pytest.mark.rule("R104")
def test_given_filled_seats_then_the_home_municipality_is_kept_with_each(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    groups.placed(made, found, municipality="Siilinjärvi")
    groups.placed(made, found)
    assert queries.seats_by_municipality(found.id, made.authority.id) == [("Kuopio", 1), ("Siilinjärvi", 1)]


@pytest.mark.rule("R94")
def test_given_a_category_then_it_is_one_kind_of_service_of_the_act_whatever_the_city_calls_it(app: Flask) -> None:
    made = groups.world()
    assert set(SERVICE_TYPE_TITLES) == set(ServiceType)
    asked = CategoryContentSchema()
    assert "service_type" in asked.validate({"name_fi": "Työkortit"})
    assert "service_type" in asked.validate({"name_fi": "Työkortit", "service_type": "työkortit"})
    assert "service_type" not in asked.validate({"name_fi": "Työkortit", "service_type": "job_coaching"})
    for broken in ("NULL", "'work_cards'"):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(
                text(f"UPDATE category SET service_type = {broken} WHERE id = :id"), {"id": made.category.id}
            )
