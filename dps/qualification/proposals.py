"""What the findings on an application make of its decision."""

from __future__ import annotations

from typing import Any

from dps.decisions.models import DecisionKind
from dps.decisions.service import DecisionDetails
from dps.qualification import rules
from dps.qualification.models import Application, ApplicationCheck, CheckResult
from dps.systems import legal_mode
from dps.systems.models import RequirementKind


def details(application: Application, summary: str) -> DecisionDetails:
    """Admission when every requirement is met, refusal when one is not, with the findings as reasons (R26, R70)."""
    category = application.category
    failed = rules.failed(application.checks)
    ordered = sorted(application.checks, key=lambda check: check.requirement.position)
    return DecisionDetails(
        authority_id=category.authority_id,
        supplier_id=application.supplier_id,
        kind=DecisionKind.REFUSAL if failed else DecisionKind.ADMISSION,
        matter={"fi": category.name_fi, "sv": category.name_sv, "en": category.name_en},
        reasons=[_reason(check) for check in ordered],
        summary=summary,
        legal_basis=legal_mode.legal_basis(
            category.legal_mode,
            is_exclusion=any(check.requirement.kind is RequirementKind.EXCLUSION for check in failed),
        ),
        instruction_kind=legal_mode.instruction_kind(category.legal_mode),
        language=application.supplier.language,
    )


def _reason(check: ApplicationCheck) -> dict[str, Any]:
    requirement = check.requirement
    return {
        "requirement": requirement.code,
        "text": {"fi": requirement.text_fi, "sv": requirement.text_sv, "en": requirement.text_en},
        "is_met": check.result is CheckResult.MET,
        "reason": check.note,
    }
