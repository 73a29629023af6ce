"""Power to admit later applicants, delegated by a decision maker to an official for a time."""

from __future__ import annotations

import uuid
from datetime import date

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.decisions.models import Delegation
from dps.systems.models import PurchasingSystem

GIVEN = audit.declare("delegation.given", "system", "person", "starts_on", "ends_on", "basis")
REVOKED = audit.declare("delegation.revoked", "person")


@transaction
def delegate(
    system: PurchasingSystem, person_id: uuid.UUID, basis: str, starts_on: date, ends_on: date, *, by: Mandate
) -> Delegation:
    """Let a coordinator sign admissions of the system in a time; refusals and removals stay with the decision maker.

    :raises RuleBroken: not a coordinator of the authority, no basis, or the time runs backwards or past the system
    """
    now = clock.now()
    _must_decide(system, by)
    if not basis.strip():
        raise RuleBroken(_l("Write the rule or decision it rests on."), rule="R70", field="basis")
    if not starts_on <= ends_on <= system.ends_on:
        raise RuleBroken(
            _l("The delegation must end after it starts, and not after the system."), rule="delegation", field="ends_on"
        )
    holders = people.holders(system.authority_id, clock.helsinki_date(now), Role.COORDINATOR)
    if person_id not in {person.id for person in holders}:
        raise RuleBroken(
            _l("Power can be delegated to a coordinator of the authority only."), rule="delegation", field="person"
        )
    row = Delegation(
        system=system,
        person_id=person_id,
        basis=basis.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        given_by=by.person_id,
        given_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        GIVEN,
        subject=row,
        actor=by,
        at=now,
        system=system.id,
        person=person_id,
        starts_on=starts_on,
        ends_on=ends_on,
        basis=row.basis,
    )
    return row


@transaction
def revoke(delegation: Delegation, *, by: Mandate) -> None:
    """Take the power back at once."""
    lock(delegation)
    now = clock.now()
    _must_decide(delegation.system, by)
    if delegation.revoked_at is not None:
        raise WrongState(_l("The delegation was revoked already."), rule="delegation")
    delegation.revoked_at = now
    audit.record(REVOKED, subject=delegation, actor=by, at=now, person=delegation.person_id)


def _must_decide(system: PurchasingSystem, by: Mandate) -> None:
    if by.role is not Role.DECIDER or by.authority_id != system.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority delegates its power."), rule="I4")
