"""Watching comes round once a week, a category a job."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs
from core.db import db, transaction
from dps.systems.models import Category
from evaluation.watching import service


@jobs.periodic("watching.look_everywhere", every=timedelta(days=7))
@transaction
def look_everywhere() -> None:
    """Promise a look at each category with orders."""
    service.promise_looks(None, key=clock.helsinki_date(clock.now()).isoformat())


@jobs.job(service.LOOK)
def look(category_id: str) -> None:
    """Look at one category; a second run finds its flags raised already."""
    category = db.session.get(Category, uuid.UUID(category_id))
    if category is not None:
        service.look(category)
