"""The numbers of the method that are choices: published before the period, each set of them with its version."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

#: Raise it with any number below: a test holds the digest of each version.
VERSION = "1"


@dataclass(frozen=True)
class Parameters:
    """Weights, ranges, gates and limits (EVALUATION.md §3-6)."""

    version: str = VERSION

    #: The components of the index; together 1.
    weight_outcome: float = 0.50
    weight_feedback: float = 0.15
    weight_expert: float = 0.15
    weight_deviations: float = 0.10
    weight_timeliness: float = 0.10
    #: Each window's share of the outcome: 3, 6 and 12 months.
    window_shares: tuple[float, float, float] = (0.2, 0.3, 0.5)

    #: An effect of so much takes a component from 50 to 100.
    range_outcome: float = 0.20
    range_feedback: float = 50.0  # points of net promoter score
    range_expert: float = 1.0  # grades
    range_deviations: float = 10.0  # points a hundred customer-months
    range_timeliness: float = 0.20

    #: Where nothing is known of how providers differ, they do by this share of the range (one standard deviation).
    prior_sd_of_range: float = 0.25

    #: Intervals are of 1 − alpha; the classes are told from not_different at these probabilities.
    alpha: float = 0.05
    above: float = 0.975
    below: float = 0.025

    #: Too few to tell: fewer customers, or fewer expected successes or failures.
    least_customers: int = 30
    least_expected: float = 5.0
    #: With fewer raters an expert's grades are less certain in proportion.
    least_raters: int = 3
    weak_response: float = 0.30

    #: Days that records come late, and that services share the credit of an outcome.
    lag_days: int = 30
    credit_days: int = 180

    #: The case-mix model: levels with fewer episodes are "other", folds of customers, the penalties tried.
    rare_level: int = 50
    folds: int = 5
    salt: int = 20_260_101
    penalties: tuple[float, ...] = (3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3)
    penalty_sample: int = 100_000
    least_for_model: int = 500
    least_events: int = 50
    least_for_cells: int = 100
    least_in_cell: int = 30
    most_cells: int = 9
    least_slope: float = 0.8
    most_slope: float = 1.2
    most_apart: float = 0.01

    def __post_init__(self) -> None:
        for whole, name in ((sum(self.weights), "weights"), (sum(self.window_shares), "window_shares")):
            if abs(whole - 1) > 1e-9:
                raise ValueError(f"{name}: together {whole}, not 1")
        if min(*self.weights, *self.window_shares) < 0 or min(self.ranges) <= 0:
            raise ValueError("weights are 0 or more, ranges more than 0")
        if self.folds < 2 or not 0 <= self.below < 0.5 < self.above <= 1 or not 0 < self.alpha < 1:
            raise ValueError("folds, classes or alpha are out of range")
        if min(self.penalties) <= 0:
            raise ValueError("without a penalty a separated model has no end")

    @property
    def weights(self) -> tuple[float, ...]:
        """Outcome, customers' feedback, experts' feedback, deviations, timeliness."""
        return (
            self.weight_outcome,
            self.weight_feedback,
            self.weight_expert,
            self.weight_deviations,
            self.weight_timeliness,
        )

    @property
    def ranges(self) -> tuple[float, ...]:
        """The ranges, in the order of the weights."""
        return (
            self.range_outcome,
            self.range_feedback,
            self.range_expert,
            self.range_deviations,
            self.range_timeliness,
        )

    @property
    def digest(self) -> str:
        """What all numbers hash to, the version left out."""
        numbers = {name: value for name, value in asdict(self).items() if name != "version"}
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()

    @property
    def release_id(self) -> str:
        """Version and digest: another weight is another method even if somebody forgot the version."""
        return f"{self.version}-{self.digest[:12]}"

    def to_json(self) -> dict[str, Any]:
        """As plain JSON."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Parameters:
        """What was stored, with the types it had.

        :raises ValueError: a number too many or too few
        """
        kinds = {field.name: type(field.default) for field in fields(cls)}
        if set(stored) != set(kinds):
            raise ValueError(f"not these parameters: {sorted(set(stored) ^ set(kinds))}")
        return cls(**{name: _as(kinds[name], value) for name, value in stored.items()})


def _as(kind: type, value: Any) -> Any:
    return tuple(float(part) for part in value) if kind is tuple else kind(value)


DEFAULT = Parameters()
