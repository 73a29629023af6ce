"""State machines as tables: ``action -> (states it starts from, state it ends in)``, declared beside their enum."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from core.errors import WrongState
from core.i18n import lazy_gettext as _l

Transitions = Mapping[str, tuple[set[Any], Any]]


def move(row: Any, transitions: Transitions, action: str) -> None:
    """Change ``row.state`` by one step of its table; nothing else changes a state.

    :raises WrongState: the table has no such step from the present state
    """
    sources, target = transitions[action]
    if row.state not in sources:
        raise WrongState(
            _l("This has already been done, or it is not possible any more."),
            rule=f"{type(row).__tablename__}-state",
            next_step=_l("Open the newest version and decide again."),
            action=action,
            state=str(row.state),
        )
    row.state = target


def reachable(transitions: Transitions, start: StrEnum) -> set[StrEnum]:
    """Every state that can be reached from ``start``."""
    found, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for sources, target in transitions.values():
            if state in sources and target not in found:
                found.add(target)
                waiting.append(target)
    return found
