"""The migrations and the models say the same, from empty and back (STACK.md §2)."""

from __future__ import annotations

import re
import subprocess

from sqlalchemy import text

from app import create_app
from core import ddl, migrating
from core.config import Config
from core.db import db
from core.embedded.postgres import client_program
from tests.conftest import TOP, Databases, _plain, _with_database


def dump(url: str) -> list[str]:
    """The schema as ``pg_dump`` says it, statement by statement, in a stable order.

    A column that a later migration adds stands last in its table, so the order of columns is not compared.
    """
    done = subprocess.run(
        [client_program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges", f"--dbname={_plain(url)}"],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [
        line
        for line in done.stdout.splitlines()
        if line and not line.startswith(("--", "SET ", "SELECT pg_catalog", "\\"))
    ]
    return sorted(
        re.sub(r",\s*\)", ")", " ".join(sorted(re.split(r",\s+(?=\w|\")|(?<=\()\n\s+|\n(?=\))", statement))))
        for statement in "\n".join(lines).split(";\n")
        if "alembic_version" not in statement
    )


def make(databases: Databases, environ: dict[str, str], name: str):  # type: ignore[no-untyped-def]
    databases.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = _with_database(databases.url, name)
    return create_app(Config.from_environment({**environ, "DATABASE_URL": url})), url


def test_migrations_equal_the_models_and_leave_nothing_behind(databases: Databases, environ: dict[str, str]) -> None:
    by_migration, migrated_url = make(databases, environ, f"{databases.template}_up")
    by_models, models_url = make(databases, environ, f"{databases.template}_models")
    migrating.upgrade(by_migration)
    with by_models.app_context():
        with db.engine.begin() as connection:
            connection.execute(text(ddl.EXTENSIONS))
        db.create_all()
        with db.engine.begin() as connection:
            ddl.run(connection)
        db.engine.dispose()
    migrated, modelled = dump(migrated_url), dump(models_url)
    assert len(migrated) > 100
    assert [s for s in migrated if s not in modelled] == []
    assert [s for s in modelled if s not in migrated] == []

    migrating.downgrade(by_migration, "base")
    with by_migration.app_context():
        left = db.session.execute(
            text(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'S', 'v') AND relname <> 'alembic_version' "
                "UNION ALL SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
                "WHERE n.nspname = 'public'"
            )
        ).all()
        db.session.remove()
    migrating.upgrade(by_migration)
    with by_migration.app_context():
        db.engine.dispose()
    assert left == []
    databases.execute(*(f"DROP DATABASE {databases.template}_{end} WITH (FORCE)" for end in ("up", "models")))


def test_there_is_one_head() -> None:
    from alembic.config import Config as AlembicConfig
    from alembic.script import ScriptDirectory

    settings = AlembicConfig()
    settings.set_main_option("script_location", str(TOP / "migrations"))
    assert len(ScriptDirectory.from_config(settings).get_heads()) == 1
