"""What is typed about an admission: renewals, hearings, requests, proposals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.qualification.models import SANCTION_KIND_TITLES
from dps.systems.models import Requirement


def _text(label: Any, required: Any, **words: Any) -> TextAreaField:
    return TextAreaField(label, [DataRequired(required), Length(max=5000), no_nul, no_identity_code], **words)


class _Until(FlaskForm):
    reason = _text(_l("Reason, told to the provider"), _l("Write the reason"))
    due_on = DateField(_l("Answer by the end of"), [InputRequired(_l("Enter the last day to answer"))])


class RenewalForm(_Until):
    """Ask for a renewed declaration."""


class RenewalsForm(_Until):
    """Ask several at once."""

    chosen = SelectMultipleField(_l("Providers"), [DataRequired(_l("Choose at least one provider"))])


class PauseForm(_Until):
    """Hear about a pause by a contract term."""

    term = _text(
        _l("The contract term it rests on"),
        _l("Copy the term"),
        description=_l("Word for word from the published terms of the category."),
    )


class RemovalForm(_Until):
    """Hear about a removal."""

    requirement = SelectField(
        _l("Requirement or ground"), [InputRequired(_l("Choose the requirement that is not met, or the ground"))]
    )
    event_on = DateField(
        _l("Day of the final judgment or of the event"),
        [Optional()],
        description=_l("Only for an exclusion ground."),
    )
    sanction_kind = SelectField(
        _l("What an earlier contract led to"),
        [Optional()],
        choices=options([("", "–"), *((kind.value, title) for kind, title in SANCTION_KIND_TITLES.items())]),
        description=_l("Only for deficiencies in an earlier contract."),
    )
    contract_reference = StringField(_l("Number or name of that contract"), [Optional(), Length(max=200), no_nul])


def removal_form(requirements: Iterable[Requirement], earliest: date) -> RemovalForm:
    """With the requirements of the category to choose from."""
    form = RemovalForm(data={"due_on": earliest})
    form.requirement.choices = options([("", "–"), *((str(each.id), localized(each, "text")) for each in requirements)])
    return form


class OperatorForm(FlaskForm):
    """A merger or a new business id."""

    registration_number = StringField(
        _l("Business ID or registration number of the operator that continues"),
        [DataRequired(_l("Write the number")), Length(max=60), no_nul],
    )
    reason = _text(_l("What has happened"), _l("Write what has happened"))


class WordsForm(FlaskForm):
    """One text: a reason, an answer, a summary."""

    text = _text(_l("Text"), _l("Write the text"))


def words_form(label: Any, description: Any = "") -> WordsForm:
    """A text under this heading."""
    form = WordsForm()
    form.text.label.text = label
    form.text.description = description
    return form
