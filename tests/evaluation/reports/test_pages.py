"""The pages of evaluation: what each reader sees, and that files hold what the page shows."""

from __future__ import annotations

import csv
import io
import struct
from decimal import Decimal

import openpyxl
import pytest
from flask import Flask
from lxml import etree

from core import clock
from core.charts import cell
from core.db import db, new_id, transaction
from core.i18n import using_language
from dps.systems.models import OrderingRule
from evaluation.assessing.models import AssessedWhere, SelfAssessment
from evaluation.collecting.models import CustomerFeedback, EnoughHelp, FeedbackPoint, PointAnswer, ServicePoint
from evaluation.outcomes.models import EmployerType, Outcome, OutcomeState
from evaluation.reports import pictures
from evaluation.reports.sight import Sight
from orders.models import Order
from tests import people
from tests import worlds_orders as worlds
from tests.evaluation.reports.worlds import published
from tests.pages import Page, api_as, page_as

PROVIDERS = {"Aava Valmennus Oy": (120, 0.37), "Basso Oy": (48, 0.33), "Cittari Työ Oy": (80, 0.62)}
SMALL = {"Aava Valmennus Oy": (120, 0.37), "Pieni Oy": (3, 0.66)}


def _table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the table with this caption."""
    ns = "{http://www.w3.org/1999/xhtml}"
    for each in page.all("table"):
        if "".join(each.find(f"{ns}caption").itertext()) == caption:
            return [[" ".join("".join(c.itertext()).split()) for c in row] for row in each.find(f"{ns}tbody")]
    raise AssertionError(f"no table «{caption}»")


def _address(made: worlds.World, *, is_public: bool = False) -> str:
    return f"/quality/{made.category.id}" if is_public else f"/procurement/evaluation/categories/{made.category.id}"


@pytest.mark.parametrize("is_public", [False, True])
def test_given_a_release_then_providers_stand_by_name_with_their_intervals(app: Flask, is_public: bool) -> None:
    made = worlds.world()
    published(made, PROVIDERS)
    page = page_as(app, None if is_public else made.coordinator).get(_address(made, is_public=is_public))

    rows = _table(page, "Quality numbers of the providers, by name")
    assert [row[0] for row in rows] == list(PROVIDERS)
    assert rows[0][2:] == ["51.0", "43.0–59.0", "120"]
    funnel = _table(page, "In work 6 months after the service")
    assert [row[:3] for row in funnel] == [
        ["Aava Valmennus Oy", "120", "37%"], ["Basso Oy", "48", "33%"], ["Cittari Työ Oy", "80", "62%"]
    ]  # fmt: skip
    assert [row[-1] for row in funnel] == ["No difference from the expected"] * 2 + ["Better than expected"]
    assert "Above the limits: Cittari Työ Oy." in page.text
    assert _table(page, "In work 6 months after the service, by year")[0][:3] == [
        "2024", "240" if is_public else "248", "44%"
    ]  # fmt: skip


@pytest.mark.rule("R119")
@pytest.mark.parametrize("is_public", [False, True])
def test_given_two_suppliers_of_which_one_has_three_customers_then_nothing_tells_of_it(
    app: Flask, is_public: bool
) -> None:
    made = worlds.world()
    published(made, SMALL)
    visitor = page_as(app, None if is_public else made.coordinator)
    page = visitor.get(_address(made, is_public=is_public))

    assert [row[0] for row in _table(page, "Quality numbers of the providers, by name")] == ["Aava Valmennus Oy"]
    assert "Pieni Oy" not in page.text
    assert "123" not in page.text, "the number of all customers"
    assert "36%" not in page.text, "the share that is expected of all"
    for key in ("in-work-3", "in-work-6", "in-work-12", "years"):
        assert visitor.fetch(f"{_address(made, is_public=is_public)}/{key}.csv").status_code == 404


@pytest.mark.rule("R119")
def test_given_nothing_published_then_the_public_pages_say_so(app: Flask) -> None:
    made = worlds.world()
    visitor = page_as(app, None)

    assert "Nothing is published yet" in visitor.get("/quality").text
    assert "Too few to tell" in visitor.get(_address(made, is_public=True)).text
    assert "No figures are published yet" in visitor.get("/quality/method").text


def test_the_public_page_lists_categories_of_which_something_is_told(app: Flask) -> None:
    made = worlds.world()
    published(made, {**PROVIDERS, "Pieni Oy": (3, 0.6)})

    assert page_as(app, None).get("/quality").rows() == [["Job coaching", "name en", "3"]]


@pytest.mark.parametrize("is_public", [False, True])
def test_every_picture_is_kept_as_the_page_shows_it(app: Flask, is_public: bool) -> None:
    made = worlds.world()
    published(made, PROVIDERS)
    visitor = page_as(app, None if is_public else made.coordinator)
    page = visitor.get(_address(made, is_public=is_public))
    shown = _table(page, "In work 6 months after the service")

    def content(ending: str) -> bytes:
        return visitor.fetch(f"{_address(made, is_public=is_public)}/in-work-6.{ending}").data

    drawing = etree.fromstring(content("svg"))
    assert drawing.find("{http://www.w3.org/2000/svg}title").text == "In work 6 months after the service"
    pixels = content("png")
    assert pixels.startswith(b"\x89PNG")
    assert struct.unpack(">II", pixels[16:24]) == (1800, 756)
    text = content("csv").decode().removeprefix("\ufeff")
    _head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    with using_language("en"):
        assert [
            [row[0], row[1], *(cell.share(Decimal(each)).text for each in row[2:5]), row[5]] for row in rows
        ] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(content("xlsx"))).active
    values = [[each.value for each in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:3] for row in values] == [[row[0], int(row[1]), float(row[2])] for row in rows]


def test_the_keys_of_pages_and_of_pictures_are_the_same(app: Flask) -> None:
    made = worlds.world()
    published(made, PROVIDERS)
    with using_language("en"):
        sight = Sight.of_authority(made.category)
        for key, build in pictures.OF_AUTHORITY.items():
            picture = build(sight)
            assert picture is None or picture.key == key


def test_another_authoritys_category_is_not_read(app: Flask) -> None:
    made = worlds.world()
    foreign = people.coordinator(people.authority("City of Oulu"))

    assert page_as(app, foreign).get(_address(made)).status == 403
    assert page_as(app, foreign).fetch(f"{_address(made)}/index.csv").status_code == 403


def test_machines_read_the_same_figures(app: Flask) -> None:
    made = worlds.world()
    published(made, PROVIDERS)
    path = f"/category-reports/{made.category.id}"

    found = api_as(app, made.coordinator).get(path).json
    everybody = api_as(app, made.coordinator).get(f"{path}/published").json
    funnel = next(each for each in found["pictures"] if each["key"] == "in-work-6")
    assert funnel["rows"][0][:3] == ["Aava Valmennus Oy", "120", "0.370"]
    assert {each["key"] for each in everybody["pictures"]} == set(pictures.OF_EVERYBODY)


def test_the_method_page_tells_the_weights_of_the_published_release(app: Flask) -> None:
    published(worlds.world(), PROVIDERS)
    rows = page_as(app, None).get("/quality/method").rows()

    assert [row[1:] for row in rows] == [
        ["50%", "20 percentage points"], ["15%", "50 points"], ["15%", "1.0 grades"],
        ["10%", "10 points in 100 customer-months"], ["10%", "20 percentage points"],
    ]  # fmt: skip


# ---- people, money, answers ----


@transaction
def _outcome(order: Order, state: OutcomeState, made: worlds.World) -> None:
    is_job = state in (OutcomeState.OPEN_LABOUR_MARKET, OutcomeState.SUBSIDISED_WORK)
    db.session.add(
        Outcome(
            id=new_id(), order_id=order.id, months=6, state=state, stands=True, recorded_by=made.expert.person_id,
            recorded_at=clock.now(), employer_type=EmployerType.COMPANY if is_job else None,
        )
    )  # fmt: skip


@transaction
def _assessment(order: Order, point: FeedbackPoint, grade: int | None) -> None:
    db.session.add(
        SelfAssessment(
            id=new_id(), order_id=order.id, point=point, everyday=2, finances=2, skills=grade, job_search=grade,
            network=None, confidence=3, given_where=AssessedWhere.LINK, language="fi", given_at=clock.now(),
        )
    )  # fmt: skip


@transaction
def _feedback(order: Order, grade: int) -> None:
    db.session.add(
        CustomerFeedback(
            id=new_id(), order_id=order.id, recommendation=grade, enough_help=EnoughHelp.YES, language="fi",
            given_at=clock.now(),
        )
    )  # fmt: skip


def _served(customers: int, *, elsewhere: int = 0) -> tuple[worlds.World, list[Order]]:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=customers)
    places = ["Kuopio"] * (customers - elsewhere) + ["Siilinjärvi"] * elsewhere
    return made, [worlds.delivered(worlds.order_by_rule(made, municipality=each), made) for each in places]


def test_given_services_then_the_page_tells_of_people_and_money(app: Flask) -> None:
    made, orders = _served(11)
    for number, order in enumerate(orders):
        _outcome(order, OutcomeState.OPEN_LABOUR_MARKET if number < 6 else OutcomeState.UNEMPLOYED, made)
        _feedback(order, 9 if number < 6 else 4)
        _assessment(order, FeedbackPoint.START, 2)
        _assessment(order, FeedbackPoint.END, 4 if number else None)
    page = page_as(app, made.coordinator).get(_address(made))

    assert _table(page, "Where customers went after the service") == [
        ["Job coaching", "Work in the open labour market", "6", "55%"],
        ["Job coaching", "Unemployed", "5", "46%"],
    ]
    assert _table(page, "Customers by home municipality") == [["Kuopio", "11", "11", page_months(page), "€11,000.00"]]
    assert _table(page, "Would you recommend the service?") == [["0–4", "5"], ["5–10", "6"]]
    assert _table(page, "Customers' own assessment before and after") == [
        ["Everyday life", "2.0", "2.0"], ["Money", "2.0", "2.0"], ["Skills", "2.0", "4.0"],
        ["Looking for work", "2.0", "4.0"], ["Trust in yourself", "3.0", "3.0"],
    ]  # fmt: skip
    money = _table(page, "Budget, and what came of it")[0]
    assert money[1:3] == ["€11,000.00", "€100,000.00"]
    overall = page_as(app, made.coordinator).get("/procurement/evaluation")
    assert "Services that began in" in overall.text
    assert _table(overall, f"Budgets of {worlds.today().year}")[0][:3] == ["Job coaching", "€11,000.00", "€100,000.00"]


def page_months(page: Page) -> str:
    return _table(page, "Customers by home municipality")[0][3]


@pytest.mark.rule("R119")
def test_given_one_customer_of_another_municipality_then_no_municipality_is_told_apart(app: Flask) -> None:
    made, _orders = _served(6, elsewhere=1)
    page = page_as(app, made.coordinator).get(_address(made))

    assert "Siilinjärvi" not in page.text
    assert page_as(app, made.coordinator).fetch(f"{_address(made)}/municipalities.csv").status_code == 404


@pytest.mark.rule("R119")
def test_given_two_in_work_then_neither_they_nor_the_others_are_counted(app: Flask) -> None:
    made, orders = _served(6)
    for number, order in enumerate(orders):
        _outcome(order, OutcomeState.OPEN_LABOUR_MARKET if number < 2 else OutcomeState.UNEMPLOYED, made)
        _feedback(order, 9)
        _assessment(order, FeedbackPoint.START, 2)
        _assessment(order, FeedbackPoint.END, 4)
    page = page_as(app, made.coordinator).get(_address(made))

    assert _table(page, "Budget, and what came of it")[0][3:] == ["Too few to tell", "Too few to tell"]
    assert _table(page, "Where customers went after the service") == [["Job coaching", "Other", "6", "100%"]]
    for key in ("recommendation", "self-assessment"):  # six answers: under ten
        assert page_as(app, made.coordinator).fetch(f"{_address(made)}/{key}.csv").status_code == 404


@transaction
def _point(made: worlds.World, name: str, grades: list[int]) -> None:
    monday = worlds.today().fromordinal(worlds.today().toordinal() - worlds.today().weekday())
    point = ServicePoint(
        id=new_id(), authority_id=made.authority.id, name=name, address="Tulliportinkatu 1", token_hash=name,
        made_at=clock.now(), made_by=made.coordinator.person_id,
    )  # fmt: skip
    db.session.add(point)
    db.session.flush()
    for grade in grades:
        db.session.add(
            PointAnswer(
                id=new_id(), service_point_id=point.id, sent_id=new_id(), week_on=monday, recommendation=grade,
                enough_help=EnoughHelp.YES, language="fi",
            )
        )  # fmt: skip


@pytest.mark.rule("R119")
def test_a_week_of_a_service_point_is_told_from_ten_answers_on(app: Flask) -> None:
    made = worlds.world()
    _point(made, "Keskusta", [10] * 6 + [8] * 2 + [3] * 2)
    _point(made, "Siilinjärvi", [10] * 9)
    page = page_as(app, made.coordinator).get("/procurement/evaluation")

    rows = _table(page, "Recommenders less critics, by service point and week")
    assert [[row[0], *row[2:4]] for row in rows] == [
        ["Keskusta", "10", "40"], ["Siilinjärvi", "Too few to tell", "Too few to tell"]
    ]  # fmt: skip
    kept = page_as(app, made.coordinator).fetch("/procurement/evaluation/service-points.csv").data.decode()
    assert kept.splitlines()[1].split(";")[2:4] == ["10", "40"]
