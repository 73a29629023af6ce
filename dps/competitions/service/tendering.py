"""The verbs of a tenderer: draft, files, submit, withdraw, confirm; each tender sealed, each act answered by a receipt.

Who tenders, and how many do, is hidden: events name the tender only, and a refused try names nobody (I3).
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from nacl.utils import random as random_bytes
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import lazyload

from core import audit, clock, jobs, mail
from core.db import db, new_id, transaction
from core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.competitions import content as contents
from dps.competitions import queries, sealing, tender_queries, tender_rules
from dps.competitions.content import TenderContent
from dps.competitions.models import (
    TENDER_TRANSITIONS,
    Competition,
    Receipt,
    ReceiptKind,
    Tender,
    TenderFile,
    TenderState,
)
from suppliers import mailing
from suppliers import queries as suppliers

SUBMITTED = audit.declare("tender.submitted", "before", "after", "receipt", "content_sha256", is_listed=False)
WITHDRAWN = audit.declare("tender.withdrawn", "before", "after", "receipt", is_listed=False)
CONFIRMED = audit.declare("tender.confirmed", "receipt", is_listed=False)
FORGOTTEN = audit.declare("tender_draft.forgotten", "count")

#: The job that mails a receipt.
TELL_RECEIPT = "competitions.tell_receipt"

#: The mail to a tenderer alone: a receipt, or a reminder of a draft.
TO_TENDERER = mail.keep_unlisted("competition_message")

#: Files of one tender, and the largest size of each.
MOST_FILES = 40
LARGEST_FILE = 15 * files.MEGABYTE
ACCEPTED = (
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
)

#: Drafts that were never sent are kept for their suppliers this long after the deadline.
DRAFTS_KEPT = timedelta(days=90)


def own_tender(competition: Competition, by: Mandate) -> Tender | None:
    """The mandate's own tender row, for its own pages."""
    return tender_queries.tender_of(competition.id, sealing.supplier_mark(competition.id, by.organisation_id))


def own_tenders(by: Mandate) -> Select[Tender]:
    """The mandate's own tenders, to be paged."""
    invited = db.session.scalars(queries.competitions_of_supplier(by.organisation_id)).all()
    return tender_queries.tenders_of_marks([sealing.supplier_mark(each.id, by.organisation_id) for each in invited])


def draft_content(competition: Competition, by: Mandate) -> TenderContent:
    """What stands in the draft; nothing yet without one."""
    tender = own_tender(competition, by)
    found = sealing.draft_of(tender) if tender is not None else None
    return found or contents.empty()


def _share(competition: Competition) -> None:
    """Lock the competition ``FOR SHARE``: who opens, or moves the deadline, waits; other tenderers do not (I1)."""
    db.session.flush()
    columns = [column.key for column in Competition.__mapper__.column_attrs]
    db.session.refresh(competition, attribute_names=columns, with_for_update={"read": True, "of": Competition})


def _locked_tender(competition: Competition, by: Mandate) -> Tender:
    """The supplier's one row, made if there is none, locked; of two at once the second waits for the first."""
    mark = sealing.supplier_mark(competition.id, by.organisation_id)
    made = insert(Tender).values(
        id=new_id(),
        version=1,
        competition_id=competition.id,
        supplier_mark=mark,
        state=TenderState.DRAFT,
        documents_number=0,
    )
    # A row that is there is "updated" to what it is: that locks it and gives it back, in one statement.
    one = made.on_conflict_do_update(
        index_elements=["competition_id", "supplier_mark"], set_={"supplier_mark": made.excluded.supplier_mark}
    ).returning(Tender)
    db.session.flush()
    return db.session.scalars(
        select(Tender)
        .from_statement(one)
        .options(lazyload(Tender.competition))
        .execution_options(populate_existing=True)
    ).one()


def _must_take_tenders(competition: Competition, now: datetime) -> None:
    """:raises WrongState: the time has not begun or has ended; there is no way around it (R60)"""
    if competition.takes_tenders(now):
        return
    if competition.sent_at is None or competition.cancelled_at is not None:
        raise WrongState(_l("This competition takes no tenders."), rule="R60")
    raise WrongState(
        _l("The time for tenders has ended, so the tender can no longer be sent. Your draft is kept."),
        rule="R60",
        next_step=_l("Nobody can take it in any more. Later competitions are announced to you."),
    )


def _must_be_invited(competition: Competition, by: Mandate) -> None:
    if by.supplier_id is None or not queries.is_invited(competition.id, by.supplier_id):
        raise NotAllowed(_l("Only invited providers can give a tender."), rule="R35")


def _begin(competition: Competition, by: Mandate) -> tuple[Tender, datetime]:
    """The locks in their order, then the clock, then whether tenders are taken."""
    audit.keep_unnamed()
    _must_be_invited(competition, by)
    _share(competition)
    tender = _locked_tender(competition, by)
    now = clock.now()
    _must_take_tenders(competition, now)
    return tender, now


def _write_draft(tender: Tender, content: TenderContent, now: datetime) -> None:
    tender.draft = sealing.seal_draft(tender, content)
    tender.draft_saved_at = now
    db.session.flush()


@transaction
def save_draft(competition: Competition, written: TenderContent, *, by: Mandate) -> datetime:
    """Keep what has been written so far, right or wrong, sealed; the files stay those of the draft.

    :param written: the shape of ``content.TenderContent`` without its files
    :return: when it was saved
    """
    tender, now = _begin(competition, by)
    _refuse_identity_codes(written)
    before = sealing.draft_of(tender) or contents.empty()
    tender_rules.refuse_unknown(competition, written, [f"file:{each['id']}" for each in before["files"]])
    _write_draft(tender, {**before, **tender_rules.trimmed(written)}, now)
    return now


def _refuse_identity_codes(written: TenderContent) -> None:
    words = [written.get("note", ""), *written.get("secrets", {}).values()]
    for lot in written["lots"].values():
        words.extend(lot.get("answers", {}).values())
    if any(contains_identity_code(each) for each in words):
        raise RuleBroken(MESSAGE, rule="I8", field="answers")


@transaction
def add_file(competition: Competition, content: bytes, name: str, *, by: Mandate) -> str:
    """Keep a file with the draft, under a key of its own that only the sealed draft knows; returns its id.

    :raises RuleBroken: too many, too large, empty, or of a type that is not taken
    """
    tender, now = _begin(competition, by)
    draft = sealing.draft_of(tender) or contents.empty()
    if len(draft["files"]) >= MOST_FILES:
        raise RuleBroken(_l("A tender has at most %(most)s files.", most=MOST_FILES), rule="tender-files", field="file")
    entry = _keep_file(tender, content, name, now)
    draft["files"] = [*draft["files"], entry]
    _write_draft(tender, draft, now)
    return str(entry["id"])


def _keep_file(tender: Tender, content: bytes, name: str, now: datetime) -> dict[str, Any]:
    """Store the content encrypted; what is known of it goes into the sealed draft only."""
    kind = files.type_of(content, name, accepted=ACCEPTED, field="file")
    key = sealing.new_file_key()
    row = TenderFile(id=new_id(), tender_id=tender.id, store_key="", stored_at=now)
    row.store_key = files.put(row.id, sealing.seal_file(content, key))
    db.session.add(row)
    return {
        "id": str(row.id),
        "name": files.plain_name(name),
        "media_type": kind,
        "size": len(content),
        "sha256": files.digest(content),
        "key": key,
    }


@transaction
def remove_file(competition: Competition, file_id: str, *, by: Mandate) -> None:
    """Take a file out of the draft; a tender that was already sent with it keeps it."""
    tender, now = _begin(competition, by)
    draft = sealing.draft_of(tender) or contents.empty()
    kept = [each for each in draft["files"] if each["id"] != file_id]
    if len(kept) == len(draft["files"]):
        raise NotFound(_l("There is no such file in the draft."), rule="not-found")
    draft["files"] = kept
    draft["secrets"] = {field: why for field, why in draft["secrets"].items() if field != f"file:{file_id}"}
    _write_draft(tender, draft, now)
    if tender.sealed is None:
        _destroy_files(tender, [file_id])


def _destroy_files(tender: Tender, file_ids: Sequence[str]) -> None:
    for row in tender_queries.files_of(tender.id):
        if str(row.id) in file_ids:
            files.destroy_key(row.store_key)
            db.session.delete(row)
    db.session.flush()


def own_file(competition: Competition, file_id: str, by: Mandate) -> tuple[dict[str, Any], bytes]:
    """A file of one's own draft: its entry and its content."""
    tender = own_tender(competition, by)
    draft = sealing.draft_of(tender) if tender is not None else None
    for entry in draft["files"] if draft else []:
        if entry["id"] == file_id:
            row = db.session.get_one(TenderFile, uuid.UUID(file_id))
            return entry, sealing.open_file(files.get(row.store_key), entry["key"])
    raise NotFound(_l("There is no such file in the draft."), rule="not-found")


@transaction
def submit(competition: Competition, *, by: Mandate, read: str | None = None) -> Receipt:
    """Send the draft as the tender, or in place of the one sent before; the last one counts (R60).

    Content is encrypted with a fresh key for the competition (R52); the receipt has the database's time (R51).

    :param read: the digest of the draft that the sender had before them, when it must not have changed since
    :raises WrongState: the time has ended, even by a microsecond, or the draft has changed
    :raises RuleBroken: something is missing or wrong; field and rule named
    :raises NotAllowed: not invited, not admitted any more, or not verified to act
    """
    tender, now = _begin(competition, by)
    content = sealing.draft_of(tender)
    if content is None:
        raise RuleBroken(
            _l("There is nothing to send yet."), rule="tender-empty", next_step=_l("Fill in the tender first.")
        )
    if read is not None and read != contents.digest(tender_rules.as_sent(competition, content)):
        raise WrongState(
            _l("The draft has changed since you opened this page."),
            rule="tender-draft",
            next_step=_l("Read it again, then send it."),
        )
    return _submit(competition, tender, content, now, by)


@transaction
def submit_whole(
    competition: Competition, written: TenderContent, attached: Sequence[tuple[str, bytes]], *, by: Mandate
) -> Receipt:
    """Draft and send in one act, files with it: what another system of the supplier's does.

    :param attached: names and contents of the files; here a secret names a file by its name, ``file:plan.pdf``
    """
    tender, now = _begin(competition, by)
    _refuse_identity_codes(written)
    tender_rules.refuse_unknown(competition, written, [f"file:{name}" for name, _content in attached])
    if len(attached) > MOST_FILES:
        raise RuleBroken(_l("A tender has at most %(most)s files.", most=MOST_FILES), rule="tender-files", field="file")
    entries = [_keep_file(tender, content, name, now) for name, content in attached]
    whole = {**contents.empty(), **tender_rules.trimmed(written), "files": entries}
    ids = {f"file:{name}": f"file:{entry['id']}" for (name, _content), entry in zip(attached, entries, strict=True)}
    whole["secrets"] = {ids.get(field, field): why for field, why in whole["secrets"].items()}
    return _submit(competition, tender, whole, now, by)


def _submit(competition: Competition, tender: Tender, content: TenderContent, now: datetime, by: Mandate) -> Receipt:
    _must_still_be_admitted(competition, by)
    _must_be_verified(by)
    tender_rules.refuse_incomplete(competition, content)
    final = tender_rules.normalised(competition, content)
    before = tender.state
    move(tender, TENDER_TRANSITIONS, "submit")
    tender.sealed = sealing.seal_tender(
        competition, sealing.Envelope(tender.id, by.organisation_id, by.person_id, final)
    )
    tender.submitted_at = now
    tender.documents_number = competition.documents_number
    # Where the committee has keys nobody but two of them may be able to read what was sent: no copy is kept.
    tender.draft = None if competition.has_committee_keys else sealing.seal_draft(tender, final)
    tender.draft_saved_at = None if competition.has_committee_keys else now
    receipt = _receipt(tender, ReceiptKind.SUBMITTED, contents.digest(final), now)
    tender.receipt_number = receipt.number
    _destroy_files_left_out(tender, final)
    audit.record(
        SUBMITTED,
        subject=tender,
        actor=None,
        at=now,
        before=before,
        after=tender.state,
        receipt=receipt.number,
        content_sha256=receipt.content_sha256,
    )
    _send_receipt(receipt)
    return receipt


def _destroy_files_left_out(tender: Tender, final: TenderContent) -> None:
    kept = {each["id"] for each in final["files"]}
    left_out = [str(row.id) for row in tender_queries.files_of(tender.id) if str(row.id) not in kept]
    if left_out:
        _destroy_files(tender, left_out)


def _must_still_be_admitted(competition: Competition, by: Mandate) -> None:
    if not queries.is_admitted(by.organisation_id, competition.category_id):
        raise NotAllowed(
            _l("Your admission to the category has ended or is paused, so you cannot give a tender."),
            rule="R35",
            next_step=_l("Look at your admissions, and ask the city if this is not right."),
        )


def _must_be_verified(by: Mandate) -> None:
    if not suppliers.is_verified_to_act(by.person_id, by.organisation_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("Ask somebody whose right has been verified to send the tender."),
        )


def _receipt(tender: Tender, kind: ReceiptKind, sha256: str, now: datetime) -> Receipt:
    receipt = Receipt(
        id=new_id(),
        number=base64.b32encode(random_bytes(15)).decode(),
        tender_id=tender.id,
        kind=kind,
        at=now,
        content_sha256=sha256,
        signature=b"",
    )
    receipt.signature = sealing.sign_receipt(receipt)
    db.session.add(receipt)
    return receipt


def _send_receipt(receipt: Receipt) -> None:
    """Promise the acknowledgement (SähkL 12 §): written by a job, so that a rush at the deadline does not wait for it.

    The job knows the receipt only; whose it is it finds out by the mark.
    """
    jobs.add(TELL_RECEIPT, at=receipt.at, key=f"{TELL_RECEIPT}:{receipt.id}", receipt_id=receipt.id)


@jobs.job(TELL_RECEIPT)
@transaction
def tell_receipt(receipt_id: str) -> None:
    """Mail the receipt to its supplier; the subject says nothing, and the text is sealed like every mail."""
    receipt = db.session.get_one(Receipt, uuid.UUID(receipt_id))
    if mail.mails_about(receipt.id):
        return
    competition = receipt.tender.competition
    for supplier_id in queries.invited_ids(competition.id):
        if sealing.supplier_mark(competition.id, supplier_id) == receipt.tender.supplier_mark:
            supplier = suppliers.supplier(supplier_id)
            assert supplier is not None
            mailing.tell(
                supplier,
                TO_TENDERER,
                at=clock.now(),
                about_id=receipt.id,
                path=f"/receipts/{receipt.number}",
                kind=receipt.kind.value,
                competition=competition,
                receipt=receipt,
            )


@transaction
def withdraw(competition: Competition, *, by: Mandate) -> Receipt:
    """Take the tender back before the deadline; a new one may be given until then (R60)."""
    tender, now = _begin(competition, by)
    before = tender.state
    last = tender_queries.last_receipt(tender.id)
    move(tender, TENDER_TRANSITIONS, "withdraw")
    assert last is not None
    tender.sealed, tender.submitted_at, tender.receipt_number = None, None, None
    receipt = _receipt(tender, ReceiptKind.WITHDRAWN, last.content_sha256, now)
    draft = sealing.draft_of(tender)
    _destroy_files_left_out(tender, draft or contents.empty())
    audit.record(
        WITHDRAWN, subject=tender, actor=None, at=now, before=before, after=tender.state, receipt=receipt.number
    )
    _send_receipt(receipt)
    return receipt


@transaction
def confirm(competition: Competition, *, by: Mandate) -> Receipt:
    """Say that the tender stands as it is, after a change of the documents."""
    tender, now = _begin(competition, by)
    last = tender_queries.last_receipt(tender.id)
    if tender.state is not TenderState.SUBMITTED or last is None:
        raise WrongState(_l("You have not sent a tender that could be confirmed."), rule="tender-state")
    tender.documents_number = competition.documents_number
    receipt = _receipt(tender, ReceiptKind.CONFIRMED, last.content_sha256, now)
    audit.record(CONFIRMED, subject=tender, actor=None, at=now, receipt=receipt.number)
    _send_receipt(receipt)
    return receipt


def forget_draft(tender: Tender) -> None:
    """Destroy an unsent draft with its files."""
    _destroy_files(tender, [str(row.id) for row in tender_queries.files_of(tender.id)])
    tender.draft, tender.draft_saved_at = None, None
