"""Sections that parts of this room show on the staff's, the invited provider's and the public page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.identity.mandates import Mandate
from dps.competitions.models import Competition


@dataclass(frozen=True)
class Part:
    """A section of a page: a template that reads ``values`` and ``competition``."""

    template: str
    values: dict[str, Any]


#: Gives the section for a competition as this mandate sees it; none where there is nothing to show.
PartOf = Callable[[Competition, Mandate | None], Part | None]

_working: dict[str, PartOf] = {}
_invited: dict[str, PartOf] = {}
_public: dict[str, PartOf] = {}


def add_working(name: str, part: PartOf) -> None:
    """Show a section on the staff's page of a competition."""
    _working[name] = part


def add_invited(name: str, part: PartOf) -> None:
    """Show a section on the page that an invited provider reads."""
    _invited[name] = part


def add_public(name: str, part: PartOf) -> None:
    """Show a section on the public page."""
    _public[name] = part


def working(competition: Competition, mandate: Mandate) -> list[Part]:
    return _given(_working, competition, mandate)


def invited(competition: Competition, mandate: Mandate) -> list[Part]:
    return _given(_invited, competition, mandate)


def public(competition: Competition) -> list[Part]:
    return _given(_public, competition, None)


def _given(parts: dict[str, PartOf], competition: Competition, mandate: Mandate | None) -> list[Part]:
    return [found for give in parts.values() if (found := give(competition, mandate)) is not None]
