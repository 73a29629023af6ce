"""Opening the tenders: two people of the committee, after the deadline, in one act (I3, R54, R57)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from nacl.public import PrivateKey

from core import audit, clock, jobs, law
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sealing import CannotOpen
from core.states import move
from dps.competitions import content as contents
from dps.competitions import queries, sealing, tender_queries
from dps.competitions.models import (
    COMPETITION_TRANSITIONS,
    TENDER_TRANSITIONS,
    CommitteeMember,
    Competition,
    CompetitionState,
    OpeningConfirmation,
    Tender,
)
from dps.competitions.results import refuse_changed_weights

CONFIRMED = audit.declare("competition.opening_confirmed", "by_key")
OPENED = audit.declare("competition.opened", "before", "after", "first", "second", "opened", "lapsed")
TENDER_OPENED = audit.declare("tender.opened", "before", "after", "supplier", "submitted_by", "receipt")
LAPSED = audit.declare("tender.lapsed", "before", "after", "receipt")
KEY_MADE = audit.declare("committee_key.made", "person")

#: The job that makes the opening record as a PDF (``dps.competitions.jobs``).
MAKE_RECORD = "competitions.make_opening_record"


@transaction
def make_key(competition: Competition, *, by: Mandate) -> str:
    """Make the member's own key before the invitation is sent; returns its code, shown once and kept nowhere.

    :raises NotAllowed: not a member who opens
    :raises WrongState: the invitation has been sent: the tenders are wrapped for the keys of then
    """
    lock(competition)
    now = clock.now()
    member = _opener(competition, by)
    if competition.sent_at is not None:
        raise WrongState(_l("The invitation has been sent, so keys cannot be made any more."), rule="R57")
    if not competition.has_committee_keys:
        raise WrongState(_l("The committee of this competition has no keys of its own."), rule="R57")
    member.public_key, code = sealing.new_member_key()
    audit.record(KEY_MADE, subject=competition, actor=by, at=now, person=by.person_id)
    return code


def _opener(competition: Competition, by: Mandate) -> CommitteeMember:
    """:raises NotAllowed: not named to open (R54), or a conflict of interest was declared or nothing was (R50)"""
    member = queries.member_of(competition.id, by.person_id)
    if member is None or member.removed_at is not None or not member.opens:
        raise NotAllowed(_l("Only the people named to open may do this."), rule="R54")
    if by.authority_id != competition.authority_id:
        raise NotAllowed(_l("You act for another authority."), rule="I4")
    if member.has_conflict is None:
        raise NotAllowed(
            _l("You have not declared whether you have a conflict of interest."),
            rule="R50",
            next_step=_l("Declare it first."),
        )
    if member.has_conflict:
        raise NotAllowed(_l("You have declared a conflict of interest, so you take no part."), rule="R50")
    return member


def window(now: datetime) -> timedelta:
    """How long the first one's confirmation waits for the second."""
    return timedelta(minutes=int(law.number("R57.opening_window", clock.helsinki_date(now))))


@transaction
def confirm_opening(competition: Competition, *, by: Mandate, key_code: str = "") -> bool:
    """Say: let us open. With the second member's word, soon after the first one's, the tenders are opened.

    :param key_code: the member's own key, where the committee has keys
    :return: whether they have been opened by this
    :raises WrongState: the time for tenders still runs (R54), or they have been opened
    :raises NotAllowed: not named to open, or not free of interest
    :raises RuleBroken: wrong key, or the criteria are not those published (R40)
    """
    lock(competition)
    now = clock.now()
    member = _opener(competition, by)
    if competition.state is not CompetitionState.SENT or competition.tenders_due_at is None:
        raise WrongState(_l("There is nothing to open."), rule="competition-state")
    if competition.takes_tenders(now):
        raise WrongState(
            _l("The time for tenders has not ended, so nothing can be opened."),
            rule="R54",
            next_step=_l("Come back when it has ended."),
        )
    key = _key(competition, key_code)
    first = next(
        (
            each
            for each in tender_queries.confirmations_since(competition.id, now - window(now))
            if each.person_id != by.person_id and _still_serves(competition, each)
        ),
        None,
    )
    if first is None:
        _wait_for_another(competition, member, key, now)
        audit.record(CONFIRMED, subject=competition, actor=by, at=now, by_key=key is not None)
        return False
    _open(competition, first, member, key, now, by)
    return True


def _still_serves(competition: Competition, confirmation: OpeningConfirmation) -> bool:
    member = queries.member_of(competition.id, confirmation.person_id)
    return member is not None and member.may_act and member.opens


def _key(competition: Competition, code: str) -> PrivateKey | None:
    if not competition.has_committee_keys:
        return None
    try:
        return sealing.member_key(code)
    except CannotOpen:
        raise _wrong_key() from None


def _wrong_key() -> RuleBroken:
    return RuleBroken(
        _l("This is not your key for this competition."),
        rule="R57",
        field="key_code",
        next_step=_l("Type the whole key that was shown to you, or let the other two members open."),
    )


def _wait_for_another(competition: Competition, member: CommitteeMember, key: PrivateKey | None, now: datetime) -> None:
    row = tender_queries.confirmation_of(competition.id, member.person_id)
    if row is None:
        row = OpeningConfirmation(competition_id=competition.id, person_id=member.person_id)
        db.session.add(row)
    row.confirmed_at = now
    row.shares = _shares(competition, member, key) if key is not None else {}
    db.session.flush()


def _shares(competition: Competition, member: CommitteeMember, key: PrivateKey) -> dict[str, str]:
    try:
        found = sealing.shares_of(tender_queries.wraps_of(competition.id), member, key)
    except CannotOpen:
        raise _wrong_key() from None
    if not found:
        raise _wrong_key()
    return found


def _private_key(
    competition: Competition, first: OpeningConfirmation, second: CommitteeMember, key: PrivateKey | None
) -> PrivateKey:
    if key is None:
        return sealing.private_key_of(competition)
    share = first.shares.get(str(second.person_id))
    if share is None:
        raise _wrong_key()
    try:
        return sealing.private_key_from_share(competition, share, key)
    except CannotOpen:
        raise _wrong_key() from None


def _open(
    competition: Competition,
    first: OpeningConfirmation,
    second: CommitteeMember,
    key: PrivateKey | None,
    now: datetime,
    by: Mandate,
) -> None:
    refuse_changed_weights(competition)
    private = _private_key(competition, first, second, key)
    tenders = tender_queries.submitted_tenders(competition.id)
    lapsing = [each for each in tenders if _lapses(competition, each)]
    opening = [each for each in tenders if each not in lapsing]
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "open")
    competition.opened_at = now
    competition.first_opener_id, competition.second_opener_id = first.person_id, second.person_id
    for tender in opening:
        _open_one(tender, private, now, by)
    for tender in lapsing:
        _lapse(tender, now, by)
    for confirmation in tender_queries.confirmations_since(competition.id, datetime.min.replace(tzinfo=clock.UTC)):
        confirmation.shares = {}
    db.session.flush()
    audit.record(
        OPENED,
        subject=competition,
        actor=by,
        at=now,
        before=before,
        after=competition.state,
        first=first.person_id,
        second=second.person_id,
        opened=len(opening),
        lapsed=len(lapsing),
    )
    jobs.add(MAKE_RECORD, at=now, key=f"{MAKE_RECORD}:{competition.id}", competition_id=competition.id)


def _lapses(competition: Competition, tender: Tender) -> bool:
    """Not confirmed after the last material change, and the documents say that it lapses then."""
    return competition.unconfirmed_lapses and tender.documents_number < competition.material_number


def _open_one(tender: Tender, private: PrivateKey, now: datetime, by: Mandate) -> None:
    assert tender.sealed is not None
    envelope = sealing.open_tender(tender.sealed, private)
    mark = sealing.supplier_mark(tender.competition_id, envelope.supplier_id)
    receipt = tender_queries.receipt(tender.receipt_number or "")
    is_whole = (
        envelope.tender_id == tender.id
        and mark == tender.supplier_mark
        and receipt is not None
        and receipt.tender_id == tender.id
        and sealing.receipt_is_genuine(receipt)
        and receipt.content_sha256 == contents.digest(envelope.content)
    )
    if not is_whole:
        raise RuleBroken(
            _l("A tender is not the one its receipt names. Nothing has been opened."),
            rule="R56",
            next_step=_l("Tell the administrator. The tenders stay sealed."),
        )
    _name_files(tender, envelope.content)
    before = tender.state
    move(tender, TENDER_TRANSITIONS, "open")
    tender.supplier_id, tender.submitted_by = envelope.supplier_id, envelope.person_id
    tender.content = _without_keys(envelope.content)
    tender.draft, tender.draft_saved_at = None, None
    audit.record(
        TENDER_OPENED,
        subject=tender,
        actor=by,
        at=now,
        before=before,
        after=tender.state,
        supplier=tender.supplier_id,
        submitted_by=tender.submitted_by,
        receipt=tender.receipt_number,
    )


def _name_files(tender: Tender, content: contents.TenderContent) -> None:
    entries = {entry["id"]: entry for entry in content["files"]}
    for row in tender_queries.files_of(tender.id):
        entry = entries.get(str(row.id))
        if entry is not None:
            row.name, row.media_type = entry["name"], entry["media_type"]
            row.size, row.sha256 = entry["size"], entry["sha256"]
            row.sealed_key = sealing.keep_file_key(row.id, entry["key"])


def _without_keys(content: contents.TenderContent) -> contents.TenderContent:
    return {
        **content,
        "files": [{name: value for name, value in entry.items() if name != "key"} for entry in content["files"]],
    }


def _lapse(tender: Tender, now: datetime, by: Mandate) -> None:
    """It is never shown: what was sealed stays so, and nobody learns whose it was."""
    before = tender.state
    move(tender, TENDER_TRANSITIONS, "lapse")
    tender.draft, tender.draft_saved_at = None, None
    audit.record(
        LAPSED, subject=tender, actor=by, at=now, before=before, after=tender.state, receipt=tender.receipt_number
    )


def waiting_opener(competition: Competition, now: datetime) -> Sequence[OpeningConfirmation]:
    """Who has confirmed and waits for the second, if anybody."""
    return tender_queries.confirmations_since(competition.id, now - window(now))
