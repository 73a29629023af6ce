"""The command line: ``./avoin``, or ``python -m core.cli`` inside the environment.

The commands here run and keep an installation. Those of the rooms are registered on the application, and are found
there by name, since ``core`` knows nothing of the rooms.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core import surroundings
from core.config import Config, ConfigurationError, Environment
from core.embedded import EmbeddedError
from core.supervisor import ChildFailed, Stopped, stop_on_signals

if TYPE_CHECKING:
    from flask import Flask

LOOPBACK = "127.0.0.1"
ANYTHING = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def listing_application() -> Flask:
    """The application, for reading its commands only: it is given servers that nobody asks."""
    return surroundings.build(
        Config(
            environment=Environment.TEST,
            database_url="postgresql+psycopg://nobody@127.0.0.1:1/none",
            redis_url="redis://127.0.0.1:1",
            files_url=f"file://{surroundings.home(os.environ) / 'files'}",
            base_url="http://localhost",
            mail_url="smtp://127.0.0.1:1",
            home=surroundings.home(os.environ),
            secret_key=secrets.token_urlsafe(48),
            master_key=secrets.token_urlsafe(48),
        )
    )


class Commands(click.Group):
    """Our own commands, and behind them those of the rooms."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All that can be called."""
        return sorted({*super().list_commands(ctx), *listing_application().cli.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Our own command of this name, or else the rooms' one, to be run inside the application."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        theirs = listing_application().cli.commands.get(cmd_name)
        return None if theirs is None else in_application(cmd_name, theirs.get_short_help_str(100))


def in_application(name: str, short_help: str) -> click.Command:
    """A command that hands its words to the rooms' command of the same name; only asking for help needs no server."""

    def call(words: tuple[str, ...]) -> None:
        prog = f"avoin {name}"
        if {"--help", "-h"} & set(words):
            listing_application().cli.commands[name].main(list(words), prog_name=prog)
        with surroundings.configured() as (config, _):
            application = surroundings.build(config)
            with application.app_context():
                application.cli.commands[name].main(list(words), prog_name=prog)

    words = click.Argument(["words"], nargs=-1, type=click.UNPROCESSED)
    return click.Command(
        name,
        callback=call,
        params=[words],
        short_help=short_help,
        add_help_option=False,
        context_settings=ANYTHING,
    )


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def cli() -> None:
    """Avoin, an open dynamic purchasing system."""


@cli.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--scale",
    default="kuopio",
    show_default=True,
    help="How much data: a region or a joint procurement.",
)
def demo(port: int, scale: str) -> None:
    """Run everything on this machine, with data to try it on."""
    from core import running

    check_scale(scale)
    try:
        running.run_demo(port, scale)
    except Stopped:
        click.echo("Stopped.")


@cli.command("demo-data", hidden=True)
@click.option("--scale", default="kuopio")
def demo_data(scale: str) -> None:
    """Prepare the demo's database."""
    from core import running

    check_scale(scale)
    running.fill_demo(scale)


def check_scale(scale: str) -> None:
    """:raises BadParameter: there are no data of this scale"""
    from core import running

    known = running.scales()
    if scale not in known:
        raise click.BadParameter(
            f"{scale!r} is not built; choose {' or '.join(known)}.",
            param_hint="--scale",
        )


@cli.command()
@click.option("--suppliers", default=2_000, show_default=True, help="How many providers, with five services each.")
@click.option("--orders", default=50_000, show_default=True, help="How many orders, over three years.")
@click.option("--seed", "number", default=1, show_default=True, help="The same data for the same seed and day.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day the data reach up to; without it, today.")
def seed(suppliers: int, orders: int, number: int, today: datetime | None) -> None:
    """Fill an empty database with invented data at scale."""
    from core import running

    running.fill_seed(suppliers, orders, number, today.date() if today else None)


@cli.command()
@click.option("--host", default=LOOPBACK, show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=2,
    show_default=True,
    type=click.IntRange(1, 64),
    envvar="WEB_CONCURRENCY",
)
def serve(host: str, port: int, workers: int) -> None:
    """Run the web server."""
    from core import running

    try:
        running.run_web(host, port, workers)
    except Stopped:
        click.echo("Stopped.", err=True)


@cli.command()
def worker() -> None:
    """Run the jobs, and what is due at its time."""
    from core import running

    try:
        running.run_workers()
    except Stopped:
        click.echo("Stopped.", err=True)


@cli.command()
def upgrade() -> None:
    """Bring the database to the newest form."""
    from core import running

    with surroundings.configured() as (config, _):
        running.migrate(surroundings.build(config), config)
    click.echo("The database is in its newest form.")


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database, files and a signed audit checkpoint to FILE."""
    from core import backup as keeping

    with surroundings.configured() as (config, found):
        keeping.write(file, config, found)
    click.echo(f"Written: {file} ({file.stat().st_size / 1e6:.1f} MB). Keep MASTER_KEY apart from it: both are needed.")


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read FILE, made by backup, into an empty database."""
    from core import backup as keeping

    with surroundings.configured() as (config, found):
        said = keeping.read(file, config, found)
    click.echo(said)


@cli.command()
def doctor() -> None:
    """Check what this installation needs, and say how to mend what is missing."""
    from core import doctor as examining

    if not examining.examine():
        raise click.ClickException("Something is missing: see the lines marked FAIL.")


@cli.command(context_settings=ANYTHING, add_help_option=False)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Run all checks; what follows -- goes to pytest."""
    from core import checking

    if not checking.run_checks(pytest_arguments):
        sys.exit(1)


def main() -> None:
    """Run a command; what can be expected to fail ends with one line and without a trace."""
    stop_on_signals()
    try:
        cli.main(prog_name="avoin")
    except Stopped as stopped:
        sys.exit(128 + stopped.number)
    except (ConfigurationError, EmbeddedError, ChildFailed) as failure:
        fail(str(failure))
    except OSError as failure:
        fail(f"{failure.strerror or failure}: {failure.filename}" if failure.filename else str(failure))
    except Exception as failure:
        words = outside_failure(failure)
        if not words:
            raise
        fail(words)


def outside_failure(failure: Exception) -> str:
    """One line for a database or a queue that does not answer, or another MASTER_KEY; none for our own mistakes."""
    import redis
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from core.sealing import CannotOpen

    first = str(failure).strip().split("\n", 1)[0]
    if isinstance(failure, CannotOpen):
        return f"Something sealed cannot be opened ({first}). Mend it with the right MASTER_KEY."
    if isinstance(failure, OperationalError):
        return f"The database does not answer: {first}"
    if isinstance(failure, ProgrammingError) and "UndefinedTable" in first:
        missing = first.rpartition(") ")[2]
        return f"The database is not in its newest form ({missing}). Mend it with: ./avoin upgrade"
    if isinstance(failure, redis.ConnectionError):
        return f"The queue does not answer: {first}"
    return ""


def fail(words: str) -> None:
    """End with one line."""
    click.echo(f"Error: {words}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
