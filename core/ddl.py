"""DDL that models cannot say - functions, triggers, first rows - in the order it must run.

Migrations run the text they were written with; ``create_all`` in the drift test runs this. The test
compares the schema dumps of both (STACK.md §2).
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Connection

from core import clock
from core.audit import models as audit_models

STATEMENTS = (clock.AVOIN_NOW, audit_models.PROTECT)


def run(connection: Connection) -> None:
    """Run all of it on a database that has the tables."""
    for statement in STATEMENTS:
        connection.execute(text(statement.replace(":", r"\:")))
