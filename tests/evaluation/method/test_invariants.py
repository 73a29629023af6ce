"""The invariants of EVALUATION.md §10."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from evaluation.method.episodes import FACTORS, day_number
from evaluation.method.results import TOO_FEW
from evaluation.method.scoring import finish, sums, terms
from evaluation.method.shrinkage import shrink
from tests.evaluation.method.worlds import FROZEN, drawn, fitted, scored

few = settings(max_examples=6, deadline=None, derandomize=True)
seeds = st.integers(0, 10**6)


def joined(one, other):
    """Two sets of episodes behind each other."""
    columns = {
        f.name: np.concatenate((getattr(one, f.name), getattr(other, f.name)))
        for f in fields(one)
        if f.name not in ("levels", "has_outcome")
    }
    return replace(one, **columns)


def same(one, other, *, rows=slice(None)):
    """Whether all arrays of two results agree to 1e-9."""
    for field in fields(one):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("supplier", "category", "categories"):
            continue
        if isinstance(mine, np.ndarray):
            assert_allclose(mine, theirs[rows], rtol=1e-9, atol=1e-9, err_msg=field.name)
        else:
            same(mine, theirs, rows=rows)


@few
@given(seeds)
def test_as_much_is_expected_as_was_observed(seed):
    results = scored(drawn(1500, seed=seed))

    for category in (0, 1):
        rows = results.category == category
        assert_allclose(results.outcome.expected[rows].sum(axis=0), results.outcome.observed[rows].sum(axis=0))


@few
@given(seeds)
def test_permuting_providers_changes_nothing(seed):
    made = drawn(1500, seed=seed)
    numbers = np.random.default_rng(seed).permutation(10).astype(np.int32)

    before, after = scored(made), scored(replace(made, supplier=numbers[made.supplier]))

    place = {pair: row for row, pair in enumerate(zip(after.category, after.supplier, strict=True))}
    rows = [place[c, numbers[s]] for c, s in zip(before.category, before.supplier, strict=True)]
    same(before, after, rows=rows)
    assert_allclose(before.expected_rank, after.expected_rank[rows])


@few
@given(seeds)
def test_splitting_a_provider_in_two_identical_halves_keeps_d_and_widens_the_interval(seed):
    once = drawn(1000, seed=seed, categories=1, customers=10**7)
    twice = joined(once, replace(once, customer=once.customer ^ np.uint64(1 << 60)))
    second = np.arange(len(twice)) >= len(once)
    split = replace(twice, supplier=np.where(second & (twice.supplier == 3), 10, twice.supplier).astype(np.int32))

    given = terms(twice, fitted(), FROZEN)
    given = replace(given, p=np.tile(given.p[: len(once)], (2, 1)))  # the same chance, whatever the twin's fold

    whole, halves = (finish(sums(made, given)).outcome for made in (twice, split))

    assert_allclose(halves.d[[3, 10]], whole.d[[3, 3]], atol=1e-12)
    assert_allclose(halves.s[[3, 10]], np.sqrt(2) * whole.s[[3, 3]])


@few
@given(seeds)
def test_an_immature_episode_changes_nothing(seed):
    """It is of customers who are counted, so that sharing credit with it would show; it even has an outcome."""
    made = drawn(1200, seed=seed, customers=500)
    columns = {
        "planned_end": np.full(200, day_number(FROZEN - timedelta(days=100)), np.int32),
        "outcome": np.ones((200, 3), np.int8),
        "since": np.full((200, 3), -1, np.int32),
    }
    late = replace(made.take(np.arange(200)), **columns)
    running = replace(late, planned_end=np.full(200, day_number(FROZEN + timedelta(days=1)), np.int32))

    before, with_late, with_running = scored(made), scored(joined(made, late)), scored(joined(made, running))

    same(before.outcome, with_late.outcome)
    same(before, with_running)


@few
@given(seeds)
def test_a_provider_without_orders_gets_exactly_50_and_no_class(seed):
    made = drawn(1500, seed=seed, suppliers=6)
    given = terms(made, fitted(), FROZEN)
    results = finish(sums(made, given, np.array([[s, c] for s in range(8) for c in (0, 1)])))

    new = results.supplier >= 6
    assert (results.score[new] == 50).all()
    assert (results.standing[new] == TOO_FEW).all()
    assert (results.p_better[new] == 0.5).all()
    widest = [results.score_sd[results.category == c].max() for c in (0, 1)]
    assert_allclose(results.score_sd[new], np.array(widest)[results.category[new]])
    same(finish(sums(made, given)), results, rows=~new)


@few
@given(seeds)
def test_a_shrunk_value_lies_between_the_effect_and_0(seed):
    results = scored(drawn(1500, seed=seed))

    for part in (results.outcome, results.feedback, results.expert, results.deviations, results.timeliness):
        assert (np.abs(part.m) <= np.abs(part.d)).all()
        assert (part.m * part.d >= 0).all()
        assert ((part.b >= 0) & (part.b <= 1)).all()
        assert ((part.points >= 0) & (part.points <= 100)).all()
        assert (np.sign(part.points - 50) == np.sign(part.m)).all()
    assert (np.abs(results.outcome.m[results.outcome.b < 1]) > 0).any()


@few
@given(st.floats(0.001, 0.1), st.floats(1e-5, 0.1), st.floats(-0.5, 0.5))
def test_an_interval_narrows_with_n(tau2, one, effect):
    sizes = np.array([1, 2, 5, 30, 1000])

    made = shrink(np.full(5, effect), one / sizes, tau2)

    assert (np.diff(made.sd) < 0).all()
    assert (np.diff(np.abs(made.mean)) >= 0).all()


@few
@given(seeds)
def test_the_interval_of_an_effect_narrows_with_more_customers_alike(seed):
    once = drawn(600, seed=seed, categories=1, suppliers=4, customers=10**7)
    mine = once.take(once.supplier == 2)
    more = joined(once, replace(mine, customer=mine.customer ^ np.uint64(1 << 60)))

    before, after = scored(once), scored(more)

    assert (after.outcome.s[2] < before.outcome.s[2]).all()
    for part in ("feedback", "expert", "deviations", "timeliness"):
        assert getattr(after, part).s[2] < getattr(before, part).s[2]


@few
@given(seeds)
def test_easier_customers_at_equal_success_lower_the_score(seed):
    made = drawn(2000, seed=seed, categories=1, suppliers=6)
    given = terms(made, fitted(), FROZEN)
    mine = (made.supplier == 1)[:, None]
    easier = np.where(mine, given.p + 0.3 * (1 - given.p), given.p)

    before, after = finish(sums(made, given)), finish(sums(made, replace(given, p=easier)))

    assert (after.outcome.d[1] < before.outcome.d[1] - 0.05).all()
    assert after.score[1] < before.score[1]


def test_the_model_knows_who_is_easier():
    """The same successes, of customers with the age that has the best chance instead of the worst."""
    age = np.array(fitted().windows[0].coefficients[FACTORS.index("age")])[:, :5].mean(axis=0)
    made = drawn(2000, categories=1, suppliers=6)
    aged = [replace(made, factors=made.factors.copy()) for _ in range(2)]
    for world, level in zip(aged, (age.argmin(), age.argmax()), strict=True):
        world.factors[made.supplier == 1, FACTORS.index("age")] = level

    hard, easy = (scored(world) for world in aged)

    assert easy.outcome.d[1, 0] < hard.outcome.d[1, 0] - 0.05
    assert easy.score[1] < hard.score[1]
