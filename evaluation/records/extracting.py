"""The facts of episodes, read from the database into columns; for jobs and the command line only (numpy).

An episode is a service that began (EVALUATION §3). Everything is an integer of fixed length, so that PostgreSQL's
binary COPY has records of one length, and a million of them are read as blocks of memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    SmallInteger,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    join,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from core.db import db
from core.identity.models import Person
from dps.systems.models import Category
from evaluation.collecting.models import CustomerFeedback, ExpertFeedback
from evaluation.collecting.queries import counted_answer, counted_grades
from evaluation.outcomes.queries import excluded, settled
from evaluation.records.queries import GOOD_ENDS
from evaluation.records.snapshots import Array, Lists, Snapshot
from orders.deviations.models import Deviation, Severity
from orders.deviations.queries import WEIGHTS
from orders.models import BEGUN, AgeBand, Delivery, EducationBand, EndKind, Need, Order, UnemploymentBand
from suppliers.models import Supplier

EPOCH = date(1970, 1, 1)
MONTHS = (3, 6, 12)
#: Orders whose facts are to be read again: a temporary table of the refreshing transaction.
TOUCHED = "touched_order"
TOUCHED_TABLE = table(TOUCHED, column("order_id", Uuid))
#: What the domestic service languages are: a customer served in another one learns the language or the ways.
DOMESTIC = ("fi", "sv")

_TYPES: dict[type, str] = {SmallInteger: ">i2", Integer: ">i4", BigInteger: ">i8", Uuid: "V16"}
_BLOCK = 100_000
#: PostgreSQL's header of a binary COPY: signature, flags, length of the extension.
_HEADER = len(b"PGCOPY\n\xff\r\n\x00") + 8


@dataclass(frozen=True)
class Field:
    """A column of the extract: its name, its SQL and the integer (or id) it travels as."""

    name: str
    value: Any
    kind: type = SmallInteger

    @property
    def labelled(self) -> ColumnElement[Any]:
        if self.kind is Uuid:
            return self.value.label(self.name)
        return func.coalesce(cast(self.value, self.kind), cast(literal(-1), self.kind)).label(self.name)


def _place(band: Any, kind: type[StrEnum]) -> ColumnElement[Any]:
    """The place of a band in its enum, counted from 0."""
    return case({each.value: place for place, each in enumerate(kind)}, value=band)


def _days(day: Any) -> ColumnElement[Any]:
    return day - literal(EPOCH)


def _helsinki(moment: Any) -> ColumnElement[Any]:
    return cast(func.timezone("Europe/Helsinki", moment), Date)


class Codes:
    """The ids of a table with their codes, as they stand now: a temporary table, so that lists and rows agree."""

    def __init__(self, name: str, ids: Any) -> None:
        self.table = table(name, column("id", Uuid), column("code", Integer))
        number = (func.row_number().over(order_by=ids) - literal_column("1")).label("code")
        made = select(ids.label("id"), number).compile(dialect=postgresql.dialect())
        connection = db.session().connection()
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS pg_temp.{name}")
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {made}")
        connection.exec_driver_sql(f"ANALYZE {name}")

    def ids(self) -> tuple[str, ...]:
        """The ids in the order of their codes."""
        text_of_id = cast(self.table.c.id, postgresql.TEXT)
        whole = select(func.array_agg(aggregate_order_by(text_of_id, self.table.c.code)))
        return tuple(db.session.scalar(whole) or ())


@dataclass(frozen=True)
class Coded:
    """The codes of everything that has ids."""

    suppliers: Codes
    categories: Codes
    people: Codes

    @classmethod
    def now(cls) -> Coded:
        """As they stand now."""
        return cls(
            Codes("supplier_code", select(Supplier.id).subquery().c.id),
            Codes("category_code", select(Category.id).subquery().c.id),
            Codes("person_code", select(Person.id).subquery().c.id),
        )


def _fields(suppliers: Any, categories: Any, people: Any, outcomes: dict[int, Any], deviations: Any) -> list[Field]:
    good = or_(Delivery.end_kind == EndKind.FINISHED, Delivery.interruption_reason.in_(GOOD_ENDS))
    in_time = Order.started_on - _helsinki(Order.placed_at) <= Category.start_within_days
    reported_in_time = _helsinki(Delivery.reported_at) <= Delivery.ended_on + Category.report_within_days
    customer = func.hashtextextended(func.concat(Need.authority_id, "/", Need.customer_reference), 0)
    fields = [
        Field("order", Order.id, Uuid),
        Field("supplier", suppliers.c.code, Integer),
        Field("category", categories.c.code, Integer),
        Field("customer", customer, BigInteger),
        Field("planned_end", _days(Order.planned_end_on), Integer),
        Field("started", _days(Order.started_on), Integer),
        Field("age", _place(Need.age_band, AgeBand)),
        Field("unemployment", _place(Need.unemployment_band, UnemploymentBand)),
        Field("education", _place(Need.education_band, EducationBand)),
        Field("municipality", func.hashtext(Need.municipality), Integer),
        Field("foreign_language", case((Need.languages.has_any(postgresql.array(DOMESTIC)), 0), else_=1)),
        Field("began_in_time", case((in_time, 1), else_=0)),
        Field("reported_in_time", case((Delivery.id.is_(None), None), (reported_in_time, 1), else_=0)),
        Field("completed", case((Delivery.id.is_(None), None), (good, 1), else_=0)),
        Field("days_served", func.coalesce(Delivery.ended_on, Order.planned_end_on) - Order.started_on + 1, Integer),
        Field("excluded", case((Order.id.in_(excluded()), 1), else_=0)),
        Field("half_points", func.coalesce(deviations.c.half_points, 0), Integer),
        Field("recommendation", CustomerFeedback.recommendation),
        Field("rater", people.c.code, Integer),
        Field("fit", ExpertFeedback.fit),
        Field("cooperation", ExpertFeedback.cooperation),
        Field("report", ExpertFeedback.report),
    ]
    for months, outcome in outcomes.items():
        fields += [
            Field(f"outcome_{months}", cast(outcome.c.is_employed, Integer)),
            Field(f"since_{months}", _days(outcome.c.since_on), Integer),
        ]
    return fields


def _half_points() -> ColumnElement[Any]:
    """Points of a confirmed deviation, in halves: a minor one that the provider told of itself counts half (§6)."""
    full = case({each.value: 2 * weight for each, weight in WEIGHTS.items()}, value=Deviation.severity)
    told = case({each.value: weight for each, weight in WEIGHTS.items()}, value=Deviation.severity)
    return case((and_(Deviation.is_self_reported, Deviation.severity == Severity.MINOR), told), else_=full)


def episodes_query(first: date, last: date, codes: Coded, *, only_touched: bool) -> tuple[Any, list[Field]]:
    """The SELECT of the extract: one row an episode, in the order of the orders' ids."""
    suppliers, categories, people = codes.suppliers.table, codes.categories.table, codes.people.table
    touched = select(TOUCHED_TABLE.c.order_id)
    weights = select(Deviation.order_id, func.sum(_half_points()).label("half_points")).where(
        Deviation.confirmed_at.is_not(None), Deviation.order_id.is_not(None)
    )
    states = settled()
    if only_touched:
        weights = weights.where(Deviation.order_id.in_(touched))
        states = states.where(states.selected_columns.order_id.in_(touched))
    weighed = weights.group_by(Deviation.order_id).subquery("weighed")
    known = states.subquery("known")
    outcomes = {months: aliased(known, name=f"after_{months}") for months in MONTHS}
    fields = _fields(suppliers, categories, people, outcomes, weighed)
    # the few come first: with so many joins PostgreSQL keeps to the order in which they are written
    source = join(TOUCHED_TABLE, Order, TOUCHED_TABLE.c.order_id == Order.id) if only_touched else Order
    query = (
        select(*(each.labelled for each in fields))
        .select_from(source)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .join(suppliers, suppliers.c.id == Order.supplier_id)
        .join(categories, categories.c.id == Order.category_id)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .outerjoin(weighed, weighed.c.order_id == Order.id)
        .outerjoin(CustomerFeedback, counted_answer())
        .outerjoin(ExpertFeedback, counted_grades())
        .outerjoin(people, people.c.id == ExpertFeedback.expert_id)
    )
    for months, outcome in outcomes.items():
        query = query.outerjoin(outcome, and_(outcome.c.order_id == Order.id, outcome.c.months == months))
    query = query.where(Order.state.in_(BEGUN), Order.planned_end_on.between(first, last))
    return query.order_by(Order.id), fields


def _blocks(query: Any) -> Iterator[bytes]:
    """The rows of a query as PostgreSQL's binary COPY sends them, many at a time."""
    statement = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    raw = db.session().connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    with raw.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT BINARY)") as copy:
        rows = iter(copy)
        first = bytes(next(rows))[_HEADER:]
        block = [first] if first else []
        for row in rows:
            block.append(bytes(row))
            if len(block) == _BLOCK:
                yield b"".join(block)
                block = []
        yield b"".join(block)


def _read(query: Any, fields: Sequence[Field]) -> dict[str, Array]:
    """The columns of a query whose values all have a fixed length."""
    parts: list[tuple[str, str]] = [("count", ">i2")]
    for each in fields:
        parts += [(f"length of {each.name}", ">i4"), (each.name, _TYPES[each.kind])]
    row = np.dtype(parts)
    blocks = []
    for block in _blocks(query):
        whole = len(block) // row.itemsize
        records = np.frombuffer(block, dtype=row, count=whole)
        records = records[records["count"] == len(fields)]  # the last two bytes say that it was all
        blocks.append({each.name: _own(records[each.name]) for each in fields})
    return {each.name: np.concatenate([block[each.name] for block in blocks]) for each in fields}


def _own(values: Array) -> Array:
    """The same values in the byte order of this machine, an id as two numbers."""
    if values.dtype.kind == "V":
        return np.ascontiguousarray(values).view(">u8").reshape(-1, 2).astype(np.uint64)
    return values.astype(values.dtype.newbyteorder("="))


def _municipalities(only_touched: bool) -> dict[int, str]:
    """Which municipality a hash stands for; equal hashes are told apart by no figure, and by the published list."""
    of = select(Need.municipality)
    if only_touched:
        of = of.join(Order, Order.need_id == Need.id).join(TOUCHED_TABLE, TOUCHED_TABLE.c.order_id == Order.id)
    name = of.distinct().subquery()
    rows = db.session.execute(select(func.hashtext(name.c.municipality), name.c.municipality))
    return {row[0]: row[1] for row in rows}


def extract(first: date, last: date, *, only_touched: bool = False) -> Snapshot:
    """The episodes whose planned end is in a period, as they are known now.

    :param only_touched: only of the orders in the temporary table ``TOUCHED``
    """
    codes = Coded.now()
    selected, fields = episodes_query(first, last, codes, only_touched=only_touched)
    columns = _read(selected, fields)
    names = _municipalities(only_touched)
    ordered = tuple(sorted(set(names.values())))
    places = {name: place for place, name in enumerate(ordered)}
    hashes = np.array(sorted(names), dtype=np.int64)
    of_hash = np.array([places[names[each]] for each in hashes], dtype=np.int16)
    columns["municipality"] = of_hash[np.searchsorted(hashes, columns["municipality"])]
    return Snapshot(columns, Lists(codes.suppliers.ids(), codes.categories.ids(), codes.people.ids(), ordered))
