"""Which figures of a table stay hidden, and when totals may change (R119): pure arithmetic.

A figure of fewer than the smallest number of people is never shown, and never to be worked out from what is shown:
neither from the totals of a table (complementary suppression) nor from two releases of the same total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)
#: A cell of a two-way table: row and column; ``None`` stands for the total of its direction.
Cell = tuple[Any, Any]


# ---- tables ----


def hidden(cells: Mapping[Key, int], smallest: int) -> set[Key]:
    """The cells of a row to hide, whose total is shown.

    Those under the gate (zero is under it, too: that nobody said so is told of everybody), and as many of the
    smallest others as it takes for at least two hidden ones with at least ``smallest`` people in them together.
    A total under the gate hides everything, and is to be hidden itself.
    """
    order = sorted(cells, key=lambda key: (cells[key], str(key)))
    found = {key for key in order if cells[key] < smallest}
    if not found:
        return found
    for key in order:
        if len(found) >= 2 and sum(cells[each] for each in found) >= smallest:
            break
        found.add(key)
    return found


def with_totals(cells: Mapping[Cell, int]) -> dict[Cell, int]:
    """The cells of a two-way table with the totals of its rows ``(row, None)``, columns and all."""
    found: dict[Cell, int] = defaultdict(int)
    for (row, column), count in cells.items():
        for key in ((row, column), (row, None), (None, column), (None, None)):
            found[key] += count
    return dict(found)


def hidden_in_table(cells: Mapping[Cell, int], smallest: int) -> set[Cell]:
    """The cells of a two-way table to hide, totals among them: ``(row, None)``, ``(None, column)``, ``(None, None)``.

    Every row and column that hides something hides two cells with ``smallest`` people together, and no hidden cell
    follows from the rest by adding, subtracting and knowing that no count is below zero.
    """
    rows, columns = _names(cell[0] for cell in cells), _names(cell[1] for cell in cells)
    counts = with_totals({(row, column): cells.get((row, column), 0) for row in rows for column in columns})
    found = {cell for cell, count in counts.items() if count < smallest}
    lines = [
        *([(row, column) for column in [*columns, None]] for row in [*rows, None]),
        *([(row, column) for row in [*rows, None]] for column in [*columns, None]),
    ]
    while True:
        size = len(found)
        for line in lines:
            _hide_more(line, counts, found, smallest)
        for cell in sorted(found, key=str):
            if counts[cell] < smallest and is_computable(cell, counts, found):
                near = [other for other in _neighbours(cell, counts) if other not in found]
                _hide_smallest(near or counts, counts, found)
        if len(found) == size:
            return found


def _names(found: Iterable[Any]) -> list[Any]:
    return sorted(set(found), key=str)


def _hide_more(line: list[Cell], counts: Mapping[Cell, int], found: set[Cell], smallest: int) -> None:
    *inside, total = line
    gone = [cell for cell in inside if cell in found]
    if gone and total not in found and (len(gone) < 2 or sum(counts[cell] for cell in gone) < smallest):
        _hide_smallest(line, counts, found)


def _neighbours(cell: Cell, counts: Mapping[Cell, int]) -> list[Cell]:
    return [other for other in counts if other != cell and (other[0] == cell[0] or other[1] == cell[1])]


def _hide_smallest(line: Iterable[Cell], counts: Mapping[Cell, int], found: set[Cell]) -> None:
    """Hide the smallest shown cell of a line, a total only where nothing else is left."""
    shown = [cell for cell in line if cell not in found]
    if shown:
        found.add(min(shown, key=lambda cell: (None in cell, counts[cell], str(cell))))


def is_computable(cell: Cell, counts: Mapping[Cell, int], found: set[Cell]) -> bool:
    """Whether a hidden cell follows from the shown ones: no other table of counts fits to what is shown.

    A table and its totals add up to nothing when the totals are counted against it. Another table that fits differs
    by a closed walk through hidden cells, up in one and down in the next, that takes no count below zero.
    """
    walks: dict[Any, set[Any]] = defaultdict(set)
    for one in found - {cell}:
        for start, end in _steps(one, counts):
            walks[start].add(end)
    return not any(_is_reached(end, start, walks) for start, end in _steps(cell, counts))


def _steps(cell: Cell, counts: Mapping[Cell, int]) -> Iterator[tuple[Any, Any]]:
    """A cell may grow, and shrink while it is above zero; a total counts the other way round."""
    row, column = ("row", cell[0]), ("column", cell[1])
    is_total = (cell[0] is None) != (cell[1] is None)
    if not is_total or counts[cell] > 0:
        yield row, column
    if is_total or counts[cell] > 0:
        yield column, row


def _is_reached(start: Any, end: Any, walks: Mapping[Any, set[Any]]) -> bool:
    seen, ahead = {start}, [start]
    while ahead:
        for each in walks.get(ahead.pop(), ()):
            if each == end:
                return True
            if each not in seen:
                seen.add(each)
                ahead.append(each)
    return False


def is_safe(counts: Sequence[int], smallest: int) -> bool:
    """Whether a figure of all may be shown beside those of its parts (R119).

    Not when what is hidden among the parts is the figure of one, or of fewer people than the gate: it would be
    what is left over.
    """
    hidden = [count for count in counts if 0 < count < smallest]
    return not hidden or (len(hidden) >= 2 and sum(hidden) >= smallest)


# ---- single figures ----


def share(part: int, of: int, smallest: int) -> float | None:
    """A share of a group, or nothing below the gate."""
    return part / of if of >= max(smallest, 1) else None


def mean(total: float, of: int, smallest: int) -> float | None:
    """A mean of a group, or nothing below the gate."""
    return total / of if of >= max(smallest, 1) else None


# ---- releases ----


def release_day(day: date, months: int) -> date:
    """The last release date up to a day: the first of each quarter when ``months`` is 3."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


@dataclass(frozen=True)
class Batch:
    """What was answered between two release dates: how many answers, of how many people not seen before."""

    answers: int
    people: int


def released(batches: Iterable[Batch], *, answers: int, people: int) -> int:
    """How many batches, from the first on, are published: two releases differ by at least so many answers and people.

    A batch too small waits for the next ones.
    """
    out = waiting_answers = waiting_people = 0
    for number, batch in enumerate(batches, 1):
        waiting_answers, waiting_people = waiting_answers + batch.answers, waiting_people + batch.people
        if waiting_answers >= answers and waiting_people >= people:
            out, waiting_answers, waiting_people = number, 0, 0
    return out
