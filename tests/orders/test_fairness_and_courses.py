"""What the parties see of fairness, and what anybody sees of joint courses."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.errors import RuleBroken
from core.identity.models import Role
from orders.groups import fairness, service
from orders.groups.fairness import Tally
from orders.groups.models import Group
from tests import people
from tests import worlds_groups as groups
from tests import worlds_orders as worlds
from tests.orders.test_shared_groups import seat_of, shared
from tests.pages import api_as, page_as

OURS, THEIRS, THIRD = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=3)


def _tally(name: str, whose: uuid.UUID, **values: Any) -> Tally:
    return Tally(name, whose, **values)


@pytest.mark.rule("R107")
def test_of_another_authoritys_customers_no_figure_under_five_is_shown_nor_can_be_worked_out() -> None:
    ours = _tally("Kuopio", OURS, waiting=1, own_groups=2, days={3: 2})
    theirs = _tally("Siilinjärvi", THEIRS, waiting=4, own_groups=8, partner_groups=4, days={10: 12})
    third = _tally("Kaavi", THIRD, waiting=5, own_groups=4, days={2: 4})
    own, other, small = fairness.seen([ours, theirs, third], OURS)
    assert (own.waiting, own.seats, own.own_groups, own.partner_groups, own.median_days) == (1, 2, 2, 0, 3)
    assert (other.waiting, other.seats, other.own_groups, other.partner_groups) == (None, 12, None, None)
    assert (small.waiting, small.seats, small.median_days) == (5, None, None)
    assert [each.share for each in (own, other, small)] == [None] * 3  # the third could be worked out
    both = fairness.seen([ours, theirs], OURS)
    assert [each.share for each in both] == [Decimal("14.3"), Decimal("85.7")]


def test_the_median_is_what_half_of_the_customers_waited_at_most() -> None:
    assert _tally("x", OURS, own_groups=4, days={1: 1, 5: 2, 90: 1}).median_days == 5
    assert _tally("x", OURS).median_days is None


@pytest.mark.rule("R107")
def test_given_a_shared_group_then_each_city_reads_its_own_figures_on_the_page(app: Flask) -> None:
    made, partner, found = shared(seats_max=3)
    groups.placed(made, found)
    seat_of(partner, found)
    groups.waiting(made, found)
    groups.partners_waiting(partner, found)
    page = page_as(app, made.expert).get("/joint/fairness")
    own, other = page.rows()
    assert own[1:6] == ["1", "1", "1", "0", "0"]
    assert set(other[1:6]) == {"not shown"}
    steering = people.mandate(Role.STEERING, partner.authority)
    rows = page_as(app, steering).get("/joint/fairness").rows()
    assert set(rows[0][1:6]) == {"not shown"}
    assert rows[1][1:5] == ["1", "1", "0", "1"]
    told = api_as(app, made.coordinator).get("/joint-fairness").get_json()["items"][0]["lines"]
    assert [each["seats"] for each in told] == [1, None]
    assert page_as(app, people.expert(people.authority())).get("/joint/fairness").rows() == []
    assert page_as(app, people.decider(made.authority)).get("/joint/fairness").status == 403


def test_given_a_joint_course_then_anybody_reads_of_it_and_how_to_apply(app: Flask) -> None:
    _made, partner, found = shared(seats_max=1)
    alone = groups.world()
    groups.group(alone)
    page = page_as(app, None).get("/courses")
    assert page.text.count("Individual job coaching") == 1
    for words in ("Seats free", "Ask your own employment expert", "Basic Finnish.", "10 course days", "Kuopio"):
        assert words in page.text
    groups.partners_waiting(partner, found)
    assert "Queue" in page_as(app, None).get("/courses").text
    month = f"{found.first_day:%Y-%m}"
    assert "Individual" in page_as(app, None).get(f"/courses?language=sv&place=Kuopio&month={month}").text
    assert (
        "No joint courses" in page_as(app, None).get(f"/courses?language=fi&month={month}&place=Kuopio&first=50").text
    )
    assert page_as(app, None).get("/courses?month=nonsense").status == 200
    told = app.test_client().get("/api/v1/courses").get_json()["items"]
    assert [(each["id"], each["has_free_seats"]) for each in told] == [(str(found.id), False)]
    assert "seats_held" not in told[0]
    with clock.at(worlds.noon(found.first_day)):
        assert "No joint courses" in page_as(app, None).get("/courses").text


def _last_own_day(found: Group) -> date:
    return clock.helsinki_date(found.own_until - timedelta(seconds=1))


@pytest.mark.rule("R103", "R104")
def test_given_an_agreement_then_it_sets_the_window_the_parties_and_who_still_orders(app: Flask) -> None:
    made, partner, found = shared()
    offering = worlds.offering(made)
    plan = groups.details(offering, own_until=None)
    alone = service.set_up(offering.starts[0], replace(plan, seats_max=1), by=made.coordinator)
    assert _last_own_day(alone) == worlds.today()
    joint = groups.agreed(made, partner, own_window_days=3)
    together = service.set_up(offering.starts[0], plan, by=made.coordinator)
    assert _last_own_day(together) == worlds.today() + timedelta(days=3)
    groups.partners_waiting(partner, found, municipality="Kauniainen")
    rows = page_as(app, partner.expert).get("/joint/fairness").rows()
    assert [row[0] for row in rows] == ["Helsinki", "Espooour own", "Kauniainenour own", "Vantaa"]
    assert [row[1] for row in rows] == ["not shown", "0", "1", "not shown"]
    assert [row[7] for row in rows] == ["50%", "25%", "0%", "25%"]
    groups.leave_agreement(joint, "kauniainen")
    with pytest.raises(RuleBroken, check=lambda error: (error.rule, error.field) == ("R103", "municipality")):
        groups.partners_waiting(partner, found, municipality="Kauniainen")
    late = groups.partners_waiting(partner, found, municipality="Espoo")
    with clock.at(found.own_until + timedelta(seconds=1)):
        assert [each.id for each in service.offer_seats(found, by=None)] == [late.id]
