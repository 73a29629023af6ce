"""Jobs about drafts: a reminder the day before the deadline, and an end to what was never sent."""

from __future__ import annotations

from datetime import timedelta

from core import audit, clock, jobs
from core.db import transaction
from dps.competitions import queries, sealing, tender_queries
from dps.competitions.service import tendering
from suppliers import mailing

REMIND_BEFORE = timedelta(hours=26)


@jobs.periodic("competitions.remind_drafts", every=timedelta(hours=1))
@transaction
def remind_drafts() -> None:
    """Tell who has a draft but has not sent it that the time ends within about a day; once for each draft."""
    now = clock.now()
    waiting = {each.supplier_mark: each for each in tender_queries.drafts_to_remind(now + REMIND_BEFORE)}
    for competition_id in {each.competition_id for each in waiting.values()}:
        for invitation in queries.invitations_of(competition_id):
            tender = waiting.get(sealing.supplier_mark(competition_id, invitation.supplier_id))
            if tender is None:
                continue
            tender.reminded_at = now
            mailing.tell(
                invitation.supplier,
                tendering.TO_TENDERER,
                at=now,
                about_id=tender.id,
                path=f"/provider/competitions/{competition_id}/tender",
                kind="draft",
                competition=invitation.competition,
                receipt=None,
            )


@jobs.periodic("competitions.forget_drafts", every=timedelta(days=1))
@transaction
def forget_drafts() -> None:
    """Destroy drafts that were never sent, some time after the deadline."""
    now = clock.now()
    found = tender_queries.unsent_drafts(now - tendering.DRAFTS_KEPT)
    for tender in found:
        tendering.forget_draft(tender)
    if found:
        audit.record(tendering.FORGOTTEN, subject="tender", actor=None, at=now, count=len(found))
