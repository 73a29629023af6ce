"""Mails to a side of an order: they name the order and where to read, and nothing of what was written."""

from __future__ import annotations

from datetime import datetime

from core import mail
from orders.life import Side
from orders.models import Order


def tell(order: Order, side: Side, template: str, at: datetime) -> None:
    """Mail the expert, or every address of the supplier."""
    expert, supplier = order.need.expert, order.supplier
    if side is Side.EXPERT:
        mail.send(expert.email, template, language=expert.language, at=at, about_id=order.id, order=order, side=side)
        return
    for address in supplier.emails:
        mail.send(address, template, language=supplier.language, at=at, about_id=order.id, order=order, side=side)


def other(side: Side) -> Side:
    """The side across the table."""
    return Side.EXPERT if side is Side.PROVIDER else Side.PROVIDER
