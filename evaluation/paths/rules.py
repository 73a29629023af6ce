"""Which ways are shown, and which are put together so that nobody can be seen (R119): pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from evaluation import gates

#: A job "lasted" when it was there so many months after the planned end.
WINDOWS = (6, 12)
#: An outcome counts when so many days have passed since its window closed (EVALUATION §3).
LAG_DAYS = 30
#: Services finished so many days before the job share the credit for it (EVALUATION §3).
SHARING_DAYS = 180
#: A longer way is shown by its last services.
LONGEST = 6
#: So many ways are told apart on a page; the rest are one.
SHOWN = 12

#: Services that are put together, and ends that are.
OTHER_STEPS: tuple[str, ...] = ()
OTHER_END = "other"
WANTED = frozenset({"open_labour_market", "own_business"})

#: Steps and end.
Way = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Sum:
    """How many customers went a way, what their services cost, and how many days it took them together."""

    customers: int = 0
    cost: Decimal = Decimal(0)
    days: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.customers + other.customers, self.cost + other.cost, self.days + other.days)

    @property
    def mean_cost(self) -> Decimal:
        return (self.cost / self.customers).quantize(Decimal("0.01"))

    @property
    def mean_days(self) -> int:
        return round(self.days / self.customers)


def shown_as(totals: Mapping[Way, int], smallest: int, most: int = SHOWN) -> dict[Way, Way]:
    """What each way is shown as: itself, or one of the ways it is put together with.

    First the small ones and those beyond ``most`` are put together by their end, then whatever is still too small
    with everything else that was put together, and at last with the smallest way that is left.
    """
    order = sorted((way for way in totals if way[0]), key=lambda way: (-totals[way], way))
    kept = {way for way in order[:most] if totals[way] >= smallest}
    found = {way: way if way in kept else (OTHER_STEPS, way[1]) for way in totals}
    sizes = _sizes(totals, found)
    for way, size in sizes.items():
        if size < smallest:
            _move(found, way, (OTHER_STEPS, OTHER_END))
    while 0 < (_sizes(totals, found).get((OTHER_STEPS, OTHER_END), 0)) < smallest:
        left = {way: size for way, size in _sizes(totals, found).items() if way != (OTHER_STEPS, OTHER_END)}
        if not left:
            return {}
        _move(found, min(left, key=lambda way: (left[way], way)), (OTHER_STEPS, OTHER_END))
    return found


def _sizes(totals: Mapping[Way, int], found: Mapping[Way, Way]) -> dict[Way, int]:
    sizes: dict[Way, int] = defaultdict(int)
    for way, size in totals.items():
        sizes[found[way]] += size
    return sizes


def _move(found: dict[Way, Way], old: Way, new: Way) -> None:
    for way, place in found.items():
        if place == old:
            found[way] = new


def of_all(cells: Mapping[tuple[Way, str], Sum], smallest: int) -> dict[Way, Sum]:
    """The ways of everybody; nothing when all together are under the gate."""
    totals: dict[Way, int] = defaultdict(int)
    for (way, _band), each in cells.items():
        totals[way] += each.customers
    places = shown_as(totals, smallest)
    found: dict[Way, Sum] = defaultdict(Sum)
    for (way, _band), each in cells.items():
        if way in places:
            found[places[way]] += each
    return dict(found)


def of_band(cells: Mapping[tuple[Way, str], Sum], band: str, smallest: int) -> dict[Way, Sum]:
    """The ways of one band, so that neither it nor the other bands follow from the whole (R119).

    Ways that must stay hidden are put together; nothing is told when they are too few for that, either.
    """
    totals: dict[Way, int] = defaultdict(int)
    for (way, _band), each in cells.items():
        totals[way] += each.customers
    places = shown_as(totals, smallest)
    table: dict[tuple[Way, str], Sum] = defaultdict(Sum)
    for (way, name), each in cells.items():
        if way in places:
            table[places[way], name] += each
    gone = gates.hidden_in_table({cell: each.customers for cell, each in table.items()}, smallest)
    if (None, band) in gone:
        return {}
    rest = Sum()
    found: dict[Way, Sum] = {}
    for (way, name), each in table.items():
        if name == band and each.customers:
            if (way, name) in gone or way == (OTHER_STEPS, OTHER_END):
                rest += each
            else:
                found[way] = each
    if rest.customers >= smallest:
        found[OTHER_STEPS, OTHER_END] = rest
    return found


@dataclass(frozen=True)
class Share:
    """A service's share in the jobs that lasted."""

    step: str
    customers: int
    employed: int
    credit: Decimal
    last_touch: int
    cost: Decimal


def hidden_steps(rows: Sequence[Share], smallest: int) -> set[str]:
    """The services whose figures stay hidden, complementary ones among them: the credits add up to the total."""
    return gates.hidden({each.step: each.employed for each in rows}, smallest)


def in_steps(published: Mapping[Way, int], fresh: Iterable[tuple[Way, int]], smallest: int) -> dict[Way, int]:
    """What is published next: a figure changes only when at least the gate's number tells the new one apart (R119)."""
    found = dict(published)
    for way, people in fresh:
        if people >= smallest and (way not in found or abs(people - found[way]) >= smallest):
            found[way] = people
    return found
