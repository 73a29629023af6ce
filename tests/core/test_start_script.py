"""``./avoin`` itself, in a small copy of the project whose locks name no package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.supervisor import TOP

SHOW = "import os, sys\nprint(sys.argv[1:], os.getcwd(), sys.prefix, sep='|')\n"
PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11", "python3")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    top = tmp_path / "a long name with spaces" / "avoin ä"
    (top / "core").mkdir(parents=True)
    shutil.copy(TOP / "avoin", top / "avoin")
    (top / "core" / "__init__.py").touch()
    (top / "core" / "cli.py").write_text(SHOW)
    for lock in ("requirements.lock", "requirements-test.lock"):
        (top / lock).write_text("# nothing\n")
    return top


def fake_pythons(folder: Path, *, with_ensurepip: bool) -> Path:
    """Every name the script looks for, on the way to the Python that runs these tests."""
    folder.mkdir()
    refuse = "" if with_ensurepip else 'case "$2" in *ensurepip*) exit 1 ;; esac\n'
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for name in PYTHONS:
        (folder / name).write_text(f'#!/bin/sh\n{refuse}exec "{base}" "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def environment(pythons: Path) -> dict[str, str]:
    """No HOME and no CI: the script must not install anything on the machine of a test."""
    return {"PATH": f"{pythons}:/usr/bin:/bin"}


def test_the_script_sets_up_once_and_runs_from_anywhere(project: Path, tmp_path: Path) -> None:
    environ = environment(fake_pythons(tmp_path / "bin", with_ensurepip=True))
    link = tmp_path / "link"
    link.symlink_to(os.path.relpath(project / "avoin", tmp_path))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(link), *words], cwd="/", env=environ, capture_output=True, text=True, check=False, timeout=60
        )

    both = [
        subprocess.Popen([str(link), "test", "-k", "a b"], cwd="/", env=environ, stdout=-1, stderr=-1, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60) for process in both]

    assert {out for out, _ in said} == {f"['test', '-k', 'a b']|/|{project / '.venv'}\n"}
    assert sum("packages, once" in err for _, err in said) == 1
    assert run("demo").stderr == ""  # the set for tests holds the set for running

    (project / "requirements.lock").write_text("no-such-package\n")
    broken = run("demo")
    assert broken.returncode == 1
    assert "could not be installed" in broken.stderr
    assert run("demo").returncode == 1  # an interrupted installation is not taken for a whole one

    (project / "requirements.lock").write_text("# nothing, again\n")
    (project / ".venv" / "bin" / "python").unlink()
    mended = run("demo")
    assert "Making" in mended.stderr
    assert mended.stdout.startswith("['demo']|/|")
    assert not (project / ".cache" / "setup.lock").exists()


def test_a_python_without_ensurepip_is_met_with_the_command_that_mends_it(project: Path, tmp_path: Path) -> None:
    environ = environment(fake_pythons(tmp_path / "bin", with_ensurepip=False))

    finished = subprocess.run(
        [str(project / "avoin"), "demo"], env=environ, capture_output=True, text=True, check=False, timeout=60
    )

    assert finished.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y python3" in finished.stderr
    assert not (project / ".venv").exists()
