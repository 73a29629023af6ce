"""The customer's choice: a link with the fitting services, questions, one answer.

Under customer's choice every fitting service can be reached from the link, in the order drawn for the need (R3, I5):
the expert may narrow what it opens with - by filters, or by pointing out up to five - and both are kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, TooMany, WrongState
from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.sealing import seal
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.offerings.models import Offering, OfferingStart
from dps.systems import queries as system_queries
from dps.systems import service as systems
from dps.systems.models import OrderingRule
from orders import links, queries, search
from orders.fitting import Filters
from orders.models import Choice, ChoiceAnswer, ChosenBy, CustomerQuestion, Need, NeedState, NoneReason, Order
from orders.service.placing import NotAvailable, SeatTaken, place_order

OFFERED = audit.declare("choice.offered", "need", "options", "pointed_out", "filters", "expires_at")
ANSWERED = audit.declare("choice.answered", "need", "answer", "reasons", "offering", "ordered")
ASKED = audit.declare("customer_question.asked", "need")
HANDLED = audit.declare("customer_question.handled", "need")

#: A week: long enough to think it over, short enough that the starts shown still hold.
LINK_LENGTH = timedelta(days=7)
#: So many services may be pointed out by hand.
MOST_OPTIONS = 5
#: So many questions may be asked by one link.
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class MadeChoice:
    """A fresh link; its token is shown to the expert for a short while and stored nowhere."""

    choice: Choice
    token: str


@transaction
def offer_choice(
    need: Need, pointed_out: Sequence[uuid.UUID] = (), *, filters: Filters | None = None, by: Mandate | None
) -> MadeChoice:
    """Make the customer's link; a link made before stops working.

    It opens with all fitting services, with those under ``filters``, or with up to five pointed out, always in the
    drawn order and not in the expert's (I5).

    :raises RuleBroken: not customer's choice here (R3), nothing fits, one pointed out does not fit, or an identity code
        among the words searched for (I8)
    :raises WrongState: the need is ordered or closed
    """
    lock(need)
    now = clock.now()
    _check_open(need, clock.helsinki_date(now))
    picked = set(pointed_out)
    if len(picked) > MOST_OPTIONS:
        raise RuleBroken(
            _l("Point out at most five services."),
            rule="choice-options",
            field="offerings",
            next_step=_l("Tick fewer, or none: then the customer sees all that fit."),
        )
    wish = filters or Filters()
    if contains_identity_code(wish.words):
        raise RuleBroken(MESSAGE, rule="I8", field="words")
    fitting = for_customer(need)
    within = fitting if picked else for_customer(need, wish)
    shown = [each for each in within if not picked or each.offering_id in picked]
    if picked and len(shown) < len(picked):
        raise RuleBroken(
            _l("One of the services no longer fits."),
            rule="choice-options",
            field="offerings",
            next_step=_l("Look at the list anew and pick again."),
        )
    if not shown:
        raise RuleBroken(
            _l("No service fits this need."),
            rule="choice-options",
            field="offerings",
            next_step=_l("Change the need or wait for new services."),
        )
    queries.cancel_open_choices(need.id, now)
    token = new_token()
    choice = Choice(
        id=new_id(),
        need_id=need.id,
        token_hash=hash_token(token),
        options=[
            {"offering": str(each.offering_id), "start": str(each.start_id), "price": str(each.price)} for each in shown
        ],
        is_pointed_out=bool(picked),
        filters={} if picked else wish.kept(),
        prices={str(each.offering_id): str(each.price) for each in fitting},
        made_at=now,
        expires_at=now + LINK_LENGTH,
        need=need,
    )
    db.session.add(choice)
    db.session.flush()
    audit.record(
        OFFERED,
        subject=choice,
        actor=by,
        at=now,
        need=need.id,
        options=len(shown),
        pointed_out=choice.is_pointed_out,
        filters={**choice.filters, **({"words": True} if wish.words and not picked else {})},
        expires_at=choice.expires_at,
    )
    return MadeChoice(choice, token)


def for_customer(need: Need, filters: Filters | None = None) -> list[search.Hit]:
    """All a customer may choose from: the drawn order first, then own production and partners beside it."""
    return [*search.fitting(need, filters=filters).hits, *search.apart(need, filters=filters)]


def _check_open(need: Need, today: date) -> None:
    if need.state is not NeedState.OPEN:
        raise WrongState(
            _l("This need is ordered or closed already."),
            rule="need-state",
            next_step=_l("Open the need to see its order."),
        )
    if need.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
        raise RuleBroken(
            _l("In this category the published rule decides, not the customer."),
            rule="R3",
            next_step=_l("Order the service that stands first."),
        )
    systems.check_not_ended(need.category)
    if not system_queries.system_is_open(need.category, today):
        raise RuleBroken(
            _l("The purchasing system is closed. Nothing can be ordered in it."),
            rule="R19",
            next_step=_l("Wait until the system is open again."),
        )


@transaction
def offer_again(need: Need, *, by: Mandate | None) -> MadeChoice:
    """After a refusal, or when the old link was lost: a new link in one act, by the filters of the last one.

    What was pointed out by hand is not repeated: the customer sees all that fit now.

    :raises RuleBroken, WrongState: as ``offer_choice``
    """
    last = queries.newest_choice(need.id)
    return offer_choice(need, filters=Filters.of(last.filters) if last else None, by=by)


def shown_hits(choice: Choice, *, everything: bool = False) -> tuple[list[search.Hit], int]:
    """What the customer sees now, asked anew for free places, and how many services fit in all."""
    fitting = for_customer(choice.need)
    if everything:
        return fitting, len(fitting)
    if choice.is_pointed_out:
        picked = {each["offering"] for each in choice.options}
        return [each for each in fitting if str(each.offering_id) in picked], len(fitting)
    wish = Filters.of(choice.filters)
    return for_customer(choice.need, wish), len(fitting)


def usable(token: str) -> Choice:
    """The choice behind a token, if it still waits for its answer.

    :raises LinkUnknown: there is no such link
    :raises LinkOver: answered, replaced or too old
    """
    choice = queries.choice_of_token(token)
    if choice is None:
        raise links.unknown()
    if choice.answered_at is not None:
        raise links.used()
    if choice.cancelled_at is not None or clock.now() >= choice.expires_at:
        raise links.over()
    return choice


@dataclass(frozen=True)
class Picked:
    """The service and the day the customer said yes to."""

    offering_id: uuid.UUID
    start_id: uuid.UUID


@transaction
def answer_choice(
    token: str,
    answer: ChoiceAnswer,
    *,
    option: int | None = None,
    picked: Picked | None = None,
    reasons: Iterable[NoneReason] = (),
    language: str = "fi",
) -> tuple[Choice, Order | None]:
    """Take the customer's answer; a chosen service is ordered at once where seat and money are free.

    Where the money is short, the price was raised or the system closed, the answer is kept and the expert
    goes on from it.
    Where the seat is gone, nothing is kept, so that the customer can choose again.

    :param picked: any fitting service (I5); or ``option``, the place among those the link opened with, from 0
    :raises SeatTaken: the last seat went meanwhile
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    found = usable(token)
    lock(found.need)
    lock(found)
    choice = usable(token)
    order = None
    if answer is ChoiceAnswer.CHOSEN:
        offering, start = _picked(choice, option, picked)
        now = clock.now()
        with db.session.no_autoflush:
            choice.offering_id, choice.start_id = offering.id, start.id
            choice.answer, choice.answered_at, choice.language = answer, now, language
        db.session.flush()
        try:
            order = place_order(choice.need, offering, start, chosen_by=ChosenBy.CUSTOMER, by=None, choice=choice)
        except RuleBroken as refusal:
            if isinstance(refusal, SeatTaken | NotAvailable):
                raise
    else:
        now = clock.now()
        choice.answer, choice.answered_at, choice.language = answer, now, language
        if answer is ChoiceAnswer.NONE_FITS:
            choice.none_reasons = [each.value for each in dict.fromkeys(reasons)]
    audit.record(
        ANSWERED,
        subject=choice,
        actor=None,
        at=now,
        need=choice.need_id,
        answer=answer,
        reasons=choice.none_reasons,
        offering=choice.offering_id,
        ordered=order is not None,
    )
    return choice, order


def _picked(choice: Choice, option: int | None, picked: Picked | None) -> tuple[Offering, OfferingStart]:
    if picked is None:
        if option is None or not 0 <= option < len(choice.options):
            raise links.unknown()
        row = choice.options[option]
        picked = Picked(uuid.UUID(row["offering"]), uuid.UUID(row["start"]))
    offering = db.session.get(Offering, picked.offering_id)
    start = db.session.get(OfferingStart, picked.start_id)
    if offering is None or start is None or start.offering_id != offering.id:
        raise links.unknown()
    return offering, start


def question_purpose(question_id: uuid.UUID) -> str:
    """What a customer's question is sealed for."""
    return f"customer-question/{question_id}"


@transaction
def ask_expert(token: str, words: str, *, language: str) -> CustomerQuestion:
    """Keep a question for the expert, sealed; the link stays as it is.

    :raises RuleBroken: the question holds an identity code (I8)
    :raises TooMany: the link has asked enough
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    found = usable(token)
    lock(found)
    choice = usable(token)
    if contains_identity_code(words):
        raise RuleBroken(links.NO_IDENTITY_CODE, rule="I8", field="text")
    if queries.questions_asked(choice.id) >= MOST_QUESTIONS:
        raise TooMany(
            _c("You have asked many questions. Your expert answers them first."), rule="question-count", field="text"
        )
    question_id, now = new_id(), clock.now()
    question = CustomerQuestion(
        id=question_id,
        choice_id=choice.id,
        need_id=choice.need_id,
        sealed_text=seal(words.encode(), question_purpose(question_id)),
        language=language,
        asked_at=now,
        choice=choice,
        need=choice.need,
    )
    db.session.add(question)
    db.session.flush()
    audit.record(ASKED, subject=question, actor=None, at=now, need=choice.need_id)
    return question


@transaction
def handle_question(question: CustomerQuestion, *, by: Mandate) -> None:
    """The expert has answered the customer; a second time changes nothing."""
    lock(question)
    if question.handled_at is not None:
        return
    question.handled_at, question.handled_by = clock.now(), by.person_id
    audit.record(HANDLED, subject=question, actor=by, at=question.handled_at, need=question.need_id)
