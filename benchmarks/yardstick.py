"""What the benchmarks share: servers of their own, somebody logged in, and the floor measured in turns with us."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import uuid

    from flask import Flask

TOP = Path(__file__).resolve().parent.parent
BENCH = TOP.parent / "shared" / "bench"
sys.path.insert(0, str(TOP))

SETTINGS = {
    "DPS_ENV": "demo",
    "SECRET_KEY": "a key that only the benchmark knows, long enough",
    "MASTER_KEY": "another key that only the benchmark knows, long enough",
    "BASE_URL": "http://localhost",
    "MAIL_URL": "smtp://127.0.0.1:1",
    "DEMO_PASSWORD": "four plain words here",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(application: str, folder: Path, environ: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server of two workers with four threads each: its address and its master's pid."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "--threads", "4", "-b", f"127.0.0.1:{port}", application]
    with subprocess.Popen(command, cwd=folder, env=environ, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(address + ("/hello" if "floor" in application else "/readyz"), timeout=2)
                break
            except OSError:
                time.sleep(0.1)
        try:
            yield address, process.pid
        finally:
            process.send_signal(signal.SIGTERM)


@dataclass
class Figures:
    """Of each case, one value a round: CPU milliseconds and the median wait of an iteration."""

    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wait: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case: str, row: dict[str, Any]) -> None:
        self.cpu[case].append(row["cpu_ms_per_it"])
        self.wait[case].append(row["p50"])


def measure(
    into: Figures, label: str, address: str, pid: int, postmaster: int, cases: dict[str, Any], seconds: float
) -> None:
    """Measure each case once by the yardstick's own load generator."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump({"cases": cases}, file)
    done = subprocess.run(
        [
            *(sys.executable, str(BENCH / "load.py"), "--base", address, "--cases", file.name, "--label", label),
            *("--pid", str(pid), "--pg-pid", str(postmaster), "-c", "1", "-s", str(seconds)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    os.unlink(file.name)
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["errors"] or row["p50"] is None:
            raise SystemExit(f"{label} {row['case']}: {row['errors']} errors, {row.get('last_error')}")
        into.add(row["case"], row)


def log_in(app: Flask, person_id: uuid.UUID, holding_id: uuid.UUID) -> dict[str, str]:
    """The head of a request by somebody who has logged in."""
    from core import clock
    from core.db import db, new_id, unit_of_work
    from core.identity.models import LoginSession
    from core.identity.passwords import hash_token, new_token

    token = new_token()
    with unit_of_work():
        now = clock.now()
        db.session.add(
            LoginSession(
                id=new_id(),
                token_hash=hash_token(token),
                person_id=person_id,
                holding_id=holding_id,
                started_at=now,
                expires_at=now + timedelta(hours=12),
            )
        )
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return {"Cookie": f"session={serializer.dumps({'_user_id': token, '_fresh': True})}"}


def copy(table: str, source: uuid.UUID, rows: str = "", **values: str) -> None:
    """Copy a row for each of ``rows`` (SQL that comes after the table, called ``t``), with other values."""
    from sqlalchemy import text

    from core.db import db

    columns = db.metadata.tables[table].columns.keys()
    chosen = ", ".join(values.get(column, f"t.{column}") for column in columns)
    db.session.execute(
        text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} t {rows} WHERE t.id = :source"),
        {"source": source},
    )


def options(description: str | None, **more: dict[str, Any]) -> argparse.Namespace:
    """What every benchmark is told, and more of its own."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--seconds", type=float, default=6, help="how long each case is measured at a time")
    arguments.add_argument("--rounds", type=int, default=3, help="how often the servers take turns")
    for name, details in more.items():
        arguments.add_argument(f"--{name.replace('_', '-')}", **details)
    return arguments.parse_args()


@contextmanager
def servers_of_our_own(home: Path | None = None) -> Iterator[tuple[Any, dict[str, str], int]]:
    """PostgreSQL and Redis in a temporary folder, or in one that is kept: they, the settings, the postmaster's pid."""
    from core import embedded

    with tempfile.TemporaryDirectory(prefix="avoin-bench-") as made:
        folder = home or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        with embedded.servers(folder) as servers:
            environ = {**os.environ, **SETTINGS, "DPS_HOME": str(folder), "PYTHONPATH": str(TOP)}
            environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
            os.environ.update(environ)
            yield servers, environ, int((folder / "pg18" / "postmaster.pid").read_text().split()[0])


@contextmanager
def floor_server(servers: Any) -> Iterator[tuple[str, int]]:
    """The floor on a database of its own."""
    from core import embedded

    bench_url = embedded.create_database(servers, "floor").replace("postgresql+psycopg://", "postgresql://")
    bench = {**os.environ, "BENCH_DSN": bench_url}
    subprocess.run([sys.executable, "floor_app.py", "init"], cwd=BENCH, env=bench, check=True)
    with gunicorn("floor_app:app", BENCH, bench) as bare:
        yield bare


def floor_cases(*names: str) -> dict[str, Any]:
    """The cases of the floor that are compared with."""
    cases = json.loads((BENCH / "floor_cases.json").read_text())["cases"]
    return {name: case for name, case in cases.items() if name in names}


def compare(name: str, mine: Figures, base_name: str, base: Figures, *, words: str = "floor") -> float:
    """Print a case against another one; the ratio of their CPU."""
    mine_cpu, base_cpu = statistics.median(mine.cpu[name]), statistics.median(base.cpu[base_name])
    mine_wait, base_wait = statistics.median(mine.wait[name]), statistics.median(base.wait[base_name])
    print(
        f"{name}: {mine_cpu:.1f} ms CPU, {words} {base_name} {base_cpu:.1f} ms, ratio {mine_cpu / base_cpu:.2f}; "
        f"wait {mine_wait:.1f} ms, {words} {base_wait:.1f} ms, ratio {mine_wait / base_wait:.2f}",
        flush=True,
    )
    return mine_cpu / base_cpu


def run(prepare: Callable[[dict[str, str]], dict[str, Any]], against: dict[str, str], description: str | None) -> None:
    """Prepare, let both servers take turns, and print each case against a case of the floor."""
    told = options(description)
    ours, floor = Figures(), Figures()
    with servers_of_our_own() as (servers, environ, postmaster):
        cases = prepare(environ)
        bare_cases = floor_cases("list", *against.values())
        with gunicorn("app:create_app()", TOP, environ) as own, floor_server(servers) as bare:
            for _ in range(told.rounds):
                measure(floor, "floor", *bare, postmaster, bare_cases, told.seconds)
                measure(ours, "avoin", *own, postmaster, cases, told.seconds)
    for name in cases:
        compare(name, ours, against.get(name, "list"), floor)
