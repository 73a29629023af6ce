"""Two groups of a provider in Kuopio: one under way, with who was there each day, and one that fills from its queue."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from demo.cast import COMPANIES, COORDINATOR, WORK
from dps.offerings import service as offerings
from dps.offerings.models import Offering, OfferingState
from orders.groups import queries
from orders.groups import service as groups
from orders.groups.models import AttendanceKind, Group
from orders.models import AgeBand, EducationBand, Need, Order, UnemploymentBand
from orders.service import answering, needs

if TYPE_CHECKING:
    from demo.story import Story

#: Days before the demo's today on which the first group is ordered and begins; days until the second one begins.
ORDERED, BEGUN, COMING = 30, 14, 18
LENGTH = 28
TAKING_PART = 3
ABSENT = AttendanceKind.ABSENT_WITHOUT_LEAVE


def plan(story: Story) -> None:
    """Put the days of both groups on the calendar."""
    first = _weekday(story.today - timedelta(days=BEGUN))
    story.on(story.today - timedelta(days=ORDERED), lambda: order_course(story, first), hour=10)
    for day in (first + timedelta(days=n) for n in range(BEGUN)):
        if clock.supplier_days.is_working_day(day) and day < story.today:
            story.on(day, lambda day=day: tell(story, first, day), hour=15.5)  # type: ignore[misc]
    coming = _weekday(story.today + timedelta(days=COMING))
    story.on(story.today - timedelta(days=2), lambda: fill(story, coming), hour=10)


def _weekday(day: date) -> date:
    return clock.next_weekday(day)


def _provider(story: Story) -> Mandate:
    return story.mandates[COMPANIES[0].email]


def _offering(story: Story) -> Offering:
    """The provider's first coaching at work that is held in Kuopio."""
    rows = db.session.scalars(
        select(Offering)
        .where(Offering.supplier_id == _provider(story).organisation_id, Offering.state == OfferingState.PUBLISHED)
        .order_by(Offering.id)
    )
    return next(row for row in rows if "Kuopio" in row.places and row.category_id == story.categories[WORK])


def _set_up(story: Story, first: date, seats: int) -> Group:
    offering, today = _offering(story), clock.helsinki_date(clock.now())
    start = next((each for each in offering.starts if each.starts_on == first), None)
    if start is None:
        start = offerings.add_start(offering, first, 12, by=_provider(story))
    elif start.seats_left < seats:
        offerings.change_start_seats(start, start.seats_taken + seats, by=_provider(story))
    every = [first + timedelta(days=n) for n in range(min(LENGTH, offering.category.max_duration_days))]
    details = groups.GroupDetails(
        seats_min=2,
        seats_max=seats,
        languages=["fi"],
        place="Kuopio",
        is_remote=False,
        days=[day for day in every if clock.supplier_days.is_working_day(day)],
        own_until=max(today, first - timedelta(days=7)),
        release_on=max(today, first - timedelta(days=1)),
        aims_at_qualification=False,
        rule_reason="Ryhmä on yksi vaihtoehto muiden rinnalla; asiakas valitsee sen itse.",
        prerequisites_fi="Suomen kielen perustaidot.",
        prerequisites_sv="Grundläggande kunskaper i finska.",
        prerequisites_en="Basic skills in Finnish.",
    )
    found = groups.set_up(start, details, by=story.mandates[COORDINATOR])
    groups.open_group(found, by=story.mandates[COORDINATOR])
    return found


def _need(story: Story, found: Group, number: int) -> Need:
    return needs.state_need(
        found.category,
        needs.NeedDetails(
            customer_reference=f"A-R{found.number}{number}",
            municipality="Kuopio" if number % 3 else "Siilinjärvi",
            place="Kuopio",
            is_remote=False,
            languages=["fi"],
            latest_start=found.first_day + timedelta(days=7),
            modules=[],
            accessibility="",
            age_band=AgeBand.FROM_25_TO_34,
            unemployment_band=UnemploymentBand.FROM_6_TO_12_MONTHS,
            education_band=EducationBand.SECONDARY,
        ),
        by=story.experts[0],
    )


def _seat(story: Story, found: Group, number: int) -> Order:
    entry = groups.join(_need(story, found, number), found, by=story.experts[0])
    order = groups.take_seat(entry, customer_agrees=True, by=story.experts[0])
    answering.accept(order, by=_provider(story))
    return order


def order_course(story: Story, first: date) -> None:
    """The coordinator orders seats of a course, and the first customers take theirs."""
    found = _set_up(story, first, TAKING_PART + 1)
    for number in range(TAKING_PART):
        _seat(story, found, number)


def tell(story: Story, first: date, day: date) -> None:
    """The provider tells who was there; one customer stays away without leave from the second day on."""
    found = next(
        each
        for each in queries.groups_to_come(_provider(story).organisation_id, day)
        if each.first_day == first and each.place == "Kuopio"
    )
    if day == first:
        groups.begin(found, by=None)
    taking_part = queries.participants(found.id)
    marks = {order.id: AttendanceKind.PRESENT for order in taking_part}
    if day > first and taking_part:
        marks[taking_part[-1].id] = ABSENT
    groups.record_group_day(found, day, marks, by=_provider(story))


def fill(story: Story, first: date) -> None:
    """A group to come: one seat is taken, one is kept for a customer, two more wait."""
    found = _set_up(story, first, 2)
    _seat(story, found, 0)
    for number in range(1, 4):
        groups.join(_need(story, found, number), found, by=story.experts[0])
    groups.offer_seats(found, by=None)
