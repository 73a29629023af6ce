"""Foreign keys and plain indexes off while very many rows come in, and on again - checked and built in one go.

All of it happens in the caller's transaction: whoever looks from outside never sees a table without them, and a
seeding that breaks off leaves them as they were. Primary keys, unique indexes and CHECKs stay on all the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from core.db import db

_FOREIGN_KEYS = """
SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'f' AND n.nspname = 'public' ORDER BY 1, 2
"""
#: Neither unique nor partial: PostgreSQL writes a condition down in other words each time, and partial ones are small.
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND n.nspname = 'public' ORDER BY 1
"""


@dataclass(frozen=True)
class Lifted:
    """What was taken off, as PostgreSQL writes it down."""

    foreign_keys: list[tuple[str, str, str]]
    indexes: list[tuple[str, str]]


def lift() -> Lifted:
    """Take foreign keys and plain indexes off."""
    session = db.session()
    lifted = Lifted(
        [(row[0], row[1], row[2]) for row in session.execute(text(_FOREIGN_KEYS))],
        [(row[0], row[1]) for row in session.execute(text(_INDEXES))],
    )
    connection = session.connection()
    for table, name, _ in lifted.foreign_keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _ in lifted.indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return lifted


def put_back(lifted: Lifted, step: Callable[[float], None]) -> None:
    """Build the indexes and check every foreign key over all rows; ``step`` is told the share that is done."""
    connection = db.session().connection()
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '128MB'")
    count = len(lifted.indexes) + len(lifted.foreign_keys)
    for number, (_, definition) in enumerate(lifted.indexes):
        connection.exec_driver_sql(definition)
        step(number / count)
    for number, (table, name, definition) in enumerate(lifted.foreign_keys, len(lifted.indexes)):
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        step(number / count)
