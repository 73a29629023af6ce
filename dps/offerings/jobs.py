"""What the clock does to offerings."""

from __future__ import annotations

import uuid

from core import jobs
from core.db import db
from dps.offerings import indexing
from dps.offerings.index_models import IndexChange


@jobs.job(indexing.APPLY)
def apply_index_change(change_id: str) -> None:
    """Move the prices on their day; a second run finds them moved."""
    if change := db.session.get(IndexChange, uuid.UUID(change_id)):
        indexing.apply(change)
