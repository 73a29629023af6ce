"""What the findings on an application make of its decision."""

from __future__ import annotations

from typing import Any

from core.i18n import LANGUAGES, using_language
from core.i18n import gettext as _
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.decisions.models import DecisionKind
from dps.decisions.service import DecisionDetails
from dps.qualification import rules
from dps.qualification.models import (
    PARTY_ROLE_TITLES,
    Application,
    ApplicationCheck,
    CheckResult,
    ClarificationKind,
    SelfCleaning,
)
from dps.systems import legal_mode
from dps.systems.models import RequirementKind
from suppliers.criteria import EXCLUSION


def details(application: Application, summary: str) -> DecisionDetails:
    """Admission when every requirement is met, refusal when one is not, with the findings as reasons (R26, R70)."""
    category = application.category
    failed = rules.failed(application)
    found = [slot.check for slot in rules.slots(application) if slot.check is not None]
    with using_language(application.supplier.language):
        reasons = [_reason(check) for check in found]
    return DecisionDetails(
        authority_id=category.authority_id,
        supplier_id=application.supplier_id,
        category_id=application.category_id,
        kind=DecisionKind.REFUSAL if failed else DecisionKind.ADMISSION,
        matter={"fi": category.name_fi, "sv": category.name_sv, "en": category.name_en},
        reasons=reasons,
        summary=summary,
        legal_basis=legal_mode.legal_basis(
            category.legal_mode,
            is_exclusion=any(check.requirement.kind is RequirementKind.EXCLUSION for check in failed),
        ),
        instruction_kind=legal_mode.instruction_kind(category.legal_mode),
        language=application.supplier.language,
    )


def _reason(check: ApplicationCheck) -> dict[str, Any]:
    """One finding as the decision tells it: of whom, what was found, when it happened, what the hearing brought."""
    return {
        "requirement": check.requirement.code,
        "party": str(check.party_id) if check.party_id else None,
        "text": {code: _text(check, code) for code in LANGUAGES},
        "is_met": check.result is CheckResult.MET,
        "reason": " ".join(words for words in (check.note, *_ground(check), *_asked(check)) if words),
    }


def _text(check: ApplicationCheck, language: str) -> str:
    """The requirement, and of whom if not of the applicant; a ground that is not met with its name, too."""
    requirement, party = check.requirement, check.party
    text = str(getattr(requirement, f"text_{language}") or requirement.text_fi).strip().rstrip(".")
    with using_language(language):
        if requirement.kind is RequirementKind.EXCLUSION and check.result is not CheckResult.MET:
            text = f"{text} – {EXCLUSION[requirement.code].title}"
        return f"{text} ({PARTY_ROLE_TITLES[party.role]}: {party.name})" if party else text


def _ground(check: ApplicationCheck) -> list[str]:
    """What is said of an exclusion ground that applies (R61, R62, R64)."""
    if not check.ground_applies:
        return []
    words = [_("Day of the judgment or event: %(date)s.", date=date_words(check.event_on))]
    if check.sanction is not None:
        words.append(_("The contract concerned: %(contract)s.", contract=check.sanction.contract_reference))
    return [*words, check.assessment]


def _asked(check: ApplicationCheck) -> list[str]:
    """What the provider was asked and whether it answered (R29, R65, R68)."""
    words = []
    for each in check.application.clarifications:
        if check.requirement.code not in each.requirements or each.party_id != check.party_id:
            continue
        if each.answered_at is not None:
            words.append(_answered(each.kind, moment(each.answered_at)))
        else:
            words.append(_lapsed(each.kind, deadline(each.due_at)))
    if check.self_cleaning is not None:
        words.append(
            _("The corrective measures are sufficient.")
            if check.self_cleaning is SelfCleaning.SUFFICIENT
            else _("The corrective measures are not sufficient.")
        )
        words.append(check.self_cleaning_note)
    return words


def _answered(kind: ClarificationKind, time: str) -> str:
    if kind is ClarificationKind.SELF_CLEANING_HEARING:
        return _("The provider was heard and answered %(time)s.", time=time)
    if kind is ClarificationKind.REPLACE_SUBCONTRACTOR:
        return _("The provider was asked to replace the operator and answered %(time)s.", time=time)
    return _("The provider was asked to complete the application and answered %(time)s.", time=time)


def _lapsed(kind: ClarificationKind, time: str) -> str:
    if kind is ClarificationKind.SELF_CLEANING_HEARING:
        return _("The provider was given a hearing and did not answer by %(time)s.", time=time)
    if kind is ClarificationKind.REPLACE_SUBCONTRACTOR:
        return _("The provider was asked to replace the operator and did not answer by %(time)s.", time=time)
    return _("The provider was asked to complete the application and did not answer by %(time)s.", time=time)
