"""What happens to orders and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from core.identity.mandates import Mandate
from orders.money.kinds import ResultKind


@dataclass(frozen=True)
class Delivered:
    """A delivery was accepted: the order is complete."""

    order_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class ResultConfirmed:
    """A payment for a result was confirmed by an official."""

    order_id: uuid.UUID
    happened_on: date
    #: What the result is; nothing where it was claimed before that was asked.
    result: ResultKind | None
    claimed_by: uuid.UUID
    by: Mandate
    at: datetime
