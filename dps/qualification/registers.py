"""Registers an official looks into: one adapter a kind, so that one may later ask the register itself.

Today every kind is looked up by an official, who types what the register says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from core import law
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.qualification import rules
from dps.qualification.models import ExtractResult, RegisterExtract, RegisterKind
from suppliers.models import Supplier

#: The requirements a register tells about, by the code of the criterion.
EVIDENCE = {
    "payment-of-taxes": (RegisterKind.TAX_DEBT, RegisterKind.PREPAYMENT_REGISTER),
    "payment-of-social-security": (RegisterKind.PENSION_INSURANCE,),
    "trade-register": (RegisterKind.TRADE_REGISTER,),
}


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What a register says of a supplier."""

    issued_on: date
    result: ExtractResult
    source: str
    note: str = ""


class Register(Protocol):
    """A register that can be asked about a supplier."""

    def look_up(self, supplier: Supplier, typed: Extract | None, on: date) -> Extract:
        """What it says on a day; ``typed`` is what an official has seen there.

        :raises RuleBroken: it has no usable answer; the field is named
        """
        ...


class LookedUpByOfficial:
    """An official looks into the register and types what it says."""

    def look_up(self, supplier: Supplier, typed: Extract | None, on: date) -> Extract:
        if typed is None:
            raise RuleBroken(_l("Look into the register and write what it says."), rule="R48", field="result")
        if typed.issued_on > on:
            raise RuleBroken(_l("The day of issue is in the future."), rule="R48", field="issued_on")
        if not is_current(typed.issued_on, on):
            raise RuleBroken(
                _l(
                    "The extract is too old: at most %(months)s months.",
                    months=int(law.number("R48.register_extract_age", on)),
                ),
                rule="R48",
                field="issued_on",
                next_step=_l("Look into the register again."),
            )
        if not typed.source.strip():
            raise RuleBroken(_l("Write where it was looked up."), rule="R48", field="source")
        if typed.result is ExtractResult.OBSTACLE and not typed.note.strip():
            raise RuleBroken(_l("Write what the obstacle is."), rule="R48", field="note")
        return typed


#: Who answers about each register.
REGISTERS: dict[RegisterKind, Register] = {kind: LookedUpByOfficial() for kind in RegisterKind}


def is_current(issued_on: date, on: date) -> bool:
    """Whether an extract is young enough to be used; then nothing is asked of the supplier (R48)."""
    return on <= rules.months_later(issued_on, int(law.number("R48.register_extract_age", on)))


def about(code: str, extracts: list[RegisterExtract]) -> list[RegisterExtract]:
    """The extracts that tell about one requirement."""
    return [each for each in extracts if each.kind in EVIDENCE.get(code, ())]
