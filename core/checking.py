"""``./avoin test``: everything that is checked before a change goes in, on servers of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from core import surroundings
from core.catalogues import compile_catalogues
from core.supervisor import TOP

PYTHON = (sys.executable, "-P")
IMPORT_CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True)
class Step:
    """One check: its name, and the command that fails when something is wrong."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    step: Step
    passed: bool
    seconds: float
    said: str = ""

    def line(self) -> str:
        """One line for people."""
        return f"{'ok  ' if self.passed else 'FAIL'} {self.step.name} ({self.seconds:.1f} s)"


def static_steps() -> list[Step]:
    """The checks that only read the code; those whose rules are not written down are left out."""
    steps = [
        Step("ruff check", [*PYTHON, "-m", "ruff", "check", "."]),
        Step("ruff format", [*PYTHON, "-m", "ruff", "format", "--check", "."]),
        Step("mypy", [*PYTHON, "-m", "mypy"]),
        Step("import contracts", [*PYTHON, "-c", IMPORT_CONTRACTS]),
    ]
    rules = (TOP / "pyproject.toml").read_text(encoding="utf-8")
    if "[tool.djlint]" in rules and (TOP / "templates").is_dir():
        steps.append(Step("djlint", [*PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"]))
    return steps


def run(step: Step, environ: Mapping[str, str], *, aloud: bool = False) -> Outcome:
    """Run a check; what a silent one says is kept for when it fails."""
    began = time.monotonic()
    finished = subprocess.run(  # noqa: S603 - the steps are ours
        list(step.command),
        cwd=TOP,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=None if aloud else subprocess.PIPE,
        stderr=None if aloud else subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(step, finished.returncode == 0, time.monotonic() - began, finished.stdout or "")


def run_checks(pytest_arguments: Sequence[str]) -> bool:
    """Run them all, also after a failure; say of each how it went, and at the end what failed."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    compile_catalogues(TOP / "translations")
    outcomes = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for outcome in pool.map(lambda step: run(step, os.environ), static_steps()):
            click.echo(outcome.line())
            if not outcome.passed:
                click.echo(outcome.said)
            outcomes.append(outcome)
    tests = Step("pytest", [*PYTHON, "-m", "pytest", "-n", "2", "--dist", "worksteal", *pytest_arguments])
    with tempfile.TemporaryDirectory(prefix="avoin-test-", ignore_cleanup_errors=True) as home:
        os.environ.update(test_environment(Path(home), os.environ))
        with surroundings.server_addresses(os.environ):
            outcomes.append(run(tests, os.environ, aloud=True))
    failed = [outcome.step.name for outcome in outcomes if not outcome.passed]
    if failed:  # else the closing line of pytest stays the last
        click.echo(f"Failed: {', '.join(failed)}", err=True)
    return not failed


def test_environment(home: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The settings of the tests; only a database and a queue that somebody named are taken over."""
    return {
        "DPS_ENV": "test",
        "DPS_HOME": str(home),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "MASTER_KEY": secrets.token_urlsafe(48),
        "DEMO_PASSWORD": "only-for-tests-0000",
        "MAIL_URL": "smtp://127.0.0.1:1",
        "BASE_URL": "http://localhost",
        "PYTHONPATH": str(TOP),
        **{name: environ[name] for name in ("DATABASE_URL", "REDIS_URL") if environ.get(name)},
    }
