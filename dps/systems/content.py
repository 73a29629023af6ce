"""Everything that is published about a system, as plain values: compared, announced, proposed, copied, put in force.

The same content is what a form step edits, what ``SystemChange.proposed`` holds, what a notice announced (R20), and
what a category is copied from, so that nothing is typed twice.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
import uuid
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from core.db import db
from dps.systems import record_uses
from dps.systems.details import (
    CategoryDetails,
    CriterionDetails,
    ModuleDetails,
    PaymentDetails,
    RequirementDetails,
    SystemDetails,
)
from dps.systems.models import (
    AwardCriterion,
    Category,
    CategoryModule,
    ChangeKind,
    PaymentPart,
    PurchasingSystem,
    Requirement,
    SystemChange,
)

D = TypeVar("D")
Item = RequirementDetails | ModuleDetails | CriterionDetails | PaymentDetails


@dataclass(frozen=True)
class PartKind:
    """A list that a category holds: its table, the class of its values, whether it has an order of its own."""

    model: type[Any]
    details: type[Any]
    is_ordered: bool = True
    #: Rows that applications or offers of before refer to are taken out of force, never deleted.
    is_kept: bool = False
    #: A new wording of these is a new row: a finding of before is about the old words.
    is_replaced: bool = False


#: The lists of a category, by the name of the attribute.
PARTS: Mapping[str, PartKind] = {
    "requirements": PartKind(Requirement, RequirementDetails, is_kept=True, is_replaced=True),
    "modules": PartKind(CategoryModule, ModuleDetails, is_ordered=False, is_kept=True),
    "award_criteria": PartKind(AwardCriterion, CriterionDetails, is_kept=True),
    "payments": PartKind(PaymentPart, PaymentDetails),
}


@dataclass(frozen=True)
class CategoryContent:
    """A category with its lists."""

    details: CategoryDetails
    requirements: tuple[RequirementDetails, ...] = ()
    modules: tuple[ModuleDetails, ...] = ()
    award_criteria: tuple[CriterionDetails, ...] = ()
    payments: tuple[PaymentDetails, ...] = ()
    terms_file_id: str | None = None
    has_ended: bool = False

    def part(self, name: str) -> tuple[Any, ...]:
        """One of the lists of ``PARTS``."""
        found: tuple[Any, ...] = getattr(self, name)
        return found

    def item(self, name: str, code: str) -> Any | None:
        """The item with this code, if the list has it."""
        return next((each for each in self.part(name) if each.code == code), None)

    def with_item(self, name: str, item: Any, replacing: str | None = None) -> CategoryContent:
        """With the item at the end of a list, or in the place of the one that had the code ``replacing``."""
        known = self.part(name)
        items = [item if each.code == replacing else each for each in known]
        return self._with_part(name, _sorted(name, items if replacing else [*known, item]))

    def without_item(self, name: str, code: str) -> CategoryContent:
        """Without the item of this code."""
        return self._with_part(name, tuple(each for each in self.part(name) if each.code != code))

    def _with_part(self, name: str, items: tuple[Any, ...]) -> CategoryContent:
        changed: dict[str, Any] = {name: items}
        return replace(self, **changed)


@dataclass(frozen=True)
class SystemContent:
    """A system with its categories."""

    details: SystemDetails
    categories: tuple[CategoryContent, ...] = ()

    def category(self, code: str) -> CategoryContent | None:
        """The category with this code."""
        return next((each for each in self.categories if each.details.code == code), None)


def _sorted(name: str, items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(items) if PARTS[name].is_ordered else tuple(sorted(items, key=lambda each: each.code))


# ---- from and to rows ----


def read(kind: type[D], row: Any) -> D:
    """The values of a row that its details have."""
    return kind(**{each.name: getattr(row, each.name) for each in dataclasses.fields(kind)})  # type: ignore[arg-type]


def content_of(category: Category) -> CategoryContent:
    """What is in force in a category."""
    return CategoryContent(
        details=read(CategoryDetails, category),
        **{
            name: _sorted(name, (read(part.details, each) for each in getattr(category, name)))
            for name, part in PARTS.items()
        },
        terms_file_id=str(category.terms_file_id) if category.terms_file_id else None,
        has_ended=category.ended_at is not None,
    )


def content_of_system(system: PurchasingSystem) -> SystemContent:
    """What is in force in a system."""
    return SystemContent(read(SystemDetails, system), tuple(content_of(category) for category in system.categories))


def put(category: Category, content: CategoryContent, *, at: datetime, in_force: bool) -> None:
    """Make the rows of a category say this; ``in_force`` keeps what others refer to, a draft is overwritten."""
    for each in dataclasses.fields(CategoryDetails):
        value = getattr(content.details, each.name)
        if getattr(category, each.name) != value:
            setattr(category, each.name, value)
    category.terms_file_id = _uuid(content.terms_file_id)
    for name, part in PARTS.items():
        _put_part(category, name, part, content.part(name), at=at, in_force=in_force)


def _uuid(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(value) if value else None


def _put_part(
    category: Category, name: str, part: PartKind, items: tuple[Any, ...], *, at: datetime, in_force: bool
) -> None:
    rows = {row.code: row for row in getattr(category, name)}
    wanted = {item.code: item for item in items}
    for code, row in rows.items():
        is_same = code in wanted and read(part.details, row) == wanted[code]
        goes = code not in wanted or (in_force and part.is_replaced and not is_same)
        if goes and in_force and part.is_kept:
            row.removed_at = at
        elif goes:
            db.session.delete(row)
    db.session.flush()
    db.session.expire(category, [name])
    staying = {row.code: row for row in getattr(category, name)}
    for place, item in enumerate(items):
        values = {each.name: getattr(item, each.name) for each in dataclasses.fields(item)}
        if part.is_ordered:
            values["position"] = place + 1
        row = staying.get(item.code)
        if row is None:
            db.session.add(part.model(category_id=category.id, **values))
        else:
            for key, value in values.items():
                if getattr(row, key) != value:
                    setattr(row, key, value)
    db.session.flush()
    db.session.expire(category, [name])


# ---- from and to JSON ----


def dump(thing: Any) -> Any:
    """A content or details as JSON: money as text, days as ISO dates."""
    if dataclasses.is_dataclass(thing):
        return {each.name: dump(getattr(thing, each.name)) for each in dataclasses.fields(thing)}
    if isinstance(thing, StrEnum):
        return thing.value
    if isinstance(thing, Decimal):
        return format(thing, "f")
    if isinstance(thing, date):
        return thing.isoformat()
    if isinstance(thing, dict):
        return {key: dump(value) for key, value in thing.items()}
    if isinstance(thing, tuple | list):
        return [dump(each) for each in thing]
    return thing


def load(kind: type[D], data: Mapping[str, Any]) -> D:
    """What ``dump`` wrote; a value that was not known then has its default."""
    hints = _hints(typing.cast("Hashable", kind))
    loaded = kind(**{name: _value(hints[name], value) for name, value in data.items() if name in hints})
    return typing.cast("D", record_uses.completed(loaded, data)) if isinstance(loaded, CategoryContent) else loaded


@functools.lru_cache(maxsize=32)
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return None if value is None else _value(next(each for each in hint.__args__ if each is not type(None)), value)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], each) for each in value)
    if dataclasses.is_dataclass(hint):
        return load(typing.cast("type[Any]", hint), value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if hint is Decimal:
        return Decimal(value)
    if hint is date:
        return date.fromisoformat(value)
    if hint is datetime:
        return datetime.fromisoformat(value)
    return value


# ---- changes ----


def proposed_category(change: SystemChange) -> CategoryContent:
    """The whole content that a change gives to a new or known category."""
    return load(CategoryContent, change.proposed)


def announced_by(change: SystemChange) -> dict[str, Any]:
    """What the notice of a change announces."""
    code = change.category.code if change.category else None
    return {"kind": change.kind.value, "category": code, "proposed": change.proposed}


def changed(content: SystemContent, announced: Mapping[str, Any]) -> SystemContent:
    """The content of a system after a change that ``announced_by`` describes."""
    kind, proposed = ChangeKind(announced["kind"]), announced["proposed"]
    if kind in (ChangeKind.VALIDITY_CHANGED, ChangeKind.SYSTEM_CHANGED):
        values = {**dump(content.details), **proposed}
        return replace(content, details=load(SystemDetails, values))
    if kind is ChangeKind.NEW_CATEGORY:
        return replace(content, categories=(*content.categories, load(CategoryContent, proposed)))

    def after(category: CategoryContent) -> CategoryContent:
        if category.details.code != announced["category"]:
            return category
        ends = kind is ChangeKind.CATEGORY_ENDED
        return replace(category, has_ended=True) if ends else load(CategoryContent, proposed)

    return replace(content, categories=tuple(after(each) for each in content.categories))


def content_after(change: SystemChange) -> SystemContent:
    """What would be in force after the change."""
    return changed(content_of_system(change.system), announced_by(change))


def around(change: SystemChange) -> tuple[SystemContent, SystemContent]:
    """Just what a change in force is about, before and after it."""
    facts = read(SystemDetails, change.system)
    if change.kind in (ChangeKind.VALIDITY_CHANGED, ChangeKind.SYSTEM_CHANGED):
        before = load(SystemDetails, {**dump(facts), **(change.replaced or {})})
        return SystemContent(before), SystemContent(load(SystemDetails, {**dump(facts), **change.proposed}))
    old = (load(CategoryContent, change.replaced),) if change.replaced else ()
    if change.kind is ChangeKind.CATEGORY_ENDED:
        return SystemContent(facts, old), SystemContent(facts, tuple(replace(each, has_ended=True) for each in old))
    return SystemContent(facts, old), SystemContent(facts, (proposed_category(change),))


# ---- differences ----


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same: the category's code or none, the field, the item's code or none, both values."""

    category: str | None
    field: str
    item: str | None
    before: Any
    after: Any


def _of_details(category: str | None, item: str | None, before: Any, after: Any) -> Iterable[Difference]:
    for each in dataclasses.fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if old != new:
            yield Difference(category, each.name, item, old, new)


def category_differences(before: CategoryContent, after: CategoryContent) -> list[Difference]:
    """What a category says otherwise; an item that came or went is one difference."""
    code = after.details.code
    found = list(_of_details(code, None, before.details, after.details))
    for name in PARTS:
        codes = dict.fromkeys(each.code for each in (*before.part(name), *after.part(name)))
        for item in codes:
            old, new = before.item(name, item), after.item(name, item)
            if old is None or new is None:
                found.append(Difference(code, name, item, old, new))
            else:
                found.extend(_of_details(code, item, old, new))
    if before.terms_file_id != after.terms_file_id:
        found.append(Difference(code, "terms_file", None, before.terms_file_id, after.terms_file_id))
    if before.has_ended != after.has_ended:
        found.append(Difference(code, "ended", None, before.has_ended, after.has_ended))
    return found


def differences(before: SystemContent, after: SystemContent) -> list[Difference]:
    """What a system says otherwise (R20)."""
    found = list(_of_details(None, None, before.details, after.details))
    codes = dict.fromkeys(each.details.code for each in (*before.categories, *after.categories))
    for code in codes:
        old, new = before.category(code), after.category(code)
        if old is None or new is None:
            found.append(Difference(code, "category", None, old, new))
        else:
            found.extend(category_differences(old, new))
    return found
