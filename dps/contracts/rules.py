"""Limits on changing a contract, and the ceilings that hold on a day: pure checks with exact numbers (R81)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core import clock, law
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.contracts.models import ContractChange, ContractChangeKind, ContractChangeState, FrameContract
from dps.decisions.rules import contract_from
from dps.qualification.rules import months_later
from dps.systems import legal_mode

#: A clause is a sentence, not a word that happens to stand in the terms.
_CLAUSE_WORDS = 3
#: Changes that count towards a limit: those in force and those on their way there.
LIVE = (ContractChangeState.PREPARED, ContractChangeState.DECIDED, ContractChangeState.ACCEPTED)

#: Each change of these kinds is at most a share of the original value; the text names the kind (HL 136.3 §).
_EACH = {
    ContractChangeKind.ADDITIONAL_SERVICES: "R81.additional_services",
    ContractChangeKind.UNFORESEEN: "R81.unforeseen",
}


def is_signed_clause(contract: FrameContract, clause: str) -> bool:
    """Whether these very words, three at least, stand in the signed terms in any language."""
    wanted = " ".join(clause.split()).casefold()
    texts = (" ".join(text["terms"].split()).casefold() for text in contract.terms.values())
    return len(wanted.split()) >= _CLAUSE_WORDS and any(wanted in text for text in texts)


def refuse_unless_clause(contract: FrameContract, clause: str) -> None:
    """:raises RuleBroken: the signed terms hold no such review clause (R81)"""
    if not is_signed_clause(contract, clause):
        raise RuleBroken(
            _l("These words do not stand in the signed terms."),
            rule="R81",
            field="clause",
            next_step=_l("Copy the review clause word for word. Without one a new procedure is needed."),
        )


def total_of(changes: Iterable[ContractChange], kind: ContractChangeKind) -> Decimal:
    """What the live changes of a kind come to."""
    return sum((each.value for each in changes if each.kind is kind and each.state in LIVE), Decimal("0.00"))


def largest(kind: ContractChangeKind, contract_value: Decimal, cpv: str, on: date) -> tuple[Decimal, bool] | None:
    """The limit of a kind in euros and whether it may be reached itself; none where the law has none.

    Additional and unforeseen: each change at most half of the original value. Small changes: together below a tenth
    of it and below the national threshold of the category (R81, R5).
    """
    if kind in _EACH:
        return contract_value * law.number(_EACH[kind], on) / 100, True
    if kind is ContractChangeKind.SMALL_CHANGE:
        share = contract_value * law.number("R81.small_change", on) / 100
        return min(share, legal_mode.national_threshold(cpv, on)), False
    return None


def check_limits(
    contract: FrameContract,
    kind: ContractChangeKind,
    value: Decimal,
    others: Iterable[ContractChange],
    on: date,
) -> Decimal:
    """The running total of the kind with this change.

    :raises RuleBroken: the change goes beyond what R81 allows without a new procedure
    """
    assert contract.original_value is not None
    total = total_of(others, kind) + value
    limit = largest(kind, contract.original_value, contract.category.cpv, on)
    if limit is None:
        return total
    most, may_be_reached = limit
    counted = value if kind in _EACH else total
    if counted > most or (counted == most and not may_be_reached):
        message = (
            _l("The change is over %(most)s euros, half of the original value.", most=f"{most:.2f}")
            if kind in _EACH
            else _l(
                "Small changes together must stay below %(most)s euros. With this one they come to %(total)s euros.",
                most=f"{most:.2f}",
                total=f"{total:.2f}",
            )
        )
        raise RuleBroken(
            message,
            rule="R81",
            field="value",
            next_step=_l("A change this large needs a new procurement procedure."),
            most=most,
            total=total,
        )
    return total


def signable_from(contract: FrameContract) -> date | None:
    """The first day on which the authority may sign a contract of a competition (R74); none for others."""
    decision = contract.award_decision
    return None if decision is None else contract_from(decision)


def keep_until(contract: FrameContract) -> date | None:
    """Until when the documents of the case are kept at least (R83): three years from the contract, and a contract of a
    million euros or more for its duration. None before it is made."""
    if contract.authority_signed_at is None:
        return None
    made_on = clock.helsinki_date(contract.authority_signed_at)
    until = months_later(made_on, 12 * int(law.number("R83.keep_documents", made_on)))
    value = contract.original_value or contract.maximum_value or Decimal(0)
    if value >= law.number("R83.keep_for_duration_from", made_on):
        return max(until, contract.ends_on)
    return until


@dataclass(frozen=True)
class Ceilings:
    """The highest prices of a contract on a day: of the service, and of each module by its code."""

    service: Decimal
    modules: Mapping[str, Decimal]


def _adjusted(price: Decimal, percents: Iterable[Decimal]) -> Decimal:
    for percent in percents:
        price = (price * (100 + percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return price


def _percents(contract: FrameContract, on: date) -> list[Decimal]:
    return [each.percent for each in contract.adjustments if each.from_on <= on]


def service_ceiling_on(contract: FrameContract, on: date) -> Decimal:
    """The ceiling of the service alone in force on a day, as ``ceilings_on`` has it."""
    percents = _percents(contract, on)
    if not percents and not contract.has_own_prices:
        return contract.category.price_ceiling
    return _adjusted(Decimal(contract.price_list["ceiling"]), percents)


def adjusted_on(contract: FrameContract, amount: Decimal, on: date) -> Decimal:
    """A published ceiling as the adjustments of the contract have moved it by a day."""
    return _adjusted(amount, [each.percent for each in contract.adjustments if each.from_on <= on])


def ceilings_on(contract: FrameContract, on: date) -> Ceilings:
    """The ceilings in force on a day.

    The category's as published, or the contract's own once it has adjustments; of a contract that follows a choice of
    tenders the prices tendered, of own or partners' production those agreed on.
    """
    category = contract.category
    modules = {module.code: module.price_ceiling for module in category.modules}
    percents = _percents(contract, on)
    if not percents and not contract.has_own_prices:
        return Ceilings(category.price_ceiling, modules)
    signed: dict[str, Any] = contract.price_list
    own = {code: _adjusted(Decimal(price), percents) for code, price in signed["modules"].items()}
    return Ceilings(service_ceiling_on(contract, on), {**modules, **own})
