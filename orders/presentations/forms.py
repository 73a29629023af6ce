"""What is typed about presentations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core import clock
from core.i18n import CUSTOMER_LANGUAGES, localized
from core.i18n import lazy_gettext as _l
from core.web.formatting import language_name
from core.web.options import options
from dps.systems.models import Category
from orders.forms import TEXT_CHECKS, CheckboxesField
from orders.presentations.service import Details


def _helsinki(value: datetime) -> datetime:
    return value.replace(tzinfo=clock.HELSINKI).astimezone(clock.UTC)


class PresentationForm(FlaskForm):
    """An event."""

    category = SelectField(_l("Category"), [InputRequired(_l("Choose the category"))])
    title_fi = StringField(_l("Name in Finnish"), [DataRequired(_l("Enter the name")), Length(max=200), *TEXT_CHECKS])
    title_sv = StringField(_l("Name in Swedish"), [DataRequired(_l("Enter the name")), Length(max=200), *TEXT_CHECKS])
    title_en = StringField(_l("Name in English"), [DataRequired(_l("Enter the name")), Length(max=200), *TEXT_CHECKS])
    starts_at = DateTimeLocalField(
        _l("Begins"), [InputRequired(_l("Enter day and time"))], format="%Y-%m-%dT%H:%M", description=_l("Finnish time")
    )
    ends_at = DateTimeLocalField(_l("Ends"), [InputRequired(_l("Enter day and time"))], format="%Y-%m-%dT%H:%M")
    place = StringField(_l("Place"), [Optional(), Length(max=200), *TEXT_CHECKS])
    link = StringField(
        _l("Link of the remote event"),
        [Optional(), Length(max=500), *TEXT_CHECKS],
        description=_l("Shown only to those who have a place."),
    )
    languages = CheckboxesField(_l("Languages"), [DataRequired(_l("Choose at least one language"))])
    seats = IntegerField(_l("Places"), [InputRequired(_l("Enter a number")), NumberRange(1, 10_000)])

    def offer_choices(self, categories: Sequence[Category]) -> PresentationForm:
        """Offer the categories and the customers' languages."""
        self.category.choices = options((each.id, localized(each, "name")) for each in categories)
        self.languages.choices = options((code, language_name(code)) for code in CUSTOMER_LANGUAGES)
        return self

    def details(self) -> Details:
        """What the form says, as the verb takes it."""
        return Details(
            title_fi=self.title_fi.data.strip(),
            title_sv=self.title_sv.data.strip(),
            title_en=self.title_en.data.strip(),
            place=(self.place.data or "").strip(),
            link=(self.link.data or "").strip(),
            languages=self.languages.data,
            starts_at=_helsinki(self.starts_at.data),
            ends_at=_helsinki(self.ends_at.data),
            seats=self.seats.data,
        )


class CancelForm(FlaskForm):
    """Why it is cancelled."""

    reason = TextAreaField(_l("Reason"), [DataRequired(_l("Tell the reason")), Length(max=500), *TEXT_CHECKS])


class ReferenceForm(FlaskForm):
    """For whom a seat is taken."""

    customer_reference = StringField(
        _l("Customer's reference"),
        [
            DataRequired(_l("Enter the reference of your customer system, like AS-2026/118")),
            Length(max=40),
            *TEXT_CHECKS,
        ],
        description=_l("The reference of your customer system. No name and no personal identity code."),
    )
