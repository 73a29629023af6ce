"""On what ground something is had without competition, as pure functions (HL 15 §, 16 §; RULES W2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from core import law
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from dps.qualification.rules import months_later
from dps.systems.production import Production

#: The names of the rules that a refusal gives.
RULE_NAMES: Mapping[Production, str] = MappingProxyType(
    {
        Production.OWN: "own-production",
        Production.IN_HOUSE: "in-house",
        Production.OTHER_AUTHORITY: "cooperation",
    }
)

#: A statement says something: not a single sign.
LEAST_STATEMENT = 10


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is stated of the ground; figures only where the kind of production needs them."""

    statement: str
    owners: str = ""
    owned_share: Decimal | None = None
    outside_share: Decimal | None = None
    outside_sales: Decimal | None = None


def confirmed_until(today: date) -> date:
    """The last day of orders on facts confirmed today."""
    return months_later(today, int(law.number("R1.production_facts_months", today)))


def checked(kind: Production, facts: Facts, today: date) -> Facts:
    """The facts with what the kind needs and no more.

    :raises RuleBroken: one is missing, or beyond what the law allows without competition
    """
    if len(facts.statement.strip()) < LEAST_STATEMENT:
        raise _missing(kind, "statement", _l("Write on what the agreement rests."))
    facts = replace(facts, statement=facts.statement.strip(), owners=facts.owners.strip())
    if kind is Production.OWN:
        return Facts(statement=facts.statement)
    if kind is Production.IN_HOUSE:
        _check_owned(facts, today)
    else:
        facts = replace(facts, owners="", owned_share=None)
    _check_sales(kind, facts, today)
    return facts


def _missing(kind: Production, field: str, message: Any) -> RuleBroken:
    return RuleBroken(
        message,
        rule=RULE_NAMES[kind],
        field=field,
        next_step=_l("Without it nothing can be had without competition. Ask the unit for it."),
    )


def _check_owned(facts: Facts, today: date) -> None:
    if not facts.owners:
        raise _missing(Production.IN_HOUSE, "owners", _l("Write who owns the unit, with their shares."))
    if facts.owned_share is None or facts.owned_share <= 0:
        raise _missing(Production.IN_HOUSE, "owned_share", _l("Enter the share that your authority owns."))
    least = law.number("R1.in_house_owned_share", today)
    if facts.owned_share < least:
        raise RuleBroken(
            _l("Your authority owns less than %(least)s percent of the unit.", least=f"{least:f}"),
            rule=RULE_NAMES[Production.IN_HOUSE],
            field="owned_share",
            next_step=_l("It is no in-house unit of yours. The service must be competed."),
            least=least,
        )


_LIMITS: Mapping[Production, str] = MappingProxyType(
    {Production.IN_HOUSE: "R1.in_house", Production.OTHER_AUTHORITY: "R1.cooperation"}
)


def _check_sales(kind: Production, facts: Facts, today: date) -> None:
    for field, unit in (("outside_share", "percent"), ("outside_sales", "euros")):
        value, most = getattr(facts, field), law.number(f"{_LIMITS[kind]}_{field}", today)
        if value is None or value < 0:
            raise _missing(kind, field, _l("Enter what was sold to others in the last closed year, also when it is 0."))
        if value > most:
            raise RuleBroken(
                _l("More than %(most)s percent was sold to others.", most=f"{most:f}")
                if unit == "percent"
                else _l("More than %(most)s euros was sold to others.", most=f"{most:f}"),
                rule=RULE_NAMES[kind],
                field=field,
                next_step=_l("The ground of the agreement does not hold. The service must be competed."),
                most=most,
            )
