"""What a coordinator types about a category, a step at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.formatting import language_name
from core.web.options import options
from core.web.text_checks import no_nul
from dps.systems import legal_mode, record_uses
from dps.systems.details import CategoryDetails
from dps.systems.forms.shared import CODE, EUROS, MAYBE_EUROS, MORE, NAME, TEXT, WHOLE, CheckBoxes
from dps.systems.models import (
    DECLINE_REASON_TITLES,
    LEGAL_MODE_TITLES,
    ORDERING_RULE_TITLES,
    PRICE_UNIT_TITLES,
    RECORD_USE_TITLES,
    SERVICE_TYPE_TITLES,
    LegalMode,
    OrderingRule,
    PriceUnit,
    RecordUse,
    ServiceType,
)

#: Languages a category may ask services in.
SERVICE_LANGUAGES = ("fi", "sv", "en", "et", "ru", "uk", "so", "ar", "fa", "ku", "es", "fr", "tr", "zh")


class StepForm(FlaskForm):
    """One step: what it shows of the details, and the details after it."""

    #: Values that the details keep as something other than text and numbers.
    kinds: ClassVar[dict[str, Any]] = {}
    #: A heading before a field, where a long form falls into parts.
    headings: ClassVar[dict[str, Any]] = {}

    def show(self, details: CategoryDetails) -> None:
        """Fill the fields from the details; called when the step is opened."""
        for field in self:
            if field.short_name != "csrf_token" and hasattr(details, field.short_name):
                value = getattr(details, field.short_name)
                field.data = value.value if field.short_name in self.kinds else value

    def values(self) -> dict[str, Any]:
        """What was typed, as the details keep it."""
        found = {}
        for field in self:
            if (
                field.short_name in ("csrf_token", "terms_file")
                or field.short_name not in CategoryDetails.__annotations__
            ):
                continue
            kind = self.kinds.get(field.short_name)
            found[field.short_name] = kind(field.data) if kind else _or_empty(field)
        return found

    def applied(self, details: CategoryDetails) -> CategoryDetails:
        """The details after this step."""
        return replace(details, **self.values())


def _or_empty(field: Any) -> Any:
    """A text that was left out is an empty text, a list an empty list."""
    if field.data is None and isinstance(field, StringField):
        return ""
    return (field.data or []) if isinstance(field, CheckBoxes) else field.data


class WhatForm(StepForm):
    kinds: ClassVar[dict[str, Any]] = {"service_type": ServiceType}

    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    code = StringField(_l("Code"), CODE, description=_l("Short and stable, for addresses and data: job-coaching"))
    description_fi = TextAreaField(_l("Description in Finnish"), TEXT)
    description_sv = TextAreaField(_l("Description in Swedish"), TEXT)
    description_en = TextAreaField(_l("Description in English"), MORE)
    service_type = SelectField(_l("Kind of service"), choices=options(SERVICE_TYPE_TITLES.items()))
    cpv = StringField(
        _l("CPV code"),
        [
            DataRequired(_l("Write the CPV code, like 79611000-0")),
            Regexp(
                r"^\s*\d{8}-\d\s*$", message=_l("Write eight digits, a hyphen and the check digit, like 79611000-0.")
            ),
        ],
        render_kw={"list": "cpv-codes"},
        filters=[lambda value: value.strip() if value else value],
        description=_l("The code decides which rules and threshold apply."),
    )
    area_names = StringField(
        _l("Municipalities"),
        [DataRequired(_l("Write at least one municipality")), Length(max=500), no_nul],
        description=_l("Separated by commas: Kuopio, Siilinjärvi"),
    )
    languages = CheckBoxes(_l("Languages of service"), [DataRequired(_l("Choose at least one language"))])
    max_duration_days = IntegerField(_l("Longest service in days"), [WHOLE, NumberRange(1, 1500)], default=90)
    has_work_trial = BooleanField(_l("The customer does work tasks at a workplace"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.languages.choices = options((code, language_name(code)) for code in SERVICE_LANGUAGES)

    def show(self, details: CategoryDetails) -> None:
        super().show(details)
        self.area_names.data = ", ".join(details.areas)

    def values(self) -> dict[str, Any]:
        areas = [area.strip() for area in self.area_names.data.split(",") if area.strip()]
        return {**super().values(), "areas": areas}

    def new(self, system_value: Decimal, today: date) -> CategoryDetails:
        """A new category, with the legal mode that code and value suggest."""
        values = self.values()
        mode = legal_mode.suggested_mode(values["cpv"], system_value, today)
        direct = legal_mode.direct_orders_allowed(mode)
        rule = OrderingRule.CUSTOMER_CHOICE if direct else OrderingRule.COMPETITION
        return CategoryDetails(**values, legal_mode=mode, ordering_rule=rule)


class TurnoverForm(StepForm):
    largest_contract_value = DecimalField(
        _l("Expected largest value of one contract, without VAT"),
        MAYBE_EUROS,
        places=2,
        description=_l("Needed only if a minimum turnover is asked for."),
    )
    minimum_turnover = DecimalField(
        _l("Minimum turnover asked for, in euros a year"),
        MAYBE_EUROS,
        places=2,
        description=_l("At most twice the largest contract, unless you write a reason. Leave empty to ask for none."),
    )
    turnover_reason = TextAreaField(_l("Why a higher turnover is needed"), MORE)


class PricesForm(StepForm):
    kinds: ClassVar[dict[str, Any]] = {"price_unit": PriceUnit}

    price_unit = SelectField(_l("Unit of price"), choices=options(PRICE_UNIT_TITLES.items()))
    price_ceiling = DecimalField(_l("Price ceiling without value added tax"), EUROS, places=2)


class OrderingForm(StepForm):
    kinds: ClassVar[dict[str, Any]] = {"legal_mode": LegalMode, "ordering_rule": OrderingRule}
    headings: ClassVar[dict[str, Any]] = {
        "ranking_by": _l("If the rule is order of preference"),
        "rotation_start": _l("If the rule is rotation"),
        "accept_within_hours": _l("Service times"),
        "price_only_reason": _l("If price alone decides"),
    }

    legal_mode = SelectField(_l("Legal mode"), choices=options(LEGAL_MODE_TITLES.items()))
    ordering_rule = SelectField(_l("Ordering rule"), choices=options(ORDERING_RULE_TITLES.items()))
    newcomer_percent = IntegerField(
        _l("Share of searches in which new providers come first, in percent"), [WHOLE, NumberRange(0, 100)], default=0
    )
    ranking_by = SelectField(
        _l("What the order of preference goes by"),
        choices=options(
            [
                ("", _l("Not chosen")),
                ("price", _l("The lowest price; equal prices in turn")),
                ("classes", _l("The three quality classes; within a class the lowest price, then in turn")),
            ]
        ),
    )
    update_months = IntegerField(_l("Quality classes made anew every so many months"), [Optional(), NumberRange(1, 24)])
    rotation_start = SelectField(
        _l("Who has the first turn"),
        choices=options([("", _l("Not chosen")), ("lot", _l("Drawn by lot; then whose last order is longest ago"))]),
    )
    accept_within_hours = IntegerField(_l("Hours to accept an order"), [WHOLE, NumberRange(1, 1000)])
    start_within_days = IntegerField(_l("Days until the service starts"), [WHOLE, NumberRange(0, 365)])
    report_within_days = IntegerField(_l("Days to report after the service"), [WHOLE, NumberRange(0, 365)])
    price_only_reason = TextAreaField(
        _l("Why price alone decides"), MORE, description=_l("Only if no award criterion is about quality.")
    )

    def show(self, details: CategoryDetails) -> None:
        super().show(details)
        self.newcomer_percent.data = int(details.newcomer_share * 100)
        parameters = details.ordering_parameters
        self.ranking_by.data = parameters.get("by", "")
        self.update_months.data = parameters.get("update_months")
        self.rotation_start.data = parameters.get("start", "")

    def values(self) -> dict[str, Any]:
        found = super().values()
        found["newcomer_share"] = Decimal(self.newcomer_percent.data) / 100
        found["ordering_parameters"] = self._parameters(found["ordering_rule"])
        return found

    def _parameters(self, rule: OrderingRule) -> dict[str, Any]:
        """The published parameters of the chosen rule (R3); those of others are not kept."""
        if rule is OrderingRule.RANKING:
            by = self.ranking_by.data or None
            given = {"by": by, "update_months": self.update_months.data if by == "classes" else None}
        elif rule is OrderingRule.ROTATION:
            given = {"start": self.rotation_start.data or None}
        else:
            given = {}
        return {name: value for name, value in given.items() if value is not None}


class TermsForm(StepForm):
    headings: ClassVar[dict[str, Any]] = {
        "quality_fi": _l("Quality rules"),
        "record_uses": _l("Quality record"),
        "terms_version": _l("Contract terms"),
    }

    decline_reasons = CheckBoxes(
        _l("Reasons for which an order may be declined"), choices=options(DECLINE_REASON_TITLES.items())
    )
    quality_fi = TextAreaField(
        _l("Quality rules in Finnish"), MORE, description=_l("What good service means here, and how it is followed.")
    )
    quality_sv = TextAreaField(_l("Quality rules in Swedish"), MORE)
    quality_en = TextAreaField(_l("Quality rules in English"), MORE)
    record_uses = CheckBoxes(
        _l("What the quality record is used for"),
        choices=options((use.value, title) for use, title in RECORD_USE_TITLES.items() if use is not RecordUse.SHOW),
        description=_l(
            "It is always shown. What is chosen here is published and kept to: it is used for nothing else."
        ),
    )
    terms_version = StringField(
        _l("Version of the contract terms"), [DataRequired(_l("Write the version")), Length(max=40)], default="1.0"
    )
    terms_fi = TextAreaField(_l("Contract terms in Finnish"), [*TEXT[:1], Length(max=50_000), no_nul])
    terms_sv = TextAreaField(_l("Contract terms in Swedish"), [*TEXT[:1], Length(max=50_000), no_nul])
    terms_en = TextAreaField(_l("Contract terms in English"), [Optional(), Length(max=50_000), no_nul])

    def values(self) -> dict[str, Any]:
        return {**super().values(), "record_uses": record_uses.in_order(self.record_uses.data or [])}


class TermsFileForm(FlaskForm):
    terms_file = FileField(
        _l("Contract terms as a document"),
        [FileRequired(_l("Choose a file"))],
        description=_l("A PDF or DOCX file of at most 10 MB. It is published with the rest."),
    )


class CopyForm(FlaskForm):
    category_id = SelectField(
        _l("Category to copy"), [InputRequired(_l("Choose a category"))], description=_l("Everything in it is copied.")
    )
