"""A question, and its answer."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from core.i18n import lazy_gettext as _l
from core.web.text_checks import no_identity_code, no_nul
from dps.systems.forms.shared import MORE, TEXT
from dps.systems.service import AnswerTexts


class QuestionForm(FlaskForm):
    category_id = SelectField(_l("What it is about"))
    text = TextAreaField(
        _l("Your question"),
        [DataRequired(_l("Write the question")), Length(max=3000), no_nul, no_identity_code],
        description=_l("It is published as you write it, without your name. Do not write business secrets."),
    )


class AnswerForm(FlaskForm):
    text_fi = TextAreaField(_l("Answer in Finnish"), TEXT)
    text_sv = TextAreaField(_l("Answer in Swedish"), TEXT)
    text_en = TextAreaField(_l("Answer in English"), MORE)

    def texts(self) -> AnswerTexts:
        return AnswerTexts(self.text_fi.data, self.text_sv.data, self.text_en.data or "")
