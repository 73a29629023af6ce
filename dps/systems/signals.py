"""What happens to systems and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core.identity.mandates import Mandate


@dataclass(frozen=True)
class SystemReopened:
    """A closed system takes up its work again: the time of queued applications starts (R19, R23)."""

    system_id: uuid.UUID
    at: datetime
    by: Mandate
