"""Who may act for a supplier: stated by the person, verified by an official, ended when it proves untrue."""

from __future__ import annotations

import uuid
from datetime import datetime

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity import service as identity
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from core.states import move
from suppliers import queries
from suppliers.models import ACTING_RIGHT_TRANSITIONS, ActingRight, Supplier

RIGHT_STATED = audit.declare("acting_right.stated", "supplier", "is_claim")
RIGHT_VERIFIED = audit.declare("acting_right.verified", "supplier", "person", "is_claim")
RIGHT_REFUSED = audit.declare("acting_right.refused", "supplier", "person", "is_claim")
BECAME_CLAIM = audit.declare("acting_right.became_claim", "supplier", "person")


def refuse_own_matter(supplier_id: uuid.UUID, by: Mandate) -> None:
    """An official who speaks for the supplier takes no part in its matter (R50, HallL 28 §)."""
    if queries.speaks_for(by.person_id, supplier_id):
        raise RuleBroken(
            _l("You act for this provider, so you cannot take part in deciding its matter."),
            rule="R50",
            next_step=_l("Ask another official to do this."),
        )


@transaction
def state_right(person: Person, supplier: Supplier, basis: str, *, is_claim: bool) -> ActingRight:
    """State that a person may act for a supplier; an official verifies it.

    :raises WrongState: stated already
    """
    now = clock.now()
    if queries.acting_right_of(person.id, supplier.id) is not None:
        raise WrongState(
            _l("You have already stated that you act for this company."),
            rule="acting-right",
            next_step=_l("Wait for the check. You get a message."),
        )
    row = ActingRight(
        id=new_id(), person=person, supplier=supplier, basis=basis.strip(), is_claim=is_claim, stated_at=now
    )
    db.session.add(row)
    db.session.flush()
    audit.record(RIGHT_STATED, subject=row, actor=None, at=now, supplier=supplier.id, is_claim=is_claim)
    return row


def _refuse_own(right: ActingRight, by: Mandate) -> None:
    """Nobody checks their own right, whatever roles they hold (HallL 28 §)."""
    if right.person_id == by.person_id:
        raise RuleBroken(
            _l("You cannot check your own right to act."),
            rule="four-eyes",
            next_step=_l("Ask another official to check it."),
        )


def _end_roles(right: ActingRight, now: datetime, by: Mandate) -> None:
    """The person acts for the supplier no more, from this moment on."""
    for holding in people.holdings_in_force(right.person_id, clock.helsinki_date(now)):
        if holding.organisation_id == right.supplier_id:
            identity.end_role(holding, by=by)


def _hold_back_others(verified: ActingRight, now: datetime, by: Mandate) -> None:
    """Who took the number first without being verified waits like a claimant: the owner is known now."""
    for other in queries.pending_rights_of(verified.supplier_id):
        if not other.is_claim:
            lock(other)
            other.is_claim = True
            _end_roles(other, now, by)
            audit.record(
                BECAME_CLAIM, subject=other, actor=by, at=now, supplier=other.supplier_id, person=other.person_id
            )


@transaction
def verify_right(right: ActingRight, note: str, *, by: Mandate) -> None:
    """Verify that the person may act for the supplier; a verified claim brings the role with it.

    :raises RuleBroken: the official's own right
    """
    _refuse_own(right, by)
    lock(right)
    now = clock.now()
    move(right, ACTING_RIGHT_TRANSITIONS, "verify")
    right.decided_at, right.decided_by, right.decision_note = now, by.person_id, note.strip()
    if right.is_claim:
        identity.give_role(
            right.person,
            right.supplier.organisation,
            Role.PROVIDER,
            starts_on=clock.helsinki_date(now),
            ends_on=None,
            by=by,
        )
        _hold_back_others(right, now, by)
    audit.record(
        RIGHT_VERIFIED,
        subject=right,
        actor=by,
        at=now,
        supplier=right.supplier_id,
        person=right.person_id,
        is_claim=right.is_claim,
    )
    mail.send(
        right.person.email,
        "acting_right_verified",
        language=right.person.language,
        at=now,
        about_id=right.supplier_id,
        right=right,
    )


@transaction
def refuse_right(right: ActingRight, note: str, *, by: Mandate) -> None:
    """Say that the right could not be verified, and why; a role that came with registering ends.

    :raises RuleBroken: without a reason, or the official's own right
    """
    _refuse_own(right, by)
    if not note.strip():
        raise RuleBroken(_l("Write why the right could not be verified."), rule="I10", field="note")
    lock(right)
    now = clock.now()
    move(right, ACTING_RIGHT_TRANSITIONS, "refuse")
    right.decided_at, right.decided_by, right.decision_note = now, by.person_id, note.strip()
    _end_roles(right, now, by)
    audit.record(
        RIGHT_REFUSED,
        subject=right,
        actor=by,
        at=now,
        supplier=right.supplier_id,
        person=right.person_id,
        is_claim=right.is_claim,
    )
    mail.send(
        right.person.email,
        "acting_right_refused",
        language=right.person.language,
        at=now,
        about_id=right.supplier_id,
        right=right,
    )
