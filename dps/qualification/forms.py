"""What a provider answers and an official finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.qualification.models import ApplicationCheck, CheckResult
from dps.qualification.rules import ANSWER_LENGTH
from dps.systems.models import Requirement, RequirementKind

RESULTS = ((CheckResult.MET, _l("Met")), (CheckResult.NOT_MET, _l("Not met")))


def application_form(requirements: Iterable[Requirement]) -> FlaskForm:
    """One text for each suitability requirement; a field is named by the requirement's code."""
    fields: dict[str, Any] = {
        requirement.code: TextAreaField(
            localized(requirement, "text"),
            [
                DataRequired(_("Describe how you meet the requirement")),
                Length(max=ANSWER_LENGTH),
                no_nul,
                no_identity_code,
            ],
            description=localized(requirement, "evidence"),
        )
        for requirement in requirements
        if requirement.kind is RequirementKind.SELECTION
    }
    return type("ApplicationForm", (FlaskForm,), fields)()


def answers_of(form: FlaskForm) -> dict[str, str]:
    """What was written, by the requirement's code."""
    return {name: field.data or "" for name, field in form._fields.items() if name != "csrf_token"}


class _ChecksForm(FlaskForm):
    def validate(self, extra_validators: Any = None) -> bool:
        """A requirement that is not met needs a reason (R70)."""
        valid = bool(super().validate(extra_validators))
        for name, field in self._fields.items():
            if not name.startswith("result-") or field.data != CheckResult.NOT_MET:
                continue
            note = self._fields[name.replace("result-", "note-")]
            if not (note.data or "").strip():
                note.errors = [_("Write why the requirement is not met")]
                valid = False
        return valid

    def findings(self) -> dict[str, tuple[CheckResult, str]]:
        """Requirement id → finding, of those that have one."""
        return {
            name.removeprefix("result-"): (
                CheckResult(field.data),
                (self._fields[name.replace("result-", "note-")].data or "").strip(),
            )
            for name, field in self._fields.items()
            if name.startswith("result-") and field.data
        }


def checks_form(requirements: Iterable[Requirement], checks: Iterable[ApplicationCheck]) -> _ChecksForm:
    """Met or not met, and a note, for every requirement."""
    done = {check.requirement_id: check for check in checks}
    fields: dict[str, Any] = {}
    for requirement in requirements:
        found = done.get(requirement.id)
        fields[f"result-{requirement.id}"] = RadioField(
            _("Your finding"), [Optional()], choices=options(RESULTS), default=found.result.value if found else None
        )
        fields[f"note-{requirement.id}"] = TextAreaField(
            _("What was looked at"),
            [Optional(), Length(max=2000), no_nul, no_identity_code],
            default=found.note if found else "",
        )
    form: _ChecksForm = type("ChecksForm", (_ChecksForm,), fields)()
    return form


class ProposalForm(FlaskForm):
    summary = TextAreaField(
        _l("Reasons of the decision"),
        [DataRequired(_l("Write the reasons")), Length(max=5000), no_nul, no_identity_code],
        description=_l("The text goes into the decision as it is. No personal identity codes."),
    )
