"""Which language a page speaks, and that every text has its translations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, g, render_template_string
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from core import i18n
from core.i18n import cgettext, cngettext, gettext, lazy_gettext, localized, ngettext, using_language
from core.i18n_catalogues import DOMAIN_LANGUAGES, extract, load, missing, po_path, render


class NameForm(FlaskForm):
    name = StringField("Name", [InputRequired()])


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.secret_key = "languages"
    app.config["WTF_CSRF_ENABLED"] = False
    i18n.init_app(app)

    @app.before_request
    def person() -> None:
        g.person_language = app.config.get("PERSON_LANGUAGE")

    @app.get("/staff")
    def staff() -> str:
        return i18n.current_language()

    @app.get("/customer")
    def customer() -> str:
        return i18n.current_language() + " " + cgettext("Send")

    customer.customer_page = True  # type: ignore[attr-defined]

    @app.get("/link")
    def link() -> str:
        return i18n.language_url("sv")

    @app.get("/words")
    def words() -> str:
        template = '{{ _("from %(date)s", date=when) }}|{{ cgettext("Send") }}|{{ ngettext("%(num)s day left", "%(num)s days left", 3) }}'
        return render_template_string(template, when="<b>")

    @app.get("/form")
    def form() -> str:
        form = NameForm()
        form.validate()
        return str(form.name.errors[0])

    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


def test_a_page_is_finnish_when_nobody_asks_for_anything_else(client: FlaskClient) -> None:
    assert client.get("/staff").text == "fi"
    assert client.get("/staff", headers={"Accept-Language": "de"}).text == "fi"


def test_the_browser_is_asked_last(client: FlaskClient, app: Flask) -> None:
    headers = {"Accept-Language": "sv-FI,en;q=0.5"}
    assert client.get("/staff", headers=headers).text == "sv"
    app.config["PERSON_LANGUAGE"] = "en"
    assert client.get("/staff", headers=headers).text == "en"
    client.set_cookie("lang", "fi")
    assert client.get("/staff", headers=headers).text == "fi"
    assert client.get("/staff?lang=sv", headers=headers).text == "sv"


def test_a_chosen_language_is_remembered(client: FlaskClient) -> None:
    response = client.get("/staff?lang=en")
    assert "lang=en" in response.headers["Set-Cookie"]
    assert "HttpOnly" in response.headers["Set-Cookie"]
    assert response.headers["Content-Language"] == "en"
    assert client.get("/staff").text == "en"


def test_customers_have_eight_languages_and_staff_three(client: FlaskClient) -> None:
    assert client.get("/customer?lang=ar").text == "ar إرسال"
    assert client.get("/staff").text == "fi"
    assert "Set-Cookie" not in client.get("/staff?lang=ar").headers


def test_an_override_beats_all(app: Flask) -> None:
    with app.test_request_context("/staff?lang=en"):
        g.locale_override = "sv"
        assert i18n.current_language() == "sv"


def test_a_letter_has_its_own_language_without_any_app() -> None:
    lazy = lazy_gettext("Log out")
    with using_language("sv"):
        assert (gettext("Log out"), str(lazy)) == ("Logga ut", "Logga ut")
        with using_language("en"):
            assert str(lazy) == "Log out"
    assert str(lazy) == "Kirjaudu ulos"


def test_a_template_escapes_the_values_in_a_text(client: FlaskClient) -> None:
    assert client.get("/words").text == "&lt;b&gt; alkaen|Lähetä|3 päivää jäljellä"


def test_wtforms_speaks_the_language_of_the_page(client: FlaskClient) -> None:
    assert client.get("/form").text == "Pakollinen."
    assert client.get("/form?lang=sv").text == "Det här fältet är obligatoriskt."


def test_the_language_switch_keeps_the_query(client: FlaskClient) -> None:
    assert client.get("/link?q=työ&page=2&lang=fi").text == "/link?q=ty%C3%B6&page=2&lang=sv"


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [("ru", 1, "Проверьте 1 пункт"), ("ru", 3, "Проверьте 3 пункта"), ("ru", 8, "Проверьте 8 пунктов"),
     ("ar", 2, "يرجى مراجعة نقطتين"), ("ar", 8, "يرجى مراجعة 8 نقاط"), ("fi", 1, "Tarkista yksi kohta")],
)  # fmt: skip
def test_plurals_follow_the_language(code: str, number: int, expected: str) -> None:
    with using_language(code):
        assert cngettext("Check one point", "Check %(num)s points", number) == expected
        assert ngettext("Check one point", "Check %(num)s points", number) == expected


@dataclass
class Named:
    name_fi: str = ""
    name_sv: str = ""
    name_en: str = ""


def test_a_stored_text_falls_back_to_what_there_is() -> None:
    with using_language("sv"):
        assert localized(Named("Valmennus", "Träning"), "name") == "Träning"
        assert localized(Named("Valmennus", ""), "name") == "Valmennus"
        assert localized(Named("", "", "Coaching"), "name") == "Coaching"
    with using_language("ar"):
        assert localized(Named(), "name") == ""


@pytest.mark.parametrize("domain", DOMAIN_LANGUAGES)
def test_every_text_is_translated(domain: str) -> None:
    assert missing(domain) == []


@pytest.mark.parametrize(("domain", "code"), [(d, c) for d, codes in DOMAIN_LANGUAGES.items() for c in codes])
def test_the_files_are_in_their_one_form(domain: str, code: str) -> None:
    text = po_path(domain, code).read_bytes()
    assert render(load(domain, code), code) == text
    assert b"#:" not in text
    assert b"fuzzy" not in text


def test_the_domains_do_not_mix() -> None:
    assert extract("messages").get("Log out")
    assert not extract("messages").get("Accessibility")
    assert extract("customer").get("Accessibility")
