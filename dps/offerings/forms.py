"""What a provider may type about a service."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from core.i18n import CUSTOMER_LANGUAGES
from core.i18n import lazy_gettext as _l
from core.web.fields import CheckboxesField, DecimalField
from core.web.formatting import language_name
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.offerings.models import SERVICE_FORM_TITLES, ServiceForm
from dps.offerings.service import Description
from dps.systems.models import Category

TEXT_CHECKS = [no_nul, no_identity_code]
MOST_SEATS = 10_000


def _name(label: Any) -> StringField:
    return StringField(label, [DataRequired(_l("Enter the name of the service")), Length(max=200), *TEXT_CHECKS])


def _description(label: Any) -> TextAreaField:
    return TextAreaField(
        label, [DataRequired(_l("Describe the service in a few sentences")), Length(max=4000), *TEXT_CHECKS]
    )


class OfferingForm(FlaskForm):
    """A service in the three languages of the administration."""

    name_fi = _name(_l("Name in Finnish"))
    name_sv = _name(_l("Name in Swedish"))
    name_en = _name(_l("Name in English"))
    description_fi = _description(_l("Description in Finnish"))
    description_sv = _description(_l("Description in Swedish"))
    description_en = _description(_l("Description in English"))
    languages = CheckboxesField(_l("Service languages"), [DataRequired(_l("Choose at least one language"))])
    places = CheckboxesField(_l("Places"))
    is_remote = BooleanField(_l("Can be given remotely"))
    form = SelectField(_l("Alone or in a group"), choices=options(SERVICE_FORM_TITLES.items()))
    duration_days = IntegerField(
        _l("Length in days"), [InputRequired(_l("Enter the length in days, like 90")), NumberRange(1, 3650)]
    )
    price = DecimalField(
        _l("Price without VAT, euros"),
        [InputRequired(_l("Enter a price in euros, like 1250.00")), NumberRange(min=0.01, max=9_999_999)],
        places=2,
    )
    vat_rate = DecimalField(
        _l("VAT, percent"),
        [InputRequired(_l("Enter the VAT rate, 0 for an exempt service")), NumberRange(0, 100)],
        places=1,
    )
    vat_exemption = StringField(
        _l("Ground of the VAT exemption"),
        [Optional(), Length(max=200), *TEXT_CHECKS],
        description=_l("Only for a service without VAT: the section of the VAT act."),
    )
    accessibility = TextAreaField(
        _l("Barrier-free access"),
        [Length(max=2000), *TEXT_CHECKS],
        description=_l("For example: step-free entrance, induction loop, sign language."),
    )

    def offer_choices(self, category: Category) -> OfferingForm:
        """Offer the languages and places of the category, and the other languages that customers speak."""
        codes = [*category.languages, *(code for code in CUSTOMER_LANGUAGES if code not in category.languages)]
        self.languages.choices = options((code, language_name(code)) for code in codes)
        self.places.choices = options((place, place) for place in category.areas)
        return self

    def validate_places(self, field: CheckboxesField) -> None:
        """A place, or remote."""
        if not field.data and not self.is_remote.data:
            raise ValidationError(_l("Choose a place, or tell that the service is given remotely"))

    def description(self) -> Description:
        """What the form says, as the verb takes it."""
        names = Description.__dataclass_fields__
        values = {name: getattr(self, name).data for name in names}
        texts = {name: values[name] or "" for name in ("accessibility", "vat_exemption")}
        return Description(**{**values, **texts, "form": ServiceForm(self.form.data)})


class StartForm(FlaskForm):
    """A start with its seats."""

    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    seats = IntegerField(_l("Seats"), [InputRequired(_l("Enter the number of seats")), NumberRange(1, MOST_SEATS)])


class SeatsForm(FlaskForm):
    """Other seats of a start."""

    seats = IntegerField(_l("Seats"), [InputRequired(_l("Enter the number of seats")), NumberRange(1, MOST_SEATS)])


class ModuleForm(FlaskForm):
    """The price of a module; empty when it is not offered."""

    module = SelectField(_l("Module"), [InputRequired(_l("Choose the module"))])
    module_price = DecimalField(
        _l("Price without VAT, euros"), [Optional(), NumberRange(min=0.01, max=9_999_999)], places=2
    )


class PaymentForm(FlaskForm):
    """What is asked for a start fee, a milestone or a result; empty when nothing is."""

    part = SelectField(_l("Payment"), [InputRequired(_l("Choose the payment"))])
    part_price = DecimalField(
        _l("Price without VAT, euros"), [Optional(), NumberRange(min=0.01, max=9_999_999)], places=2
    )
