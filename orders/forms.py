"""What experts, providers and coordinators may type about needs, orders and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.fields import DecimalField
from core.web.formatting import language_name
from core.web.options import SelectChoice, options
from core.web.text_checks import no_identity_code, no_nul
from dps.systems.models import Category, DeclineReason
from orders import rules, titles
from orders.models import AgeBand, EducationBand, EndKind, InterruptionReason, Order, UnemploymentBand
from orders.service import NeedDetails, Report

TEXT_CHECKS = [no_nul, no_identity_code]


def _options(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return options((each.value, title) for each, title in names.items())


class CheckboxesField(SelectMultipleField):
    """Several choices as a list of check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NeedForm(FlaskForm):
    """What a customer needs; no name, no identity code."""

    customer_reference = StringField(
        _l("Customer's reference"),
        [
            DataRequired(_l("Enter the reference of your customer system, like AS-2026/118")),
            Length(max=40),
            *TEXT_CHECKS,
        ],
        description=_l("The reference of your customer system. No name and no personal identity code."),
    )
    municipality = StringField(
        _l("Home municipality"), [DataRequired(_l("Enter the home municipality")), Length(max=100), *TEXT_CHECKS]
    )
    languages = CheckboxesField(
        _l("Service languages the customer needs"), [DataRequired(_l("Choose at least one language"))]
    )
    place = SelectField(_l("Place"), [Optional()])
    is_remote = BooleanField(_l("A remote service suits too"))
    latest_start = DateField(_l("Start at the latest"), [InputRequired(_l("Enter the last day on which it may start"))])
    modules = CheckboxesField(_l("Additional modules"))
    accessibility = TextAreaField(
        _l("Barrier-free access"),
        [Length(max=1000), *TEXT_CHECKS],
        description=_l("What the place or the service must have. Do not write about health."),
    )
    age_band = SelectField(_l("Age"), choices=_options(titles.AGE_TITLES))
    unemployment_band = SelectField(_l("Without work"), choices=_options(titles.UNEMPLOYMENT_TITLES))
    education_band = SelectField(_l("Education"), choices=_options(titles.EDUCATION_TITLES))

    def offer_choices(self, category: Category) -> NeedForm:
        """Offer the languages, places and modules of the category."""
        self.languages.choices = options((code, language_name(code)) for code in rules.languages_of(category))
        self.place.choices = options([("", _l("Remote only")), *((place, place) for place in category.areas)])
        self.modules.choices = options((each.code, localized(each, "name")) for each in category.modules)
        return self

    def details(self) -> NeedDetails:
        """What the form says, as the verb takes it."""
        return NeedDetails(
            customer_reference=self.customer_reference.data.strip(),
            municipality=self.municipality.data.strip(),
            place=self.place.data or None,
            is_remote=self.is_remote.data,
            languages=self.languages.data,
            latest_start=self.latest_start.data,
            modules=self.modules.data or [],
            accessibility=(self.accessibility.data or "").strip(),
            age_band=AgeBand(self.age_band.data),
            unemployment_band=UnemploymentBand(self.unemployment_band.data),
            education_band=EducationBand(self.education_band.data),
        )


class PickForm(FlaskForm):
    """The services the customer shall see; which ones fit is asked by the verb."""

    offerings = SelectMultipleField(validate_choice=False)


class DeclineForm(FlaskForm):
    reason = RadioField(_l("Reason for declining"), [InputRequired(_l("Choose the reason"))])

    def offer_choices(self, order: Order) -> DeclineForm:
        """Only the published reasons."""
        reasons = [DeclineReason(each) for each in order.category.decline_reasons]
        self.reason.choices = options((each.value, titles.DECLINE_TITLES[each]) for each in reasons)
        return self


class StartForm(FlaskForm):
    started_on = DateField(_l("Began on"), [InputRequired(_l("Enter the day on which it began"))])


class ReportForm(FlaskForm):
    """The final report of a service."""

    ended_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day of the service"))])
    end_kind = RadioField(
        _l("How the service ended"),
        [InputRequired(_l("Choose how the service ended"))],
        choices=_options(titles.END_TITLES),
    )
    interruption_reason = SelectField(
        _l("Why it was interrupted"),
        [Optional()],
        choices=[*options([("", _l("Not interrupted"))]), *_options(titles.INTERRUPTION_TITLES)],
    )
    amount = DecimalField(
        _l("Amount to be invoiced without VAT, euros"),
        [InputRequired(_l("Enter an amount in euros, like 1250.00")), NumberRange(0, 9_999_999)],
        places=2,
    )
    text = TextAreaField(
        _l("Report"),
        [DataRequired(_l("Tell in a few sentences what was done")), Length(max=8000), *TEXT_CHECKS],
        description=_l("Do not write names or personal identity codes."),
    )

    def report(self) -> Report:
        """What the form says, as the verb takes it."""
        reason = self.interruption_reason.data
        return Report(
            ended_on=self.ended_on.data,
            end_kind=EndKind(self.end_kind.data),
            interruption_reason=InterruptionReason(reason) if reason else None,
            amount=self.amount.data,
            text=self.text.data.strip(),
        )


class ReturnForm(FlaskForm):
    reason = TextAreaField(
        _l("What is to be mended"),
        [DataRequired(_l("Tell what is to be mended")), Length(max=2000), *TEXT_CHECKS],
    )


class BudgetForm(FlaskForm):
    category = SelectField(_l("Category"), [InputRequired(_l("Choose the category"))])
    year = IntegerField(_l("Year"), [InputRequired(_l("Enter the year")), NumberRange(2000, 2100)])
    amount = DecimalField(
        _l("Amount without VAT, euros"),
        [InputRequired(_l("Enter an amount in euros, like 50000.00")), NumberRange(0, 999_999_999)],
        places=2,
    )


class ServicesFilter(FlaskForm):
    """What a visitor may narrow the public list by."""

    class Meta:
        csrf = False

    category = SelectField(_l("Category"), [Optional()])
    place = StringField(_l("Place"), [Optional(), Length(max=100)])
    language = SelectField(_l("Service language"), [Optional()])
