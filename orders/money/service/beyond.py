"""Orders the money left does not cover: laid before a decision maker where the budget says so."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.offerings import queries as offering_queries
from dps.offerings.models import Offering, OfferingStart
from orders import queries as order_queries
from orders import search
from orders.groups import seats
from orders.meeting.conflicts import refuse_conflicted
from orders.models import BeyondBudget, Budget, Choice, ChosenBy, Need, NeedState, Order
from orders.money import queries
from orders.money.models import OVER_BUDGET_TRANSITIONS, OverBudgetRequest, OverBudgetState
from orders.service.placing import BY_RULE, place_order

ASKED = audit.declare("over_budget.asked", "need", "budget", "price", "left")
APPROVED = audit.declare("over_budget.approved", "before", "order", "raised")
REFUSED = audit.declare("over_budget.refused", "before", "need")
LAPSED = audit.declare("over_budget.lapsed", "before", "need")
RAISED = audit.declare("budget.raised", "request", "before", "after")


def _needed(text: str) -> str:
    if not text.strip():
        raise RuleBroken(_l("Write the reason."), rule="I10", field="reason")
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    return text.strip()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What would be ordered if there were money."""

    offering: Offering
    start: OfferingStart
    price: Decimal
    chosen_by: ChosenBy
    choice: Choice | None


def wanted(need: Need, *, choice: Choice | None, chosen_by: ChosenBy) -> Wanted | None:
    """What the customer chose, else what stands first by the published rule; nothing where nothing fits."""
    start_id: uuid.UUID | None
    if choice is not None and choice.offering_id and choice.start_id:
        hit = search.hit_of(need, choice.offering_id)
        start_id = choice.start_id
    elif need.category.ordering_rule in BY_RULE:
        hits = search.fitting(need).hits
        hit = hits[0] if hits else None
        start_id = hit.start_id if hit else None
    else:
        return None
    if hit is None or start_id is None:
        return None
    offering, start = offering_queries.offering(hit.offering_id), offering_queries.start(start_id)
    assert offering is not None
    assert start is not None
    return Wanted(offering=offering, start=start, price=hit.price, chosen_by=chosen_by, choice=choice)


def ask_for(need: Need, what: Wanted, reason: str, *, by: Mandate) -> OverBudgetRequest:
    """``ask_beyond_budget`` for what ``wanted`` has found."""
    return ask_beyond_budget(
        need, what.offering, what.start, what.price, reason, chosen_by=what.chosen_by, choice=what.choice, by=by
    )


@transaction
def ask_beyond_budget(
    need: Need,
    offering: Offering,
    start: OfferingStart,
    price: Decimal,
    reason: str,
    *,
    chosen_by: ChosenBy,
    choice: Choice | None = None,
    by: Mandate,
) -> OverBudgetRequest:
    """The expert asks a decision maker for an order that the money left does not cover.

    :raises RuleBroken: the budget refuses such orders, or the money suffices (I7); the start is past; who asks
        has an interest in the provider (R50)
    :raises WrongState: the need is ordered or closed, or a request waits already
    """
    lock(need)
    budget = order_queries.budget_for_update(need.authority_id, need.category_id, start.starts_on.year)
    now = clock.now()
    refuse_conflicted(by, offering.supplier_id)
    reason = _needed(reason)
    if need.state is not NeedState.OPEN:
        raise WrongState(
            _l("This need is ordered or closed already."),
            rule="need-state",
            next_step=_l("Open the need to see its order."),
        )
    if budget is None or budget.beyond is not BeyondBudget.APPROVE:
        raise RuleBroken(
            _l("Orders beyond this budget are refused."),
            rule="I7",
            field="budget",
            next_step=_l("Ask the coordinator for a larger budget, or choose another service."),
        )
    if price <= budget.left:
        raise RuleBroken(
            _l("The money suffices."), rule="I7", field="budget", next_step=_l("Order the service without a request.")
        )
    if start.starts_on <= clock.helsinki_date(now):
        raise RuleBroken(
            _l("The start is in the past."), rule="start-day", field="start", next_step=_l("Choose another service.")
        )
    if (waiting := queries.over_budget_of_need(need.id)) and waiting.state is OverBudgetState.WAITING:
        raise WrongState(
            _l("A request for this need waits for its decision."),
            rule="over-budget-state",
            next_step=_l("Wait for the decision maker."),
        )
    row = OverBudgetRequest(
        id=new_id(),
        authority_id=need.authority_id,
        need_id=need.id,
        budget_id=budget.id,
        offering_id=offering.id,
        start_id=start.id,
        choice_id=choice.id if choice else None,
        chosen_by=chosen_by,
        price=price,
        reason=reason,
        state=OverBudgetState.WAITING,
        asked_by=by.person_id,
        asked_at=now,
        decide_by=start.starts_on,
        need=need,
        budget=budget,
        offering=offering,
        start=start,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(ASKED, subject=row, actor=by, at=now, need=need.id, budget=budget.id, price=price, left=budget.left)
    return row


def _lock_for_order(row: OverBudgetRequest) -> Budget:
    """Need, places in queues, start, contract of a competition, budget: the one order of locks, before the money is
    raised."""
    seats.lock_queued(row.need)
    lock(row.start)
    if row.offering.contract.award_decision_id is not None:
        lock(row.offering.contract)
    lock(row.budget)
    return row.budget


def _price_now(row: OverBudgetRequest) -> Decimal:
    """What the order costs today: no more is raised than is needed, where the price has fallen since."""
    hit = search.hit_of(row.need, row.offering_id)
    return row.price if hit is None else hit.price


@transaction
def approve(row: OverBudgetRequest, reason: str, *, by: Mandate) -> Order:
    """Raise the budget by what is missing, a recorded act, and place the order by the same verb as ever.

    :raises WrongState: it is decided, or its start has come
    :raises RuleBroken: the order itself is not possible any more: price, seat, contract, rule
    """
    lock(row.need)
    lock(row)
    budget = _lock_for_order(row)
    now = clock.now()
    reason = _needed(reason)
    before = row.state
    _refuse_late(row, now)
    missing = max(Decimal(0), min(row.price, _price_now(row)) - budget.left)
    amount_before = budget.amount
    if missing:
        budget.amount += missing
        db.session.flush()
        audit.record(
            RAISED, subject=budget, actor=by, at=now, request=row.id, before=amount_before, after=budget.amount
        )
    offering, start = offering_queries.offering(row.offering_id), offering_queries.start(row.start_id)
    assert offering is not None
    assert start is not None
    choice = db.session.get(Choice, row.choice_id) if row.choice_id else None
    order = place_order(row.need, offering, start, chosen_by=row.chosen_by, by=by, choice=choice)
    if order.price > row.price:
        raise RuleBroken(
            _l("The provider has raised the price since the request."),
            rule="price-shown",
            next_step=_l("Refuse the request. The expert can ask anew with the new price."),
        )
    with db.session.no_autoflush:
        move(row, OVER_BUDGET_TRANSITIONS, "approve")
        row.decided_by, row.decided_at, row.decision_reason = by.person_id, now, reason
        row.raised, row.order_id = missing, order.id
    audit.record(APPROVED, subject=row, actor=by, at=now, before=before, order=order.id, raised=missing)
    _tell_expert(row, "over_budget_approved", now)
    return order


def _refuse_late(row: OverBudgetRequest, now: datetime) -> None:
    if row.state is OverBudgetState.WAITING and clock.helsinki_date(now) >= row.decide_by:
        raise WrongState(
            _l("The start has come. The request has lapsed."),
            rule="over-budget-state",
            next_step=_l("The expert can choose another start and ask anew."),
        )


@transaction
def refuse(row: OverBudgetRequest, reason: str, *, by: Mandate) -> None:
    """The decision maker does not give the money, telling why; the expert is told.

    :raises WrongState: it is decided
    """
    lock(row.need)
    lock(row)
    now = clock.now()
    reason = _needed(reason)
    before = row.state
    with db.session.no_autoflush:
        move(row, OVER_BUDGET_TRANSITIONS, "refuse")
        row.decided_by, row.decided_at, row.decision_reason = by.person_id, now, reason
    audit.record(REFUSED, subject=row, actor=by, at=now, before=before, need=row.need_id)
    _tell_expert(row, "over_budget_refused", now)


@transaction
def lapse_request(row: OverBudgetRequest) -> bool:
    """The start has come and nobody has decided; ``False`` if there is nothing to do."""
    lock(row.need)
    lock(row)
    now = clock.now()
    before = row.state
    if row.state is not OverBudgetState.WAITING or clock.helsinki_date(now) < row.decide_by:
        return False
    with db.session.no_autoflush:
        move(row, OVER_BUDGET_TRANSITIONS, "lapse")
        row.decided_at = now
    audit.record(LAPSED, subject=row, actor=None, at=now, before=before, need=row.need_id)
    _tell_expert(row, "over_budget_lapsed", now)
    return True


def _tell_expert(row: OverBudgetRequest, template: str, now: datetime) -> None:
    expert = row.expert
    mail.send(
        expert.email,
        template,
        language=expert.language,
        at=now,
        about_id=row.need_id,
        wish=row,
    )
