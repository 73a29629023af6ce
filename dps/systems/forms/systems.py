"""What a coordinator types about a system, and about a change of it."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from core.i18n import lazy_gettext as _l
from core.web.fields import DecimalField
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.systems.details import TECHNICAL, SystemDetails
from dps.systems.forms.shared import EUROS, MORE, NAME, TEXT, WHOLE
from dps.systems.models import AWARD_NOTICE_METHOD_TITLES, AwardNoticeMethod

_REASON = [DataRequired(_l("Write the reason")), Length(max=2000), no_nul, no_identity_code]
_REASON_HINT = _l("Everybody reads this: it stands in the message to the providers and on the public page.")


class SystemForm(FlaskForm):
    #: A heading before a field, where the form falls into parts.
    headings: ClassVar[dict[str, Any]] = {
        "starts_on": _l("Validity and value"),
        "closing_announced": _l("What is announced beforehand"),
        "evaluation_period_days": _l("Evaluation period and questions"),
        "technical_fi": _l("How the system works electronically"),
    }

    name_fi = StringField(_l("Name in Finnish"), NAME)
    name_sv = StringField(_l("Name in Swedish"), NAME)
    name_en = StringField(_l("Name in English"), NAME)
    description_fi = TextAreaField(
        _l("Description in Finnish"),
        TEXT,
        description=_l("What is bought, for whom, and about how much in the whole duration."),
    )
    description_sv = TextAreaField(_l("Description in Swedish"), TEXT)
    description_en = TextAreaField(_l("Description in English"), MORE)
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])
    estimated_value = DecimalField(
        _l("Estimated value without value added tax"),
        EUROS,
        places=2,
        description=_l("The sum of all contracts of the whole duration, options included."),
    )
    closing_announced = BooleanField(_l("The system may be closed temporarily"), default=True)
    award_notice_method = SelectField(
        _l("Award notices"),
        choices=options(AWARD_NOTICE_METHOD_TITLES.items()),
        description=_l("How contracts that follow competitions are announced. It is published and stays as it is."),
    )
    evaluation_period_days = IntegerField(
        _l("Longer evaluation period, in days"),
        [Optional(), NumberRange(1, 365)],
        description=_l("Only if the first applications need more time than 10 working days. It is published."),
    )
    questions_until = DateField(
        _l("Last day for questions"),
        [Optional()],
        description=_l("Leave empty to take questions as long as the system is valid."),
    )
    answer_within_days = IntegerField(_l("Working days to answer a question"), [WHOLE, NumberRange(1, 30)], default=5)
    technical_fi = TextAreaField(
        _l("How the system works electronically, in Finnish"),
        TEXT,
        default=TECHNICAL["fi"],
        description=_l("Electronic tools and technical arrangements. You may keep the ready text."),
    )
    technical_sv = TextAreaField(_l("How the system works electronically, in Swedish"), TEXT, default=TECHNICAL["sv"])
    technical_en = TextAreaField(_l("How the system works electronically, in English"), MORE, default=TECHNICAL["en"])

    def values(self) -> dict[str, Any]:
        """What was typed, by the names of the details."""
        found = {field.short_name: field.data for field in self if field.short_name not in ("csrf_token", "reason")}
        for name in ("description_en", "technical_en"):
            found[name] = found[name] or ""
        if "award_notice_method" in found:
            found["award_notice_method"] = AwardNoticeMethod(found["award_notice_method"])
        return found

    def details(self) -> SystemDetails:
        return SystemDetails(**self.values())


class SystemChangeForm(SystemForm):
    """Facts of an open system; what only a change of validity may touch is not asked."""

    closing_announced = None
    award_notice_method = None
    starts_on = None
    ends_on = None
    estimated_value = None  # type: ignore[assignment]
    reason = TextAreaField(_l("Why the system is changed"), _REASON, description=_REASON_HINT)


class ValidityForm(FlaskForm):
    ends_on = DateField(_l("New last day"), [InputRequired(_l("Enter the last day"))])
    estimated_value = DecimalField(
        _l("Estimated value without value added tax"),
        EUROS,
        places=2,
        description=_l("The sum of all contracts of the whole duration, options included."),
    )
    reason = TextAreaField(_l("Why the validity is changed"), _REASON, description=_REASON_HINT)


class ChangeReasonForm(FlaskForm):
    """To begin the change or the end of a category."""

    reason = TextAreaField(_l("Why the category is changed"), _REASON, description=_REASON_HINT)
