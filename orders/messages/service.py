"""Writing to each other inside an order: sealed, without identity codes, files looked into (I8, R67)."""

from __future__ import annotations

import uuid
from datetime import datetime

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.files.sniffing import ACCEPTED as READABLE
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.contracts import gates
from orders import attachments
from orders.life import Side
from orders.meeting.conflicts import refuse_conflicted
from orders.messages import queries
from orders.messages.models import OrderMessage
from orders.models import NOT_BOUGHT, Order, OrderState
from orders.telling import other, tell

SENT = audit.declare("order_message.sent", "order", "side", "has_file")
READ = audit.declare("order_message.read", "side", "messages")

#: What may be attached; programs and tables that calculate may not.
ACCEPTED = tuple(kind for kind in READABLE if kind != "application/xml")


def purpose(message_id: uuid.UUID) -> str:
    """What a message is sealed for."""
    return f"order_message/{message_id}"


def words(message: OrderMessage) -> str:
    """The message, opened for who may read it."""
    return unseal(message.sealed_text, purpose(message.id)).decode()


def side_of(by: Mandate) -> Side:
    """On which side of an order a mandate stands."""
    return Side.PROVIDER if by.role is Role.PROVIDER else Side.EXPERT


def may_write(order: Order) -> bool:
    """Messages are written from the confirmation to the end."""
    return order.accepted_at is not None and order.state not in (*NOT_BOUGHT, OrderState.CLOSED)


def _refuse(order: Order, side: Side, by: Mandate) -> None:
    if not may_write(order):
        raise WrongState(
            _l("Messages are written after the order is confirmed and before it is closed."),
            rule="order-messages",
            next_step=_l("Open the order to see where it stands."),
        )
    if side is Side.PROVIDER:
        gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    else:
        refuse_conflicted(by, order.supplier_id)


@transaction
def send(order: Order, text: str, *, by: Mandate, file: tuple[bytes, str] | None = None) -> OrderMessage:
    """Write to the other side; what it had written counts as read.

    :param file: an attachment's content and name
    :raises WrongState: before acceptance or after the end
    :raises RuleBroken: an identity code in text or file (I8), a criminal-record extract (R67), the type or size of the
        file, no secrecy undertaking (R118), a conflict of interest (R50)
    """
    lock(order)
    now = clock.now()
    side = side_of(by)
    _refuse(order, side, by)
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="text")
    stored = attachments.kept(*file, accepted=ACCEPTED, at=now, by=by) if file else None
    row = OrderMessage(
        id=new_id(),
        order_id=order.id,
        from_side=side,
        file_id=stored.id if stored else None,
        file=stored,
        sent_by=by.person_id,
        sent_at=now,
        order=order,
    )
    row.sealed_text = seal(text.encode(), purpose(row.id))
    db.session.add(row)
    db.session.flush()
    _read(order, side, now, by)
    tell(order, other(side), "order_message", now)
    audit.record(SENT, subject=row, actor=by, at=now, order=order.id, side=side, has_file=stored is not None)
    return row


def _read(order: Order, side: Side, now: datetime, by: Mandate) -> int:
    unread = queries.unread_of(order.id, side)
    for message in unread:
        message.read_at = now
    if unread:
        audit.record(READ, subject=order, actor=by, at=now, side=side, messages=[message.id for message in unread])
    return len(unread)


@transaction
def mark_read(order: Order, *, by: Mandate) -> int:
    """What the other side has written is read; returns how many messages that were."""
    lock(order)
    now = clock.now()
    return _read(order, side_of(by), now, by)
