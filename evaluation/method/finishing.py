"""From sums to results: recalibration, spread, shrinkage, the index and the classes (EVALUATION.md §5-6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.method import intervals
from evaluation.method.arrays import Flags, Floats, floats, ratio
from evaluation.method.dispersion import additive_spread, dispersion, z_allowing_for_spread
from evaluation.method.episodes import WINDOWS
from evaluation.method.parameters import DEFAULT, Parameters
from evaluation.method.results import TOO_FEW, Categories, Component, Outcomes, Results, Share, Spread
from evaluation.method.shrinkage import p_better, shrink, spread_between
from evaluation.method.standardisation import Observed, Standardised, standardise
from evaluation.method.summing import Sums

BENCHMARK = 50.0


@dataclass(frozen=True)
class _Effects:
    """Effects against the category with their variances (infinite: nothing known), and each category's average."""

    d: Floats
    variance: Floats
    average: Floats


def finish(sums: Sums, parameters: Parameters = DEFAULT) -> Results:
    """Everything a release says, from the sums of all pairs."""
    return _Finishing(sums, parameters).results()


class _Finishing:
    def __init__(self, sums: Sums, given: Parameters) -> None:
        self.sums, self.given = sums, given
        self.category, self.count = sums.category, sums.has_outcome.size

    def by_category(self, values: Floats) -> Floats:
        return floats(np.bincount(self.category, values, self.count))

    def of(self, column: str) -> Floats:
        return self.sums.of(column)

    def results(self) -> Results:
        """All of it."""
        given, sums = self.given, self.sums
        outcome, outcome_spread, phi, phi_tau2, factor = self.outcomes()
        feedback, feedback_spread = self.feedback()
        expert, expert_spread = self.expert()
        deviations, deviations_spread = self.deviations()
        timeliness, timeliness_spread = self.timeliness()
        response = ratio(feedback.count, self.of("finished"))
        shares = np.array(given.window_shares)
        applicable = sums.has_outcome[self.category]
        # Windows tell of the same customers: their errors are taken to go together, those of components not.
        points = [outcome.points @ shares, *(c.points for c in (feedback, expert, deviations, timeliness))]
        deviation = [
            np.where(applicable, outcome.points_sd @ shares, 0.0),
            *(c.points_sd for c in (feedback, expert, deviations, timeliness)),
        ]
        score = BENCHMARK + sum(w * (c - BENCHMARK) for w, c in zip(given.weights, points, strict=True))
        variance = sum(w * w * sd * sd for w, sd in zip(given.weights, deviation, strict=True))
        score, score_sd = np.asarray(score, dtype=np.float64), np.sqrt(variance)
        half = intervals.normal_quantile(given.alpha) * score_sd
        better = p_better(score - BENCHMARK, score_sd)
        spreads = (feedback_spread, expert_spread, deviations_spread, timeliness_spread)
        return Results(
            supplier=sums.supplier,
            category=sums.category,
            n=self.of("finished"),
            customers=self.of("customers"),
            excluded=self.of("excluded"),
            outcome=outcome,
            feedback=feedback,
            recommendation=self.recommendation(),
            response=response,
            response_weak=(response < given.weak_response) & (self.of("finished") > 0),
            expert=expert,
            raters=self.of("expert_raters"),
            deviations=deviations,
            timeliness=timeliness,
            completion=self.share("completion"),
            score=score,
            score_sd=score_sd,
            low=np.maximum(0.0, score - half),
            high=np.minimum(100.0, score + half),
            p_better=better,
            standing=self.standings(better, outcome.enough, applicable),
            categories=Categories(
                outcome_spread,
                phi,
                phi_tau2,
                factor,
                *spreads,
                no_spread=(outcome_spread.compared.max(axis=1, initial=0) > 1)
                & (outcome_spread.tau2 == 0).all(axis=1)
                & np.all([spread.tau2 == 0 for spread in spreads], axis=0),
            ),
        )

    def standings(self, better: Floats, enough: Flags, applicable: Flags) -> NDArray[np.int8]:
        """Three classes, and none where there is too little: no outcome window is full enough.

        In a category without outcomes the gate asks for customers only, and for somebody to compare with.
        """
        many = self.of("customers") >= self.given.least_customers
        others = self.by_category(np.where(self.of("customers") > 0, 1.0, 0.0))[self.category] > 1
        told = np.where(applicable, enough.any(axis=1), many & others)
        classes = np.where(better >= self.given.above, 2, np.where(better <= self.given.below, 0, 1))
        return np.where(told, classes, TOO_FEW).astype(np.int8)

    def shrunk(self, effects: _Effects, scale: float) -> tuple[dict[str, Floats], Spread]:
        """Spread, shrinkage and points of one component."""
        informed = np.isfinite(effects.variance)
        group = self.category[informed]
        tau2 = spread_between(effects.d[informed], effects.variance[informed], group, self.count)
        compared = np.bincount(group, minlength=self.count)
        prior = np.where(compared > 1, tau2, (self.given.prior_sd_of_range * scale) ** 2)[self.category]
        made = shrink(effects.d, effects.variance, prior)
        half = intervals.normal_quantile(self.given.alpha) * made.sd
        per_unit = BENCHMARK / scale
        return {
            "d": np.where(informed, effects.d, 0.0),
            "s": np.sqrt(np.where(informed, effects.variance, 0.0)),
            "b": made.b,
            "m": made.mean,
            "sd": made.sd,
            "effect_low": made.mean - half,
            "effect_high": made.mean + half,
            "points": np.clip(BENCHMARK + per_unit * made.mean, 0.0, 100.0),
            "points_sd": per_unit * made.sd,
        }, Spread(effects.average, np.where(compared > 1, tau2, 0.0), compared)

    def outcomes(self) -> tuple[Outcomes, Spread, Floats, Floats, Floats]:
        """Each window by itself, then side by side."""
        made = [self.outcome(at) for at in range(len(WINDOWS))]
        columns = {name: np.stack([one[0][name] for one in made], axis=1) for name in made[0][0]}
        spread = Spread(
            *(np.stack([getattr(one[1], name) for one in made], axis=1) for name in ("average", "tau2", "compared"))
        )
        phi, phi_tau2, factor = (np.stack(values, axis=1) for values in zip(*(one[2:] for one in made), strict=True))
        return Outcomes(**columns), spread, phi, phi_tau2, factor

    def outcome(self, at: int) -> tuple[dict[str, Any], Spread, Floats, Floats, Floats]:
        """One window: the level of each category is recalibrated so that as much is expected as was observed."""
        names = ("weight", "observed", "expected", "first", "second")
        kept = Observed(*(self.sums.windows(name)[:, at] for name in names))
        observed, weight = self.by_category(kept.observed), self.by_category(kept.weight)
        factor = ratio(observed, self.by_category(kept.expected), 1.0)
        average = ratio(observed, weight)
        made = standardise(kept, factor[self.category])
        effects = _Effects(made.effect, made.effect_variance, average)
        if not self.sums.comparable[at]:
            effects = _Effects(np.zeros(len(self.sums)), np.full(len(self.sums), np.inf), average)
        columns, spread = self.shrunk(effects, self.given.range_outcome)
        phi, phi_tau2 = self.dispersions(made)
        mean = average[self.category]
        informed = np.isfinite(made.effect_variance)
        n, successes = (self.sums.windows(name)[:, at] for name in ("n", "successes"))
        low, high = intervals.wilson_limits(successes, n, self.given.alpha)
        of_expected = ratio(kept.observed, made.expected, 1.0)
        customers = self.sums.windows("customers")[:, at]
        variance = np.where(informed, made.effect_variance, 0.0)
        return (
            columns
            | {
                "count": n,
                "customers": customers,
                "value": ratio(successes, n),
                "low": low,
                "high": high,
                "weight": kept.weight,
                "observed": kept.observed,
                "expected": made.expected,
                "variance": made.variance,
                "ratio": of_expected,
                "rate": np.minimum(1.0, mean * of_expected),
                "z": made.z,
                "z_spread": np.where(
                    informed,
                    z_allowing_for_spread(made.effect, np.where(informed, variance, 1.0), phi_tau2[self.category]),
                    0.0,
                ),
                "adjusted": np.clip(mean + made.effect, 0.0, 1.0),
                "size": ratio(mean * (1 - mean), variance),
                "enough": (customers >= self.given.least_customers)
                & (np.minimum(made.expected, kept.weight - made.expected) >= self.given.least_expected)
                & (spread.compared[self.category] > 1),
            },
            spread,
            phi,
            phi_tau2,
            factor,
        )

    def dispersions(self, made: Standardised) -> tuple[Floats, Floats]:
        """φ and its additive τ² in each category, of the pairs that have anything."""
        phi, spread = np.ones(self.count), np.zeros(self.count)
        informed = np.flatnonzero(np.isfinite(made.effect_variance))
        for members in np.split(informed, np.flatnonzero(np.diff(self.category[informed])) + 1):
            if members.size > 1:
                code = self.category[members[0]]
                phi[code] = dispersion(made.z[members])
                spread[code] = additive_spread(phi[code], made.effect_variance[members])
        return phi, spread

    def feedback(self) -> tuple[Component, Spread]:
        """Net promoter scores against the category's, with the variance of its answers."""
        n, promoters, detractors = (self.of(f"feedback_{name}") for name in ("n", "promoters", "detractors"))
        totals = [self.by_category(values) for values in (promoters, detractors, n)]
        average, variance = intervals.net_promoter_score(*totals), intervals.net_promoter_variance(*totals)
        score = intervals.net_promoter_score(promoters, detractors, n)
        low, high = intervals.net_promoter_limits(promoters, detractors, n, self.given.alpha)
        effects = _Effects(
            np.where(n > 0, score - average[self.category], 0.0),
            ratio(variance[self.category], n, np.inf),
            average,
        )
        columns, spread = self.shrunk(effects, self.given.range_feedback)
        return Component(n, self.of("feedback_customers"), score, low, high, **columns), spread

    def recommendation(self) -> Share:
        """The mean of the 0-10 answers."""
        n = self.of("feedback_n")
        mean = ratio(self.of("feedback_total"), n)
        low, high = intervals.mean_limits(mean, self.own_variance("feedback", n, mean), n, 0.0, 10.0, self.given.alpha)
        return Share(n, self.of("feedback_customers"), mean, low, high)

    def own_variance(self, component: str, n: Floats, mean: Floats) -> Floats:
        """The variance (n−1) of a pair's own answers; of a single one that of its category, which n−1 cannot tell."""
        total, squares = self.of(f"{component}_total"), self.of(f"{component}_squares")
        means = ratio(self.by_category(total), self.by_category(n))
        pooled = ratio(self.by_category(squares), self.by_category(n)) - means**2
        own = ratio(squares - n * mean**2, n - 1)
        return np.maximum(0.0, np.where(n > 1, own, pooled[self.category]))

    def expert(self) -> tuple[Component, Spread]:
        """Grades less their rater's mean; with fewer than three raters less certain in proportion."""
        n, raters = self.of("expert_n"), self.of("expert_raters")
        grade = ratio(self.of("expert_total"), n)
        low, high = intervals.mean_limits(grade, self.own_variance("expert", n, grade), n, 1.0, 5.0, self.given.alpha)
        count = self.by_category(n)
        average = ratio(self.by_category(self.of("expert_residual")), count)
        variance = np.maximum(0.0, ratio(self.by_category(self.of("expert_residual_squares")), count) - average**2)
        mean = ratio(self.of("expert_residual"), n)
        fewer = self.given.least_raters / np.clip(raters, 1, self.given.least_raters)
        informed = (n > 0) & (variance[self.category] > 0)
        effects = _Effects(
            np.where(informed, mean - average[self.category], 0.0),
            np.where(informed, fewer * ratio(variance[self.category], n), np.inf),
            ratio(self.by_category(self.of("expert_total")), count),
        )
        columns, spread = self.shrunk(effects, self.given.range_expert)
        return Component(n, self.of("expert_customers"), grade, low, high, **columns), spread

    def deviations(self) -> tuple[Component, Spread]:
        """Points a hundred customer-months, fewer being better. Points weigh 1 to 9, so chance moves them more than
        it moves counts: by the mean point of a point, Σx²/Σx of the category.
        """
        points, months = self.of("deviations_points"), self.of("deviations_months")
        hundreds = months / 100
        total, exposure = self.by_category(points), self.by_category(hundreds)
        average = ratio(total, exposure)
        heaviness = ratio(self.by_category(self.of("deviations_squares")), total, 1.0)[self.category]
        rate = ratio(points, hundreds)
        low, high = (
            ratio(heaviness * limit, hundreds) for limit in intervals.byar_limits(points / heaviness, self.given.alpha)
        )
        mean = average[self.category]
        informed = (hundreds > 0) & (mean > 0)
        effects = _Effects(
            np.where(informed, mean - rate, 0.0),
            np.where(informed, ratio(heaviness * mean, hundreds), np.inf),
            average,
        )
        columns, spread = self.shrunk(effects, self.given.range_deviations)
        return Component(months, self.of("deviations_customers"), rate, low, high, **columns), spread

    def timeliness(self) -> tuple[Component, Spread]:
        """The share of acts in time."""
        shown = self.share("timeliness")
        n = shown.count
        average = ratio(self.by_category(self.of("timeliness_successes")), self.by_category(n))
        variance = (average * (1 - average))[self.category]
        informed = (n > 0) & (variance > 0)
        effects = _Effects(
            np.where(informed, shown.value - average[self.category], 0.0),
            np.where(informed, ratio(variance, n), np.inf),
            average,
        )
        columns, spread = self.shrunk(effects, self.given.range_timeliness)
        return Component(n, shown.customers, shown.value, shown.low, shown.high, **columns), spread

    def share(self, component: str) -> Share:
        """A raw share with Wilson's limits."""
        n, successes = self.of(f"{component}_n"), self.of(f"{component}_successes")
        low, high = intervals.wilson_limits(successes, n, self.given.alpha)
        return Share(n, self.of(f"{component}_customers"), ratio(successes, n), low, high)
