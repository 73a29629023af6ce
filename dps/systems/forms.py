"""What a coordinator types about systems, categories, modules and requirements."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.formatting import language_name
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.systems.cpv import COMMON_CODES
from dps.systems.details import CategoryDetails, ModuleDetails, RequirementDetails, SystemDetails
from dps.systems.models import (
    DECLINE_REASON_TITLES,
    LEGAL_MODE_TITLES,
    ORDERING_RULE_TITLES,
    PRICE_UNIT_TITLES,
    SERVICE_TYPE_TITLES,
    LegalMode,
    OrderingRule,
    PriceUnit,
    RequirementKind,
    ServiceType,
)
from suppliers import criteria

#: Languages a category may ask services in.
SERVICE_LANGUAGES = ("fi", "sv", "en", "et", "ru", "uk", "so", "ar", "fa", "ku", "es", "fr", "tr", "zh")

NAME = [DataRequired(_l("Write the name")), Length(max=200), no_nul, no_identity_code]
TEXT = [DataRequired(_l("Write the text")), Length(max=5000), no_nul, no_identity_code]
MORE = [Optional(), Length(max=5000), no_nul, no_identity_code]
CODE = [
    DataRequired(_l("Write a short code")),
    Length(max=60),
    Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small letters, digits and hyphens, like job-coaching")),
]
EUROS = [
    InputRequired(_l("Enter a sum in euros, like 1250.00")),
    NumberRange(min=Decimal("0.01"), max=Decimal("9999999999"), message=_l("Enter a sum in euros, like 1250.00")),
]


class CheckBoxes(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SystemForm(FlaskForm):
    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    description_fi = TextAreaField(
        _l("Description in Finnish"),
        TEXT,
        description=_l("What is bought, for whom, and about how much in the whole duration."),
    )
    description_sv = TextAreaField(_l("Description in Swedish"), TEXT)
    description_en = TextAreaField(_l("Description in English"), MORE)
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])
    estimated_value = DecimalField(
        _l("Estimated value without value added tax"),
        EUROS,
        places=2,
        description=_l("The sum of all contracts of the whole duration, options included."),
    )
    closing_announced = BooleanField(_l("The system may be closed temporarily"), default=True)

    def details(self) -> SystemDetails:
        return SystemDetails(
            name_fi=self.name_fi.data,
            name_sv=self.name_sv.data,
            name_en=self.name_en.data,
            description_fi=self.description_fi.data,
            description_sv=self.description_sv.data,
            description_en=self.description_en.data or "",
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            estimated_value=self.estimated_value.data,
            closing_announced=self.closing_announced.data,
        )


class CategoryForm(FlaskForm):
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
        description=_l("The code decides which rules and threshold apply."),
    )
    legal_mode = SelectField(_l("Legal mode"), choices=options(LEGAL_MODE_TITLES.items()))
    ordering_rule = SelectField(_l("Ordering rule"), choices=options(ORDERING_RULE_TITLES.items()))
    newcomer_percent = IntegerField(
        _l("Share of searches in which new providers come first, in percent"),
        [InputRequired(_l("Enter a whole number")), NumberRange(0, 100)],
        default=0,
    )
    price_unit = SelectField(_l("Unit of price"), choices=options(PRICE_UNIT_TITLES.items()))
    price_ceiling = DecimalField(_l("Price ceiling without value added tax"), EUROS, places=2)
    accept_within_hours = IntegerField(
        _l("Hours to accept an order"), [InputRequired(_l("Enter a whole number")), NumberRange(1, 1000)], default=48
    )
    start_within_days = IntegerField(
        _l("Days until the service starts"),
        [InputRequired(_l("Enter a whole number")), NumberRange(0, 365)],
        default=14,
    )
    report_within_days = IntegerField(
        _l("Days to report after the service"),
        [InputRequired(_l("Enter a whole number")), NumberRange(0, 365)],
        default=14,
    )
    max_duration_days = IntegerField(
        _l("Longest service in days"), [InputRequired(_l("Enter a whole number")), NumberRange(1, 1500)], default=90
    )
    has_work_trial = BooleanField(_l("The customer does work tasks at a workplace"))
    areas = StringField(
        _l("Municipalities"),
        [DataRequired(_l("Write at least one municipality")), Length(max=500), no_nul],
        description=_l("Separated by commas: Kuopio, Siilinjärvi"),
    )
    languages = CheckBoxes(_l("Languages of service"), [DataRequired(_l("Choose at least one language"))])
    decline_reasons = CheckBoxes(
        _l("Reasons for which an order may be declined"), choices=options(DECLINE_REASON_TITLES.items())
    )
    terms_version = StringField(
        _l("Version of the contract terms"), [DataRequired(_l("Write the version")), Length(max=40)], default="1.0"
    )
    terms_fi = TextAreaField(_l("Contract terms in Finnish"), [*TEXT[:1], Length(max=50_000), no_nul])
    terms_sv = TextAreaField(_l("Contract terms in Swedish"), [*TEXT[:1], Length(max=50_000), no_nul])
    terms_en = TextAreaField(_l("Contract terms in English"), [Optional(), Length(max=50_000), no_nul])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.languages.choices = options((code, language_name(code)) for code in SERVICE_LANGUAGES)

    def details(self) -> CategoryDetails:
        return CategoryDetails(
            code=self.code.data,
            name_fi=self.name_fi.data,
            name_sv=self.name_sv.data,
            name_en=self.name_en.data,
            description_fi=self.description_fi.data,
            description_sv=self.description_sv.data,
            description_en=self.description_en.data or "",
            service_type=ServiceType(self.service_type.data),
            cpv=self.cpv.data.strip(),
            legal_mode=LegalMode(self.legal_mode.data),
            ordering_rule=OrderingRule(self.ordering_rule.data),
            price_unit=PriceUnit(self.price_unit.data),
            price_ceiling=self.price_ceiling.data,
            accept_within_hours=self.accept_within_hours.data,
            start_within_days=self.start_within_days.data,
            report_within_days=self.report_within_days.data,
            max_duration_days=self.max_duration_days.data,
            has_work_trial=self.has_work_trial.data,
            newcomer_share=Decimal(self.newcomer_percent.data) / 100,
            areas=[area.strip() for area in self.areas.data.split(",") if area.strip()],
            languages=self.languages.data,
            decline_reasons=self.decline_reasons.data or [],
            terms_version=self.terms_version.data,
            terms_fi=self.terms_fi.data,
            terms_sv=self.terms_sv.data,
            terms_en=self.terms_en.data or "",
        )


CPV_SUGGESTIONS = list(COMMON_CODES.items())


class ModuleForm(FlaskForm):
    code = StringField(_l("Code"), CODE)
    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    price_ceiling = DecimalField(_l("Price ceiling without value added tax"), EUROS, places=2)

    def details(self) -> ModuleDetails:
        return ModuleDetails(
            code=self.code.data,
            name_fi=self.name_fi.data,
            name_sv=self.name_sv.data,
            name_en=self.name_en.data,
            price_ceiling=self.price_ceiling.data,
        )


class RequirementForm(FlaskForm):
    code = SelectField(_l("Criterion"), choices=options((each.code, each.title) for each in criteria.ALL.values()))
    text_fi = TextAreaField(_l("Requirement in Finnish"), TEXT)
    text_sv = TextAreaField(_l("Requirement in Swedish"), TEXT)
    text_en = TextAreaField(_l("Requirement in English"), MORE)
    evidence_fi = StringField(_l("Evidence in Finnish"), MORE)
    evidence_sv = StringField(_l("Evidence in Swedish"), MORE)
    evidence_en = StringField(_l("Evidence in English"), MORE)

    def details(self) -> RequirementDetails:
        return RequirementDetails(
            kind=RequirementKind(criteria.ALL[self.code.data].kind.value),
            code=self.code.data,
            text_fi=self.text_fi.data,
            text_sv=self.text_sv.data,
            text_en=self.text_en.data or "",
            evidence_fi=self.evidence_fi.data or "",
            evidence_sv=self.evidence_sv.data or "",
            evidence_en=self.evidence_en.data or "",
        )


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason")), Length(max=2000), no_nul, no_identity_code]
    )
