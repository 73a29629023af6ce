"""Who follows what in the change feed, beside the one who acted: only those who may read the row anyway (I4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from core import audit
from orders.changes.models import OrderChange
from orders.deviations.models import Deviation
from orders.groups.models import AbsenceNotice, Group, QueueEntry
from orders.messages.models import OrderMessage
from orders.models import Choice, CustomerQuestion, DeliveryLine, Need, Order
from orders.money.models import OutcomePayment


def _both(row: Any) -> Iterable[uuid.UUID | None]:
    return row.authority_id, row.supplier_id


def _both_of_order(row: Any) -> Iterable[uuid.UUID | None]:
    return row.order.authority_id, row.order.supplier_id


def _authority(row: Any) -> Iterable[uuid.UUID | None]:
    return (row.authority_id,)


def _authority_of_need(row: Any) -> Iterable[uuid.UUID | None]:
    return (row.need.authority_id,)


def open_feed() -> None:
    """Orders and what belongs to them are followed by city and provider; needs, choices and queues by the city."""
    for model in (Order, OrderChange, OrderMessage, OutcomePayment, Deviation, Group):
        audit.follow(model, _both)
    for model in (DeliveryLine, AbsenceNotice):
        audit.follow(model, _both_of_order)
    for model in (Need, CustomerQuestion, QueueEntry):
        audit.follow(model, _authority)
    audit.follow(Choice, _authority_of_need)
