"""Proposing and answering amendments: nothing changes before the other side agrees (R79)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from orders.changes import limits, queries
from orders.changes.models import ORDER_CHANGE_TRANSITIONS, ChangeKind, ChangeReason, ChangeState, OrderChange
from orders.life import Side
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Order, OrderState
from orders.service import running
from orders.telling import other, tell

PROPOSED = audit.declare("order_change.proposed", "order", "kind", "side", "from_on", "until_on", "module", "price")
AGREED = audit.declare("order_change.agreed", "order", "kind")
REFUSED = audit.declare("order_change.refused", "order", "kind")
WITHDRAWN = audit.declare("order_change.withdrawn", "order", "kind")
LAPSED = audit.declare("order_change.lapsed", "order", "kind")
CHANGED = audit.declare("order.changed", "change", "what", "before", "after")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What one side asks for; the fields of its kind are filled, the others are not."""

    kind: ChangeKind
    reason: ChangeReason
    from_on: date | None = None
    until_on: date | None = None
    module: str | None = None


def side_of(by: Mandate) -> Side:
    """On which side of an order a mandate stands."""
    return Side.PROVIDER if by.role is Role.PROVIDER else Side.EXPERT


def _side_taking_part(order: Order, by: Mandate) -> Side:
    side = side_of(by)
    if side is Side.EXPERT:
        refuse_conflicted(by, order.supplier_id)
    return side


@transaction
def propose(order: Order, proposal: Proposal, *, by: Mandate) -> OrderChange:
    """Ask the other side for an amendment.

    :raises WrongState: another one waits for its answer, or the order cannot be changed so any more
    :raises RuleBroken: beyond the contract, the category's length, the ceiling or the budget
    """
    lock(order)
    now = clock.now()
    today = clock.helsinki_date(now)
    side = _side_taking_part(order, by)
    if queries.open_change_of(order.id) is not None:
        raise WrongState(
            _l("An earlier proposal waits for its answer."),
            rule="order-change",
            next_step=_l("Answer it or take it back first."),
        )
    row = OrderChange(
        id=new_id(),
        order_id=order.id,
        kind=proposal.kind,
        reason=proposal.reason,
        state=ChangeState.PROPOSED,
        proposed_side=side,
        proposed_by=by.person_id,
        proposed_at=now,
        answer_by=clock.end_of_day(
            clock.add_working_days(today, int(law.number("R79.change_answer", today)), clock.supplier_days)
        ),
        from_on=proposal.from_on if proposal.kind in limits.WITH_FROM else None,
        until_on=proposal.until_on if proposal.kind in limits.WITH_UNTIL else None,
        module=proposal.module if proposal.kind is ChangeKind.MODULE else None,
        order=order,
    )
    with db.session.no_autoflush:
        if row.module is not None:
            row.price = limits.module_price(order, row.module, today)
        limits.check(order, row, today)
    db.session.add(row)
    db.session.flush()
    tell(order, other(side), "order_change_proposed", now)
    audit.record(
        PROPOSED,
        subject=row,
        actor=by,
        at=now,
        order=order.id,
        kind=row.kind,
        side=side,
        from_on=row.from_on,
        until_on=row.until_on,
        module=row.module,
        price=row.price,
    )
    return row


def _lock_both(change: OrderChange) -> Order:
    order = change.order
    lock(order)
    lock(change)
    return order


def _refuse_own(change: OrderChange, side: Side) -> None:
    if change.proposed_side is side:
        raise RuleBroken(
            _l("You proposed this yourselves, so the other side answers."),
            rule="consent",
            next_step=_l("Wait for the answer, or take the proposal back."),
        )


@transaction
def agree(change: OrderChange, *, by: Mandate) -> None:
    """The other side consents: now the order changes, within the same limits and the budget of this moment.

    :raises WrongState: answered, lapsed, or the order has moved on
    :raises RuleBroken: one's own proposal, or a limit that does not allow it any more
    """
    order = _lock_both(change)
    if change.kind is ChangeKind.MODULE:
        lock(order.budget)
    now = clock.now()
    today = clock.helsinki_date(now)
    side = _side_taking_part(order, by)
    _refuse_own(change, side)
    _refuse_over(change, now)
    with db.session.no_autoflush:
        move(change, ORDER_CHANGE_TRANSITIONS, "agree")
        limits.check(order, change, today)
        change.answered_by, change.closed_at = by.person_id, now
        _apply(order, change, now, by)
    tell(order, other(side), "order_change_answered", now)
    audit.record(AGREED, subject=change, actor=by, at=now, order=order.id, kind=change.kind)


def _refuse_over(change: OrderChange, now: datetime) -> None:
    if change.state is ChangeState.PROPOSED and now > change.answer_by:
        raise WrongState(
            _l("The time to answer this proposal is over."),
            rule="order-change",
            next_step=_l("It has lapsed. Make a new proposal."),
        )


def _apply(order: Order, change: OrderChange, now: datetime, by: Mandate) -> None:
    """Carry the amendment out; a pause that begins later waits for its day."""
    today = clock.helsinki_date(now)
    if change.kind is ChangeKind.EXTEND:
        assert change.until_on is not None
        before, order.planned_end_on = order.planned_end_on, change.until_on
        _record(order, change, "planned_end_on", before, change.until_on, now, by)
    elif change.kind is ChangeKind.MOVE_START:
        assert change.from_on is not None
        before, shift = order.planned_start_on, change.from_on - order.planned_start_on
        order.planned_start_on, order.planned_end_on = change.from_on, order.planned_end_on + shift
        _record(order, change, "planned_start_on", before, change.from_on, now, by)
    elif change.kind is ChangeKind.MODULE:
        _add_module(order, change, now, by)
    elif change.kind is ChangeKind.RESUME:
        assert change.from_on is not None
        limits.end_pause_before(order, change.from_on, today, now)
    elif change.kind is ChangeKind.PAUSE:
        _pause_if_due(order, change, now)


def _add_module(order: Order, change: OrderChange, now: datetime, by: Mandate) -> None:
    assert change.module is not None
    assert change.price is not None
    before: Decimal = order.price
    order.modules = [*order.modules, change.module]
    order.parts = [*order.parts, {"kind": "module", "code": change.module, "amount": f"{change.price:.2f}"}]
    order.price += change.price
    order.budget.committed += change.price
    _record(order, change, "price", before, order.price, now, by)


def _record(
    order: Order, change: OrderChange, what: str, before: object, after: object, now: datetime, by: Mandate
) -> None:
    audit.record(CHANGED, subject=order, actor=by, at=now, change=change.id, what=what, before=before, after=after)


def _pause_if_due(order: Order, change: OrderChange, now: datetime) -> bool:
    """Begin an agreed pause whose first day has come."""
    assert change.from_on is not None
    assert change.until_on is not None
    if change.from_on > clock.helsinki_date(now):
        return False
    change.done_at = now
    if order.state is OrderState.STARTED and change.until_on >= clock.helsinki_date(now):
        running.pause(order, min(change.until_on, order.planned_end_on), now)
    return True


@transaction
def begin_pause(change: OrderChange) -> bool:
    """The first day of an agreed pause has come; ``False`` if there is nothing to do."""
    order = _lock_both(change)
    now = clock.now()
    if change.kind is not ChangeKind.PAUSE or change.state is not ChangeState.AGREED or change.done_at is not None:
        return False
    return _pause_if_due(order, change, now)


@transaction
def refuse(change: OrderChange, *, by: Mandate) -> None:
    """The other side does not consent: nothing changes.

    :raises RuleBroken: one's own proposal
    """
    order = _lock_both(change)
    now = clock.now()
    side = _side_taking_part(order, by)
    _refuse_own(change, side)
    with db.session.no_autoflush:
        move(change, ORDER_CHANGE_TRANSITIONS, "refuse")
        change.answered_by, change.closed_at = by.person_id, now
    tell(order, other(side), "order_change_answered", now)
    audit.record(REFUSED, subject=change, actor=by, at=now, order=order.id, kind=change.kind)


@transaction
def withdraw(change: OrderChange, *, by: Mandate) -> None:
    """Who proposed takes it back.

    :raises RuleBroken: the other side's proposal
    """
    order = _lock_both(change)
    now = clock.now()
    if change.proposed_side is not side_of(by):
        raise RuleBroken(
            _l("The other side proposed this."),
            rule="consent",
            next_step=_l("Agree or refuse instead."),
        )
    with db.session.no_autoflush:
        move(change, ORDER_CHANGE_TRANSITIONS, "withdraw")
        change.closed_at = now
    audit.record(WITHDRAWN, subject=change, actor=by, at=now, order=order.id, kind=change.kind)


@transaction
def lapse(change: OrderChange) -> bool:
    """Nobody answered in time: nothing changes, and who proposed is told; ``False`` if there is nothing to do."""
    order = _lock_both(change)
    now = clock.now()
    if change.state is not ChangeState.PROPOSED or now <= change.answer_by:
        return False
    with db.session.no_autoflush:
        move(change, ORDER_CHANGE_TRANSITIONS, "lapse")
        change.closed_at = now
    tell(order, change.proposed_side, "order_change_answered", now)
    audit.record(LAPSED, subject=change, actor=None, at=now, order=order.id, kind=change.kind)
    return True
