"""What is typed about remedies, explanations and delegations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.decisions.models import OUTCOMES_OF, REMEDY_KIND_TITLES, REMEDY_OUTCOME_TITLES, Decision, RemedyKind
from dps.decisions.service import CorrectedFinding


def _text(label: Any, required: Any, **words: Any) -> TextAreaField:
    return TextAreaField(label, [DataRequired(required), Length(max=5000), no_nul, no_identity_code], **words)


class RemedyForm(FlaskForm):
    """An appeal, demand or correction to be registered."""

    kind = SelectField(
        _l("What is it?"),
        [InputRequired(_l("Choose what it is"))],
        choices=options([("", "–"), *((kind.value, title) for kind, title in REMEDY_KIND_TITLES.items())]),
    )
    received_on = DateField(_l("Received, or begun"), [InputRequired(_l("Enter the day"))])
    claimant = StringField(
        _l("Who demands or appeals"),
        [Optional(), Length(max=300), no_nul, no_identity_code],
        description=_l("Empty for a correction of your own."),
    )
    claims = _text(_l("What is demanded, and why"), _l("Write what is demanded and why"))


class CourtToldForm(FlaskForm):
    on = DateField(_l("The Market Court was told on"), [InputRequired(_l("Enter the day"))])


class OutcomeForm(FlaskForm):
    outcome = SelectField(_l("How did it end?"), [InputRequired(_l("Choose how it ended"))])
    note = _text(_l("Reasons"), _l("Write the reasons of the outcome"))


def outcome_form(kind: RemedyKind) -> OutcomeForm:
    """With the outcomes that this kind can have."""
    form = OutcomeForm()
    form.outcome.choices = options(
        [("", "–"), *((each.value, REMEDY_OUTCOME_TITLES[each]) for each in OUTCOMES_OF[kind])]
    )
    return form


class _CorrectionForm(FlaskForm):
    #: How many findings the old decision has.
    count = 0

    def findings(self) -> list[CorrectedFinding]:
        return [
            CorrectedFinding(bool(self[f"met-{number}"].data), self[f"reason-{number}"].data or "")
            for number in range(self.count)
        ]


def correction_form(decision: Decision, language: str) -> Any:
    """The findings of the old decision, each to be weighed anew, and a new summary."""
    fields: dict[str, Any] = {"count": len(decision.reasons)}
    for number, reason in enumerate(decision.reasons):
        title = reason["text"].get(language) or reason["text"]["fi"]
        fields[f"met-{number}"] = BooleanField(_("Met: %(requirement)s", requirement=title), default=reason["is_met"])
        fields[f"reason-{number}"] = TextAreaField(
            _("Reason"), [Optional(), Length(max=5000), no_nul, no_identity_code], default=reason["reason"]
        )
    fields["summary"] = _text(_("Summary of the reasons"), _("Write why the decision is corrected"))
    return type("CorrectionForm", (_CorrectionForm,), fields)()


class WordsForm(FlaskForm):
    text = _text(_l("Text"), _l("Write the text"))


class DelegationForm(FlaskForm):
    """Power to admit later applicants."""

    system = SelectField(_l("Purchasing system"), [InputRequired(_l("Choose a system"))])
    person = SelectField(_l("To whom"), [InputRequired(_l("Choose a person"))])
    basis = StringField(
        _l("Rule or decision it rests on"),
        [DataRequired(_l("Write the rule or decision it rests on")), Length(max=300), no_nul],
        description=_l("It stands in every decision made by it."),
    )
    starts_on = DateField(_l("First day"), [InputRequired(_l("Enter the first day"))])
    ends_on = DateField(_l("Last day"), [InputRequired(_l("Enter the last day"))])


def delegation_form(systems: Iterable[tuple[str, str]], people: Iterable[tuple[str, str]]) -> DelegationForm:
    """With the systems and coordinators to choose from."""
    form = DelegationForm()
    form.system.choices = options([("", "–"), *systems])
    form.person.choices = options([("", "–"), *people])
    return form
