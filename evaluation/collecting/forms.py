"""What customers, experts, providers and coordinators may say about a service."""

from __future__ import annotations

import uuid
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import contains_identity_code, no_nul
from evaluation.collecting.models import HOLD_TITLES, POINT_TITLES, EnoughHelp, FeedbackPoint, HoldReason
from orders.forms import TEXT_CHECKS, CheckboxesField

#: As for staff, in the customers' own catalogue.
IDENTITY_CODE = _c(
    "The text seems to contain a personal identity code. Remove it and send again. We did not save the message."
)
GRADES = [(str(grade), str(grade)) for grade in range(11)]
HELP_TITLES = {EnoughHelp.YES: _c("Yes"), EnoughHelp.PARTLY: _c("Partly"), EnoughHelp.NO: _c("No")}


class AnswerForm(FlaskForm):
    """Three questions for a customer, in their own language; the same at a tablet and by a link."""

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

    def answer(self) -> dict[str, Any]:
        """What the form says, as the verbs take it."""
        return {
            "recommendation": int(self.recommendation.data),
            "enough_help": EnoughHelp(self.enough_help.data),
            "words": (self.comment.data or "").strip(),
        }


class FeedbackForm(AnswerForm):
    """By a customer's own link there is an expert who may read the words, if the customer likes."""

    expert_may_read = BooleanField(_c("My expert may read what I wrote."))


class TabletForm(AnswerForm):
    """At a tablet each answer has an id of its own, so that it counts once."""

    sent_id = HiddenField()

    def given_id(self) -> uuid.UUID:
        """The id the page came with."""
        return uuid.UUID(self.sent_id.data)

    def validate_sent_id(self, field: HiddenField) -> None:
        """An id that is none is a fresh answer."""
        try:
            uuid.UUID(field.data or "")
        except ValueError:
            field.data = str(uuid.uuid4())


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
    has_conflict = BooleanField(
        _l("I have a conflict of interest"),
        description=_l("You, or somebody close to you, gain or lose by the provider. The grades then do not count."),
    )


class ProviderFeedbackForm(FlaskForm):
    """Three grades of the authority on agreed anchors."""

    as_described = _grade(_l("Was the customer as described in the order?"), _l("quite different"), _l("as described"))
    information = _grade(
        _l("Did the order tell you enough?"), _l("I had to find out the most important things"), _l("enough to begin")
    )
    answered = _grade(
        _l("Were your questions answered in time?"), _l("I had to ask again and again"), _l("always in time")
    )
    words = TextAreaField(
        _l("What should the authority do otherwise?"),
        [Optional(), Length(max=2000), *TEXT_CHECKS],
        description=_l("Do not write of the customer. The authority reads this only together with other answers."),
    )


class PointForm(FlaskForm):
    """Which point a link is for."""

    point = HiddenField()

    def chosen(self) -> FeedbackPoint:
        """The end, unless another one was chosen."""
        known = {each.value for each in FeedbackPoint}
        return FeedbackPoint(self.point.data) if self.point.data in known else FeedbackPoint.END


class PointsForm(FlaskForm):
    """At which points a category asks."""

    points = CheckboxesField(_l("Customers are asked"), choices=options(POINT_TITLES.items()))


class ServicePointForm(FlaskForm):
    """A new service point."""

    name = StringField(_l("Name"), [DataRequired(_l("Enter a name")), Length(max=100), *TEXT_CHECKS])
    address = StringField(_l("Address"), [DataRequired(_l("Enter the address")), Length(max=200), *TEXT_CHECKS])


class NoteForm(FlaskForm):
    """What was done for a customer who was not satisfied."""

    note = TextAreaField(
        _l("What was done"),
        [DataRequired(_l("Tell what was done.")), Length(max=2000), *TEXT_CHECKS],
        description=_l("For example: called, agreed on another coach. No names."),
    )


class ReleaseWordsForm(FlaskForm):
    """Release words, without parts that tell who somebody is."""

    black_out = TextAreaField(
        _l("Black out these parts"),
        [Optional(), Length(max=2000), no_nul],
        description=_l("One part a line, exactly as it stands in the words. The empty field releases all of them."),
    )

    def parts(self) -> list[str]:
        """The lines that hold something."""
        return [line.strip() for line in (self.black_out.data or "").splitlines() if line.strip()]


class HoldWordsForm(FlaskForm):
    """Hold words back."""

    reason = SelectField(_l("Why they are held back"), choices=options(HOLD_TITLES.items()))

    def chosen(self) -> HoldReason:
        """The reason."""
        return HoldReason(self.reason.data)
