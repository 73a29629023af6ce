"""The servers that Avoin brings along, tried for real in homes of their own."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from core.embedded import EmbeddedError, Servers, create_database, processes, servers, settings
from core.embedded.places import private_folder, socket_folder
from core.embedded.postgres import Postgres
from core.supervisor import TOP

HOLD = "import sys; from core.embedded import servers\nwith servers(__import__('pathlib').Path(sys.argv[1])): input()"


@pytest.fixture(autouse=True)
def in_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DPS_ENV", "test")


def ask(found: Servers, statement: str) -> list[tuple[object, ...]]:
    address = found.database_url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []


def process_of(found: Servers) -> tuple[int, int]:
    postgres, valkey = found.postgres.pid(), found.valkey.pid()
    assert postgres is not None
    assert valkey is not None
    return postgres, valkey


def test_killed_servers_come_back_with_all_they_acknowledged_even_in_a_folder_with_a_space(tmp_path: Path) -> None:
    home = tmp_path / "a home with ä"
    with servers(home) as found:
        queue = redis.Redis.from_url(found.redis_url)
        ask(found, "CREATE TABLE act (name text)")
        ask(found, "INSERT INTO act VALUES ('työ')")
        queue.set("job", "1")
        queue.config_set("appendfsync", "always")
        queue.set("job", "2")
        for pid in process_of(found):
            os.kill(pid, signal.SIGKILL)

        assert set(found.ensure()) == {"PostgreSQL", "Valkey"}
        assert ask(found, "SELECT name FROM act") == [("työ",)]
        assert queue.get("job") == b"2"
        queue.close()
        before = process_of(found)

    assert not any(processes.is_alive(pid) for pid in before)


def test_the_last_user_of_the_servers_stops_them_and_not_the_first_that_leaves(tmp_path: Path) -> None:
    with servers(tmp_path / "home") as found:
        started = process_of(found)
        other = subprocess.Popen(
            [sys.executable, "-P", "-c", HOLD, str(tmp_path / "home")],
            stdin=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(TOP)},
        )
        second = create_database(found, "second")
        assert second.startswith("postgresql+psycopg://dps@/second?host=")
        assert processes.wait_until(lambda: users_of(tmp_path / "home") == 2, 20)

    assert all(processes.is_alive(pid) for pid in started)
    other.communicate(b"\n", timeout=30)
    assert other.returncode == 0
    assert not any(processes.is_alive(pid) for pid in started)


def users_of(home: Path) -> int:
    """How many processes hold the file of the users open, as /proc shows it."""
    lock = home / ".users.lock"
    found = 0
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            found += any(os.path.samefile(entry, lock) for entry in folder.iterdir() if entry.exists())
        except OSError:
            continue  # it ended meanwhile
    return found


def test_production_never_runs_on_the_embedded_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DPS_ENV", "production")

    with pytest.raises(EmbeddedError, match="DATABASE_URL"), servers(tmp_path):
        raise AssertionError("must not come here")


def test_data_of_an_older_postgresql_are_left_alone_with_a_word_on_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "pg17").mkdir()

    with pytest.raises(EmbeddedError, match=r"PostgreSQL 17.*backup"):
        Postgres.of(tmp_path)


def test_the_path_of_a_socket_stays_short_however_deep_the_home_lies(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-name" * 10)

    folder = socket_folder(deep)

    assert len(str(folder / ".s.PGSQL.5432")) < 100
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


def test_a_folder_of_sockets_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")

    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        private_folder(tmp_path / "link")


def test_a_second_start_of_a_demo_finds_the_keys_of_the_first(tmp_path: Path) -> None:
    made = settings.make(tmp_path)

    assert settings.read(tmp_path) == made
    assert (tmp_path / settings.FILE).stat().st_mode & 0o777 == 0o600
    assert len(made["SECRET_KEY"]) >= 32
    assert made["DEMO_PASSWORD"].isascii()


def test_the_mail_server_of_the_demo_takes_a_letter(tmp_path: Path) -> None:
    from core.running import free_port, listens

    port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "-P", "-m", "core.embedded.smtp_sink", str(port)],
        env=os.environ | {"PYTHONPATH": str(TOP)},
        stdout=subprocess.DEVNULL,
    )
    try:
        assert processes.wait_until(lambda: listens(port), 20)
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            assert server.sendmail("a@x.example", ["b@x.example"], "Subject: hei\n\nhei\n") == {}
    finally:
        sink.terminate()
        assert sink.wait(20) == 0
