"""Reading a file of many needs: columns, cells, and everything wrong with it, before anything is done.

How a table is read stands in ``core.sheets``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.errors import DomainError
from core.i18n import lazy_gettext as _l
from core.sheets import BadCell, Column, Problem, Sheet, day, one_of
from dps.systems.models import Category
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.service.needs import NeedDetails, check_details

#: A file has at most so many lines.
MOST_LINES = 2_000
#: A cell is at most so long.
LONGEST = 1_000

COLUMNS = (
    Column(
        "reference",
        True,
        _l("The reference of your customer system. No name and no personal identity code."),
        "AS-2026/118",
    ),
    Column("municipality", True, _l("The customer's home municipality."), "Kuopio"),
    Column("place", False, _l("A place of the category's area. Empty if only a remote service suits."), "Kuopio"),
    Column("remote", False, _l("yes or no: whether a remote service suits, too."), "no"),
    Column("languages", True, _l("Service languages by their codes, several with a plus sign: fi+ar."), "fi"),
    Column(
        "latest_start", True, _l("The last day on which the service may start: 2026-12-31 or 31.12.2026."), "31.12.2026"
    ),
    Column("modules", False, _l("Codes of additional modules, several with a plus sign."), ""),
    Column("accessibility", False, _l("What the place or the service must have. Nothing about health."), ""),
    Column("age", True, " · ".join(AgeBand), AgeBand.FROM_35_TO_49.value),
    Column("unemployment", True, " · ".join(UnemploymentBand), UnemploymentBand.UNDER_6_MONTHS.value),
    Column("education", True, " · ".join(EducationBand), EducationBand.SECONDARY.value),
)
SHEET = Sheet("bulk", COLUMNS, MOST_LINES, _l("Use the references of your customer system instead."))
_FIELDS = {
    "customer_reference": "reference",
    "is_remote": "remote",
    "age_band": "age",
    "unemployment_band": "unemployment",
    "education_band": "education",
}
_YES = {"yes", "kyllä", "ja", "1", "x", "true"}
_NO = {"", "no", "ei", "nej", "0", "false"}


@dataclass(frozen=True)
class Line:
    """One customer of the file."""

    row: int
    details: NeedDetails


@dataclass
class Reading:
    """A file as it was read."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read(text: str, category: Category, today: date) -> Reading:
    """Every line of the file, each checked by the rules of a need; all problems, not the first only.

    :raises FileRefused: no lines, too many, or columns that are missing or not known
    """
    rows = SHEET.rows(text)
    reading = Reading()
    seen: dict[str, int] = {}
    for number, cells in rows:
        found = _line(number, cells, category, today)
        if isinstance(found, Problem):
            reading.problems.append(found)
            continue
        reference = found.details.customer_reference
        if reference in seen:
            problem = _l("The same reference stands on row %(row)s already.", row=seen[reference])
            step = _l("Leave one of them out.")
            reading.problems.append(Problem(number, "reference", "bulk-twice", problem, step))
            continue
        seen[reference] = number
        reading.lines.append(found)
    return reading


def _line(number: int, cells: Mapping[str, str], category: Category, today: date) -> Line | Problem:
    try:
        details = _details(cells)
        check_details(category, details, today)
    except BadCell as bad:
        return SHEET.problem(number, bad)
    except DomainError as refusal:
        name = refusal.field or ""
        return Problem(number, _FIELDS.get(name, name), refusal.rule, refusal.message, refusal.next_step)
    return Line(number, details)


def _details(cells: Mapping[str, str]) -> NeedDetails:
    SHEET.check_filled(cells)
    for each in COLUMNS:
        if len(cells.get(each.name, "")) > LONGEST:
            raise BadCell(each.name, _l("Write at most %(most)s characters.", most=LONGEST))
    if len(cells["municipality"]) > 100:
        raise BadCell("municipality", _l("Write at most %(most)s characters.", most=100))
    return NeedDetails(
        customer_reference=cells["reference"],
        municipality=cells["municipality"],
        place=cells.get("place") or None,
        is_remote=_yes(cells.get("remote", "")),
        languages=_codes(cells["languages"].lower()),
        latest_start=day("latest_start", cells["latest_start"]),
        modules=_codes(cells.get("modules", "")),
        accessibility=cells.get("accessibility", ""),
        age_band=one_of(AgeBand, "age", cells["age"]),
        unemployment_band=one_of(UnemploymentBand, "unemployment", cells["unemployment"]),
        education_band=one_of(EducationBand, "education", cells["education"]),
    )


def _codes(text: str) -> list[str]:
    found = text.replace(",", "+").replace(" ", "+").split("+")
    return list(dict.fromkeys(each for each in found if each))


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise BadCell("remote", _l("Write yes or no."))
    return text.lower() in _YES


def kept(details: NeedDetails) -> dict[str, Any]:
    """A checked line as it is stored until it is done."""
    found = asdict(details)
    found["latest_start"] = details.latest_start.isoformat()
    return {name: value.value if isinstance(value, StrEnum) else value for name, value in found.items()}


def restored(kept_details: Mapping[str, Any]) -> NeedDetails:
    """What ``kept`` stored."""
    return NeedDetails(
        **{
            **kept_details,
            "latest_start": date.fromisoformat(kept_details["latest_start"]),
            "age_band": AgeBand(kept_details["age_band"]),
            "unemployment_band": UnemploymentBand(kept_details["unemployment_band"]),
            "education_band": EducationBand(kept_details["education_band"]),
        }
    )
