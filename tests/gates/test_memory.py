"""The web process stays small: nothing it never needs is loaded (STACK.md §9)."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import TOP

#: Libraries of jobs, commands and tests.
HEAVY = ("numpy", "scipy", "sklearn", "typst", "alembic", "openpyxl", "xlsxwriter", "moto", "playwright")


def test_the_web_process_loads_nothing_heavy(environ: dict[str, str]) -> None:
    script = f"import sys, app; app.create_app(); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
