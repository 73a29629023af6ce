"""A correction is a new decision that points to the old one; the old one stays as it was signed (R77, R78)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.db import lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.decisions import queries
from dps.decisions.models import COMPETITION_KINDS, Decision, DecisionKind, Remedy, RemedyKind, RemedyState
from dps.decisions.parties import refuse_own_matter
from dps.decisions.service.signing import DecisionDetails, prepare

#: Decisions whose outcome follows from the findings.
_BY_FINDINGS = (DecisionKind.ADMISSION, DecisionKind.REFUSAL)


@dataclass(frozen=True)
class CorrectedFinding:
    """One reason of the old decision as it should have been."""

    is_met: bool
    reason: str


@transaction
def prepare_correction(remedy: Remedy, findings: Sequence[CorrectedFinding], summary: str, *, by: Mandate) -> Decision:
    """Lay the correcting decision before the decision maker; ``findings`` follow the old decision's reasons.

    :raises WrongState: the matter is closed, or a correction is on its way
    :raises RuleBroken: only an appeal is pending, or the findings are not those of the old decision
    """
    lock(remedy.decision)
    lock(remedy)
    old = remedy.decision
    refuse_own_matter(old, by)
    if remedy.state is not RemedyState.PENDING:
        raise WrongState(_l("The matter has ended."), rule="R77")
    if old.kind in COMPETITION_KINDS:
        raise RuleBroken(
            _l("A choice of tenders is corrected on the page of its competition."),
            rule="R77",
            next_step=_l("Judge the tenders anew there and send the new decision."),
        )
    if remedy.kind is RemedyKind.APPEAL:
        raise RuleBroken(
            _l("The Market Court decides an appeal."),
            rule="R77",
            next_step=_l("Register a procurement correction on own initiative to correct the decision yourself."),
        )
    if queries.correction_of(old.id) is not None:
        raise WrongState(_l("A correcting decision has been prepared or signed already."), rule="R77")
    if len(findings) != len(old.reasons):
        raise RuleBroken(_l("Every finding of the old decision is weighed anew."), rule="R70", field="findings")
    reasons = [
        {**reason, "is_met": new.is_met, "reason": new.reason.strip()}
        for reason, new in zip(old.reasons, findings, strict=True)
    ]
    kind = old.kind
    if kind in _BY_FINDINGS:
        kind = DecisionKind.ADMISSION if all(reason["is_met"] for reason in reasons) else DecisionKind.REFUSAL
    section = "HallL 51 §" if remedy.kind is RemedyKind.CLERICAL_ERROR else "HL 132-134 §"
    details = DecisionDetails(
        authority_id=old.authority_id,
        supplier_id=old.supplier_id,
        category_id=old.category_id,
        kind=kind,
        matter=old.matter,
        reasons=reasons,
        summary=summary,
        legal_basis=f"{old.legal_basis}, {section}",
        instruction_kind=old.instruction_kind,
        language=old.language,
        skips_standstill=old.skips_standstill,
        corrects_id=old.id,
    )
    return prepare(details, by=by, continues=old)
