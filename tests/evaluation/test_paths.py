"""Paths to a job that lasted: counted once a customer, shared among services, and nobody to be seen (R119)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select, text

from core import clock
from core.db import db, new_id
from core.errors import WrongState
from evaluation.paths import counting, jobs, queries, rules, service, showing
from evaluation.paths.models import PathRun, PathStep, PathTotal, PublishedPath
from evaluation.paths.rules import OTHER_END, OTHER_STEPS, Sum
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

A, B, C = "job_coaching", "career_coaching", "expert_assessment"
WORK, NONE = "open_labour_market", "unemployed"
DAY = date(2025, 1, 1)


class Lives:
    """Services and outcomes of customers, put where the count reads them."""

    def __init__(self) -> None:
        self.authority = people.authority()
        counting.extract(DAY, lambda share, doing: None)
        self.number = 0

    def customer(self, *services: str, end: str = WORK, days: int = 60, age: str = "25_to_34", times: int = 1) -> None:
        """One who had these services, each of so many days, and was there six months after the last."""
        for _each in range(times):
            self.number += 1
            start = DAY
            for place, kind in enumerate(services):
                order_id = uuid.uuid4()
                db.session.execute(
                    text(
                        "INSERT INTO path_service VALUES (:id, :authority, :customer, CAST(:kind AS text),"
                        " CAST(:kind AS text), :start, CAST(:end AS date), CAST(:end AS date), 100, :age,"
                        " 'unknown', 'unknown', 'fi')"
                    ),
                    {
                        "id": order_id,
                        "authority": self.authority.id,
                        "customer": f"AS-{self.number}",
                        "kind": kind,
                        "start": start,
                        "end": start + timedelta(days=days),
                        "age": age,
                    },
                )
                start += timedelta(days=days)
                if place == len(services) - 1:
                    db.session.execute(
                        text("INSERT INTO path_outcome VALUES (:id, 6, :state, :employed, NULL)"),
                        {"id": order_id, "state": end, "employed": end == WORK},
                    )

    def counted(self) -> PathRun:
        run = PathRun(id=new_id(), asked_at=clock.now(), frozen_on=DAY, finished_at=clock.now(), share=Decimal(1))
        db.session.add(run)
        db.session.flush()
        counting.add_up(run.id, 5, lambda share, doing: None)
        return run


def ways(run: PathRun, authority_id: uuid.UUID | None) -> dict[tuple[tuple[str, ...], str], int]:
    found: dict[tuple[tuple[str, ...], str], int] = defaultdict(int)
    for (way, _band), each in queries.ways(run.id, authority_id, 6, None).items():
        found[way] += each.customers
    return dict(found)


def test_each_customer_is_counted_once_with_services_in_their_order(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, B, times=6)
    lives.customer(B, A, end=NONE, times=5)

    run = lives.counted()

    assert ways(run, lives.authority.id) == {((A, B), WORK): 6, ((B, A), NONE): 5}
    assert ways(run, None) == {((A, B), WORK): 6, ((B, A), NONE): 5}
    total = queries.ways(run.id, lives.authority.id, 6, None)[((A, B), WORK), ""]
    assert (total.mean_days, total.mean_cost) == (120, Decimal("200.00"))


@pytest.mark.rule("R119")
def test_a_way_of_fewer_than_five_is_not_even_stored(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, times=5)
    lives.customer(A, B, C, times=4)

    run = lives.counted()

    assert ways(run, lives.authority.id) == {((A,), WORK): 5, ((), WORK): 4}


def test_a_long_way_is_known_by_its_last_services(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, B, A, B, A, B, A, C, days=20, times=5)

    assert ways(lives.counted(), None) == {((A, B, A, B, A, C), WORK): 5}


def test_services_within_180_days_share_a_job_and_the_last_touch_stands_beside(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, B, C, days=100, times=1)

    run = lives.counted()

    rows = {row.step: (row.employed, row.credit, row.last_touch) for row in queries.shares(run.id, None, 6, None, None)}
    half = Decimal("0.500000")
    assert rows == {A: (1, 0, 0), B: (1, half, 0), C: (1, half, 1)}
    assert db.session.scalar(select(PathStep.cost).where(PathStep.run_id == run.id, PathStep.step == A).limit(1)) == 100


def test_without_a_job_nothing_is_shared(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, end=NONE)

    assert [(row.employed, row.credit) for row in queries.shares(lives.counted().id, None, 6, None, None)] == [(0, 0)]


def sums(**counts: dict[str, int]) -> dict[tuple[rules.Way, str], Sum]:
    """``sums(A={"young": 3})``: three young customers who went A and found work."""
    return {
        (((name,), WORK), band): Sum(count, Decimal(count), count)
        for name, bands in counts.items()
        for band, count in bands.items()
    }


@pytest.mark.rule("R119")
def test_small_ways_are_put_together_until_nobody_can_be_seen() -> None:
    told = rules.of_all(sums(a={"": 9}, b={"": 3}, c={"": 1}), 5)

    assert {way: each.customers for way, each in told.items()} == {(OTHER_STEPS, OTHER_END): 13}
    assert rules.of_all(sums(a={"": 3}), 5) == {}
    many = rules.of_all(sums(a={"": 9}, b={"": 3}, c={"": 2}), 5)
    assert {way: each.customers for way, each in many.items()} == {(("a",), WORK): 9, (OTHER_STEPS, WORK): 5}


@pytest.mark.rule("R119")
def test_a_band_tells_nothing_of_the_others() -> None:
    """a: 12 in all, 8 young, 3 and 1 of others: with 8 shown the other 4 would follow from the whole."""
    cells = sums(a={"young": 8, "middle": 3, "old": 1}, b={"young": 20, "middle": 20, "old": 20})

    young = rules.of_band(cells, "young", 5)

    assert (("a",), WORK) not in young
    assert sum(each.customers for each in young.values()) in (0, 28)
    assert all(each.customers >= 5 for each in young.values())


@pytest.mark.rule("R119")
def test_no_hidden_share_follows_from_the_total() -> None:
    def row(step: str, employed: int) -> rules.Share:
        return rules.Share(step, employed, employed, Decimal(employed), employed, Decimal(0))

    assert rules.hidden_steps([row("a", 30), row("b", 12), row("c", 2)], 5) == {"b", "c"}


@pytest.mark.rule("R119")
def test_what_everybody_reads_changes_by_five_customers_or_not_at_all() -> None:
    way, other = ((A,), WORK), ((B,), WORK)

    assert rules.in_steps({way: 10}, [(way, 14), (other, 4)], 5) == {way: 10}
    assert rules.in_steps({way: 10}, [(way, 15), (other, 5)], 5) == {way: 15, other: 5}


@pytest.mark.rule("R119")
def test_public_figures_change_on_release_days_only(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, times=8)
    run = lives.counted()
    run.frozen_on = clock.helsinki_date(clock.now())

    service.publish(run, 5)
    lives.customer(A, times=8)
    again = lives_again(run)
    service.publish(again, 5)

    assert [row.people for row in db.session.scalars(select(PublishedPath))] == [8]


def lives_again(run: PathRun) -> PathRun:
    db.session.execute(text("UPDATE path_total SET customers = customers + 8 WHERE run_id = :run"), {"run": run.id})
    return run


def test_the_page_and_the_operation_show_the_ways_and_the_files(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, B, times=9)
    lives.customer(A, end=NONE, times=7, age="under_25")
    lives.counted()
    coordinator = people.coordinator(lives.authority)
    page = page_as(app, coordinator).get("/procurement/evaluation/paths")

    assert "Job coaching → Career coaching" in page.text
    assert page.text.count("AS-") == 0
    client = api_as(app, coordinator)
    assert {way["customers"] for way in client.get("/paths?months=6").json["ways"]} == {9, 7}
    # of the youngest alone everything is one way; told of them the others would follow
    young = client.get("/paths?months=6&group=age_band&band=under_25").json["ways"]
    assert all(way["customers"] >= 5 for way in young)
    browser = page_as(app, coordinator).client
    for name in ("picture.svg", "picture.csv", "ways.csv", "shares.csv"):
        assert browser.get(f"/procurement/evaluation/paths/{name}").status_code == 200, name


def test_a_count_is_asked_for_once_and_fills_the_pages(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    monkeypatch.setattr(service, "tell_progress", lambda run_id, share, doing: told.append(share))
    made = worlds.world()
    page = page_as(app, made.coordinator).get("/procurement/evaluation/paths").press("Count again")
    run = queries.running()
    assert run is not None
    assert "are being counted" in page.text
    with pytest.raises(WrongState):
        service.ask(by=made.coordinator)

    jobs.count(str(run.id))
    jobs.count(str(run.id))

    assert (queries.running(), queries.latest()) == (None, run)
    assert run.share == 1
    assert told == sorted(told)
    assert len(told) > 3
    assert db.session.scalars(select(PathTotal)).all() == []
    assert api_as(app, made.coordinator).get("/path-runs").json["items"][0]["share"] == "1.000"


def test_everybody_may_read_what_passes_the_gates(app: Flask) -> None:
    lives = Lives()
    lives.customer(A, B, times=9)
    run = lives.counted()
    service.publish(run, 5)

    page = page_as(app, None).get("/quality/paths")

    assert "9 customers" in page.text
    assert showing.public_routes(12) == []
