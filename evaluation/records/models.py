"""Releases of the quality records: computed, shown to suppliers first, published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped

from core.db import Model


class Release(Model):
    """One computation of all quality records: method, inputs and date, so that it can be repeated."""

    __tablename__ = "release"

    method: Mapped[str]
    inputs_sha256: Mapped[str]
    inputs_count: Mapped[int]
    computed_at: Mapped[datetime]
    parameters: Mapped[dict[str, Any]]
