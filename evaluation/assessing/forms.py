"""Seven areas for a customer, at a link or with the expert; and the consent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.web.options import options
from evaluation.assessing.models import AREA_TITLES, Area
from evaluation.assessing.service import Answers
from orders.forms import TEXT_CHECKS
from orders.forms_customers import CUSTOMER_CHECKS
from orders.meeting.models import CONSENT_WAY_TITLES

GRADES = [(str(grade), str(grade)) for grade in range(1, 6)]


def _grade(area: Area) -> RadioField:
    return RadioField(AREA_TITLES[area], [Optional()], choices=options(GRADES))


def _words() -> TextAreaField:
    return TextAreaField(_c("In your own words"), [Optional(), Length(max=1000), *CUSTOMER_CHECKS])


class AssessForm(FlaskForm):
    """How things are going, area by area; every one may be left open."""

    everyday = _grade(Area.EVERYDAY)
    everyday_words = _words()
    finances = _grade(Area.FINANCES)
    finances_words = _words()
    skills = _grade(Area.SKILLS)
    skills_words = _words()
    job_search = _grade(Area.JOB_SEARCH)
    job_search_words = _words()
    network = _grade(Area.NETWORK)
    network_words = _words()
    confidence = _grade(Area.CONFIDENCE)
    confidence_words = _words()
    health = _grade(Area.HEALTH)
    health_words = _words()

    def areas(self) -> Iterator[tuple[Area, Any, Any]]:
        """Each area with its grade and its words, health last."""
        for area in sorted(Area, key=lambda each: each is Area.HEALTH):
            yield area, self[area.value], self[f"{area.value}_words"]

    def answers(self) -> Answers:
        """What the form says, as the verbs take it."""
        return Answers(
            {area: int(grade.data) for area, grade, _words in self.areas() if grade.data},
            {area: text for area, _grade, words in self.areas() if (text := (words.data or "").strip())},
        )


class ConsentForm(FlaskForm):
    """The customer's written consent."""

    given_on = DateField(_l("Signed on"), [InputRequired(_l("Enter the day on which the customer signed it."))])
    way = SelectField(_l("How it was given"), choices=options(CONSENT_WAY_TITLES.items()))
    document_reference = StringField(
        _l("Where the signed consent is kept"),
        [DataRequired(_l("Enter the reference of the document.")), Length(max=100), *TEXT_CHECKS],
        description=_l("The reference of the document in your own system."),
    )

    def day(self) -> date:
        """The day of the signature."""
        found: date = self.given_on.data
        return found
