"""The stages of a system: submit, return, approve, open, close, reopen, end."""

from __future__ import annotations

from typing import Any

from core import audit, clock, signals
from core.db import lock, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.systems import content as contents
from dps.systems import rules
from dps.systems.models import SYSTEM_TRANSITIONS, PurchasingSystem, SystemState
from dps.systems.service import drafting
from dps.systems.signals import SystemOpened, SystemReopened

SUBMITTED = audit.declare("system.submitted", "before", "after")
RETURNED = audit.declare("system.returned", "before", "after", "reason")
APPROVED = audit.declare("system.approved", "before", "after")
OPENED = audit.declare("system.opened", "before", "after")
CLOSED = audit.declare("system.closed", "before", "after")
REOPENED = audit.declare("system.reopened", "before", "after")
ENDED = audit.declare("system.ended", "before", "after")

#: The acts of those who prepare a system.
_PREPARING = frozenset(
    {
        drafting.CREATED,
        drafting.CHANGED,
        drafting.CATEGORY_ADDED,
        drafting.CATEGORY_CHANGED,
        drafting.CATEGORY_REMOVED,
        drafting.PART_CHANGED,
        SUBMITTED,
    }
)


def _step(system: PurchasingSystem, action: str) -> dict[str, Any]:
    before = system.state
    move(system, SYSTEM_TRANSITIONS, action)
    return {"before": before, "after": system.state}


@transaction
def submit(system: PurchasingSystem, *, by: Mandate) -> None:
    """Hand the system to the decision maker; refused while anything is missing (R1, R3, R7, R11, R15, R32, R40)."""
    lock(system)
    now = clock.now()
    found = rules.obstacles(contents.content_of_system(system), clock.helsinki_date(now))
    if system.state is SystemState.DRAFT and found:
        raise drafting.refuse(found[0])
    change = _step(system, "submit")
    system.submitted_at, system.return_reason = now, None
    system.prepared_by = by.person_id
    audit.record(SUBMITTED, subject=system, actor=by, at=now, **change)


def needed(reason: str, message: Any) -> str:
    """A reason without the space around it; :raises RuleBroken: there is none (I10)"""
    if not reason.strip():
        raise RuleBroken(message, rule="I10", field="reason", next_step=_l("Write the reason"))
    return reason.strip()


@transaction
def return_to_preparer(system: PurchasingSystem, reason: str, *, by: Mandate) -> None:
    """Send the system back with the reason."""
    lock(system)
    now = clock.now()
    text = needed(reason, _l("Write why the system is returned."))
    change = _step(system, "return")
    system.return_reason = text
    audit.record(RETURNED, subject=system, actor=by, at=now, reason=text, **change)


def _preparers(system: PurchasingSystem) -> set[Any]:
    """Everybody who had a hand in the draft, by the audit trail; not only the one who sent it on."""
    things: list[Any] = [system, *system.categories]
    return {system.prepared_by} | {
        event.person_id for thing in things for event in audit.trail(thing) if event.type in _PREPARING
    }


@transaction
def approve(system: PurchasingSystem, *, by: Mandate) -> None:
    """Approve the system, so that its notice can be sent; never by one who prepared it."""
    lock(system)
    now = clock.now()
    if by.person_id in _preparers(system):
        raise RuleBroken(
            _l("The one who prepared the system cannot approve it."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )
    change = _step(system, "approve")
    system.approved_by, system.approved_at = by.person_id, now
    audit.record(APPROVED, subject=system, actor=by, at=now, **change)


@transaction
def open_system(system: PurchasingSystem, *, by: Mandate) -> None:
    """Open for applications; only the publication of the notice does this (R17, ``dps.notices``)."""
    lock(system)
    now = clock.now()
    change = _step(system, "open")
    system.opened_at = now
    audit.record(OPENED, subject=system, actor=by, at=now, **change)
    signals.send(SystemOpened(system.id, now, by))


@transaction
def close(system: PurchasingSystem, *, by: Mandate) -> None:
    """Close for a while: no orders, applications are queued; only if it was announced (R19)."""
    lock(system)
    now = clock.now()
    if not system.closing_announced:
        raise RuleBroken(
            _l("Temporary closing was not announced when the system was set up."),
            rule="R19",
            next_step=_l("The system stays open until it ends."),
        )
    change = _step(system, "close")
    audit.record(CLOSED, subject=system, actor=by, at=now, **change)


@transaction
def reopen(system: PurchasingSystem, *, by: Mandate) -> None:
    """Open again; the time of the queued applications starts today (R23)."""
    lock(system)
    now = clock.now()
    change = _step(system, "reopen")
    audit.record(REOPENED, subject=system, actor=by, at=now, **change)
    signals.send(SystemReopened(system.id, now, by))


@transaction
def end_system(system: PurchasingSystem, *, by: Mandate) -> None:
    """End the system for good; an award notice is due (R18)."""
    lock(system)
    now = clock.now()
    change = _step(system, "end")
    system.ended_at = now
    audit.record(ENDED, subject=system, actor=by, at=now, **change)
