"""What happens in a room and matters to a later one: a frozen dataclass, sent in the sender's transaction.

``create_app`` lists which handlers hear which signal, in one table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Handler = Callable[[Any], object]

_handlers: dict[type, tuple[Handler, ...]] = {}


def connect(table: Mapping[type, Sequence[Handler]]) -> None:
    """Set which handlers hear which signal; called once by ``create_app``."""
    _handlers.update({signal: tuple(handlers) for signal, handlers in table.items()})


def send(signal: object) -> None:
    """Let every handler act now, in this transaction; what fails there undoes the sender's act too."""
    for handler in _handlers.get(type(signal), ()):
        handler(signal)
