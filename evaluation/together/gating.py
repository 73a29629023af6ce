"""What an authority may see of the others in figures that all made together (R103, R107, R119): pure arithmetic.

An authority knows its own customers one by one, so whatever it sees of all together tells it the others by
difference. Therefore the gates are put on the table of the *others* and its totals: where the others' part of a joint
figure is too small, the joint figure is hidden, too. Another authority's parties are put together where one of them
has too few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluation import gates

#: How many people stand behind each party's figure in each column.
Counts = Mapping[tuple[str, Any], int]


@dataclass(frozen=True)
class Line:
    """A row that the viewer sees: one party, or several of another authority put together."""

    keys: tuple[str, ...]
    is_own: bool
    #: The columns whose figure may be shown; and whether that of all columns together may.
    columns: frozenset[Any]
    total: bool


@dataclass(frozen=True)
class Gated:
    """A table of parties and columns as one authority may see it."""

    lines: Sequence[Line]
    #: All parties together.
    joint: Line
    columns: Sequence[Any] = field(default=())

    def of(self, key: str | None) -> Line:
        """The line of a party, of whatever it is put together with; of all together without a key."""
        return next((line for line in self.lines if key in line.keys), self.joint)


def units(counts: Counts, authorities: Sequence[Sequence[str]], smallest: int) -> list[tuple[str, ...]]:
    """The parties of each authority: apart, or together where one of them is too small to stand alone."""
    totals: dict[str, int] = defaultdict(int)
    for (key, _column), number in counts.items():
        totals[key] += number
    found: list[tuple[str, ...]] = []
    for keys in authorities:
        if any(totals[key] < smallest for key in keys):
            found.append(tuple(keys))
        else:
            found += [(key,) for key in keys]
    return found


def gated(
    counts: Counts,
    own: Sequence[str],
    others: Sequence[Sequence[str]],
    columns: Iterable[Any],
    smallest: int,
) -> Gated:
    """What is shown to the authority whose parties are ``own``.

    :param others: the parties of each other authority
    :param columns: every column of the table, also those without anybody
    """
    names = list(columns)
    table = {
        (unit, column): sum(counts.get((key, column), 0) for key in unit)
        for unit in units(counts, others, smallest)
        for column in names
    }
    hidden = gates.hidden_in_table(table, smallest) if table else set()
    theirs = list(dict.fromkeys(unit for unit, _column in table))
    lines = [_own(key, counts, names, smallest) for key in own]
    lines += [_line(unit, unit, False, names, hidden) for unit in theirs]
    everybody = [*own, *(key for unit in theirs for key in unit)]
    if not table:  # nobody beside the viewer
        joint = _own_together(own, counts, names, smallest)
    else:
        joint = _line(None, tuple(everybody), False, names, hidden)
    return Gated(lines, joint, names)


def _line(row: Any, keys: tuple[str, ...], is_own: bool, columns: Sequence[Any], hidden: Collection[Any]) -> Line:
    shown = frozenset(column for column in columns if (row, column) not in hidden)
    return Line(keys, is_own, shown, (row, None) not in hidden)


def _own(key: str, counts: Counts, columns: Sequence[Any], smallest: int) -> Line:
    return _own_together([key], counts, columns, smallest)


def _own_together(keys: Sequence[str], counts: Counts, columns: Sequence[Any], smallest: int) -> Line:
    """One's own figures, by the gate of every report."""
    row = {column: sum(counts.get((key, column), 0) for key in keys) for column in columns}
    gone = gates.hidden(row, smallest)
    return Line(tuple(keys), True, frozenset(set(row) - gone), sum(row.values()) >= smallest)


def seen_by_all(
    counts: Counts, authorities: Sequence[Sequence[str]], columns: Iterable[Any], smallest: int
) -> dict[tuple[str, ...], bool]:
    """Which units' totals every authority may see: what is written down once for all of them."""
    names = list(columns)
    found = dict.fromkeys(units(counts, authorities, smallest), True)
    for own in authorities:
        others = [keys for keys in authorities if keys is not own]
        view = gated(counts, own, others, names, smallest)
        for line in view.lines:
            if not line.is_own and line.keys in found:
                found[line.keys] = found[line.keys] and line.total
    for unit in found:
        found[unit] = found[unit] and sum(counts.get((key, each), 0) for key in unit for each in names) >= smallest
    return found
