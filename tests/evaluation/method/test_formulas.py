"""The reference cases of EVALUATION.md §9, to the digits it states."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special

from evaluation import measures
from evaluation.method import beta_binomial, dispersion, funnel, intervals, shrinkage, standardisation

#: Child heart surgery under one year, England 1991-95 (S1).
HOSPITALS = {
    "Bristol": (143, 41),
    "Leicester": (187, 25),
    "Leeds": (323, 24),
    "Oxford": (122, 23),
    "Guys": (164, 25),
    "Liverpool": (405, 42),
    "Southampton": (239, 24),
    "Great Ormond St": (482, 53),
    "Newcastle": (195, 26),
    "Harefield": (177, 25),
    "Birmingham": (581, 58),
    "Brompton": (301, 31),
}
N, DEATHS = np.array(list(HOSPITALS.values()), dtype=float).T
NAMES = list(HOSPITALS)
P0 = DEATHS.sum() / N.sum()
VARIANCES = P0 * (1 - P0) / N
Z = (DEATHS / N - P0) / np.sqrt(VARIANCES)

#: Rat tumours (S2).
TUMOURS = np.array(
    [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10] + [4] * 7
    + [10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4]
)  # fmt: skip
RATS = np.array(
    [20] * 7 + [19] * 4 + [18, 18, 17] + [20] * 4 + [19, 19, 18, 18, 25, 24, 23] + [20] * 6
    + [10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50] + [20] * 7
    + [48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14]
)  # fmt: skip

#: Risk cells A, B, C of five providers: (started, success) (S4).
SYNTHETIC = (
    ((80, 50), (40, 15), (10, 1)),
    ((20, 13), (60, 24), (120, 22)),
    ((5, 2), (4, 1), (3, 1)),
    ((40, 20), (40, 9), (20, 1)),
    ((30, 18), (30, 11), (40, 5)),
)


@pytest.mark.parametrize(
    ("name", "z", "of_expected", "limits", "wilson"),
    [
        ("Bristol", 6.1576, 2.3970, (4.0485, 6.5279, 17.1991, 20.7317), (0.2189, 0.3656)),
        ("Leeds", -2.5094, 0.6212, (6.5749, 8.3830, 15.4541, 17.7076), (0.0504, 0.1082)),
        ("Oxford", 2.3455, 1.5761, (3.4269, 6.0632, 17.6270, 21.4540), (0.1290, 0.2670)),
        ("Birmingham", -1.4697, 0.8346, (7.9133, 9.3011, 14.5776, 16.2167), (0.0780, 0.1269)),
    ],
)
def test_given_child_heart_surgery_then_each_hospital_stands_in_the_funnel_as_published(
    name, z, of_expected, limits, wilson
):
    i = NAMES.index(name)

    assert pytest.approx(0.11961434, abs=1e-8) == P0
    assert Z[i] == pytest.approx(z, abs=1e-4)
    assert DEATHS[i] / (N[i] * P0) == pytest.approx(of_expected, abs=1e-4)
    assert_allclose([100 * funnel.share_limit(P0, N[i], tail) for tail in funnel.TAILS], limits, atol=1e-4)
    assert_allclose(intervals.wilson_limits(DEATHS[i], N[i]), wilson, atol=1e-4)


def test_given_child_heart_surgery_then_over_dispersion_is_allowed_for_additively():
    phi = dispersion.dispersion(Z)
    spread = dispersion.additive_spread(phi, VARIANCES)
    z = dict(zip(NAMES, dispersion.z_allowing_for_spread(DEATHS / N - P0, VARIANCES, spread), strict=True))

    assert_allclose([dispersion.winsorised(Z).min(), dispersion.winsorised(Z).max()], [-1.421398, 2.240488], atol=1e-6)
    assert phi == pytest.approx(1.689290, abs=1e-6)
    assert dispersion.dispersion(Z, 0.0) == pytest.approx(4.838853, abs=1e-6)
    assert 12 * phi == pytest.approx(20.271486, abs=1e-6)
    assert spread == pytest.approx(0.00032854, abs=1e-8)
    assert_allclose([z["Bristol"], z["Leeds"], z["Oxford"]], [5.1205, -1.7710, 1.9962], atol=1e-4)


def test_given_child_heart_surgery_then_the_beta_binomial_shrinks_as_published():
    a, b = beta_binomial.by_likelihood(DEATHS, N)
    mean, low, high = beta_binomial.posterior(a, b, DEATHS, N)

    assert_allclose([a, b], [9.262, 61.051], atol=1e-2)
    assert beta_binomial.log_likelihood(a, b, DEATHS, N) == pytest.approx(-1206.02968, abs=1e-4)
    assert_allclose([mean[0], low[0], high[0]], [0.2356, 0.1812, 0.2947], atol=1e-4)
    assert_allclose([mean[NAMES.index("Oxford")], mean[NAMES.index("Leeds")]], [0.1678, 0.0846], atol=1e-4)


def test_given_rat_tumours_then_moments_and_likelihood_give_the_books_numbers():
    shares = TUMOURS[:70] / RATS[:70]
    a, b = beta_binomial.by_moments(shares)
    mean = (a + 4) / (a + b + 14)

    assert (TUMOURS.sum(), RATS.sum()) == (267, 1739)
    assert_allclose([shares.mean(), shares.std(ddof=1)], [0.136007, 0.103492], atol=1e-6)
    assert_allclose([a, b], [1.3561, 8.6151], atol=1e-4)
    assert mean == pytest.approx(0.22344, abs=1e-5)
    assert np.sqrt(mean * (1 - mean) / (a + b + 15)) == pytest.approx(0.083, abs=1e-3)

    a, b = beta_binomial.by_likelihood(TUMOURS, RATS)
    mean, low, high = beta_binomial.posterior(a, b, [0, 4, 16], [20, 14, 52])
    assert_allclose([a, b], [2.3416, 14.1148], atol=1e-4)
    assert a / (a + b) == pytest.approx(0.14229, abs=1e-5)
    assert_allclose(mean, [0.06423, 0.20822, 0.26793], atol=1e-5)
    assert_allclose([low[1], high[1]], [0.08622, 0.36635], atol=1e-5)


def test_shares_without_spread_have_no_beta_distribution_by_moments():
    with pytest.raises(ValueError, match="equal shares"):
        beta_binomial.by_moments([0.5, 0.5])
    with pytest.raises(ValueError, match="all shares"):
        beta_binomial.by_likelihood([0, 0], [5, 6])


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.3640, 121.6268)],
)
def test_exact_poisson_limits(count, low, high):
    assert_allclose(intervals.poisson_limits(count), (low, high), atol=1e-4)


@pytest.mark.parametrize(
    ("count", "alpha", "low", "high"),
    [
        (65, 0.05, 50.163188, 82.849139),
        (1045, 0.05, 982.593202, 1110.331213),
        (10, 0.002, 2.916318, 24.193725),
    ],
)
def test_byars_limits_are_those_of_phe_indicator_methods(count, alpha, low, high):
    assert_allclose(intervals.byar_limits(count, alpha), (low, high), atol=2e-6)


@pytest.mark.parametrize(
    ("successes", "n", "alpha", "low", "high"),
    [
        (65, 100, 0.05, 0.552544, 0.736358),
        (65, 100, 0.002, 0.495495, 0.778354),
        (1, 100, 0.05, 0.001767, 0.054486),
    ],
)
def test_wilsons_limits_are_those_of_phe_indicator_methods(successes, n, alpha, low, high):
    assert_allclose(intervals.wilson_limits(successes, n, alpha), (low, high), atol=1e-6)


def test_the_limits_of_many_shares_are_those_of_each():
    successes, n = np.array([0, 3, 7, 40]), np.array([5, 3, 21, 400])
    each = np.array([measures.wilson(int(y), int(k)) for y, k in zip(successes, n, strict=True)]).T

    assert_allclose(intervals.wilson_limits(successes, n), each, atol=1e-12)
    assert [limit.item() for limit in intervals.wilson_limits(0, 0)] == [0, 1]


@pytest.mark.parametrize(
    ("expected", "alpha", "low", "high"),
    [
        (15, 0.05, 0.5596924, 1.649348),
        (15, 0.002, 0.3862650, 2.082907),
        (30, 0.05, 0.6746958, 1.427562),
    ],
)
def test_ratio_funnels_are_those_of_funnel_plot_r(expected, alpha, low, high):
    assert_allclose(funnel.ratio_limits(expected, alpha), (low, high), atol=1e-6)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "score", "low", "high"),
    [(50, 20, 100, 30.0, 14.051, 44.201), (3, 0, 4, 75.0, -7.342, 93.056)],
)
def test_net_promoter_limits_are_possible_ones(promoters, detractors, n, score, low, high):
    assert intervals.net_promoter_score(promoters, detractors, n) == pytest.approx(score)
    assert_allclose(intervals.net_promoter_limits(promoters, detractors, n), (low, high), atol=1e-3)


def test_wald_would_have_had_impossible_limits():
    p, d, n = 0.75, 0.0, 4
    assert 100 * (p - d + 1.959964 * np.sqrt((p + d - (p - d) ** 2) / n)) == pytest.approx(117.4, abs=0.05)


def test_given_the_synthetic_case_then_every_number_is_the_one_made_by_hand():
    cells = np.array(SYNTHETIC, dtype=float)
    rates = cells[:, :, 1].sum(axis=0) / cells[:, :, 0].sum(axis=0)
    started, success = cells[:, :, 0], cells[:, :, 1]
    rows = [
        (provider, success_or_not, rates[cell])
        for provider in range(5)
        for cell in range(3)
        for success_or_not in [1.0] * int(success[provider, cell])
        + [0.0] * int(started[provider, cell] - success[provider, cell])
    ]
    provider, y, p = (np.array(column) for column in zip(*rows, strict=True))
    sums = standardisation.observe(y, p, np.ones(y.size), provider, 5)
    made = standardisation.standardise(sums)
    spread = shrinkage.spread_between(made.effect, made.effect_variance, np.zeros(5, dtype=int), 1)[0]
    shrunk = shrinkage.shrink(made.effect, made.effect_variance, spread)
    ranks = shrinkage.expected_ranks(shrunk.mean, shrunk.sd, np.zeros(5, dtype=int), chunk=2)
    mean = sums.observed.sum() / sums.weight.sum()

    assert_allclose(rates, [103 / 175, 60 / 174, 30 / 193])
    assert mean == pytest.approx(0.35608856, abs=1e-8)
    assert sums.weight.tolist() == [130, 200, 12, 100, 100]
    assert sums.observed.tolist() == [66, 59, 4, 30, 34]
    assert_allclose(made.expected, [62.433222, 51.113933, 4.788489, 40.444769, 34.219587], atol=1e-6)
    assert_allclose(made.variance, [29.722056, 34.151836, 2.508298, 21.348639, 19.293446], atol=1e-6)
    of_expected = sums.observed / made.expected
    assert_allclose(of_expected, [1.057129, 1.154284, 0.835337, 0.741752, 0.993583], atol=1e-6)
    assert_allclose(mean * of_expected, [0.376432, 0.411027, 0.297454, 0.264130, 0.353804], atol=1e-6)
    assert_allclose(made.z, [0.654239, 1.349439, -0.497859, -2.260548, -0.049992], atol=1e-6)
    assert_allclose(made.effect, [0.027437, 0.039430, -0.065707, -0.104448, -0.002196], atol=1e-6)
    assert_allclose(np.sqrt(made.effect_variance), [0.041937, 0.029220, 0.131980, 0.046205, 0.043924], atol=1e-6)
    assert spread == pytest.approx(0.00179464, abs=1e-8)
    assert_allclose(shrunk.b, [0.494943, 0.322378, 0.906594, 0.543291, 0.518086], atol=1e-6)
    assert_allclose(shrunk.mean, [0.013857, 0.026719, -0.006137, -0.047702, -0.001058], atol=1e-6)
    assert_allclose(shrunk.sd, [0.029803, 0.024053, 0.040336, 0.031225, 0.030492], atol=1e-6)
    better = shrinkage.p_better(shrunk.mean, shrunk.sd)
    assert_allclose(better, [0.6790, 0.8667, 0.4395, 0.0633, 0.4862], atol=1e-4)
    assert_allclose(ranks, [2.4167, 1.8773, 3.1604, 4.5434, 3.0021], atol=1e-4)
    assert ranks.sum() == pytest.approx(15)


def test_given_shared_credit_then_the_same_weight_is_in_observed_expected_and_variance():
    w, p, y = (np.array(column) for column in ((1, 1 / 2, 1 / 2, 1 / 3), (0.5, 0.4, 0.2, 0.3), (1.0, 1.0, 0.0, 1.0)))

    sums = standardisation.observe(y, p, w, np.zeros(4, dtype=int), 1)
    made = standardisation.standardise(sums)

    assert_allclose([sums.observed[0], made.expected[0], made.variance[0]], [1.833333, 0.9, 0.373333], atol=1e-6)
    assert made.z[0] == pytest.approx(1.527525, abs=1e-6)


def test_given_no_spread_then_nothing_is_divided_by_it():
    effects, variances = np.array([0.1, -0.1, 0.0]), np.array([0.01, 0.01, np.inf])

    shrunk = shrinkage.shrink(effects, variances, 0.0)

    assert shrunk.b.tolist() == [1, 1, 1]
    assert shrunk.mean.tolist() == [0, 0, 0]
    assert shrunk.sd.tolist() == [0, 0, 0]
    assert shrinkage.p_better(shrunk.mean, shrunk.sd).tolist() == [0.5, 0.5, 0.5]
    assert shrinkage.expected_ranks(shrunk.mean, shrunk.sd, np.zeros(3, dtype=int)).tolist() == [2, 2, 2]


def test_one_provider_alone_has_no_spread():
    assert shrinkage.spread_between(np.array([0.3]), np.array([0.01]), np.array([0]), 2).tolist() == [0, 0]
    assert dispersion.additive_spread(4.0, [0.01]) == 0
    assert dispersion.dispersion([]) == 1


def test_expected_ranks_in_strips_are_those_of_the_whole_table_in_every_group():
    random = np.random.default_rng(1)
    mean, sd, groups = random.normal(size=40), random.uniform(0.1, 1, 40), np.repeat([3, 1], 20)
    better = special.ndtr((mean[None, :] - mean[:, None]) / np.hypot(sd[None, :], sd[:, None]))
    same = groups[:, None] == groups[None, :]
    whole = 1 + (better * same).sum(axis=1) - 0.5

    for chunk in (1, 7, 64):
        assert_allclose(shrinkage.expected_ranks(mean, sd, groups, chunk), whole, rtol=1e-12)


def test_a_target_of_none_or_all_has_its_limits_there():
    assert funnel.share_limit(0.0, [5, 10], 0.975).tolist() == [0, 0]
    assert funnel.share_limit(1.0, [5, 10], 0.025).tolist() == [1, 1]
