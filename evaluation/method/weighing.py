"""What each episode counts for: its expected chance, its share of a customer's outcome, its rater's habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from evaluation.method.arrays import Flags, Floats, floats, numbered, ratio
from evaluation.method.casemix import CaseMix, Status
from evaluation.method.episodes import FIRST_DAY, LAST_DAY, WINDOWS, Episodes, finished, mature, window_ends
from evaluation.method.parameters import DEFAULT, Parameters

_DAYS = LAST_DAY - FIRST_DAY + 1


@dataclass(frozen=True)
class Raters:
    """How each expert grades on the whole: sums of grades and how many, by rater code. Whole numbers: exact."""

    total: NDArray[np.int64]
    count: NDArray[np.int64]

    @property
    def means(self) -> Floats:
        """The mean grade of each rater; 0 of one who gave none."""
        return ratio(self.total, self.count)


@dataclass(frozen=True)
class Terms:
    """Columns with one entry an episode."""

    #: The planned end has come.
    finished: Flags
    #: (n, 3) the expected chance, whether the outcome is counted, and its weight (0 where it is not).
    p: Floats
    counted: Flags
    weight: Floats
    #: The mean grade, and the same less the rater's mean; 0 where there is none.
    grade: Floats
    residual: Floats
    graded: Flags
    #: A number for each customer with several episodes; −1 for one with a single one.
    person: NDArray[np.int32]
    #: By window: whether anybody can be compared.
    comparable: tuple[bool, ...]


def raters_of(episodes: Episodes, frozen_on: date) -> Raters:
    """Sum up the grades of each rater."""
    rows = finished(episodes, frozen_on) & (episodes.rater >= 0)
    given = episodes.grades[rows]
    known = given > 0
    rater = episodes.rater[rows]
    size = int(rater.max()) + 1 if rater.size else 0
    total = np.bincount(rater, np.where(known, given, 0).sum(axis=1), size)
    return Raters(total.astype(np.int64), np.bincount(rater, known.sum(axis=1), size).astype(np.int64))


def terms(
    episodes: Episodes,
    casemix: CaseMix,
    frozen_on: date,
    parameters: Parameters = DEFAULT,
    raters: Raters | None = None,
) -> Terms:
    """What each episode counts for.

    Some of the episodes get the same terms, bit for bit, as all of them if they hold every episode of each of their
    customers, and ``raters`` (of all the episodes) is given.
    """
    person, order = _people(episodes)
    ripe = mature(episodes, frozen_on, parameters)
    counts = ripe & (episodes.outcome >= 0)
    done = finished(episodes, frozen_on)
    known = (episodes.grades > 0) & (done & (episodes.rater >= 0))[:, None]
    how_many = known.sum(axis=1)
    graded = how_many > 0
    grade = ratio(np.where(known, episodes.grades, 0).sum(axis=1), how_many)
    means = (raters or raters_of(episodes, frozen_on)).means
    usual = np.zeros(len(episodes))
    usual[graded] = means[episodes.rater[graded]]
    return Terms(
        finished=done,
        p=casemix.predict(episodes),
        counted=counts,
        weight=_weights(episodes, ripe, counts, person, order, parameters.credit_days),
        grade=grade,
        residual=np.where(graded, grade - usual, 0.0),
        graded=graded,
        person=person,
        comparable=tuple(window.status is not Status.NOT_COMPARABLE for window in casemix.windows),
    )


def _people(episodes: Episodes) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
    """A number for every customer with several episodes, and these episodes by customer and planned end."""
    order = np.argsort(episodes.customer, kind="stable")
    ordered = episodes.customer[order]
    again = ordered[1:] == ordered[:-1]
    several = np.concatenate((again, [False])) | np.concatenate(([False], again)) if order.size else again
    first = several & ~np.concatenate(([False], again)) if order.size else again
    person = np.full(order.size, -1, dtype=np.int32)
    person[order[several]] = np.cumsum(first)[several] - 1
    rows = order[several]
    return person, rows[np.argsort(_key(person[rows], episodes.planned_end[rows]), kind="stable")]


def _key(person: NDArray[np.int32], day: NDArray[np.int32]) -> NDArray[np.int64]:
    """Customer and day in one number that sorts alike; a day beyond the calendar is its end."""
    return person.astype(np.int64) * _DAYS + (np.clip(day, FIRST_DAY, LAST_DAY) - FIRST_DAY)


def _weights(
    episodes: Episodes,
    ripe: Flags,
    counts: Flags,
    person: NDArray[np.int32],
    order: NDArray[np.intp],
    credit_days: int,
) -> Floats:
    """The credit of each counted outcome, and never more than one customer in a window for a provider.

    The credit is 1/k: the service itself and the customer's other ones, mature in the same window, that ended within
    180 days before the job began, or before the window's end where there is no job or no day of it. If the credits of
    a customer's services of one provider come to more than 1, all of them are made smaller alike, successes and
    failures: so there is at most one success, and leaving a repeated one out cannot favour anybody.
    """
    weight = counts.astype(np.float64)
    if order.size == 0:
        return weight
    people, ends = person[order], episodes.planned_end[order]
    for at, months in enumerate(WINDOWS):
        eligible = ripe[order, at]
        rows, who, end = order[eligible], people[eligible], ends[eligible]
        if rows.size == 0:
            continue
        keys = _key(who, end)
        job = (episodes.outcome[rows, at] == 1) & (episodes.since[rows, at] >= 0)
        until = np.where(job, episodes.since[rows, at], window_ends(end, months))
        sharing = np.searchsorted(keys, _key(who, until), side="right") - np.searchsorted(
            keys, _key(who, until - credit_days), side="left"
        )
        own = (end <= until) & (end >= until - credit_days)
        credit = np.where(counts[rows, at], 1.0 / (1 + sharing - own), 0.0)
        suppliers = np.int64(episodes.supplier.max()) + 1
        group, groups = numbered(who * suppliers + episodes.supplier[rows])
        together = np.bincount(group, credit, groups)
        weight[rows, at] = credit / np.maximum(together, 1.0)[group]
    return floats(weight)
