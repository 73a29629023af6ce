"""A picture with its words and its table, and the few shapes it is drawn with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from core.charts.tables import Table

#: The wide drawing scrolls inside its own region on a phone; the narrow one shrinks.
BROAD = 900.0
NARROW = 520.0
#: Letters are up to 16 units high on a phone (LOOK.md); rooms for words are made for that size.
LETTER = 16.0


def n(value: float) -> str:
    """``6.0`` → ``6``, ``123.34`` → ``123.3``."""
    return f"{round(value, 1) + 0.0:g}" if abs(value) < 100_000 else f"{value:.0f}"


@dataclass(frozen=True)
class Path:
    """A line or an area; the class says which."""

    css: str
    d: str
    tag: ClassVar[str] = "path"


@dataclass(frozen=True)
class Circle:
    """A dot."""

    css: str
    x: float
    y: float
    r: float
    tag: ClassVar[str] = "circle"


@dataclass(frozen=True)
class Rect:
    """A bar or a node."""

    css: str
    x: float
    y: float
    width: float
    height: float
    tag: ClassVar[str] = "rect"


@dataclass(frozen=True)
class Text:
    """Words at a place: ``end`` and ``mid-a`` in the class say which end of them stands there."""

    css: str
    x: float
    y: float
    text: str
    tag: ClassVar[str] = "text"


Shape = Path | Circle | Rect | Text


@dataclass(frozen=True)
class Estimate:
    """A figure with the number of those behind it and its 95 % interval; it never stands without them."""

    n: int
    value: float
    low: float
    high: float


Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """One picture: drawing, words and table, all made from the same figures."""

    #: Names the picture in addresses and files: ``in-work-6``.
    key: str
    title: str
    #: What the picture says, for whoever does not see it.
    finding: str
    #: How to read it.
    caption: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    table: Table

    @property
    def is_broad(self) -> bool:
        """Too wide to shrink to a phone: it scrolls there."""
        return self.width > NARROW


def line(points: Iterable[Point]) -> str:
    """A path through points."""
    return "M" + "L".join(f"{n(x)} {n(y)}" for x, y in points)


def area(points: Iterable[Point]) -> str:
    """A closed path through points."""
    return line(points) + "z"


def diamond(x: float, y: float, half: float = 7.0) -> str:
    """The mark of what stands outside."""
    return f"M{n(x)} {n(y - half)}l{n(half)} {n(half)}-{n(half)} {n(half)}-{n(half)}-{n(half)}z"


@dataclass(frozen=True)
class Scale:
    """From values to units of the drawing; beyond its ends it stays at the end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + (self.end - self.start) * max(0.0, min(1.0, share)), 1)


def steps(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from ``low`` to at least ``high``: 0, 23 → 0, 5, 10, 15, 20, 25.

    :raises ValueError: nothing to divide
    """
    if not low < high:
        raise ValueError(f"no steps between {low} and {high}")
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1.0, 2.0, 2.5, 5.0, 10.0) if power * times >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * each, 10) for each in range(first, last + 1)]


def width_of(text: str, size: float = LETTER, *, bold: bool = False) -> float:
    """About how wide words are, in units; rather too much than too little."""
    wide = sum(1 for letter in text if letter in "mwMW@%ÅÄÖ" or (letter.isupper() and letter != "I"))
    slim = sum(1 for letter in text if letter in "iljtfrI.,;:'|!() ")
    share = 0.6 * len(text) + 0.2 * wide - 0.22 * slim
    return round(size * share * (1.17 if bold else 1.0), 1)


def shortened(text: str, room: float, size: float = LETTER, *, bold: bool = False) -> str:
    """Words that fit into a room, with … where they were cut; the table has them whole."""
    if width_of(text, size, bold=bold) <= room:
        return text
    cut = text
    while cut and width_of(cut + "…", size, bold=bold) > room:
        cut = cut[:-1].rstrip()
    return cut + "…"


def wrapped(text: str, room: float, rows: int, size: float = LETTER, *, bold: bool = False) -> list[str]:
    """Words on at most ``rows`` lines, broken between words; the last is cut when there is more."""
    lines: list[str] = []
    left = text.split()
    while left and len(lines) < rows - 1:
        taken = [left.pop(0)]
        while left and width_of(" ".join([*taken, left[0]]), size, bold=bold) <= room:
            taken.append(left.pop(0))
        lines.append(shortened(" ".join(taken), room, size, bold=bold))
    if left:
        lines.append(shortened(" ".join(left), room, size, bold=bold))
    return lines


Box = tuple[float, float, float, float]


def overlap(one: Box, other: Box) -> bool:
    """Whether two boxes (left, top, right, bottom) lie over each other."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def free_place(text: str, at: Point, taken: Sequence[Box], frame: Box, size: float = LETTER) -> tuple[str, Point, Box]:
    """Where a mark's name can stand without covering another name: class, place and the box it takes.

    Beside the mark first, then higher and lower; on the other side where the frame ends. When all is taken it
    stands beside the mark all the same.
    """
    wide, (x, y) = width_of(text, size, bold=True), at
    found: list[tuple[str, Point, Box]] = []
    for down in (0.0, -1.25, 1.25, -2.5, 2.5, -3.75, 3.75):
        middle = y + down * size
        for css, left in (("", x + 12), ("end", x - 12 - wide)):
            box = (left, middle - 0.6 * size, left + wide, middle + 0.6 * size)
            if box[0] < frame[0] or box[2] > frame[2] or box[1] < frame[1] or box[3] > frame[3]:
                continue
            place = (css, (x + 12 if css == "" else x - 12, round(middle + 0.3 * size, 1)), box)
            if not any(overlap(box, each) for each in taken):
                return place
            found.append(place)
    if found:
        return found[0]
    return "", (x + 12, y + 0.3 * size), (x + 12, y - 0.6 * size, x + 12 + wide, y + 0.6 * size)
