"""The yearly report: asked for on a page or by a machine, made in the background, archived in three languages."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from core import audit
from core.db import db
from core.errors import RuleBroken, WrongState
from core.i18n import LANGUAGES
from dps.systems.models import PurchasingSystem, SystemState
from evaluation.reports import jobs, service, yearly
from evaluation.reports.models import YearReport
from tests import people
from tests import worlds_orders as worlds
from tests.evaluation.reports.worlds import published
from tests.pages import api_as, page_as

PROVIDERS = {"Aava Valmennus Oy": (120, 0.37), "Basso Oy": (48, 0.33), "Cittari Työ Oy": (80, 0.62)}
PAGE = "/procurement/evaluation/year-reports"


def _asked(made: worlds.World) -> YearReport:
    return service.ask(made.category.system, worlds.today().year, by=made.coordinator)


def test_given_a_report_is_asked_for_then_it_is_made_in_each_language_and_kept(app: Flask) -> None:
    made = worlds.world()
    published(made, PROVIDERS, years=("2025", str(worlds.today().year)))
    visitor = page_as(app, made.coordinator)
    page = visitor.get(PAGE).press(
        "Make the report", system=str(made.category.system_id), year=str(worlds.today().year)
    )
    assert "The report is being made." in page.text
    report = db.session.scalars(select(YearReport)).one()
    assert visitor.fetch(f"{PAGE}/{report.id}/fi.pdf").status_code == 404

    jobs.make_year_report(str(report.id))
    jobs.make_year_report(str(report.id))

    assert report.made == list(LANGUAGES)
    assert report.finished_at is not None
    assert [each.type for each in audit.trail(report)] == ["year_report.asked", *["year_report.made"] * 3]
    document = PdfReader(io.BytesIO(visitor.fetch(f"{PAGE}/{report.id}/en.pdf").data))
    first = document.pages[0].extract_text()
    assert "The year in short" in first
    assert "fewer than 5 customers began a service" in first
    whole = " ".join("".join(page.extract_text() for page in document.pages).split())
    assert "In work 6 months after the service" in whole
    assert "Cittari Työ Oy" in whole
    assert document.metadata is not None
    assert "/StructTreeRoot" in document.trailer["/Root"]
    assert "Suomi (PDF)" in visitor.get(PAGE).text


@pytest.mark.rule("R119")
def test_a_report_for_the_council_tells_nothing_of_three_customers(app: Flask) -> None:
    made = worlds.world()
    published(made, {"Aava Valmennus Oy": (120, 0.37), "Pieni Oy": (3, 0.66)})
    found = str(yearly.words(_asked(made), "en"))

    assert "Aava Valmennus Oy" in found
    for word in ("Pieni Oy", "36%", "123"):
        assert word not in found


def test_a_report_says_in_plain_words_who_differs(app: Flask) -> None:
    made = worlds.world()
    row = published(made, PROVIDERS, years=(str(worlds.today().year),))
    lines = yearly.words(_asked(made), "en")["summary"]

    assert row.published_at is not None
    assert any("of 100 customers" in line and "were in work 6 months" in line for line in lines)
    assert any("cannot be told apart" in line for line in lines)


def test_a_report_is_not_made_twice_at_once_nor_of_a_year_to_come(app: Flask) -> None:
    made = worlds.world()
    report = _asked(made)
    with pytest.raises(WrongState):
        _asked(made)
    with pytest.raises(RuleBroken) as refusal:
        service.ask(made.category.system, worlds.today().year + 1, by=made.coordinator)
    assert refusal.value.field == "year"

    service.give_up(report, "job-failed")
    assert "It could not be made." in page_as(app, made.coordinator).get(PAGE).text
    assert _asked(made).id != report.id


def test_a_report_of_a_draft_is_refused(app: Flask) -> None:
    made = worlds.world()
    system = made.category.system
    db.session.execute(update(PurchasingSystem).values(state=SystemState.APPROVED, opened_at=None))
    db.session.refresh(system)

    with pytest.raises(RuleBroken) as refusal:
        _asked(made)
    assert refusal.value.field == "system"


def test_machines_ask_for_their_own_system_only(app: Flask) -> None:
    made = worlds.world()
    body = {"system_id": str(made.category.system_id), "year": worlds.today().year}
    foreign = api_as(app, people.coordinator(people.authority("City of Oulu")))

    assert foreign.post("/year-reports", json=body).status_code == 403
    assert foreign.get("/year-reports").json["items"] == []
    answer = api_as(app, made.coordinator).post("/year-reports", json=body)
    assert answer.status_code == 201
    assert answer.json["made"] == []
    assert api_as(app, made.coordinator).get("/year-reports").json["items"][0]["id"] == answer.json["id"]
