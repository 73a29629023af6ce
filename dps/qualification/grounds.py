"""What must be known before an exclusion ground may count: pure, from RULES.md F (R61-R65)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core import law
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.qualification import rules
from dps.qualification.models import CheckResult, SanctionKind, SelfCleaning
from suppliers.criteria import EXCLUSION

#: Ground 9 of HL 81.1 §: it rests on what an earlier contract led to (R62).
EARLY_TERMINATION = "early-termination"


@dataclass(frozen=True, kw_only=True)
class GroundFinding:
    """That a ground applies: when, how it weighs, what it rests on, and what has been done since."""

    event_on: date | None = None
    assessment: str = ""
    sanction_kind: SanctionKind | None = None
    contract_reference: str = ""
    self_cleaning: SelfCleaning | None = None
    self_cleaning_note: str = ""


def check(code: str, result: CheckResult, finding: GroundFinding, today: date) -> None:
    """:raises RuleBroken: names the field that is missing or that the law does not allow"""
    _check_event(code, finding.event_on, today)
    if code == EARLY_TERMINATION and (finding.sanction_kind is None or not finding.contract_reference.strip()):
        raise RuleBroken(
            _l("This ground rests on an early termination, damages or a comparable sanction of an earlier contract."),
            rule="R62",
            field="sanction_kind" if finding.sanction_kind is None else "contract_reference",
            next_step=_l("Choose what the contract led to, and name the contract."),
        )
    if not EXCLUSION[code].is_mandatory and not finding.assessment.strip():
        raise RuleBroken(
            _l("Write the authority's own assessment: how serious it is, and whether exclusion is in proportion."),
            rule="R64",
            field="assessment",
        )
    _check_self_cleaning(finding, result)
    is_kept = result is CheckResult.MET
    if is_kept and EXCLUSION[code].is_mandatory and finding.self_cleaning is not SelfCleaning.SUFFICIENT:
        raise RuleBroken(
            _l("A mandatory ground that applies excludes, unless sufficient corrective measures have been shown."),
            rule="R63",
            field="result",
            next_step=_l("Choose that it excludes, or assess the corrective measures."),
        )


def _check_event(code: str, event_on: date | None, today: date) -> None:
    key = rules.ground_age(code)
    rule = key.partition(".")[0]
    if event_on is None:
        raise RuleBroken(
            _l("Enter the day of the final judgment or of the event."),
            rule=rule,
            field="event_on",
        )
    if event_on > today:
        raise RuleBroken(_l("The day is in the future."), rule=rule, field="event_on")
    if rules.is_ground_too_old(code, event_on, today):
        raise RuleBroken(
            _l(
                "More than %(years)s years have passed, so the ground does not apply any more.",
                years=int(law.number(key, today)),
            ),
            rule=rule,
            field="event_on",
            next_step=_l("Choose that the ground does not apply."),
        )


def _check_self_cleaning(finding: GroundFinding, result: CheckResult) -> None:
    """Shown measures are assessed in words; sufficient ones keep the operator in (R65)."""
    if finding.self_cleaning is not None and not finding.self_cleaning_note.strip():
        raise RuleBroken(
            _l("Write why the corrective measures are or are not sufficient."), rule="R65", field="self_cleaning_note"
        )
    if finding.self_cleaning is SelfCleaning.SUFFICIENT and result is CheckResult.NOT_MET:
        raise RuleBroken(
            _l("The corrective measures are sufficient, so the operator must not be excluded."),
            rule="R65",
            field="result",
            next_step=_l("Choose that the ground applies but does not exclude."),
        )
