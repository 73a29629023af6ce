"""The documents of a competition as plain values: edited, sent as a numbered version, compared with the one before.

``dump`` of them is what ``DocumentsVersion.content`` holds: ``{"details": {...}, "lots": [{..., "lines": [...]}],
"criteria": [{"code", "parent", "weight", ...}]}``; money and weights as text, times in ISO 8601.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.db import db
from dps.competitions.models import (
    Competition,
    CompetitionCriterion,
    CompetitionLot,
    DocumentsVersion,
    PriceFormula,
    PriceLine,
    TieRule,
)
from dps.systems import content as contents
from dps.systems.models import AwardCriterion, CriterionKind, CriterionSubject, PriceUnit


@dataclass(frozen=True, kw_only=True)
class CompetitionDetails:
    """The facts of a competition; texts per language."""

    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    places: list[str]
    customers: int
    starts_on: date
    ends_on: date
    groups: int | None = None
    option_days: list[int] = field(default_factory=list)
    terms_version: str
    terms_fi: str
    terms_sv: str
    terms_en: str
    winners: int = 1
    price_formula: PriceFormula = PriceFormula.LOWEST_OVER_PRICE
    linear_zero_at: Decimal = Decimal("2.00")
    price_only_reason: str = ""
    scale_max: int = 10
    tie_rule: TieRule = TieRule.QUALITY
    low_price_percent: int = 70
    invites_later_admitted: bool = False
    unconfirmed_lapses: bool = False
    skips_standstill: bool = False
    has_committee_keys: bool = False
    questions_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LineDetails:
    """A row of the price table."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    unit: PriceUnit
    quantity: Decimal
    module_code: str | None = None
    ceiling: Decimal | None = None
    fixed_price: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class LotDetails:
    """A lot with its price table."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str
    maximum_quantity: Decimal
    lines: tuple[LineDetails, ...] = ()

    def line(self, code: str) -> LineDetails | None:
        return next((each for each in self.lines if each.code == code), None)


@dataclass(frozen=True, kw_only=True)
class CriterionDetails:
    """A part of a criterion of the notice (R41); ``parent`` is that one's code, kind and subject are its own."""

    code: str
    parent: str
    kind: CriterionKind
    text_fi: str
    text_sv: str
    text_en: str
    weight: Decimal
    concerns: CriterionSubject = CriterionSubject.SERVICE
    scale_fi: str = ""
    scale_sv: str = ""
    scale_en: str = ""
    minimum: Decimal | None = None


@dataclass(frozen=True)
class Documents:
    """Everything that the invited read."""

    details: CompetitionDetails
    lots: tuple[LotDetails, ...] = ()
    criteria: tuple[CriterionDetails, ...] = ()

    def lot(self, code: str) -> LotDetails | None:
        return next((each for each in self.lots if each.code == code), None)

    def criterion(self, code: str) -> CriterionDetails | None:
        return next((each for each in self.criteria if each.code == code), None)

    def with_lot(self, lot: LotDetails, replacing: str | None = None) -> Documents:
        return replace(self, lots=put_in(self.lots, lot, replacing))

    def without_lot(self, code: str) -> Documents:
        return replace(self, lots=tuple(each for each in self.lots if each.code != code))

    def with_line(self, lot_code: str, line: LineDetails, replacing: str | None = None) -> Documents:
        return self._in_lot(lot_code, lambda lines: put_in(lines, line, replacing))

    def without_line(self, lot_code: str, code: str) -> Documents:
        return self._in_lot(lot_code, lambda lines: tuple(each for each in lines if each.code != code))

    def with_criterion(self, criterion: CriterionDetails, replacing: str | None = None) -> Documents:
        return replace(self, criteria=put_in(self.criteria, criterion, replacing))

    def without_criterion(self, code: str) -> Documents:
        return replace(self, criteria=tuple(each for each in self.criteria if each.code != code))

    def _in_lot(self, code: str, act: Callable[[tuple[LineDetails, ...]], tuple[LineDetails, ...]]) -> Documents:
        return replace(
            self,
            lots=tuple(replace(each, lines=act(each.lines)) if each.code == code else each for each in self.lots),
        )


def put_in(items: tuple[Any, ...], item: Any, replacing: str | None = None) -> tuple[Any, ...]:
    """With the item at the end, or in the place of the one that had the code ``replacing``."""
    if replacing is None:
        return (*items, item)
    return tuple(item if each.code == replacing else each for each in items)


# ---- from and to rows ----


def of(competition: Competition) -> Documents:
    """What the rows say."""
    return Documents(
        contents.read(CompetitionDetails, competition),
        tuple(_lot_of(lot) for lot in competition.lots),
        tuple(_criterion_of(criterion) for criterion in competition.criteria),
    )


def _lot_of(lot: CompetitionLot) -> LotDetails:
    names = [each.name for each in dataclasses.fields(LotDetails) if each.name != "lines"]
    lines = tuple(contents.read(LineDetails, line) for line in lot.lines)
    return LotDetails(**{name: getattr(lot, name) for name in names}, lines=lines)


def _criterion_of(row: CompetitionCriterion) -> CriterionDetails:
    names = [each.name for each in dataclasses.fields(CriterionDetails) if each.name != "parent"]
    return CriterionDetails(**{name: getattr(row, name) for name in names}, parent=row.parent.code)


def parents_of(competition: Competition) -> dict[str, AwardCriterion]:
    """The criteria of the notice by their codes; those that the competition was sent with stay (R18, R41)."""
    published = {each.code: each for each in competition.category.award_criteria}
    return {**published, **{each.parent.code: each.parent for each in competition.criteria}}


def put(competition: Competition, documents: Documents) -> None:
    """Make the rows say this; a row keeps its id as long as its code stays."""
    _overwrite(competition, documents.details, ())
    lots = _put_rows(
        competition, "lots", CompetitionLot, documents.lots, {"competition_id": competition.id}, ("lines",)
    )
    for lot in documents.lots:
        _put_rows(lots[lot.code], "lines", PriceLine, lot.lines, {"lot_id": lots[lot.code].id}, ())
    parents = parents_of(competition)
    rows = {"competition_id": competition.id}
    _put_rows(
        competition,
        "criteria",
        CompetitionCriterion,
        documents.criteria,
        rows,
        ("parent",),
        more=lambda each: {"parent_id": parents[each.parent].id},
    )
    db.session.flush()


def _overwrite(row: Any, details: Any, without: Iterable[str]) -> None:
    for each in dataclasses.fields(details):
        value = getattr(details, each.name)
        if each.name not in without and getattr(row, each.name) != value:
            setattr(row, each.name, value)


def _put_rows(
    owner: Any,
    name: str,
    model: type[Any],
    items: Sequence[Any],
    keys: dict[str, Any],
    without: tuple[str, ...],
    more: Callable[[Any], dict[str, Any]] = lambda each: {},
) -> dict[str, Any]:
    """The rows of a list, by their codes."""
    known = {row.code: row for row in getattr(owner, name)}
    wanted = {item.code for item in items}
    for code, row in known.items():
        if code not in wanted:
            for line in getattr(row, "lines", ()):
                db.session.delete(line)
            db.session.flush()
            db.session.delete(row)
    db.session.flush()
    for place, item in enumerate(items, start=1):
        row = known.get(item.code)
        if row is None:
            values = {f.name: getattr(item, f.name) for f in dataclasses.fields(item) if f.name not in without}
            db.session.add(model(**keys, **values, **more(item), position=place))
            continue
        _overwrite(row, item, without)
        for key, value in {**more(item), "position": place}.items():
            if getattr(row, key) != value:
                setattr(row, key, value)
    db.session.flush()
    db.session.expire(owner, [name])
    return {row.code: row for row in getattr(owner, name)}


# ---- from and to JSON ----


def dump(documents: Documents) -> dict[str, Any]:
    """As JSON."""
    found: dict[str, Any] = contents.dump(documents)
    return found


def load(content: dict[str, Any]) -> Documents:
    """What ``dump`` wrote."""
    return contents.load(Documents, content)


def is_as_published(competition: Competition, version: DocumentsVersion) -> bool:
    """Whether the rows say what the version in force says (R40)."""
    return of(competition) == load(version.content)


# ---- differences ----


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same; the part is ``details``, ``lots``, ``lines`` or ``criteria``."""

    part: str
    item: str | None
    field: str
    before: Any
    after: Any


#: A change of what tenders are made of or compared by is always material (R40, R47).
_MATERIAL_PARTS = frozenset({"lots", "lines", "criteria"})
_MATERIAL_FIELDS = frozenset(
    {
        "places",
        "customers",
        "groups",
        "starts_on",
        "ends_on",
        "option_days",
        "terms_fi",
        "terms_sv",
        "winners",
        "price_formula",
        "linear_zero_at",
        "scale_max",
        "tie_rule",
    }
)
#: What the invitation has promised for the whole procedure; no amendment touches it.
FIXED = frozenset({"invites_later_admitted", "unconfirmed_lapses", "has_committee_keys", "skips_standstill"})


def is_material(differences: Iterable[Difference]) -> bool:
    """Whether a change is material whatever anybody says: what is tendered, compared or agreed becomes another."""
    return any(each.part in _MATERIAL_PARTS or each.field in _MATERIAL_FIELDS for each in differences)


def differences(before: Documents, after: Documents) -> list[Difference]:
    """What is said otherwise; a lot, line or criterion that came or went is one difference."""
    found = list(_of_fields("details", None, before.details, after.details, ()))
    found += _of_items("lots", before.lots, after.lots, "", ("lines",))
    for lot in after.lots:
        old = before.lot(lot.code)
        if old is not None:
            found += _of_items("lines", old.lines, lot.lines, f"{lot.code} / ", ())
    return found + list(_of_items("criteria", before.criteria, after.criteria, "", ()))


def _of_fields(part: str, item: str | None, before: Any, after: Any, without: tuple[str, ...]) -> Iterator[Difference]:
    for each in dataclasses.fields(after):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if each.name not in without and old != new:
            yield Difference(part, item, each.name, old, new)


def _of_items(
    part: str, before: Sequence[Any], after: Sequence[Any], prefix: str, without: tuple[str, ...]
) -> Iterator[Difference]:
    old, new = {each.code: each for each in before}, {each.code: each for each in after}
    for code in dict.fromkeys([*old, *new]):
        if code in old and code in new:
            yield from _of_fields(part, prefix + code, old[code], new[code], without)
        else:
            yield Difference(part, prefix + code, "", old.get(code), new.get(code))
