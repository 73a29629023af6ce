"""What is typed about quality talks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core import clock
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.systems.models import Category
from evaluation.improving.models import OWNER_TITLES, Owner
from evaluation.improving.service import Agreed

TEXT_CHECKS = [no_nul, no_identity_code]
#: So many actions fit on the form; more are a sign that the talk was about too much.
ACTIONS = 5


class InviteForm(FlaskForm):
    """Why, when and where."""

    reason = TextAreaField(
        _l("Why you invite to a talk"),
        [DataRequired(_l("Write why you invite to a talk.")), Length(max=4000), *TEXT_CHECKS],
        description=_l("The provider reads this. The agenda is made of the published figures."),
    )
    meeting_at = DateTimeLocalField(
        _l("Day and time"), [InputRequired(_l("Enter the day and the time"))], format="%Y-%m-%dT%H:%M"
    )
    meeting_place = StringField(
        _l("Place, or how to take part from afar"),
        [DataRequired(_l("Write where the talk is held.")), Length(max=300), *TEXT_CHECKS],
    )

    def given_moment(self) -> datetime:
        """The time of the talk, as the clock shows it in Finland."""
        moment: datetime = self.meeting_at.data
        return moment.replace(tzinfo=clock.HELSINKI)


class MinutesForm(FlaskForm):
    """What was talked about; the actions stand below."""

    minutes = TextAreaField(
        _l("Minutes"),
        [DataRequired(_l("Write what was talked about.")), Length(max=10_000), *TEXT_CHECKS],
        description=_l("Do not write names of customers, personal identity codes or anything about health."),
    )
    follow_up_on = DateField(_l("The day on which both look at what came of it"), [InputRequired(_l("Enter the day"))])


def minutes_form() -> MinutesForm:
    """With rows for what was agreed; an empty row is left out."""

    class Form(MinutesForm):
        pass

    for place in range(ACTIONS):
        setattr(
            Form,
            f"text_{place}",
            StringField(_l("Agreed action %(number)s", number=place + 1), [Optional(), Length(max=1000), *TEXT_CHECKS]),
        )
        setattr(
            Form,
            f"owner_{place}",
            SelectField(
                _l("Who does it"), choices=options((each.value, title) for each, title in OWNER_TITLES.items())
            ),
        )
        setattr(Form, f"due_{place}", DateField(_l("By when"), [Optional()]))
    return Form()


def agreed(form: MinutesForm) -> Sequence[Agreed]:
    """The rows that were filled; one without a day is due on the day of the follow-up."""
    found = []
    for place in range(ACTIONS):
        text = (form[f"text_{place}"].data or "").strip()
        if text:
            due = form[f"due_{place}"].data or form.follow_up_on.data
            found.append(Agreed(text, Owner(form[f"owner_{place}"].data), due))
    return found


class AnswerForm(FlaskForm):
    """The provider's answer to the minutes."""

    stance = RadioField(
        _l("The minutes and the actions"),
        [InputRequired(_l("Choose your answer"))],
        choices=options([("confirm", _l("We agree to them")), ("comment", _l("We see it otherwise"))]),
    )
    comment = TextAreaField(_l("In your own words"), [Optional(), Length(max=4000), *TEXT_CHECKS])


class NoteForm(FlaskForm):
    """What was done."""

    note = TextAreaField(
        _l("What was done"), [DataRequired(_l("Write what was done.")), Length(max=2000), *TEXT_CHECKS]
    )


class EndForm(FlaskForm):
    """What came of it."""

    closing_words = TextAreaField(
        _l("What came of it"), [DataRequired(_l("Write what came of it.")), Length(max=4000), *TEXT_CHECKS]
    )


class HearingForm(FlaskForm):
    """Hear the provider about a pause of new orders."""

    term = TextAreaField(
        _l("The contract term it rests on"),
        [DataRequired(_l("Copy the term")), Length(max=5000), *TEXT_CHECKS],
        description=_l("Word for word from the published terms of the category."),
    )
    reason = TextAreaField(
        _l("Reason, told to the provider"), [DataRequired(_l("Write the reason")), Length(max=5000), *TEXT_CHECKS]
    )
    due_on = DateField(_l("Answer by the end of"), [InputRequired(_l("Enter the last day to answer"))])


class CopyWeightsForm(FlaskForm):
    """Into which draft."""

    target = SelectField(_l("Category of a draft"), [InputRequired(_l("Choose a category"))])

    def offer_choices(self, rows: Sequence[Category]) -> CopyWeightsForm:
        """Offer the drafts of the authority."""
        self.target.choices = options(
            (str(each.id), f"{localized(each.system, 'name')}, {localized(each, 'name')}") for each in rows
        )
        return self
