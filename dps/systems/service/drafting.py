"""Writing a draft: a system, its categories and their parts; the same checks serve proposed changes."""

from __future__ import annotations

import dataclasses
import uuid
from dataclasses import replace
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.systems import content as contents
from dps.systems import cpv, record_uses, rules
from dps.systems.content import PARTS, CategoryContent
from dps.systems.details import CategoryDetails, ModuleDetails, RequirementDetails, SystemDetails
from dps.systems.legal_mode import Obstacle
from dps.systems.models import (
    Category,
    CategoryModule,
    ChangeKind,
    ChangeState,
    PurchasingSystem,
    Requirement,
    RequirementKind,
    SystemChange,
    SystemState,
)
from suppliers import criteria

CREATED = audit.declare("system.created", "authority")
CHANGED = audit.declare("system.changed", "before", "after")
CATEGORY_ADDED = audit.declare("category.added", "system", "code")
CATEGORY_CHANGED = audit.declare("category.changed", "before", "after")
CATEGORY_REMOVED = audit.declare("category.removed", "system", "code")
PART_CHANGED = audit.declare("category.part_changed", "part", "before", "after")
PROPOSAL_CHANGED = audit.declare("system_change.changed", "part", "before", "after")

#: Terms are published as one of these.
TERMS_TYPES = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
TERMS_LIMIT = 10 * files.MEGABYTE

#: What a coordinator edits in steps: a category of a draft, or the category that a change proposes.
Editable = Category | SystemChange


def refuse(obstacle: Obstacle) -> RuleBroken:
    """An obstacle as the refusal of a verb."""
    return RuleBroken(obstacle.message, rule=obstacle.rule, field=obstacle.field, next_step=obstacle.next_step)


def values_of(details: Any) -> dict[str, Any]:
    return {each.name: getattr(details, each.name) for each in dataclasses.fields(details)}


def overwrite(row: Any, details: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put the details into the row; returns what changed, before and after."""
    changed = {name: value for name, value in values_of(details).items() if getattr(row, name) != value}
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    return before, changed


def check_dates(details: SystemDetails) -> None:
    if obstacle := rules.check_dates(details):
        raise refuse(obstacle)


def _must_be_draft(system: PurchasingSystem) -> None:
    """Categories, terms and legal modes are frozen once the system leaves the preparer's desk (R1)."""
    if system.state is not SystemState.DRAFT:
        raise WrongState(
            _l("Only a draft can be changed."),
            rule="R1",
            next_step=_l("Ask the decision maker to return the system to you, or propose a change of an open system."),
        )


def _own_authority(by: Mandate) -> Any:
    if by.authority_id is None:
        raise RuleBroken(_l("Only an authority sets up a purchasing system."), rule="I4")
    return by.authority_id


@transaction
def create_system(details: SystemDetails, *, by: Mandate) -> PurchasingSystem:
    """Begin a purchasing system of the actor's authority as a draft."""
    now = clock.now()
    check_dates(details)
    system = PurchasingSystem(
        **values_of(details), authority_id=_own_authority(by), prepared_by=by.person_id, prepared_at=now
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
    check_dates(details)
    before, after = overwrite(system, details)
    audit.record(CHANGED, subject=system, actor=by, at=now, before=before, after=after)


# ---- categories ----


def check_new_code(system: PurchasingSystem, code: str, own: Category | None = None) -> None:
    """:raises RuleBroken: another category of the system has the code"""
    if any(other.code == code for other in system.categories if other is not own):
        raise RuleBroken(
            _l("The system has a category with this code already."),
            rule="R11",
            field="code",
            next_step=_l("Choose another code."),
        )


def check_cpv(code: str) -> None:
    """:raises RuleBroken: not eight digits with the right check digit"""
    if not cpv.is_well_formed(code):
        raise RuleBroken(
            _l("The CPV code is not complete."),
            rule="R4",
            field="cpv",
            next_step=_l("Write eight digits, a hyphen and the check digit, like 79611000-0."),
        )
    if right := cpv.corrected(code):
        raise RuleBroken(
            _l("The check digit of the CPV code is wrong."),
            rule="R4",
            field="cpv",
            next_step=_l("Did you mean %(code)s?", code=right),
        )


@transaction
def add_category(system: PurchasingSystem, details: CategoryDetails, *, by: Mandate) -> Category:
    """Add a category to a draft."""
    lock(system)
    now = clock.now()
    _must_be_draft(system)
    check_new_code(system, details.code)
    check_cpv(details.cpv)
    check_record_uses(details)
    return new_category(system, details, by=by, at=now)


def new_category(system: PurchasingSystem, details: CategoryDetails, *, by: Mandate, at: Any) -> Category:
    """The row of a new category at the end of its system; inside a verb that has checked it."""
    category = Category(
        **values_of(details), system=system, position=max((each.position for each in system.categories), default=0) + 1
    )
    db.session.add(category)
    db.session.flush()
    audit.record(CATEGORY_ADDED, subject=category, actor=by, at=at, system=system.id, code=category.code)
    return category


@transaction
def copy_category(system: PurchasingSystem, source: Category, *, by: Mandate) -> Category:
    """Add a category to a draft with everything another one of the authority says: nothing is typed twice."""
    if source.authority_id != system.authority_id:
        raise RuleBroken(_l("Only a category of your own authority is copied."), rule="I4", field="category_id")
    content = contents.content_of(source)
    codes, code, number = {each.code for each in system.categories}, source.code, 2
    while code in codes:
        code, number = f"{source.code}-{number}", number + 1
    category = add_category(system, replace(content.details, code=code), by=by)
    contents.put(
        category,
        replace(content, details=replace(content.details, code=code), has_ended=False),
        at=clock.now(),
        in_force=False,
    )
    return category


@transaction
def remove_category(category: Category, *, by: Mandate) -> None:
    """Take a category out of a draft."""
    system = category.system
    lock(system)
    now = clock.now()
    _must_be_draft(system)
    for name in PARTS:
        for row in list(getattr(category, name)):
            db.session.delete(row)
    audit.record(CATEGORY_REMOVED, subject=category, actor=by, at=now, system=system.id, code=category.code)
    db.session.flush()
    db.session.delete(category)
    db.session.flush()
    db.session.expire(system, ["categories"])


@transaction
def change_category(category: Category, details: CategoryDetails, *, by: Mandate) -> None:
    """Change a category of a draft."""
    save_details(category, details, by=by)


# ---- steps and parts, of a draft or of a proposal ----


def content_of(thing: Editable) -> CategoryContent:
    """What stands in the draft, or in the proposal."""
    return contents.content_of(thing) if isinstance(thing, Category) else contents.proposed_category(thing)


def is_editable(thing: Editable) -> bool:
    """Whether it is still on the preparer's desk."""
    if isinstance(thing, Category):
        return thing.system.state is SystemState.DRAFT
    return thing.state is ChangeState.DRAFT and thing.kind in (ChangeKind.NEW_CATEGORY, ChangeKind.CATEGORY_CHANGED)


def _open(thing: Editable) -> None:
    """Lock what is edited, and see that it may be."""
    lock(thing.system)
    lock(thing)
    if isinstance(thing, Category):
        _must_be_draft(thing.system)
    elif not is_editable(thing):
        raise WrongState(
            _l("Only a draft can be changed."),
            rule="R18",
            next_step=_l("Ask the decision maker to return the change to you."),
        )


def _keep(thing: Editable, content: CategoryContent, part: str, before: Any, after: Any, *, by: Mandate) -> None:
    now = clock.now()
    event = CATEGORY_CHANGED if isinstance(thing, Category) else PROPOSAL_CHANGED
    if isinstance(thing, Category):
        contents.put(thing, content, at=now, in_force=False)
    else:
        thing.proposed = contents.dump(content)
        db.session.flush()
    data = {"before": contents.dump(before), "after": contents.dump(after)}
    if part and isinstance(thing, Category):
        event = PART_CHANGED
    if event is not CATEGORY_CHANGED:
        data["part"] = part
    audit.record(event, subject=thing, actor=by, at=now, **data)


def check_record_uses(details: CategoryDetails) -> None:
    """:raises RuleBroken: a strict category would rank by the record (R2, HL 52.1 §)"""
    if obstacle := record_uses.strict_obstacle(details):
        raise refuse(obstacle)


def _check_details(thing: Editable, details: CategoryDetails) -> None:
    check_cpv(details.cpv)
    check_record_uses(details)
    if isinstance(thing, Category):
        check_new_code(thing.system, details.code, thing)
    elif thing.category is None:
        check_new_code(thing.system, details.code)
    else:
        check_unchangeable(thing.category, details)


def check_unchangeable(category: Category, details: CategoryDetails) -> None:
    """:raises RuleBroken: a published category would get another legal mode (R1) or code"""
    if details.legal_mode is not category.legal_mode:
        raise RuleBroken(
            _l("The legal mode of a published category never changes."),
            rule="R1",
            field="legal_mode",
            next_step=_l("End the category and add a new one."),
        )
    if details.code != category.code:
        raise RuleBroken(
            _l("The code of a published category never changes."),
            rule="R1",
            field="code",
            next_step=_l("Keep the code: %(code)s.", code=category.code),
        )


@transaction
def save_details(thing: Editable, details: CategoryDetails, *, by: Mandate) -> None:
    """Save what a step asked."""
    _open(thing)
    _check_details(thing, details)
    content = content_of(thing)
    changed = [name for name, value in values_of(details).items() if getattr(content.details, name) != value]
    before = {name: contents.dump(getattr(content.details, name)) for name in changed}
    after = {name: contents.dump(getattr(details, name)) for name in changed}
    _keep(thing, replace(content, details=details), "", before, after, by=by)


def check_item(content: CategoryContent, part: str, item: contents.Item, replacing: str | None) -> None:
    """:raises RuleBroken: an unknown criterion, no evidence asked for, or a code that is taken"""
    if isinstance(item, RequirementDetails):
        known = criteria.ALL.get(item.code)
        if known is None or known.kind.value != item.kind.value:
            raise RuleBroken(_l("There is no such criterion."), rule="R11", field="code")
        if item.kind is RequirementKind.SELECTION and not (item.evidence_fi.strip() and item.evidence_sv.strip()):
            raise RuleBroken(
                _l("A suitability requirement needs the evidence that shows it."),
                rule="R11",
                field="evidence_sv" if item.evidence_fi.strip() else "evidence_fi",
                next_step=_l("Write in Finnish and Swedish what the provider shows as evidence."),
            )
    if item.code != replacing and content.item(part, item.code) is not None:
        messages = {
            "requirements": _l("The category asks for this already."),
            "modules": _l("The category has a module with this code already."),
        }
        raise RuleBroken(
            messages.get(part, _l("The category has one with this code already.")),
            rule="R11",
            field="code",
            next_step=_l("Choose another one."),
        )


@transaction
def put_item(thing: Editable, part: str, item: contents.Item, *, replacing: str | None = None, by: Mandate) -> None:
    """Add a requirement, module, award criterion or payment, or put it in the place of another."""
    _open(thing)
    content = content_of(thing)
    if replacing is not None and content.item(part, replacing) is None:
        raise WrongState(_l("This has already been done, or it is not possible any more."), rule="R11")
    check_item(content, part, item, replacing)
    old = content.item(part, replacing) if replacing else None
    _keep(thing, content.with_item(part, item, replacing), part, old, item, by=by)


@transaction
def remove_item(thing: Editable, part: str, code: str, *, by: Mandate) -> None:
    """Take a requirement, module, award criterion or payment out."""
    _open(thing)
    content = content_of(thing)
    old = content.item(part, code)
    if old is None:
        raise WrongState(_l("This has already been done, or it is not possible any more."), rule="R11")
    _keep(thing, content.without_item(part, code), part, old, None, by=by)


@transaction
def set_terms_file(thing: Editable, file: bytes | None, name: str, *, by: Mandate) -> None:
    """Publish the terms as a document too; ``None`` takes the document away.

    :raises RuleBroken: it is not what it says it is, or of another type
    """
    _open(thing)
    content = content_of(thing)
    new: uuid.UUID | None = None
    if file is not None:
        new = files.store(
            file, name, owner_id=thing.authority_id, at=clock.now(), accepted=TERMS_TYPES, field="terms_file"
        ).id
        db.session.flush()
    text = str(new) if new else None
    _keep(thing, replace(content, terms_file_id=text), "terms_file", content.terms_file_id, text, by=by)


@transaction
def add_module(category: Category, details: ModuleDetails, *, by: Mandate) -> CategoryModule:
    """Add a module that can be ordered with a service of the category."""
    put_item(category, "modules", details, by=by)
    return next(module for module in category.modules if module.code == details.code)


@transaction
def add_requirement(category: Category, details: RequirementDetails, *, by: Mandate) -> Requirement:
    """Ask something of everybody who applies to the category (R11)."""
    put_item(category, "requirements", details, by=by)
    return next(requirement for requirement in category.requirements if requirement.code == details.code)
