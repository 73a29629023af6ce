"""How work is shared out, as a pure function."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Receiver = TypeVar("Receiver", bound=Hashable)


def share_out(
    items: Sequence[Item], shares: Mapping[Receiver, int], may_take: Callable[[Item, Receiver], bool]
) -> list[Receiver | None]:
    """To whom each item goes: always to whoever is furthest behind their share and may take it; ``None`` if nobody may.

    >>> share_out("abcd", {"x": 3, "y": 1}, lambda item, receiver: True)
    ['x', 'x', 'y', 'x']
    """
    taken = dict.fromkeys(shares, 0)
    result: list[Receiver | None] = []
    for item in items:
        able = [each for each in shares if shares[each] > 0 and may_take(item, each)]
        chosen = min(able, key=lambda each: (taken[each] + 1) / shares[each], default=None)
        if chosen is not None:
            taken[chosen] += 1
        result.append(chosen)
    return result
