"""Many orders from one file: all of it checked before any of it is done, then each line once."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, WrongState
from core.jobs.models import OutboxEntry
from core.sheets import FileRefused
from dps.systems.models import OrderingRule
from orders import service as orders
from orders.bulk import jobs, queries, reading, service, sheets
from orders.bulk.models import BulkFile, BulkLine, BulkLineState, BulkState
from orders.models import Choice, ChoiceAnswer, Need, Order
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs

HEAD = "reference;municipality;place;remote;languages;latest_start;modules;age;unemployment;education"


def _row(number: int, **changes: str) -> str:
    latest = worlds.today() + timedelta(days=60)
    cells = {
        "reference": f"LO-{number}",
        "municipality": "Kuopio",
        "place": "Kuopio",
        "remote": "ei",
        "languages": "fi+sv",
        "latest_start": f"{latest.day}.{latest.month}.{latest.year}",
        "modules": "",
        "age": "35_to_49",
        "unemployment": "under_6_months",
        "education": "secondary",
    }
    return ";".join({**cells, **changes}.values())


def _file(*rows: str) -> bytes:
    return ("\ufeff" + "\r\n".join([HEAD, *rows]) + "\r\n").encode()


def _world(seats: int = 9, **changes: object) -> worlds.World:
    made = worlds.world(**{"rule": OrderingRule.RANKING, **changes})  # type: ignore[arg-type]
    worlds.offering(made, seats=seats)
    return made


def _work(file: BulkFile) -> None:
    run_jobs("bulk.state_needs")
    run_jobs("bulk.do_line")
    jobs.look()


def _refused(made: worlds.World, content: bytes) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        service.take_file(made.category, content, by=made.expert)
    db.session.rollback()
    return refused.value


def test_a_file_is_checked_line_by_line_and_nothing_of_it_is_kept(app: Flask) -> None:
    made = _world()
    past = (worlds.today() - timedelta(days=1)).isoformat()
    soon = (worlds.today() + timedelta(days=2)).isoformat()
    refusal = _refused(
        made,
        _file(
            _row(1),
            _row(2, languages="xx"),
            _row(3, place="Oulu"),
            _row(4, latest_start=past),
            _row(5, latest_start="soon"),
            _row(6, age="44"),
            _row(7, modules="nothing"),
            _row(8, reference="Matti Meikäläinen"),
            _row(1),
            _row(10) + ";more",
            _row(11, remote="perhaps"),
        ),
    )
    fits = _refused(made, _file(_row(1), _row(2, latest_start=soon)))

    found = [(each.row, each.column, each.rule) for each in refusal.data["problems"]]
    assert found == [
        (3, "languages", "R102"),
        (4, "place", "need-place"),
        (5, "latest_start", "need-start"),
        (6, "latest_start", "bulk-cell"),
        (7, "age", "bulk-cell"),
        (8, "modules", "category-module"),
        (9, "reference", "I8"),
        (10, "reference", "bulk-twice"),
        (11, "", "bulk-cell"),
        (12, "remote", "bulk-cell"),
    ]
    assert [(each.row, each.rule) for each in fits.data["problems"]] == [(3, "need-fit")]
    assert db.session.scalar(select(func.count()).select_from(BulkFile)) == 0
    assert db.session.scalar(select(func.count()).select_from(Need)) == 0


@pytest.mark.parametrize("place", ["reference", "municipality", "modules"])
def test_an_identity_code_anywhere_refuses_the_file_and_is_never_told_again(app: Flask, place: str) -> None:
    made = _world()

    refusal = _refused(made, _file(_row(1), _row(2, **{place: "131052-308T"})))

    assert refusal.rule == "I8"
    assert [each.row for each in refusal.data["problems"]] == [3]
    assert "131052" not in f"{refusal.message}{refusal.next_step}{refusal.data}"
    assert not db.session.scalars(select(AuditEvent).where(AuditEvent.type == "bulk_file.taken")).all()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"reference;place\nA;B",
        HEAD.encode(),
        f"{HEAD};name\nLO-1;Kuopio".encode(),
        b"\xff\xfe\x00",
        f"{HEAD}\rLO-1;Kuopio\r".encode(),
        f'{HEAD}\n"{"x" * 140_000}";Kuopio\n'.encode(),
    ],
)
def test_a_file_with_other_columns_no_lines_or_another_encoding_is_refused(app: Flask, content: bytes) -> None:
    made = _world()
    with pytest.raises(Exception) as refused:
        service.take_file(made.category, content, by=made.expert)
    assert refused.value.field == "file"  # type: ignore[attr-defined]


def test_the_example_and_commas_are_read(app: Flask) -> None:
    made = _world()
    today = worlds.date(2026, 1, 1)

    assert not reading.read(reading.SHEET.text_of(reading.SHEET.example().encode()), made.category, today).problems
    commas = reading.read(_file(_row(1, languages="fi")).decode("utf-8-sig").replace(";", ","), made.category, today)
    assert (len(commas.lines), commas.problems) == (1, [])


def test_the_money_of_the_whole_file_is_asked_first(app: Flask) -> None:
    made = _world(budget="2500.00")

    refusal = _refused(made, _file(*(_row(each) for each in range(3))))

    assert refusal.rule == "I7"


def test_lines_are_ordered_by_rule_each_once_and_what_fails_says_why(app: Flask) -> None:
    made = _world(seats=2)
    file = service.take_file(made.category, _file(*(_row(each) for each in range(3))), by=made.expert)
    assert (file.state, file.estimate) == (BulkState.CHECKED, Decimal("3000.00"))
    service.begin(file, by=made.expert)
    with pytest.raises(WrongState):
        service.begin(file, by=made.expert)
    db.session.rollback()

    _work(file)
    for line in queries.lines_of(file.id):  # run once more, as after a kill
        service.do_line(line)
    service.state_needs(file)

    lines = queries.lines_of(file.id)
    assert sorted(each.state for each in lines) == [BulkLineState.FAILED, BulkLineState.ORDERED, BulkLineState.ORDERED]
    failed = next(each for each in lines if each.state is BulkLineState.FAILED)
    assert (failed.rule, failed.need_id is not None) == ("need-fit", True)
    assert set(failed.why or {}) == {"fi", "sv", "en"}
    assert (db.session.query(Order).count(), db.session.query(Need).count()) == (2, 3)
    assert file.state is BulkState.DONE
    rows = list(csv.DictReader(io.StringIO(sheets.results(file).removeprefix("\ufeff")), delimiter=";"))
    assert [each["reference"] for each in rows] == ["LO-0", "LO-1", "LO-2"]


def test_what_a_kill_has_left_is_taken_up_again(app: Flask) -> None:
    made = _world()
    file = service.take_file(made.category, _file(_row(1), _row(2)), by=made.expert)
    service.begin(file, by=made.expert)
    run_jobs("bulk.state_needs")
    first, second = queries.lines_of(file.id)
    service.do_line(first)
    db.session.query(OutboxEntry).filter(OutboxEntry.job == "bulk.do_line").delete()  # Redis and worker are gone

    with clock.at(clock.now() + jobs.AGAIN + timedelta(seconds=1)):
        jobs.look()
        run_jobs("bulk.state_needs")
        run_jobs("bulk.do_line")
        jobs.look()

    assert (second.state, file.state) == (BulkLineState.ORDERED, BulkState.DONE)
    assert db.session.query(Order).count() == 2


def test_where_the_customer_chooses_links_are_made_and_not_orders(app: Flask) -> None:
    made = _world(rule=OrderingRule.CUSTOMER_CHOICE)
    file = service.take_file(made.category, _file(_row(1)), by=made.expert)
    service.begin(file, by=made.expert)
    _work(file)

    line = db.session.query(BulkLine).one()
    token = service.token_of(line)
    assert (line.state, db.session.query(Order).count()) == (BulkLineState.LINKED, 0)
    assert token is not None
    assert token.encode() not in (line.sealed_token or b"")
    assert f"/choose/{token}" in sheets.results(file)
    _choice, order = orders.answer_choice(token, ChoiceAnswer.CHOSEN, option=0)
    assert order is not None
    assert db.session.query(Choice).one().need_id == line.need_id


def test_only_the_own_authoritys_category_is_taken(app: Flask) -> None:
    made, other = _world(), worlds.world()
    with pytest.raises(NotAllowed):
        service.take_file(made.category, _file(_row(1)), by=other.expert)


def test_a_dropped_file_does_nothing(app: Flask) -> None:
    made = _world()
    file = service.take_file(made.category, _file(_row(1)), by=made.expert)
    service.drop(file, by=made.expert)
    with pytest.raises(WrongState):
        service.begin(file, by=made.expert)
    assert db.session.query(Need).count() == 0
