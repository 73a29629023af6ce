"""Questions about processes that Python does not answer by itself: who lives, since when, and who dies with whom."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies, even by ``kill -9``; meant for ``preexec_fn``.

    Elsewhere than on Linux nothing happens: there the list of children that the supervisor keeps does this work.
    """
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stat_fields(pid: int) -> list[str] | None:
    """What /proc tells after the name of the command, which may itself hold spaces and brackets."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _ps(pid: int, column: str) -> str:
    finished = subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return finished.stdout.strip()


def is_alive(pid: int) -> bool:
    """A zombie counts as dead: in a container nobody may ever reap it."""
    if sys.platform == "linux":
        fields = _stat_fields(pid)
        return fields is not None and fields[0] not in "ZX"
    state = _ps(pid, "stat")
    return bool(state) and not state.startswith("Z")


def started_at(pid: int) -> str:
    """A mark that differs when the number has been given to another process; empty if there is none."""
    if sys.platform == "linux":
        fields = _stat_fields(pid)
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {fields[19]}" if fields else ""
    return _ps(pid, "lstart")


def working_in(folder: Path) -> list[int]:
    """The living processes whose working folder is this one: the parts of a PostgreSQL server sit in their data."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            at_home = os.path.samefile(entry / "cwd", folder)
        except OSError:
            continue  # ended meanwhile, or somebody else's
        if at_home and is_alive(int(entry.name)):
            found.append(int(entry.name))
    return found


def wait_until(done: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Poll until the claim holds; say whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def end(pid: int, *, group: bool = False, patience: float = 10) -> None:
    """Ask a process (or its group) to stop, then make it."""
    send = os.killpg if group else os.kill
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            send(pid, sign)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), patience):
            return
