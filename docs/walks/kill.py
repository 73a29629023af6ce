"""Kill -9 each process of a running demo in the middle of work, start again, and look for what is missing.

    python docs/walks/kill.py HOME      # HOME: a folder for the demo's data (made, and kept)

Needs are stated through the API, each with an Idempotency-Key, and repeated until they are acknowledged. Meanwhile
the web server, the worker, the queue and the database are killed, one after the other. At the end the whole demo is
killed and started again: every acknowledged need must be there once, and the audit chain must verify.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PORT = 8077
TARGETS = {
    "web": rf"gunicorn .*:{PORT}",
    "worker": r"core\.jobs\.worker_main",
    "queue": r"valkey-server",
    "database": r"bin/postgres -D {home}",
}


def start(environ: dict[str, str]) -> subprocess.Popen[str]:
    """Start the demo and wait until it is ready."""
    demo = subprocess.Popen(
        [str(TOP / "avoin"), "demo", "--port", str(PORT)], env=environ, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.startswith("READY"):
            return demo
    raise SystemExit("the demo did not start")


def processes(pattern: str, home: Path, demo: int) -> list[int]:
    """Pids whose command line fits: below the demo, or daemons that name its home or keep a file of it open."""
    parents: dict[int, int] = {}
    words: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it ended while we looked

    def is_below(pid: int) -> bool:
        while pid > 1:
            if pid == demo:
                return True
            pid = parents.get(pid, 0)
        return False

    def holds_a_file(pid: int) -> bool:
        try:
            return any(str(home) in os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir())
        except OSError:
            return False

    fitting = re.compile(pattern.replace("{home}", re.escape(str(home))))
    return [
        pid
        for pid, line in words.items()
        if fitting.search(line) and (is_below(pid) or str(home) in line or holds_a_file(pid))
    ]


def call(method: str, path: str, token: str, body: object = None, key: str = "") -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{PORT}/api/v1{path}",
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": key},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, json.load(answer)


def state_need(token: str, category: str, number: int, latest: str) -> str:
    """State one need; repeat with the same key until it is acknowledged."""
    body = {
        "category_id": category,
        "customer_reference": f"KILL-{number}",
        "municipality": "Kuopio",
        "place": "Kuopio",
        "languages": ["fi"],
        "latest_start": latest,
        "age_band": "35_to_49",
        "unemployment_band": "1_to_2_years",
        "education_band": "secondary",
    }
    key = str(uuid.uuid4())
    for _ in range(600):
        try:
            status, answer = call("POST", "/needs", token, body, key)
            if status == 201:
                return str(answer["id"])
        except (OSError, urllib.error.HTTPError, json.JSONDecodeError):
            time.sleep(0.2)
    raise SystemExit("a need was never acknowledged")


def main() -> None:
    home = Path(sys.argv[1]).resolve()
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "DPS_HOME": str(home)}
    demo = start(environ)
    token = (
        subprocess.run(
            [str(TOP / "avoin"), "token", "expert@kuopio.example"],
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        )
        .stdout.strip()
        .splitlines()[-1]
    )
    _, page = call("GET", "/categories", token)
    category = str(page["items"][0]["id"])  # type: ignore[index]
    latest = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=40)).isoformat()
    acknowledged: list[str] = []
    number = 0
    for name, pattern in TARGETS.items():
        for step in range(20):
            number += 1
            if step == 10:
                victims = processes(pattern, home, demo.pid)
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)
                print(f"killed {name}: {len(victims)} processes", flush=True)
                if not victims:
                    raise SystemExit(f"found no {name} to kill")
            acknowledged.append(state_need(token, category, number, latest))
    os.kill(demo.pid, signal.SIGKILL)
    print("killed the demo itself", flush=True)
    time.sleep(2)
    demo = start(environ)
    missing = []
    for need in acknowledged:
        try:
            call("GET", f"/needs/{need}", token)
        except urllib.error.HTTPError:
            missing.append(need)
    verdict = subprocess.run([str(TOP / "avoin"), "audit", "verify"], env=environ, capture_output=True, text=True)
    demo.send_signal(signal.SIGINT)
    demo.wait(timeout=60)
    print(f"{len(acknowledged)} acknowledged, {len(set(acknowledged))} different, {len(missing)} missing")
    print(verdict.stdout.strip() or verdict.stderr.strip())
    if missing or len(set(acknowledged)) != number or verdict.returncode:
        raise SystemExit("something is missing")


if __name__ == "__main__":
    main()
