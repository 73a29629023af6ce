"""Making a finished review's document: one language after the other."""

from __future__ import annotations

import uuid

from core import jobs
from core.i18n import LANGUAGES
from evaluation.together import queries, service


@jobs.job(service.MAKE)
def make_review_documents(review_id: str) -> None:
    """Make the document in each language; a second run makes what is missing."""
    for language in LANGUAGES:
        if review := queries.review(uuid.UUID(review_id)):
            service.give_documents(review, language)
