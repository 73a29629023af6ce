"""Renewed self-declarations of admitted suppliers (R33): asked with at least five working days, answered, reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date_long
from dps.qualification import admissions, matters
from dps.qualification.models import (
    RENEWAL_TRANSITIONS,
    Qualification,
    QualificationState,
    RenewalRequest,
)
from suppliers import mailing
from suppliers import queries as suppliers
from suppliers.models import Declaration, Supplier
from suppliers.rights import refuse_own_matter

ASKED = audit.declare("renewal.asked", "qualification", "due_at", "reason")
ANSWERED = audit.declare("renewal.answered", "before", "after", "declaration")
REVIEWED = audit.declare("renewal.reviewed", "before", "after")


def tell(supplier: Supplier, template: str, qualification: Qualification, at: datetime, **context: Any) -> None:
    """Mail every address of a supplier about one of its admissions."""
    with using_language(supplier.language):
        category = localized(qualification.category, "name")
        authority = localized(qualification.category.system.authority, "name")
    mailing.tell(
        supplier,
        template,
        at=at,
        about_id=qualification.id,
        path=f"/provider/admissions/{qualification.id}",
        category=category,
        authority=authority,
        **context,
    )


def _must_be_admitted(qualification: Qualification) -> None:
    if qualification.state is QualificationState.ENDED:
        raise WrongState(_l("The admission has ended."), rule="R34", next_step=_l("Open the newest version."))


@transaction
def ask_renewal(qualification: Qualification, due_on: date, reason: str, *, by: Mandate) -> RenewalRequest:
    """Ask for an updated declaration by the end of a day; never less than five working days (R33).

    :raises RuleBroken: the day is too early, or no reason is given
    :raises WrongState: the admission has ended, or one is asked already
    """
    lock(qualification)
    now = clock.now()
    refuse_own_matter(qualification.supplier_id, by)
    _must_be_admitted(qualification)
    if not reason.strip():
        raise RuleBroken(_l("Write why the declaration is asked for."), rule="I10", field="reason")
    earliest = matters.earliest_renewal(clock.helsinki_date(now))
    if due_on < earliest:
        raise RuleBroken(
            _l("The time to answer is too short: at least until the end of %(day)s.", day=date_long(earliest)),
            rule="R33",
            field="due_on",
            next_step=_l("Choose that day or a later one."),
        )
    if admissions.open_renewal(qualification.id) is not None:
        raise WrongState(_l("A renewed declaration has been asked for already."), rule="R33")
    row = RenewalRequest(
        qualification=qualification,
        reason=reason.strip(),
        asked_by=by.person_id,
        asked_at=now,
        due_at=clock.end_of_day(due_on),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        ASKED,
        subject=row,
        actor=by,
        at=now,
        qualification=qualification.id,
        due_at=row.due_at,
        reason=row.reason,
    )
    tell(qualification.supplier, "renewal_asked", qualification, now, due_on=due_on, reason=row.reason)
    return row


@transaction
def ask_renewals(qualifications: Sequence[Qualification], due_on: date, reason: str, *, by: Mandate) -> int:
    """Ask several at once, with the same reason and time; those asked already are left alone. Returns how many."""
    asked = 0
    for qualification in qualifications:
        if qualification.state is not QualificationState.ENDED and admissions.open_renewal(qualification.id) is None:
            ask_renewal(qualification, due_on, reason, by=by)
            asked += 1
    return asked


@transaction
def answer_renewal(request: RenewalRequest, declaration: Declaration | None, *, by: Mandate) -> None:
    """Answer with a declaration confirmed after the request; also one confirmed anew without changes (R66).

    An answer after the time is taken, too: the official sees that it was late.

    :raises RuleBroken: no declaration, or one from before the request
    """
    lock(request)
    now = clock.now()
    if by.supplier_id != request.supplier_id:
        raise NotAllowed(_l("Only the provider answers for itself."), rule="I4")
    if not suppliers.is_verified_to_act(by.person_id, request.supplier_id):
        raise RuleBroken(_l("Your right to act for the provider has not been verified yet."), rule="acting-right")
    confirmed = declaration.confirmed_at if declaration else None
    if declaration is None or confirmed is None or confirmed < request.asked_at:
        raise RuleBroken(
            _l("The self-declaration has not been confirmed after it was asked for."),
            rule="R33",
            field="declaration",
            next_step=_l("Go through your self-declaration, correct what has changed and confirm it."),
        )
    before = request.state
    move(request, RENEWAL_TRANSITIONS, "answer")
    request.declaration, request.answered_by, request.answered_at = declaration, by.person_id, now
    audit.record(
        ANSWERED,
        subject=request,
        actor=by,
        at=now,
        before=before,
        after=request.state,
        declaration=declaration.id,
    )


@transaction
def review_renewal(request: RenewalRequest, note: str, *, by: Mandate) -> None:
    """Say what was found in the answer; without one only after the time to answer has ended.

    Nothing happens to the admission by itself: what is not right goes to a hearing (R34).
    """
    lock(request)
    now = clock.now()
    refuse_own_matter(request.supplier_id, by)
    if request.answered_at is None and now < request.due_at:
        raise WrongState(
            _l("The provider still has time to answer."),
            rule="R33",
            next_step=_l("Wait until the time to answer has ended."),
        )
    if not note.strip():
        raise RuleBroken(_l("Write what you found."), rule="R34", field="note")
    before = request.state
    move(request, RENEWAL_TRANSITIONS, "review")
    request.review_note, request.reviewed_by, request.reviewed_at = note.strip(), by.person_id, now
    audit.record(REVIEWED, subject=request, actor=by, at=now, before=before, after=request.state)
