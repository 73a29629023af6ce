"""Reading a file of many needs: columns, cells, and everything wrong with it, before anything is done.

UTF-8 with or without a mark, separated by semicolons (as spreadsheets in Finland save it) or commas.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import DomainError, RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.systems.models import Category
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.service.needs import NeedDetails, check_details

#: A file has at most so many lines and bytes.
MOST_LINES = 2_000
MAX_SIZE = 1024 * 1024
#: A cell is at most so long.
LONGEST = 1_000

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, whether it must be filled, and what it holds."""

    name: str
    is_required: bool
    about: Any
    example: str


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
class Problem:
    """What is wrong with a line: where, by which rule, and what to do. It never repeats what stands in the cell."""

    row: int
    column: str
    rule: str
    message: Any
    next_step: Any = None

    def as_error(self) -> dict[str, str]:
        """For a machine."""
        words = {"row": str(self.row), "field": self.column, "rule": self.rule, "message": str(self.message)}
        return words | ({"next_step": str(self.next_step)} if self.next_step else {})


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


class FileRefused(RuleBroken):
    """The file as a whole cannot be taken: its problems, line by line, are in ``data``."""


def text_of(content: bytes) -> str:
    """The text of the file.

    :raises RuleBroken: too large, not UTF-8, or an identity code anywhere in it (I8)
    """
    if len(content) > MAX_SIZE:
        raise RuleBroken(
            _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=1),
            rule="file-size",
            field="file",
            next_step=_l("Divide it into several files."),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBroken(
            _l("The file is not UTF-8 text."),
            rule="bulk-file",
            field="file",
            next_step=_l("Save it from your spreadsheet as CSV UTF-8."),
        ) from None
    if "\x00" in text:
        raise RuleBroken(_l("The text contains a character that cannot be stored."), rule="bulk-file", field="file")
    return text


def read(text: str, category: Category, today: date) -> Reading:
    """Every line of the file, each checked by the rules of a need; all problems, not the first only.

    :raises FileRefused: no lines, too many, or columns that are missing or not known
    """
    rows = _rows(text)
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


def _refuse(message: Any, next_step: Any, rule: str = "bulk-file") -> FileRefused:
    return FileRefused(message, rule=rule, field="file", next_step=next_step, problems=[])


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """The rows below the heading with their numbers in the file; empty ones are left out."""
    if contains_identity_code(text):
        raise FileRefused(
            MESSAGE,
            rule="I8",
            field="file",
            next_step=_l("Use the references of your customer system instead."),
            problems=[
                Problem(number, "", "I8", MESSAGE)
                for number, line in enumerate(text.splitlines(), 1)
                if contains_identity_code(line)
            ],
        )
    first = text.partition("\n")[0]
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ","))
    except csv.Error:
        raise _refuse(_l("The file cannot be read as a table."), _l("Begin with the example file.")) from None
    head = [each.strip().lower() for each in table[0]] if table else []
    known = {each.name for each in COLUMNS}
    missing = [each.name for each in COLUMNS if each.is_required and each.name not in head]
    if missing or len(set(head)) < len(head):
        raise _refuse(
            _l("The file lacks columns, or has one twice: %(names)s.", names=", ".join(missing) or ", ".join(head)),
            _l("Begin with the example file."),
        )
    if set(head) - known:
        raise _refuse(
            _l("The file has columns that are not known here."),
            _l("Leave out everything but the columns of the example file, names above all."),
            rule="I8",
        )
    rows = [(number, row) for number, row in enumerate(table[1:], 2) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > MOST_LINES:
        raise _refuse(
            _l("The file has no lines, or more than %(most)s.", most=MOST_LINES), _l("Divide it into several files.")
        )
    return [
        (
            number,
            {name: cell.strip() for name, cell in zip(head, row + [""] * len(head), strict=False)} | _extra(head, row),
        )
        for number, row in rows
    ]


def _extra(head: list[str], row: list[str]) -> dict[str, str]:
    return {"": "…"} if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]) else {}


class _Bad(Exception):
    """A cell that cannot be read; carries its column and what to do."""

    def __init__(self, column: str, next_step: Any) -> None:
        super().__init__(column)
        self.column, self.next_step = column, next_step


def _line(number: int, cells: Mapping[str, str], category: Category, today: date) -> Line | Problem:
    try:
        details = _details(cells)
        check_details(category, details, today)
    except _Bad as bad:
        return Problem(number, bad.column, "bulk-cell", _l("The cell cannot be read."), bad.next_step)
    except DomainError as refusal:
        name = refusal.field or ""
        return Problem(number, _FIELDS.get(name, name), refusal.rule, refusal.message, refusal.next_step)
    return Line(number, details)


def _details(cells: Mapping[str, str]) -> NeedDetails:
    if "" in cells:
        raise _Bad("", _l("The row has more cells than the heading. Put texts with separators into quotation marks."))
    for each in COLUMNS:
        text = cells.get(each.name, "")
        if each.is_required and not text:
            raise _Bad(each.name, _l("Fill the cell."))
        if len(text) > LONGEST:
            raise _Bad(each.name, _l("Write at most %(most)s characters.", most=LONGEST))
    if len(cells["municipality"]) > 100:
        raise _Bad("municipality", _l("Write at most %(most)s characters.", most=100))
    return NeedDetails(
        customer_reference=cells["reference"],
        municipality=cells["municipality"],
        place=cells.get("place") or None,
        is_remote=_yes(cells.get("remote", "")),
        languages=_codes(cells["languages"].lower()),
        latest_start=_day(cells["latest_start"]),
        modules=_codes(cells.get("modules", "")),
        accessibility=cells.get("accessibility", ""),
        age_band=_one_of(AgeBand, "age", cells["age"]),
        unemployment_band=_one_of(UnemploymentBand, "unemployment", cells["unemployment"]),
        education_band=_one_of(EducationBand, "education", cells["education"]),
    )


def _codes(text: str) -> list[str]:
    found = text.replace(",", "+").replace(" ", "+").split("+")
    return list(dict.fromkeys(each for each in found if each))


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise _Bad("remote", _l("Write yes or no."))
    return text.lower() in _YES


def _day(text: str) -> date:
    parts = [part for part in text.split(".") if part.isdigit()]
    iso = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}" if len(parts) == text.count(".") + 1 == 3 else text
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise _Bad("latest_start", _l("Write the day as 2026-12-31 or 31.12.2026.")) from None


def _one_of(kind: type[E], column: str, text: str) -> E:
    try:
        return kind(text.lower())
    except ValueError:
        raise _Bad(column, _l("Write one of: %(codes)s", codes=" · ".join(kind))) from None


def example() -> str:
    """A file to begin with: the heading and one line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([each.name for each in COLUMNS])
    writer.writerow([each.example for each in COLUMNS])
    return "\ufeff" + buffer.getvalue()


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
