"""Inviting every admitted supplier to an event."""

from __future__ import annotations

import uuid

from core import jobs
from orders.presentations import queries, service


@jobs.job(service.INVITE)
def invite(presentation_id: str) -> None:
    """Mail them all in one transaction; a second run finds it done."""
    presentation = queries.presentation(uuid.UUID(presentation_id))
    if presentation is not None:
        service.invite_all(presentation)
