"""The programs of a running Avoin, and the two ways of running them: a demo on one machine, or each by itself."""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import os
import resource
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from core import surroundings
from core.catalogues import compile_catalogues
from core.config import Config, ConfigurationError
from core.embedded import settings
from core.embedded.places import private_folder
from core.supervisor import TOP, ChildFailed, Supervisor

if TYPE_CHECKING:
    from flask import Flask

PYTHON = (sys.executable, "-P")
READY_PATIENCE = 120.0
HELSINKI = ZoneInfo("Europe/Helsinki")
IN_MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes files of its own there, by tempfile


def web(host: str, port: int, workers: int) -> list[str]:
    """The web server; every worker opens its own connections, so nothing is loaded before the fork."""
    options = {
        "--workers": str(workers),
        "--threads": "4",
        "--worker-class": "gthread",
        "--bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--graceful-timeout": "15",
        "--timeout": "60",
        "--max-requests": "20000",
        "--max-requests-jitter": "2000",
    }
    flat = [part for pair in options.items() for part in pair]
    if os.access(IN_MEMORY, os.W_OK):
        flat += ["--worker-tmp-dir", IN_MEMORY]
    return [*PYTHON, "-m", "gunicorn", *flat, "--no-control-socket", "app:create_app()"]


def job(function: str) -> list[str]:
    """A program of ``core.jobs``."""
    return [*PYTHON, "-c", f"import core.jobs; core.jobs.{function}()"]


def check_port(host: str, port: int) -> None:
    """:raises ConfigurationError: something listens there already"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as failure:
            raise ConfigurationError(
                f"Port {port} of {host} cannot be used ({failure.strerror}): choose another with --port."
            ) from None


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a page is there and well."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def listens(port: int) -> bool:
    """Whether somebody takes connections on this port of loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def only_demo(home: Path) -> Iterator[None]:
    """:raises ConfigurationError: a demo runs on this home already"""
    private_folder(home)
    handle = os.open(home / ".demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"A demo is running on {home} already: stop it, or set DPS_HOME to another folder."
            ) from None
        yield
    finally:
        os.close(handle)


def scales() -> list[str]:
    """How large a demo may be."""
    return list(importlib.import_module("demo").SCALES)


def logins() -> list[tuple[str, str]]:
    """Who can log in to a demo: address and what the person does."""
    return list(importlib.import_module("demo").LOGINS)


def keep_memory_small() -> None:
    """glibc gives every thread a heap of its own and keeps what it frees; one is enough for our children."""
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")


class DataMark:
    """Beside the demo's own tables: that they are migrated and filled, so that the next start need not look.

    It lies in the database's folder and goes with it; other migrations or another scale make it void.
    """

    def __init__(self, folder: Path, scale: str) -> None:
        self.file = folder / "avoin.ready"
        self.content = hashlib.sha256(scale.encode())
        for migration in sorted((TOP / "migrations" / "versions").glob("*.py")):
            self.content.update(migration.read_bytes())

    def is_set(self) -> bool:
        return self.file.exists() and self.file.read_text("utf-8") == self.content.hexdigest()

    def set(self) -> None:
        self.file.write_text(self.content.hexdigest(), "utf-8")


def run_demo(port: int, scale: str) -> None:
    """Everything on this machine, with data to try it on, until somebody stops it."""
    keep_memory_small()
    environ = os.environ
    if environ.get("DPS_ENV", "demo") != "demo":
        raise ConfigurationError(f"DPS_ENV says {environ['DPS_ENV']}; a demo runs with DPS_ENV=demo or without it.")
    home = surroundings.home(environ)
    with only_demo(home):
        kept = settings.read(home) or settings.make(home)
        mail_port = None if environ.get("MAIL_URL") else free_port()
        if mail_port is not None:
            environ["MAIL_URL"] = f"smtp://127.0.0.1:{mail_port}"
        environ["BASE_URL"] = address = f"http://127.0.0.1:{port}"
        for name, value in kept.items():
            environ.setdefault(name, value)
        mark = None if environ.get("DATABASE_URL") else DataMark(home / "pg18", scale)
        click.echo(f"Starting the database and the queue in {home}")
        with (
            surroundings.server_addresses(environ) as found,
            Supervisor(home, environ, name="demo") as supervisor,
        ):
            check_port("127.0.0.1", port)
            settings.save(home, kept | {"BASE_URL": address, "MAIL_URL": environ["MAIL_URL"]})
            Config.from_environment(environ)
            _bring_up(supervisor, port, mail_port, scale, mark)
            width = max(len(email) for email, _ in logins())
            click.echo("\nLog in as:")
            click.echo("\n".join(f"  {email:<{width}}  {who}" for email, who in logins()))
            click.echo(f"\nREADY {address} password={environ['DEMO_PASSWORD']}")
            supervisor.tend(also=found.ensure if found is not None else list)


def _bring_up(supervisor: Supervisor, port: int, mail_port: int | None, scale: str, mark: DataMark | None) -> None:
    if mail_port is not None:
        mail = supervisor.start("mail", *PYTHON, "-m", "core.embedded.smtp_sink", str(mail_port))
        supervisor.wait_for(mail, lambda: listens(mail_port), 30)
    compile_catalogues(TOP / "translations")
    if mark is None or not mark.is_set():
        if supervisor.run_once("data", *PYTHON, "-m", "core.cli", "demo-data", "--scale", scale) != 0:
            raise ChildFailed("The demo's data could not be prepared: see above.")
        if mark is not None:
            mark.set()
    click.echo("Starting the web server and the workers")
    server = supervisor.start("web", *web("127.0.0.1", port, workers=2))
    supervisor.start("worker", *job("worker_main"))
    supervisor.start("cron", *job("cron_main"))
    supervisor.wait_for(server, lambda: answers(f"http://127.0.0.1:{port}/readyz"), READY_PATIENCE)


def fill_demo(scale: str) -> None:
    """Migrate and seed, with a line that shows how far it is; run as a child of the demo."""
    with surroundings.configured() as (config, _):
        click.echo("Preparing the database")
        application = surroundings.build(config)
        application.config["DEMO_PASSWORD"] = os.environ["DEMO_PASSWORD"]
        migrate(application, config)
        importlib.import_module("demo").seed(application, scale, show_progress)


def fill_seed(suppliers: int, orders: int, number: int, today: date | None) -> None:
    """Migrate and fill an empty database with invented data; the words of a refusal are one line."""
    environ = os.environ
    home = surroundings.home(environ)
    surroundings.adopt_demo(environ)
    if environ.get("DPS_ENV", "production") == "production":
        raise ConfigurationError("Invented data are refused in production. Set DPS_ENV to demo or test.")
    seeding = importlib.import_module("demo.seeding")
    plan = seeding.Plan(suppliers=suppliers, orders=orders, seed=number, today=today or datetime.now(HELSINKI).date())
    try:
        plan.check()
        if environ["DPS_ENV"] == "demo" and not environ.get("DATABASE_URL"):
            _settle_demo(home, environ)
        with surroundings.configured() as (config, _):
            application = surroundings.build(config)
            migrate(application, config)
            with application.app_context():
                began = time.monotonic()
                counts = seeding.seed(plan, show_progress, environ.get("DEMO_PASSWORD"))
    except seeding.CannotSeed as refusal:
        raise ConfigurationError(str(refusal)) from None
    if not counts:
        click.echo("These data are there already.")
        return
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1_024 if sys.platform == "linux" else 1_048_576)
    names = {"supplier": "suppliers", "offering": "offerings", "order": "orders", "audit_event": "events"}
    listed = ", ".join(f"{counts.get(table, 0):,} {words}" for table, words in names.items())
    click.echo(f"Written: {listed} in {time.monotonic() - began:.0f} s with {memory:.0f} MB of memory.")


def _settle_demo(home: Path, environ: MutableMapping[str, str]) -> None:
    """The settings of the demo that is to live here, as ``run_demo`` would make them."""
    kept = settings.read(home) or settings.make(home)
    kept = {"BASE_URL": "http://127.0.0.1:8000", "MAIL_URL": f"smtp://127.0.0.1:{free_port()}", **kept}
    settings.save(home, kept)
    for name, value in kept.items():
        environ.setdefault(name, value)


def show_progress(share: float, doing: str) -> None:
    """A bar on a terminal, a line a step elsewhere."""
    filled = round(20 * min(max(share, 0.0), 1.0))
    line = f"[{'#' * filled}{'.' * (20 - filled)}] {share:4.0%} {doing}"
    if sys.stdout.isatty():
        click.echo(f"\r\033[K{line}", nl=share >= 1)
    else:
        click.echo(line)


def migrate(application: Flask, config: Config) -> None:
    """Bring the database to the newest form and write down what it is for."""
    importlib.import_module("core.migrating").upgrade(application)
    with application.app_context():
        importlib.import_module("core.deployment").record(config)


def run_web(host: str, port: int, workers: int) -> None:
    """The web server by itself, in the foreground."""
    keep_memory_small()
    with surroundings.configured() as (config, found):
        check_port(host, port)
        compile_catalogues(TOP / "translations")
        if found is None:
            os.chdir(TOP)
            os.execve(sys.executable, web(host, port, workers), os.environ)  # noqa: S606 - no shell is wanted
        _run_together(config.home, {"web": web(host, port, workers)}, found.ensure)


def run_workers() -> None:
    """The worker and the clockwork beside it, in the foreground."""
    keep_memory_small()
    with surroundings.configured() as (config, found):
        compile_catalogues(TOP / "translations")
        programs = {"worker": job("worker_main"), "cron": job("cron_main")}
        _run_together(config.home, programs, found.ensure if found is not None else list)


def _run_together(home: Path, programs: dict[str, list[str]], also: Callable[[], Sequence[str]]) -> None:
    with Supervisor(home, os.environ) as supervisor:
        for title, arguments in programs.items():
            supervisor.start(title, *arguments)
        supervisor.tend(also=also)
