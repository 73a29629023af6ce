"""What is learned in the demo's year: results after half a year, a quality talk, the paths to work."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core import clock
from core.db import db
from demo.cast import COMPANIES, COORDINATOR
from dps.qualification import admissions
from dps.qualification.models import Qualification
from evaluation.improving import queries as improving_queries
from evaluation.improving import service as improving
from evaluation.improving.models import Owner, QualityTalk
from evaluation.improving.service import Agreed
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import EMPLOYED, JOBS, EmployerType, Outcome, OutcomeState
from evaluation.outcomes.queries import months_later
from evaluation.paths import service as paths
from orders.models import BEGUN, Order

if TYPE_CHECKING:
    from demo.story import Story

#: How many days before the demo's today each thing happens.
INVITED, HELD, ANSWERED, DONE = 25, 18, 16, 3
HALF_YEAR = 6


def plan(story: Story) -> None:
    """Put everything on its day."""
    for number in range(1, 8):
        story.on(story.today - timedelta(days=30 * number - 25), lambda: half_years(story), hour=15)
    story.on(story.today - timedelta(days=INVITED), lambda: invite(story), hour=11)
    story.on(story.today - timedelta(days=HELD), lambda: hold(story), hour=11)
    story.on(story.today - timedelta(days=ANSWERED), lambda: answer(story), hour=11)
    story.on(story.today - timedelta(days=DONE), lambda: do_first(story), hour=11)


def half_years(story: Story) -> None:
    """Experts record where customers are half a year later; most jobs last."""
    draw = random.Random(story.today.toordinal())
    now = clock.now()
    day = clock.helsinki_date(now)
    later = aliased(Outcome)
    told = select(later.id).where(later.order_id == Order.id, later.months == HALF_YEAR).exists()
    experts = {each.person_id: each for each in story.experts}
    rows = db.session.execute(
        select(Order, Outcome)
        .join(Outcome, (Outcome.order_id == Order.id) & (Outcome.months == 3))
        .where(Order.state.in_(BEGUN), Order.expert_id.in_(experts), months_later(HALF_YEAR) <= day, ~told)
        .order_by(Order.id)
    ).all()
    for order, before in rows:
        lasts = before.state in EMPLOYED and draw.random() < 0.85
        found = before.state not in EMPLOYED and draw.random() < 0.12
        state = OutcomeState.OPEN_LABOUR_MARKET if lasts or found else OutcomeState.UNEMPLOYED
        details = outcomes.Details(employer_type=EmployerType.COMPANY if state in JOBS else None)
        outcomes.record_outcome(order, state, details, by=experts[order.expert_id], months=HALF_YEAR)


def _admission(story: Story) -> Qualification:
    found = admissions.admissions_of_supplier(story.suppliers[COMPANIES[0].number])
    ours = set(story.categories.values())
    return next(each for each in found if each.ended_at is None and each.category_id in ours)


def _talk(story: Story) -> QualityTalk | None:
    return improving_queries.live_talk(_admission(story).id)


def invite(story: Story) -> None:
    """The coordinator invites the first company to talk about its figures."""
    day = clock.helsinki_date(clock.now()) + timedelta(days=INVITED - HELD)
    improving.invite(
        _admission(story),
        "Katsotaan yhdessä, mitä julkaistut luvut kertovat, ja miten palvelut alkavat nopeammin.",
        datetime.combine(day, time(10), tzinfo=clock.HELSINKI),
        "Etäyhteys",
        by=story.mandates[COORDINATOR],
    )


def hold(story: Story) -> None:
    """What was talked about, and what both do."""
    talk = _talk(story)
    if talk is None:
        return
    day = clock.helsinki_date(clock.now())
    improving.hold(
        talk,
        "Luvut käytiin läpi. Aloitukset viivästyvät, kun valmentajia on lomalla yhtä aikaa.",
        [
            Agreed("Lomien ajaksi nimetään varavalmentaja.", Owner.PROVIDER, day + timedelta(days=21)),
            Agreed(
                "Kaupunki kertoo kuukausittain arvion tulevista tilauksista.", Owner.AUTHORITY, day + timedelta(days=28)
            ),
        ],
        day + timedelta(days=90),
        by=story.mandates[COORDINATOR],
    )


def answer(story: Story) -> None:
    """The company agrees."""
    if talk := _talk(story):
        improving.answer(
            talk, confirms=True, comment="Varavalmentaja on jo sovittu.", by=story.mandates[COMPANIES[0].email]
        )


def do_first(story: Story) -> None:
    """It has done its part."""
    talk = _talk(story)
    if talk is not None and talk.actions:
        note = "Varavalmentaja aloitti maanantaina."
        improving.do_action(talk.actions[0], note, by=story.mandates[COMPANIES[0].email])


def count_paths() -> None:
    """The paths as known today."""
    paths.count(paths.ask(by=None))
