"""What a decision of a competition must hold before it is laid before anybody, and again when it is signed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.db import db, lock
from core.errors import NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from dps.decisions import queries
from dps.decisions.models import COMPETITION_KINDS, Decision, DecisionKind, DecisionState, RemedyKind, RemedyState
from dps.systems import legal_mode
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import Category


@dataclass(frozen=True, kw_only=True)
class Competed:
    """The parts of a decision that only one of a competition has."""

    kind: DecisionKind
    category: Category
    supplier_id: uuid.UUID | None
    reasons: Sequence[dict[str, Any]]
    addressees: Sequence[tuple[uuid.UUID, Sequence[dict[str, Any]]]]
    tenders_received: int | None
    tenderers: int | None
    skips_standstill: bool
    instruction_kind: InstructionKind


def competed(decision: Decision) -> Competed:
    """Those parts of a stored decision."""
    return Competed(
        kind=decision.kind,
        category=decision.category,
        supplier_id=decision.supplier_id,
        reasons=decision.reasons,
        addressees=[(each.supplier_id, each.sections) for each in decision.addressees],
        tenders_received=decision.tenders_received,
        tenderers=decision.tenderers,
        skips_standstill=decision.skips_standstill,
        instruction_kind=decision.instruction_kind,
    )


def check(parts: Competed) -> None:
    """:raises RuleBroken: a party, a reason or a number is missing (R49, R70, R80), or standstill is skipped (R74)"""
    if parts.kind not in COMPETITION_KINDS:
        if parts.supplier_id is None or parts.addressees:
            raise RuleBroken(_l("A decision of this kind has one party."), rule="R72", field="supplier_id")
        return
    ids = [supplier_id for supplier_id, _sections in parts.addressees]
    if parts.supplier_id is not None or not ids or len(set(ids)) < len(ids):
        raise RuleBroken(_l("The decision of a competition goes to each of its parties once."), rule="R72")
    if parts.tenders_received is None or parts.tenderers is None:
        raise RuleBroken(_l("The number of tenders is missing."), rule="R80", field="tenders_received")
    if parts.instruction_kind is not legal_mode.instruction_kind(parts.category.legal_mode):
        raise RuleBroken(_l("These are not the instructions of the category's legal mode."), rule="R71")
    if parts.kind is DecisionKind.CANCELLATION:
        _check_cancellation(parts)
    else:
        _check_award(parts)


def _check_cancellation(parts: Competed) -> None:
    if any(not str(reason["reason"]).strip() for reason in parts.reasons):
        raise RuleBroken(
            _l("A competition is cancelled only for a real and justified reason."),
            rule="R49",
            field="reason",
            next_step=_l("Write what has changed and why the purchase is not made now."),
        )
    if parts.skips_standstill:
        raise RuleBroken(_l("No contract follows a cancellation, so there is no standstill to skip."), rule="R74")


def _check_award(parts: Competed) -> None:
    assert parts.tenders_received is not None
    assert parts.tenderers is not None
    of_tenderers = {reason["requirement"] for reason in parts.reasons}
    if of_tenderers != {str(supplier_id) for supplier_id, _sections in parts.addressees}:
        raise RuleBroken(
            _l("The decision has no reasons for each tenderer."),
            rule="R70",
            field="reasons",
            next_step=_l("Write for each tenderer whether it was chosen, and why not."),
        )
    chosen = sum(1 for reason in parts.reasons if reason["is_met"])
    if not 1 <= chosen <= parts.tenderers <= parts.tenders_received:
        raise RuleBroken(_l("The numbers of tenders and of chosen tenderers do not fit."), rule="R80")
    if any(not _has_words(sections) for _supplier_id, sections in parts.addressees):
        raise RuleBroken(
            _l("The letter to one of the tenderers does not say how its tender compares."),
            rule="R70",
            field="addressees",
        )
    if parts.skips_standstill and not legal_mode.may_skip_standstill(parts.category.legal_mode, parts.tenderers):
        raise RuleBroken(
            _l("Standstill must be observed before this contract."),
            rule="R74",
            field="skips_standstill",
            next_step=_l("Prepare the decision with standstill."),
        )


def _has_words(sections: Sequence[dict[str, Any]]) -> bool:
    return any(paragraph.strip() for section in sections for paragraph in section["paragraphs"])


#: What must have been registered, with the parties told, before a choice is corrected (R77).
_CORRECTIONS = (RemedyKind.CORRECTION_DEMAND, RemedyKind.OWN_CORRECTION, RemedyKind.CLERICAL_ERROR)


def check_correction(kind: DecisionKind, corrects_id: uuid.UUID | None) -> None:
    """A choice is corrected once, by a new decision, while the correction is pending (R77).

    :raises WrongState: the old one is not signed, was corrected already, or no correction is pending
    """
    if corrects_id is None or kind not in COMPETITION_KINDS:
        return
    old = db.session.get(Decision, corrects_id)
    if old is None or old.kind not in COMPETITION_KINDS:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="corrects_id")
    lock(old)
    if old.state is not DecisionState.SIGNED:
        raise WrongState(_l("Only a signed decision can be appealed or corrected."), rule="R77")
    if queries.correction_of(old.id) is not None:
        raise WrongState(_l("A correcting decision has been prepared or signed already."), rule="R77")
    pending = [each for each in queries.remedies_of(old.id) if each.state is RemedyState.PENDING]
    if not any(each.kind in _CORRECTIONS for each in pending):
        raise WrongState(
            _l("No correction of the decision is pending."),
            rule="R77",
            next_step=_l("Register the correction first: the parties are told that it is pending."),
        )
