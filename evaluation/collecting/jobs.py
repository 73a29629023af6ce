"""What is forgotten by itself: words long after the evaluation, places after some weeks (R112)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from core import clock, jobs, law
from core.db import transaction
from evaluation import measures
from evaluation.collecting import queries
from evaluation.collecting.service import words

ERASE_ONE = "collecting.erase_one"


@jobs.periodic("collecting.erase", every=timedelta(hours=12))
@transaction
def promise_erasing() -> None:
    """Promise a job for each answer whose words are kept long enough, and forget old places."""
    now = clock.now()
    today = clock.helsinki_date(now)
    queries.forget_places(today - timedelta(days=int(law.number("R112.place_hash", today))))
    before = measures.months_after(today, -int(law.number("R112.feedback_words", today)))
    for answer_id in queries.words_to_erase(before):
        jobs.add(ERASE_ONE, at=now, key=f"{ERASE_ONE}:{answer_id}:{today}", answer_id=answer_id)


@jobs.job(ERASE_ONE)
def erase_one(answer_id: str) -> None:
    """Forget the words of one answer; a second run finds nothing."""
    answer = queries.answer_with_words(uuid.UUID(answer_id))
    if answer is not None:
        words.erase(answer)
