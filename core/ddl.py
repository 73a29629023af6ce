"""DDL that models cannot say - functions, triggers, first rows - in the order it must run.

Migrations run the text they were written with; ``create_all`` in the drift test runs this. The test
compares the schema dumps of both (STACK.md §2).
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from core import clock
from core.audit import models as audit_models

#: What tables of the rooms need before they are made: mistyped words are found by their triples of letters.
EXTENSIONS = "CREATE EXTENSION IF NOT EXISTS pg_trgm"

_statements = [clock.AVOIN_NOW, audit_models.PROTECT]


def add(statement: str) -> None:
    """Let a room add its own."""
    if statement not in _statements:
        _statements.append(statement)


def run(connection: Connection) -> None:
    """Run all of it on a database that has the tables."""
    for statement in _statements:
        connection.execute(text(statement.replace(":", r"\:")))
