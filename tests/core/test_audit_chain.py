"""The chain of events stays whole under parallel writers, and every tampering is found (I2)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import audit, clock
from core.audit import service
from core.audit.models import AuditEvent
from core.db import db, savepoint, transaction
from core.errors import RuleBroken
from tests import people

TRIED = audit.declare("test.tried", "number")


@transaction
def act(number: int) -> None:
    audit.record(TRIED, subject="test", actor=None, at=clock.now(), number=number)


def in_threads(app: Flask, count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work`` in parallel, each with a connection of its own."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            try:
                work(number)
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_given_parallel_writers_when_all_have_committed_then_the_chain_has_no_gap(committed_app: Flask) -> None:
    errors = in_threads(committed_app, 8, lambda number: [act(number * 100 + n) for n in range(10)] and None)

    verdict = service.verify()
    assert errors == []
    assert verdict.faults == []
    assert verdict.events == 80


def test_given_a_verb_that_fails_then_no_event_is_kept(app: Flask) -> None:
    @transaction
    def fail() -> None:
        act(1)
        raise RuntimeError

    before = service.verify().events
    with pytest.raises(RuntimeError):
        fail()
    assert service.verify().events == before


def test_given_a_part_that_fails_inside_a_verb_then_only_its_events_are_dropped(app: Flask) -> None:
    def part() -> None:
        with savepoint():
            act(2)
            raise ValueError("part")

    @transaction
    def verb() -> None:
        act(1)
        with pytest.raises(ValueError, match="part"):
            part()
        act(3)

    verb()
    numbers = [event.data["number"] for event in db.session.query(AuditEvent).filter_by(type=TRIED)]
    assert numbers == [1, 3]


def test_given_a_rule_refuses_then_the_try_is_recorded_after_the_rollback(app: Flask) -> None:
    coordinator = people.coordinator()
    db.session().info["actor"] = coordinator

    @transaction
    def refuse() -> None:
        act(1)
        raise RuleBroken("no", rule="R23", field="due")

    with pytest.raises(RuleBroken):
        refuse()
    last = db.session.query(AuditEvent).order_by(AuditEvent.seq.desc()).first()
    assert last is not None
    assert (last.type, last.data["rule"], last.person_id) == ("act.refused", "R23", coordinator.person_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET type = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "DELETE FROM access_record",
        "TRUNCATE access_record",
        "UPDATE audit_checkpoint SET seq = 7",
    ],
)
def test_the_database_refuses_to_change_what_is_append_only(app: Flask, statement: str) -> None:
    act(1)
    service.make_checkpoint()
    audit.saw("something", people.organisation(), actor=people.coordinator())
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(statement))
    db.session.rollback()


@pytest.mark.parametrize(
    ("tampering", "finding"),
    [
        ("UPDATE audit_event SET data = '{\"number\": 99}' WHERE seq = 2", "was changed"),
        ("UPDATE audit_event SET at = at + interval '1 second' WHERE seq = 3", "was changed"),
        ("DELETE FROM audit_event WHERE seq = 2", "missing"),
        ("DELETE FROM audit_event WHERE seq = 1", "no checkpoint covers"),
        ("DELETE FROM audit_event WHERE seq = 5", "head says"),
        (
            "INSERT INTO audit_event SELECT 6, at, type, person_id, role, organisation_id, subject_type, subject_id, "
            "data, personal, personal_of, mac FROM audit_event WHERE seq = 5",
            "inserted",
        ),
        (
            "DELETE FROM audit_event WHERE seq > 3; "
            "UPDATE audit_head SET seq = 3, mac = (SELECT mac FROM audit_event WHERE seq = 3)",
            "tail is cut",
        ),
        ("UPDATE audit_checkpoint SET mac = '\\x01'", "differs from its copy"),
    ],
)
def test_given_somebody_with_all_rights_in_the_database_when_they_tamper_then_verify_names_it(
    committed_app: Flask, tampering: str, finding: str
) -> None:
    for number in range(5):
        act(number)
    service.make_checkpoint()
    assert service.verify().faults == []
    with db.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        for statement in tampering.split("; "):
            connection.execute(text(statement.replace(":", r"\:")))

    assert any(finding in fault for fault in service.verify().faults)


def test_given_a_sealed_access_log_when_a_row_is_changed_then_verify_names_it(committed_app: Flask) -> None:
    audit.saw("person.holdings", people.organisation(), actor=people.coordinator())
    assert service.seal_access_log() == 1
    assert service.seal_access_log() == 0
    assert service.verify().faults == []
    with db.engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE access_record SET what = 'other'"))

    assert any("access records" in fault for fault in service.verify().faults)


def test_an_undeclared_event_or_other_keys_are_refused(app: Flask) -> None:
    with pytest.raises(KeyError):
        audit.record("test.unknown", subject="test", actor=None, at=clock.now())
    with pytest.raises(ValueError, match="needs"):
        audit.record(TRIED, subject="test", actor=None, at=clock.now(), other=1)


def test_given_a_destroyed_key_then_the_personal_value_is_gone_and_the_chain_still_verifies(app: Flask) -> None:
    from core.sealing import CannotOpen, destroy_key, seal_for_person

    holder = people.coordinator()
    named = audit.declare("test.named")

    @transaction
    def name() -> None:
        audit.record(
            named,
            subject="test",
            actor=None,
            at=clock.now(),
            personal={"name": "Maija"},
            personal_of=holder.person_id,
        )

    name()
    stored = db.session.query(AuditEvent).filter_by(type="test.named").one()
    assert stored.personal is not None
    assert b"Maija" not in stored.personal
    destroy_key(holder.person_id, at=clock.now())
    db.session.commit()

    assert service.verify().faults == []
    with pytest.raises(CannotOpen):
        seal_for_person(holder.person_id, b"again")
