"""The invoice basis: accepted lines taken once (I6), and orders closed when everything is paid for."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from core.money import vat_of
from core.states import move
from orders import queries as order_queries
from orders.models import ORDER_TRANSITIONS, Order, OrderState
from orders.money import queries
from orders.money.models import InvoiceBatch

TAKEN = audit.declare("invoice_batch.taken", "number", "supplier", "from_on", "until_on", "lines", "total", "vat")
CLOSED = audit.declare("order.closed", "before")

#: An order is closed this long after everything of it was invoiced and no result is open.
CLOSE_AFTER = timedelta(days=30)


@transaction
def take_batch(
    authority: Authority, supplier_id: uuid.UUID | None, from_on: date, until_on: date, *, by: Mandate
) -> InvoiceBatch:
    """Take the accepted lines of a time as the basis of invoices; a line is taken once, whoever clicks at once (I6).

    :raises RuleBroken: the days, or there is nothing to take
    :raises NotAllowed: another authority's money
    """
    if by.organisation_id != authority.id:
        raise NotAllowed(_l("The money belongs to another authority."), rule="I4")
    if until_on < from_on:
        raise RuleBroken(
            _l("The last day is before the first."),
            rule="invoice-basis",
            field="until_on",
            next_step=_l("Enter a later day."),
        )
    order_queries.hold_numbers(authority.id)
    lines = queries.lines_to_take(authority.id, supplier_id, from_on, until_on)
    now = clock.now()
    if not lines:
        raise RuleBroken(
            _l("Nothing waits to be invoiced in this time."),
            rule="invoice-basis",
            field="from_on",
            next_step=_l("Choose another time. What was taken already is in the list below."),
        )
    batch = InvoiceBatch(
        id=new_id(),
        authority_id=authority.id,
        number=queries.last_batch_number(authority.id) + 1,
        supplier_id=supplier_id,
        from_on=from_on,
        until_on=until_on,
        lines=len(lines),
        total=sum((each.amount for each in lines), Decimal(0)),
        vat=sum((vat_of(each.amount, each.order.vat_rate) for each in lines), Decimal(0)),
        taken_by=by.person_id,
        taken_at=now,
    )
    db.session.add(batch)
    db.session.flush()
    for line in lines:
        line.batch_id = batch.id
    db.session.flush()
    audit.record(
        TAKEN,
        subject=batch,
        actor=by,
        at=now,
        number=batch.number,
        supplier=supplier_id,
        from_on=from_on,
        until_on=until_on,
        lines=batch.lines,
        total=batch.total,
        vat=batch.vat,
    )
    return batch


@transaction
def close_paid_order(order: Order) -> bool:
    """By the clock: everything is invoiced and no result is open; ``False`` if there is nothing to do."""
    lock(order)
    now = clock.now()
    if order.state is not OrderState.COMPLETED or order.id not in queries.orders_to_close(now - CLOSE_AFTER, order.id):
        return False
    before = order.state
    with db.session.no_autoflush:
        move(order, ORDER_TRANSITIONS, "close")
        order.closed_at = now
    audit.record(CLOSED, subject=order, actor=None, at=now, before=before)
    return True
