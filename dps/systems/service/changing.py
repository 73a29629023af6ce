"""Changes after the opening: prepared, approved by another, announced, and in force only with their notice (R18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core import audit, clock, signals
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.systems import content as contents
from dps.systems import queries, rules
from dps.systems.content import CategoryContent
from dps.systems.details import CategoryDetails, SystemDetails
from dps.systems.models import (
    CHANGE_TRANSITIONS,
    Category,
    ChangeKind,
    ChangeState,
    PurchasingSystem,
    SystemChange,
    SystemState,
)
from dps.systems.service import drafting
from dps.systems.service.stages import needed
from dps.systems.signals import SystemChanged

PREPARED = audit.declare("system_change.prepared", "system", "category", "kind")
SUBMITTED = audit.declare("system_change.submitted", "before", "after")
RETURNED = audit.declare("system_change.returned", "before", "after", "reason")
APPROVED = audit.declare("system_change.approved", "before", "after")
ANNOUNCED = audit.declare("system_change.announced", "before", "after")
EFFECTIVE = audit.declare("system_change.in_force", "before", "after", "category")
DROPPED = audit.declare("system_change.dropped", "before", "after", "reason")

_PREPARING = frozenset({PREPARED, drafting.PROPOSAL_CHANGED, SUBMITTED})

#: What a change of the system itself may change; validity and value have a kind of their own.
_VALIDITY = ("ends_on", "estimated_value")
#: What is announced once, when the system is set up, and the rule that says so.
_FIXED = {"closing_announced": "R19", "award_notice_method": "R80"}


def _check_open(system: PurchasingSystem) -> None:
    if system.state not in (SystemState.OPEN, SystemState.CLOSED):
        raise WrongState(
            _l("Only a system that has opened and not ended is changed by a notice."),
            rule="R18",
            next_step=_l("Change the draft itself, or set up a new system."),
        )


def _begin(
    system: PurchasingSystem,
    kind: ChangeKind,
    proposed: dict[str, Any],
    reason: str,
    *,
    category: Category | None = None,
    by: Mandate,
) -> SystemChange:
    lock(system)
    now = clock.now()
    _check_open(system)
    text = needed(reason, _l("Write why the system is changed."))
    if category is not None and category.ended_at is not None:
        raise WrongState(_l("The category has ended."), rule="R18", field="category_id")
    if kind is not ChangeKind.NEW_CATEGORY and queries.live_change(system.id, kind, category) is not None:
        raise WrongState(
            _l("Another change of the same thing is under way."),
            rule="R18",
            next_step=_l("Finish it or drop it first."),
        )
    change = SystemChange(
        system=system,
        category=category,
        kind=kind,
        proposed=proposed,
        reason=text,
        prepared_by=by.person_id,
        prepared_at=now,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        PREPARED,
        subject=change,
        actor=by,
        at=now,
        system=system.id,
        category=category.id if category else None,
        kind=kind,
    )
    return change


@transaction
def propose_category(
    system: PurchasingSystem, content: CategoryContent | CategoryDetails, reason: str, *, by: Mandate
) -> SystemChange:
    """Begin to add a category to an open system; its parts are written like those of a draft."""
    whole = content if isinstance(content, CategoryContent) else CategoryContent(content)
    _check_content(whole)
    drafting.check_new_code(system, whole.details.code)
    return _begin(system, ChangeKind.NEW_CATEGORY, contents.dump(whole), reason, by=by)


def _check_content(content: CategoryContent) -> None:
    """What each step would have checked, for content that arrives whole."""
    drafting.check_cpv(content.details.cpv)
    drafting.check_record_uses(content.details)
    for name in contents.PARTS:
        seen = CategoryContent(content.details)
        for item in content.part(name):
            drafting.check_item(seen, name, item, None)
            seen = seen.with_item(name, item)


@transaction
def propose_category_change(
    category: Category, reason: str, content: CategoryContent | None = None, *, by: Mandate
) -> SystemChange:
    """Begin to change a category: the proposal starts as what is in force, unless the new content is given."""
    whole = content or contents.content_of(category)
    if content is not None:
        _check_content(whole)
        drafting.check_unchangeable(category, whole.details)
    proposed = contents.dump(whole)
    return _begin(category.system, ChangeKind.CATEGORY_CHANGED, proposed, reason, category=category, by=by)


@transaction
def propose_category_end(category: Category, reason: str, *, by: Mandate) -> SystemChange:
    """Begin to end a category."""
    return _begin(category.system, ChangeKind.CATEGORY_ENDED, {}, reason, category=category, by=by)


@transaction
def propose_validity(
    system: PurchasingSystem, ends_on: date, estimated_value: Decimal, reason: str, *, by: Mandate
) -> SystemChange:
    """Begin to change the last day, and with it the value of the whole duration (R7, R18)."""
    now = clock.now()
    details = replace(contents.read(SystemDetails, system), ends_on=ends_on, estimated_value=estimated_value)
    drafting.check_dates(details)
    if ends_on <= clock.helsinki_date(now):
        raise RuleBroken(
            _l("The last day of the system is not in the future."),
            rule="R18",
            field="ends_on",
            next_step=_l("End the system instead, or choose a later day."),
        )
    proposed = contents.dump({"ends_on": ends_on, "estimated_value": estimated_value})
    return _begin(system, ChangeKind.VALIDITY_CHANGED, proposed, reason, by=by)


@transaction
def propose_system_change(
    system: PurchasingSystem, details: SystemDetails, reason: str, *, by: Mandate
) -> SystemChange:
    """Begin to change what is said about the system itself; its validity is changed apart (R18).

    Temporary closing can be announced only when the system is set up (R19).
    """
    before = contents.dump(contents.read(SystemDetails, system))
    proposed = {name: value for name, value in contents.dump(details).items() if value != before[name]}
    if fixed := next((name for name in (*_VALIDITY, "starts_on", *_FIXED) if name in proposed), None):
        raise RuleBroken(
            _l("This cannot be changed here after the opening."),
            rule=_FIXED.get(fixed, "R18"),
            field=fixed,
            next_step=_l("Leave it as it was announced. The last day and the value have a change of their own."),
        )
    return _begin(system, ChangeKind.SYSTEM_CHANGED, proposed, reason, by=by)


def _step(change: SystemChange, action: str) -> dict[str, Any]:
    before = change.state
    move(change, CHANGE_TRANSITIONS, action)
    return {"before": before, "after": change.state}


@transaction
def submit_change(change: SystemChange, *, by: Mandate) -> None:
    """Hand the change to the decision maker; refused while the system it makes would lack something."""
    lock(change.system)
    lock(change)
    now = clock.now()
    _check_open(change.system)
    after = contents.content_after(change)
    if change.state is ChangeState.DRAFT:
        if not contents.differences(contents.content_of_system(change.system), after):
            raise RuleBroken(
                _l("The change does not change anything."),
                rule="R18",
                next_step=_l("Write what is to be different, or drop the change."),
            )
        if found := rules.obstacles(after, clock.helsinki_date(now)):
            raise drafting.refuse(found[0])
    data = _step(change, "submit")
    change.submitted_at, change.return_reason = now, None
    change.prepared_by = by.person_id
    audit.record(SUBMITTED, subject=change, actor=by, at=now, **data)


@transaction
def return_change(change: SystemChange, reason: str, *, by: Mandate) -> None:
    """Send the change back to its preparer with the reason."""
    lock(change)
    now = clock.now()
    text = needed(reason, _l("Write why the change is returned."))
    data = _step(change, "return")
    change.return_reason = text
    audit.record(RETURNED, subject=change, actor=by, at=now, reason=text, **data)


@transaction
def approve_change(change: SystemChange, *, by: Mandate) -> None:
    """Approve the change, so that its notice can be sent; never by one who prepared it."""
    lock(change)
    now = clock.now()
    preparers = {event.person_id for event in audit.trail(change) if event.type in _PREPARING}
    if by.person_id in preparers | {change.prepared_by}:
        raise RuleBroken(
            _l("The one who prepared the change cannot approve it."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )
    data = _step(change, "approve")
    change.approved_by, change.approved_at = by.person_id, now
    audit.record(APPROVED, subject=change, actor=by, at=now, **data)


@transaction
def drop_change(change: SystemChange, reason: str, *, by: Mandate) -> None:
    """Give the change up before its notice is sent."""
    lock(change)
    now = clock.now()
    text = needed(reason, _l("Write why the change is dropped."))
    data = _step(change, "drop")
    audit.record(DROPPED, subject=change, actor=by, at=now, reason=text, **data)


@transaction
def announce(change: SystemChange, *, by: Mandate) -> None:
    """The notice of the change was sent; only the sending of the notice does this (``dps.notices``)."""
    lock(change)
    now = clock.now()
    _check_open(change.system)
    data = _step(change, "announce")
    audit.record(ANNOUNCED, subject=change, actor=by, at=now, **data)


@transaction
def take_effect(change: SystemChange, *, by: Mandate) -> None:
    """Put the change in force; only the publication of its own notice does this (R18, ``dps.notices``)."""
    system = change.system
    lock(system)
    lock(change)
    now = clock.now()
    _check_open(system)
    data = _step(change, "take_effect")
    change.effective_at = now
    change.replaced = _what_held(change)
    _apply(change, by=by, at=now)
    db.session.flush()
    audit.record(
        EFFECTIVE, subject=change, actor=by, at=now, category=change.category.id if change.category else None, **data
    )
    category_id = change.category.id if change.category else None
    signals.send(SystemChanged(change.id, system.id, category_id, change.kind, now, by))


def _what_held(change: SystemChange) -> dict[str, Any] | None:
    if change.category is not None:
        held: dict[str, Any] = contents.dump(contents.content_of(change.category))
        return held
    facts = contents.dump(contents.read(SystemDetails, change.system))
    return {name: facts[name] for name in change.proposed if name in facts} or None


def _apply(change: SystemChange, *, by: Mandate, at: datetime) -> None:
    system = change.system
    if change.kind in (ChangeKind.VALIDITY_CHANGED, ChangeKind.SYSTEM_CHANGED):
        before, after = drafting.overwrite(system, contents.content_after(change).details)
        audit.record(drafting.CHANGED, subject=system, actor=by, at=at, before=before, after=after)
        return
    if change.kind is ChangeKind.NEW_CATEGORY:
        content = contents.proposed_category(change)
        drafting.check_new_code(system, content.details.code)
        change.category = drafting.new_category(system, content.details, by=by, at=at)
        contents.put(change.category, content, at=at, in_force=False)
        return
    category = change.category
    assert category is not None
    lock(category)
    category.changed_at = at
    if change.kind is ChangeKind.CATEGORY_ENDED:
        category.ended_at = at
    else:
        contents.put(category, contents.proposed_category(change), at=at, in_force=True)


def check_not_ended(category: Category) -> None:
    """Whether applications and orders are still taken; what is running goes to its end (R18).

    :raises WrongState: the end of the category has been published
    """
    db.session.refresh(category, ["ended_at"])
    if category.ended_at is not None:
        raise WrongState(
            _l("The category has ended. It takes no applications and no orders."),
            rule="R18",
            field="category",
            next_step=_l("Choose another category."),
        )
