"""Shared fixtures: real PostgreSQL and Redis, one database a worker, every test rolled back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from flask import Flask

TOP = Path(__file__).resolve().parent.parent
SHARED = TOP.parent / "shared"

KEYS = {
    "DPS_ENV": "test",
    "SECRET_KEY": "a key that only the tests know, long enough",
    "MASTER_KEY": "another key that only the tests know, long enough",
    "BASE_URL": "http://localhost",
    "MAIL_URL": "smtp://127.0.0.1:1",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules-report", action="store_true", help="print each rule of RULES.md with its tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what this machine cannot run, and say so; under CI that is an error."""
    lacking = {
        "browser": None if shutil.which("chromium") else "chromium is not installed (apt-get install chromium)",
        "shared": None if SHARED.is_dir() else "the reference files in ../shared are not here",
    }
    for marker, reason in lacking.items():
        if reason is None:
            continue
        chosen = [item for item in items if item.get_closest_marker(marker)]
        if not chosen:
            continue
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"{len(chosen)} {marker} tests cannot run: {reason}")
        print(f"deselected {len(chosen)} {marker} tests: {reason}")
        config.hook.pytest_deselected(items=chosen)
        items[:] = [item for item in items if item not in chosen]
    if config.getoption("--rules-report"):
        from tests.rules_report import report

        report(items, SHARED / "RULES.md")
        items.clear()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a PostgreSQL and a Redis: those of the environment, else embedded ones."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        yield {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": os.environ["REDIS_URL"]}
        return
    from core import embedded

    home = TOP / ".cache" / "test-servers"
    home.mkdir(parents=True, exist_ok=True)
    with embedded.servers(home) as running:
        yield {"DATABASE_URL": running.database_url, "REDIS_URL": running.redis_url}


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")


class Databases:
    """Makes databases from one migrated template."""

    def __init__(self, url: str, worker: str) -> None:
        self.url = url
        self.template = f"avoin_{os.getpid()}_{worker}"
        self.count = 0

    def execute(self, *statements: str) -> None:
        with psycopg.connect(_plain(_with_database(self.url, "postgres")), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def make_template(self, environ: dict[str, str]) -> None:
        from app import create_app
        from core import deployment, migrating
        from core.config import Config
        from core.db import db

        self.execute(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)", f"CREATE DATABASE {self.template}")
        config = Config.from_environment({**environ, "DATABASE_URL": _with_database(self.url, self.template)})
        app = create_app(config)
        migrating.upgrade(app)
        with app.app_context():
            deployment.record(config)
            db.engine.dispose()

    def copy(self, url: str | None = None) -> str:
        """A copy of the empty database, or of another one to which nobody is connected."""
        self.count += 1
        name = f"{self.template}_{self.count}"
        source = url.partition("?")[0].rpartition("/")[2] if url else self.template
        self.execute(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
            f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY wal_log",
        )
        return _with_database(self.url, name)

    def drop(self, url: str) -> None:
        name = url.partition("?")[0].rpartition("/")[2]
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def environ(servers: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {**KEYS, **servers, "DPS_HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture(scope="session")
def databases(environ: dict[str, str], worker_id: str) -> Iterator[Databases]:
    made = Databases(environ["DATABASE_URL"], worker_id)
    made.make_template(environ)
    yield made
    made.execute(
        *(
            f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
            for name in [made.template, *(f"{made.template}_{number + 1}" for number in range(made.count))]
        )
    )


def application(environ: dict[str, str], url: str, files: Path) -> Flask:
    from app import create_app
    from core.config import Config

    app = create_app(Config.from_environment({**environ, "DATABASE_URL": url, "FILES_URL": f"file://{files}"}))
    app.config.update(HAND_OVER_AT_ONCE=False)
    return app


@pytest.fixture(scope="session")
def session_app(environ: dict[str, str], databases: Databases) -> Flask:
    url = databases.copy()
    return application(environ, url, Path(environ["DPS_HOME"]))


@contextmanager
def rolled_back(app: Flask) -> Iterator[Flask]:
    """The application in an outer transaction that is rolled back; verbs commit into savepoints."""
    from core.db import db

    with app.app_context():
        engine = db.engine
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[app][None] = connection
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield app
        finally:
            db.session.remove()
            db.session.configure(join_transaction_mode="conditional_savepoint")
            outer.rollback()
            connection.close()
            db._app_engines[app][None] = engine


@pytest.fixture
def app(session_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database; nothing a test does stays."""
    session_app.config["FILES_URL"] = f"file://{tmp_path}"
    with rolled_back(session_app) as app:
        yield app


@pytest.fixture(scope="session")
def town(environ: dict[str, str], databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on the database of a small town, made once a worker (tests/town.py)."""
    from tests import town

    app = application(environ, databases.copy(), tmp_path_factory.mktemp("town"))
    town.build(app)
    return app


@pytest.fixture
def town_app(town: Flask) -> Iterator[Flask]:
    """The small town; nothing a test does stays."""
    with rolled_back(town) as app:
        yield app


@pytest.fixture
def committed_app(environ: dict[str, str], databases: Databases, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, where commits are real (parallel connections, triggers)."""
    from core.db import db

    url = databases.copy()
    app = application(environ, url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)
