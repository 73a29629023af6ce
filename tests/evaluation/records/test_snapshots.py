"""Columns of facts: what changed is put in place, and codes keep their meaning."""

from __future__ import annotations

import uuid

import numpy as np

from evaluation.records import snapshots
from evaluation.records.episodes import previous_services, season
from evaluation.records.snapshots import Delta, Lists, Snapshot

SUPPLIERS = tuple(sorted(str(uuid.uuid4()) for _ in range(3)))
CATEGORY = (str(uuid.uuid4()),)


def _snapshot(values: dict[int, int], suppliers: tuple[str, ...] = SUPPLIERS) -> Snapshot:
    """Episodes of these orders, each of one supplier."""
    orders = sorted(values)
    columns = {
        "order": np.array([[each, 7] for each in orders], dtype=np.uint64).reshape(-1, 2),
        "supplier": np.array([values[each] for each in orders], dtype=np.int32),
        "category": np.zeros(len(orders), dtype=np.int32),
        "rater": np.full(len(orders), -1, dtype=np.int32),
        "municipality": np.zeros(len(orders), dtype=np.int16),
    }
    return Snapshot(columns, Lists(suppliers, CATEGORY, (), ("297",)))


def _id(order: int) -> uuid.UUID:
    return uuid.UUID(int=(order << 64) | 7)


def _as_dict(snapshot: Snapshot) -> dict[int, str]:
    orders = snapshot.columns["order"][:, 0].tolist()
    codes = snapshot.columns["supplier"].tolist()
    return {order: snapshot.lists.suppliers[code] for order, code in zip(orders, codes, strict=True)}


def test_given_changed_new_and_gone_orders_when_merged_then_only_they_differ() -> None:
    base = _snapshot({1: 0, 2: 0, 3: 1, 9: 2})
    fresh = _snapshot({2: 2, 5: 1})

    found = snapshots.merged(base, fresh, [_id(2), _id(5), _id(9), _id(77)])

    assert _as_dict(found) == {1: SUPPLIERS[0], 2: SUPPLIERS[2], 3: SUPPLIERS[1], 5: SUPPLIERS[1]}


def test_given_a_supplier_that_came_in_between_then_every_code_means_what_it_meant() -> None:
    longer = tuple(sorted([*SUPPLIERS, str(uuid.uuid4()), str(uuid.uuid4())]))
    base = _snapshot({1: 0, 2: 1, 3: 2})
    fresh = _snapshot({4: 4}, longer)

    found = snapshots.merged(base, fresh, [_id(4)])

    assert _as_dict(found) == {1: SUPPLIERS[0], 2: SUPPLIERS[1], 3: SUPPLIERS[2], 4: longer[4]}


def test_two_changes_one_after_the_other_are_one_change() -> None:
    first = Delta(_snapshot({2: 2, 5: 1}), (_id(2), _id(5)))
    second = Delta(_snapshot({5: 0}), (_id(1), _id(5)))
    base = _snapshot({1: 0, 2: 0, 3: 1})

    at_once = first.then(second)
    in_turn = snapshots.merged(snapshots.merged(base, first.fresh, list(first.touched)), second.fresh, [_id(1), _id(5)])

    assert _as_dict(snapshots.merged(base, at_once.fresh, list(at_once.touched))) == _as_dict(in_turn)
    assert _as_dict(in_turn) == {2: SUPPLIERS[2], 3: SUPPLIERS[1], 5: SUPPLIERS[0]}


def test_the_digest_tells_any_change() -> None:
    base = _snapshot({1: 0, 2: 1})

    assert base.digest() == _snapshot({1: 0, 2: 1}).digest()
    assert base.digest() != _snapshot({1: 0, 2: 2}).digest()
    assert base.digest() != _snapshot({1: 0, 2: 1}, tuple(reversed(SUPPLIERS))).digest()


def test_services_before_are_counted_by_the_day_they_began_and_no_further_than_two() -> None:
    customer = np.array([7, 8, 7, 7, 7], dtype=np.uint64)
    started = np.array([30, 10, 10, 20, 40])

    assert previous_services(customer, started).tolist() == [2, 0, 0, 1, 2]


def test_the_season_is_the_quarter_in_which_a_service_began() -> None:
    days = np.array(["2026-01-01", "2026-03-31", "2026-04-01", "2026-12-31"], dtype="datetime64[D]").astype(np.int64)

    assert season(days).tolist() == [0, 0, 1, 3]
