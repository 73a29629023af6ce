"""The table of a picture: each cell is a value for machines and the words people read, made together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    SHARE = "share"
    MONEY = "money"
    #: Nothing: below the small-number gate, or not known. The words say which.
    NOTHING = "nothing"


@dataclass(frozen=True)
class Cell:
    """A value and how it reads; made by the functions of ``core.charts.cell``."""

    kind: Kind
    value: str | int | Decimal | None
    text: str


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    name: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """Head and rows; the first column names the row.

    :raises ValueError: a row has not as many cells as the head
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"A row of «{self.caption}» has not as many cells as the head.")


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table of columns and rows."""
    return Table(caption, tuple(columns), tuple(tuple(row) for row in rows))
