from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from evaluation.method import calibration, casemix
from evaluation.method.casemix import CaseMix, Reason, Status
from evaluation.method.design import Design, NotConvergedError, ridge_logistic
from evaluation.method.episodes import FACTORS, counted
from evaluation.method.hashing import folds_of
from evaluation.method.parameters import DEFAULT
from evaluation.method.scoring import compute
from tests.evaluation.method.worlds import FROZEN, LEVELS, drawn, episodes


@pytest.fixture(scope="module")
def world():
    return drawn(6000)


@pytest.fixture(scope="module")
def made(world):
    return casemix.fit(world, FROZEN)


def one_hot(codes, levels):
    return np.hstack([np.eye(count)[column] for column, count in zip(codes, levels, strict=True)])


@pytest.mark.parametrize("penalty", [0.3, 30.0])
@pytest.mark.parametrize("cells", [4096, 40, 1])
def test_the_ridge_is_that_of_scikit_learn(penalty, cells, monkeypatch):
    monkeypatch.setattr("evaluation.method.design.BLOCK_CELLS", cells)
    random = np.random.default_rng(4)
    levels = [5, 3, 12, 2]
    codes = [random.integers(0, count, 700) for count in levels]
    y = (random.random(700) < 0.2 + 0.1 * codes[0] * (codes[3] + 0.5) / 2).astype(float)
    x = one_hot(codes, levels)

    mine = ridge_logistic(Design(codes, levels), y, penalty).beta
    theirs = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-12, max_iter=200).fit(x, y)

    assert_allclose(mine[1:], theirs.coef_[0], atol=1e-6)
    assert mine[0] == pytest.approx(theirs.intercept_[0], abs=1e-6)


def test_tables_of_levels_are_what_a_matrix_of_zeros_and_ones_gives():
    random = np.random.default_rng(5)
    levels = [4, 2, 30, 3]
    codes = [random.integers(0, count, 200) for count in levels]
    x = np.hstack([np.ones((200, 1)), one_hot(codes, levels)])
    w = random.random(200)
    design = Design(codes, levels)

    assert_allclose(design.crossed(w), x.T @ (w[:, None] * x), atol=1e-12)
    assert_allclose(design.transposed(w), x.T @ w, atol=1e-12)
    assert_allclose(design.linear(np.arange(40.0)), x @ np.arange(40.0))


def test_each_chance_is_of_a_model_that_never_saw_the_customer(world, made):
    """Made again by scikit-learn without the customers of a fold; the level is shifted by the same for all folds."""
    rows = counted(world, FROZEN, DEFAULT)[:, 0]
    y, window = world.outcome[rows, 0], made.windows[0]
    codes = [*world.factors[rows].T, world.category[rows]]
    x, fold = one_hot(codes, [*LEVELS, 2]), folds_of(world.customer[rows], 5, DEFAULT.salt)
    p = made.predict(world)[rows, 0]

    shifts = []
    for k in (0, 3):
        model = LogisticRegression(C=1 / window.penalty, solver="newton-cholesky", tol=1e-12, max_iter=200)
        model.fit(x[fold != k], y[fold != k])
        apart = calibration.logit(p[fold == k]) - model.decision_function(x[fold == k])
        shifts.append(apart.mean())
        assert_allclose(apart, apart.mean(), atol=1e-6)
    assert shifts[0] == pytest.approx(shifts[1], abs=1e-6)
    assert window.status is Status.MODEL


def test_what_comes_of_a_customer_never_moves_the_customers_own_chance(world, made):
    """Some failures of one fold are turned to successes: the others' models move, that fold's does not."""
    fold = (folds_of(world.customer, 5, DEFAULT.salt) == 2) & (np.arange(len(world)) % 15 == 0)
    turned = np.where(fold[:, None] & (world.outcome == 0), 1, world.outcome).astype(np.int8)

    before, after = made.windows[0], casemix.fit(replace(world, outcome=turned), FROZEN).windows[0]

    assert after.status is Status.MODEL
    assert after.penalty == before.penalty
    for one, other in zip(before.coefficients, after.coefficients, strict=True):
        assert_allclose(one[2], other[2], atol=2e-9)
        assert max(np.abs(np.subtract(one[1], other[1]))) > 1e-4


def test_a_good_model_says_so(made):
    for window in made.windows:
        assert window.status is Status.MODEL
        assert 0.8 <= window.quality.slope <= 1.2
        assert window.quality.apart < 1e-6
        assert 0.6 < window.quality.auc < 0.9
        assert len(window.quality.tenths) == 10
        assert max(abs(tenth.expected - tenth.observed) for tenth in window.quality.tenths) < 0.08


def test_a_fit_comes_back_from_json_without_loss(world, made):
    back = CaseMix.from_json(json.loads(json.dumps(made.to_json(), allow_nan=False)))
    few = casemix.fit(world.take(np.arange(len(world)) < 300), FROZEN)

    assert back == made
    assert np.array_equal(back.predict(world), made.predict(world))
    assert CaseMix.from_json(json.loads(json.dumps(few.to_json(), allow_nan=False))) == few


def test_coefficients_are_kept_to_nine_decimals_so_that_another_machine_gets_the_same(made):
    for window in made.windows:
        for folds in (*window.coefficients, [window.intercepts]):
            for values in folds:
                assert [round(value, 9) for value in values] == list(values)


def test_of_equal_penalties_the_one_that_adjusts_most_is_taken(world, made):
    """The hardest tenth is expected to do as it did: a larger penalty foretold it too well."""
    rows = counted(world, FROZEN, DEFAULT)[:, 0]
    strong = casemix.fit(world, FROZEN, replace(DEFAULT, penalties=(3000.0,), most_slope=99.0)).windows[0].quality

    assert made.windows[0].penalty < 100
    mild = made.windows[0].quality
    assert mild.episodes == rows.sum()
    apart, further = (quality.tenths[0].expected - quality.tenths[0].observed for quality in (mild, strong))
    assert abs(apart) < further


def test_a_chance_does_not_depend_on_who_stands_beside(world, made):
    some = np.arange(len(world)) % 7 == 3

    assert np.array_equal(made.predict(world.take(some)), made.predict(world)[some])


def test_what_the_fit_never_saw_counts_as_other(made):
    unseen = episodes(3, factors=[[99] * 7, [-1] * 7, [4] * 7], category=[1, 1, 1], has_outcome=[True, True])
    p = made.predict(unseen)

    assert np.isfinite(p).all()
    assert ((p > 0) & (p < 1)).all()


def test_rare_levels_are_one(world):
    factors = world.factors.copy()
    factors[:30, 3], factors[30:60, 3] = 5, 6
    factors[60:, 3] %= 5
    window = casemix.fit(replace(world, factors=factors), FROZEN).windows[0]

    municipality = window.coefficients[FACTORS.index("municipality")][0]
    assert municipality[5] == municipality[6] == municipality[12]
    assert municipality[5] != municipality[0]


def test_few_episodes_make_cells_and_very_few_nothing(world):
    rows = np.flatnonzero(counted(world, FROZEN, DEFAULT)[:, 0])
    cells = casemix.fit(world.take(rows[:499]), FROZEN).windows[0]
    nothing = casemix.fit(world.take(rows[:99]), FROZEN).windows[0]
    empty = casemix.fit(world.take(rows[:0]), FROZEN).windows[0]

    assert casemix.fit(world.take(rows[:500]), FROZEN).windows[0].reason is not Reason.FEW_EPISODES
    assert (cells.status, cells.reason) == (Status.CELLS, Reason.FEW_EPISODES)
    assert 3 <= len(cells.cells.rates) <= 9
    assert cells.quality.apart < 1e-9
    assert (nothing.status, nothing.reason) == (Status.NOT_COMPARABLE, Reason.FEW_EPISODES)
    assert (empty.status, empty.rate) == (Status.NOT_COMPARABLE, 0.0)


@pytest.mark.parametrize("upside_down", [False, True])
def test_few_events_or_few_failures_make_cells(upside_down):
    world = drawn(3000)
    rare = np.where(np.arange(3000)[:, None] % 100 == 0, 1, 0)
    outcome = np.repeat(1 - rare if upside_down else rare, 3, axis=1).astype(np.int8)

    window = casemix.fit(replace(world, outcome=outcome), FROZEN).windows[0]

    assert (window.status, window.reason) == (Status.CELLS, Reason.FEW_EVENTS)


def test_rates_of_cells_are_shares_that_can_be_made_by_hand():
    unemployment = np.repeat([0, 1, 2], 50)
    job = np.concatenate([np.arange(50) < 30, np.arange(50) < 20, np.arange(50) < 5]).astype(np.int8)
    factors = np.zeros((150, 7), np.int32)
    factors[:, FACTORS.index("unemployment")] = unemployment
    world = episodes(150, factors=factors, outcome=np.repeat(job[:, None], 3, axis=1))

    assert_allclose(casemix.fit(world, FROZEN).predict(world)[:, 0], np.array([0.6, 0.4, 0.1])[unemployment])


def test_noise_that_explains_nothing_is_not_used():
    random = np.random.default_rng(3)
    world = replace(drawn(2000), outcome=random.integers(0, 2, (2000, 3), dtype=np.int8))

    window = casemix.fit(world, FROZEN).windows[0]

    assert (window.status, window.reason) == (Status.CELLS, Reason.NOT_CALIBRATED)


def test_a_fit_without_end_falls_back(world, monkeypatch):
    def never(*_, **__):
        raise NotConvergedError

    monkeypatch.setattr(casemix, "ridge_logistic", never)

    window = casemix.fit(world, FROZEN).windows[0]
    assert (window.status, window.reason) == (Status.CELLS, Reason.NOT_CONVERGED)


def test_newtons_method_says_when_it_has_no_end(monkeypatch):
    monkeypatch.setattr("evaluation.method.design.MOST_STEPS", 2)

    with pytest.raises(NotConvergedError):
        ridge_logistic(Design([np.array([0, 1] * 40)], [2]), np.array([0.0, 1.0, 1.0, 1.0] * 20), 1.0)


def separated(world):
    """Who is of the first age has a job, nobody else."""
    job = (world.factors[:, 0] == 0).astype(np.int8)
    return replace(world, outcome=np.repeat(job[:, None], 3, axis=1))


@pytest.mark.parametrize(
    "case",
    [
        separated,
        lambda world: replace(world, supplier=np.zeros_like(world.supplier)),
        lambda world: replace(world, outcome=np.zeros_like(world.outcome)),
        lambda world: replace(world, outcome=np.ones_like(world.outcome)),
        lambda world: replace(world, outcome=np.full_like(world.outcome, -1)),
        lambda world: replace(world, category=np.zeros_like(world.category), has_outcome=np.array([True])),
        lambda world: replace(world, factors=np.zeros_like(world.factors), levels=(1,) * 7),
        lambda world: replace(world, has_outcome=np.array([False, False])),
        lambda world: replace(world, excluded=np.ones_like(world.excluded)),
        lambda world: world.take(np.arange(len(world)) < 3),
        lambda world: world.take(np.arange(len(world)) < 0),
        lambda world: replace(world, customer=np.zeros_like(world.customer)),
    ],
    ids=[
        "separated", "one supplier", "all failed", "all succeeded", "none known", "one category", "no factors",
        "assessments", "all excluded", "three orders", "nothing", "one customer",
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_odd_data_have_a_clear_result(world, case):
    odd = case(world)
    made = casemix.fit(odd, FROZEN)
    results = compute(odd, made, FROZEN)

    json.dumps(made.to_json(), allow_nan=False)
    for part in (results, results.outcome, results.feedback, results.expert, results.deviations, results.timeliness):
        for name, values in vars(part).items():
            if isinstance(values, np.ndarray):
                assert np.isfinite(values).all(), name
    assert np.isfinite(results.expected_rank).all()
    assert all(window.status in Status for window in made.windows)


def test_the_figures_of_calibration_are_the_usual_ones(world, made):
    rows = counted(world, FROZEN, DEFAULT)[:, 0]
    y, p = world.outcome[rows, 0].astype(float), made.predict(world)[rows, 0]
    slope = LogisticRegression(C=np.inf, tol=1e-10).fit(calibration.logit(p)[:, None], y).coef_[0, 0]

    assert calibration.auc(y, p) == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    assert calibration.slope(y, p) == pytest.approx(slope, abs=1e-5)
    assert calibration.auc(np.ones(3), np.ones(3)) == 0.5
    assert calibration.slope(np.array([0.0, 1.0]), np.array([0.4, 0.4])) == 0
    assert calibration.slope(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.2, 0.8, 0.9])) == 0
