"""What is typed about meeting the customer."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import lazy_gettext as _l
from core.identity.models import Person
from core.web.formatting import language_name
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from orders.meeting.models import CONSENT_WAY_TITLES, GROUND_TITLES, SOURCE_TITLES, ReleaseWay
from orders.meeting.service import Contact

TEXT_CHECKS = [no_nul, no_identity_code]
_SOURCES = options((each.value, title) for each, title in SOURCE_TITLES.items())
_WAY_TITLES = {
    ReleaseWay.HERE: _l("The provider's named people read name, phone and language here"),
    ReleaseWay.OWN_SYSTEM: _l("Our own customer system tells them; only the reference travels"),
}


class ReleaseForm(FlaskForm):
    """Who the customer is, or that the city's own system tells it."""

    way = RadioField(
        _l("How the provider learns who the customer is"),
        [InputRequired(_l("Choose how the provider learns it"))],
        choices=options((each.value, title) for each, title in _WAY_TITLES.items()),
    )
    name = StringField(_l("Customer's name"), [Length(max=200), *TEXT_CHECKS])
    phone = StringField(_l("Customer's phone"), [Optional(), Length(max=40), *TEXT_CHECKS])
    language = SelectField(_l("Language the customer is spoken to in"), [Optional()])
    source = SelectField(_l("Where these come from"), choices=_SOURCES)

    def offer_choices(self, languages: Iterable[str]) -> ReleaseForm:
        """The languages of the need."""
        self.language.choices = options((code, language_name(code)) for code in languages)
        return self

    def validate_name(self, field: StringField) -> None:
        """Name and phone are asked for where they are read here."""
        if self.way.data == ReleaseWay.HERE and not (field.data or "").strip():
            raise ValidationError(_l("Enter the customer's name"))

    def contact(self) -> Contact | None:
        """What is released here."""
        if self.way.data != ReleaseWay.HERE:
            return None
        return Contact(
            name=self.name.data.strip(), phone=(self.phone.data or "").strip(), language=self.language.data or ""
        )


class StaffForm(FlaskForm):
    """The provider's people who may know the customer."""

    people = SelectMultipleField(
        _l("People who meet the customer"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )

    def offer_choices(self, able: Iterable[Person], named: Collection[uuid.UUID]) -> StaffForm:
        """The provider's people; those named now are ticked."""
        self.people.choices = options((str(each.id), each.name) for each in able)
        if not self.is_submitted():
            self.people.data = [str(each) for each in named]
        return self

    def ids(self) -> list[uuid.UUID]:
        """Who is ticked."""
        return [uuid.UUID(each) for each in self.people.data or []]


class NoteForm(FlaskForm):
    """What of the customer's health the service must know."""

    note = TextAreaField(
        _l("What the service must know of the customer's health"),
        [DataRequired(_l("Write the note")), Length(max=4000), *TEXT_CHECKS],
        description=_l("Only what is necessary. The provider gets it only with the customer's written consent."),
    )
    source = SelectField(_l("Where this comes from"), choices=_SOURCES)


class ConsentForm(FlaskForm):
    """The customer's written consent."""

    given_on = DateField(_l("Day of the consent"), [InputRequired(_l("Enter the day on which the customer signed it"))])
    way = SelectField(
        _l("How it was given"), choices=options((each.value, title) for each, title in CONSENT_WAY_TITLES.items())
    )
    document_reference = StringField(
        _l("Where the signed document is kept"),
        [DataRequired(_l("Enter the reference of the document")), Length(max=100), *TEXT_CHECKS],
    )


class InterestForm(FlaskForm):
    """A declared interest in a provider."""

    ground = RadioField(
        _l("Ground"),
        [InputRequired(_l("Choose the ground"))],
        choices=options((each.value, title) for each, title in GROUND_TITLES.items()),
    )
