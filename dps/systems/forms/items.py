"""What a coordinator types about one requirement, module, award criterion or payment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.options import options
from dps.systems.details import CriterionDetails, ModuleDetails, PaymentDetails, RequirementDetails
from dps.systems.forms.shared import CODE, EUROS, MORE, NAME, TEXT
from dps.systems.models import (
    CRITERION_KIND_TITLES,
    CRITERION_SUBJECT_TITLES,
    PAYMENT_KIND_TITLES,
    CriterionKind,
    CriterionSubject,
    PaymentKind,
    RequirementKind,
)
from suppliers import criteria


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
    evidence_fi = StringField(
        _l("Evidence in Finnish"), MORE, description=_l("What the provider shows. Needed for suitability requirements.")
    )
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


class CriterionForm(FlaskForm):
    code = StringField(_l("Code"), CODE)
    kind = SelectField(_l("Price or quality"), choices=options(CRITERION_KIND_TITLES.items()))
    concerns = SelectField(_l("What it is about"), choices=options(CRITERION_SUBJECT_TITLES.items()))
    text_fi = TextAreaField(_l("Criterion in Finnish"), TEXT)
    text_sv = TextAreaField(_l("Criterion in Swedish"), TEXT)
    text_en = TextAreaField(_l("Criterion in English"), MORE)
    weight = DecimalField(
        _l("Weight in percent"),
        [
            InputRequired(_l("Enter a weight, like 40")),
            NumberRange(min=Decimal("0.01"), max=Decimal(100), message=_l("Enter a weight from 0.01 to 100")),
        ],
        places=2,
        description=_l("The weights of all criteria add up to 100."),
    )

    def details(self) -> CriterionDetails:
        return CriterionDetails(
            code=self.code.data,
            kind=CriterionKind(self.kind.data),
            concerns=CriterionSubject(self.concerns.data),
            text_fi=self.text_fi.data,
            text_sv=self.text_sv.data,
            text_en=self.text_en.data or "",
            weight=self.weight.data,
        )


class PaymentForm(FlaskForm):
    code = StringField(_l("Code"), CODE)
    kind = SelectField(_l("Kind of payment"), choices=options(PAYMENT_KIND_TITLES.items()))
    text_fi = TextAreaField(_l("What is paid for, in Finnish"), TEXT)
    text_sv = TextAreaField(_l("What is paid for, in Swedish"), TEXT)
    text_en = TextAreaField(_l("What is paid for, in English"), MORE)
    ceiling = DecimalField(_l("Highest amount without value added tax"), EUROS, places=2)

    def details(self) -> PaymentDetails:
        return PaymentDetails(
            code=self.code.data,
            kind=PaymentKind(self.kind.data),
            text_fi=self.text_fi.data,
            text_sv=self.text_sv.data,
            text_en=self.text_en.data or "",
            ceiling=self.ceiling.data,
        )


#: The form of an item of each list of a category.
ITEM_FORMS: dict[str, type[Any]] = {
    "requirements": RequirementForm,
    "modules": ModuleForm,
    "award_criteria": CriterionForm,
    "payments": PaymentForm,
}


def item_form(part: str, item: Any = None, **options_: Any) -> Any:
    """The form of a list's items, filled from ``item`` when it is changed."""
    given = None
    if item is not None:
        given = {name: getattr(value, "value", value) for name, value in vars(item).items()}
    return ITEM_FORMS[part](data=given, **options_)
