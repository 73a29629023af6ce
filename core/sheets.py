"""Tables that people send as CSV files, and cells that we send: read once, in one way, for every room.

A file is UTF-8 with or without a mark, separated by semicolons (as spreadsheets in Finland save it) or commas.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code

MAX_SIZE = 1024 * 1024
#: What a spreadsheet takes for the beginning of a formula.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")

E = TypeVar("E", bound=StrEnum)
Row = tuple[int, Mapping[str, str]]


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_MARKS) else text


@dataclass(frozen=True)
class Column:
    """A column of a file: its name, whether it must be filled, and what it holds."""

    name: str
    is_required: bool
    about: Any
    example: str


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


class FileRefused(RuleBroken):
    """The file as a whole cannot be taken: its problems, line by line, are in ``data``."""


class BadCell(Exception):
    """A cell that cannot be read; carries its column and what to do."""

    def __init__(self, column: str, next_step: Any, message: Any = None, rule: str | None = None) -> None:
        super().__init__(column)
        self.column, self.next_step, self.rule = column, next_step, rule
        self.message = message or _l("The cell cannot be read.")


@dataclass(frozen=True)
class Sheet:
    """What a file of one kind looks like; ``rule`` names its own rules: ``bulk`` → ``bulk-file``, ``bulk-cell``."""

    rule: str
    columns: Sequence[Column]
    most_lines: int
    #: What to write where somebody wrote an identity code (I8).
    instead_of_codes: Any

    def problem(self, row: int, bad: BadCell) -> Problem:
        """A cell that cannot be read, as a problem of its row."""
        return Problem(row, bad.column, bad.rule or f"{self.rule}-cell", bad.message, bad.next_step)

    def refuse(
        self, message: Any, next_step: Any = None, problems: Sequence[Problem] = (), rule: str | None = None
    ) -> FileRefused:
        """The refusal of a whole file."""
        rule = rule or f"{self.rule}-file"
        return FileRefused(message, rule=rule, field="file", next_step=next_step, problems=list(problems))

    def text_of(self, content: bytes) -> str:
        """The text of a file.

        :raises FileRefused: too large, not UTF-8, or a character that cannot be stored
        """
        if len(content) > MAX_SIZE:
            raise self.refuse(
                _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=1),
                _l("Divide it into several files."),
                rule="file-size",
            )
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise self.refuse(
                _l("The file is not UTF-8 text."), _l("Save it from your spreadsheet as CSV UTF-8.")
            ) from None
        if "\x00" in text:
            raise self.refuse(_l("The text contains a character that cannot be stored."))
        return text

    def rows(self, text: str) -> list[Row]:
        """The rows below the heading with their numbers in the file; empty ones are left out.

        A row with more cells than the heading has a cell without a name.

        :raises FileRefused: no lines, too many, columns that are missing or unknown, or an identity code (I8)
        """
        if contains_identity_code(text):
            marked = [
                Problem(number, "", "I8", MESSAGE)
                for number, each in enumerate(text.splitlines(), 1)
                if contains_identity_code(each)
            ]
            raise self.refuse(MESSAGE, self.instead_of_codes, marked, rule="I8")
        first = text.partition("\n")[0]
        try:
            table = list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ","))
        except csv.Error:
            raise self.refuse(_l("The file cannot be read as a table."), _l("Begin with the example file.")) from None
        head = [each.strip().lower() for each in table[0]] if table else []
        self._check_head(head)
        rows = [(number, row) for number, row in enumerate(table[1:], 2) if any(cell.strip() for cell in row)]
        if not rows or len(rows) > self.most_lines:
            raise self.refuse(
                _l("The file has no lines, or more than %(most)s.", most=self.most_lines),
                _l("Divide it into several files."),
            )
        return [(number, _cells(head, row)) for number, row in rows]

    def _check_head(self, head: list[str]) -> None:
        missing = [each.name for each in self.columns if each.is_required and each.name not in head]
        if missing or len(set(head)) < len(head):
            raise self.refuse(
                _l("The file lacks columns, or has one twice: %(names)s.", names=", ".join(missing) or ", ".join(head)),
                _l("Begin with the example file."),
            )
        if set(head) - {each.name for each in self.columns}:
            raise self.refuse(
                _l("The file has columns that are not known here."),
                _l("Leave out everything but the columns of the example file, names above all."),
                rule="I8",
            )

    def check_filled(self, cells: Mapping[str, str]) -> None:
        """:raises BadCell: more cells than the heading, or an empty one that must be filled"""
        if "" in cells:
            raise BadCell(
                "", _l("The row has more cells than the heading. Put texts with separators into quotation marks.")
            )
        for each in self.columns:
            if each.is_required and not cells.get(each.name):
                raise BadCell(each.name, _l("Fill the cell."))

    def example(self) -> str:
        """A file to begin with: the heading and one line."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerow([each.name for each in self.columns])
        writer.writerow([each.example for each in self.columns])
        return "\ufeff" + buffer.getvalue()


def _cells(head: list[str], row: list[str]) -> dict[str, str]:
    found = {name: cell.strip() for name, cell in zip(head, row + [""] * len(head), strict=False)}
    return found | ({"": "…"} if any(cell.strip() for cell in row[len(head) :]) else {})


def day(column: str, text: str) -> date:
    """:raises BadCell: neither 2026-12-31 nor 31.12.2026"""
    parts = [part for part in text.split(".") if part.isdigit()]
    iso = f"{parts[2]:0>4}-{parts[1]:0>2}-{parts[0]:0>2}" if len(parts) == text.count(".") + 1 == 3 else text
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise BadCell(column, _l("Write the day as 2026-12-31 or 31.12.2026.")) from None


def one_of(kind: type[E], column: str, text: str, message: Any = None, rule: str | None = None) -> E:
    """:raises BadCell: no code of the enum"""
    try:
        return kind(text.lower())
    except ValueError:
        raise BadCell(column, _l("Write one of: %(codes)s", codes=" · ".join(kind)), message, rule) from None
