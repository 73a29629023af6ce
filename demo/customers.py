"""What customers do before and beside their services: prepare, ask, meet providers; what went wrong; who was away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from demo import casework
from demo.cast import COMPANIES, COORDINATOR, JOB
from dps.systems.models import Category
from orders.deviations import service as deviations
from orders.deviations.models import Deviation, Severity
from orders.handover import queries as handover_queries
from orders.handover import service as handovers
from orders.models import BEGUN, ChoiceAnswer, Goal, Order
from orders.preparing import service as preparing
from orders.preparing.models import Company, When, Where
from orders.presentations import service as presentations
from orders.service import choices

if TYPE_CHECKING:
    from demo.story import Story

#: How many days before the demo's today each thing happens, and how many after it the meetings are.
HANDOVER, DEVIATION, ANSWER, EVENT, ASKING, PREPARING = 30, 12, 8, 5, 2, 1
MEETING, PRESENTATION = 2, 10


def plan(story: Story) -> None:
    """Put everything on its day."""

    def before(days: int, act: object) -> None:
        story.on(story.today - timedelta(days=days), lambda: act(story))  # type: ignore[operator]

    before(HANDOVER, hand_over)
    before(DEVIATION, open_deviation)
    before(ANSWER, answer_deviation)
    before(EVENT, announce)
    before(ASKING, ask)
    before(PREPARING, prepare)


def hand_over(story: Story) -> None:
    """One expert is away; two colleagues go on with the customers."""
    away, first, second = story.experts[-1], story.experts[1], story.experts[2]
    caseload = handover_queries.caseload(away.person_id)
    assert caseload is not None
    handovers.hand_over(caseload, {first.person_id: 2, second.person_id: 1}, by=story.mandates[COORDINATOR])


def open_deviation(story: Story) -> None:
    """A service of the first company did not go as agreed."""
    order = db.session.scalars(
        select(Order)
        .where(
            Order.supplier_id == story.suppliers[COMPANIES[0].number],
            Order.expert_id == story.experts[0].person_id,
            Order.state.in_(BEGUN),
        )
        .order_by(Order.id.desc())
        .limit(1)
    ).first()
    if order is not None:
        text = "Kaksi tapaamista peruttiin samana päivänä, eikä uusia aikoja ole annettu."
        deviations.open_on_order(order, Severity.MINOR, text, by=story.experts[0])


def answer_deviation(story: Story) -> None:
    """The company answers; a coordinator has yet to confirm it."""
    row = db.session.scalars(select(Deviation).order_by(Deviation.id).limit(1)).first()
    if row is not None:
        text = "Valmentaja oli sairaana. Uudet ajat on annettu ensi viikolle."
        deviations.answer(row, text, disputes=False, by=story.mandates[COMPANIES[0].email])


def announce(story: Story) -> None:
    """An event in the library, to which every admitted provider is invited; two come."""
    category = db.session.get_one(Category, story.categories[JOB])
    starts_at = clock.start_of_day(story.today + timedelta(days=PRESENTATION)) + timedelta(hours=13)
    event = presentations.announce(
        category,
        presentations.Details(
            title_fi="Tapaa valmentajat",
            title_sv="Träffa tränarna",
            title_en="Meet the coaches",
            place="Kuopion pääkirjasto, Multimediasali",
            link="",
            languages=["fi", "en", "ar"],
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            seats=40,
        ),
        by=story.mandates[COORDINATOR],
    )
    for company in COMPANIES[:2]:
        if JOB in company.categories:
            presentations.present(event, by=story.mandates[company.email])
    presentations.sign_up_for(event, "A-20118", by=story.experts[0])
    for _ in range(6):
        presentations.sign_up(event)


def ask(story: Story) -> None:
    """A customer asks before choosing; another has found nothing that suits."""
    need = casework.state_need(story, JOB, story.experts[0])
    made = choices.offer_choice(need, by=story.experts[0])
    choices.ask_expert(made.token, "Pääseekö sinne bussilla? Aloitus aamulla on minulle vaikea.", language="fi")
    other = casework.state_need(story, JOB, story.experts[0])
    found = choices.offer_choice(other, by=story.experts[0])
    choices.answer_choice(found.token, ChoiceAnswer.NONE_FITS, reasons=[choices.NoneReason.TOO_FAR])


def prepare(story: Story) -> None:
    """Two customers are invited to prepare; one has answered."""
    meeting = casework.next_working_day(story.today + timedelta(days=MEETING))
    invited = preparing.invite("A-20118", meeting, by=story.experts[0])
    preparing.save(
        invited.token,
        preparing.Answers(
            goal=Goal.FIND_WORK,
            can="Olen ollut kymmenen vuotta keittiössä ja ajanut trukkia varastolla.",
            want="Haluan vakituisen työn, mieluiten varastolta.",
            in_the_way="En osaa kirjoittaa hakemusta suomeksi.",
            place="Kuopio",
            where=Where.NEAR,
            languages=["fi", "ar"],
            when=When.SOON,
            company=Company.EITHER,
        ),
        language="ar",
    )
    preparing.invite("A-20119", meeting, by=story.experts[0])
