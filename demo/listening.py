"""What customers say in the demo: at a tablet, of their own situation, and in words that an official has read."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from demo.cast import COORDINATOR, JOB
from dps.systems.models import Category
from evaluation.assessing import queries as assessed
from evaluation.assessing import service as assessing
from evaluation.assessing.models import Area
from evaluation.assessing.service import Answers
from evaluation.collecting import queries, service
from evaluation.collecting.models import EnoughHelp, FeedbackAlert, FeedbackPoint, HoldReason
from evaluation.collecting.service import points, words
from evaluation.collecting.service.points import Device
from orders.models import DELIVERED, Order, OrderState

if TYPE_CHECKING:
    from demo.story import Story

#: The tablet stands so many days; words are read and unhappy customers called so often.
TABLET, READING = 45, 14
#: How many services the customers have assessed before and after, and how many only before.
BOTH, BEFORE = 12, 3
SAID = ("", "", "", "Sain neuvoja nopeasti.", "Jonotin melkein tunnin.", "Hyvä palvelu, kiitos!")
LANGUAGES = ("fi", "fi", "fi", "sv", "en", "ar", "ru", "uk", "so")


def plan(story: Story) -> None:
    """Put everything on its day."""
    story.on(story.today - timedelta(days=TABLET), lambda: stand_tablet(story))
    for days in range(READING, 330, READING):
        story.on(story.today - timedelta(days=days), lambda: read(story), hour=19)
        story.on(story.today - timedelta(days=days - 1), lambda: call(story), hour=19)
    story.on(story.today - timedelta(days=5), lambda: ask_early(story))
    story.on(story.today - timedelta(days=3), lambda: assess(story), hour=19)
    story.on(story.today - timedelta(days=2), lambda: tell_of_authority(story))


def stand_tablet(story: Story) -> None:
    """A tablet in the lobby, and the answers of the weeks to come."""
    device = points.make_point("Asiakaspalvelu, aula", "Suokatu 42, Kuopio", by=story.mandates[COORDINATOR])
    for days in range(TABLET):
        for _ in range(story.chance.randint(1, 4)):
            story.after(days + 0.1, lambda: answer(story, device))


def answer(story: Story, device: Device) -> None:
    """Somebody in the lobby presses three times."""
    draw = story.chance
    grade = min(10, max(0, round(draw.gauss(7.6, 2.2))))
    enough = EnoughHelp.YES if grade >= 7 else EnoughHelp.PARTLY if grade >= 4 else EnoughHelp.NO
    points.answer_at_point(
        device.token,
        uuid.UUID(int=draw.getrandbits(128), version=4),
        grade,
        enough,
        draw.choice(SAID),
        answered_at=clock.now(),
        language=draw.choice(LANGUAGES),
    )


def read(story: Story) -> None:
    """The coordinator reads customers' words; nearly all are released."""
    by = story.mandates[COORDINATOR]
    for row in queries.words_to_check(by.organisation_id, limit=200):
        if words.findings_in(row, words.words_of(row)):
            words.hold_back(row, HoldReason.IDENTIFIES, by=by)
        else:
            words.release(row, by=by)


def call(story: Story) -> None:
    """Experts have called the customers who were not satisfied."""
    for alert in db.session.scalars(
        select(FeedbackAlert)
        .join(FeedbackAlert.order)
        .where(FeedbackAlert.handled_at.is_(None), Order.expert_id.in_([each.person_id for each in story.experts]))
    ):
        by = _expert_of(story, alert.order)
        if by is not None:
            service.handle(alert, "Soitin asiakkaalle. Sovimme seuraavasta palvelusta.", by=by)


def _expert_of(story: Story, order: Order) -> Mandate | None:
    return next((each for each in story.experts if each.person_id == order.expert_id), None)


def ask_early(story: Story) -> None:
    """Job coaching asks from now on at the start, too; some of those under way have answered."""
    category = db.session.get_one(Category, story.categories[JOB])
    service.set_points(category, [FeedbackPoint.START, FeedbackPoint.END], by=story.mandates[COORDINATOR])
    rows = _orders(category, OrderState.STARTED)
    for place, order in enumerate(rows):
        by = _expert_of(story, order)
        if by is None or place % 4 == 0:
            continue
        token = service.renew_feedback_link(order, by=by, point=FeedbackPoint.START)
        is_low = place == 1
        grade = 3 if is_low else story.chance.randint(6, 10)
        enough = EnoughHelp.NO if is_low else EnoughHelp.YES
        service.give_feedback(token, grade, enough, "En ole vielä saanut aikaa." if is_low else "", language="fi")


def _orders(category: Category, *states: OrderState, limit: int = 20) -> list[Order]:
    rows = db.session.scalars(
        select(Order)
        .where(Order.category_id == category.id, Order.state.in_(states))
        .order_by(Order.id.desc())
        .limit(limit)
    )
    return list(rows)


def assess(story: Story) -> None:
    """Customers have said how they see their own situation, before and after."""
    category = db.session.get_one(Category, story.categories[JOB])
    draw = story.chance
    for order in [*_orders(category, *DELIVERED, limit=BOTH), *_orders(category, OrderState.STARTED, limit=BEFORE)]:
        by = _expert_of(story, order)
        if by is None or assessed.points_answered(order.id):
            continue
        before = {area: draw.randint(1, 4) for area in Area}
        assessing.assess_together(order, FeedbackPoint.START, Answers(before), by=by)
        if order.state in DELIVERED:
            after = {area: min(5, max(1, grade + draw.choice((-1, 0, 1, 1, 2)))) for area, grade in before.items()}
            assessing.assess_together(order, FeedbackPoint.END, Answers(after), by=by)


def tell_of_authority(story: Story) -> None:
    """Providers tell how it was to work with the authority."""
    for key in story.categories.values():
        for order in _orders(db.session.get_one(Category, key), *DELIVERED, limit=30):
            by = next((each for each in story.mandates.values() if each.organisation_id == order.supplier_id), None)
            if by is None or queries.provider_feedback_of(order.id) is not None:
                continue
            grades = [min(5, max(1, round(story.chance.gauss(3.9, 0.9)))) for _ in range(3)]
            service.give_provider_feedback(
                order, as_described=grades[0], information=grades[1], answered=grades[2], by=by
            )
