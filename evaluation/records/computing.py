"""From frozen facts to figures: the method run on a snapshot, whole or only where something changed (numpy)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import scipy

from dps.systems.models import ServiceType
from evaluation.method import casemix as case_mixes
from evaluation.method.casemix import CaseMix, Reason
from evaluation.method.episodes import WINDOWS, Episodes, day_number, finished, window_ends
from evaluation.method.parameters import DEFAULT, Parameters
from evaluation.method.results import Results
from evaluation.method.scoring import Raters, Sums, finish, sums, terms
from evaluation.records import episodes as reading
from evaluation.records.episodes import Codes
from evaluation.records.models import RecordStatus
from evaluation.records.snapshots import ORDER, Array, Lists, Snapshot, find

#: Figures are compared and digested to so many decimals (EVALUATION §8: re-run must match to 1e-9).
DECIMALS = 9
#: Stored figures are rounded to these.
STORED = 4

#: By the ids of categories.
Types = Mapping[str, ServiceType]


@dataclass(frozen=True)
class FittedModel:
    """A fitted case-mix model with what its codes stand for."""

    fit: CaseMix
    codes: Codes

    def plain(self) -> dict[str, Any]:
        return {"fit": self.fit.to_json(), "codes": self.codes.plain()}

    @classmethod
    def read(cls, plain: Mapping[str, Any]) -> FittedModel:
        return cls(CaseMix.from_json(plain["fit"]), Codes.read(plain["codes"]))

    @property
    def is_settled(self) -> bool:
        """Whether every window had enough data; with too few it is made anew each time."""
        return not any(window.reason in (Reason.FEW_EPISODES, Reason.FEW_EVENTS) for window in self.fit.windows)


@dataclass(frozen=True)
class Computed:
    """A computation: its sums and results, and what their codes stand for."""

    sums: Sums
    results: Results
    suppliers: tuple[str, ...]
    categories: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of every figure to nine decimals, by the ids of supplier and category."""
        whole = self._of_pairs()
        for name, values in _arrays(self.results):
            whole.update(f"{name} {values.shape}".encode())
            whole.update(np.ascontiguousarray(np.round(values.astype(np.float64), DECIMALS) + 0.0).data)
        return whole.hexdigest()

    def sums_digest(self) -> str:
        """SHA-256 of the sums, bit for bit: from equal sums the method makes equal figures."""
        whole = self._of_pairs()
        whole.update(np.ascontiguousarray(self.sums.values).data)
        return whole.hexdigest()

    def _of_pairs(self) -> Any:
        whole = hashlib.sha256()
        for ids, codes in ((self.suppliers, self.results.supplier), (self.categories, self.results.category)):
            raw = np.frombuffer("".join(ids).encode(), dtype="V36")
            whole.update(raw[codes].tobytes())
        return whole


def _arrays(value: Any, path: str = "") -> Iterator[tuple[str, Array]]:
    """All arrays of nested results but the codes, by their names."""
    for each in fields(value):
        part, name = getattr(value, each.name), f"{path}.{each.name}"
        if is_dataclass(part):
            yield from _arrays(part, name)
        elif name not in (".supplier", ".category") and not name.startswith(".categories"):
            yield name, part


def method() -> str:
    """The version of the method, its parameters included."""
    return DEFAULT.release_id


def described(parameters: Parameters = DEFAULT) -> dict[str, Any]:
    """Everything but the data that a release rests on."""
    return {
        "parameters": parameters.to_json(),
        "libraries": {"numpy": np.__version__, "scipy": scipy.__version__},
    }


def _read(snapshot: Snapshot, codes: Codes, types: Types) -> tuple[Episodes, Codes]:
    whole = codes.with_categories(snapshot.lists.categories)
    known = {each: types[each] for each in whole.categories if each in types}
    missing = {each: ServiceType.EXPERT_ASSESSMENT for each in whole.categories if each not in types}
    return reading.read(snapshot, whole, {**known, **missing}), whole


def fit(snapshot: Snapshot, types: Types, frozen_on: date) -> FittedModel:
    """A case-mix model of all that is known on a day."""
    codes = Codes(snapshot.lists.categories, snapshot.lists.municipalities)
    found, codes = _read(snapshot, codes, types)
    return FittedModel(case_mixes.fit(found, frozen_on), codes)


def compute(snapshot: Snapshot, model: FittedModel, types: Types, frozen_on: date) -> Computed:
    """The figures of a snapshot."""
    found, codes = _read(snapshot, model.codes, types)
    summed = sums(found, terms(found, model.fit, frozen_on))
    return Computed(summed, finish(summed), snapshot.lists.suppliers, codes.categories)


def compute_years(snapshot: Snapshot, model: FittedModel, types: Types, frozen_on: date) -> dict[str, Computed]:
    """The figures of each calendar year of planned ends; chances and shared credit are those of the whole."""
    found, codes = _read(snapshot, model.codes, types)
    made = terms(found, model.fit, frozen_on)
    year_of = found.planned_end.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    years = {}
    for year in np.unique(year_of[finished(found, frozen_on)]):
        summed = sums(found, made, where=year_of == year)
        years[str(year)] = Computed(summed, finish(summed), snapshot.lists.suppliers, codes.categories)
    return years


@dataclass(frozen=True)
class Step:
    """From one day's snapshot to the next: what was there, what is, and which orders were read again."""

    before: Snapshot
    after: Snapshot
    touched: Array
    known_on: date
    frozen_on: date


def raters_in(snapshot: Snapshot, on: date) -> Raters:
    """How each expert grades on the whole."""
    columns = snapshot.columns
    rows = (columns["rater"] >= 0) & (columns["planned_end"] <= day_number(on))
    grades = np.stack([columns[name][rows] for name in reading.GRADES], axis=1)
    rater = columns["rater"][rows]
    size = int(rater.max()) + 1 if rater.size else 0
    total = np.bincount(rater, np.where(grades > 0, grades, 0).sum(axis=1), size)
    return Raters(total.astype(np.int64), np.bincount(rater, (grades > 0).sum(axis=1), size).astype(np.int64))


def compute_again(step: Step, old: Sums, raters: Raters, model: FittedModel, types: Types) -> Computed:
    """The same figures as ``compute`` of ``step.after``, bit for bit, from the sums of what did not change.

    Made anew are the pairs of every order touched, of those whose window closed meanwhile, of other services of the
    same customers (they share the credit), and of the experts whose mean grade moved.

    :param old: the sums of ``step.before`` on ``step.known_on``, under the codes of ``step.after``
    :param raters: the grades of the experts then
    """
    lists = step.after.lists
    before, after = step.before.known_as(lists).columns, step.after.columns
    gone = find(before[ORDER], step.touched)
    there = find(after[ORDER], step.touched)
    moved = np.zeros(len(step.after), dtype=bool)
    moved[there[there >= 0]] = True
    if step.known_on != step.frozen_on:
        moved |= _closed_meanwhile(after["planned_end"], step.known_on, step.frozen_on)
    now = raters_in(step.after, step.frozen_on)
    if len(changed := _moved(raters, now)):
        moved |= np.isin(after["rater"], changed)
    customers = np.union1d(after["customer"][moved], before["customer"][gone[gone >= 0]])
    moved |= _among(after["customer"], customers)
    step_of = len(lists.suppliers)
    keys = after["category"].astype(np.int64) * step_of + after["supplier"]
    old_keys = before["category"][gone[gone >= 0]].astype(np.int64) * step_of + before["supplier"][gone[gone >= 0]]
    affected = np.zeros(len(lists.categories) * step_of, dtype=bool)
    affected[keys[moved]] = True
    affected[old_keys] = True
    codes = model.codes.with_categories(lists.categories)
    if not affected.any():
        return Computed(old, finish(old), lists.suppliers, codes.categories)
    wanted = affected[keys]
    wanted |= _among(after["customer"], np.unique(after["customer"][wanted]))
    some, codes = _read(step.after.where(wanted), model.codes, types)
    fresh = sums(
        some,
        terms(some, model.fit, step.frozen_on, raters=now),
        pairs=_as_pairs(np.flatnonzero(affected), lists, codes),
    )
    whole = old.replaced(fresh)
    present = np.zeros(len(affected), dtype=bool)
    present[keys] = True
    kept = present[_keys_of(whole, lists, codes)]
    rest = Sums(whole.supplier[kept], whole.category[kept], whole.values[kept], whole.has_outcome, whole.comparable)
    return Computed(rest, finish(rest), lists.suppliers, codes.categories)


def _closed_meanwhile(planned_end: Array, known_on: date, frozen_on: date) -> Array:
    """Which windows closed, or which services ended, between two days."""
    first, last = day_number(known_on), day_number(frozen_on)
    found = (planned_end > first) & (planned_end <= last)
    for months in WINDOWS:
        ends = window_ends(planned_end, months) + DEFAULT.lag_days
        found |= (ends > first) & (ends <= last)
    return found


def _moved(earlier: Raters, now: Raters) -> Array:
    """The experts whose mean grade is not what it was."""
    size = max(len(earlier.count), len(now.count))
    means = [np.pad(each.means, (0, size - len(each.count))) for each in (earlier, now)]
    return np.flatnonzero(means[0] != means[1])


def _among(values: Array, wanted: Array) -> Array:
    """Which values are among the sorted ones wanted."""
    if not len(wanted):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(np.searchsorted(wanted, values), len(wanted) - 1)
    return wanted[places] == values


def _as_pairs(keys: Array, lists: Lists, codes: Codes) -> Array:
    """(k, 2) suppliers and categories as the method codes them."""
    category = np.array([codes.categories.index(each) for each in lists.categories], dtype=np.int64)
    return np.stack([keys % len(lists.suppliers), category[keys // len(lists.suppliers)]], axis=1).astype(np.int32)


def _keys_of(summed: Sums, lists: Lists, codes: Codes) -> Array:
    """The place of each pair of the method among all pairs of the lists."""
    places = {each: place for place, each in enumerate(lists.categories)}
    category = np.array([places.get(each, 0) for each in codes.categories], dtype=np.int64)
    return category[summed.category] * len(lists.suppliers) + summed.supplier


# ---- what is stored ----


class Entered:
    """How many customers' services ended with a provider in a category since a day (R119)."""

    def __init__(self, snapshot: Snapshot, until: date) -> None:
        self._snapshot, self._until = snapshot, day_number(until)
        self._found: dict[str, dict[tuple[str, str], int]] = {}

    def since(self, supplier_id: uuid.UUID, category_id: uuid.UUID, day: str) -> int:
        """Different customers whose planned end came after a day, and not after the facts were frozen."""
        if day not in self._found:
            self._found[day] = self._counted(day_number(date.fromisoformat(day)))
        return self._found[day].get((str(supplier_id), str(category_id)), 0)

    def _counted(self, first: int) -> dict[tuple[str, str], int]:
        columns, lists = self._snapshot.columns, self._snapshot.lists
        rows = (columns["planned_end"] > first) & (columns["planned_end"] <= self._until)
        names = ("supplier", "category", "customer")
        seen = np.unique(np.stack([columns[name][rows].astype(np.int64) for name in names], axis=1), axis=0)
        pairs, counts = np.unique(seen[:, :2], axis=0, return_counts=True)
        return {
            (lists.suppliers[supplier], lists.categories[category]): int(count)
            for (supplier, category), count in zip(pairs.tolist(), counts.tolist(), strict=True)
        }


_SHARE = ("value", "low", "high")


def _component(made: Any, row: int, *, weak: bool = False) -> dict[str, Any] | None:
    if made.count[row] <= 0:
        return None
    found = {"n": int(made.customers[row]), "count": round(float(made.count[row]), 1)}
    found |= {name: round(float(getattr(made, name)[row]), STORED) for name in _SHARE}
    if hasattr(made, "points"):
        found["points"] = round(float(made.points[row]), 1)
        found["points_sd"] = round(float(made.points_sd[row]), 1)
    if weak:
        found["weak"] = True
    return found


def _window(results: Results, row: int, at: int) -> dict[str, Any] | None:
    """An outcome: the adjusted share with its interval, and what it is made of."""
    made = results.outcome
    if made.count[row, at] <= 0:
        return None
    level, adjusted = (
        float(results.categories.outcome.average[results.category[row], at]),
        float(made.adjusted[row, at]),
    )
    half = 1.959964 * float(made.s[row, at])
    return {
        "n": int(made.customers[row, at]),
        "count": int(made.count[row, at]),
        "value": round(adjusted, STORED),
        "low": round(max(0.0, adjusted - half), STORED),
        "high": round(min(1.0, adjusted + half), STORED),
        "raw": round(float(made.value[row, at]), STORED),
        "observed": round(float(made.observed[row, at]), STORED),
        "expected": round(float(made.expected[row, at]), STORED),
        "level": round(level, STORED),
        "size": round(float(made.size[row, at]), 2),
        "z": round(float(made.z_spread[row, at]), 3),
        "shrunk": round(float(made.m[row, at]), STORED),
        "points": round(float(made.points[row, at]), 1),
        "points_sd": round(float(made.points_sd[row, at]), 1),
        "enough": bool(made.enough[row, at]),
    }


def _index(results: Results, row: int) -> tuple[float, float, float]:
    value, low, high = (round(float(each[row]), 3) for each in (results.score, results.low, results.high))
    return value, low, high


def rows_of(computed: Computed) -> Iterator[dict[str, Any]]:
    """Each record as it is stored, by category and supplier; no index where nobody can be told apart (§5)."""
    results = computed.results
    for row in range(len(results.supplier)):
        if results.n[row] <= 0:
            continue
        category = int(results.category[row])
        quality_class = results.quality_class(row)
        components = {
            **{f"outcome_{months}": _window(results, row, at) for at, months in enumerate(WINDOWS)},
            "feedback": _component(results.feedback, row, weak=bool(results.response_weak[row])),
            "recommendation": _component(results.recommendation, row),
            "experts": _component(results.expert, row),
            "deviations": _component(results.deviations, row),
            "timeliness": _component(results.timeliness, row),
            "completion": _component(results.completion, row),
            "response": round(float(results.response[row]), STORED),
            "excluded": int(results.excluded[row]),
        }
        status = RecordStatus.TOO_FEW
        if quality_class is not None:
            none = bool(results.categories.no_spread[category])
            status = RecordStatus.NO_DIFFERENCES if none else RecordStatus.MEASURED
        yield {
            "supplier_id": uuid.UUID(computed.suppliers[int(results.supplier[row])]),
            "category_id": uuid.UUID(computed.categories[category]),
            "status": status,
            "episodes": int(results.n[row]),
            "customers": int(results.customers[row]),
            "quality_class": quality_class if status is RecordStatus.MEASURED else None,
            "index": _index(results, row) if status is not RecordStatus.NO_DIFFERENCES else (None, None, None),
            "components": {name: value for name, value in components.items() if value is not None},
        }


def categories_of(computed: Computed, fit: CaseMix) -> Iterator[dict[str, Any]]:
    """Each category as it is stored: the level and the spread of each window, and how its expectations were made."""
    results = computed.results
    told = results.categories
    for code in np.unique(results.category):
        rows = results.category == code
        episodes = int(results.n[rows].sum())
        if not episodes:
            continue
        windows = {}
        for at, months in enumerate(WINDOWS):
            windows[str(months)] = {
                "n": int(results.outcome.count[rows, at].sum()),
                "target": round(float(told.outcome.average[code, at]), STORED),
                "tau2": round(float(told.outcome.tau2[code, at]), 8),
                "phi": round(float(told.phi[code, at]), STORED),
                "phi_tau2": round(float(told.phi_tau2[code, at]), 8),
                "factor": round(float(told.factor[code, at]), 6),
                "no_spread": bool(told.outcome.none[code, at]),
                "status": fit.windows[at].status.value,
                "reason": fit.windows[at].reason.value,
            }
        yield {
            "category_id": uuid.UUID(computed.categories[int(code)]),
            "episodes": episodes,
            "customers": int(results.customers[rows].sum()),
            "windows": windows,
            "no_spread": bool(told.no_spread[code]),
        }
