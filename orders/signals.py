"""What happens to orders and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Delivered:
    """A delivery was accepted: the order is complete."""

    order_id: uuid.UUID
    at: datetime
