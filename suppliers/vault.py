"""The document vault: added once, used in any application, until it expires; what the law forbids is removed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from core import audit, clock, jobs
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken
from core.files import service as files
from core.files.words import words_of
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from suppliers import forbidden, queries
from suppliers.mailing import tell
from suppliers.models import DOCUMENT_TRANSITIONS, Document, DocumentKind

ADDED = audit.declare("document.added", "supplier", "kind", "sha256", "expires_on")
WITHDRAWN = audit.declare("document.withdrawn", "before", "after")
PURGED = audit.declare("document.purged", "before", "after", "supplier")

#: Kinds of file the vault takes.
ACCEPTED = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
)
MAX_SIZE = 20 * files.MEGABYTE
#: So many days before the last day the company is reminded.
REMINDERS = (30, 7)


@dataclass(frozen=True, kw_only=True)
class DocumentDetails:
    """What a provider says of a document."""

    kind: DocumentKind
    title: str
    issued_on: date
    expires_on: date | None = None
    #: Which part is a business secret, and why (R86).
    secret_reason: str = ""


def _check_dates(details: DocumentDetails, today: date) -> None:
    if details.issued_on > today:
        raise RuleBroken(
            _l("The day of issue is in the future."), rule="document-dates", field="issued_on", next_step=_CHECK_DAY
        )
    if details.expires_on is None:
        return
    if details.expires_on < details.issued_on:
        raise RuleBroken(
            _l("The document would expire before it was issued."),
            rule="document-dates",
            field="expires_on",
            next_step=_CHECK_DAY,
        )
    if details.expires_on < today:
        raise RuleBroken(
            _l("The document has expired."),
            rule="document-expired",
            field="expires_on",
            next_step=_l("Add a document that is in force."),
        )


_CHECK_DAY = _l("Check the day on the document.")


def _refuse_forbidden(details: DocumentDetails, words: str, file_name: str) -> None:
    """A criminal-record extract is neither read by people nor kept (R67)."""
    if forbidden.names_extract(f"{file_name} {details.title}") or forbidden.is_extract(words):
        raise RuleBroken(
            _l("This looks like an extract from the criminal record. The law forbids us to keep it, so we did not."),
            rule="R67",
            field="file",
            next_step=_l("Show the extract to the official when you are asked to. It is never uploaded."),
        )


@transaction
def add_document(
    supplier_id: uuid.UUID, details: DocumentDetails, content: bytes, file_name: str, *, by: Mandate
) -> Document:
    """Add a document to the company's vault.

    :raises RuleBroken: not the type it says it is, forbidden content (R67), or dates that cannot be
    """
    if by.supplier_id != supplier_id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    now = clock.now()
    _check_dates(details, clock.helsinki_date(now))
    kind = files.type_of(content, file_name, accepted=ACCEPTED, field="file")
    _refuse_forbidden(details, words_of(content, kind), file_name)
    stored = files.store(content, file_name, owner_id=supplier_id, at=now, accepted=ACCEPTED, field="file")
    db.session.flush()
    document = Document(
        supplier_id=supplier_id,
        kind=details.kind,
        title=details.title.strip(),
        file_id=stored.id,
        issued_on=details.issued_on,
        expires_on=details.expires_on,
        secret_reason=details.secret_reason.strip() or None,
        added_by=by.person_id,
        added_at=now,
    )
    db.session.add(document)
    db.session.flush()
    audit.record(
        ADDED,
        subject=document,
        actor=by,
        at=now,
        supplier=supplier_id,
        kind=document.kind,
        sha256=stored.sha256,
        expires_on=document.expires_on,
    )
    return document


@transaction
def withdraw_document(document: Document, *, by: Mandate) -> None:
    """Stop using a document in new applications; it keeps its place in the old ones."""
    lock(document)
    now = clock.now()
    if by.supplier_id != document.supplier_id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    before = document.state
    move(document, DOCUMENT_TRANSITIONS, "withdraw")
    document.withdrawn_at = now
    audit.record(WITHDRAWN, subject=document, actor=by, at=now, before=before, after=document.state)


@transaction
def purge_document(document: Document, *, by: Mandate) -> int:
    """Remove forbidden content: every copy of the file goes, the rows stay without content (R67).

    Returns how many documents held it; their titles go, too, since they may repeat what it says.
    """
    lock(document)
    now = clock.now()
    copies = [document] if document.file is None else queries.documents_with_content(document.file.sha256)
    for copy in copies:
        lock(copy)
        before, stored = copy.state, copy.file
        move(copy, DOCUMENT_TRANSITIONS, "purge")
        copy.purged_at, copy.purged_by = now, by.person_id
        copy.file_id, copy.title, copy.secret_reason = None, "", None
        db.session.flush()
        if stored is not None:
            files.destroy(stored)
        audit.record(PURGED, subject=copy, actor=by, at=now, before=before, after=copy.state, supplier=copy.supplier_id)
    return len(copies)


@jobs.periodic("documents.remind", every=timedelta(hours=6))
@transaction
def remind_of_expiry() -> None:
    """Tell companies of documents that end in 30 and in 7 days, once each."""
    now = clock.now()
    today = clock.helsinki_date(now)
    for days in REMINDERS:
        for document in queries.documents_expiring(today + timedelta(days=days)):
            jobs.add(
                _REMIND_ONE,
                at=now,
                key=f"{_REMIND_ONE}:{document.id}:{document.expires_on}:{days}",
                document_id=document.id,
            )


_REMIND_ONE = "documents.remind_one"


@jobs.job(_REMIND_ONE)
@transaction
def remind_one(document_id: str) -> None:
    """One reminder, to every address of the company."""
    document = queries.document(uuid.UUID(document_id))
    today = clock.helsinki_date(clock.now())
    if document is None or document.expires_on is None or not document.is_good(today):
        return
    tell(
        document.supplier,
        "document_expires",
        at=clock.now(),
        about_id=document.id,
        path="/provider/documents",
        document=document,
    )
