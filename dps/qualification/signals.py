"""What happens to qualifications and matters to later rooms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core.identity.mandates import Mandate


@dataclass(frozen=True)
class Admitted:
    """A supplier is in a category from now on."""

    qualification_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class AdmissionSuspended:
    """New orders pause; the admission itself stays."""

    qualification_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class AdmissionLifted:
    """New orders are possible again."""

    qualification_id: uuid.UUID
    at: datetime
    by: Mandate


@dataclass(frozen=True)
class AdmissionEnded:
    """A decision ended the admission."""

    qualification_id: uuid.UUID
    at: datetime
    by: Mandate
