"""Both servers of a home together: shared by every command that uses them, stopped by the last that leaves."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.embedded.errors import EmbeddedError
from core.embedded.places import private_folder, socket_folder
from core.embedded.postgres import Postgres
from core.embedded.valkey import Valkey

DATABASE = "dps"


@dataclass(frozen=True)
class Servers:
    """The running servers of a home."""

    home: Path
    postgres: Postgres
    valkey: Valkey
    database_url: str = field(init=False)
    redis_url: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "database_url", self.postgres.url(DATABASE))
        object.__setattr__(self, "redis_url", self.valkey.url)

    def ensure(self) -> list[str]:
        """Start what does not run (again), and name it."""
        started = []
        with locked(self.home / ".start.lock", fcntl.LOCK_EX):
            if not self.postgres.is_running():
                self.postgres.start()
                started.append("PostgreSQL")
            if not self.valkey.is_running():
                self.valkey.start()
                started.append("Valkey")
        return started


@contextmanager
def locked(path: Path, operation: int) -> Iterator[int]:
    """Hold a lock on a file; it goes with the process, however that ends."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, operation)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def servers(home: Path) -> Iterator[Servers]:
    """Start the servers of this home, or join those that run; the last user to leave stops them.

    Users hold a shared lock each, so a killed one is not counted. Starting and stopping exclude one another.

    :raises EmbeddedError: they cannot run here; production never uses them
    """
    if os.environ.get("DPS_ENV", "") == "production":
        raise EmbeddedError("Production does not run on the embedded servers: set DATABASE_URL and REDIS_URL.")
    try:
        home = private_folder(home.resolve())
    except PermissionError as failure:
        raise EmbeddedError(f"The folder of the data cannot be used: {failure}. Choose another DPS_HOME.") from None
    found = Servers(home, Postgres.of(home), Valkey.of(home))
    with locked(home / ".users.lock", fcntl.LOCK_SH) as user:
        try:
            found.ensure()
            found.postgres.create_database(DATABASE)
            yield found
        finally:
            _leave(found, user)


def _leave(found: Servers, user: int) -> None:
    with locked(found.home / ".start.lock", fcntl.LOCK_EX):
        try:
            fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still works with them and will see to it
        found.valkey.stop()
        found.postgres.stop()
        for server in (found.valkey, found.postgres):
            shutil.rmtree(socket_folder(server.data), ignore_errors=True)


def create_database(found: Servers, name: str) -> str:
    """Create a further database on the PostgreSQL of this home, and return its address."""
    return found.postgres.create_database(name)
