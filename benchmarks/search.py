"""The expert's search and an order, in CPU milliseconds a request, as a ratio to the floor of the same run.

Makes its own servers and demo data in a temporary folder, and stops them. ``--seconds`` is how long each case
is measured, ``--rounds`` how often the two servers take turns.
"""

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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

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


def measure(
    label: str, address: str, pid: int, postmaster: int, cases: dict[str, object], seconds: float
) -> dict[str, float]:
    """CPU milliseconds an iteration of each case, by the yardstick's own load generator."""
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
    results = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["errors"]:
            raise SystemExit(f"{label} {row['case']}: {row['errors']} errors, {row.get('last_error')}")
        results[row["case"]] = row["cpu_ms_per_it"]
    return results


def prepare(environ: dict[str, str]) -> dict[str, object]:
    """Migrate, live through the demo's year, and describe the measured requests."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db, new_id, unit_of_work
    from core.identity import queries, service
    from core.identity.models import LoginSession
    from core.identity.passwords import hash_token, new_token
    from demo.story import tell
    from dps.offerings.models import OfferingStart
    from orders.models import Budget, Need, NeedState

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    with app.app_context():
        deployment.record(config)
        tell(environ["DEMO_PASSWORD"], lambda share, text: None)
        person = queries.person_by_email("expert@kuopio.example")
        assert person is not None
        holding = queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))[0]
        token = new_token()
        with unit_of_work():
            now = clock.now()
            db.session.add(
                LoginSession(
                    id=new_id(),
                    token_hash=hash_token(token),
                    person_id=person.id,
                    holding_id=holding.id,
                    started_at=now,
                    expires_at=now + timedelta(hours=12),
                )
            )
        bearer = service.issue_api_token(holding, "benchmark", length=timedelta(days=1), by=None)
        serializer = app.session_interface.get_signing_serializer(app)
        assert serializer is not None
        cookie = serializer.dumps({"_user_id": token, "_fresh": True})
        need = (
            db.session.query(Need)
            .filter(Need.expert_id == person.id, Need.category.has(code="job-finding"))
            .order_by(Need.id.desc())
            .first()
        )
        rotating = db.session.query(Need).filter(Need.category.has(code="assessment-period")).first()
        assert need is not None
        assert rotating is not None
        latest = (clock.helsinki_date(clock.now()) + timedelta(days=60)).isoformat()
        need.state, need.latest_start = NeedState.OPEN, clock.helsinki_date(clock.now()) + timedelta(days=60)
        db.session.execute(update(OfferingStart).values(seats=1_000_000))
        db.session.execute(update(Budget).values(amount=900_000_000))
        db.session.commit()
        body = {
            "category_id": str(rotating.category_id),
            "customer_reference": "B-${n}",
            "municipality": "Kuopio",
            "place": "Kuopio",
            "is_remote": False,
            "languages": ["fi"],
            "latest_start": latest,
            "modules": [],
            "accessibility": "",
            "age_band": "35_to_49",
            "unemployment_band": "1_to_2_years",
            "education_band": "secondary",
        }
        need_id = need.id
        db.session.remove()
        db.engine.dispose()
    head = {"Cookie": f"session={cookie}"}
    api = {"Authorization": f"Bearer {bearer}"}
    return {
        "search": {"steps": [{"get": f"/expert/needs/{need_id}", "headers": head}]},
        "order": {
            "steps": [
                {
                    "post": "/api/v1/needs",
                    "json": body,
                    "headers": api,
                    "expect": 201,
                    "capture": {"need": r'"id":\s*"([0-9a-f-]{36})"'},
                },
                {
                    "get": "/api/v1/needs/${need}/offerings",
                    "headers": api,
                    "capture": {
                        "offering": r'"offering_id":\s*"([0-9a-f-]{36})"',
                        "start": r'"start_id":\s*"([0-9a-f-]{36})"',
                    },
                },
                {
                    "post": "/api/v1/orders",
                    "json": {"need_id": "${need}", "offering_id": "${offering}", "start_id": "${start}"},
                    "headers": api,
                    "expect": 201,
                },
            ]
        },
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=6)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    from core import embedded

    ours: dict[str, list[float]] = {}
    floor: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="avoin-bench-") as folder, embedded.servers(Path(folder)) as servers:
        environ = {**os.environ, **SETTINGS, "DPS_HOME": folder, "PYTHONPATH": str(TOP)}
        environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        os.environ.update(environ)
        cases = prepare(environ)
        bench_url = embedded.create_database(servers, "floor").replace("postgresql+psycopg://", "postgresql://")
        bench = {**os.environ, "BENCH_DSN": bench_url}
        subprocess.run([sys.executable, "floor_app.py", "init"], cwd=BENCH, env=bench, check=True)
        floor_cases = json.loads((BENCH / "floor_cases.json").read_text())["cases"]
        postmaster = int((Path(folder) / "pg18" / "postmaster.pid").read_text().split()[0])
        with gunicorn("app:create_app()", TOP, environ) as own, gunicorn("floor_app:app", BENCH, bench) as bare:
            for _ in range(options.rounds):
                for name, value in measure("floor", *bare, postmaster, floor_cases, options.seconds).items():
                    floor.setdefault(name, []).append(value)
                for name, value in measure("avoin", *own, postmaster, cases, options.seconds).items():
                    ours.setdefault(name, []).append(value)
    for name, against in (("search", "list"), ("order", "submit")):
        mine, base = statistics.median(ours[name]), statistics.median(floor[against])
        print(f"{name}: {mine:.1f} ms CPU, floor {against} {base:.1f} ms, ratio {mine / base:.1f}")


if __name__ == "__main__":
    main()
