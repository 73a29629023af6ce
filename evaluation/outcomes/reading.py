"""Reading a file of results from the customer system: columns and cells, before anything is looked up.

UTF-8 with or without a mark, separated by semicolons (as spreadsheets in Finland save it) or commas.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code
from evaluation.outcomes.models import WINDOWS, ContractKind, EmployerType, OutcomeState, WorkingTime
from evaluation.outcomes.rules import LONGEST_WORDS, Details

#: A file has at most so many lines and bytes.
MOST_LINES = 5_000
MAX_SIZE = 1024 * 1024

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Column:
    """A column of the file: its name, whether it must be filled, and what it holds."""

    name: str
    is_required: bool
    about: Any
    example: str


COLUMNS = (
    Column("order", True, _l("The number of the order. No name and no personal identity code."), "O-118"),
    Column("months", True, _l("3, 6 or 12: so many months after the planned end of the service."), "3"),
    Column("state", True, " · ".join(OutcomeState), OutcomeState.OPEN_LABOUR_MARKET.value),
    Column("employer_type", False, " · ".join(EmployerType), EmployerType.COMPANY.value),
    Column("contract_kind", False, " · ".join(ContractKind), ContractKind.FIXED_TERM.value),
    Column("contract_months", False, _l("The length of a fixed-term contract in months."), "6"),
    Column("working_time", False, " · ".join(WorkingTime), WorkingTime.FULL_TIME.value),
    Column("since_on", False, _l("The day it began: 2026-12-31 or 31.12.2026."), "1.9.2026"),
    Column("next_service", False, _l("The kind of the next service in a few words. Nothing about the customer."), ""),
)


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
    """One result of the customer system."""

    row: int
    order: uuid.UUID | int
    months: int
    state: OutcomeState
    details: Details


@dataclass
class Reading:
    """A file as it was read."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class FileRefused(RuleBroken):
    """The file as a whole cannot be taken: its problems, line by line, are in ``data``."""


class _Bad(Exception):
    """A cell that cannot be read; carries its column and what to do."""

    def __init__(self, column: str, next_step: Any, message: Any = None, rule: str = "import-cell") -> None:
        super().__init__(column)
        self.column, self.next_step, self.rule = column, next_step, rule
        self.message = message or _l("The cell cannot be read.")


def _refuse(message: Any, next_step: Any, problems: Sequence[Problem] = (), rule: str = "import-file") -> FileRefused:
    return FileRefused(message, rule=rule, field="file", next_step=next_step, problems=list(problems))


def read(content: bytes) -> Reading:
    """Every line of the file that can be read, and every problem of the others.

    :raises FileRefused: too large, no text, no lines, too many, columns that are missing or unknown, or an identity
        code anywhere in it (I8)
    """
    return parse(_rows(_text_of(content)))


def parse(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Reading:
    """The lines that can be read, and the problems of the others."""
    reading = Reading()
    for number, cells in rows:
        try:
            reading.lines.append(line(number, cells))
        except _Bad as bad:
            reading.problems.append(Problem(number, bad.column, bad.rule, bad.message, bad.next_step))
    return reading


def _text_of(content: bytes) -> str:
    if len(content) > MAX_SIZE:
        raise _refuse(
            _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=1),
            _l("Divide it into several files."),
            rule="file-size",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refuse(_l("The file is not UTF-8 text."), _l("Save it from your spreadsheet as CSV UTF-8.")) from None
    if "\x00" in text:
        raise _refuse(_l("The text contains a character that cannot be stored."), None)
    return text


def _rows(text: str) -> list[tuple[int, Mapping[str, str]]]:
    """The rows below the heading with their numbers in the file; empty ones are left out."""
    if contains_identity_code(text):
        marked = [
            Problem(number, "", "I8", MESSAGE)
            for number, each in enumerate(text.splitlines(), 1)
            if contains_identity_code(each)
        ]
        raise _refuse(MESSAGE, _l("Use the numbers of the orders instead."), marked, rule="I8")
    first = text.partition("\n")[0]
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ","))
    except csv.Error:
        raise _refuse(_l("The file cannot be read as a table."), _l("Begin with the example file.")) from None
    head = [each.strip().lower() for each in table[0]] if table else []
    missing = [each.name for each in COLUMNS if each.is_required and each.name not in head]
    if missing or len(set(head)) < len(head):
        raise _refuse(
            _l("The file lacks columns, or has one twice: %(names)s.", names=", ".join(missing) or ", ".join(head)),
            _l("Begin with the example file."),
        )
    if set(head) - {each.name for each in COLUMNS}:
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
            {name: cell.strip() for name, cell in zip(head, row + [""] * len(head), strict=False)}
            | ({"": "…"} if any(cell.strip() for cell in row[len(head) :]) else {}),
        )
        for number, row in rows
    ]


def line(row: int, cells: Mapping[str, str]) -> Line:
    """One line; its cells by column."""
    if "" in cells:
        raise _Bad("", _l("The row has more cells than the heading. Put texts with separators into quotation marks."))
    for each in COLUMNS:
        if each.is_required and not cells.get(each.name):
            raise _Bad(each.name, _l("Fill the cell."))
    months = cells["months"]
    if months not in map(str, WINDOWS):
        raise _Bad("months", _l("Write 3, 6 or 12."))
    words = cells.get("next_service", "")
    if len(words) > LONGEST_WORDS:
        raise _Bad("next_service", _l("Write at most %(most)s characters.", most=LONGEST_WORDS))
    state = _one_of(OutcomeState, "state", cells["state"], rule="import-state")
    assert state is not None
    return Line(
        row,
        _order(cells["order"]),
        int(months),
        state,
        Details(
            employer_type=_one_of(EmployerType, "employer_type", cells.get("employer_type", "")),
            contract_kind=_one_of(ContractKind, "contract_kind", cells.get("contract_kind", "")),
            contract_months=_number(cells.get("contract_months", "")),
            working_time=_one_of(WorkingTime, "working_time", cells.get("working_time", "")),
            since_on=_day(cells.get("since_on", "")),
            next_service=words or None,
        ),
    )


def _order(text: str) -> uuid.UUID | int:
    """``O-118`` or an id."""
    digits = text.upper().removeprefix("O-")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        return int(digits)
    try:
        return uuid.UUID(text)
    except ValueError:
        raise _Bad("order", _l("Write the number of the order, like O-118.")) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise _Bad("contract_months", _l("Write a whole number of months."))
    return int(text)


def _day(text: str) -> date | None:
    if not text:
        return None
    parts = [part for part in text.split(".") if part.isdigit()]
    iso = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}" if len(parts) == text.count(".") + 1 == 3 else text
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise _Bad("since_on", _l("Write the day as 2026-12-31 or 31.12.2026.")) from None


def _one_of(kind: type[E], column: str, text: str, rule: str = "import-cell") -> E | None:
    if not text:
        return None
    try:
        return kind(text.lower())
    except ValueError:
        step = _l("Write one of: %(codes)s", codes=" · ".join(kind))
        raise _Bad(column, step, _l("This is not known here."), rule) from None


def example() -> str:
    """A file to begin with: the heading and one line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([each.name for each in COLUMNS])
    writer.writerow([each.example for each in COLUMNS])
    return "\ufeff" + buffer.getvalue()


def kept(read_line: Line) -> dict[str, Any]:
    """A line as it is stored until the file is saved or dropped."""
    values = {"order": read_line.order, "months": read_line.months, "state": read_line.state}
    values |= read_line.details.values()
    return {"row": read_line.row} | {name: "" if value is None else str(value) for name, value in values.items()}


def restored(cells: Mapping[str, Any]) -> Line:
    """What ``kept`` stored."""
    return line(int(cells["row"]), {name: value for name, value in cells.items() if name != "row"})
