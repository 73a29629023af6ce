"""What a command works with: the settings that hold for it, and the servers it needs while it runs."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from core.config import Config, ConfigurationError
from core.embedded import Servers, servers, settings

if TYPE_CHECKING:
    from flask import Flask

TOP = Path(__file__).resolve().parent.parent
EMBEDDED_ENVIRONMENTS = ("demo", "test")


def home(environ: MutableMapping[str, str]) -> Path:
    """The folder of the data; its whole path is put into the environment, so that children agree on it."""
    chosen = Path(environ.get("DPS_HOME") or TOP / "var").resolve()
    environ["DPS_HOME"] = str(chosen)
    return chosen


def adopt_demo(environ: MutableMapping[str, str]) -> bool:
    """Fill in the settings of the demo that lives here, if nobody said otherwise; what is set already wins.

    Says whether it was us who chose the demo.
    """
    said = environ.get("DPS_ENV")
    if said not in (None, "", "demo") or (not said and environ.get("DATABASE_URL")):
        return False
    kept = settings.read(home(environ))
    for name, value in kept.items():
        if not environ.get(name):
            environ[name] = value
    return bool(kept) and not said


@contextmanager
def server_addresses(environ: MutableMapping[str, str]) -> Iterator[Servers | None]:
    """Have a database and a queue: the ones that are named, else the embedded ones for as long as this lasts.

    :raises ConfigurationError: only one of the two is named
    """
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)]
    if len(named) == 2 or environ.get("DPS_ENV") not in EMBEDDED_ENVIRONMENTS:
        yield None
        return
    if named:
        raise ConfigurationError("Set both DATABASE_URL and REDIS_URL, or neither to use the embedded servers.")
    with servers(home(environ)) as found:
        environ["DATABASE_URL"], environ["REDIS_URL"] = (
            found.database_url,
            found.redis_url,
        )
        yield found


@contextmanager
def configured() -> Iterator[tuple[Config, Servers | None]]:
    """The configuration of this command, its servers running.

    :raises ConfigurationError: a setting is missing
    """
    place = home(os.environ)
    if adopt_demo(os.environ):
        click.echo(f"Using the demo in {place}", err=True)
    with server_addresses(os.environ) as found:
        yield Config.from_environment(os.environ), found


def build(config: Config) -> Flask:
    """The application. By name, since ``core`` knows nothing of the rooms."""
    return cast("Flask", importlib.import_module("app").create_app(config))
