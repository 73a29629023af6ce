"""Checks and fields that the forms of this room share."""

from __future__ import annotations

from decimal import Decimal

from flask_wtf import FlaskForm
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from core.i18n import lazy_gettext as _l
from core.web.text_checks import no_identity_code, no_nul

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
MAYBE_EUROS = [
    Optional(),
    NumberRange(min=Decimal("0.01"), max=Decimal("99999999999"), message=_l("Enter a sum in euros, like 1250.00")),
]
WHOLE = InputRequired(_l("Enter a whole number"))


class CheckBoxes(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ReasonForm(FlaskForm):
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Write the reason")), Length(max=2000), no_nul, no_identity_code]
    )
