"""What later rooms show on a system's pages: they contribute here, since systems know nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dps.systems.models import PurchasingSystem


@dataclass(frozen=True)
class Part:
    """A section of a page: a template and its values."""

    template: str
    values: dict[str, Any]


PartOf = Callable[[PurchasingSystem], Part]
#: Steps of the track between approval and opening, as ``components/timeline.html`` takes them.
StepsOf = Callable[[PurchasingSystem], list[dict[str, Any]]]

_public: dict[str, PartOf] = {}
_working: dict[str, PartOf] = {}
_steps: dict[str, StepsOf] = {}


def add_public(name: str, part: PartOf) -> None:
    """Show a part on the public page."""
    _public[name] = part


def add_working(name: str, part: PartOf) -> None:
    """Show a part on the staff's page."""
    _working[name] = part


def add_steps(name: str, steps: StepsOf) -> None:
    """Show steps in the track of stages."""
    _steps[name] = steps


def public_parts(system: PurchasingSystem) -> list[Part]:
    return [part(system) for part in _public.values()]


def working_parts(system: PurchasingSystem) -> list[Part]:
    return [part(system) for part in _working.values()]


def steps(system: PurchasingSystem) -> list[dict[str, Any]]:
    return [step for give in _steps.values() for step in give(system)]
