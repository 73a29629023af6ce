"""Unread messages on the desks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core.i18n import gettext as _
from core.i18n import localized, ngettext
from core.identity.mandates import Mandate
from core.web.desk import Act
from orders.messages import queries, service


def unread(mandate: Mandate, today: date) -> Iterator[Act]:
    """Orders in which the other side has written."""
    for order, number in queries.orders_with_unread(mandate):
        yield Act(
            title=ngettext(
                "Order %(number)s: %(num)s unread message",
                "Order %(number)s: %(num)s unread messages",
                number,
                number=order.reference,
            ),
            text=localized(order.category, "name"),
            href=url_for(f"messages.{service.side_of(mandate)}_messages", order_id=order.id),
            due_on=today,
            button_label=_("Read"),
            aria_label=_("Read the messages of the order %(number)s", number=order.reference),
        )
