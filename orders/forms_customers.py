"""What customers may type on their own pages, in eight languages."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from core.i18n import lazy_cgettext as _c
from core.web.options import options
from core.web.text_checks import no_nul
from orders import links, titles
from orders.forms import CheckboxesField
from orders.models import NoneReason

CUSTOMER_CHECKS = [no_nul, links.no_identity_code]


class QuestionForm(FlaskForm):
    """A question to the expert."""

    text = TextAreaField(
        _c("Your question"),
        [DataRequired(_c("Write your question")), Length(max=1000), *CUSTOMER_CHECKS],
        description=_c("You can write in your own language. Do not write names or your personal identity code."),
    )


class AnswerForm(FlaskForm):
    """The customer's answer; why none suits is voluntary."""

    reasons = CheckboxesField(_c("Why not?"))

    def __init__(self) -> None:
        super().__init__()
        self.reasons.choices = options((each.value, title) for each, title in titles.NONE_REASON_TITLES.items())

    def given_reasons(self) -> list[NoneReason]:
        """The reasons ticked."""
        return [NoneReason(each) for each in self.reasons.data or []]
