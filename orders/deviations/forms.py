"""What is typed about deviations."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from dps.qualification.models import Qualification
from orders.deviations.models import CONSEQUENCE_TITLES, DEVIATION_STATE_TITLES, SEVERITY_TITLES, Consequence, Severity
from orders.forms import TEXT_CHECKS

_SEVERITIES = options(SEVERITY_TITLES.items())


class OpenForm(FlaskForm):
    """How serious, and what happened."""

    severity = RadioField(
        _l("How serious it is"),
        [InputRequired(_l("Choose how serious it is"))],
        choices=_SEVERITIES,
        description=_l(
            "In the quality record a minor one counts 1, a serious one 3 and a severe one 9, once confirmed."
        ),
    )
    text = TextAreaField(
        _l("What happened"),
        [DataRequired(_l("Tell what happened")), Length(max=4000), *TEXT_CHECKS],
        description=_l("Do not write names, personal identity codes or anything about health."),
    )


class OpenInGeneralForm(OpenForm):
    """Also about whom."""

    qualification = SelectField(_l("Provider and category"), [InputRequired(_l("Choose the provider"))])

    def offer_choices(self, rows: Sequence[Qualification]) -> OpenInGeneralForm:
        """Offer the admitted suppliers."""
        self.qualification.choices = options(
            (each.id, f"{each.supplier.name}, {localized(each.category, 'name')}") for each in rows
        )
        return self


class AnswerDeviationForm(FlaskForm):
    """The provider's answer."""

    stance = RadioField(
        _l("Your answer"),
        [InputRequired(_l("Choose your answer"))],
        choices=options([("answer", _l("We put it right")), ("dispute", _l("We dispute it"))]),
    )
    text = TextAreaField(
        _l("In your own words"), [DataRequired(_l("Write your answer")), Length(max=4000), *TEXT_CHECKS]
    )


class WordsForm(FlaskForm):
    """A few words to a step."""

    text = TextAreaField(
        _l("In your own words"), [DataRequired(_l("Tell in a few words")), Length(max=4000), *TEXT_CHECKS]
    )


class ConfirmForm(WordsForm):
    """How much it weighs."""

    severity = RadioField(_l("How serious it is"), [InputRequired(_l("Choose how serious it is"))], choices=_SEVERITIES)

    def given_severity(self) -> Severity:
        return Severity(self.severity.data)


class CloseForm(WordsForm):
    """What follows."""

    consequence = RadioField(
        _l("What follows"),
        [InputRequired(_l("Choose what follows"))],
        choices=options(CONSEQUENCE_TITLES.items()),
    )

    def given_consequence(self) -> Consequence:
        return Consequence(self.consequence.data)


class DeviationFilter(FlaskForm):
    """How to narrow the list."""

    class Meta:
        csrf = False

    state = SelectField(
        _l("State"), [Optional()], choices=[*options([("", _l("All"))]), *options(DEVIATION_STATE_TITLES.items())]
    )
    severity = SelectField(
        _l("How serious it is"), [Optional()], choices=[*options([("", _l("All"))]), *options(SEVERITY_TITLES.items())]
    )
