"""The case-mix model: what could be expected of a customer from facts known before the service (EVALUATION.md §4).

One model a window, without any term of a provider. A customer's chance is always told by a model that was made
without that customer's fold, today's and next year's alike, since the fold follows from the customer's number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from evaluation.method import calibration
from evaluation.method.arrays import Flags, Floats, Ints, floats
from evaluation.method.calibration import Quality
from evaluation.method.design import Design, Fit, NotConvergedError, ridge_logistic
from evaluation.method.episodes import FACTORS, WINDOWS, Episodes, counted
from evaluation.method.hashing import folds_of, sample_of
from evaluation.method.parameters import DEFAULT, Parameters

#: Coefficients are kept to so many decimals, far finer than they are known: another machine gets the same ones.
DECIMALS = 9
#: What explains an outcome: the customer's factors and the service.
EXPLAINING = (*FACTORS, "category")
#: The order in which factors make cells when there is too little for a model.
CELL_FACTORS = ("unemployment", "age", "education", "previous_services", "foreign_language")


class Status(StrEnum):
    """How a window's expectations were made."""

    MODEL = "model"
    CELLS = "cells"
    NOT_COMPARABLE = "not_comparable"


class Reason(StrEnum):
    """Why it was not a model."""

    NONE = ""
    FEW_EPISODES = "few_episodes"
    FEW_EVENTS = "few_events"
    NO_DIFFERENCES = "no_differences"
    NOT_CALIBRATED = "not_calibrated"
    NOT_CONVERGED = "not_converged"


@dataclass(frozen=True)
class Cells:
    """A few groups of alike customers: each level of the chosen factors has a number, a combination has a rate."""

    factors: tuple[str, ...]
    #: For each factor, the group of each level; the last one of what the fit never saw.
    groups: tuple[tuple[int, ...], ...]
    #: The rate of each combination, in the order of the groups, the last factor running fastest.
    rates: tuple[float, ...]


@dataclass(frozen=True)
class WindowFit:
    """One window's expectations."""

    status: Status
    reason: Reason
    rate: float
    quality: Quality
    penalty: float = 0.0
    #: By fold.
    intercepts: tuple[float, ...] = ()
    #: By explaining factor, fold and level; a level's last one is "other".
    coefficients: tuple[tuple[tuple[float, ...], ...], ...] = ()
    cells: Cells | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        cells = self.cells
        return {
            "status": self.status.value,
            "reason": self.reason.value,
            "rate": self.rate,
            "quality": self.quality.to_json(),
            "penalty": self.penalty,
            "intercepts": list(self.intercepts),
            "coefficients": [[list(levels) for levels in folds] for folds in self.coefficients],
            "cells": cells
            and {
                "factors": list(cells.factors),
                "groups": [list(group) for group in cells.groups],
                "rates": list(cells.rates),
            },
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> WindowFit:
        """What was stored."""
        cells = stored["cells"]
        return cls(
            status=Status(stored["status"]),
            reason=Reason(stored["reason"]),
            rate=float(stored["rate"]),
            quality=Quality.from_json(stored["quality"]),
            penalty=float(stored["penalty"]),
            intercepts=tuple(map(float, stored["intercepts"])),
            coefficients=tuple(tuple(tuple(map(float, f)) for f in folds) for folds in stored["coefficients"]),
            cells=cells
            and Cells(
                tuple(cells["factors"]),
                tuple(tuple(map(int, group)) for group in cells["groups"]),
                tuple(map(float, cells["rates"])),
            ),
        )


@dataclass(frozen=True)
class CaseMix:
    """The expectations of all windows, as published with a version; a value that JSON keeps without loss."""

    release_id: str
    fitted_on: str
    folds: int
    salt: int
    #: How many levels each explaining factor had; the category is the last.
    levels: tuple[int, ...]
    windows: tuple[WindowFit, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {
            "release_id": self.release_id,
            "fitted_on": self.fitted_on,
            "folds": self.folds,
            "salt": self.salt,
            "levels": list(self.levels),
            "windows": [window.to_json() for window in self.windows],
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CaseMix:
        """What was stored."""
        return cls(
            stored["release_id"],
            stored["fitted_on"],
            int(stored["folds"]),
            int(stored["salt"]),
            tuple(map(int, stored["levels"])),
            tuple(WindowFit.from_json(window) for window in stored["windows"]),
        )

    def predict(self, episodes: Episodes) -> Floats:
        """(n, 3) the chance of each episode in each window, by models that never saw its customer.

        Row by row: what other episodes stand beside it changes no bit.
        """
        n = len(episodes)
        fold = folds_of(episodes.customer, self.folds, self.salt)
        told = [window for window in self.windows if window.status is Status.MODEL]
        linear = np.zeros((n, len(told)))
        if told:
            linear += np.array([window.intercepts for window in told]).T[fold]
            for factor, levels in enumerate(self.levels):
                table = np.array([window.coefficients[factor] for window in told])
                if table.any():
                    flat = np.ascontiguousarray(table.transpose(1, 2, 0).reshape(-1, len(told)))
                    linear += flat.take(fold * (levels + 1) + _known(_codes(episodes, factor), levels), axis=0)
        chances = special.expit(linear)
        p = np.empty((n, len(self.windows)))
        for at, window in enumerate(self.windows):
            if window.status is Status.MODEL:
                p[:, at] = chances[:, told.index(window)]
            elif window.cells is not None:
                p[:, at] = np.array(window.cells.rates)[self._cell(window.cells, episodes)]
            else:
                p[:, at] = window.rate
        return p

    def _cell(self, cells: Cells, episodes: Episodes) -> NDArray[np.intp]:
        index = np.zeros(len(episodes), dtype=np.intp)
        for name, groups in zip(cells.factors, cells.groups, strict=True):
            factor = FACTORS.index(name)
            index *= max(groups) + 1
            index += np.array(groups)[_known(_codes(episodes, factor), self.levels[factor])]
        return index


def _codes(episodes: Episodes, factor: int) -> NDArray[np.int32]:
    return episodes.category if factor == len(FACTORS) else episodes.factors[:, factor]


def _known(codes: Ints, levels: int) -> NDArray[np.intp]:
    """The codes, and ``levels`` for those the fit does not know."""
    return np.where((codes < 0) | (codes >= levels), levels, codes).astype(np.intp)


def fit(episodes: Episodes, frozen_on: date, parameters: Parameters = DEFAULT) -> CaseMix:
    """Make the expectations of each window from all providers' mature and known outcomes together."""
    rows = counted(episodes, frozen_on, parameters)
    levels = (*episodes.levels, episodes.has_outcome.size)
    return CaseMix(
        parameters.release_id,
        frozen_on.isoformat(),
        parameters.folds,
        parameters.salt,
        levels,
        tuple(_fit_window(episodes, rows[:, at], at, levels, parameters) for at in range(len(WINDOWS))),
    )


def _fit_window(episodes: Episodes, rows: Flags, at: int, levels: tuple[int, ...], given: Parameters) -> WindowFit:
    y = floats(episodes.outcome[rows, at])
    codes = [_known(_codes(episodes, f)[rows], count) for f, count in enumerate(levels)]
    customers = episodes.customer[rows]
    events = int(y.sum())
    if y.size < given.least_for_cells:
        return _one_rate(y, Reason.FEW_EPISODES)
    if y.size < given.least_for_model:
        return _cells(y, codes, levels, given, Reason.FEW_EPISODES)
    if min(events, y.size - events) < given.least_events:
        return _cells(y, codes, levels, given, Reason.FEW_EVENTS)
    try:
        made = _model(y, codes, levels, customers, given)
    except NotConvergedError:
        return _cells(y, codes, levels, given, Reason.NOT_CONVERGED)
    if not _good_enough(made.quality, given):
        return _cells(y, codes, levels, given, Reason.NOT_CALIBRATED)
    return made


def _good_enough(quality: Quality, given: Parameters) -> bool:
    return given.least_slope <= quality.slope <= given.most_slope and quality.apart <= given.most_apart


def _one_rate(y: Floats, reason: Reason) -> WindowFit:
    """Raw shares only: nobody is compared."""
    rate = float(y.mean()) if y.size else 0.0
    p = np.full(y.shape, rate)
    return WindowFit(Status.NOT_COMPARABLE, reason, rate, calibration.judge(y, p, p))


def _merged(codes: NDArray[np.intp], levels: int, least: int) -> tuple[NDArray[np.intp], int]:
    """The number of each level among those with enough episodes; the rest, and unknown ones, share the last."""
    counts = np.bincount(codes, minlength=levels + 1)
    kept = counts >= least
    kept[levels] = False
    other = int(kept.sum())
    numbers = np.where(kept, np.cumsum(kept) - 1, other)
    return numbers.astype(np.intp), other + 1


def _model(
    y: Floats, codes: list[NDArray[np.intp]], levels: tuple[int, ...], customers: NDArray[np.uint64], given: Parameters
) -> WindowFit:
    merged = [_merged(column, count, given.rare_level) for column, count in zip(codes, levels, strict=True)]
    design = Design([numbers[c] for (numbers, _), c in zip(merged, codes, strict=True)], [size for _, size in merged])
    fold = folds_of(customers, given.folds, given.salt)
    sample = sample_of(customers, given.penalty_sample, given.salt)
    penalty = _penalty(y[sample], design.take(sample), fold[sample], given)
    whole = ridge_logistic(design, y, penalty)
    fits = _fits_by_fold(y, design, fold, penalty, given.folds, whole)
    raw = _out_of_fold(design, fold, fits)
    shift = calibration.shift_to_level(y, raw)
    fits = [_rounded(beta, shift) for beta in fits]
    p = _out_of_fold(design, fold, fits)
    return WindowFit(
        Status.MODEL,
        Reason.NONE,
        float(y.mean()),
        calibration.judge(y, raw, p),
        penalty,
        tuple(float(beta[0]) for beta in fits),
        tuple(
            tuple(tuple(beta[design.part(factor)][numbers].tolist()) for beta in fits)
            for factor, (numbers, _) in enumerate(merged)
        ),
    )


def _rounded(beta: Floats, shift: float) -> Floats:
    moved = beta.copy()
    moved[0] += shift
    return np.round(moved, DECIMALS) + 0.0


def _fits_by_fold(
    y: Floats, design: Design, fold: NDArray[np.intp], penalty: float, folds: int, whole: Fit
) -> list[Floats]:
    """A model without each fold; the Hessian of all rows, a little smaller, serves every one of them."""
    start = Fit(whole.beta, whole.hessian * ((folds - 1) / folds))
    return [ridge_logistic(design, y, penalty, keep=floats(fold != k), start=start).beta for k in range(folds)]


def _out_of_fold(design: Design, fold: NDArray[np.intp], fits: list[Floats]) -> Floats:
    p = np.empty(fold.shape)
    for k, beta in enumerate(fits):
        rows = fold == k
        p[rows] = special.expit(design.take(rows).linear(beta))
    return p


def _penalty(y: Floats, design: Design, fold: NDArray[np.intp], given: Parameters) -> float:
    """The smallest penalty whose log-loss out of fold is not detectably above the least one (one standard error).

    A large penalty foretells single customers as well, but draws the chances of the hardest and the easiest together:
    the provider who takes the hardest would be punished a little. Of equals the one that adjusts most is taken. The
    penalty does not depend on the number of rows: one over it is the variance that levels are believed to have.
    """
    tried = sorted(given.penalties, reverse=True)
    losses = np.empty((len(tried), y.size))
    for k in range(given.folds):
        away = fold == k
        kept, apart, came = floats(~away), design.take(away), y[away]
        start: Fit | None = None
        for at, penalty in enumerate(tried):
            start = ridge_logistic(design, y, penalty, keep=kept, start=start, tolerance=1e-3)
            linear = apart.linear(start.beta)
            losses[at, away] = np.logaddexp(0, linear) - came * linear
    more = losses - losses[losses.sum(axis=1).argmin()]
    undetectable = more.sum(axis=1) <= np.sqrt(y.size) * more.std(axis=1)
    return tried[int(np.flatnonzero(undetectable)[-1])]


def _cells(
    y: Floats, codes: list[NDArray[np.intp]], levels: tuple[int, ...], given: Parameters, reason: Reason
) -> WindowFit:
    """Indirect standardisation over a few cells, each large enough, made from the factors in a fixed order."""
    names: list[str] = []
    groups: list[tuple[int, ...]] = []
    cell, size = np.zeros(y.size, dtype=np.intp), 1
    for name in CELL_FACTORS:
        factor = FACTORS.index(name)
        numbers, count = _merged(codes[factor], levels[factor], given.least_in_cell)
        finer = cell * count + numbers[codes[factor]]
        sizes = np.bincount(finer, minlength=size * count)
        used = sizes[sizes > 0]
        if used.size <= size or used.size > given.most_cells or used.min() < given.least_in_cell:
            continue
        names.append(name)
        groups.append(tuple(numbers.tolist()))
        cell, size = finer, size * count
    rate = float(y.mean())
    sizes = np.bincount(cell, minlength=size)
    rates = np.where(sizes > 0, np.bincount(cell, y, size) / np.maximum(sizes, 1), rate)
    p = rates[cell]
    return WindowFit(
        Status.CELLS,
        Reason.NO_DIFFERENCES if np.ptp(y) == 0 else reason,
        rate,
        calibration.judge(y, p, p),
        cells=Cells(tuple(names), tuple(groups), tuple(rates.tolist())),
    )
