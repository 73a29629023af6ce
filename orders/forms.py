"""What experts, providers and coordinators may type about needs, orders and money."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.fields import CheckboxesField, DecimalField
from core.web.formatting import language_name
from core.web.options import SelectChoice, options
from core.web.text_checks import no_identity_code, no_nul
from dps.offerings.models import SERVICE_FORM_TITLES, ServiceForm
from dps.systems.models import Category, DeclineReason
from dps.systems.production import PRODUCTION_TITLES, Production
from orders import rules, titles
from orders.fitting import Filters
from orders.models import AgeBand, EducationBand, EndKind, Goal, InterruptionReason, Order, UnemploymentBand
from orders.money import queries as money_queries
from orders.money import rules as money
from orders.money import titles as money_titles
from orders.service import NeedDetails, Report
from orders.service.delivering import ReportLine

TEXT_CHECKS = [no_nul, no_identity_code]


def _options(names: Mapping[Any, Any]) -> list[SelectChoice]:
    return options((each.value, title) for each, title in names.items())


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
    form = SelectField(
        _l("Alone or in a group"), choices=[*options([("", _l("Both suit"))]), *options(SERVICE_FORM_TITLES.items())]
    )
    modules = CheckboxesField(_l("Additional modules"))
    accessibility = TextAreaField(
        _l("Barrier-free access"),
        [Length(max=1000), *TEXT_CHECKS],
        description=_l("What the place or the service must have. Do not write about health."),
    )
    age_band = SelectField(_l("Age"), choices=_options(titles.AGE_TITLES), default="unknown")
    unemployment_band = SelectField(_l("Without work"), choices=_options(titles.UNEMPLOYMENT_TITLES), default="unknown")
    education_band = SelectField(_l("Education"), choices=_options(titles.EDUCATION_TITLES), default="unknown")
    goal = SelectField(
        _l("What the customer is after"),
        choices=[*options([("", _l("Not told"))]), *_options(titles.GOAL_TITLES)],
    )

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
            goal=Goal(self.goal.data) if self.goal.data else None,
            form=ServiceForm(self.form.data) if self.form.data else None,
        )


class OrderForm(FlaskForm):
    """An order by the published rule; another than the first of a ranking with a reason (R3)."""

    offering = SelectField(coerce=uuid.UUID, validate_choice=False)
    deviation_reason = TextAreaField(
        _l("Why another than the first"),
        [Optional(), Length(max=1000), *TEXT_CHECKS],
        description=_l("The reason is kept with the order and reported. Do not write about the customer's health."),
    )


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
    """The final report of a service; ``report_form`` makes the one of an order."""

    #: The parts of the price, where there are several.
    parts: Sequence[money.Part] = ()

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

    def amounts(self) -> list[Any]:
        """The fields of the amounts: one, or one for each part of the price."""
        return [each for each in self if each.name == "amount" or each.name.startswith("part_")]

    def report(self) -> Report:
        """What the form says, as the verb takes it."""
        reason = self.interruption_reason.data
        return Report(
            ended_on=self.ended_on.data,
            end_kind=EndKind(self.end_kind.data),
            interruption_reason=InterruptionReason(reason) if reason else None,
            amount=self.amount.data if self.amount else None,
            lines=[
                ReportLine(kind=part.kind, code=part.code, amount=self[f"part_{number}"].data)
                for number, part in enumerate(self.parts)
            ],
            text=self.text.data.strip(),
        )


def report_form(order: Order, **given: Any) -> ReportForm:
    """The final report of an order: with an amount for each part where its price has several."""
    parts = money.reportable_parts(order)
    if len(parts) == 1:
        return ReportForm(**{"amount": parts[0].amount, **given})
    names, before = money_titles.part_names(order.category), money_queries.live_lines(order.id)
    fields: dict[str, Any] = {
        f"part_{number}": DecimalField(
            money_titles.name_of(names, part.kind, part.code),
            [InputRequired(_l("Enter an amount in euros, like 1250.00")), NumberRange(0, 9_999_999)],
            places=2,
            default=money.left_of(part, before),
        )
        for number, part in enumerate(parts)
    }
    return cast(ReportForm, type("ReportForm", (ReportForm,), {**fields, "amount": None, "parts": parts})(**given))


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
    beyond = SelectField(_l("An order that would go over"), [InputRequired(_l("Choose what happens"))])


class FilterForm(FlaskForm):
    """How an expert narrows the services that fit a need; what it says stands in the address."""

    class Meta:
        csrf = False

    words = StringField(_l("Search words"), [Optional(), Length(max=100)])
    place = SelectField(_l("Place"), [Optional()])
    language = SelectField(_l("Service language"), [Optional()])
    starts_by = DateField(_l("Starts at the latest"), [Optional()])
    form = SelectField(
        _l("Alone or in a group"),
        [Optional()],
        choices=[*options([("", _l("Both"))]), *options(SERVICE_FORM_TITLES.items())],
    )
    price_to = DecimalField(_l("Price at most, euros"), [Optional(), NumberRange(0, 9_999_999)], places=2)
    is_remote = BooleanField(_l("Only remote services"))
    production = SelectField(
        _l("How it is produced"),
        [Optional()],
        choices=[*options([("", _l("All ways"))]), *options(PRODUCTION_TITLES.items())],
    )

    def offer_choices(self, category: Category) -> FilterForm:
        """Offer the places and languages of the category."""
        self.place.choices = options([("", _l("All places")), *((place, place) for place in category.areas)])
        languages = [(code, language_name(code)) for code in rules.languages_of(category)]
        self.language.choices = options([("", _l("All languages")), *languages])
        return self

    def filters(self) -> Filters:
        """What narrows; a field that cannot be read narrows nothing and shows its error."""
        self.validate()
        good = {name: field.data for name, field in self._fields.items() if not field.errors}
        return Filters(
            words=(good.get("words") or "").strip(),
            place=good.get("place") or "",
            language=good.get("language") or "",
            starts_by=good.get("starts_by"),
            price_to=good.get("price_to"),
            form=ServiceForm(good["form"]) if good.get("form") else None,
            is_remote=bool(good.get("is_remote")),
            production=Production(good["production"]) if good.get("production") else None,
        )


class WishForm(FlaskForm):
    """What is known before the service is: the goal, place, languages and time."""

    class Meta:
        csrf = False

    goal = RadioField(
        _l("What the customer is after"),
        [InputRequired(_l("Choose what the customer is after"))],
        choices=_options(titles.GOAL_TITLES),
    )
    place = SelectField(_l("Place"), [Optional()])
    is_remote = BooleanField(_l("A remote service suits too"))
    languages = CheckboxesField(_l("Service languages the customer needs"))
    latest_start = DateField(_l("Start at the latest"), [InputRequired(_l("Enter the last day on which it may start"))])

    def offer_choices(self, categories: Sequence[Category]) -> WishForm:
        """Offer every place and language of the categories."""
        places = sorted({place for each in categories for place in each.areas})
        codes = dict.fromkeys(code for each in categories for code in rules.languages_of(each))
        self.place.choices = options([("", _l("Remote only")), *((place, place) for place in places)])
        self.languages.choices = options((code, language_name(code)) for code in codes)
        return self


class ServicesFilter(FlaskForm):
    """What a visitor may narrow the public list by."""

    class Meta:
        csrf = False

    q = StringField(_l("Search words"), [Optional(), Length(max=100)])
    category = SelectField(_l("Category"), [Optional()])
    place = StringField(_l("Place"), [Optional(), Length(max=100)])
    language = SelectField(_l("Service language"), [Optional()])
    production = SelectField(
        _l("How it is produced"),
        [Optional()],
        choices=[*options([("", _l("All ways"))]), *options(PRODUCTION_TITLES.items())],
    )
