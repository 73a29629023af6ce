"""The expert's invitation, and the customer's short questions."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import CUSTOMER_LANGUAGES, cgettext
from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.web.options import options
from orders.forms import TEXT_CHECKS, CheckboxesField
from orders.forms_customers import CUSTOMER_CHECKS
from orders.models import Goal
from orders.preparing import titles
from orders.preparing.models import Company, When, Where
from orders.preparing.service import Answers


class InviteForm(FlaskForm):
    """For whom, and when the meeting is."""

    customer_reference = StringField(
        _l("Customer's reference"),
        [
            DataRequired(_l("Enter the reference of your customer system, like AS-2026/118")),
            Length(max=40),
            *TEXT_CHECKS,
        ],
        description=_l("The reference of your customer system. No name and no personal identity code."),
    )
    meeting_on = DateField(_l("Day of the meeting"), [InputRequired(_l("Enter the day of the meeting."))])


def _text(label: object, hint: object) -> TextAreaField:
    return TextAreaField(label, [Optional(), Length(max=1000), *CUSTOMER_CHECKS], description=hint)  # type: ignore[arg-type]


class PrepareForm(FlaskForm):
    """Short questions; every one may be left open."""

    goal = RadioField(_c("What is your goal?"), [Optional()], choices=options(titles.GOAL_TITLES.items()))
    can = _text(_c("What can you do?"), _c("Work you have done, skills, hobbies, languages."))
    want = _text(_c("What do you want?"), _c("What work or training interests you?"))
    in_the_way = _text(
        _c("What is in the way?"), _c("Do not write about your health here. There is a place for it below.")
    )
    where = RadioField(_c("Where?"), [Optional()], choices=options(titles.WHERE_TITLES.items()))
    place = SelectField(_c("In which place?"), [Optional()])
    languages = CheckboxesField(_c("In which languages?"), choices=options(CUSTOMER_LANGUAGES.items()))
    when = RadioField(_c("When could you begin?"), [Optional()], choices=options(titles.WHEN_TITLES.items()))
    company = RadioField(_c("Alone or with others?"), [Optional()], choices=options(titles.COMPANY_TITLES.items()))
    accessibility = _text(
        _c("What must the place or the service have?"), _c("For example a lift, an interpreter, breaks.")
    )
    health = _text(
        _c("Is there something about your health?"),
        _c("You need not answer. Only your expert reads this. It is not given to providers."),
    )

    def offer_choices(self, places: list[str]) -> PrepareForm:
        """Offer the places where services are bought."""
        self.place.choices = options([("", cgettext("I do not know yet")), *((place, place) for place in places)])
        return self

    def show(self, answers: Answers) -> None:
        """Fill in what was saved."""
        for name, field in self._fields.items():
            if name != "csrf_token":
                field.data = getattr(answers, name)

    def answers(self) -> Answers:
        """What the form says, as the verb takes it."""

        def text(name: str) -> str:
            return (self._fields[name].data or "").strip()

        return Answers(
            goal=Goal(self.goal.data) if self.goal.data else None,
            can=text("can"),
            want=text("want"),
            in_the_way=text("in_the_way"),
            place=self.place.data or "",
            where=Where(self.where.data) if self.where.data else None,
            languages=list(self.languages.data or []),
            when=When(self.when.data) if self.when.data else None,
            company=Company(self.company.data) if self.company.data else None,
            accessibility=text("accessibility"),
            health=text("health"),
        )
