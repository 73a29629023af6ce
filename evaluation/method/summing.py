"""Sums over the episodes of each supplier in each category: all that a release needs of them.

They are made in the order of the episodes, one row after the other, so the sums of some pairs alone are the same, bit
for bit, as those made of everything. What concerns a whole category (recalibration, spread) comes after.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.method.arrays import Flags, Floats, Ints, distinct, floats, numbered
from evaluation.method.episodes import WINDOWS, Episodes
from evaluation.method.standardisation import observe
from evaluation.method.weighing import Terms

_WINDOW = ("n", "customers", "successes", "weight", "observed", "expected", "first", "second")
#: What is summed, in this order.
COLUMNS = (
    *("finished", "customers", "excluded"),
    *(f"outcome_{months}_{name}" for months in WINDOWS for name in _WINDOW),
    *(f"feedback_{name}" for name in ("n", "customers", "promoters", "detractors", "total", "squares")),
    *(f"expert_{name}" for name in ("n", "customers", "raters", "total", "squares", "residual", "residual_squares")),
    *(f"deviations_{name}" for name in ("customers", "points", "squares", "months")),
    *(f"timeliness_{name}" for name in ("n", "customers", "successes")),
    *(f"completion_{name}" for name in ("n", "customers", "successes")),
)
PROMOTER, DETRACTOR = 9, 6


@dataclass(frozen=True)
class Sums:
    """One row a pair, ordered by category and supplier."""

    supplier: NDArray[np.int32]
    category: NDArray[np.int32]
    #: (pairs, len(COLUMNS))
    values: Floats
    has_outcome: Flags
    comparable: tuple[bool, ...]

    def __len__(self) -> int:
        return int(self.supplier.size)

    def of(self, column: str) -> Floats:
        """One column of the sums."""
        return self.values[:, COLUMNS.index(column)]

    def windows(self, name: str) -> Floats:
        """(pairs, 3) one column of each window."""
        return self.values[:, [COLUMNS.index(f"outcome_{months}_{name}") for months in WINDOWS]]

    def replaced(self, fresh: Sums) -> Sums:
        """These sums with the fresh rows in place of the old ones of the same pairs; new pairs are put in order."""
        codes = [self.supplier.size and int(self.supplier.max()), fresh.supplier.size and int(fresh.supplier.max())]
        step = max(codes) + 1
        old, new = (s.category.astype(np.int64) * step + s.supplier for s in (self, fresh))
        kept = ~np.isin(old, new)
        keys = np.concatenate((old[kept], new))
        order = np.argsort(keys, kind="stable")
        return Sums(
            np.concatenate((self.supplier[kept], fresh.supplier))[order],
            np.concatenate((self.category[kept], fresh.category))[order],
            np.concatenate((self.values[kept], fresh.values))[order],
            fresh.has_outcome,
            fresh.comparable,
        )


def sums(episodes: Episodes, terms: Terms, pairs: Ints | None = None, where: Flags | None = None) -> Sums:
    """Sum up each pair.

    ``pairs`` is (k, 2) of supplier and category: only these, and all of these, those without an episode too.
    ``where`` leaves episodes out (a period); weights and chances stay those of the whole.
    """
    rows = np.ones(len(episodes), bool) if where is None else where
    supplier, category, index = _pairs(episodes, pairs)
    rows = rows & (index >= 0)
    if rows.all():
        return _summed(episodes, terms, supplier, category, index)
    some = replace(terms, **{f.name: getattr(terms, f.name)[rows] for f in fields(terms) if f.name != "comparable"})
    return _summed(episodes.take(rows), some, supplier, category, index[rows])


def _pairs(episodes: Episodes, pairs: Ints | None) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.intp]]:
    """The pairs in order, and the row of each episode among them (−1: not asked for)."""
    most = int(episodes.supplier.max()) if len(episodes) else 0
    if pairs is not None and len(pairs):
        most = max(most, int(pairs[:, 0].max()))
    step = np.int64(most + 1)
    keys = episodes.category * step + episodes.supplier
    asked = keys if pairs is None else pairs[:, 1].astype(np.int64) * step + pairs[:, 0]
    present = np.zeros(int(max(keys.max(initial=-1), asked.max(initial=-1))) + 1, bool)
    present[asked] = True
    wanted = np.flatnonzero(present)
    number = np.full(present.size, -1, dtype=np.intp)
    number[wanted] = np.arange(wanted.size)
    return (wanted % step).astype(np.int32), (wanted // step).astype(np.int32), number[keys]


def _summed(
    episodes: Episodes,
    terms: Terms,
    supplier: NDArray[np.int32],
    category: NDArray[np.int32],
    pair: NDArray[np.intp],
) -> Sums:
    size = supplier.size
    values = np.zeros((size, len(COLUMNS)))
    once = terms.person < 0
    several = np.flatnonzero(~once)
    meeting, meetings = numbered(pair[several] * (np.int64(terms.person.max(initial=0)) + 1) + terms.person[several])
    meets = np.zeros(meetings, np.intp)
    meets[meeting] = pair[several]

    def put(column: str, rows: Flags | None = None, weights: Any = None) -> None:
        groups = pair if rows is None else pair[rows]
        values[:, COLUMNS.index(column)] = np.bincount(groups, weights, size)

    def put_customers(column: str, rows: Any) -> None:
        met = np.bincount(pair[rows & once], minlength=size)
        seen = np.zeros(meetings, bool)
        seen[meeting[rows[several]]] = True
        values[:, COLUMNS.index(column)] = met + np.bincount(meets[seen], minlength=size)

    done = terms.finished
    put("finished", done)
    put_customers("customers", done)
    put("excluded", done & episodes.excluded)
    for at, months in enumerate(WINDOWS):
        rows = terms.counted[:, at]
        y = floats(episodes.outcome[rows, at])
        made = observe(y, terms.p[rows, at], terms.weight[rows, at], pair[rows], size)
        put(f"outcome_{months}_n", rows)
        put_customers(f"outcome_{months}_customers", rows)
        put(f"outcome_{months}_successes", rows, y)
        for name in _WINDOW[3:]:
            values[:, COLUMNS.index(f"outcome_{months}_{name}")] = getattr(made, name)

    rows = done & (episodes.recommendation >= 0)
    answer = floats(episodes.recommendation[rows])
    put("feedback_n", rows)
    put_customers("feedback_customers", rows)
    put("feedback_promoters", rows, answer >= PROMOTER)
    put("feedback_detractors", rows, answer <= DETRACTOR)
    put("feedback_total", rows, answer)
    put("feedback_squares", rows, answer**2)

    rows = terms.graded
    put("expert_n", rows)
    put_customers("expert_customers", rows)
    raters = np.int64(episodes.rater.max(initial=-1)) + 1
    seen = distinct(pair[rows] * raters + episodes.rater[rows])
    values[:, COLUMNS.index("expert_raters")] = np.bincount(seen // raters, minlength=size) if seen.size else 0
    put("expert_total", rows, terms.grade[rows])
    put("expert_squares", rows, terms.grade[rows] ** 2)
    put("expert_residual", rows, terms.residual[rows])
    put("expert_residual_squares", rows, terms.residual[rows] ** 2)

    rows = done & (episodes.customer_months > 0)
    put_customers("deviations_customers", rows)
    put("deviations_points", rows, episodes.deviation_points[rows])
    put("deviations_squares", rows, episodes.deviation_points[rows] ** 2)
    put("deviations_months", rows, episodes.customer_months[rows])

    acts = np.where(done[:, None], episodes.timely, np.int8(-1))
    put("timeliness_n", None, (acts >= 0).sum(axis=1))
    put_customers("timeliness_customers", np.any(acts >= 0, axis=1))
    put("timeliness_successes", None, (acts == 1).sum(axis=1))

    rows = done & ~episodes.excluded & (episodes.completed >= 0)
    put("completion_n", rows)
    put_customers("completion_customers", rows)
    put("completion_successes", rows, floats(episodes.completed[rows]))
    return Sums(supplier, category, values, episodes.has_outcome, terms.comparable)
