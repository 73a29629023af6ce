"""One clock, two calendars: the test vectors of RULES.md J and the traps of the Finnish year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import clock
from core.db import db, transaction


@pytest.mark.rule("R23", "R91")
@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-27", "2026-12-11"),
        ("2026-12-16", "2026-12-31"),
        ("2026-06-10", "2026-06-24"),
        ("2027-03-19", "2027-04-06"),
    ],
)
def test_ten_working_days_of_the_authority(received: str, due: str) -> None:
    assert clock.add_working_days(date.fromisoformat(received), 10, clock.authority_days) == date.fromisoformat(due)


@pytest.mark.rule("R24", "R91")
def test_fifteen_working_days_of_the_authority() -> None:
    assert clock.add_working_days(date(2026, 12, 16), 15, clock.authority_days) == date(2027, 1, 11)


@pytest.mark.rule("R33", "R91")
@pytest.mark.parametrize(("asked", "due"), [("2026-04-29", "2026-05-07"), ("2026-12-21", "2026-12-30")])
def test_five_working_days_of_the_supplier(asked: str, due: str) -> None:
    assert clock.add_working_days(date.fromisoformat(asked), 5, clock.supplier_days) == date.fromisoformat(due)


@pytest.mark.rule("R90")
@pytest.mark.parametrize(
    ("last", "moved"), [("2026-12-24", "2026-12-28"), ("2026-12-06", "2026-12-07"), ("2027-05-01", "2027-05-03")]
)
def test_a_last_day_on_a_day_off_moves_to_the_next_weekday(last: str, moved: str) -> None:
    assert clock.next_weekday(date.fromisoformat(last)) == date.fromisoformat(moved)


DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(1, 30))
def test_a_limit_never_ends_on_a_weekend_and_counts_exactly(day: date, count: int) -> None:
    for calendar in (clock.authority_days, clock.supplier_days):
        end = clock.add_working_days(day, count, calendar)
        assert end.weekday() < 5
        assert clock.working_days_between(day, end, calendar) == count
        assert clock.working_days_between(end, day, calendar) == -count


@given(DAYS, st.integers(1, 30))
def test_the_supplier_never_has_less_time_than_the_authority_would(day: date, count: int) -> None:
    assert clock.add_working_days(day, count, clock.supplier_days) >= clock.add_working_days(
        day, count, clock.authority_days
    )


@pytest.mark.rule("R92")
@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 22, tzinfo=UTC)),
        (date(2026, 11, 21), datetime(2026, 11, 21, 22, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_24_helsinki_time_also_when_clocks_change(day: date, end: datetime) -> None:
    assert clock.end_of_day(day) == end
    assert clock.helsinki_date(end - timedelta(microseconds=1)) == day
    assert clock.helsinki_date(end) == day + timedelta(days=1)


def test_given_a_moved_clock_then_the_database_and_python_agree(app: Flask) -> None:
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.at(moment):
        assert abs(clock.now() - moment) < timedelta(seconds=5)
    assert clock.now() - moment > timedelta(days=30)


def test_given_a_deployment_without_clock_travel_then_the_database_refuses_to_move(committed_app: Flask) -> None:
    db.session.execute(text("UPDATE deployment SET clock_travel = false, environment = 'production'"))
    db.session.commit()
    with pytest.raises(DBAPIError, match="cannot be moved"), clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        clock.now()
    db.session.rollback()


def test_given_an_offset_in_one_transaction_then_the_next_one_has_none(committed_app: Flask) -> None:
    @transaction
    def ask() -> datetime:
        return clock.now()

    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        assert ask().year == 2026
        assert ask().month == 3
    assert abs(ask() - datetime.now(UTC)) < timedelta(minutes=1)
