"""The year of the demo: what happens on which day, acted out by the rooms' own verbs under a moved clock."""

from __future__ import annotations

import heapq
import itertools
import random
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import select

from core import clock, mail
from core.db import db, new_id, savepoint, unit_of_work
from core.errors import DomainError
from core.identity import service as identity
from core.identity.mandates import Mandate
from core.identity.models import Authority, Organisation, OrganisationKind, Person, Role
from demo import casework, cooperating, customers, learning, listening, money, opening, reporting, results, together
from demo.cast import ADMIN, CITIES, COLLEAGUE, COMPANIES, MORE_EXPERTS, STAFF
from evaluation.records import queries as records
from evaluation.records.models import ReleaseState
from evaluation.records.service import publish, releasing

log = structlog.get_logger()

#: The story begins this many days before today; orders come from ``FIRST_ORDERS`` on.
BEGINNING = 620
FIRST_ORDERS = 550
ORDERS = 760
#: Joint services that the capital region needs in a quarter.
JOINT_AMOUNT = 16
#: Releases of quality records so many days before the demo's today; suppliers look at the last one just now.
RELEASES, SEEN = (120, 30, 3), 15
#: Always the same year for the same day.
SEED = 20181

Action = Callable[[], object]
#: Is told a share of 1 and a text.
Progress = Callable[[float, str], None]


@dataclass
class Story:
    """The queue of what is still to happen, and the people it happens to."""

    password: str
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    mandates: dict[str, Mandate] = field(default_factory=dict)
    experts: list[Mandate] = field(default_factory=list)
    categories: dict[str, uuid.UUID] = field(default_factory=dict)
    #: Of the systems that the capital region buys from together: by the city that keeps the system, and code.
    joint_categories: dict[tuple[str, str], uuid.UUID] = field(default_factory=dict)
    suppliers: dict[str, uuid.UUID] = field(default_factory=dict)
    _queue: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _count: Any = field(default_factory=itertools.count)

    #: Customers who have been met, and when; every third meeting is with one of them.
    _known: list[tuple[date, str]] = field(default_factory=list)
    _returning: random.Random = field(default_factory=lambda: random.Random(SEED + 1))

    def customer(self, new: str) -> str:
        """A new customer, or one whose last service was some time ago."""
        day = clock.helsinki_date(clock.now())
        before = [name for met, name in self._known if met < day - timedelta(days=60)]
        name = self._returning.choice(before) if before and self._returning.random() < 0.35 else new
        self._known.append((day, name))
        return name

    def expert(self, person_id: uuid.UUID) -> Mandate:
        """An expert of any city."""
        everybody = (*self.experts, *self.mandates.values())
        return next(each for each in everybody if each.role is Role.EXPERT and each.person_id == person_id)

    @property
    def today(self) -> date:
        return clock.helsinki_date(self.now)

    @property
    def first_day(self) -> date:
        return self.today - timedelta(days=BEGINNING)

    def on(self, day: date, action: Action, hour: float | None = None) -> None:
        """Let something happen on a day, in office hours; what lies in the future does not happen."""
        at = hour if hour is not None else 8 + 8 * self.chance.random()
        moment = datetime.combine(day, time(), tzinfo=clock.HELSINKI) + timedelta(hours=at)
        if moment <= self.now:
            heapq.heappush(self._queue, (moment, next(self._count), action))

    def after(self, days: float, action: Action) -> None:
        """Let something happen some working days after the present moment of the story."""
        day = clock.add_working_days(clock.helsinki_date(clock.now()), max(0, round(days)), clock.authority_days)
        self.on(day, action)

    def run(self, progress: Callable[[float, str], None], until: date | None = None) -> None:
        """Live day after day; each day is one transaction, and its mails count as sent.

        :param until: the day before which to stop; what comes later is lived by the next call
        """
        length = max(1, (self.today - self.first_day).days)
        while self._queue:
            day = clock.helsinki_date(self._queue[0][0])
            if until is not None and day >= until:
                return
            progress((day - self.first_day).days / length, day.isoformat())
            with clock.at(self._queue[0][0]), mail.already_sent() if day < self.today else nullcontext():
                with unit_of_work():
                    while self._queue and clock.helsinki_date(self._queue[0][0]) == day:
                        moment, _, action = heapq.heappop(self._queue)
                        with clock.at(moment):
                            self._act(action)
                db.session.remove()

    @staticmethod
    def _act(action: Action) -> None:
        """One act; what a rule refuses on this of all days is left undone, as in life, and said in the log."""
        try:
            with savepoint():
                action()
        except DomainError as refusal:
            log.warning("demo_act_refused", rule=refusal.rule, message=str(refusal.message))


#: Told in the middle of a story, with its progress: the years of a whole region, written in bulk.
Interlude = Callable[[Story, Progress], None]


def tell(
    password: str,
    progress: Progress,
    orders: int = ORDERS,
    days: int = FIRST_ORDERS,
    joint_amount: int = JOINT_AMOUNT,
    interlude: Interlude | None = None,
    *,
    cooperates: bool = True,
) -> None:
    """Live through so many meetings in so many days, unless the database has authorities already.

    :param joint_amount: how many joint services the capital region needs in a quarter
    :param interlude: what is written in bulk when the region's joint system has opened; it publishes the quality
        records, so that the story does not
    :param cooperates: whether the cities of the region do more together than buy
    """
    if db.session.scalar(select(Authority.id).limit(1)) is not None:
        return
    story = Story(password, clock.now())
    db.session.remove()
    story.on(story.first_day, lambda: people(story), hour=7)
    story.on(story.first_day + timedelta(days=1), lambda: opening.set_up(story))
    for day in order_days(story, orders, days):
        story.on(day, lambda: casework.meet_customer(story))
    for ago in (150, 120, 90, 60, 40, 20, 1):
        story.on(story.today - timedelta(days=ago), lambda: casework.meet_who_chooses(story, COMPANIES[0]))
    for ago in RELEASES if interlude is None else ():
        story.on(story.today - timedelta(days=ago), releasing.freeze, hour=23)
        if ago > SEEN:
            story.on(story.today - timedelta(days=ago - SEEN), publish_what_was_seen, hour=23)
    for number in range(1, 60):
        week = story.today - timedelta(days=7 * number + 1)
        story.on(week, lambda: casework.close_old_needs(story), hour=18)
    story.on(story.today - timedelta(days=1), lambda: casework.declare_interest(story))
    together.plan(story, joint_amount, with_orders=interlude is None)
    if cooperates:
        cooperating.plan(story)
    customers.plan(story)
    money.plan(story)
    learning.plan(story)
    listening.plan(story)
    reporting.plan(story)
    results.plan(story)
    if interlude is not None:
        story.run(progress, until=story.first_day + timedelta(days=together.OPEN_AFTER))
        interlude(story, progress)
    story.run(progress)
    learning.count_paths()
    db.session.remove()


def publish_what_was_seen() -> None:
    """Publish the release whose preview is over."""
    release = records.release_in(ReleaseState.PREVIEW)
    if release is not None:
        publish(release)


def order_days(story: Story, orders: int, days_ago: int) -> list[date]:
    """The days of the year's meetings: working days, fewer in July and at Christmas."""
    days = [story.today - timedelta(days=n) for n in range(1, days_ago)]
    days = [day for day in days if clock.authority_days.is_working_day(day)]
    weights = [0.3 if day.month == 7 or (day.month == 12 and day.day > 20) else 1.0 for day in days]
    latest = days[0]  # so that somebody always has an order to answer
    return [*story.chance.choices(days, weights, k=orders), *[latest] * 6]


def people(story: Story) -> None:
    """The cities, their staff, the administrator."""
    operator = Organisation(id=new_id(), kind=OrganisationKind.OPERATOR, name="Avoin")
    db.session.add(operator)
    db.session.flush()
    first = identity.add_person(*ADMIN, "fi", by=None)
    identity.set_password(first, story.password)
    password_hash = first.password_hash
    story.mandates[ADMIN[0]] = give(story, first, operator, Role.ADMIN)
    cities = {}
    for city in CITIES:
        cities[city.key] = identity.add_authority(
            name_fi=city.name_fi,
            name_sv=city.name_sv,
            name_en=city.name_en,
            business_id=city.business_id,
            service_address=city.address,
            service_email=f"kirjaamo@{city.key}.example",
            competence="Hallintosääntö 24 §",
            by=story.mandates[ADMIN[0]],
        )
    for member in STAFF:
        person = identity.add_person(member.email, member.name, "fi", by=story.mandates[ADMIN[0]])
        person.password_hash = password_hash  # one password for all, hashed once
        story.mandates[member.email] = give(story, person, cities[member.city].organisation, member.role)
    colleague = identity.add_person(*COLLEAGUE, "fi", by=story.mandates[ADMIN[0]])
    colleague.password_hash = password_hash
    story.mandates[COLLEAGUE[0]] = give(story, colleague, cities["kuopio"].organisation, Role.COORDINATOR)
    story.experts = [story.mandates["expert@kuopio.example"]]
    for email, name in MORE_EXPERTS:
        person = identity.add_person(email, name, "fi", by=story.mandates[ADMIN[0]])
        story.experts.append(give(story, person, cities["kuopio"].organisation, Role.EXPERT))


def give(story: Story, person: Person, organisation: Organisation, role: Role) -> Mandate:
    """Give a role from the first day on."""
    return Mandate.of(identity.give_role(person, organisation, role, starts_on=story.first_day, ends_on=None, by=None))
