"""What experts and providers may type while an order lives."""

from __future__ import annotations

from datetime import date, datetime

from flask_wtf import FlaskForm
from wtforms import DateField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from core import clock
from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.text_checks import no_identity_code, no_nul

TEXT_CHECKS = [no_nul, no_identity_code]


class ScheduleForm(FlaskForm):
    """The first meeting."""

    meeting_at = DateField(_l("Day"), [InputRequired(_l("Enter the day of the first meeting"))])
    time = TimeField(_l("Time of day"), [InputRequired(_l("Enter the time"))])
    place = StringField(
        _l("Place, or how to take part from afar"),
        [DataRequired(_l("Tell where the customer comes, or how they take part")), Length(max=300), *TEXT_CHECKS],
        description=_l("The address and the room, or the way to the remote meeting. Nothing about the customer."),
    )

    def moment(self) -> datetime:
        """Day and time in Finland."""
        day: date = self.meeting_at.data
        return datetime.combine(day, self.time.data, clock.HELSINKI)


class NoShowForm(FlaskForm):
    """The days on which the provider tried."""

    tried_on = DateField(_l("Day of the first try"), [InputRequired(_l("Enter the day on which you tried"))])
    second = DateField(_l("Day of the second try"), [Optional()])
    third = DateField(_l("Day of the third try"), [Optional()])

    def days(self) -> list[date]:
        """The days that were filled in."""
        return [field.data for field in (self.tried_on, self.second, self.third) if field.data]


class InterimForm(FlaskForm):
    text = TextAreaField(
        _l("How the service goes"),
        [DataRequired(_l("Tell in a few sentences how the service goes")), Length(max=8000), *TEXT_CHECKS],
        description=_l("Do not write names or personal identity codes."),
    )


class TrialForm(FlaskForm):
    """The agreement of a work trial."""

    workplace = StringField(
        _l("Workplace"), [DataRequired(_l("Enter the name of the workplace")), Length(max=200), *TEXT_CHECKS]
    )
    agreed_on = DateField(_l("Agreement signed on"), [InputRequired(_l("Enter the day of the agreement"))])
    ends_on = DateField(_l("Last day at the workplace"), [InputRequired(_l("Enter the last day of the work trial"))])


class CancelForm(FlaskForm):
    """Cancelling at the cost that was shown."""

    fee = DecimalField(_l("Cost of cancelling"), [Optional()], widget=HiddenInput(), places=2)
