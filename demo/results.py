"""Where customers are, told by others: a provider's report, a file of the customer system, figures to look at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from demo.cast import COMPANIES, COORDINATOR, JOB
from dps.systems.models import Category
from evaluation.outcomes import queries
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import EMPLOYED, EmployerType, Outcome, OutcomeState
from evaluation.outcomes.service import importing
from evaluation.watching import service as watching
from orders.models import Order

if TYPE_CHECKING:
    from demo.story import Story

#: How many days before the demo's today each thing happens.
REPORTED, IMPORTED, CHECKED, LOOKED = 4, 3, 1, 1
#: A file of the customer system has so many lines.
LINES = 6


def plan(story: Story) -> None:
    """Put everything on its day."""
    story.on(story.today - timedelta(days=REPORTED), lambda: report(story), hour=10)
    story.on(story.today - timedelta(days=IMPORTED), lambda: send_file(story, saves=True), hour=9)
    story.on(story.today - timedelta(days=CHECKED), lambda: send_file(story, saves=False), hour=9)
    story.on(story.today - timedelta(days=LOOKED), lambda: look(story), hour=13)


def report(story: Story) -> None:
    """The first company reports two results; the expert has not answered yet."""
    provider = story.mandates[COMPANIES[0].email]
    assert provider.supplier_id is not None
    for due in queries.orders_to_report(provider.supplier_id, clock.helsinki_date(clock.now()))[:2]:
        outcomes.report_outcome(
            due.order,
            due.months,
            OutcomeState.OPEN_LABOUR_MARKET,
            outcomes.Details(employer_type=EmployerType.COMPANY, since_on=due.order.planned_end_on),
            outcomes.Evidence(text="Työsopimus nähty, työ jatkuu edelleen samassa yrityksessä."),
            by=provider,
        )


def send_file(story: Story, *, saves: bool) -> None:
    """What the customer system says: mostly what the experts said, once the opposite."""
    coordinator = story.mandates[COORDINATOR]
    rows = db.session.execute(
        select(Order.number, Outcome.months, Outcome.state, Outcome.employer_type)
        .join(Outcome, Outcome.order_id == Order.id)
        .where(
            Order.authority_id == coordinator.organisation_id,
            Outcome.stands,
            Outcome.state != OutcomeState.UNKNOWN,
            Order.expert_id == story.experts[0].person_id,
        )
        .order_by(Outcome.state.in_(EMPLOYED).desc(), Outcome.recorded_at.desc(), Outcome.id)
        .limit(LINES)
    ).all()
    lines = []
    opposite = saves
    for number, months, state, employer in rows:
        if opposite:
            opposite, was_employed = False, state in EMPLOYED
            state = OutcomeState.UNEMPLOYED if was_employed else OutcomeState.OPEN_LABOUR_MARKET
            employer = None if was_employed else EmployerType.COMPANY
        lines.append(f"O-{number};{months};{state.value};{employer.value if employer else ''}")
    if not lines:
        return
    file = importing.take_file("\r\n".join(["order;months;state;employer_type", *lines]).encode(), by=coordinator)
    if saves:
        importing.commit(file, by=coordinator)


def look(story: Story) -> None:
    """The weekly look at the figures; of what is found the coordinator asks one company."""
    coordinator = story.mandates[COORDINATOR]
    for flag in watching.look(db.session.get_one(Category, story.categories[JOB]))[:1]:
        watching.ask(
            flag,
            "Miksi pitkään työttömänä olleista asiakkaista on otettu vastaan muita harvempi?",
            by=coordinator,
        )
