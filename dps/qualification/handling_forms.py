"""What an official finds, asks and looks up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.options import options
from core.web.text_checks import no_identity_code, no_nul
from dps.qualification import rules
from dps.qualification.grounds import EARLY_TERMINATION, GroundFinding
from dps.qualification.models import (
    CLARIFICATION_KIND_TITLES,
    EXTRACT_RESULT_TITLES,
    PARTY_ROLE_TITLES,
    REGISTER_KIND_TITLES,
    SANCTION_KIND_TITLES,
    Application,
    CheckResult,
    ClarificationKind,
    ExtractResult,
    RegisterKind,
    SanctionKind,
    SelfCleaning,
)
from dps.qualification.registers import Extract
from dps.qualification.rules import Slot
from dps.qualification.service.checking import Finding, finding_of
from dps.qualification.service.evidence import RecordCheck
from dps.systems.models import RequirementKind

#: A ground that applies, and yet does not exclude: in the form only, stored as met with its ground.
KEPT = "kept"
RESULTS = ((CheckResult.MET, _l("Met")), (CheckResult.NOT_MET, _l("Not met")), (CheckResult.ASK, _l("To be asked")))
GROUND_RESULTS = (
    (CheckResult.MET, _l("Does not apply")),
    (KEPT, _l("Applies, does not exclude")),
    (CheckResult.NOT_MET, _l("Applies, excludes")),
    (CheckResult.ASK, _l("To be asked")),
)
CLEANING = (
    ("", _l("Not assessed")),
    (SelfCleaning.SUFFICIENT, _l("Sufficient")),
    (SelfCleaning.INSUFFICIENT, _l("Not sufficient")),
)
_WORDS = [Optional(), Length(max=2000), no_nul, no_identity_code]


class ChecksForm(FlaskForm):
    """A finding for every slot; made by ``checks_form``."""

    def findings(self) -> dict[str, Finding]:
        """Slot key → finding, of those that have one."""
        return {
            name.removeprefix("result-"): self._finding(name.removeprefix("result-"), field.data)
            for name, field in self._fields.items()
            if name.startswith("result-") and field.data
        }

    def _finding(self, key: str, result: str) -> Finding:
        applies = f"event_on-{key}" in self._fields and result in (KEPT, CheckResult.NOT_MET)
        return Finding(
            result=CheckResult.MET if result == KEPT else CheckResult(result),
            note=self._words("note", key),
            ground=self._ground(key) if applies else None,
        )

    def _ground(self, key: str) -> GroundFinding:
        kind, cleaning = self._words("sanction_kind", key), self._words("self_cleaning", key)
        day: date | None = self._fields[f"event_on-{key}"].data
        return GroundFinding(
            event_on=day,
            assessment=self._words("assessment", key),
            sanction_kind=SanctionKind(kind) if kind else None,
            contract_reference=self._words("contract_reference", key),
            self_cleaning=SelfCleaning(cleaning) if cleaning else None,
            self_cleaning_note=self._words("self_cleaning_note", key),
        )

    def _words(self, name: str, key: str) -> str:
        field = self._fields.get(f"{name}-{key}")
        return (field.data or "").strip() if field is not None else ""


def _result_of(found: Finding | None) -> str | None:
    if found is None:
        return None
    return KEPT if found.ground is not None and found.result is CheckResult.MET else found.result.value


def _slot_fields(slot: Slot) -> dict[str, Any]:
    """Result and note; of an exclusion ground also day, assessment, sanction and corrective measures."""
    key, is_ground = slot.key, slot.requirement.kind is RequirementKind.EXCLUSION
    found = finding_of(slot.check) if slot.check else None
    fields: dict[str, Any] = {
        f"result-{key}": RadioField(
            _("Your finding"),
            [Optional()],
            choices=options(GROUND_RESULTS if is_ground else RESULTS),
            default=_result_of(found),
        ),
        f"note-{key}": TextAreaField(_("What was looked at"), _WORDS, default=found.note if found else ""),
    }
    if not is_ground:
        return fields
    ground = (found.ground if found else None) or GroundFinding()
    fields[f"event_on-{key}"] = DateField(
        _("Day of the final judgment or of the event"), [Optional()], default=ground.event_on
    )
    fields[f"assessment-{key}"] = TextAreaField(
        _("The authority's own assessment: seriousness and proportion"), _WORDS, default=ground.assessment
    )
    if slot.requirement.code == EARLY_TERMINATION:
        fields[f"sanction_kind-{key}"] = SelectField(
            _("What the earlier contract led to"),
            [Optional()],
            choices=options([("", _("Choose")), *SANCTION_KIND_TITLES.items()]),
            default=ground.sanction_kind.value if ground.sanction_kind else "",
        )
        fields[f"contract_reference-{key}"] = StringField(
            _("Number or name of that contract"),
            [Optional(), Length(max=200), no_nul, no_identity_code],
            default=ground.contract_reference,
        )
    fields[f"self_cleaning-{key}"] = SelectField(
        _("Corrective measures"),
        [Optional()],
        choices=options(CLEANING),
        default=ground.self_cleaning.value if ground.self_cleaning else "",
    )
    fields[f"self_cleaning_note-{key}"] = TextAreaField(
        _("Why they are or are not sufficient"), _WORDS, default=ground.self_cleaning_note
    )
    return fields


def checks_form(application: Application) -> ChecksForm:
    """A finding on every requirement of the applicant and every ground of the others; nothing is chosen beforehand."""
    fields: dict[str, Any] = {}
    for slot in rules.slots(application):
        fields |= _slot_fields(slot)
    form: ChecksForm = type("FilledChecksForm", (ChecksForm,), fields)()
    return form


class QuestionForm(FlaskForm):
    """A question to the applicant; made by ``question_form``."""

    kind = RadioField(
        _l("What for?"),
        [InputRequired(_l("Choose why you ask"))],
        choices=options(CLARIFICATION_KIND_TITLES.items()),
        default=ClarificationKind.CLARIFICATION.value,
    )
    about = SelectField(_l("About which requirement, of whom?"), [InputRequired(_l("Choose the requirement"))])
    question = TextAreaField(
        _l("What is missing or unclear, and what would mend it?"),
        [DataRequired(_l("Write the question")), Length(max=5000), no_nul, no_identity_code],
        description=_l("The provider gets the text as it is."),
    )
    due_on = DateField(
        _l("Last day to answer"),
        [Optional()],
        description=_l("There is time until the end of the day. Empty: the shortest time, the same for everybody."),
    )


def question_form(application: Application, chosen: str = "") -> QuestionForm:
    """About one requirement of the applicant or one ground of another operator."""
    slots = rules.slots(application)
    about = SelectField(
        _("About which requirement, of whom?"),
        [InputRequired(_("Choose the requirement"))],
        choices=options([("", _("Choose")), *((slot.key, slot.words) for slot in slots)]),
        default=chosen if chosen in {slot.key for slot in slots} else "",
    )
    form: QuestionForm = type("FilledQuestionForm", (QuestionForm,), {"about": about})()
    return form


class ExtractForm(FlaskForm):
    """What a register says."""

    kind = SelectField(
        _l("Register"),
        [InputRequired(_l("Choose the register"))],
        choices=options([("", _l("Choose")), *REGISTER_KIND_TITLES.items()]),
    )
    issued_on = DateField(_l("Day of issue"), [InputRequired(_l("Enter the day of issue"))])
    result = RadioField(
        _l("What it says"),
        [InputRequired(_l("Choose what the register says"))],
        choices=options(EXTRACT_RESULT_TITLES.items()),
    )
    source = StringField(
        _l("Where it was looked up"),
        [DataRequired(_l("Write where it was looked up.")), Length(max=300), no_nul, no_identity_code],
    )
    note = TextAreaField(_l("Note"), _WORDS)

    def register(self) -> RegisterKind:
        return RegisterKind(self.kind.data)

    def typed(self) -> Extract:
        return Extract(
            issued_on=self.issued_on.data,
            result=ExtractResult(self.result.data),
            source=self.source.data or "",
            note=self.note.data or "",
        )


class RecordForm(FlaskForm):
    """That a criminal-record extract was looked at. There is no text and no file, on purpose (R67)."""

    about = SelectField(_l("Whose extract"), [Optional()])
    issued_on = DateField(_l("Day of issue"), [InputRequired(_l("Enter the day of issue"))])
    result = RadioField(
        _l("What it says"),
        [InputRequired(_l("Choose whether there is an obstacle"))],
        choices=options(EXTRACT_RESULT_TITLES.items()),
    )

    def seen(self) -> RecordCheck:
        return RecordCheck(issued_on=self.issued_on.data, result=ExtractResult(self.result.data))


def record_form(application: Application) -> RecordForm:
    """Of the applicant or of one of the other operators."""
    people = [(party.id, f"{party.name} ({PARTY_ROLE_TITLES[party.role]})") for party in application.present_parties]
    about = SelectField(
        _("Whose extract"), [Optional()], choices=options([("", application.supplier.name), *people]), default=""
    )
    form: RecordForm = type("FilledRecordForm", (RecordForm,), {"about": about})()
    return form


def requirement_words(application: Application, codes: Sequence[str]) -> list[str]:
    """Some requirements of an application in words."""
    return [rules.requirement_words(each) for each in application.category.requirements if each.code in codes]
