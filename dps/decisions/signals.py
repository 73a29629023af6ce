"""What happens to decisions and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core.identity.mandates import Mandate


@dataclass(frozen=True)
class DecisionSigned:
    """A decision was signed and served."""

    decision_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class DecisionReturned:
    """The decision maker sent a decision back to its preparer."""

    decision_id: uuid.UUID
    at: datetime
    by: Mandate
