"""What is typed about lay-off plans, the people who will come, and labour figures."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    MonthField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.joint.agreements.models import CooperationAgreement
from dps.systems.models import SERVICE_TYPE_TITLES, Category, ServiceType
from orders.readiness.models import LayoffLine, LayoffPlan
from orders.readiness.service import LineDetails, PlanDetails, Wish

TEXT_CHECKS = [no_nul, no_identity_code]
#: Rows of the form; a longer plan comes by the API.
ROWS = 12


class PlanForm(FlaskForm):
    """The employer; the rows stand below."""

    employer = StringField(
        _l("Employer, or the sector"), [DataRequired(_l("Enter the employer")), Length(max=200), *TEXT_CHECKS]
    )
    business_id = StringField(_l("Business ID"), [Optional(), Length(max=20), *TEXT_CHECKS])
    agreement = SelectField(
        _l("Agreement"), [Optional()], description=_l("Its parties see the people of their own municipalities.")
    )
    note = TextAreaField(
        _l("What is known"),
        [Optional(), Length(max=4000), *TEXT_CHECKS],
        description=_l("Do not write names of people."),
    )


def plan_form(agreements: Iterable[CooperationAgreement], plan: LayoffPlan | None = None) -> PlanForm:
    """With a row for each line; an empty row is left out."""
    known: Sequence[LayoffLine] = plan.lines if plan else ()

    class Form(PlanForm):
        pass

    for place in range(max(ROWS, len(known) + 3)):
        line = known[place] if place < len(known) else None
        for name, field in _fields(place, line).items():
            setattr(Form, f"{name}_{place}", field)
    form = Form()
    form.agreement.choices = options(
        [*((str(each.id), localized(each, "name")) for each in agreements), ("", _l("None: we act alone"))]
    )
    if plan is not None and not form.is_submitted():
        form.employer.data, form.business_id.data, form.note.data = plan.employer, plan.business_id, plan.note
        form.agreement.data = str(plan.agreement_id or "")
    return form


def _fields(place: int, line: LayoffLine | None) -> dict[str, Any]:
    number = place + 1
    return {
        "municipality": StringField(
            _l("Row %(number)s: home municipality", number=number),
            [Optional(), Length(max=100), *TEXT_CHECKS],
            default=line.municipality if line else None,
        ),
        "occupation": StringField(
            _l("Row %(number)s: occupation", number=number),
            [Optional(), Length(max=200), *TEXT_CHECKS],
            default=line.occupation if line else None,
        ),
        "service": SelectField(
            _l("Row %(number)s: service", number=number),
            [Optional()],
            choices=options(
                [("", _l("Not known")), *((each.value, SERVICE_TYPE_TITLES[each]) for each in ServiceType)]
            ),
            default=line.service_type.value if line and line.service_type else "",
        ),
        "month": MonthField(
            _l("Row %(number)s: month", number=number),
            [Optional()],
            default=line.month if line else None,
        ),
        "people": IntegerField(
            _l("Row %(number)s: people", number=number),
            [Optional(), NumberRange(min=1, max=5000)],
            default=line.people if line else None,
        ),
    }


def rows_of(form: PlanForm) -> range:
    """The numbers of its rows."""
    return range(sum(1 for name in form._fields if name.startswith("people_")))


def details(form: PlanForm, agreements: Iterable[CooperationAgreement]) -> PlanDetails:
    """What was typed; a row without people is left out, one without a month or municipality is not."""
    chosen = next((each for each in agreements if str(each.id) == form.agreement.data), None)
    return PlanDetails(
        employer=form.employer.data,
        business_id=form.business_id.data or "",
        note=form.note.data or "",
        agreement=chosen,
        lines=[
            LineDetails(
                municipality=form[f"municipality_{place}"].data or "",
                occupation=form[f"occupation_{place}"].data or "",
                service_type=ServiceType(value) if (value := form[f"service_{place}"].data) else None,
                month=form[f"month_{place}"].data,
                people=form[f"people_{place}"].data,
            )
            for place in rows_of(form)
            if form[f"people_{place}"].data
        ],
    )


def has_months(form: PlanForm) -> bool:
    """Whether each row with people has its month; tells it at the row where not."""
    is_whole = True
    for place in rows_of(form):
        if form[f"people_{place}"].data and not form[f"month_{place}"].data:
            form[f"month_{place}"].errors = [_l("Enter the month, like 2026-11")]
            is_whole = False
    return is_whole


class AnswerForm(FlaskForm):
    """What one's own authority takes."""

    stance = RadioField(
        _l("Your authority"),
        [InputRequired(_l("Choose your answer"))],
        choices=options([("accept", _l("We find services for them")), ("decline", _l("We cannot take part"))]),
    )
    takes = IntegerField(_l("For how many people"), [Optional(), NumberRange(min=0, max=5000)])
    note = TextAreaField(_l("In your own words"), [Optional(), Length(max=2000), *TEXT_CHECKS])


class FigureForm(FlaskForm):
    """A municipality's labour force."""

    municipality = StringField(
        _l("Municipality"), [DataRequired(_l("Enter the municipality")), Length(max=100), *TEXT_CHECKS]
    )
    labour_force = IntegerField(
        _l("Labour force"), [InputRequired(_l("Enter a number")), NumberRange(min=1, max=9_999_999)]
    )
    unemployed = IntegerField(
        _l("Unemployed job seekers"), [InputRequired(_l("Enter a number")), NumberRange(min=1, max=9_999_999)]
    )
    as_of = DateField(_l("Figures of"), [InputRequired(_l("Enter the day"))])


class NeedsForm(FlaskForm):
    """What is asked for the people of a line alike."""

    line = SelectField(_l("People"), [InputRequired(_l("Choose the people"))])
    category = SelectField(_l("Category"), [InputRequired(_l("Choose the category"))])
    place = StringField(_l("Place"), [Optional(), Length(max=100), *TEXT_CHECKS])
    is_remote = BooleanField(_l("A remote service suits, too"))
    languages = StringField(
        _l("Service languages"),
        [InputRequired(_l("Enter a language")), Length(max=100)],
        default="fi",
        description=_l("By their codes, several with a plus sign: fi+ar."),
    )
    latest_start = DateField(_l("Latest start"), [InputRequired(_l("Enter the day"))])

    def offer(self, lines: Iterable[tuple[LayoffLine, str]], categories: Iterable[Category]) -> NeedsForm:
        """Lines with people who have no needs yet, and categories to order from."""
        self.line.choices = options((str(line.id), text) for line, text in lines)
        self.category.choices = options((str(each.id), localized(each, "name")) for each in categories)
        return self

    def wish(self) -> Wish:
        """What was typed."""
        return Wish(
            place=self.place.data or None,
            is_remote=self.is_remote.data,
            languages=[each for each in self.languages.data.lower().replace(",", "+").split("+") if each.strip()],
            latest_start=self.latest_start.data,
        )

    @property
    def line_id(self) -> uuid.UUID:
        return uuid.UUID(self.line.data)


class ReferenceForm(FlaskForm):
    """The customer system's reference of one person."""

    reference = StringField(_l("Reference"), [DataRequired(_l("Enter the reference")), Length(max=40), *TEXT_CHECKS])
