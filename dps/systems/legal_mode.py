"""The one place that knows what each legal mode asks (DESIGN.md §3, R1-R9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core import law
from core.i18n import lazy_gettext as _l
from dps.systems import cpv as cpv_codes
from dps.systems.models import LegalMode, OrderingRule


class InstructionKind(StrEnum):
    """Which way of seeking amendment the reader of a decision is told of (R71, R8)."""

    MARKET_COURT = "market_court"
    MUNICIPAL = "municipal"


@dataclass(frozen=True)
class Obstacle:
    """Something a rule forbids, and what to do about it."""

    rule: str
    field: str
    message: Any
    next_step: Any
    #: The code of the category it is about; none for the system.
    category: str | None = None


#: Points 1-4 of annex E share the higher threshold, points 5-15 the lower one (R5).
_HIGHER_POINTS = range(1, 5)


def annex_e_point(cpv: str) -> int | None:
    """The point of annex E, or none for an ordinary service (R4)."""
    return cpv_codes.annex_e_point(cpv)


def national_threshold(cpv: str, on: date) -> Decimal:
    """The national threshold of the code's regime on a day, in euros without VAT (R4, R5)."""
    point = annex_e_point(cpv)
    if point is None:
        return law.number("R5.national_threshold.ordinary", on)
    group = "annex_e_1_4" if point in _HIGHER_POINTS else "annex_e_5_15"
    return law.number(f"R5.national_threshold.{group}", on)


def lowest_threshold(cpvs: Iterable[str], on: date) -> Decimal:
    """The threshold that every category of a system stays below when the lowest is not reached (R7)."""
    return min(national_threshold(cpv, on) for cpv in cpvs)


def possible_modes(cpv: str, system_value: Decimal, on: date, *, others: Iterable[str] = ()) -> tuple[LegalMode, ...]:
    """The modes a category may have, the suggested one first.

    ``system_value`` is that of the whole system (R7); ``others`` are the codes of its other categories.
    """
    modes = []
    if system_value < lowest_threshold([cpv, *others], on):
        modes.append(LegalMode.SMALL_PURCHASE)
    if annex_e_point(cpv) is not None:
        modes.append(LegalMode.ANNEX_E_DPS_LIKE)
    return (*modes, LegalMode.DPS_STRICT)


def suggested_mode(cpv: str, system_value: Decimal, on: date) -> LegalMode:
    """What code and value suggest; a person decides."""
    return possible_modes(cpv, system_value, on)[0]


def direct_orders_allowed(mode: LegalMode) -> bool:
    """Whether an order may be placed without a competition: never in a strict system (R2), else by R3."""
    return mode is not LegalMode.DPS_STRICT


def orders_follow_awards(mode: LegalMode, ordering_rule: OrderingRule) -> bool:
    """Whether orders are call-offs under contracts of competitions only: a strict system (R2), or by rule (R3).

    Elsewhere an admission is followed by a frame contract.
    """
    return not direct_orders_allowed(mode) or ordering_rule is OrderingRule.COMPETITION


def one_contractor_a_lot(mode: LegalMode) -> bool:
    """Whether a competition gives a lot one contract only, with its maximum quantity: a strict system (R2, N7)."""
    return mode is LegalMode.DPS_STRICT


def standstill_days(mode: LegalMode, on: date) -> int | None:
    """Days between a choice and its contract (R74): ten in a DPS, fourteen like one; none in a small purchase."""
    if mode is LegalMode.SMALL_PURCHASE:
        return None
    return int(law.number("R74.standstill_dps" if mode is LegalMode.DPS_STRICT else "R74.standstill", on))


def may_skip_standstill(mode: LegalMode, tenderers: int) -> bool:
    """Whether the contract may follow a choice at once (R74): inside a DPS, or when one tenderer remains (N3).

    A small purchase has no standstill that could be skipped.
    """
    if mode is LegalMode.SMALL_PURCHASE:
        return False
    return mode is LegalMode.DPS_STRICT or tenderers == 1


def appeal_blocks_contract(mode: LegalMode, *, skips_standstill: bool) -> bool:
    """Whether a pending appeal keeps the contract from being made (R76): where standstill is observed.

    Like a DPS under annex E the default is to observe it (R74, N3); a small purchase is not appealed.
    """
    return mode is not LegalMode.SMALL_PURCHASE and not skips_standstill


def instruction_kind(mode: LegalMode) -> InstructionKind:
    """A small purchase is not taken to the Market Court (R8)."""
    return InstructionKind.MUNICIPAL if mode is LegalMode.SMALL_PURCHASE else InstructionKind.MARKET_COURT


#: Sections that an admission decision rests on, and those a refusal adds for each kind of requirement.
_ADMISSION_BASIS = {
    LegalMode.DPS_STRICT: "HL 51 §, 83 §, 123 §",
    LegalMode.ANNEX_E_DPS_LIKE: "HL 3 §, 109 §, 114 §, 123 §",
    LegalMode.SMALL_PURCHASE: "HallL 43-45 §",
}
_EXCLUSION_BASIS = {
    LegalMode.DPS_STRICT: "HL 80-82 §",
    LegalMode.ANNEX_E_DPS_LIKE: "HL 80-82 §",
    LegalMode.SMALL_PURCHASE: "HL 81.5 §",
}


def legal_basis(mode: LegalMode, *, is_exclusion: bool) -> str:
    """The sections of the law applied, as they stand in the decision."""
    base = _ADMISSION_BASIS[mode]
    return f"{base}, {_EXCLUSION_BASIS[mode]}" if is_exclusion else base


#: Sections that a choice of tenders rests on, and a cancellation (R40, R49, R70).
_AWARD_BASIS = {
    LegalMode.DPS_STRICT: "HL 52 §, 79 §, 93 §, 123 §",
    LegalMode.ANNEX_E_DPS_LIKE: "HL 3 §, 114 §, 115 §, 123 §",
    LegalMode.SMALL_PURCHASE: "HallL 43-45 §",
}
_CANCELLATION_BASIS = {
    LegalMode.DPS_STRICT: "HL 123 §, 125 §",
    LegalMode.ANNEX_E_DPS_LIKE: "HL 3 §, 123 §, 125 §",
    LegalMode.SMALL_PURCHASE: "HallL 43-45 §",
}


def award_basis(mode: LegalMode) -> str:
    """The sections that a choice of tenders names."""
    return _AWARD_BASIS[mode]


def cancellation_basis(mode: LegalMode) -> str:
    """The sections that a cancellation names."""
    return _CANCELLATION_BASIS[mode]


def check_category(
    mode: LegalMode,
    ordering_rule: OrderingRule,
    cpv: str,
    *,
    system_value: Decimal,
    other_cpvs: Iterable[str],
    on: date,
) -> list[Obstacle]:
    """What of the mode does not fit code, value and ordering rule (R1-R3, R7)."""
    if not cpv_codes.is_well_formed(cpv):
        return [
            Obstacle(
                "R4",
                "cpv",
                _l("The CPV code is not complete."),
                _l("Write eight digits, a hyphen and the check digit, like 79611000-0."),
            )
        ]
    found = []
    if mode not in possible_modes(cpv, system_value, on, others=other_cpvs):
        found.append(_impossible(mode))
    if not direct_orders_allowed(mode) and ordering_rule is not OrderingRule.COMPETITION:
        found.append(
            Obstacle(
                "R2",
                "ordering_rule",
                _l("In a dynamic purchasing system of the Procurement Act every order comes from a competition."),
                _l("Choose competition as the ordering rule."),
            )
        )
    return found


def _impossible(mode: LegalMode) -> Obstacle:
    if mode is LegalMode.SMALL_PURCHASE:
        return Obstacle(
            "R7",
            "legal_mode",
            _l("The value of the whole system is not below the national threshold, so it is not a small procurement."),
            _l("Choose another legal mode."),
        )
    return Obstacle(
        "R1",
        "legal_mode",
        _l("The CPV code is not in annex E, so the rules of annex E cannot be used."),
        _l("Choose another legal mode, or correct the CPV code."),
    )


def mixes_regimes(cpvs: Iterable[str]) -> bool:
    """Whether categories of one system belong to different regimes: a warning (R4)."""
    return len({annex_e_point(cpv) is not None for cpv in cpvs}) > 1


def splitting_suspected(values: Iterable[Decimal], cpv: str, on: date) -> bool:
    """Whether small purchases of one kind together reach the threshold: a warning (R9)."""
    return sum(values, Decimal(0)) >= national_threshold(cpv, on)
