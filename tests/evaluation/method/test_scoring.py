"""What a release says of each supplier in each category."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from evaluation.method import casemix
from evaluation.method.episodes import day_number
from evaluation.method.parameters import DEFAULT
from evaluation.method.results import CLASSES, TOO_FEW
from evaluation.method.scoring import compute, finish, raters_of, sums, terms
from tests.evaluation.method.worlds import FROZEN, drawn, episodes, fitted, scored

few = settings(max_examples=6, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)


@few
@given(seeds)
def test_the_sums_of_some_pairs_are_the_same_bit_for_bit(seed):
    made = drawn(1500, seed=seed, customers=400)
    given = terms(made, fitted(), FROZEN)
    whole = sums(made, given)
    chosen = np.arange(len(whole)) % 3 == seed % 3
    pairs = np.stack([whole.supplier[chosen], whole.category[chosen]], axis=1)

    some = sums(made, given, pairs)

    assert_array_equal(some.values, whole.values[chosen])
    assert_array_equal(some.supplier, whole.supplier[chosen])
    assert_array_equal(whole.replaced(some).values, whole.values)


def test_a_refresh_of_some_pairs_is_the_full_computation_bit_for_bit():
    """New outcomes come in for a few pairs: only the episodes of their customers are read, and all raters' totals."""
    made = drawn(3000, customers=700)
    old = sums(made, terms(made, fitted(), FROZEN))
    outcome = made.outcome.copy()
    outcome[::100] = np.where(outcome[::100] == 1, 0, 1)
    fresh = replace(made, outcome=outcome)
    changed = np.isin(made.customer, made.customer[::100])  # whose weights may have moved
    touched = np.unique(np.stack([made.supplier[changed], made.category[changed]], axis=1), axis=0)[:5]
    touched_rows = (made.supplier[:, None] == touched[:, 0]) & (made.category[:, None] == touched[:, 1])
    read = np.isin(made.customer, made.customer[touched_rows.any(axis=1)])
    part = fresh.take(read)

    refreshed = sums(part, terms(part, fitted(), FROZEN, raters=raters_of(fresh, FROZEN)), touched)

    whole = sums(fresh, terms(fresh, fitted(), FROZEN))
    rows = [
        int(np.flatnonzero((whole.supplier == s) & (whole.category == c))[0])
        for c, s in zip(refreshed.category, refreshed.supplier, strict=True)
    ]
    assert_array_equal(refreshed.values, whole.values[rows])
    assert_array_equal(old.replaced(refreshed).values[rows], whole.values[rows])
    assert not read.all()


def test_everything_is_the_same_bit_for_bit_when_made_again():
    made = drawn(2000)

    one, other = scored(made), compute(made, casemix.fit(drawn(6000), FROZEN), FROZEN)

    assert_array_equal(one.score, other.score)
    assert_array_equal(one.outcome.m, other.outcome.m)
    assert_array_equal(one.expected_rank, other.expected_rank)


def test_customers_are_counted_once():
    made = drawn(900, customers=80, suppliers=3)
    results = scored(made)

    done = made.planned_end <= day_number(FROZEN)
    for row in range(len(results.supplier)):
        rows = done & (made.supplier == results.supplier[row]) & (made.category == results.category[row])
        assert results.customers[row] == len(set(made.customer[rows]))
        assert results.n[row] == rows.sum()
        answered = rows & (made.recommendation >= 0)
        assert results.feedback.customers[row] == len(set(made.customer[answered]))
        graded = rows & (made.rater >= 0) & (made.grades > 0).any(axis=1)
        assert results.raters[row] == len(set(made.rater[graded]))


def test_given_equal_providers_then_the_release_says_that_nothing_tells_them_apart():
    made = episodes(200, supplier=np.arange(200) % 4, outcome=np.repeat((np.arange(200) // 4 % 2)[:, None], 3, axis=1))
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert results.categories.no_spread.tolist() == [True]
    assert results.score.tolist() == [50] * 4
    assert [results.quality_class(row) for row in range(4)] == ["not_different"] * 4
    assert results.p_better.tolist() == [0.5] * 4
    assert results.expected_rank.tolist() == [2.5] * 4


def test_given_only_raw_shares_then_nobody_is_compared():
    made = drawn(90)
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert (results.outcome.points == 50).all()
    assert (results.standing == TOO_FEW).all()
    assert (results.outcome.low < results.outcome.high).all()


def test_one_supplier_alone_has_no_class():
    made = replace(drawn(3000), supplier=np.zeros(3000, np.int32))
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert (results.standing == TOO_FEW).all()
    assert_allclose(results.score, 50)
    assert (results.categories.outcome.compared <= 1).all()


def crowd(n, good):
    """Eight providers with n customers each: half of them succeed, of the first more, of the second fewer."""
    supplier = np.repeat(np.arange(8), n)
    share = np.where(supplier == 0, good, np.where(supplier == 1, 1 - good, 0.5))
    outcome = (np.tile(np.arange(n), 8) < share * n).astype(np.int8)
    return episodes(8 * n, supplier=supplier, outcome=np.repeat(outcome[:, None], 3, axis=1))


def test_clearly_better_and_worse_ones_have_their_class():
    made = crowd(200, 0.75)
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert [results.quality_class(row) for row in range(3)] == ["above", "below", "not_different"]
    assert results.expected_rank[0] < 1.5
    assert set(CLASSES) == {"above", "below", "not_different"}


@pytest.mark.parametrize(("n", "told"), [(29, False), (30, True)])
def test_below_30_customers_there_is_too_little_to_tell(n, told):
    made = crowd(n, 0.5)
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert (results.standing != TOO_FEW).tolist() == [told] * 8


@pytest.mark.parametrize(("successes", "told"), [(4, False), (5, True), (25, True), (26, False)])
def test_below_five_expected_successes_or_failures_there_is_too_little_to_tell(successes, told):
    outcome = np.tile(np.arange(30) < successes, 8)
    made = episodes(240, supplier=np.repeat(np.arange(8), 30), outcome=np.repeat(outcome[:, None], 3, axis=1))
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert (results.standing != TOO_FEW).tolist() == [told] * 8


def test_assessments_are_judged_without_outcomes():
    n = 400
    supplier = np.arange(n) % 8
    made = episodes(
        n,
        supplier=supplier,
        timely=np.where((supplier == 0) & (np.arange(n) % 3 > 0), 0, 1)[:, None] * np.ones((1, 3)),
        has_outcome=[False],
    )
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert results.outcome.count.sum() == 0
    assert results.timeliness.points[0] < 50 < results.timeliness.points[1]
    assert results.p_better[0] < 0.1
    assert results.standing[0] != TOO_FEW
    assert (results.outcome.points == 50).all()
    # What there can never be (an outcome) leaves no doubt; what is missing (feedback, grades, deviations) does.
    prior = 12.5**2 * (DEFAULT.weight_feedback**2 + DEFAULT.weight_expert**2 + DEFAULT.weight_deviations**2)
    timely = (DEFAULT.weight_timeliness * results.timeliness.points_sd) ** 2
    assert_allclose(results.score_sd**2, prior + timely)


def test_the_raters_mean_is_taken_off_and_few_raters_are_less_certain():
    """A strict and a mild rater: each gives the first provider one grade more than the second."""
    grades = np.array([[3, 3, 3], [2, 2, 2], [5, 5, 5], [4, 4, 4]] * 20)
    made = episodes(80, supplier=[0, 1, 0, 1] * 20, rater=[0, 0, 1, 1] * 20, grades=grades, outcome=np.ones((80, 3)))
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)
    third = compute(replace(made, rater=np.arange(80, dtype=np.int32) % 20 // 2), casemix.fit(made, FROZEN), FROZEN)

    assert_allclose(results.expert.value, [4, 3])
    assert_allclose(results.expert.d, [0.5, -0.5])
    assert results.expert.b[0] > 0
    assert_allclose(results.expert.s, np.sqrt(1.5 * 0.25 / 40))
    assert (third.raters == 10).all()


def test_deviations_count_by_their_weight_and_exposure():
    made = episodes(4, supplier=[0, 0, 1, 1], deviation_points=[1, 3, 0, 0], customer_months=[100, 100, 100, 300])
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert_allclose(results.deviations.value, [2.0, 0.0])
    assert_allclose(results.categories.deviations.average, [4 / 6])
    # Σx²/Σx = 10/4: chance moves points two and a half times as much as it moves counts.
    assert_allclose(results.deviations.s**2, [2.5 * (4 / 6) / 2, 2.5 * (4 / 6) / 4])
    assert results.deviations.points[0] <= 50 <= results.deviations.points[1]
    assert results.deviations.low[1] == 0
    assert results.deviations.high[1] > 0


def test_response_is_weak_below_thirty_percent():
    made = episodes(20, supplier=[0] * 10 + [1] * 10, recommendation=[9, 9] + [-1] * 8 + [9, 2, 9] + [-1] * 7)
    results = compute(made, casemix.fit(made, FROZEN), FROZEN)

    assert results.response.tolist() == [0.2, 0.3]
    assert results.response_weak.tolist() == [True, False]
    assert_allclose(results.feedback.value, [100, 100 / 3])
    assert_allclose(results.recommendation.value, [9, 20 / 3])


def test_the_index_is_the_published_sum_and_carries_the_uncertainty():
    results = scored(drawn(3000))
    g = DEFAULT
    outcome = results.outcome.points @ np.array(g.window_shares)
    parts = [results.feedback, results.expert, results.deviations, results.timeliness]

    score = g.weight_outcome * outcome + sum(w * c.points for w, c in zip(g.weights[1:], parts, strict=True))
    variance = (g.weight_outcome * (results.outcome.points_sd @ np.array(g.window_shares))) ** 2 + sum(
        (w * c.points_sd) ** 2 for w, c in zip(g.weights[1:], parts, strict=True)
    )

    assert_allclose(results.score, score)
    assert_allclose(results.score_sd**2, variance)
    assert_allclose(results.high - results.low, 2 * 1.959964 * results.score_sd, rtol=1e-6)
    assert (results.score_sd > 0).any()


def test_a_period_leaves_episodes_out_and_keeps_their_weights():
    made = drawn(2000, customers=500)
    given = terms(made, fitted(), FROZEN)
    year = made.planned_end < day_number(FROZEN - timedelta(days=500))

    whole = sums(made, given)

    pairs = np.stack([whole.supplier, whole.category], axis=1)
    part, rest = (sums(made, given, pairs, where=rows) for rows in (year, ~year))
    for column in ("finished", "feedback_total", "outcome_3_weight", "outcome_12_observed", "expert_n"):
        assert_allclose(part.of(column) + rest.of(column), whole.of(column))


def test_a_number_near_one_never_has_a_variance_below_zero():
    """All but one of a few succeed where the model expected little: recalibrated, chances would pass 1."""
    made = drawn(600, categories=1, suppliers=3)
    given = terms(made, fitted(), FROZEN)
    high = finish(sums(replace(made, outcome=np.ones_like(made.outcome)), given))

    assert (high.outcome.variance > 0).all()
    assert (high.outcome.expected <= high.outcome.weight * 1.5).all()
