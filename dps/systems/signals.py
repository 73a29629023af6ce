"""What happens to systems and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core.identity.mandates import Mandate
from dps.systems.models import ChangeKind


@dataclass(frozen=True)
class SystemOpened:
    """A system is open for applications for the first time: its notice was published (R17)."""

    system_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class QuestionAnswered:
    """An answer to a question was published to everybody."""

    question_id: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class SystemReopened:
    """A closed system takes up its work again: the time of queued applications starts (R19, R23)."""

    system_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class SystemChanged:
    """A published change is in force from now on (R18)."""

    change_id: uuid.UUID
    system_id: uuid.UUID
    #: The category it is about, also a new one; none when the system itself changed.
    category_id: uuid.UUID | None
    kind: ChangeKind
    at: datetime
    by: Mandate
