"""Words and health of self-assessments are forgotten long after the evaluation (R112)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs, law
from core.db import transaction
from evaluation import measures
from evaluation.assessing import queries, service

ERASE_ONE = "assessing.erase_one"


@jobs.periodic("assessing.erase", every=timedelta(hours=12))
@transaction
def promise_erasing() -> None:
    """Promise a job for each self-assessment that is kept long enough."""
    now = clock.now()
    today = clock.helsinki_date(now)
    before = measures.months_after(today, -int(law.number("R112.feedback_words", today)))
    for assessment_id in queries.to_erase(before):
        jobs.add(ERASE_ONE, at=now, key=f"{ERASE_ONE}:{assessment_id}:{today}", assessment_id=assessment_id)


@jobs.job(ERASE_ONE)
def erase_one(assessment_id: str) -> None:
    """Forget one; a second run finds nothing."""
    row = queries.assessment(uuid.UUID(assessment_id))
    if row is not None:
        service.erase(row)
