"""The command line and the supervisor: what people see when things go wrong, and that nothing stays behind."""

from __future__ import annotations

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from core import backup, running, surroundings
from core.catalogues import compile_catalogues
from core.checking import test_environment as settings_of_tests
from core.config import Config, ConfigurationError
from core.embedded import processes, servers, settings
from core.supervisor import TOP, Child, Program, Supervisor

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")


def avoin(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing in its environment but what is given."""
    clean = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), **environ}
    command = [sys.executable, "-P", "-m", "core.cli", *words]
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=False, timeout=60, cwd="/")


def test_without_settings_a_command_ends_with_one_line_that_names_them(tmp_path: Path) -> None:
    finished = avoin("upgrade", DPS_HOME=str(tmp_path))

    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith("Error: Avoin does not start in production mode without: SECRET_KEY")
    assert len(finished.stderr.splitlines()) == 1


def test_a_database_that_does_not_answer_is_one_line_and_no_trace(tmp_path: Path) -> None:
    given = {
        "DPS_HOME": str(tmp_path),
        "DPS_ENV": "test",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1",
    }
    kept = {name: value for name, value in settings_of_tests(tmp_path, given).items() if name not in given}

    finished = avoin("restore", __file__, **given, **kept)

    assert finished.returncode == 1
    assert finished.stderr.startswith("Error: The database does not answer:")
    assert "Traceback" not in finished.stderr


def test_the_demo_that_lives_here_is_used_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    made = settings.make(tmp_path)
    plain = {"DPS_HOME": str(tmp_path), "SECRET_KEY": "own"}
    other = {"DPS_HOME": str(tmp_path), "DATABASE_URL": "postgresql://db/x"}
    production = {"DPS_HOME": str(tmp_path), "DPS_ENV": "production"}

    assert surroundings.adopt_demo(plain)
    assert (plain["MASTER_KEY"], plain["SECRET_KEY"]) == (made["MASTER_KEY"], "own")
    assert not surroundings.adopt_demo(other)
    assert not surroundings.adopt_demo(production)
    assert "MASTER_KEY" not in other | production


def test_naming_a_database_but_no_queue_is_refused() -> None:
    halves = {"DPS_ENV": "demo", "DATABASE_URL": "postgresql://db/x"}

    with pytest.raises(ConfigurationError, match="both"), surroundings.server_addresses(halves):
        raise AssertionError("must not come here")


def test_a_taken_port_is_named_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConfigurationError, match=rf"Port {port} .*--port"):
            running.check_port("127.0.0.1", port)


def test_two_demos_on_one_home_are_refused(tmp_path: Path) -> None:
    with (
        running.only_demo(tmp_path),
        pytest.raises(ConfigurationError, match="running"),
        running.only_demo(tmp_path),
    ):
        raise AssertionError("must not come here")


def test_translations_are_compiled_only_when_they_are_newer(tmp_path: Path) -> None:
    folder = tmp_path / "fi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in ("messages", "customer"):
        (folder / f"{domain}.po").write_text('msgid ""\nmsgstr ""\n\nmsgid "Order"\nmsgstr "Tilaus"\n')

    assert {path.name for path in compile_catalogues(tmp_path)} == {"messages.mo", "customer.mo"}
    assert compile_catalogues(tmp_path) == []


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_a_child_that_dies_is_started_again_and_none_stays_when_we_leave(tmp_path: Path) -> None:
    with Supervisor(tmp_path, os.environ, name="demo") as supervisor:
        child = supervisor.start("sleeper", *SLEEP)
        first = pid_of(child)
        os.kill(first, signal.SIGKILL)

        assert processes.wait_until(lambda: "ended (-9)" in child.tend(), 10)
        assert child.tend() == ""
        assert processes.wait_until(lambda: "runs again" in child.tend(), 10)
        second = pid_of(child)

    assert first != second
    assert not processes.is_alive(second)
    assert not supervisor.roll or not supervisor.roll.exists()


def test_the_children_of_a_killed_supervisor_die_with_it_or_are_ended_by_the_next(tmp_path: Path) -> None:
    words = (
        "import os, sys, time; from pathlib import Path; from core.supervisor import Supervisor\n"
        "with Supervisor(Path(sys.argv[1]), os.environ, name='demo') as found:\n"
        "    child = found.start('stubborn', sys.executable, '-c', 'import signal, time; "
        "signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(600)')\n"
        "    print(child.process.pid, flush=True); time.sleep(600)\n"
    )
    killed = subprocess.Popen(
        [sys.executable, "-P", "-c", words, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(TOP)},
    )
    assert killed.stdout is not None
    stubborn = int(killed.stdout.readline())
    assert processes.wait_until(lambda: (tmp_path / "logs/stubborn.log").read_text() == "1\n", 20)
    killed.kill()
    killed.wait()
    killed.stdout.close()
    assert processes.is_alive(stubborn)

    began = time.monotonic()
    with Supervisor(tmp_path, os.environ, name="demo"):
        assert not processes.is_alive(stubborn)
    assert time.monotonic() - began < 15


def test_a_process_that_only_has_the_number_of_an_old_child_is_left_alone(tmp_path: Path) -> None:
    bystander = Child(Program("bystander", SLEEP), os.environ, None)
    bystander.start()
    (tmp_path / "demo.children.json").write_text(f'{{"{pid_of(bystander)}": "another boot 1"}}')

    with Supervisor(tmp_path, os.environ, name="demo"):
        assert processes.is_alive(pid_of(bystander))
    bystander.stop()


def test_a_backup_restores_into_an_empty_database_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DPS_ENV", "test")
    monkeypatch.setattr(surroundings, "build", lambda _: Flask("kept"))
    monkeypatch.setattr(importlib.import_module("core.audit.service"), "make_checkpoint", lambda: b"{}")
    monkeypatch.setattr(backup, "code_heads", lambda: ["0001"])
    target = tmp_path / "kept.avoin"
    with servers(tmp_path / "home") as found:
        environ = settings_of_tests(tmp_path / "here", {"REDIS_URL": found.redis_url})
        first = Config.from_environment(environ | {"DATABASE_URL": found.postgres.create_database("one")})
        second = Config.from_environment(
            environ | {"DATABASE_URL": found.postgres.create_database("two"), "DPS_HOME": str(tmp_path / "there")}
        )
        with psycopg.connect(first.database_url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE alembic_version (version_num text)")
            connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        (tmp_path / "here" / "files").mkdir(parents=True)
        (tmp_path / "here" / "files" / "letter").write_text("hei")

        backup.write(target, first, found)
        said = backup.read(target, second, found)

        assert "newest form" in said
        assert backup.database_heads(second) == ["0001"]
        assert (tmp_path / "there" / "files" / "letter").read_text() == "hei"
        assert target.stat().st_mode & 0o777 == 0o600
        with pytest.raises(ConfigurationError, match="not empty"):
            backup.read(target, second, found)
        third = Config.from_environment(environ | {"DATABASE_URL": found.postgres.create_database("three")})
        target.write_bytes(target.read_bytes().replace(b"{}", b"[]", 1))
        with pytest.raises(ConfigurationError, match="damaged"):
            backup.read(target, third, found)
