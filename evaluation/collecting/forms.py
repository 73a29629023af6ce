"""What customers and experts may say about a service."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import contains_identity_code, no_nul
from evaluation.collecting.models import EnoughHelp

#: As for staff, in the customers' own catalogue.
IDENTITY_CODE = _c(
    "The text seems to contain a personal identity code. Remove it and send again. We did not save the message."
)
GRADES = [(str(grade), str(grade)) for grade in range(11)]
HELP_TITLES = {EnoughHelp.YES: _c("Yes"), EnoughHelp.PARTLY: _c("Partly"), EnoughHelp.NO: _c("No")}


class FeedbackForm(FlaskForm):
    """Three questions for a customer, in their own language."""

    recommendation = RadioField(
        _c("Would you recommend the service to a friend? 0 = no, 10 = yes, certainly"),
        [InputRequired(_c("Choose a number from 0 to 10"))],
        choices=options(GRADES),
    )
    enough_help = RadioField(
        _c("Did you get enough help?"),
        [InputRequired(_c("Choose one"))],
        choices=options((each.value, title) for each, title in HELP_TITLES.items()),
    )
    comment = TextAreaField(
        _c("You can write more. Do not write names or your personal identity code."), [Length(max=2000), no_nul]
    )

    def validate_comment(self, field: TextAreaField) -> None:
        """No personal identity code (I8), told in the customer's language."""
        if field.data and contains_identity_code(field.data):
            raise ValidationError(IDENTITY_CODE)


def _grade(label: object, lowest: object, highest: object) -> RadioField:
    anchors = {1: lowest, 5: highest}
    names = [
        (grade, _l("%(grade)s = %(words)s", grade=grade, words=anchors[grade]) if grade in anchors else str(grade))
        for grade in range(1, 6)
    ]
    return RadioField(label, [InputRequired(_l("Choose a grade from 1 to 5"))], choices=options(names))


class ExpertFeedbackForm(FlaskForm):
    """Three grades on agreed anchors."""

    fit = _grade(
        _l("How well the service fitted the need"), _l("it did not answer the need"), _l("it answered the need fully")
    )
    cooperation = _grade(_l("Cooperation"), _l("I had to ask again and again"), _l("I was told of everything in time"))
    report = _grade(_l("Final report"), _l("of no use for the next step"), _l("the next step was clear from it"))
