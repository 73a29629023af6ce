"""Reading a file of results from the customer system: columns and cells, before anything is looked up.

How a table is read stands in ``core.sheets``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from core.i18n import lazy_gettext as _l
from core.sheets import BadCell, Column, Problem, Sheet, day, one_of
from evaluation.outcomes.models import WINDOWS, ContractKind, EmployerType, OutcomeState, WorkingTime
from evaluation.outcomes.rules import LONGEST_WORDS, Details

E = TypeVar("E", bound=StrEnum)

#: A file has at most so many lines.
MOST_LINES = 5_000
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


SHEET = Sheet("import", COLUMNS, MOST_LINES, _l("Use the numbers of the orders instead."))


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


def read(content: bytes) -> Reading:
    """Every line of the file that can be read, and every problem of the others.

    :raises FileRefused: too large, no text, no lines, too many, columns that are missing or unknown, or an identity
        code anywhere in it (I8)
    """
    return parse(SHEET.rows(SHEET.text_of(content)))


def parse(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Reading:
    """The lines that can be read, and the problems of the others."""
    reading = Reading()
    for number, cells in rows:
        try:
            reading.lines.append(line(number, cells))
        except BadCell as bad:
            reading.problems.append(SHEET.problem(number, bad))
    return reading


def line(row: int, cells: Mapping[str, str]) -> Line:
    """One line; its cells by column."""
    SHEET.check_filled(cells)
    months = cells["months"]
    if months not in map(str, WINDOWS):
        raise BadCell("months", _l("Write 3, 6 or 12."))
    words = cells.get("next_service", "")
    if len(words) > LONGEST_WORDS:
        raise BadCell("next_service", _l("Write at most %(most)s characters.", most=LONGEST_WORDS))
    state = one_of(OutcomeState, "state", cells["state"], _l("This is not known here."), "import-state")
    return Line(
        row,
        _order(cells["order"]),
        int(months),
        state,
        Details(
            employer_type=_maybe(EmployerType, "employer_type", cells.get("employer_type", "")),
            contract_kind=_maybe(ContractKind, "contract_kind", cells.get("contract_kind", "")),
            contract_months=_number(cells.get("contract_months", "")),
            working_time=_maybe(WorkingTime, "working_time", cells.get("working_time", "")),
            since_on=day("since_on", cells["since_on"]) if cells.get("since_on") else None,
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
        raise BadCell("order", _l("Write the number of the order, like O-118.")) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise BadCell("contract_months", _l("Write a whole number of months."))
    return int(text)


def kept(read_line: Line) -> dict[str, Any]:
    """A line as it is stored until the file is saved or dropped."""
    values = {"order": read_line.order, "months": read_line.months, "state": read_line.state}
    values |= read_line.details.values()
    return {"row": read_line.row} | {name: "" if value is None else str(value) for name, value in values.items()}


def restored(cells: Mapping[str, Any]) -> Line:
    """What ``kept`` stored."""
    return line(int(cells["row"]), {name: value for name, value in cells.items() if name != "row"})


def _maybe(kind: type[E], column: str, text: str) -> E | None:
    return one_of(kind, column, text, _l("This is not known here.")) if text else None
