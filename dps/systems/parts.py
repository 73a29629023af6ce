"""What later rooms show on a system's pages: they contribute here, since systems know nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dps.systems.models import PurchasingSystem


@dataclass(frozen=True)
class Part:
    """A section of a page: a template and its values."""

    template: str
    values: dict[str, Any]


@dataclass(frozen=True)
class WorkingPart(Part):
    """A section of the staff's page."""

    #: Steps of the track between approval and opening, as ``components/timeline.html`` takes them.
    steps: tuple[dict[str, Any], ...] = ()


PartOf = Callable[[PurchasingSystem], Part]
#: Told the present day, too.
WorkingPartOf = Callable[[PurchasingSystem, date], WorkingPart]

_public: dict[str, PartOf] = {}
_working: dict[str, WorkingPartOf] = {}


def add_public(name: str, part: PartOf) -> None:
    """Show a part on the public page."""
    _public[name] = part


def add_working(name: str, part: WorkingPartOf) -> None:
    """Show a part on the staff's page, and its steps in the track of stages."""
    _working[name] = part


def public_parts(system: PurchasingSystem) -> list[Part]:
    return [part(system) for part in _public.values()]


def working_parts(system: PurchasingSystem, today: date) -> list[WorkingPart]:
    return [part(system, today) for part in _working.values()]
