"""The life of a contract after its signature: options, price adjustments, changes within R81."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app

from core import audit, clock, mail
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity import queries as identity
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from dps.contracts import queries, rules, service
from dps.contracts.models import (
    CONTRACT_CHANGE_TRANSITIONS,
    ContractChange,
    ContractChangeKind,
    ContractOption,
    ContractState,
    FrameContract,
    PriceAdjustment,
)
from suppliers import queries as suppliers
from suppliers.rights import refuse_own_matter

OPTIONS_STATED = audit.declare("contract.options_stated", "days", "ends_on", "content_sha256")
EXTENDED = audit.declare("contract.extended", "option", "before", "after", "reason")
ADJUSTED = audit.declare("contract.prices_adjusted", "from_on", "percent", "index", "reason")
VALUE_FIXED = audit.declare("contract.original_value_fixed", "value")
PREPARED = audit.declare("contract_change.prepared", "contract", "kind", "value", "total")
DECIDED = audit.declare("contract_change.decided", "before", "after", "total")
ACCEPTED = audit.declare("contract_change.accepted", "before", "after")
DECLINED = audit.declare("contract_change.declined", "before", "after")
DROPPED = audit.declare("contract_change.dropped", "before", "after")

#: How far a percent may move the ceilings at once.
MOST_PERCENT = Decimal("50.00")


def _needed(value: str, field: str, message: Any, rule: str = "I10") -> str:
    if not value.strip():
        raise RuleBroken(message, rule=rule, field=field)
    return value.strip()


def _must_be_in_force(contract: FrameContract, today: date) -> None:
    if contract.state is not ContractState.IN_FORCE or contract.ends_on < today:
        raise WrongState(
            _l("The contract is not in force."),
            rule="R81",
            next_step=_l("Only a contract in force can be extended, adjusted or changed."),
        )


def _must_decide(contract: FrameContract, by: Mandate) -> None:
    if by.role is not Role.DECIDER or by.authority_id != contract.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority decides on its contracts."), rule="I4")
    refuse_own_matter(contract.supplier_id, by)


def _must_prepare(contract: FrameContract, by: Mandate) -> None:
    if by.role not in (Role.COORDINATOR, Role.DECIDER) or by.authority_id != contract.authority_id:
        raise NotAllowed(_l("Only people of the authority prepare its contracts."), rule="I4")
    refuse_own_matter(contract.supplier_id, by)


def _refuse_agreed(contract: FrameContract) -> None:
    """What an agreement on own or partners' production says is changed by a new agreement, not here (HL 15 §, 16 §)."""
    if contract.production_agreement_id is not None:
        raise WrongState(
            _l("This contract follows an agreement on own or partners' production."),
            rule="production",
            next_step=_l("Prepare a new agreement with the changed terms, and end the old one."),
        )


def _tell(contract: FrameContract, template: str, at: datetime, *, authority_only: bool = False, **words: Any) -> None:
    """Write to every address of the supplier and to those who handle the authority's contracts."""
    base = current_app.config["BASE_URL"].rstrip("/")
    staff = identity.holders(contract.authority_id, clock.helsinki_date(at), Role.COORDINATOR, Role.DECIDER)
    told = [(person.email, person.language, f"{base}/procurement/contracts/{contract.id}") for person in staff]
    if not authority_only:
        link = f"{base}/provider/contracts/{contract.id}"
        told += [(address, contract.supplier.language, link) for address in contract.supplier.emails]
    for address, language, link in told:
        with using_language(language):
            category = localized(contract.category, "name")
            authority = localized(contract.authority, "name")
        mail.send(
            address,
            template,
            language=language,
            at=at,
            about_id=contract.id,
            category=category,
            authority=authority,
            supplier=contract.supplier.name,
            link=link,
            **words,
        )


@transaction
def state_options(contract: FrameContract, ends_on: date, days: Sequence[int], *, by: Mandate) -> None:
    """Say in the offered text when the contract ends and by which options it can be extended; the supplier is told.

    :raises WrongState: the supplier has signed
    :raises RuleBroken: the options would go beyond the system's last day
    """
    lock(contract)
    now = clock.now()
    _must_prepare(contract, by)
    _refuse_agreed(contract)
    if contract.award_decision_id is not None:
        raise WrongState(_l("The options of a competed contract are those of the competition."), rule="R81")
    if contract.state is not ContractState.OFFERED:
        raise WrongState(_l("Options are stated before the provider signs."), rule="contract-option")
    last = contract.category.system.ends_on
    if not contract.starts_on < ends_on <= last:
        raise RuleBroken(
            _l("The last day is after the first one, and not after the last day of the system."),
            rule="contract-option",
            field="ends_on",
        )
    if any(each <= 0 for each in days):
        raise RuleBroken(_l("An option has at least one day."), rule="contract-option", field="option_1")
    if sum(days) > (last - ends_on).days:
        raise RuleBroken(
            _l("With its options the contract would go on after the last day of the system."),
            rule="contract-option",
            field="option_1",
            next_step=_l("Choose an earlier last day, or shorter options."),
        )
    for option in contract.options:
        db.session.delete(option)
    db.session.flush()
    contract.ends_on = ends_on
    for number, each in enumerate(days, start=1):
        db.session.add(ContractOption(contract_id=contract.id, number=number, days=each))
    db.session.flush()
    db.session.expire(contract, ["options"])
    contract.content_sha256 = service.digest_of(contract)
    audit.record(
        OPTIONS_STATED,
        subject=contract,
        actor=by,
        at=now,
        days=list(days),
        ends_on=ends_on.isoformat(),
        content_sha256=contract.content_sha256,
    )
    service.tell_of_offer(contract, now)


@transaction
def extend(contract: FrameContract, reason: str, *, by: Mandate) -> None:
    """Use the next option, with a reason; each option once, and never beyond the system's last day."""
    lock(contract)
    now = clock.now()
    _must_decide(contract, by)
    _must_be_in_force(contract, clock.helsinki_date(now))
    reason = _needed(reason, "reason", _l("Write why the contract is extended."))
    db.session.expire(contract, ["options"])
    option = contract.next_option
    if option is None:
        raise WrongState(_l("The contract has no option that has not been used."), rule="contract-option")
    lock(option)
    before, after = contract.ends_on, contract.ends_on + timedelta(days=option.days)
    if after > contract.category.system.ends_on:
        raise RuleBroken(
            _l("With the option the contract would go on after the last day of the system."), rule="contract-option"
        )
    option.used_at, option.used_by, option.reason, option.ended_on = now, by.person_id, reason, before
    contract.ends_on = after
    audit.record(
        EXTENDED,
        subject=contract,
        actor=by,
        at=now,
        option=option.number,
        before=before.isoformat(),
        after=after.isoformat(),
        reason=reason,
    )
    _tell(contract, "contract_extended", now, before=before, after=after, reason=reason)


@dataclass(frozen=True)
class AdjustmentDetails:
    """What is decided about the ceilings of the price list."""

    from_on: date
    percent: Decimal
    index_name: str
    clause: str
    reason: str


@transaction
def adjust_prices(contract: FrameContract, details: AdjustmentDetails, *, by: Mandate) -> PriceAdjustment:
    """Move the ceilings by a percent from a day on, under a review clause of the signed terms (R81).

    Orders already placed keep their price.
    """
    lock(contract)
    now = clock.now()
    today = clock.helsinki_date(now)
    _must_decide(contract, by)
    _must_be_in_force(contract, today)
    rules.refuse_unless_clause(contract, details.clause)
    if details.percent == 0 or abs(details.percent) > MOST_PERCENT:
        raise RuleBroken(
            _l("The percent is not zero and at most 50 up or down."), rule="price-adjustment", field="percent"
        )
    if not today <= details.from_on <= contract.ends_on:
        raise RuleBroken(
            _l("The day is today or later, while the contract is valid."), rule="price-adjustment", field="from_on"
        )
    db.session.expire(contract, ["adjustments"])
    if any(each.from_on >= details.from_on for each in contract.adjustments):
        raise RuleBroken(
            _l("There is an adjustment from that day or a later one already."),
            rule="price-adjustment",
            field="from_on",
        )
    row = PriceAdjustment(
        contract_id=contract.id,
        from_on=details.from_on,
        percent=details.percent,
        index_name=_needed(details.index_name, "index_name", _l("Write the name of the index.")),
        clause=" ".join(details.clause.split()),
        reason=_needed(details.reason, "reason", _l("Write why the prices are adjusted.")),
        decided_by=by.person_id,
        decided_at=now,
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(contract, ["adjustments"])
    audit.record(
        ADJUSTED,
        subject=contract,
        actor=by,
        at=now,
        from_on=row.from_on.isoformat(),
        percent=row.percent,
        index=row.index_name,
        reason=row.reason,
    )
    ceiling = rules.ceilings_on(contract, row.from_on).service
    _tell(contract, "contract_prices_adjusted", now, adjustment=row, ceiling=ceiling)
    return row


@dataclass(frozen=True)
class ChangeDetails:
    """What is prepared about a change of a contract."""

    kind: ContractChangeKind
    description: str
    reason: str
    value: Decimal
    clause: str = ""
    #: Of the contract, with its first change.
    original_value: Decimal | None = None


def _fix_original_value(contract: FrameContract, value: Decimal | None, by: Mandate, now: datetime) -> None:
    """The base of the limits is entered once, with the first change, and never changed (R81).

    Of a competed contract it is the value that was competed.
    """
    if contract.original_value is None and contract.maximum_value is not None:
        contract.original_value = contract.maximum_value
        audit.record(VALUE_FIXED, subject=contract, actor=by, at=now, value=contract.maximum_value)
    if contract.original_value is not None:
        if value is not None and value != contract.original_value:
            raise RuleBroken(
                _l("The original value of the contract is fixed."),
                rule="R81",
                field="original_value",
                next_step=_l("It is %(value)s euros.", value=f"{contract.original_value:.2f}"),
            )
        return
    if value is None or value <= 0:
        raise RuleBroken(
            _l("Enter the estimated original value of the contract, more than zero."),
            rule="R81",
            field="original_value",
        )
    contract.original_value = value
    audit.record(VALUE_FIXED, subject=contract, actor=by, at=now, value=value)


def _check_kind(contract: FrameContract, details: ChangeDetails) -> None:
    kind = details.kind
    if kind is ContractChangeKind.REVIEW_CLAUSE:
        rules.refuse_unless_clause(contract, details.clause)
    elif details.clause.strip():
        raise RuleBroken(_l("Only a change under a review clause quotes one."), rule="R81", field="clause")
    is_free = kind in (ContractChangeKind.REVIEW_CLAUSE, ContractChangeKind.NEW_CONTRACTOR)
    if details.value < 0 or (details.value == 0 and not is_free):
        raise RuleBroken(_l("Enter the value of the change, more than zero."), rule="R81", field="value")
    has_matter = contract.qualification_id is not None and queries.operator_change_of(contract.qualification_id)
    if kind is ContractChangeKind.NEW_CONTRACTOR and not has_matter:
        raise RuleBroken(
            _l("No change of operator has been begun for the admission behind the contract."),
            rule="R81",
            field="kind",
            next_step=_l("Begin it on the page of the admission: a merger, a takeover or an insolvency."),
        )


@transaction
def prepare_change(contract: FrameContract, details: ChangeDetails, *, by: Mandate) -> ContractChange:
    """Write a change for the decision maker; the limits of R81 are checked with a running total."""
    lock(contract)
    now = clock.now()
    today = clock.helsinki_date(now)
    _must_prepare(contract, by)
    _refuse_agreed(contract)
    _must_be_in_force(contract, today)
    description = _needed(details.description, "description", _l("Write what is changed."))
    reason = _needed(details.reason, "reason", _l("Write why the change is needed."))
    _check_kind(contract, details)
    _fix_original_value(contract, details.original_value, by, now)
    others = queries.changes_of(contract.id)
    change = ContractChange(
        contract=contract,
        number=len(others) + 1,
        kind=details.kind,
        description=description,
        reason=reason,
        clause=" ".join(details.clause.split()),
        value=details.value,
        total=rules.check_limits(contract, details.kind, details.value, others, today),
        prepared_by=by.person_id,
        prepared_at=now,
    )
    db.session.add(change)
    db.session.flush()
    audit.record(
        PREPARED,
        subject=change,
        actor=by,
        at=now,
        contract=contract.id,
        kind=change.kind,
        value=change.value,
        total=change.total,
    )
    return change


def _step(change: ContractChange, action: str, event: str, by: Mandate, now: datetime, **data: Any) -> None:
    before = change.state
    move(change, CONTRACT_CHANGE_TRANSITIONS, action)
    audit.record(event, subject=change, actor=by, at=now, before=before, after=change.state, **data)


@transaction
def decide_change(change: ContractChange, *, by: Mandate) -> None:
    """Decide on a change, never by the one who prepared it; the provider is asked to accept it."""
    contract = change.contract
    lock(contract)
    lock(change)
    now = clock.now()
    today = clock.helsinki_date(now)
    _must_decide(contract, by)
    _must_be_in_force(contract, today)
    if by.person_id == change.prepared_by:
        raise RuleBroken(
            _l("The one who prepared the change cannot decide on it."),
            rule="four-eyes",
            next_step=_l("Ask another decision maker."),
        )
    others = [each for each in queries.changes_of(contract.id) if each.id != change.id]
    change.total = rules.check_limits(contract, change.kind, change.value, others, today)
    change.decided_by, change.decided_at = by.person_id, now
    _step(change, "decide", DECIDED, by, now, total=change.total)
    _tell(contract, "contract_change_decided", now, change=change)


@transaction
def drop_change(change: ContractChange, *, by: Mandate) -> None:
    """Give a change up before the provider has answered; it counts towards no limit any more."""
    lock(change.contract)
    lock(change)
    now = clock.now()
    _must_prepare(change.contract, by)
    _step(change, "drop", DROPPED, by, now)


@transaction
def accept_change(change: ContractChange, *, by: Mandate) -> None:
    """Accept a decided change for the provider; with this it is in force."""
    _answer(change, "accept", ACCEPTED, by)


@transaction
def decline_change(change: ContractChange, *, by: Mandate) -> None:
    """Decline a decided change; the contract stays as it was."""
    _answer(change, "decline", DECLINED, by)


def _answer(change: ContractChange, action: str, event: str, by: Mandate) -> None:
    contract = change.contract
    lock(contract)
    lock(change)
    now = clock.now()
    if by.supplier_id != contract.supplier_id:
        raise NotAllowed(_l("Only the provider answers for itself."), rule="I4")
    if not suppliers.is_verified_to_act(by.person_id, contract.supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("Ask somebody whose right has been verified to answer."),
        )
    _must_be_in_force(contract, clock.helsinki_date(now))
    change.answered_by, change.answered_at = by.person_id, now
    _step(change, action, event, by, now)
    _tell(contract, "contract_change_answered", now, authority_only=True, change=change)
