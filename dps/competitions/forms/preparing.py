"""What a coordinator types about a draft competition, a step at a time."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.options import options
from dps.competitions.documents import CompetitionDetails
from dps.competitions.forms.moments import moment_of, parts_of
from dps.competitions.models import PRICE_FORMULA_TITLES, TIE_RULE_TITLES, Competition, PriceFormula, TieRule
from dps.systems.forms.shared import MORE, NAME, TEXT, WHOLE, CheckBoxes
from dps.systems.models import Category

_TERMS = [TEXT[0], Length(max=50_000), *TEXT[2:]]


class BeginForm(FlaskForm):
    category_id = SelectField(
        _l("Category"),
        [InputRequired(_l("Choose a category"))],
        description=_l("Criteria, terms, unit and places are copied from what the category has published."),
    )


class StepForm(FlaskForm):
    """One step: what it shows of the details, and the details after it."""

    #: Values that the details keep as something other than text and numbers.
    kinds: ClassVar[dict[str, Any]] = {}
    #: A heading before a field, where a long form falls into parts.
    headings: ClassVar[dict[str, Any]] = {}

    def fill_choices(self, category: Category) -> None:
        """Give the choices that depend on the category."""

    def show(self, details: CompetitionDetails) -> None:
        """Fill the fields from the details; called when the step is opened."""
        for field in self:
            if field.short_name in CompetitionDetails.__dataclass_fields__:
                value = getattr(details, field.short_name)
                field.data = value.value if field.short_name in self.kinds else value

    def applied(self, details: CompetitionDetails) -> CompetitionDetails:
        """The details after this step."""
        found: dict[str, Any] = {}
        for field in self:
            if field.short_name in CompetitionDetails.__dataclass_fields__:
                kind = self.kinds.get(field.short_name)
                empty: Any = "" if isinstance(field, StringField) else [] if isinstance(field, CheckBoxes) else None
                found[field.short_name] = kind(field.data) if kind else empty if field.data is None else field.data
        return replace(details, **found)


class WhatForm(StepForm):
    headings: ClassVar[dict[str, Any]] = {"places": _l("Where and how much"), "starts_on": _l("Contract period")}

    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    description_fi = TextAreaField(_l("Description in Finnish"), TEXT)
    description_sv = TextAreaField(_l("Description in Swedish"), TEXT)
    description_en = TextAreaField(_l("Description in English"), MORE)
    places = CheckBoxes(_l("Places"), [DataRequired(_l("Choose at least one place"))])
    customers = IntegerField(_l("How many customers"), [WHOLE, NumberRange(1, 1_000_000)])
    groups = IntegerField(
        _l("How many groups"),
        [Optional(), NumberRange(1, 100_000)],
        description=_l("Only if customers come in groups."),
    )
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])
    options_text = StringField(
        _l("Options, in days each"),
        [
            Optional(),
            Regexp(
                r"^\s*\d{1,4}(\s*,\s*\d{1,4}){0,9}\s*$", message=_l("Write days separated by commas, like 180, 180")
            ),
        ],
        description=_l("Each may be used once, in this order. Leave empty for none."),
    )

    def fill_choices(self, category: Category) -> None:
        self.places.choices = options((place, place) for place in category.areas)

    def show(self, details: CompetitionDetails) -> None:
        super().show(details)
        self.options_text.data = ", ".join(str(days) for days in details.option_days)

    def applied(self, details: CompetitionDetails) -> CompetitionDetails:
        days = [int(word) for word in re.findall(r"\d+", self.options_text.data or "")]
        return replace(super().applied(details), option_days=days)


class FormulaForm(StepForm):
    kinds: ClassVar[dict[str, Any]] = {"price_formula": PriceFormula, "tie_rule": TieRule}

    price_formula = SelectField(_l("Price formula"), choices=options(PRICE_FORMULA_TITLES.items()))
    linear_zero_at = DecimalField(
        _l("No price points at so many times the lowest price"),
        [InputRequired(_l("Enter a number, like 2")), NumberRange(min=1.01, max=100)],
        places=2,
        description=_l("Only for the formula on a line."),
    )
    price_only_reason = TextAreaField(
        _l("Why price alone decides"), MORE, description=_l("Only if no award criterion is about quality.")
    )
    scale_max = IntegerField(
        _l("Evaluators give points from 0 to"), [WHOLE, NumberRange(1, 100)], description=_l("For each question.")
    )
    tie_rule = SelectField(_l("If the points are equal"), choices=options(TIE_RULE_TITLES.items()))
    winners = IntegerField(_l("Suppliers chosen in each lot"), [WHOLE, NumberRange(1, 100)])
    low_price_percent = IntegerField(
        _l("A price is looked into below this percent of the median"), [WHOLE, NumberRange(1, 99)]
    )


class TermsForm(StepForm):
    headings: ClassVar[dict[str, Any]] = {
        "invites_later_admitted": _l("What is promised for the whole competition"),
        "terms_version": _l("Contract terms"),
    }

    terms_version = StringField(
        _l("Version of the contract terms"), [DataRequired(_l("Write the version")), Length(max=40)]
    )
    terms_fi = TextAreaField(_l("Contract terms in Finnish"), _TERMS)
    terms_sv = TextAreaField(_l("Contract terms in Swedish"), _TERMS)
    terms_en = TextAreaField(_l("Contract terms in English"), [Optional(), *_TERMS[1:]])
    invites_later_admitted = BooleanField(
        _l("Suppliers who are admitted during the time for tenders are invited, too"),
        description=_l("The time then gets longer for everybody, so that the newcomer has the full time."),
    )
    unconfirmed_lapses = BooleanField(
        _l("After a material change a tender that is not confirmed lapses"),
        description=_l("It is then never opened. Otherwise it stays valid as it was sent."),
    )
    skips_standstill = BooleanField(
        _l("The contract is made without a standstill period"),
        description=_l("Possible inside a dynamic purchasing system. The time for appeal is then 30 days."),
    )
    has_committee_keys = BooleanField(
        _l("The committee has its own keys"),
        description=_l("Three members make a key each. Two of them are needed to open; the server alone cannot."),
    )


class TimeForm(FlaskForm):
    planned_due_on = DateField(_l("Last day for tenders"), [InputRequired(_l("Choose the last day for tenders."))])
    planned_due_time = TimeField(
        _l("Time of day"), [Optional()], description=_l("Leave empty: tenders are taken until the end of the day.")
    )
    questions_until_on = DateField(
        _l("Last day for questions"),
        [Optional()],
        description=_l(
            "Leave empty to take questions as long as tenders. Answer at the latest six days before the end."
        ),
    )

    def show_of(self, competition: Competition) -> None:
        self.planned_due_on.data, self.planned_due_time.data = parts_of(competition.planned_due_at)
        self.questions_until_on.data, _time = parts_of(competition.questions_until)

    @property
    def due_at(self) -> Any:
        return moment_of(self.planned_due_on.data, self.planned_due_time.data)

    @property
    def questions_until(self) -> Any:
        return moment_of(self.questions_until_on.data, None)


class MemberForm(FlaskForm):
    person_id = SelectField(_l("Person"), [InputRequired(_l("Choose a person"))])
    opens = BooleanField(_l("Opens the tenders"), default=True)
    evaluates = BooleanField(_l("Evaluates the tenders"), default=True)
