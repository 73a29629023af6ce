"""Layouts and parts: valid HTML, fields tied to their words, and a browser's opinion of them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from core.charts import outline, position, quality_picture, share_picture
from core.i18n import using_language
from core.web.components import error_links
from core.web.desk import Act, Due, group_by_day, share_gone
from tests.core.specimen import TODAY, SpecimenForm, desk_acts, make_app

PAGES = ("/specimen?flash=1&lang=fi", "/guest?lang=ar&errors=1", "/guest?lang=fi", "/public?lang=sv", "/error?lang=en")


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with make_app().test_client() as client:
        yield client


def parse(html: str) -> Element:
    """The tree of a page; an error in the HTML fails the test."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def by_id(tree: Element) -> dict[str, Element]:
    ids = [element.attrib["id"] for element in tree.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)), "an id stands twice"
    return {element.attrib["id"]: element for element in tree.iter() if "id" in element.attrib}


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_valid_and_bring_no_script_or_style_of_their_own(client: FlaskClient, page: str) -> None:
    html = client.get(page).text
    tree = parse(html)
    by_id(tree)
    for element in tree.iter():
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.tag != "style"
        assert element.tag != "script" or element.attrib["src"].startswith("/")
    assert len(tree.findall(".//h1")) == 1
    assert len(tree.findall(".//main")) == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_reference_inside_a_page_leads_somewhere(client: FlaskClient, page: str) -> None:
    tree = parse(client.get(page).text)
    known = by_id(tree)
    for element in tree.iter():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for target in element.attrib.get(name, "").split():
                assert target in known, (name, target)
    if "specimen" in page:
        summary = tree.find(".//div[@class='errsum']")
        assert summary is not None
        for link in summary.iter("a"):
            assert link.attrib["href"].removeprefix("#") in known


def test_a_wrong_field_says_so_to_a_screen_reader(client: FlaskClient) -> None:
    known = by_id(parse(client.get("/specimen").text))
    turnover = known["turnover"]
    assert turnover.attrib["aria-invalid"] == "true"
    assert turnover.attrib["aria-describedby"] == "turnover-hint turnover-error"
    assert turnover.attrib["inputmode"] == "decimal"
    assert turnover.attrib["type"] == "text"
    assert "aria-invalid" not in known["coaches"].attrib
    assert known["password"].attrib["autocomplete"] == "current-password"


def test_groups_of_choices_have_a_legend(client: FlaskClient) -> None:
    groups = parse(client.get("/specimen").text).findall(".//fieldset")
    assert ["".join(g.find("legend").itertext()) for g in groups] == ["Palvelukielet", "Toteutus"]  # type: ignore[union-attr]
    assert [g.attrib["aria-describedby"] for g in groups] == ["languages-hint languages-error", "kind-error"]


def test_posting_forms_carry_their_tokens(client: FlaskClient) -> None:
    forms = [form for form in parse(client.get("/specimen").text).iter("form") if form.attrib["action"] == "/specimen"]
    assert len(forms) == 2
    for form in forms:
        names = {field.attrib.get("name"): field.attrib.get("value") for field in form.iter("input")}
        assert names["csrf_token"] == "csrf"
        assert names["_once"] == "once"
    assert forms[1].attrib["enctype"] == "multipart/form-data"


def test_the_whole_form_and_each_field_are_in_the_summary() -> None:
    form = SpecimenForm()
    form.validate()
    links = error_links(form)
    assert links[0] == (None, "Hakemusta on muutettu toisessa ikkunassa.")
    assert [link.target for link in links[1:]] == ["name", "turnover", "languages-0", "kind-0", "password", "agrees"]


def test_an_arabic_page_runs_from_right_to_left(client: FlaskClient) -> None:
    tree = parse(client.get("/guest?lang=ar").text)
    assert tree.attrib["lang"] == "ar"
    assert tree.attrib["dir"] == "rtl"
    sheets = [link.attrib["href"] for link in tree.iter("link") if link.attrib["rel"] == "stylesheet"]
    assert "bootstrap.rtl.min.css" in sheets[0]
    assert "اختيار الخدمة" in "".join(tree.itertext())


def test_files_of_the_wheels_are_kept_for_a_year(client: FlaskClient) -> None:
    for path in (
        "/assets/bootstrap/css/bootstrap.min.css",
        "/assets/bootstrap/css/bootstrap.rtl.min.css",
        "/assets/htmx/htmx.min.js",
        "/assets/swagger/swagger-ui-bundle.js",
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert "max-age=31536000" in response.headers["Cache-Control"]
        response.close()
    assert client.get("/assets/bootstrap/../../etc/passwd").status_code == 404


def test_a_chosen_appearance_is_remembered() -> None:
    with make_app().test_client() as client:
        assert 'data-bs-theme="dark"' in client.get("/public?theme=dark").text
        assert 'data-bs-theme="dark"' in client.get("/public").text
        client.get("/public?theme=device")
        assert "data-bs-theme" not in client.get("/public").text


# ---- the desk ----


def test_a_desk_has_the_oldest_first_and_marks_late_and_today() -> None:
    with using_language("fi"):
        days = group_by_day(desk_acts(), TODAY)
    assert [(day.label, day.tone) for day in days] == [("perjantai", "late"), ("tänään", "now"), ("keskiviikko", "")]
    assert [[act.primary for act in day.acts] for day in days] == [[True], [True, False], [False]]


def test_an_act_may_refuse_the_filled_button() -> None:
    act = Act(title="a", href="#", due_on=TODAY, primary=False)
    assert group_by_day([act], TODAY)[0].acts[0].primary is False


def test_a_deadline_chip_tells_what_is_left() -> None:
    with using_language("fi"):
        assert Due.in_working_days(2, limit=10) == Due(bold="2 työpäivää", share=80)
        assert Due.in_working_days(0, limit=10) == Due(bold="Tänään", share=96, tone="soon")
        assert Due.in_working_days(-1, limit=10) == Due(bold="Myöhässä 1 työpäivä", share=100, tone="late")
    assert [share_gone(12, 10), share_gone(-3, 10), share_gone(1, 0)] == [0, 100, 100]


# ---- the quality picture ----


def test_the_scale_is_twenty_to_eighty_for_all() -> None:
    picture = quality_picture(57, 51, 63)
    assert (picture.dot, picture.mid) == (123.3, 100.0)
    assert picture.bar == "M109.3 5H137.3a6 6 0 0 1 0 12H109.3a6 6 0 0 1 0 -12z"


def test_beyond_the_scale_the_bar_is_cut_flat() -> None:
    assert quality_picture(22, 15, 28).bar == "M0 5H20.7a6 6 0 0 1 0 12H0z"
    assert quality_picture(50, 10, 90).bar == "M0 5H200v12H0z"
    assert outline(100, 104) == "M102 5H102a2 6 0 0 1 0 12H102a2 6 0 0 1 0 -12z"


def test_little_data_is_an_empty_picture() -> None:
    assert quality_picture().bar is None
    assert share_picture(expected=0.5).mid == 100.0


def test_an_estimate_never_stands_without_its_interval() -> None:
    with pytest.raises(ValueError, match="both ends"):
        quality_picture(57)
    with pytest.raises(ValueError, match="outside"):
        quality_picture(57, 58, 63)


def test_shares_are_on_a_scale_of_a_hundred_percent() -> None:
    assert share_picture(0.9, 0.8, 1.0).dot == 180.0
    assert position(0.25, (0.0, 1.0)) == 50.0


# ---- in a browser ----

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_app(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(address: str, chromium: Any, path: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address + path)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options=RULES).response
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found["violations"]] == []
        assert len(found["passes"]) > 15
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert complaints == []
    page.close()


@pytest.mark.browser
def test_the_list_of_errors_gets_the_focus(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/specimen")
    assert page.evaluate("document.activeElement.className") == "errsum"
    page.close()


@pytest.mark.browser
def test_a_form_is_sent_once_and_its_button_turns_busy(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(f"{address}/specimen")
    stopped, busy = page.evaluate(
        """() => {
            const stopped = [];
            window.addEventListener("submit", (event) => {
                stopped.push(event.defaultPrevented);
                event.preventDefault();
            });
            const button = [...document.querySelectorAll("button")].find((b) => b.textContent === "Tallenna ja jatka");
            button.click();
            button.click();
            return [stopped, button.getAttribute("aria-busy")];
        }"""
    )
    assert stopped == [False, True]
    assert busy == "true"
    page.close()
