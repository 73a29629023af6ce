"""Contracts that follow a choice of tenders: one for each chosen tender of a lot, offered for signature (R2, R79)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotFound, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.contracts import annex, drafts, queries
from dps.contracts.models import ContractOption, FrameContract
from dps.decisions import queries as decisions
from dps.decisions.models import Decision, DecisionKind, DecisionState
from dps.qualification import queries as qualifications
from dps.qualification.models import Qualification, QualificationState
from dps.systems import legal_mode

OFFERED = audit.declare(
    "contract.offered_after_award", "award", "lot", "rank", "maximum_quantity", "maximum_value", "content_sha256"
)


@dataclass(frozen=True, kw_only=True)
class AwardedContract:
    """What a chosen tender and the terms of its competition make together."""

    decision_id: uuid.UUID
    supplier_id: uuid.UUID
    category_id: uuid.UUID
    qualification_id: uuid.UUID
    #: Code of the lot, and its names per language.
    lot: str
    lot_name: Mapping[str, str]
    #: Contract terms of the competition per language, all three; the annex on data processing is added.
    terms: Mapping[str, str]
    terms_version: str
    #: ``{"unit": str, "ceiling": "…", "modules": {code: "…"}}``: the prices tendered are the ceilings of offers.
    price_list: Mapping[str, Any]
    starts_on: date
    ends_on: date
    #: In units; a strict system must have one. In euros without VAT, options included.
    maximum_quantity: Decimal | None = None
    maximum_value: Decimal | None = None
    #: Days of each option to extend, in order.
    options: Sequence[int] = ()
    #: Place among the contractors of the lot, as published.
    rank: int = 1


def _award_of(details: AwardedContract) -> Decision:
    """The signed choice, locked; one that was corrected gives no contract any more (R77)."""
    decision = decisions.decision(details.decision_id)
    if decision is None or decision.category_id != details.category_id:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="decision_id")
    lock(decision)
    if decision.kind is not DecisionKind.AWARD or decision.state is not DecisionState.SIGNED:
        raise WrongState(
            _l("A contract of a competition follows a signed choice of tenders."),
            rule="R79",
            next_step=_l("Have the choice decided first."),
        )
    if decisions.correction_of(decision.id) is not None:
        raise WrongState(_l("A newer decision corrects this one, so no contract follows it."), rule="R77")
    chosen = any(reason["requirement"] == str(details.supplier_id) and reason["is_met"] for reason in decision.reasons)
    if not chosen:
        raise RuleBroken(_l("The decision has not chosen this tenderer."), rule="R79", field="supplier_id")
    return decision


def _admission_of(details: AwardedContract) -> Qualification:
    found = qualifications.qualification(details.qualification_id)
    if found is None or (found.supplier_id, found.category_id) != (details.supplier_id, details.category_id):
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="qualification_id")
    if found.state is not QualificationState.IN_FORCE:
        raise WrongState(
            _l("The provider is not admitted to the category now, so no contract can be offered to it."),
            rule="R35",
        )
    return found


def _check(details: AwardedContract, decision: Decision) -> bool:
    """Whether the contract must be the only one of its lot.

    :raises RuleBroken: a strict system with several contractors or without a maximum (N7, R2), or impossible values
    """
    if details.ends_on <= details.starts_on:
        raise RuleBroken(_l("The contract ends before it begins."), rule="contract-period", field="ends_on")
    if any(days <= 0 for days in details.options):
        raise RuleBroken(_l("An option is at least one day."), rule="contract-options", field="options")
    if details.rank < 1 or not details.lot.strip():
        raise RuleBroken(_l("A contract of a competition names its lot and rank."), rule="R79", field="lot")
    is_only = legal_mode.one_contractor_a_lot(decision.category.legal_mode)
    if not is_only:
        return False
    others = [each for each in queries.contracts_of_lot(decision.id, details.lot) if each.is_live]
    if details.rank != 1 or others:
        raise RuleBroken(
            _l("In a dynamic purchasing system of the Procurement Act a lot has one contractor."),
            rule="N7",
            field="rank",
            next_step=_l("Divide the purchase into lots, one contractor for each."),
        )
    if details.maximum_quantity is None or details.maximum_quantity <= 0:
        raise RuleBroken(
            _l("The contract lacks the maximum quantity that was competed."), rule="R2", field="maximum_quantity"
        )
    return True


@transaction
def offer_awarded(details: AwardedContract, *, by: Mandate | None = None) -> FrameContract:
    """Offer the contract of a chosen tender and ask the supplier to sign; ``by`` is none when a signal offers it.

    :raises WrongState: the choice is not signed, has been corrected, or the admission is not in force
    :raises RuleBroken: the tenderer was not chosen, or the mode forbids the contract (R2, N7)
    """
    decision = _award_of(details)
    now = clock.now()
    qualification = _admission_of(details)
    is_only = _check(details, decision)
    contract = FrameContract(
        qualification=qualification,
        supplier=qualification.supplier,
        category=qualification.category,
        award_decision=decision,
        award_decision_id=decision.id,
        lot=details.lot.strip(),
        lot_name=dict(details.lot_name),
        rank=details.rank,
        is_only_of_lot=is_only,
        maximum_quantity=details.maximum_quantity,
        maximum_value=details.maximum_value,
        terms_version=details.terms_version,
        terms=drafts.with_annex(dict(details.terms)),
        price_list=dict(details.price_list),
        data_processing_version=annex.VERSION,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        offered_at=now,
        options=[ContractOption(number=number, days=days) for number, days in enumerate(details.options, 1)],
    )
    contract.content_sha256 = drafts.digest_of(contract)
    db.session.add(contract)
    db.session.flush()
    audit.record(
        OFFERED,
        subject=contract,
        actor=by,
        at=now,
        award=decision.id,
        lot=contract.lot,
        rank=contract.rank,
        maximum_quantity=contract.maximum_quantity,
        maximum_value=contract.maximum_value,
        content_sha256=contract.content_sha256,
    )
    drafts.tell_of_offer(contract, now)
    return contract
