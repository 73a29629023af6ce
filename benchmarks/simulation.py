"""Known truth, measured: does the method of EVALUATION.md find what is there, and nothing that is not?

Sixty providers whose customers differ: some have mostly easy ones, some mostly hard ones. Three worlds, drawn anew in
every repetition and put through the very code that makes a release (``evaluation.method``):

- *equal*: all are equally good. Whoever stands outside a funnel's limits is a false alarm.
- *two*: equal, but one is truly better and takes the hardest customers, and one skims: it takes the easiest.
- *spread*: all differ, truly. Intervals of the shrunk effects should hold the truth 95 times of 100.

``--check`` fails when a figure is not as it should be; ``--draw FILE`` makes the picture in docs/.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from evaluation.method import casemix, funnel, scoring  # noqa: E402  the path comes first
from evaluation.method.episodes import FACTORS, Episodes, day_number  # noqa: E402
from evaluation.method.results import Results  # noqa: E402

PROVIDERS, REPETITIONS = 60, 600
BETTER, SKIMMER = 0, 1
LEVELS = (5, 5, 4, 20, 2, 4, 4)
#: How much each level of a factor moves the log-odds of a job, from its first level to its last.
SLOPES = {"age": 0.5, "unemployment": 2.0, "education": -0.9, "foreign_language": 0.5, "previous_services": 0.5}
FROZEN, ENDED = date(2026, 6, 1), date(2025, 11, 3)
#: Log-odds: the truly better one among equals, and one standard deviation where all differ.
MUCH_BETTER, SPREAD = 0.8, 0.3
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Providers' customers with what happened to them, and the truth."""

    episodes: Episodes
    #: By provider: how easy the customers are, what an average provider reaches with them, and how much more this one.
    ease: Floats
    truth: Floats


def world(random: np.random.Generator, effects: Floats, tilt: Floats) -> World:
    """Draw each provider's customers, the easier the higher its tilt, and who of them has a job."""
    count = effects.size
    sizes = random.permutation(np.geomspace(40, 400, count).astype(int))
    sizes[[BETTER, SKIMMER]] = 250
    supplier = np.repeat(np.arange(count), sizes)
    n = supplier.size
    factors = np.zeros((n, len(FACTORS)), np.int32)
    logit = np.full(n, 0.2)
    for at, (name, levels) in enumerate(zip(FACTORS, LEVELS, strict=True)):
        place = np.arange(levels) / (levels - 1)
        slope = SLOPES.get(name, 0.0)
        weights = np.exp(-1.6 * np.sign(slope) * tilt[:, None] * place[None, :])
        share = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)[supplier]
        factors[:, at] = np.minimum((random.random(n)[:, None] > share).sum(axis=1), levels - 1)
        logit -= slope * place[factors[:, at]]
    chance = special.expit(logit + effects[supplier])
    kinds = np.unique(effects)
    weights = np.array([sizes[effects == kind].sum() for kind in kinds]) / n
    average = sum(w * special.expit(logit + kind) for kind, w in zip(kinds, weights, strict=True))
    excess = np.bincount(supplier, chance - average, count)
    outcome = np.full((n, 3), -1, np.int8)
    outcome[:, 0] = random.random(n) < chance
    return World(
        Episodes(
            supplier=supplier.astype(np.int32),
            category=np.zeros(n, np.int32),
            customer=random.integers(0, 2**63, n, dtype=np.uint64),
            planned_end=np.full(n, day_number(ENDED), np.int32),
            factors=factors,
            outcome=outcome,
            since=np.full((n, 3), -1, np.int32),
            recommendation=np.full(n, -1, np.int8),
            rater=np.full(n, -1, np.int32),
            grades=np.full((n, 3), -1, np.int8),
            timely=np.full((n, 3), -1, np.int8),
            completed=np.full(n, -1, np.int8),
            deviation_points=np.zeros(n),
            customer_months=np.zeros(n),
            excluded=np.zeros(n, bool),
            has_outcome=np.array([True]),
            levels=LEVELS,
        ),
        np.bincount(supplier, average, count) / sizes,
        (excess - excess.sum() / n * sizes) / sizes,
    )


def measured(made: World) -> Results:
    """The release made of a world."""
    fit = casemix.fit(made.episodes, FROZEN)
    assert fit.windows[0].status is casemix.Status.MODEL
    return scoring.compute(made.episodes, fit, FROZEN)


@dataclass
class Found:
    """What the repetitions found."""

    #: Equal world: correlations of ranks with how easy the customers are; providers outside the limits.
    raw_with_ease: list[float] = field(default_factory=list)
    adjusted_with_ease: list[float] = field(default_factory=list)
    outside: list[tuple[int, int]] = field(default_factory=list)
    false_classes: list[int] = field(default_factory=list)
    #: World of two: (raw place, adjusted place), 1 being the best.
    better: list[tuple[int, int]] = field(default_factory=list)
    skimmer: list[tuple[int, int]] = field(default_factory=list)
    #: World with spread: whether the interval held the truth, and the size of the provider.
    held: list[Floats] = field(default_factory=list)
    sizes: list[Floats] = field(default_factory=list)
    #: One world of two, for the picture.
    example: tuple[World, Results] | None = None

    @property
    def coverage(self) -> float:
        return float(np.mean(self.held))

    def false_alarms(self, line: int) -> float:
        """Providers outside the 95 % (0) or the 99.8 % limits (1)."""
        return float(np.mean([outside[line] for outside in self.outside])) / PROVIDERS

    def skimmer_over_better(self, kind: int) -> float:
        """How often the skimmer stands before the better one, by raw (0) or adjusted results (1)."""
        return float(np.mean([s[kind] < b[kind] for s, b in zip(self.skimmer, self.better, strict=True)]))

    def coverage_by_size(self) -> list[tuple[int, int, float]]:
        """Least and greatest size, and coverage, of the small, middle and large third."""
        sizes, held = np.concatenate(self.sizes), np.concatenate(self.held)
        edges = np.quantile(sizes, [0, 1 / 3, 2 / 3, 1])
        groups = np.clip(np.searchsorted(edges, sizes, side="right") - 1, 0, 2)
        return [
            (int(sizes[groups == g].min()), int(sizes[groups == g].max()), float(held[groups == g].mean()))
            for g in range(3)
        ]


def places(values: Floats) -> Floats:
    """1 for the best."""
    return stats.rankdata(-values)


def outside(results: Results) -> tuple[int, int]:
    """How many stand outside the funnel's 95 % and 99.8 % limits."""
    target = float(results.categories.outcome.average[0, 0])
    share, size = results.outcome.adjusted[:, 0], results.outcome.size[:, 0]
    far, low, high, very_high = (funnel.share_limit(target, size, tail) for tail in funnel.TAILS)
    return int(((share < low) | (share > high)).sum()), int(((share < far) | (share > very_high)).sum())


def simulate(repetitions: int, seed: int = 2026) -> Found:
    """All three worlds, so many times."""
    found = Found()
    for repetition in range(repetitions):
        random = np.random.default_rng([seed, repetition])
        tilt = random.permutation(np.linspace(-1, 1, PROVIDERS))
        none = np.zeros(PROVIDERS)

        made = world(random, none, tilt)
        results = measured(made)
        raw, adjusted = results.outcome.value[:, 0], results.outcome.adjusted[:, 0]
        found.raw_with_ease.append(float(stats.spearmanr(raw, made.ease).statistic))
        found.adjusted_with_ease.append(float(stats.spearmanr(adjusted, made.ease).statistic))
        found.outside.append(outside(results))
        found.false_classes.append(int((np.abs(results.standing - 1.0) == 1).sum()))

        effects, tilted = none.copy(), tilt.copy()
        effects[BETTER], tilted[BETTER], tilted[SKIMMER] = MUCH_BETTER, -1.3, 1.3
        made = world(random, effects, tilted)
        results = measured(made)
        raw, adjusted = places(results.outcome.value[:, 0]), places(results.outcome.adjusted[:, 0])
        found.better.append((int(raw[BETTER]), int(adjusted[BETTER])))
        found.skimmer.append((int(raw[SKIMMER]), int(adjusted[SKIMMER])))
        found.example = found.example or (made, results)

        made = world(random, random.normal(0, SPREAD, PROVIDERS), tilt)
        outcome = measured(made).outcome
        inside = (outcome.effect_low[:, 0] <= made.truth) & (made.truth <= outcome.effect_high[:, 0])
        found.held.append(inside.astype(float))
        found.sizes.append(outcome.count[:, 0])
    return found


def checks(found: Found) -> list[tuple[str, float, float, float]]:
    """What is asked: figure, value, least, most."""
    return [
        ("coverage of the 95 % intervals of shrunk effects", found.coverage, 0.93, 0.97),
        ("false alarms of the 95 % funnel limits", found.false_alarms(0), 0.04, 0.06),
        ("false alarms of the 99.8 % funnel limits", found.false_alarms(1), 0.001, 0.003),
        ("equal providers: raw shares' rank correlation with easy customers", median(found.raw_with_ease), 0.7, 1.0),
        ("equal providers: the same, adjusted", float(np.mean(found.adjusted_with_ease)), -0.1, 0.1),
        ("skimmer before the truly better one, raw", found.skimmer_over_better(0), 0.9, 1.0),
        ("skimmer before the truly better one, adjusted", found.skimmer_over_better(1), 0.0, 0.05),
        ("place of the truly better one of 60, raw (median)", median(b[0] for b in found.better), 20, 60),
        ("place of the truly better one, adjusted (median)", median(b[1] for b in found.better), 1, 3),
        ("place of the skimmer, raw (median)", median(s[0] for s in found.skimmer), 1, 5),
        ("place of the skimmer, adjusted (median)", median(s[1] for s in found.skimmer), 20, 41),
        ("equal providers called above or below", float(np.mean(found.false_classes)) / PROVIDERS, 0.0, 0.02),
    ]


def main() -> None:
    """Simulate, print, draw, check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--draw", type=Path, help="where the picture goes")
    parser.add_argument("--check", action="store_true", help="fail when a figure is not as it should be")
    told = parser.parse_args()
    found = simulate(told.repetitions, told.seed)
    wrong = 0
    for name, value, least, most in checks(found):
        right = least <= value <= most
        wrong += not right
        print(f"{'  ' if right else '! '}{name}: {value:.4g} (asked: {least:g} to {most:g})")
    for smallest, largest, covered in found.coverage_by_size():
        print(f"  coverage with {smallest}-{largest} customers: {covered:.4f}")
    if told.draw:
        from simulation_picture import draw

        told.draw.write_text(draw(found, told.repetitions), encoding="utf-8")
    if told.check and wrong:
        raise SystemExit(f"{wrong} figures are not as they should be")


if __name__ == "__main__":
    main()
