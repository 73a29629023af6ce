"""``./avoin doctor``: is all there that Avoin needs? Each failing line says how to mend it."""

from __future__ import annotations

import os
import shutil
import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import click
import redis
import sqlalchemy
from rq import Worker

from core import backup, surroundings
from core.config import Config, ConfigurationError
from core.embedded import EmbeddedError
from core.supervisor import TOP

LEAST_FREE_GB = 2.0
TIMEOUT = 5.0


class Missing(Exception):
    """What is wrong, and what mends it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}. Mend: {mend}")


@dataclass(frozen=True)
class Check:
    """One question; the answer is what was found, or ``Missing``."""

    name: str
    ask: Callable[[], str]


def examine() -> bool:
    """Ask everything, one line each; say whether all is well."""
    well = report([Check("python", python), Check("packages", packages), Check("disk", disk)])
    try:
        with surroundings.configured() as (config, found):
            if found is not None:
                click.echo("ok   servers: the embedded ones")
            return report(installation(config)) and well
    except (ConfigurationError, EmbeddedError) as failure:
        click.echo(f"FAIL settings: {failure}")
        return False


def installation(config: Config) -> list[Check]:
    """What depends on the settings."""
    return [
        Check("database", lambda: database(config)),
        Check("migrations", lambda: migrations(config)),
        Check("queue", lambda: queue(config)),
        Check("worker", lambda: workers(config)),
        Check("mail", lambda: mail(config)),
        Check("files", lambda: files(config)),
    ]


def report(checks: list[Check]) -> bool:
    """Print a line for each check; say whether all went well."""
    well = True
    for check in checks:
        try:
            click.echo(f"ok   {check.name}: {check.ask()}")
        except Missing as missing:
            click.echo(f"FAIL {check.name}: {missing}")
            well = False
    return well


def python() -> str:
    """The Python of our environment; that it is new enough ``./avoin`` has seen to."""
    if sys.prefix == sys.base_prefix:
        raise Missing("not run in the environment of Avoin", "start it by ./avoin")
    return f"{sys.version.split()[0]} in {sys.prefix}"


def packages() -> str:
    """The packages of the lock, as far as they are meant for this machine."""
    lines = (TOP / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pinned = [line.partition(" ")[0].partition("==") for line in lines if "==" in line and ";" not in line]
    wrong = []
    for name, _, wanted in pinned:
        try:
            if version(name) != wanted:
                wrong.append(name)
        except PackageNotFoundError:
            wrong.append(name)
    if wrong:
        raise Missing(
            f"not as in the lock: {', '.join(wrong)}",
            "rm .venv/avoin.stamp && ./avoin doctor",
        )
    return f"{len(pinned)} as in the lock"


def disk() -> str:
    """Room for the data to grow."""
    place = surroundings.home(os.environ)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    if free < LEAST_FREE_GB:
        raise Missing(
            f"{free:.1f} GB free at {place}",
            f"free at least {LEAST_FREE_GB:.0f} GB, or move DPS_HOME",
        )
    return f"{free:.0f} GB free"


def database(config: Config) -> str:
    """A PostgreSQL that answers."""
    engine = sqlalchemy.create_engine(config.database_url, connect_args={"connect_timeout": int(TIMEOUT)})
    try:
        with engine.connect() as connection:
            return f"PostgreSQL {connection.execute(sqlalchemy.text('SHOW server_version')).scalar_one()}"
    except sqlalchemy.exc.OperationalError as failure:
        first = str(failure.orig).strip().split("\n", 1)[0]
        raise Missing(f"does not answer ({first})", "start it, or correct DATABASE_URL") from None
    finally:
        engine.dispose()


def migrations(config: Config) -> str:
    """A database in the form this version needs."""
    try:
        reached = backup.database_heads(config)
    except sqlalchemy.exc.OperationalError:
        raise Missing("cannot be asked without the database", "see database") from None
    if reached != backup.code_heads():
        raise Missing(f"at {', '.join(reached) or 'none'}, not at the newest", "./avoin upgrade")
    return f"at {', '.join(reached)}"


def queue(config: Config) -> str:
    """A queue that answers."""
    client = redis.Redis.from_url(config.redis_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
    try:
        client.ping()
    except redis.RedisError as failure:
        raise Missing(f"does not answer ({failure})", "start it, or correct REDIS_URL") from None
    finally:
        client.close()
    return "answers"


def workers(config: Config) -> str:
    """A worker that has shown a sign of life."""
    client = redis.Redis.from_url(config.redis_url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
    try:
        alive = Worker.all(connection=client)
    except redis.RedisError:
        raise Missing("cannot be asked without the queue", "see queue") from None
    finally:
        client.close()
    if not alive:
        raise Missing("none is running", "./avoin worker")
    latest = max(
        (worker.last_heartbeat for worker in alive if worker.last_heartbeat),
        default=None,
    )
    return (
        f"{len(alive)} running, last sign of life {latest:%Y-%m-%d %H:%M:%S} UTC" if latest else f"{len(alive)} running"
    )


def mail(config: Config) -> str:
    """A mail server that greets; nothing is sent."""
    parts = urlsplit(config.mail_url)
    secure = parts.scheme == "smtps"
    host, port = parts.hostname or "localhost", parts.port or (465 if secure else 25)
    try:
        with (smtplib.SMTP_SSL if secure else smtplib.SMTP)(host, port, timeout=TIMEOUT) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as failure:
        raise Missing(
            f"{host}:{port} does not answer ({failure})",
            "start it, or correct MAIL_URL",
        ) from None
    return f"{host}:{port} answers"


def files(config: Config) -> str:
    """A folder we may write in; an object store is asked when it is used."""
    folder = backup.files_folder(config)
    if folder is None:
        return "in an object store"
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(nearest, os.W_OK):
        raise Missing(f"{folder} cannot be written", f"chown {os.getuid()} {nearest}")
    return str(Path(folder))
