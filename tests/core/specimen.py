"""A small app that shows every part of the look, for the tests of the templates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flask import Flask, flash, render_template, request
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    validators,
)  # fmt: skip
from wtforms.widgets import CheckboxInput, ListWidget

from core import i18n
from core.charts import quality_picture, share_picture
from core.web import assets, formatting
from core.web.desk import Act, Due, group_by_day
from core.web.options import options

ROOT = Path(__file__).resolve().parent.parent.parent
TODAY = dt.date(2026, 11, 23)

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


class NavItem(NamedTuple):
    href: str
    label: str
    current: bool = False


@dataclass(frozen=True)
class Role:
    title: str


@dataclass(frozen=True)
class Mandate:
    person_name: str
    role: Role
    organisation_name: str


class SpecimenForm(Form):
    """One field of each kind."""

    token = HiddenField()
    name = StringField("Palvelun nimi", [validators.InputRequired("Kirjoita palvelun nimi.")])
    coaches = IntegerField("Valmentajien määrä", [validators.Optional()], description="Vähintään kaksi.")
    turnover = DecimalField("Liikevaihto", [validators.InputRequired("Kirjoita liikevaihto numeroina, esimerkiksi 250000.")], description="Euroina, ilman senttejä.")  # fmt: skip
    starts_on = DateField("Aloituspäivä", [validators.Optional()])
    area = SelectField(
        "Alue", default="kuopio", choices=options([("kuopio", "Kuopio"), ("siilinjarvi", "Siilinjärvi")])
    )
    languages = SelectMultipleField(
        "Palvelukielet",
        [validators.InputRequired("Valitse ainakin yksi palvelukieli.")],
        choices=options([("fi", "suomi"), ("sv", "ruotsi"), ("ar", "arabia")]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description="Kielet, joilla palvelu onnistuu ilman tulkkia.",
    )
    kind = RadioField("Toteutus", [validators.InputRequired("Valitse toteutus.")], choices=options([("near", "Lähipalvelu"), ("remote", "Etäpalvelu")]))  # fmt: skip
    description = TextAreaField("Kuvaus", [validators.Optional()])
    certificate = FileField("Todistus", [validators.Optional()])
    password = PasswordField("Salasana", [validators.InputRequired("Kirjoita salasana.")], render_kw={"autocomplete": "current-password"})  # fmt: skip
    agrees = BooleanField("Tiedot ovat oikein", [validators.InputRequired("Vahvista, että tiedot ovat oikein.")])

    def validate(self) -> bool:  # type: ignore[override]
        super().validate()
        self.form_errors = ["Hakemusta on muutettu toisessa ikkunassa."]
        return False


def desk_acts() -> list[Act]:
    """Something late, something for today, something to come."""
    return [
        Act(
            title="Päätös hakemukseen: Honkapolku Oy",
            href="#a",
            text="Kartoitusjaksot · saapunut 9.11.",
            due_on=TODAY,
            due=Due.in_working_days(0, limit=10, text="10. työpäivä"),
            button_label="Päätettäväksi",
            aria_label="Päätettäväksi: Honkapolku Oy",
        ),  # fmt: skip
        Act(
            title="Vastaa kysymyksiin: Korttikoulutukset 2027",
            href="#b",
            due_on=TODAY,
            due=Due(bold="Tänään", text="klo 16.00", share=90, tone="soon"),
            button_label="Vastaa",
            aria_label="Vastaa: Korttikoulutukset 2027",
        ),  # fmt: skip
        Act(
            title="Lähetä jälki-ilmoitus: erä 2",
            href="#c",
            text="Luonnos on valmis",
            due_on=dt.date(2026, 11, 20),
            due=Due.in_working_days(-1, limit=30),
            button_label="Lähetä",
            aria_label="Lähetä jälki-ilmoitus: erä 2",
        ),  # fmt: skip
        Act(
            title="Päätös hakemukseen: Harjuvirta Valmennus Oy",
            href="#d",
            due_on=dt.date(2026, 11, 25),
            due=Due.in_working_days(2, limit=10),
        ),  # fmt: skip
    ]


MACROS = {
    "form": "form_wrapper", "field": "field", "error_summary": "error_summary", "button": "button",
    "act_button": "act_button", "status_tag": "status_tag", "due": "due", "facts": "facts", "flash": "flash",
    "empty": "empty", "timeline": "timeline", "steps": "steps", "gauge": "gauge", "pager": "pager", "table": "table",
    "crumbs": "crumbs", "day_list": "day_list", "quality_picture": "quality_picture", "icon": "icon",
    "choice": "choice", "toast": "toast",
}  # fmt: skip
IMPORTS = "".join(f'{{% from "components/{file}.html" import {macro} %}}' for file, macro in MACROS.items())

SPECIMEN = (
    '{% extends "layout/workspace.html" %}'
    + IMPORTS
    + """
{% block title %}Osat ja tilat{% endblock %}
{% block crumbs %}{{ crumbs([("#", "Hakemukset"), (none, "Uusi hakemus")]) }}{% endblock %}
{% block lead %}Vaihe 3 / 5{% endblock %}
{% block facts %}{{ facts([("Tila", status_tag("go", "Tarkistettavana")), ("Päätös viimeistään", due("ke 25.11.2026", "2 työpäivää", share=80)), ("Kategoria", "Työhönvalmennus"), ("Tyhjä", "")], line=true) }}{% endblock %}
{% block acts %}{{ button("Tulosta", href="#", style="secondary") }}{{ act_button("/specimen", "Julkaise", aria_label="Julkaise: Ryhmävalmennus", style="primary") }}{% endblock %}
{% block steps %}{{ steps([("Yritys", "valmis", "#"), ("ESPD", "tuotu", none), ("Soveltuvuus", "nyt", none), ("Palvelut", "", none)], current=3) }}{% endblock %}
{% block body %}
{{ error_summary(form) }}
<section aria-labelledby="s-days"><div class="sec"><h2 id="s-days">Määräajat</h2></div>{{ day_list(days) }}</section>
<section aria-labelledby="s-form"><div class="sec"><h2 id="s-form">Lomake</h2></div>
{% call form_wrapper(action="/specimen", form=form) %}
{% for f in form if f.id != "kind" %}{{ field(f) }}
{% endfor %}
{{ field(form.kind, width="full") }}
<div class="row-of">{{ button("Tallenna ja jatka") }}{{ button("Tallenna luonnos", style="secondary", name="draft", value="1") }}{{ button("Peru hakemus", href="#", style="danger") }}</div>
{% endcall %}</section>
<section class="stack" aria-labelledby="s-states"><div class="sec"><h2 id="s-states">Tilat</h2></div>
<div class="row-of">{% for kind in kinds %}{{ status_tag(kind, kind) }}{{ status_tag(kind, kind, box=true) }}{% endfor %}</div>
<div class="row-of">{{ due("8 työpäivää", "pe 4.12.", share=20) }}{{ due("Tänään", "klo 16.00", share=95, tone="soon") }}{{ due("Myöhässä 1 työpäivä", share=100, tone="late") }}</div>
{{ gauge(43, "Käytetty 43 prosenttia") }}{{ gauge(20, "Alle sovitun, 20 prosenttia", minimum=35, under=true) }}
{{ flash("Hakemus lähetetty.", kind="ok") }}{% call flash(kind="stop") %}<b>Tätä ei voi tilata.</b> <a href="#">Aloita kilpailutus</a>{% endcall %}
{{ empty("Ei avoimia tarjouspyyntöjä", "Saat viestin, kun kilpailutus alkaa.", href="#", label="Katso kategoriat") }}</section>
<section aria-labelledby="s-table"><div class="sec"><h2 id="s-table">Tilaukset</h2></div>
{% call table("Tilaukset", ["Tilaus", "Tila", ("Arvo", "num")], hide_caption=true) %}
<tr><th scope="row"><a href="#">26-0542</a></th><td>{{ status_tag("go", "Käynnissä") }}</td><td class="num" data-label="Arvo">{{ 2160|money }}</td></tr>
<tr class="sum"><th scope="row">Yhteensä</th><td></td><td class="num" data-label="Arvo">{{ 2160|money }}</td></tr>
{% endcall %}{{ pager(next_href="#", previous_href="#") }}
{% call table("Leveä taulukko", ["Yksi", "Kaksi"], scroll=true) %}<tr><th scope="row">a</th><td>b</td></tr>{% endcall %}</section>
<section aria-labelledby="s-q"><div class="sec"><h2 id="s-q">Laatutieto</h2></div>
{{ quality_picture("q1", pictures[0], "Laatuluku 57, vaihteluväli 51–63, vertailutaso 50", "Odotettua parempi", n=148) }}
{{ quality_picture("q2", pictures[1], "Laatuluku 22, vaihteluväli alle 20–28", "Odotettua heikompi", n=96) }}
{{ quality_picture("q3", pictures[2], "Tietoa ei ole vielä riittävästi", "Uusi tuottaja", note="ei vielä tietoa") }}
{{ quality_picture("q4", pictures[3], "Osuus 90 %, vaihteluväli 80–100 %", "90 %", n=40) }}
<p>{% for name in icons %}{{ icon(name, turn=name == "arrow") }} {{ name }} {% endfor %}</p></section>
{% endblock %}
{% block side %}<div class="side"><h2>Vaiheet</h2>{{ timeline([{"title": "Hakemus saapui", "when": "11.11. klo 9.14", "state": "done"}, {"title": "Tarkistus", "state": "now"}, {"title": "Päätös", "when": "viimeistään ke 25.11."}]) }}
{{ facts([("Käsittelyssä", 5), ("Tilauksia", "587")]) }}</div>{% endblock %}
"""
)

GUEST = (
    '{% extends "layout/guest.html" %}'
    + IMPORTS
    + """
{% block title %}{{ cgettext("Choose a service") }}{% endblock %}
{% block owner %}Kuopion kaupunki{% endblock %}
{% block lead %}<p>{{ cgettext("You decide. Your expert helps if you like.") }}</p>{% endblock %}
{% block body %}{% call form_wrapper(action="/guest") %}
<section class="pick" aria-labelledby="p1"><div><h2 id="p1"><bdi lang="fi">Tmi Riina Saarelma</bdi></h2>
<ul><li>{{ icon("calendar") }}<span>{{ cgettext("Next start: %(date)s", date=day|date) }}</span></li>
<li>{{ icon("speech") }}<span>{{ cgettext("Service languages: %(languages)s", languages=["fi"|language_name, "ar"|language_name]|listing) }}</span></li></ul>
{{ button(cgettext("I choose this"), name="offering", value="1") }}</div></section>
{{ field(form.description) }}{% endcall %}{{ error_summary(form) }}{% endblock %}
"""
)

PUBLIC = """{% extends "layout/public.html" %}{% block title %}Hankintajärjestelmät{% endblock %}
{% block body %}<p>{{ _("Summary") }}</p>{% endblock %}"""


def make_app() -> Flask:
    """Pages: /specimen, /guest (a customer's), /public, /error."""
    app = Flask("specimen", root_path=str(ROOT))
    app.secret_key = "specimen"
    i18n.init_app(app)
    formatting.register(app)
    app.register_blueprint(assets.bp)
    pages = DictLoader({"specimen.html": SPECIMEN, "guest.html": GUEST, "public.html": PUBLIC})
    app.jinja_loader = ChoiceLoader([pages, app.jinja_loader])  # type: ignore[list-item]
    app.jinja_env.globals.update(csrf_token=lambda: "csrf", once_token=lambda: "once")

    @app.context_processor
    def context() -> dict[str, object]:
        anybody = request.path == "/public"
        mandate = Mandate("Anni Koistinen", Role("hankintakoordinaattori"), "Kuopion kaupunki")
        nav = [NavItem("#1", "Työpöytä", True)] + [NavItem(f"#{n}", w) for n, w in enumerate(["Järjestelmät", "Hakemukset", "Kilpailutukset", "Sopimukset", "Päätökset"], 2)]  # fmt: skip
        footer = [("/open-data", "Avoin data"), ("/accessibility", "Saavutettavuusseloste"), ("/privacy", "Tietosuoja")]
        return {"mandate": None if anybody else mandate, "nav": nav, "footer_links": footer}

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.route("/specimen")
    def specimen() -> str:
        form = SpecimenForm()
        form.validate()
        if "flash" in request.args:
            flash("Luonnos on tallennettu klo 14.05.", "success")
            flash("Tarjousaika päättyi.", "error")
        return render_template(
            "specimen.html", form=form, days=group_by_day(desk_acts(), TODAY),
            kinds=["draft", "waiting", "go", "ok", "warn", "stop", "paused", "sealed"],
            icons=["calendar", "place", "people", "speech", "plus", "thumb", "phone", "document", "arrow", "close"],
            pictures=[quality_picture(57, 51, 63), quality_picture(22, 15, 28), quality_picture(), share_picture(0.9, 0.8, 1)],
        )  # fmt: skip

    @app.route("/guest")
    def guest() -> str:
        form = SpecimenForm()
        if "errors" in request.args:
            form.validate()
        return render_template("guest.html", form=form, day=dt.date(2026, 11, 25))

    guest.customer_page = True  # type: ignore[attr-defined]

    @app.route("/public")
    def public() -> str:
        return render_template("public.html")

    @app.route("/error")
    def error() -> str:
        return render_template(
            "layout/error.html", heading="Tilausta ei tehty", text="Määrärahaa on jäljellä 950,00 €.", rule="R41",
            next_steps=[("/budget", "Pyydä lisää määrärahaa"), (None, "Valitse toinen palvelu")],
        )  # fmt: skip

    return app
