"""What a supplier does during the preview: comments on its record, says that a fact of a case is wrong (§7)."""

from __future__ import annotations

from datetime import datetime

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.records import queries
from evaluation.records.models import (
    CORRECTION_TRANSITIONS,
    Correction,
    FactKind,
    Release,
    ReleaseComment,
    ReleaseRecord,
    ReleaseState,
)
from orders.models import Order

COMMENTED = audit.declare("release.commented", "release", "category", "is_new")
CLAIMED = audit.declare("release_correction.claimed", "release", "order", "fact")
ANSWERED = {
    "accept": audit.declare("release_correction.accepted", "release", "order", "fact"),
    "refuse": audit.declare("release_correction.refused", "release", "order", "fact"),
}
RULE = "evaluation-preview"
LONGEST = 2000


def _checked(text: str, field: str) -> str:
    words = text.strip()
    if not 1 <= len(words) <= LONGEST:
        raise RuleBroken(
            _l("Write at least a word and at most %(count)s characters.", count=LONGEST), rule=RULE, field=field
        )
    if contains_identity_code(words):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return words


def _in_preview(release: Release) -> None:
    """Comments and corrections have their time: from the day of the preview to its last day."""
    lock(release)
    today = clock.helsinki_date(clock.now())
    if release.state is not ReleaseState.PREVIEW or release.preview_until is None or today > release.preview_until:
        raise WrongState(
            _l("The time to comment and correct is over."),
            rule=RULE,
            next_step=_l("The next release can be commented on again before it is published."),
        )


def release_in_preview() -> Release:
    """The release that suppliers may comment on.

    :raises WrongState: there is none
    """
    release = queries.release_in(ReleaseState.PREVIEW)
    if release is None:
        raise WrongState(
            _l("No figures wait for publication now."),
            rule="evaluation-preview",
            next_step=_l("You are told by e-mail when there are new ones."),
        )
    return release


@transaction
def comment(record: ReleaseRecord, text: str, *, by: Mandate) -> ReleaseComment:
    """Write, or write anew, what is published beside the supplier's record.

    :raises WrongState: the preview is over
    :raises RuleBroken: no words, too many, or an identity code among them (I8)
    """
    release = queries.release(record.release_id)
    assert release is not None
    _in_preview(release)
    now = clock.now()
    words = _checked(text, "text")
    row = queries.comment_of(record.release_id, record.supplier_id, record.category_id)
    is_new = row is None
    if row is None:
        row = ReleaseComment(
            id=new_id(), release_id=record.release_id, supplier_id=record.supplier_id, category_id=record.category_id
        )
        db.session.add(row)
    row.text, row.made_by, row.made_at = words, by.person_id, now
    db.session.flush()
    audit.record(
        COMMENTED, subject=row, actor=by, at=now, release=release.id, category=record.category_id, is_new=is_new
    )
    return row


def carry_comments(earlier: Release, release: Release, *, at: datetime) -> None:
    """What suppliers said of a release that is computed again stays beside their new figures; they can change it."""
    for old in queries.comments_of(earlier.id):
        row = ReleaseComment(
            id=new_id(),
            release_id=release.id,
            supplier_id=old.supplier_id,
            category_id=old.category_id,
            text=old.text,
            made_by=old.made_by,
            made_at=old.made_at,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            COMMENTED, subject=row, actor=None, at=at, release=release.id, category=row.category_id, is_new=True
        )


@transaction
def claim(release: Release, order: Order, fact: FactKind, text: str, *, by: Mandate) -> Correction:
    """Say, before publication, that a fact of one of the supplier's cases is wrong.

    :raises WrongState: the preview is over, or the same fact is being looked at already
    :raises RuleBroken: an order that is not in the release, no words, or an identity code among them (I8)
    """
    _in_preview(release)
    now = clock.now()
    words = _checked(text, "claim")
    if not queries.is_case_of(release, order):
        raise RuleBroken(
            _l("The order is not among the cases of this release."),
            rule=RULE,
            field="order_id",
            next_step=_l("Choose one of the cases listed."),
        )
    if queries.open_correction_of(order.id, fact) is not None:
        raise WrongState(_l("This fact is being looked at already."), rule=RULE, next_step=_l("Wait for the answer."))
    row = Correction(
        id=new_id(),
        release_id=release.id,
        supplier_id=order.supplier_id,
        order_id=order.id,
        order=order,
        fact=fact,
        claim=words,
        claimed_by=by.person_id,
        claimed_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(CLAIMED, subject=row, actor=by, at=now, release=release.id, order=order.id, fact=fact)
    return row


@transaction
def answer(correction: Correction, *, accept: bool, text: str, by: Mandate) -> None:
    """An official's answer; an accepted one is put right in the order itself, then the release is computed again.

    :raises WrongState: it is answered already
    :raises RuleBroken: no words, or an identity code among them (I8)
    """
    lock(correction)
    now = clock.now()
    words = _checked(text, "answer")
    action = "accept" if accept else "refuse"
    move(correction, CORRECTION_TRANSITIONS, action)
    correction.answer, correction.answered_by, correction.answered_at = words, by.person_id, now
    db.session.flush()
    audit.record(
        ANSWERED[action],
        subject=correction,
        actor=by,
        at=now,
        release=correction.release_id,
        order=correction.order_id,
        fact=correction.fact,
    )
