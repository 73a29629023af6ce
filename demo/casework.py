"""A meeting of expert and customer, and what follows: choice, order, service, report, feedback, outcome."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from demo.cast import CAPITAL_COMPANIES, CARDS, COMPANIES, JOB, MAP, NEWCOMER, TRIAL, WORK, Company
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import Category, DeclineReason, OrderingRule
from evaluation.collecting import service as evaluation
from evaluation.collecting.models import EnoughHelp
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import JOBS, EmployerType, OutcomeState
from orders import search
from orders.changes import service as changes
from orders.changes.models import ChangeKind, ChangeReason
from orders.changes.service import Proposal
from orders.meeting import conflicts
from orders.meeting import service as meeting
from orders.meeting.models import Ground, Source
from orders.meeting.service import Contact
from orders.messages import service as messages
from orders.models import (
    AgeBand,
    ChoiceAnswer,
    ChosenBy,
    EducationBand,
    EndKind,
    InterruptionReason,
    Need,
    NeedState,
    Order,
    OrderState,
    UnemploymentBand,
)
from orders.service import answering, choices, delivering, following, needs, placing, running
from suppliers.models import Supplier

if TYPE_CHECKING:
    from demo.story import Story

DEMAND = {JOB: 0.42, WORK: 0.24, MAP: 0.12, TRIAL: 0.12, CARDS: 0.10}
#: Chance of a finished service, and of a job at three months, before the company's own part.
FINISH = {JOB: 0.80, WORK: 0.82, MAP: 0.90, TRIAL: 0.76, CARDS: 0.94}
EMPLOYED = {JOB: 0.36, WORK: 0.30, MAP: 0.14, TRIAL: 0.32, CARDS: 0.26}
HARDER = {
    UnemploymentBand.UNDER_6_MONTHS: 0.10,
    UnemploymentBand.FROM_6_TO_12_MONTHS: 0.04,
    UnemploymentBand.FROM_1_TO_2_YEARS: -0.04,
    UnemploymentBand.OVER_2_YEARS: -0.10,
}

EMPLOYERS = (EmployerType.COMPANY, EmployerType.COMPANY, EmployerType.MUNICIPALITY, EmployerType.THIRD_SECTOR)

#: Prefers customers who find work sooner.
SKIMMER = COMPANIES[1]
BY_NUMBER = {company.number: company for company in (*COMPANIES, *CAPITAL_COMPANIES)}


def company_of(story: Story, supplier_id: uuid.UUID) -> Company | None:
    """The company of the cast behind a supplier; quiet ones answer as an average one would."""
    return next((BY_NUMBER.get(n) for n, known in story.suppliers.items() if known == supplier_id), None)


def provider_of(story: Story, supplier_id: uuid.UUID) -> Mandate:
    """Who answers for a supplier."""
    return next(m for m in story.mandates.values() if m.supplier_id == supplier_id)


def meet_customer(story: Story) -> None:
    """An expert states a need, and the customer chooses or the published rule decides."""
    draw = story.chance
    code = draw.choices(list(DEMAND), list(DEMAND.values()))[0]
    expert = draw.choices(story.experts, [2.0] + [1.0] * (len(story.experts) - 1))[0]
    order_service(story, state_need(story, code, expert), expert)


def meet_who_chooses(story: Story, company: Company) -> None:
    """A customer of the first expert who chooses this company, so that the two always have work together."""
    expert = story.experts[0]
    need = state_need(story, company.categories[0], expert)
    hit = next((hit for hit in search.fitting(need).hits if company_of(story, hit.supplier_id) is company), None)
    if hit is None:
        return
    made = choices.offer_choice(need, [hit.offering_id], by=expert)
    _, order = choices.answer_choice(made.token, ChoiceAnswer.CHOSEN, option=0)
    if order is not None:
        follow(story, order)


def state_need(story: Story, code: str, expert: Mandate) -> Need:
    """An expert states what a customer of theirs needs."""
    draw = story.chance
    category = db.session.get(Category, story.categories[code])
    assert category is not None
    today = clock.helsinki_date(clock.now())
    languages = ["fi"] if draw.random() < 0.92 else [draw.choice(["ar", "en", "ru", "sv"])]
    return needs.state_need(
        category,
        needs.NeedDetails(
            customer_reference=story.customer(f"A-{draw.randrange(10_000, 99_999)}"),
            municipality="Kuopio" if draw.random() < 0.85 else "Siilinjärvi",
            place="Kuopio",
            is_remote=False,
            languages=languages,
            latest_start=today + timedelta(days=draw.choice((28, 35, 42, 56))),
            modules=["language-culture"] if code == TRIAL and languages != ["fi"] and draw.random() < 0.4 else [],
            accessibility="",
            age_band=draw.choice([each for each in AgeBand if each is not AgeBand.UNKNOWN]),
            unemployment_band=draw.choices(list(UnemploymentBand), (2, 3, 4, 3, 0))[0],
            education_band=draw.choice(list(EducationBand)),
        ),
        by=expert,
    )


def order_service(story: Story, need: Need, expert: Mandate) -> None:
    """Show the fitting services and order one; where nothing fits, the need stays open on the desk."""
    hits = search.fitting(need).hits
    if not hits:
        return
    if need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        first = hits[0]
        offering, start = db.session.get(Offering, first.offering_id), db.session.get(OfferingStart, first.start_id)
        assert offering is not None
        assert start is not None
        follow(story, placing.place_order(need, offering, start, chosen_by=ChosenBy.RULE, by=expert))
        return
    shown = hits[: story.chance.choice((3, 4, 5))]
    popular = [hit for hit in hits if (c := company_of(story, hit.supplier_id)) and c.pull > 2 and hit not in shown]
    shown = (shown + popular)[:5]
    made = choices.offer_choice(need, [hit.offering_id for hit in shown], by=expert)
    offered = [uuid.UUID(option["offering"]) for option in made.choice.options]
    weights = []
    for offering_id in offered:
        hit = next(h for h in shown if h.offering_id == offering_id)
        company = company_of(story, hit.supplier_id)
        weights.append(company.pull if company else 0.02)
    age = (story.now - clock.now()).days
    if age <= 3 and story.chance.random() < 0.5:
        return  # the customer still thinks
    if story.chance.random() < 0.03:
        choices.answer_choice(made.token, ChoiceAnswer.TALK_FIRST)
        return
    option = story.chance.choices(range(len(offered)), weights)[0]
    _, order = choices.answer_choice(made.token, ChoiceAnswer.CHOSEN, option=option)
    if order is not None:
        follow(story, order)


def close_old_needs(story: Story) -> None:
    """What came to nothing within three weeks is closed by its expert."""
    limit = clock.now() - timedelta(days=21)
    experts = {each.person_id: each for each in story.experts}
    old = select(Need).where(Need.state == NeedState.OPEN, Need.made_at < limit, Need.expert_id.in_(experts))
    for need in db.session.scalars(old):
        needs.close_need(need, by=experts[need.expert_id])


def follow(story: Story, order: Order) -> None:
    """The provider answers within the next days; a few never do."""
    order_id = order.id
    if story.chance.random() < 0.04:
        story.after(5, lambda: lapse(story, order_id))
    else:
        story.after(1, lambda: answer(story, order_id))


def lapse(story: Story, order_id: uuid.UUID) -> None:
    """Nobody answered."""
    order = db.session.get(Order, order_id)
    assert order is not None
    if answering.expire(order):
        look_again(story, order)


def look_again(story: Story, order: Order) -> None:
    """Under a ranking or rotation the next one has the order already; else the customer chooses anew."""
    if order.need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        following = placing.offer_next(order.need)
        if following is not None:
            follow(story, following)
    else:
        expert = story.expert(order.need.expert_id)
        need_id = order.need_id

        def again() -> None:
            need = db.session.get(Need, need_id)
            assert need is not None
            if need.state is NeedState.OPEN:  # else closed meanwhile
                order_service(story, need, expert)

        story.after(1, again)


def answer(story: Story, order_id: uuid.UUID) -> None:
    """Accept, or decline for a published reason."""
    order = db.session.get(Order, order_id)
    assert order is not None
    provider = provider_of(story, order.supplier_id)
    if clock.now() > order.accept_by:
        lapse(story, order_id)
        return
    if declines_the_hardest(story, order):
        answering.decline(order, DeclineReason.NO_CAPACITY, by=provider)
        look_again(story, order)
        return
    if story.chance.random() < 0.06:
        answering.decline(
            order, story.chance.choice((DeclineReason.NO_CAPACITY, DeclineReason.START_NOT_POSSIBLE)), by=provider
        )
        look_again(story, order)
        return
    answering.accept(order, by=provider)
    arrange(story, order, provider)
    if story.chance.random() < 0.03:
        expert = story.expert(order.expert_id)
        story.after(2, lambda: cancel(order_id, expert))
    else:
        story.on(next_working_day(order.planned_start_on), lambda: start(story, order_id))


def declines_the_hardest(story: Story, order: Order) -> bool:
    """One company seldom takes those who have been without work for long: what the watching is there to see."""
    is_hard = order.need.unemployment_band in (UnemploymentBand.FROM_1_TO_2_YEARS, UnemploymentBand.OVER_2_YEARS)
    is_wanted = order.category_id != story.categories[JOB] or order.number % 5 == 0
    return is_hard and not is_wanted and company_of(story, order.supplier_id) is SKIMMER


def arrange(story: Story, order: Order, provider: Mandate) -> None:
    """Agree the first meeting; of some customers the expert tells who they are, of some the two write to each other."""
    first = next_working_day(order.planned_start_on)
    if order.number % 3 and clock.helsinki_date(clock.now()) < first <= order.planned_end_on:
        running.schedule(
            order, clock.start_of_day(first) + timedelta(hours=9), "Tulliportinkatu 31, 2. krs", by=provider
        )
    expert = story.expert(order.expert_id)
    if order.number % 4 == 0:
        contact = Contact(name="Esimerkki Asiakas", phone="040 555 0100", language="fi")
        meeting.release_contact(order, contact, Source.CUSTOMER, by=expert)
        meeting.name_staff(order, [provider.person_id], by=expert)
    if order.number % 6 == 0:
        messages.send(order, "Sopiiko ensimmäinen tapaaminen aamupäivällä?", by=expert)
        messages.send(order, "Sopii hyvin, varaan ajan kello yhdeksän.", by=provider)
        if order.planned_start_on < story.today:
            messages.mark_read(order, by=expert)


def ask_for_longer(story: Story, order: Order, provider: Mandate) -> None:
    """Of some services the provider asks for a later end: the expert refuses, or has not answered yet."""
    later = order.planned_end_on + timedelta(days=7)
    length = (later - (order.started_on or order.planned_start_on)).days + 1
    if order.number % 3 or length > order.category.max_duration_days or later > order.contract.ends_on:
        return
    asked = Proposal(kind=ChangeKind.EXTEND, reason=ChangeReason.CUSTOMER_ASKS, until_on=later)
    if order.category.has_work_trial and later > following.longest_trial_end(order.planned_start_on):
        return
    change = changes.propose(order, asked, by=provider)
    if order.number % 2:
        changes.refuse(change, by=story.expert(order.expert_id))


def declare_interest(story: Story) -> None:
    """The expert's sister works for a company that is not admitted yet."""
    supplier = db.session.scalars(select(Supplier).where(Supplier.name == NEWCOMER.name)).one()
    conflicts.declare_interest(supplier, Ground.RELATIVE, by=story.experts[0])


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not clock.authority_days.is_working_day(day):
        day += timedelta(days=1)
    return day


def cancel(order_id: uuid.UUID, expert: Mandate) -> None:
    """The customer found something else first."""
    order = db.session.get(Order, order_id)
    assert order is not None
    if order.state in (OrderState.ACCEPTED, OrderState.SCHEDULED):
        terms = answering.cancel_terms(order, clock.helsinki_date(clock.now()))
        answering.cancel(order, by=expert, fee=terms.fee)


def start(story: Story, order_id: uuid.UUID) -> None:
    """The service starts."""
    order = db.session.get(Order, order_id)
    assert order is not None
    if order.state not in (OrderState.ACCEPTED, OrderState.SCHEDULED):
        return
    provider = provider_of(story, order.supplier_id)
    today = clock.helsinki_date(clock.now())
    if order.category.has_work_trial:
        ends_on = min(order.planned_end_on, following.longest_trial_end(order.planned_start_on))
        following.agree_trial(order, "Kahvila Kallavesi", order.planned_start_on, ends_on, by=provider)
        following.confirm_insurance(order, by=story.expert(order.expert_id))
    running.start_service(order, today, by=provider)
    ask_for_longer(story, order, provider)
    company = company_of(story, order.supplier_id)
    finishes = story.chance.random() < FINISH[order.category.code] + (company.finish if company else 0)
    length = (order.planned_end_on - order.planned_start_on).days
    days = length if finishes else max(3, round(length * story.chance.uniform(0.15, 0.7)))
    ended = clock.helsinki_date(clock.now()) + timedelta(days=days)
    story.on(
        next_working_day(ended + timedelta(days=story.chance.choice((1, 2, 4, 7)))),
        lambda: report(story, order_id, ended, finishes),
    )


def report(story: Story, order_id: uuid.UUID, ended: date, finishes: bool) -> None:
    """The provider reports, the expert accepts after some days."""
    order = db.session.get(Order, order_id)
    assert order is not None
    assert order.started_on is not None
    share = Decimal(1)
    if not finishes:
        length = max(1, (order.planned_end_on - order.planned_start_on).days)
        share = min(Decimal(1), Decimal((ended - order.started_on).days) / Decimal(length))
    reasons = (InterruptionReason.FOUND_WORK, InterruptionReason.HEALTH, InterruptionReason.DID_NOT_ATTEND)
    delivering.report_delivery(
        order,
        delivering.Report(
            ended_on=ended,
            end_kind=EndKind.FINISHED if finishes else EndKind.INTERRUPTED,
            interruption_reason=None if finishes else story.chance.choice(reasons),
            amount=(order.price * share).quantize(Decimal("0.01")),
            text="Tavoitteet käytiin läpi ja seuraavat askeleet sovittiin.",
        ),
        by=provider_of(story, order.supplier_id),
    )
    story.after(1 + story.chance.random() * 3, lambda: take(story, order_id))


def take(story: Story, order_id: uuid.UUID) -> None:
    """The expert accepts the delivery and says how it went; the customer may, too."""
    order = db.session.get(Order, order_id)
    assert order is not None
    expert = story.expert(order.expert_id)
    delivering.accept_delivery(order, by=expert)
    company = company_of(story, order.supplier_id)
    liked = company.liked if company else 0.0
    draw = story.chance
    if draw.random() < 0.68:
        token = evaluation.renew_feedback_link(order, by=expert)
        score = min(10, max(0, round(draw.gauss(8.1 + liked, 1.7))))
        helped = EnoughHelp.YES if score >= 8 else EnoughHelp.PARTLY if score >= 5 else EnoughHelp.NO
        words = draw.choice(
            ("", "", "Sain apua työhakemukseen.", "Valmentaja kuunteli.", "Tapaamisia olisi voinut olla enemmän.")
        )
        evaluation.give_feedback(token, score, helped, words, language="fi")
    if draw.random() < 0.7:

        def grade() -> int:
            return min(5, max(1, round(draw.gauss(3.9 + liked / 2, 0.8))))

        evaluation.give_expert_feedback(order, fit=grade(), cooperation=grade(), report=grade(), by=expert)
    due = clock.start_of_day(order.planned_end_on) + timedelta(days=93)
    story.on(
        next_working_day(due.date() + timedelta(days=draw.choice((1, 3, 6, 10)))), lambda: outcome(story, order_id)
    )


def outcome(story: Story, order_id: uuid.UUID) -> None:
    """Three months later: where the customer is. Sometimes nobody knows."""
    order = db.session.get(Order, order_id)
    assert order is not None
    draw = story.chance
    if draw.random() < 0.01:
        return  # still to be asked
    company = company_of(story, order.supplier_id)
    chance = (
        EMPLOYED[order.category.code] + HARDER.get(order.need.unemployment_band, 0.0) + (company.job if company else 0)
    )
    if draw.random() < chance:
        state = OutcomeState.OPEN_LABOUR_MARKET if draw.random() < 0.94 else OutcomeState.OWN_BUSINESS
    else:
        others = (
            OutcomeState.SUBSIDISED_WORK,
            OutcomeState.STUDIES,
            OutcomeState.NEXT_SERVICE,
            OutcomeState.UNEMPLOYED,
            OutcomeState.UNKNOWN,
        )
        state = draw.choices(others, (3, 2, 3, 6, 1.5))[0]
    expert = story.expert(order.expert_id)
    employer = draw.choice(EMPLOYERS) if state in JOBS else None
    outcomes.record_outcome(order, state, outcomes.Details(employer_type=employer), by=expert)
