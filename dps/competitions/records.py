"""The opening record: what it says, and as PDF, made by the worker right after the opening."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from core import audit, clock, jobs
from core.db import db, lock, transaction
from core.files import pdf
from core.files import service as files
from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import moment
from dps.competitions import queries
from dps.competitions.models import Competition, Receipt, Tender, TenderState
from dps.competitions.service.opening import MAKE_RECORD

MADE = audit.declare("competition.record_made", "sha256")

#: The record is a document of the authority: in its administrative language.
LANGUAGE = "fi"


def lapsed_receipts(competition_id: uuid.UUID) -> Sequence[Receipt]:
    """Receipts of tenders that lapsed unopened: number and time, without a name."""
    return db.session.scalars(
        select(Receipt)
        .join(Tender, Tender.receipt_number == Receipt.number)
        .where(Tender.competition_id == competition_id, Tender.state == TenderState.LAPSED)
        .order_by(Receipt.at)
    ).all()


@jobs.job(MAKE_RECORD)
@transaction
def make_record(competition_id: str) -> None:
    """Make and keep the record; a second run finds it made."""
    competition = queries.competition(uuid.UUID(competition_id))
    if competition is None or competition.opened_at is None or competition.record_id is not None:
        return
    lock(competition)
    now = clock.now()
    stored = files.store(
        pdf.compiled("competitions/opening_record.typ", _words(competition)),
        f"opening-record-{clock.helsinki_date(competition.opened_at)}.pdf",
        owner_id=competition.authority_id,
        at=now,
        accepted=("application/pdf",),
        field="record",
    )
    db.session.flush()
    competition.record_id = stored.id
    audit.record(MADE, subject=competition, actor=None, at=now, sha256=stored.sha256)


def _words(competition: Competition) -> dict[str, Any]:
    assert competition.opened_at is not None
    assert competition.first_opener is not None
    assert competition.second_opener is not None
    day = clock.helsinki_date(competition.opened_at)
    with using_language(LANGUAGE):
        rows = [
            [
                each.supplier.name if each.supplier else "",
                moment(each.submitted_at),
                each.receipt_number or "",
                str(len([row for row in each.files if row.name])),
            ]
            for each in queries.opened_tenders(competition.id)
        ]
        lapsed = [f"{moment(each.at)}, {each.number}" for each in lapsed_receipts(competition.id)]
        return {
            "language": LANGUAGE,
            "title": _("Opening record: %(name)s", name=competition.name_fi),
            "authority": localized(competition.category.system.authority, "name"),
            "day": [day.year, day.month, day.day],
            "facts": [
                [_("Time for tenders ended"), moment(competition.tenders_due_at)],
                [_("Tenders opened"), moment(competition.opened_at)],
                [
                    _("Opened by"),
                    f"{competition.first_opener.name}, {competition.second_opener.name}",
                ],
                [_("Number of tenders"), str(len(rows))],
            ],
            "columns": [_("Tenderer"), _("Sent"), _("Receipt"), _("Files")],
            "rows": rows,
            "lapsed_title": _("Lapsed tenders, not opened"),
            "lapsed": lapsed,
            "none": _("No tenders were given."),
        }
