from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from evaluation import measures
from evaluation.method import hashing
from evaluation.method.casemix import fit
from evaluation.method.episodes import EPOCH, WINDOWS, counted, day_number, window_ends
from evaluation.method.parameters import DEFAULT
from evaluation.method.weighing import terms
from tests.evaluation.method.worlds import FROZEN, drawn, episodes


def weights(made, frozen=FROZEN):
    return terms(made, fit(made, frozen), frozen).weight


def days(*moments: date) -> list[int]:
    return [day_number(moment) for moment in moments]


def test_windows_end_on_the_same_numbered_day_or_the_last_of_the_month():
    first = date(2023, 11, 28)
    starts = [first + timedelta(days=k) for k in range(500)]

    for months in WINDOWS:
        ends = window_ends(np.array(days(*starts), dtype=np.int32), months)
        assert [EPOCH + timedelta(days=int(end)) for end in ends] == [measures.months_after(s, months) for s in starts]


def test_a_window_counts_when_it_closed_and_the_lag_of_records_passed():
    end = date(2026, 1, 31)  # three months later: 30 April; with 30 days: 30 May
    made = episodes(1, planned_end=days(end), outcome=[[1, 1, 1]])

    assert counted(made, date(2026, 5, 29), DEFAULT).tolist() == [[False, False, False]]
    assert counted(made, date(2026, 5, 30), DEFAULT).tolist() == [[True, False, False]]
    assert counted(made, date(2027, 3, 2), DEFAULT).tolist() == [[True, True, True]]


def test_missing_outcomes_neutral_exclusions_and_assessments_are_not_counted():
    made = episodes(
        4,
        outcome=[[1] * 3, [-1] * 3, [0] * 3, [0] * 3],
        excluded=[False, False, True, False],
        category=[0, 0, 0, 1],
        has_outcome=[True, False],
    )

    assert counted(made, FROZEN, DEFAULT)[:, 0].tolist() == [True, False, False, False]


def test_services_that_ended_within_180_days_before_the_job_share_its_credit():
    """Three providers; the job began on 1 May 2024: the first service ended 181 days before, the second 180."""
    job = date(2024, 5, 1)
    ends = days(job - timedelta(days=181), job - timedelta(days=180), date(2024, 4, 30))
    made = episodes(
        3,
        supplier=[0, 1, 2],
        customer=[5, 5, 5],
        planned_end=ends,
        outcome=[[1] * 3] * 3,
        since=[[day_number(job)] * 3] * 3,
    )

    # The first keeps itself, and the two in time share with it.
    np.testing.assert_allclose(weights(made)[:, 2], [1 / 3, 1 / 2, 1 / 2])


def test_without_a_job_services_before_the_windows_end_share():
    """Three months: the second ended on the day the first's window did, the third after it."""
    made = episodes(
        3,
        supplier=[0, 1, 2],
        customer=[5, 5, 5],
        planned_end=days(date(2024, 1, 10), date(2024, 4, 10), date(2024, 4, 11)),
        outcome=[[0] * 3] * 3,
    )

    np.testing.assert_allclose(weights(made)[:, 0], [1 / 2, 1 / 2, 1 / 2])


def test_a_customer_is_at_most_one_success_in_a_window_for_a_provider():
    made = episodes(
        4,
        supplier=[0, 0, 0, 1],
        customer=[5, 5, 5, 5],
        planned_end=days(date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1), date(2023, 12, 1)),
        outcome=[[1] * 3] * 4,
    )

    np.testing.assert_allclose(weights(made)[:, 0], [1 / 3, 1 / 3, 1 / 3, 1])


def test_given_any_customers_then_no_provider_has_more_than_one_success_of_one():
    made = drawn(800, customers=60, suppliers=4)
    given = terms(made, fit(made, FROZEN), FROZEN)

    whole = {}
    for i in range(len(made)):
        for w in range(3):
            key = made.customer[i], made.supplier[i], w
            whole[key] = whole.get(key, 0) + given.weight[i, w]
    assert max(whole.values()) <= 1 + 1e-12
    assert given.weight[~given.counted].sum() == 0
    assert (given.weight[given.counted] > 0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": np.full((2, 3), 2, np.int8)},
        {"planned_end": np.array([0, 10**6], np.int32)},
        {"grades": np.zeros((2, 3), np.int8)},
        {"category": np.array([0, 1], np.int32)},
        {"customer_months": np.array([1.0, np.nan])},
        {"deviation_points": np.array([-1.0, 0.0])},
        {"since": np.zeros((2, 2), np.int32)},
        {"supplier": np.array([0, -1], np.int32)},
        {"levels": (1, 2)},
        {"recommendation": np.array([11, 0], np.int8)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_episodes_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        episodes(2, **wrong)


def test_folds_stay_and_are_of_like_size():
    customers = np.arange(10_000, dtype=np.uint64)
    folds = hashing.folds_of(customers, 5, 1)

    assert folds[:8].tolist() == [0, 0, 0, 3, 3, 3, 2, 2]
    assert np.array_equal(folds[::-1], hashing.folds_of(customers[::-1].copy(), 5, 1))
    assert np.abs(np.bincount(folds) - 2000).max() < 150
    assert not np.array_equal(folds, hashing.folds_of(customers, 5, 2))
    assert hashing.sample_of(customers, 100, 1).sum() == 100
    assert hashing.sample_of(customers, 10_000, 1).all()
