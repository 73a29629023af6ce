"""The verbs of purchasing systems: set up, submit, approve, open, close, end."""

from __future__ import annotations

import dataclasses
from typing import Any

from core import audit, clock, signals
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.systems import rules
from dps.systems.details import CategoryDetails, ModuleDetails, RequirementDetails, SystemDetails
from dps.systems.models import (
    SYSTEM_TRANSITIONS,
    Category,
    CategoryModule,
    PurchasingSystem,
    Requirement,
    SystemState,
)
from dps.systems.signals import SystemReopened
from suppliers import criteria

CREATED = audit.declare("system.created", "authority")
CHANGED = audit.declare("system.changed", "before", "after")
CATEGORY_ADDED = audit.declare("category.added", "system", "code")
CATEGORY_CHANGED = audit.declare("category.changed", "before", "after")
MODULE_ADDED = audit.declare("category.module_added", "module", "code")
REQUIREMENT_ADDED = audit.declare("category.requirement_added", "requirement", "code")
SUBMITTED = audit.declare("system.submitted", "before", "after")
RETURNED = audit.declare("system.returned", "before", "after", "reason")
APPROVED = audit.declare("system.approved", "before", "after")
OPENED = audit.declare("system.opened", "before", "after")
CLOSED = audit.declare("system.closed", "before", "after")
REOPENED = audit.declare("system.reopened", "before", "after")
ENDED = audit.declare("system.ended", "before", "after")

#: The acts of those who prepare a system.
_PREPARING = frozenset({CREATED, CHANGED, CATEGORY_ADDED, CATEGORY_CHANGED, MODULE_ADDED, REQUIREMENT_ADDED, SUBMITTED})


def _values(details: Any) -> dict[str, Any]:
    return {each.name: getattr(details, each.name) for each in dataclasses.fields(details)}


def _overwrite(row: Any, details: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put the details into the row; returns what changed, before and after."""
    changed = {name: value for name, value in _values(details).items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    return before, changed


def _check_duration(details: SystemDetails) -> None:
    if details.ends_on <= details.starts_on:
        raise RuleBroken(
            _l("The system ends before it starts."),
            rule="R15",
            field="ends_on",
            next_step=_l("Enter a last day after the first day."),
        )
    if details.estimated_value <= 0:
        raise RuleBroken(
            _l("The estimated value is missing."),
            rule="R7",
            field="estimated_value",
            next_step=_l("Add up all contracts of the whole duration, without VAT."),
        )


def _must_be_draft(system: PurchasingSystem) -> None:
    """Categories, terms and legal modes are frozen once the system leaves the preparer's desk (R1)."""
    if system.state is not SystemState.DRAFT:
        raise WrongState(
            _l("Only a draft can be changed."),
            rule="R1",
            next_step=_l("Ask the decision maker to return the system to you."),
        )


def _own_authority(by: Mandate) -> Any:
    if by.authority_id is None:
        raise RuleBroken(_l("Only an authority sets up a purchasing system."), rule="I4")
    return by.authority_id


@transaction
def create_system(details: SystemDetails, *, by: Mandate) -> PurchasingSystem:
    """Begin a purchasing system of the actor's authority as a draft."""
    now = clock.now()
    _check_duration(details)
    system = PurchasingSystem(
        **_values(details), authority_id=_own_authority(by), prepared_by=by.person_id, prepared_at=now
    )
    db.session.add(system)
    db.session.flush()
    audit.record(CREATED, subject=system, actor=by, at=now, authority=system.authority_id)
    return system


@transaction
def change_system(system: PurchasingSystem, details: SystemDetails, *, by: Mandate) -> None:
    """Change a draft."""
    lock(system)
    now = clock.now()
    _must_be_draft(system)
    _check_duration(details)
    before, after = _overwrite(system, details)
    audit.record(CHANGED, subject=system, actor=by, at=now, before=before, after=after)


def _check_category(system: PurchasingSystem, details: CategoryDetails, own: Category | None) -> None:
    if any(other.code == details.code for other in system.categories if other is not own):
        raise RuleBroken(
            _l("The system has a category with this code already."),
            rule="R11",
            field="code",
            next_step=_l("Choose another code."),
        )


@transaction
def add_category(system: PurchasingSystem, details: CategoryDetails, *, by: Mandate) -> Category:
    """Add a category to a draft."""
    lock(system)
    now = clock.now()
    _must_be_draft(system)
    _check_category(system, details, None)
    category = Category(
        **_values(details), system=system, position=max((each.position for each in system.categories), default=0) + 1
    )
    db.session.add(category)
    db.session.flush()
    audit.record(CATEGORY_ADDED, subject=category, actor=by, at=now, system=system.id, code=category.code)
    return category


@transaction
def change_category(category: Category, details: CategoryDetails, *, by: Mandate) -> None:
    """Change a category of a draft."""
    lock(category.system)
    lock(category)
    now = clock.now()
    _must_be_draft(category.system)
    _check_category(category.system, details, category)
    before, after = _overwrite(category, details)
    audit.record(CATEGORY_CHANGED, subject=category, actor=by, at=now, before=before, after=after)


@transaction
def add_module(category: Category, details: ModuleDetails, *, by: Mandate) -> CategoryModule:
    """Add a module that can be ordered with a service of the category."""
    lock(category.system)
    now = clock.now()
    _must_be_draft(category.system)
    if any(module.code == details.code for module in category.modules):
        raise RuleBroken(_l("The category has a module with this code already."), rule="R11", field="code")
    module = CategoryModule(**_values(details), category=category)
    db.session.add(module)
    db.session.flush()
    audit.record(MODULE_ADDED, subject=category, actor=by, at=now, module=module.id, code=module.code)
    return module


@transaction
def add_requirement(category: Category, details: RequirementDetails, *, by: Mandate) -> Requirement:
    """Ask something of everybody who applies to the category (R11)."""
    lock(category.system)
    now = clock.now()
    _must_be_draft(category.system)
    known = criteria.ALL.get(details.code)
    if known is None or known.kind.value != details.kind.value:
        raise RuleBroken(_l("There is no such criterion."), rule="R11", field="code")
    if any(requirement.code == details.code for requirement in category.requirements):
        raise RuleBroken(
            _l("The category asks for this already."),
            rule="R11",
            field="code",
            next_step=_l("Choose another criterion."),
        )
    requirement = Requirement(
        **_values(details),
        category=category,
        position=max((each.position for each in category.requirements), default=0) + 1,
    )
    db.session.add(requirement)
    db.session.flush()
    audit.record(
        REQUIREMENT_ADDED, subject=category, actor=by, at=now, requirement=requirement.id, code=requirement.code
    )
    return requirement


def _step(system: PurchasingSystem, action: str) -> dict[str, Any]:
    before = system.state
    move(system, SYSTEM_TRANSITIONS, action)
    return {"before": before, "after": system.state}


@transaction
def submit(system: PurchasingSystem, *, by: Mandate) -> None:
    """Hand the system to the decision maker; refused while anything is missing (R1, R7, R11, R15, R101, R102)."""
    lock(system)
    now = clock.now()
    found = rules.obstacles(system, clock.helsinki_date(now))
    if system.state is SystemState.DRAFT and found:
        first = found[0]
        raise RuleBroken(first.message, rule=first.rule, field=first.field, next_step=first.next_step)
    change = _step(system, "submit")
    system.submitted_at, system.return_reason = now, None
    system.prepared_by = by.person_id
    audit.record(SUBMITTED, subject=system, actor=by, at=now, **change)


@transaction
def return_to_preparer(system: PurchasingSystem, reason: str, *, by: Mandate) -> None:
    """Send the system back with the reason."""
    lock(system)
    now = clock.now()
    if not reason.strip():
        raise RuleBroken(_l("Write why the system is returned."), rule="I10", field="reason")
    change = _step(system, "return")
    system.return_reason = reason.strip()
    audit.record(RETURNED, subject=system, actor=by, at=now, reason=system.return_reason, **change)


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
