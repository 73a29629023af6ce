"""Notices of contracts that follow competitions, one by one or by the quarter, and of cancellations (R49, R80)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from core import clock
from core.db import lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.quarters import quarter_end, quarter_of
from dps.contracts.models import FrameContract
from dps.decisions.models import Decision, DecisionKind, DecisionState
from dps.notices import queries
from dps.notices.models import Notice, NoticeContract, NoticeKind
from dps.notices.service import record
from dps.systems.models import AwardNoticeMethod, PurchasingSystem


def content_of(contract: FrameContract) -> dict[str, Any]:
    """What the notice says of one contract: who, what, how much, out of how many tenders."""
    decision, supplier = contract.award_decision, contract.supplier
    assert decision is not None
    assert contract.authority_signed_at is not None
    value = contract.maximum_value or contract.original_value
    return {
        "contract": str(contract.id),
        "competition": decision.matter,
        "decision": f"{decision.section_number}/{decision.year}",
        "category": contract.category.code,
        "cpv": contract.category.cpv,
        "lot": contract.lot,
        "lot_name": contract.lot_name,
        "winner": {
            "name": supplier.name,
            "registration_number": supplier.registration_number,
            "country": supplier.country,
        },
        "value": None if value is None else str(value),
        "maximum_quantity": None if contract.maximum_quantity is None else str(contract.maximum_quantity),
        "unit": contract.price_list["unit"],
        "made_on": clock.helsinki_date(contract.authority_signed_at).isoformat(),
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": contract.ends_on.isoformat(),
        "tenders_received": decision.tenders_received,
    }


def content_of_cancellation(decision: Decision) -> dict[str, Any]:
    """What the notice says of a cancelled competition: which, and why (R49)."""
    assert decision.signed_at is not None
    return {
        "competition": decision.matter,
        "decision": f"{decision.section_number}/{decision.year}",
        "category": decision.category.code,
        "cpv": decision.category.cpv,
        "decided_on": clock.helsinki_date(decision.signed_at).isoformat(),
        "reasons": [reason["reason"] for reason in decision.reasons],
        "tenders_received": decision.tenders_received,
    }


def _check_method(system: PurchasingSystem, method: AwardNoticeMethod) -> None:
    if system.award_notice_method is not method:
        raise RuleBroken(
            _l("The system announces its contracts in the other way, as was published."),
            rule="R80",
            next_step=_l("Use the notice that the page of the system offers."),
        )


def _of_contracts(system: PurchasingSystem, contracts: Sequence[FrameContract], **values: Any) -> Notice:
    return Notice(
        system=system,
        kind=NoticeKind.CONTRACT_AWARD_NOTICE,
        content={"contracts": [content_of(each) for each in contracts]},
        contracts=[NoticeContract(contract=each) for each in contracts],
        **values,
    )


@transaction
def record_contract_sent(contract: FrameContract, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the award notice of one contract was sent (R80).

    :raises RuleBroken: the system announces by the quarter
    :raises WrongState: the contract is not made, follows no competition, or was announced
    """
    system = contract.category.system
    lock(system)
    lock(contract)
    _check_method(system, AwardNoticeMethod.SINGLE)
    if contract.award_decision_id is None or contract.authority_signed_at is None:
        raise WrongState(_l("An award notice tells of a contract that both have signed."), rule="R80")
    if queries.is_announced(contract.id):
        raise WrongState(_l("The award notice has been sent already."), rule="R80")
    return record(_of_contracts(system, [contract]), sent_at, contract.authority_signed_at, by)


@transaction
def record_quarter_sent(
    system: PurchasingSystem, quarter: date, sent_at: datetime | None = None, *, by: Mandate
) -> Notice:
    """Record that the contracts of a quarter were announced together, after its end (R80).

    :raises RuleBroken: the system announces each contract by itself, or the quarter is not over
    :raises WrongState: nothing to announce
    """
    lock(system)
    _check_method(system, AwardNoticeMethod.QUARTERLY)
    first, last = quarter_of(quarter), quarter_end(quarter_of(quarter))
    over = clock.end_of_day(last)
    if clock.now() < over:
        raise RuleBroken(_l("The quarter is not over."), rule="R80", field="quarter_starts_on")
    start = clock.end_of_day(first - timedelta(days=1))
    contracts = queries.contracts_of_quarter(system.id, start, over)
    if not contracts:
        raise WrongState(_l("No contract of this quarter waits for its notice."), rule="R80")
    return record(_of_contracts(system, contracts, quarter_starts_on=first), sent_at, over, by)


@transaction
def record_cancellation_sent(decision: Decision, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the notice of a cancelled competition was sent, with its reason (R49)."""
    system = decision.category.system
    lock(system)
    lock(decision)
    if decision.kind is not DecisionKind.CANCELLATION or decision.state is not DecisionState.SIGNED:
        raise WrongState(_l("The notice tells of a signed cancellation."), rule="R49")
    if queries.cancellation_notice(decision.id) is not None:
        raise WrongState(_l("The notice of the cancellation has been sent already."), rule="R49")
    notice = Notice(
        system=system,
        kind=NoticeKind.CANCELLATION_NOTICE,
        decision=decision,
        content=content_of_cancellation(decision),
    )
    return record(notice, sent_at, decision.signed_at, by)
