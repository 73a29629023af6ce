"""Dates, numbers and money, letter for letter in three languages (LANGUAGE.md §3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.i18n import LANGUAGES, using_language
from core.web import formatting as f

UTC = dt.UTC
DAY = dt.date(2026, 12, 11)
NOON = dt.datetime(2026, 12, 11, 10, 0, tzinfo=UTC)
DST = dt.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
NB = "\u00a0"


def in_all(function: Callable[..., str], *args: object, **options: object) -> tuple[str, str, str]:
    texts = []
    for code in LANGUAGES:
        with using_language(code):
            texts.append(function(*args, **options))
    fi, sv, en = texts
    return fi, sv, en


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        (f.date, DAY, ("pe 11.12.2026", "fre 11.12.2026", "Fri 11 Dec 2026")),
        (f.date, dt.datetime(2026, 12, 10, 22, 30, tzinfo=UTC), ("pe 11.12.2026", "fre 11.12.2026", "Fri 11 Dec 2026")),
        (f.date_long, DAY, ("perjantai 11.12.2026", "fredagen den 11 december 2026", "Friday 11 December 2026")),
        (f.day_month, dt.date(2026, 11, 20), ("20.11.", "20.11", "20 Nov")),
        (f.day_heading, dt.date(2026, 11, 23), ("Maanantai 23. marraskuuta", "Måndag 23 november", "Monday 23 November")),
        (f.weekday, dt.date(2026, 11, 26), ("torstai", "torsdag", "Thursday")),
        (f.time, dt.datetime(2026, 6, 1, 6, 5, tzinfo=UTC), ("9.05", "9.05", "9:05")),
        (f.at_time, dt.time(14, 5), ("klo 14.05", "kl. 14.05", "at 14:05")),
        (f.moment, NOON, ("pe 11.12.2026 klo 12.00", "fre 11.12.2026 kl. 12.00", "Fri 11 Dec 2026 at 12:00")),
        (f.instant, NOON, ("pe 11.12.2026 klo 12.00 Suomen aikaa", "fre 11.12.2026 kl. 12.00 finsk tid", "Fri 11 Dec 2026 at 12:00 Finnish time")),
        (f.deadline, NOON, ("pe 11.12.2026 klo 12.00 Suomen aikaa", "fre 11.12.2026 kl. 12.00 finsk tid", "Fri 11 Dec 2026 at 12:00 Finnish time")),
        (f.deadline, dt.date(2026, 6, 22), ("ma 22.6.2026 klo 24.00 Suomen aikaa", "mån 22.6.2026 kl. 24.00 finsk tid", "Mon 22 Jun 2026 at the end of the day, Finnish time")),
        (f.deadline, dt.datetime(2026, 6, 22, 21, 0, tzinfo=UTC), ("ma 22.6.2026 klo 24.00 Suomen aikaa", "mån 22.6.2026 kl. 24.00 finsk tid", "Mon 22 Jun 2026 at the end of the day, Finnish time")),
        (f.instant, DST, ("su 25.10.2026 klo 3.30 Suomen aikaa, kesäaikaa", "sön 25.10.2026 kl. 3.30 finsk tid, sommartid", "Sun 25 Oct 2026 at 3:30 Finnish time, summer time")),
        (f.instant, DST + dt.timedelta(hours=1), ("su 25.10.2026 klo 3.30 Suomen aikaa, talviaikaa", "sön 25.10.2026 kl. 3.30 finsk tid, normaltid", "Sun 25 Oct 2026 at 3:30 Finnish time, winter time")),
        (f.number, 1250, (f"1{NB}250", f"1{NB}250", "1,250")),
        (f.number, Decimal("3.50"), ("3,5", "3,5", "3.5")),
        (f.number, Decimal("-1234567.25"), (f"−1{NB}234{NB}567,25", f"−1{NB}234{NB}567,25", "−1,234,567.25")),
        (f.number, Decimal("1E+3"), (f"1{NB}000", f"1{NB}000", "1,000")),
        (f.count, 12500, (f"12{NB}500", f"12{NB}500", "12,500")),
        (f.percent, Decimal("0.35"), (f"35{NB}%", f"35{NB}%", "35%")),
        (f.money, Decimal("1250"), (f"1{NB}250,00{NB}€", f"1{NB}250,00{NB}€", "€1,250.00")),
        (f.money, Decimal("-0.5"), (f"−0,50{NB}€", f"−0,50{NB}€", "−€0.50")),
        (f.money, Decimal("0.005"), (f"0,01{NB}€", f"0,01{NB}€", "€0.01")),
        (f.working_days, 1, ("1 työpäivä", "1 arbetsdag", "1 working day")),
        (f.working_days, 2, ("2 työpäivää", "2 arbetsdagar", "2 working days")),
        (f.working_days_left, 3, ("3 työpäivää jäljellä", "3 arbetsdagar kvar", "3 working days left")),
        (f.working_days_left, 0, ("Tänään", "I dag", "Today")),
        (f.working_days_left, -1, ("Myöhässä 1 työpäivä", "1 arbetsdag försenad", "1 working day late")),
        (f.days_left, -2, ("Myöhässä 2 päivää", "2 dagar försenad", "2 days late")),
        (f.listing, ["a", "b", "c"], ("a, b ja c", "a, b och c", "a, b and c")),
        (f.listing, ["a"], ("a", "a", "a")),
        (f.language_name, "ar", ("arabia", "arabiska", "Arabic")),
        (f.file_size, 1_240_000, (f"1,2{NB}Mt", f"1,2{NB}MB", f"1.2{NB}MB")),
        (f.date, None, ("–", "–", "–")),
    ],
)  # fmt: skip
def test_texts_in_three_languages(function: Callable[..., str], value: object, expected: tuple[str, str, str]) -> None:
    assert in_all(function, value) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (dt.date(2026, 12, 1), dt.date(2026, 12, 5), ("1.–5.12.2026", "1–5.12.2026", "1–5 Dec 2026")),
        (dt.date(2026, 11, 28), dt.date(2026, 12, 5), ("28.11.–5.12.2026", "28.11–5.12.2026", "28 Nov – 5 Dec 2026")),
        (dt.date(2026, 12, 28), dt.date(2027, 1, 5), ("28.12.2026–5.1.2027", "28.12.2026–5.1.2027", "28 Dec 2026 – 5 Jan 2027")),
        (DAY, DAY, ("11.12.2026", "11.12.2026", "11 Dec 2026")),
        (DAY, None, ("11.12.2026 alkaen", "från 11.12.2026", "from 11 Dec 2026")),
        (None, DAY, ("11.12.2026 saakka", "till 11.12.2026", "until 11 Dec 2026")),
    ],
)  # fmt: skip
def test_ranges_have_an_en_dash(start: dt.date | None, end: dt.date | None, expected: tuple[str, str, str]) -> None:
    assert in_all(f.date_range, start, end) == expected


def test_hours_from_to() -> None:
    assert in_all(f.time_range, dt.time(9), dt.time(15, 30)) == ("klo 9–15.30", "kl. 9–15.30", "9:00–15:30")


def test_evidence_names_the_offset() -> None:
    assert in_all(f.instant, NOON, evidence=True) == (
        "pe 11.12.2026 klo 12.00 Suomen aikaa (UTC+2)",
        "fre 11.12.2026 kl. 12.00 finsk tid (UTC+2)",
        "Fri 11 Dec 2026 at 12:00 Finnish time (UTC+2)",
    )


def test_whole_euros_leave_out_the_cents() -> None:
    assert in_all(f.money, Decimal("2160.00"), whole=True) == (f"2{NB}160{NB}€", f"2{NB}160{NB}€", "€2,160")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        f.instant(dt.datetime(2026, 12, 11, 12, 0))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("et", "reede 11.12.2026"),
        ("ru", "пятница 11.12.2026"),
        ("uk", "пʼятниця 11.12.2026"),
        ("so", "Jimco 11.12.2026"),
        ("ar", "الجمعة \u206811.12.2026\u2069"),
    ],
)
def test_customers_read_the_weekday_and_western_figures(code: str, expected: str) -> None:
    with using_language(code):
        assert f.date(DAY) == expected


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_finnish_money_reads_back_and_never_breaks(amount: Decimal) -> None:
    with using_language("fi"):
        text = f.money(amount)
    assert " " not in text
    assert Decimal(text.removesuffix(f"{NB}€").replace(NB, "").replace(",", ".").replace("−", "-")) == amount


@given(st.datetimes(min_value=dt.datetime(2000, 1, 1), max_value=dt.datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_deadline_is_never_at_zero_hours(when: dt.datetime) -> None:
    for text in in_all(f.deadline, when):
        assert " 0.00 " not in text
        assert " 0:00 " not in text


@given(st.dates(), st.dates())
def test_a_range_ends_with_its_last_day(one: dt.date, other: dt.date) -> None:
    start, end = sorted((one, other))
    with using_language("fi"):
        assert f.date_range(start, end).endswith(f"{end.day}.{end.month}.{end.year}")
