"""Nobody works a hidden figure out: the attacker subtracts totals, and one release from the next (R119)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from evaluation import gates
from evaluation.gates import Batch

COUNTS = st.integers(0, 12) | st.integers(0, 40)
TABLES = st.tuples(st.integers(1, 3), st.integers(1, 4)).flatmap(
    lambda size: st.fixed_dictionaries({(row, column): COUNTS for row in range(size[0]) for column in range(size[1])})
)


@pytest.mark.rule("R119")
@given(st.dictionaries(st.integers(), COUNTS, min_size=1, max_size=8))
def test_no_cell_of_a_row_follows_from_the_total_and_the_shown_ones(cells: dict[int, int]) -> None:
    gone = gates.hidden(cells, 5)
    left = sum(cells.values()) - sum(count for key, count in cells.items() if key not in gone)

    assert all(cells[key] >= 5 for key in cells if key not in gone)
    assert not gone or len(gone) == len(cells) or (len(gone) >= 2 and left >= 5)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"a": 20, "b": 8, "c": 30}, set()),
        ({"a": 20, "b": 3, "c": 30}, {"a", "b"}),
        ({"a": 20, "b": 3, "c": 2}, {"b", "c"}),
        ({"a": 20, "b": 2, "c": 1, "d": 9}, {"b", "c", "d"}),
        ({"a": 40, "b": 12, "c": 0}, {"b", "c"}),
        ({"a": 3}, {"a"}),
        ({}, set()),
    ],
)
def test_as_few_cells_are_hidden_as_it_takes(cells: dict[str, int], expected: set[str]) -> None:
    assert gates.hidden(cells, 5) == expected


def _range(cell: Any, counts: dict[Any, int], gone: set[Any]) -> tuple[float, float]:
    """What the attacker learns of a hidden cell: the least and the most it can be."""
    unknown = sorted(gone, key=str)
    rows = {key[0] for key in counts}
    columns = {key[1] for key in counts}
    lines = [[key for key in counts if key[0] == row] for row in rows]
    lines += [[key for key in counts if key[1] == column] for column in columns]
    matrix, right = [], []
    for line in lines:
        by_row = len({key[0] for key in line}) == 1 and len({key[1] for key in line}) > 1
        signs = {key: -1 if key[1 if by_row else 0] is None else 1 for key in line}
        matrix.append([signs.get(key, 0) for key in unknown])
        right.append(-sum(signs[key] * counts[key] for key in line if key not in gone))
    aim = np.array([float(key == cell) for key in unknown])
    found = [linprog(sign * aim, A_eq=matrix, b_eq=right, bounds=(0, 400), method="highs").fun for sign in (1, -1)]
    return round(found[0], 6), round(-found[1], 6)


@pytest.mark.rule("R119")
@settings(max_examples=40, deadline=None)
@given(TABLES)
def test_no_cell_of_a_table_follows_from_its_totals_by_any_arithmetic(cells: dict[Any, int]) -> None:
    counts, gone = gates.with_totals(cells), gates.hidden_in_table(cells, 5)

    assert all(counts[key] >= 5 for key in counts if key not in gone)
    for key in gone:
        if counts[key] < 5 and len(gone) < len(counts):
            least, most = _range(key, counts, gone)
            assert most > least, (key, counts, gone)


def test_a_bridge_between_two_hidden_blocks_does_not_give_itself_away() -> None:
    """Two hidden cells in each line are not enough: the cell between two blocks would follow from the sums."""
    block = {(row, column): 50 for row in range(5) for column in range(5)}
    small = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 2), (3, 3), (2, 3), (3, 4), (2, 4), (3, 2)]
    cells = block | dict.fromkeys(small, 4)
    gone = gates.hidden_in_table(cells, 5)

    assert not any(gates.is_computable(cell, gates.with_totals(cells), gone) for cell in small)


BATCHES = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 8)).map(lambda pair: Batch(pair[0], min(pair))))


@pytest.mark.rule("R119")
@given(BATCHES)
def test_no_two_releases_differ_by_too_few_answers_or_people(batches: list[Batch]) -> None:
    """The attacker has kept every release and subtracts each from the next."""
    seen = [gates.released(batches[:number], answers=10, people=5) for number in range(len(batches) + 1)]

    assert seen == sorted(seen)
    for before, after in pairwise(dict.fromkeys(seen)):
        fresh = batches[before:after]
        assert sum(each.answers for each in fresh) >= 10
        assert sum(each.people for each in fresh) >= 5


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), date(2026, 10, 1)),
        (date(2026, 10, 1), date(2026, 10, 1)),
        (date(2026, 9, 30), date(2026, 7, 1)),
        (date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_release_is_of_the_first_day_of_a_quarter(day: date, expected: date) -> None:
    assert gates.release_day(day, 3) == expected


@pytest.mark.rule("R119")
def test_a_share_or_a_mean_below_the_gate_is_nothing() -> None:
    assert gates.share(2, 4, 5) is None
    assert gates.share(2, 5, 5) == 0.4
    assert gates.mean(70.0, 9, 10) is None
    assert gates.mean(70.0, 10, 10) == 7.0
    assert gates.mean(0.0, 0, 0) is None
