"""Logistic regression on categories alone, without ever writing a row of zeros and ones.

Every explaining variable is a factor with levels. What Newton's method needs of the data are sums over the rows of a
level (the gradient) or of a pair of levels (the Hessian): tables that ``bincount`` makes. Small factors are joined to
one (a *block*): a million rows are then read three times a step and not eight, and the joint table is summed to those
of its factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from evaluation.method.arrays import Flags, Floats, Ints, ratio

#: The most cells of a block, and of the joint table of two.
BLOCK_CELLS, PAIR_CELLS = 4096, 1 << 22
#: Steps are this small when a fit is made; a first step is never longer.
TOLERANCE, LONGEST_STEP, MOST_STEPS = 1e-10, 2.0, 60
#: A step shrinks at least so much, or the Hessian is made anew.
CONTRACTION = 0.25


class NotConvergedError(ArithmeticError):
    """Newton's method found no end; callers fall back to cells."""


@dataclass(frozen=True)
class _Block:
    factors: tuple[int, ...]
    shape: tuple[int, ...]
    index: NDArray[np.intp]

    @property
    def cells(self) -> int:
        return int(np.prod(self.shape))


class Design:
    """Rows of level codes, and what a regression asks of them; coefficient 0 is the intercept."""

    def __init__(self, codes: list[Ints], levels: list[int]) -> None:
        self.levels = levels
        self.offsets = np.concatenate(([1], 1 + np.cumsum(levels))).astype(int)
        self.rows = len(codes[0]) if codes else 0
        limit = max(1, min(BLOCK_CELLS, PAIR_CELLS // max(levels, default=1)))
        groups: list[list[int]] = []
        for factor in sorted(range(len(levels)), key=lambda f: (levels[f], f)):
            if groups and int(np.prod([levels[f] for f in groups[-1]])) * levels[factor] <= limit:
                groups[-1].append(factor)
            else:
                groups.append([factor])
        self.blocks = [_block(codes, levels, group) for group in groups]

    @property
    def size(self) -> int:
        """How many coefficients there are."""
        return int(self.offsets[-1])

    def part(self, factor: int) -> slice:
        """Where a factor's coefficients stand."""
        return slice(self.offsets[factor], self.offsets[factor + 1])

    def take(self, rows: Flags) -> Design:
        """The same design for some of the rows."""
        chosen = object.__new__(Design)
        chosen.levels, chosen.offsets, chosen.rows = self.levels, self.offsets, int(rows.sum())
        chosen.blocks = [_Block(block.factors, block.shape, block.index[rows]) for block in self.blocks]
        return chosen

    def linear(self, beta: Floats) -> Floats:
        """Xβ."""
        total = np.full(self.rows, beta[0])
        for block in self.blocks:
            table = np.zeros(block.shape)
            for axis, factor in enumerate(block.factors):
                table += beta[self.part(factor)].reshape(_along(axis, len(block.shape)))
            total += table.ravel()[block.index]
        return total

    def transposed(self, values: Floats) -> Floats:
        """X'v: sums over the rows of each level."""
        sums = np.empty(self.size)
        sums[0] = values.sum()
        for block in self.blocks:
            table = np.bincount(block.index, values, block.cells).reshape(block.shape)
            for axis, factor in enumerate(block.factors):
                sums[self.part(factor)] = table.sum(axis=_others(axis, table.ndim))
        return sums

    def crossed(self, weights: Floats) -> Floats:
        """X'WX: weighted sums over the rows of each pair of levels."""
        made = np.zeros((self.size, self.size))
        made[0, 0] = weights.sum()
        for block in self.blocks:
            table = np.bincount(block.index, weights, block.cells).reshape(block.shape)
            for axis, factor in enumerate(block.factors):
                own = table.sum(axis=_others(axis, table.ndim))
                made[self.part(factor), self.part(factor)] = np.diag(own)
                made[0, self.part(factor)] = own
            for one, other in combinations(range(table.ndim), 2):
                together = table.sum(axis=tuple(a for a in range(table.ndim) if a not in (one, other)))
                made[self.part(block.factors[one]), self.part(block.factors[other])] = together
        for first, second in combinations(self.blocks, 2):
            joint = np.bincount(first.index * second.cells + second.index, weights, first.cells * second.cells)
            table = joint.reshape(*first.shape, second.cells)
            for axis, factor in enumerate(first.factors):
                by_second = table.sum(axis=_others(axis, table.ndim - 1)).reshape(-1, *second.shape)
                for inner, other in enumerate(second.factors):
                    made[self.part(factor), self.part(other)] = by_second.sum(
                        axis=tuple(1 + a for a in _others(inner, len(second.shape)))
                    )
        upper = np.triu(made, 1) + np.tril(made, -1).T
        return upper + upper.T + np.diag(np.diag(made))


def _block(codes: list[Ints], levels: list[int], factors: list[int]) -> _Block:
    index = np.zeros(len(codes[0]), dtype=np.intp)
    for factor in factors:
        index *= levels[factor]
        index += codes[factor]
    return _Block(tuple(factors), tuple(levels[f] for f in factors), index)


def _along(axis: int, dimensions: int) -> tuple[int, ...]:
    return tuple(-1 if a == axis else 1 for a in range(dimensions))


def _others(axis: int, dimensions: int) -> tuple[int, ...]:
    return tuple(a for a in range(dimensions) if a != axis)


@dataclass
class Fit:
    """Coefficients, and the factorised Hessian of some point near: good enough to go on from."""

    beta: Floats
    hessian: Floats


def ridge_logistic(
    design: Design,
    y: Floats,
    penalty: float,
    *,
    keep: Floats | None = None,
    start: Fit | None = None,
    tolerance: float = TOLERANCE,
) -> Fit:
    """Minimise Σ −ln p(y) + penalty/2·Σβ² (the intercept is free); rows where ``keep`` is 0 are left out.

    The Hessian is kept from step to step while the steps still shrink fast: it costs five passes, a step one.

    :raises NotConvergedError: no end after 60 steps
    """
    beta = np.zeros(design.size) if start is None else start.beta.copy()
    if start is None:
        rows, successes = (y.size, y.sum()) if keep is None else (keep.sum(), (y * keep).sum())
        beta[0] = special.logit(np.clip(ratio(successes, rows, 0.5), 1e-6, 1 - 1e-6))
    hessian = None if start is None else start.hessian
    ridge = np.full(design.size, penalty)
    ridge[0] = 0.0
    factorised: Any = None
    before = np.inf
    for _ in range(MOST_STEPS):
        p = special.expit(design.linear(beta))
        residual = y - p if keep is None else (y - p) * keep
        if hessian is None:
            weight = p * (1 - p)
            hessian, factorised = design.crossed(weight if keep is None else weight * keep), None
        if factorised is None:
            factorised = linalg.cho_factor(hessian + np.diag(ridge + 1e-9), check_finite=False)
        step = linalg.cho_solve(factorised, design.transposed(residual) - ridge * beta, check_finite=False)
        length = float(np.abs(step).max())
        if not np.isfinite(length):
            break
        beta = beta + step * min(1.0, LONGEST_STEP / max(length, LONGEST_STEP))
        if length < tolerance:
            return Fit(beta, hessian)
        if length > CONTRACTION * before:
            hessian, before = None, np.inf
        else:
            before = length
    raise NotConvergedError
