"""The customer's choice: a link with up to five services, one answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from dps.offerings.models import Offering, OfferingStart
from dps.systems import queries as system_queries
from dps.systems import service as systems
from dps.systems.models import OrderingRule
from orders import links, queries, search
from orders.models import Choice, ChoiceAnswer, ChosenBy, Need, NeedState, Order
from orders.service.placing import NotAvailable, SeatTaken, place_order

OFFERED = audit.declare("choice.offered", "need", "options", "expires_at")
ANSWERED = audit.declare("choice.answered", "need", "answer", "offering", "ordered")

#: A week: long enough to think it over, short enough that the starts shown still hold.
LINK_LENGTH = timedelta(days=7)
MOST_OPTIONS = 5


@dataclass(frozen=True)
class MadeChoice:
    """A fresh link; its token is shown to the expert once and stored nowhere."""

    choice: Choice
    token: str


@transaction
def offer_choice(need: Need, offering_ids: Sequence[uuid.UUID], *, by: Mandate) -> MadeChoice:
    """Make a link with one to five fitting services; a link made before stops working.

    The services stand in the drawn order, not in the order the expert picked them (I5).

    :raises RuleBroken: not customer's choice here (R3), too few or too many, or one does not fit
    :raises WrongState: the need is ordered or closed
    """
    lock(need)
    now = clock.now()
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
    if not system_queries.system_is_open(need.category, clock.helsinki_date(now)):
        raise RuleBroken(
            _l("The purchasing system is closed. Nothing can be ordered in it."),
            rule="R19",
            next_step=_l("Wait until the system is open again."),
        )
    picked = set(offering_ids)
    if not 1 <= len(picked) <= MOST_OPTIONS:
        raise RuleBroken(
            _l("Pick from one to five services."),
            rule="choice-options",
            field="offerings",
            next_step=_l("Tick the services the customer should see."),
        )
    hits = [each for each in search.fitting(need).hits if each.offering_id in picked]
    if len(hits) < len(picked):
        raise RuleBroken(
            _l("One of the services no longer fits."),
            rule="choice-options",
            field="offerings",
            next_step=_l("Look at the list anew and pick again."),
        )
    queries.cancel_open_choices(need.id, now)
    token = new_token()
    choice = Choice(
        id=new_id(),
        need_id=need.id,
        token_hash=hash_token(token),
        options=[
            {"offering": str(each.offering_id), "start": str(each.start_id), "price": str(each.price)} for each in hits
        ],
        made_at=now,
        expires_at=now + LINK_LENGTH,
        need=need,
    )
    db.session.add(choice)
    db.session.flush()
    audit.record(
        OFFERED, subject=choice, actor=by, at=now, need=need.id, options=len(hits), expires_at=choice.expires_at
    )
    return MadeChoice(choice, token)


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


@transaction
def answer_choice(
    token: str, answer: ChoiceAnswer, *, option: int | None = None, language: str = "fi"
) -> tuple[Choice, Order | None]:
    """Take the customer's answer; a chosen service is ordered at once where seat and money are free.

    Where the money is short, the price was raised or the system closed, the answer is kept and the expert
    goes on from it.
    Where the seat is gone, nothing is kept, so that the customer can choose again.

    :param option: the place of the chosen service among the options, from 0
    :raises SeatTaken: the last seat went meanwhile
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    found = usable(token)
    lock(found.need)
    lock(found)
    choice = usable(token)
    order = None
    if answer is ChoiceAnswer.CHOSEN:
        offering, start = _picked(choice, option)
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
    audit.record(
        ANSWERED,
        subject=choice,
        actor=None,
        at=now,
        need=choice.need_id,
        answer=answer,
        offering=choice.offering_id,
        ordered=order is not None,
    )
    return choice, order


def _picked(choice: Choice, option: int | None) -> tuple[Offering, OfferingStart]:
    if option is None or not 0 <= option < len(choice.options):
        raise links.unknown()
    row = choice.options[option]
    offering = db.session.get(Offering, uuid.UUID(row["offering"]))
    start = db.session.get(OfferingStart, uuid.UUID(row["start"]))
    assert offering is not None
    assert start is not None
    return offering, start
