"""Rows on their way into the database by COPY, with columns and defaults read from the models."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from types import NoneType
from typing import Any

import psycopg
from sqlalchemy import Column, Table
from sqlalchemy.schema import sort_tables

from core.db import db

NULL = "\\N"
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


class Ready(str):
    """Text that needs no escaping: JSON or an array that was written once for many rows."""

    __slots__ = ()


def _text(value: str) -> str:
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value


def ready(value: Any) -> Ready:
    """JSON, written once."""
    return Ready(_text(_encode(value)))


_WRITE: Mapping[type, Callable[[Any], str]] = {
    NoneType: lambda value: NULL,
    Ready: lambda value: value,
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    bytes: lambda value: f"\\\\x{value.hex()}",
    dict: ready,
    list: ready,
}


def written(value: Any) -> str:
    """A value as a line of COPY holds it."""
    kind = type(value)
    if kind is str:
        return _text(value)
    write = _WRITE.get(kind)
    return write(value) if write else _text(str(value.value))  # a member of an enumeration is its value


def _default(column: Column[Any]) -> Any:
    """What the model itself puts into a column nobody names; ``KeyError`` where it has nothing."""
    default: Any = column.default
    if default is None:
        raise KeyError(column.name)
    return default.arg(None) if default.is_callable else default.arg


class Sheet:
    """The rows of one table; which columns are given is learnt from the first row.

    Others keep the model's own default, the database's, or stay empty: a new column breaks nothing unless it needs a
    value, and then the table and the column are named.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: list[str] = []
        self.count = 0
        self.statement = ""
        self._names: tuple[str, ...] = ()
        self._rest = ""

    def _learn(self, given: Iterable[str]) -> None:
        self._names = tuple(given)
        unknown = set(self._names) - set(self.table.columns.keys())
        if unknown:
            raise LookupError(f"{self.table.name} has no column {', '.join(sorted(unknown))}")
        others: dict[str, str] = {}
        for column in self.table.columns:
            if column.name in self._names or column.computed is not None or column.server_default is not None:
                continue
            try:
                others[column.name] = written(_default(column))
            except KeyError:
                if not column.nullable:
                    raise LookupError(f"the seeding gives no {self.table.name}.{column.name}") from None
        columns = ", ".join(f'"{name}"' for name in (*self._names, *others))
        self.statement = f'COPY "{self.table.name}" ({columns}) FROM STDIN'
        self._rest = "".join(f"\t{value}" for value in others.values())

    def add(self, **values: Any) -> None:
        """One row; every row of a sheet gives the same columns."""
        if not self._names:
            self._learn(values)
        elif len(values) != len(self._names):
            raise LookupError(f"{self.table.name}: rows give different columns")
        self.rows.append("\t".join([written(values[name]) for name in self._names]) + self._rest)
        self.count += 1

    def add_row(self, row: Any) -> None:
        """A row of the model that no session knows."""
        filled = {}
        for column in self.table.columns:
            value = getattr(row, column.key)
            if value is None and column.default is not None and not column.primary_key:
                value = _default(column)
            if column.computed is None and not (value is None and column.server_default is not None):
                filled[column.name] = value
        self.add(**filled)


class Loader:
    """Sheets and event lines on one connection; a thread copies while the next rows are being written."""

    def __init__(self, connection: psycopg.Connection[Any], events: str, followers: str) -> None:
        self._connection = connection
        self._statements = events, followers
        self._sheets: dict[str, Sheet] = {}
        self._order: list[str] = []
        self.events: list[str] = []
        self.followers: list[str] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="copy")
        self._pending: Future[None] | None = None

    def sheet(self, table: str) -> Sheet:
        """The sheet of a table."""
        if table not in self._sheets:
            self._sheets[table] = Sheet(db.metadata.tables[table])
            self._order = [each.name for each in sort_tables([s.table for s in self._sheets.values()])]
        return self._sheets[table]

    def counts(self) -> dict[str, int]:
        return {name: sheet.count for name, sheet in sorted(self._sheets.items())}

    def flush(self) -> None:
        """Hand over what was written so far; returns while it is still being copied."""
        parts: list[tuple[str, list[str]]] = []
        for name in self._order:
            sheet = self._sheets[name]
            if sheet.rows:
                parts.append((sheet.statement, sheet.rows))
                sheet.rows = []
        parts += [each for each in zip(self._statements, (self.events, self.followers), strict=True) if each[1]]
        self.events, self.followers = [], []
        self.wait()
        self._pending = self._thread.submit(self._copy, parts)

    def wait(self) -> None:
        """Until everything handed over is in the database; raises what went wrong there."""
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def close(self) -> None:
        """Let the thread end; what is pending is abandoned with its transaction."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _copy(self, parts: Sequence[tuple[str, list[str]]]) -> None:
        with self._connection.cursor() as cursor:
            for statement, rows in parts:
                with cursor.copy(statement) as copy:  # type: ignore[arg-type]
                    for begin in range(0, len(rows), 2_000):
                        copy.write("\n".join(rows[begin : begin + 2_000]) + "\n")
