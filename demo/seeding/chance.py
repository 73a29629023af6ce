"""Chance that falls the same way for the same seed: numbers, ids, and who is asked for more than others."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

_VERSION, _VARIANT = 0x7 << 76, 0x2 << 62
_LOW, _HIGH = (1 << 62) - 1, (1 << 12) - 1


class Chance(random.Random):
    """The one source of chance of a seeding."""

    def id(self, instant: int) -> str:
        """A UUIDv7 of an instant, like ``core.db.new_id`` makes of the present one."""
        bits = self.getrandbits(74)
        return uuid7(instant, bits)

    def token_hash(self) -> str:
        """The hash of a token that nobody knows."""
        return f"{self.getrandbits(256):064x}"

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, quicker than ``randint``."""
        return low + int(self.random() * (high - low + 1))

    def one(self, of: Sequence[T]) -> T:
        return of[int(self.random() * len(of))]


def uuid7(instant: int, bits: int) -> str:
    """A UUIDv7 from an instant in seconds and 74 bits."""
    low = bits & _LOW
    value = (instant * 1000 << 80) | _VERSION | (bits >> 62 & _HIGH) << 64 | _VARIANT | low
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Skewed(Generic[T]):
    """Things of which some are drawn more often than others."""

    def __init__(self, things: Sequence[T], weights: Sequence[float]) -> None:
        self.things = things
        self._sums = list(accumulate(weights))

    def draw(self, chance: Chance) -> T:
        return self.things[min(bisect(self._sums, chance.random() * self._sums[-1]), len(self.things) - 1)]


def zipf(place: int) -> float:
    """How much is asked for from the supplier at a place of the list: few big ones, many small ones."""
    return 1 / (place + 4) ** 0.9
