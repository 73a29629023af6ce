"""500 suppliers send tenders with three files of 2 MB each in the last minute, to two web workers.

Reported: accepted a second, how long a sender waits (p50, p99), the memory of the web workers, and all of it against a
bare Flask upload of the same bytes with one row, the two taking turns in one run. Then it is counted: every
acknowledged tender is there, and of those that come while the time ends none is late. Makes its own servers and data
in a temporary folder, and stops them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import statistics
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from yardstick import SETTINGS, TOP, copy, gunicorn

SUPPLIERS, LATE_ONES, FILE_SIZE, SENDERS = 500, 60, 2 * 1024 * 1024, 16


@dataclass
class Rush:
    """What one round of sending came to."""

    seconds: float
    waits: list[float]
    accepted: list[str]
    refused: int
    cpu: float
    memory_mb: float

    @property
    def rate(self) -> float:
        return len(self.accepted) / self.seconds


# ---- the senders, in a process of their own ----


def body_of(content: dict[str, Any]) -> tuple[bytes, str]:
    """A multipart body with three files of 2 MB that look like PDFs, and its type."""
    boundary = "rush" + uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="content"\r\n\r\n{json.dumps(content)}\r\n'.encode()
    ]
    for number in range(3):
        head = f'Content-Disposition: form-data; name="files"; filename="plan-{number}.pdf"\r\n'
        parts.append(f"--{boundary}\r\n{head}Content-Type: application/pdf\r\n\r\n".encode())
        parts.append(b"%PDF-1.7\n" + os.urandom(FILE_SIZE - 9) + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def send_all(address: str, path: str, heads: list[dict[str, str]], content: dict[str, Any], told: Any) -> None:
    """Send one tender with each head, so many at once; tells the waits, the receipts and the number refused."""
    body, kind = body_of(content)
    queue = list(heads)
    waits: list[float] = []
    accepted: list[str] = []
    refused: list[int] = []

    def send() -> None:
        parts = urllib.parse.urlsplit(address)
        while True:
            try:
                head = queue.pop()
            except IndexError:
                return
            line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
            began = time.perf_counter()
            line.request("POST", path, body=body, headers={**head, "Content-Type": kind})
            answer = line.getresponse()
            found = json.loads(answer.read())
            waits.append(time.perf_counter() - began)
            if answer.status == 201:
                accepted.append(found.get("number") or found["id"])
            elif answer.status == 409:
                refused.append(answer.status)
            else:
                raise SystemExit(f"{answer.status}: {found}")
            line.close()

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    told.put((waits, accepted, len(refused)))


# ---- what the servers use ----


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(children.get(found[-1], []))
    return found


def cpu_of(pids: list[int]) -> float:
    """Seconds of CPU, children that have ended included."""
    ticks = 0
    for pid in (each for root in pids for each in family(root)):
        try:
            words = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(word) for word in words[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """The most that the processes under a server have held together, in MB."""
    total = 0
    for each in family(pid):
        for line in (Path("/proc") / str(each) / "status").read_text().splitlines():
            if line.startswith("VmHWM"):
                total += int(line.split()[1])
    return total / 1024


def rush(server: tuple[str, int], postmaster: int, path: str, heads: list[dict[str, str]], content: Any) -> Rush:
    """One round against one server."""
    told: Any = multiprocessing.Queue()
    sender = multiprocessing.Process(target=send_all, args=(server[0], path, heads, content, told))
    before, began = cpu_of([server[1], postmaster]), time.perf_counter()
    sender.start()
    waits, accepted, refused = told.get()
    sender.join()
    seconds = time.perf_counter() - began
    return Rush(seconds, waits, accepted, refused, cpu_of([server[1], postmaster]) - before, memory_of(server[1]))


# ---- data ----


def prepare(environ: dict[str, str]) -> tuple[uuid.UUID, list[dict[str, str]], dict[str, Any]]:
    """A competition and its invited suppliers, copies of one made by the verbs; their tokens; what a tender says."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db
    from core.identity.passwords import hash_token
    from dps.competitions.models import Invitation
    from suppliers.models import ActingRight
    from tests import worlds_competitions
    from tests.worlds_judging import written

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    with app.app_context():
        deployment.record(config)
        with clock.at(clock.now() - timedelta(days=20)):
            made = worlds_competitions.sent_competition(suppliers=1)
        provider = made.providers[0]
        invitation = db.session.query(Invitation).one()
        right = db.session.query(ActingRight).filter(ActingRight.person_id == provider.mandate.person_id).one()
        rows = SUPPLIERS + LATE_ONES
        tokens = [f"rush-{number}-{uuid.uuid4().hex}" for number in range(1, rows + 1)]
        db.session.execute(
            text(
                "CREATE TEMPORARY TABLE new ON COMMIT DROP AS SELECT n, uuidv7() AS supplier, uuidv7() AS person, "
                "uuidv7() AS holding, uuidv7() AS qualification, (CAST(:hashes AS text[]))[n] AS token "
                "FROM generate_series(1, :rows) n"
            ),
            {"hashes": [hash_token(token) for token in tokens], "rows": rows},
        )
        copy("organisation", provider.supplier.id, "CROSS JOIN new", id="new.supplier", name="'Rush ' || n")
        number = "'8' || lpad(n::text, 6, '0') || '-0'"
        copy("supplier", provider.supplier.id, "CROSS JOIN new", id="new.supplier", registration_number=number)
        person = provider.mandate.person_id
        copy("person", person, "CROSS JOIN new", id="new.person", email="'rush' || n || '@rush.example'")
        copy(
            *("role_holding", provider.mandate.holding_id, "CROSS JOIN new"),
            id="new.holding",
            person_id="new.person",
            organisation_id="new.supplier",
        )
        copy(
            *("acting_right", right.id, "CROSS JOIN new"),
            id="uuidv7()",
            person_id="new.person",
            supplier_id="new.supplier",
        )
        copy(
            *("qualification", invitation.qualification_id, "CROSS JOIN new"),
            id="new.qualification",
            supplier_id="new.supplier",
        )
        copy(
            *("competition_invitation", invitation.id, "CROSS JOIN new"),
            id="uuidv7()",
            supplier_id="new.supplier",
            qualification_id="new.qualification",
        )
        db.session.execute(
            text(
                "INSERT INTO api_token (id, version, token_hash, holding_id, label, made_at, expires_at) "
                "SELECT uuidv7(), 1, token, holding, 'rush', now(), now() + interval '1 day' FROM new"
            )
        )
        db.session.commit()
        content = {key: written(made.competition, "70.00")[key] for key in ("lots", "secrets", "note")}
        found = made.competition.id
        db.session.remove()
        db.engine.dispose()
    return found, [{"Authorization": f"Bearer {token}"} for token in tokens], content


@contextmanager
def connected(url: str) -> Iterator[Any]:
    from sqlalchemy import create_engine

    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def end_in(url: str, competition_id: uuid.UUID, seconds: float) -> None:
    """Let the time for tenders end so many seconds from now; it only ever moves later."""
    with connected(url) as connection:
        connection.execute(
            text("UPDATE competition SET tenders_due_at = clock_timestamp() + :left * interval '1 second'"),
            {"left": seconds},
        )


def count(url: str) -> dict[str, Any]:
    """What is there: receipts, those too late, tenders, files."""
    with connected(url) as connection:
        return dict(
            connection.execute(
                text(
                    "SELECT count(*) AS receipts, count(*) FILTER (WHERE r.at >= c.tenders_due_at) AS late, "
                    "(SELECT count(*) FROM tender WHERE sealed IS NOT NULL) AS tenders, "
                    "(SELECT count(*) FROM tender_file) AS files, array_agg(r.number) AS numbers "
                    "FROM tender_receipt r JOIN tender t ON t.id = r.tender_id JOIN competition c "
                    "ON c.id = t.competition_id"
                )
            )
            .mappings()
            .one()
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=2, help="into how many turns the suppliers are divided")
    rounds = arguments.parse_args().rounds
    from core import embedded

    with tempfile.TemporaryDirectory(prefix="avoin-bench-") as folder, embedded.servers(Path(folder)) as servers:
        environ = {**os.environ, **SETTINGS, "DPS_HOME": folder, "PYTHONPATH": str(TOP)}
        environ |= {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url}
        os.environ.update(environ)
        competition_id, heads, content = prepare(environ)
        bare_url = embedded.create_database(servers, "bare")
        with connected(bare_url) as connection:
            connection.execute(text("CREATE TABLE upload (id uuid PRIMARY KEY, content text, at timestamptz)"))
        (Path(folder) / "bare").mkdir()
        bare_environ = {**os.environ, "BARE_DATABASE_URL": bare_url, "BARE_FOLDER": str(Path(folder) / "bare")}
        postmaster = int((Path(folder) / "pg18" / "postmaster.pid").read_text().split()[0])
        path = f"/api/v1/competitions/{competition_id}/submit-tender"
        ours: list[Rush] = []
        bare: list[Rush] = []
        with (
            gunicorn("app:create_app()", TOP, environ) as own_server,
            gunicorn("bare_upload:app", Path(__file__).parent, bare_environ) as bare_server,
        ):
            each = SUPPLIERS // rounds
            for turn in range(rounds):
                part = heads[turn * each : (turn + 1) * each]
                bare.append(rush(bare_server, postmaster, "/upload", part, content))
                end_in(servers.database_url, competition_id, 60)
                ours.append(rush(own_server, postmaster, path, part, content))
            end_in(servers.database_url, competition_id, 60)
            time.sleep(59)  # so that the last ones come while the time ends
            last = rush(own_server, postmaster, path, heads[SUPPLIERS:], content)
        stored = count(servers.database_url)
    report("avoin", ours)
    report("bare upload", bare)
    acknowledged = {number for turn in [*ours, last] for number in turn.accepted}
    print(f"ratio of seconds: {sum(r.seconds for r in ours) / sum(r.seconds for r in bare):.2f}")
    print(f"ratio of CPU: {sum(r.cpu for r in ours) / sum(r.cpu for r in bare):.2f}")
    print(f"while the time ended: {len(last.accepted)} accepted, {last.refused} refused")
    print(
        f"acknowledged {len(acknowledged)}, there {stored['receipts']}, tenders {stored['tenders']}, "
        f"files {stored['files']}, late {stored['late']}"
    )
    if acknowledged != set(stored["numbers"]) or stored["late"] or stored["files"] != 3 * len(acknowledged):
        raise SystemExit("something acknowledged is missing, or something is late")


def report(name: str, turns: list[Rush]) -> None:
    waits = sorted(wait for turn in turns for wait in turn.waits)
    accepted = sum(len(turn.accepted) for turn in turns)
    seconds = sum(turn.seconds for turn in turns)
    print(
        f"{name}: {accepted} accepted in {seconds:.1f} s, {accepted / seconds:.1f}/s, p50 "
        f"{statistics.median(waits):.2f} s, p99 {waits[int(len(waits) * 0.99)]:.2f} s, "
        f"{1000 * sum(turn.cpu for turn in turns) / accepted:.0f} ms CPU each, "
        f"{max(turn.memory_mb for turn in turns):.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
