"""The letter of a decision as a PDF: tagged, accessible, in the addressee's language; made after the signature."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from flask import current_app

from core import audit, clock, jobs
from core.db import db, lock, transaction
from core.files import service as files
from core.i18n import gettext as _
from core.i18n import localized, using_language
from core.web.formatting import date_long
from dps.decisions import letters, queries
from dps.decisions.models import DECISION_KIND_TITLES, Decision
from dps.decisions.service import MAKE_LETTER

MADE = audit.declare("decision.letter_made", "sha256")


@jobs.job(MAKE_LETTER)
@transaction
def make_letter(decision_id: str) -> None:
    """Make and keep the letter; a second run finds it made."""
    decision = queries.decision(uuid.UUID(decision_id))
    if decision is None or decision.signed_at is None or decision.letter_id is not None:
        return
    lock(decision)
    now = clock.now()
    stored = files.store(
        pdf_of(decision),
        f"{decision.year}-{decision.section_number}.pdf",
        owner_id=decision.authority_id,
        at=now,
        accepted=("application/pdf",),
        field="letter",
    )
    db.session.flush()
    decision.letter_id = stored.id
    audit.record(MADE, subject=decision, actor=None, at=now, sha256=stored.sha256)


def pdf_of(decision: Decision) -> bytes:
    """The letter; the compiler refuses one that is not tagged or has no title (PDF/UA-1, PDF/A-2a)."""
    import typst  # heavy: only the worker loads it

    template = Path(current_app.root_path) / "templates" / "decisions" / "letter.typ"
    data = json.dumps(_words(decision), ensure_ascii=False)
    return bytes(
        typst.compile(
            template.read_bytes(),
            sys_inputs={"data": data},
            pdf_standards=["a-2a", "ua-1"],
            ignore_system_fonts=True,
        )
    )


def _words(decision: Decision) -> dict[str, Any]:
    assert decision.signed_at is not None
    day = clock.helsinki_date(decision.signed_at)
    sections = [*letters.decision_text(decision, day), *letters.instruction_text(decision, day)]
    supplier = decision.supplier
    with using_language(decision.language):
        return {
            "language": decision.language,
            "title": f"{DECISION_KIND_TITLES[decision.kind]}: {letters.matter_of(decision)}",
            "authority": localized(decision.authority, "name"),
            "mark": letters.mark_of(decision),
            "date": date_long(decision.signed_at),
            "signed": [day.year, day.month, day.day],
            "recipient": [
                supplier.name,
                supplier.registration_number,
                f"{supplier.street}, {supplier.postal_code} {supplier.city}",
            ],
            "sections": [{"heading": each.heading, "paragraphs": each.paragraphs} for each in sections],
            "signer": decision.signer.name if decision.signer else "",
            "competence": _("Power to decide: %(rule)s", rule=decision.competence),
        }
