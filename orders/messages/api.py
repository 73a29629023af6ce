"""Messages inside orders as JSON."""

from __future__ import annotations

from typing import Any

from core import audit
from core.web.access import mandate, requires
from core.web.api import api_blueprint
from dps.contracts import gates
from orders import queries as orders
from orders.life import Side
from orders.messages import queries, service
from orders.messages.models import OrderMessage
from orders.messages.policy import Permission
from orders.messages.schemas import MessageIn, MessageOut, MessagesOut, ReadOut
from orders.models import Order

blp = api_blueprint("order-messages", __name__, "Messages inside orders")


def _shown(message: OrderMessage) -> dict[str, Any]:
    return {
        "id": message.id,
        "from_side": message.from_side,
        "sent_at": message.sent_at,
        "read_at": message.read_at,
        "text": service.words(message),
        "file_name": message.file.name if message.file else None,
    }


@blp.get("/orders/<uuid:order_id>/messages")
@requires(Permission.MESSAGE_TAKE_PART, on=orders.order)
@blp.response(200, MessagesOut)
def list_messages(order: Order) -> Any:
    """The messages of an order; every reading is recorded (R114)."""
    actor = mandate()
    if service.side_of(actor) is Side.PROVIDER:
        gates.refuse_without_secrecy(actor, order.supplier_id, order.authority_id)
    audit.saw("order.messages", order, actor=actor)
    return {"items": [_shown(each) for each in queries.messages_of(order.id)]}


@blp.post("/orders/<uuid:order_id>/send-message")
@requires(Permission.MESSAGE_TAKE_PART, on=orders.order)
@blp.arguments(MessageIn)
@blp.response(201, MessageOut)
def send(order: Order, data: dict[str, Any]) -> Any:
    """Write to the other side."""
    return _shown(service.send(order, data["text"], by=mandate()))


@blp.post("/orders/<uuid:order_id>/read-messages")
@requires(Permission.MESSAGE_TAKE_PART, on=orders.order)
@blp.response(200, ReadOut)
def mark_read(order: Order) -> Any:
    """Mark what the other side has written as read."""
    return {"read": service.mark_read(order, by=mandate())}
