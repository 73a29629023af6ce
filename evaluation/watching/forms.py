"""What is typed about flags."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from core.i18n import lazy_gettext as _l
from core.web.text_checks import no_identity_code, no_nul

_CHECKS = [DataRequired(_l("Write a few words.")), Length(max=4000), no_nul, no_identity_code]


class AskForm(FlaskForm):
    question = TextAreaField(
        _l("Your question to the provider"),
        _CHECKS,
        description=_l("Say which figures you mean. Nothing about single customers."),
    )


class AnswerForm(FlaskForm):
    answer = TextAreaField(_l("Your explanation"), _CHECKS, description=_l("Nothing about single customers."))


class CloseForm(FlaskForm):
    reason = TextAreaField(_l("Reason"), _CHECKS)
