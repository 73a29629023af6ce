"""What a verb promises is done once, also when Redis, a worker or the job fails (I6)."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from redis import Redis
from rq import SimpleWorker
from sqlalchemy import select

from core import clock, jobs, mail
from core.db import db, transaction
from core.jobs import outbox, runner
from core.jobs.models import EntryState, OutboxEntry
from core.mail.models import Mail, MailState
from core.mail.service import body_of
from tests import people
from tests.pages import page_as

calls: list[str] = []


@jobs.job("test.note")
def note(word: str) -> None:
    calls.append(word)


@jobs.job("test.fail")
def fail() -> None:
    raise RuntimeError("not now")


@transaction
def promise(name: str, key: str | None = None, **arguments: str) -> None:
    jobs.add(name, at=clock.now(), key=key, **arguments)


def entry(name: str) -> OutboxEntry:
    return db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == name)).one()


def test_a_promise_with_the_same_key_is_one(app: Flask) -> None:
    promise("test.note", key="once", word="a")
    promise("test.note", key="once", word="a")
    assert entry("test.note").arguments == {"word": "a"}


def test_a_job_that_runs_twice_has_the_effect_of_one(app: Flask) -> None:
    calls.clear()
    promise("test.note", word="b")
    for _ in range(2):
        runner.run_entry(entry("test.note").id)
    assert calls == ["b"]
    assert entry("test.note").state is EntryState.DONE


def test_a_failing_job_is_tried_again_later_and_given_up_in_the_end(app: Flask) -> None:
    promise("test.fail")
    waits = []
    for _ in range(runner.MAX_ATTEMPTS):
        with pytest.raises(RuntimeError):
            runner.run_entry(entry("test.fail").id)
        waits.append(entry("test.fail").due_at)
    assert entry("test.fail").state is EntryState.FAILED
    assert entry("test.fail").last_error == "RuntimeError"
    assert waits[1] > waits[0]


def test_a_verb_that_fails_promises_nothing(app: Flask) -> None:
    @transaction
    def verb() -> None:
        promise("test.note", word="c")
        raise ValueError

    with pytest.raises(ValueError):
        verb()
    assert db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == "test.note")).all() == []


def test_given_redis_lost_the_job_then_the_relay_hands_it_over_again(app: Flask) -> None:
    connection = outbox.queue().connection
    connection.flushdb()
    promise("test.note", word="d")
    assert outbox.relay() == 1
    connection.flushdb()
    assert outbox.relay() == 0
    with clock.at(clock.now() + outbox.LOST_AFTER + timedelta(seconds=5)):
        assert outbox.relay() == 1
    assert len(outbox.queue().job_ids) == 1


def test_given_no_redis_then_a_verb_still_succeeds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "redis", Redis(port=1, socket_connect_timeout=0.1))
    monkeypatch.setitem(app.config, "HAND_OVER_AT_ONCE", True)
    promise("test.note", word="e")
    assert entry("test.note").state is EntryState.PENDING


def test_a_worker_runs_what_a_verb_promised(committed_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_app", committed_app)
    calls.clear()
    outbox.queue().connection.flushdb()
    promise("test.note", word="f")
    assert outbox.relay() == 1
    SimpleWorker([outbox.queue()], connection=outbox.queue().connection).work(burst=True)
    assert calls == ["f"]


def test_a_mail_reaches_the_server_once_and_the_log_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    received = []

    class Keep:
        async def handle_DATA(self, server, session, envelope):  # type: ignore[no-untyped-def]
            received.append((envelope.rcpt_tos, envelope.content.decode()))
            return "250 taken"

    @transaction
    def write() -> Mail:
        return mail.send(
            "sari@savo.example",
            "password_reset",
            language="sv",
            at=clock.now(),
            link="http://localhost/new-password/abc",
            expires_at=clock.now(),
        )

    row = write()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(Keep(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://127.0.0.1:{port}")
        for _ in range(2):
            runner.run_entry(entry("mail.deliver").id)
    finally:
        server.stop()
    assert len(received) == 1
    assert received[0][0] == ["sari@savo.example"]
    assert row.state is MailState.SENT
    assert "http://localhost/new-password/abc" in body_of(row)
    assert b"new-password" not in row.sealed_body


def test_given_no_mail_server_then_the_mail_waits_for_the_next_try(app: Flask) -> None:
    @transaction
    def write() -> None:
        mail.send("x@savo.example", "password_reset", language="fi", at=clock.now(), link="x", expires_at=clock.now())

    write()
    with pytest.raises(OSError):
        runner.run_entry(entry("mail.deliver").id)
    assert entry("mail.deliver").attempts == 1
    assert db.session.scalars(select(Mail.state)).one() is MailState.QUEUED


def test_a_mail_that_is_given_up_is_marked_and_stands_on_the_administrators_desk(app: Flask) -> None:
    @transaction
    def write() -> None:
        mail.send("x@savo.example", "password_reset", language="fi", at=clock.now(), link="x", expires_at=clock.now())

    write()
    for _ in range(runner.MAX_ATTEMPTS):
        with pytest.raises(OSError):
            runner.run_entry(entry("mail.deliver").id)
    assert db.session.scalars(select(Mail.state)).one() is MailState.FAILED
    page = page_as(app, people.admin()).get("/admin")
    assert "One job has failed: mail.deliver" in page.text
