"""The one order of locks: whoever takes them the other way round waits for ever for somebody who waits for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from core.db import db
from dps.offerings.models import Offering, OfferingStart
from dps.systems.models import OrderingRule
from orders import search
from orders.groups import service
from orders.groups.models import EntryState
from orders.models import BeyondBudget, ChosenBy
from orders.money.service import beyond
from orders.service import place_order, set_budget
from tests import people
from tests import worlds_groups as groups


@contextmanager
def _locked() -> Iterator[list[str]]:
    """The tables whose rows are locked inside, in order."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "FOR UPDATE" in statement:
            found.append(re.search(r'FROM "?(\w+)', statement).group(1))  # type: ignore[union-attr]

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("is_beyond", [False, True])
def test_places_in_queues_are_locked_before_seats_and_money(app: Flask, is_beyond: bool) -> None:
    """Releasing a group locks its offered places, and then the money."""
    made = groups.world(rule=OrderingRule.RANKING)
    found = groups.group(made, seats_max=1)
    entry = groups.waiting(made, found)
    service.offer_seats(found, by=None)
    need, year = entry.need, found.start.starts_on.year
    if is_beyond:
        left = found.budget.committed
        set_budget(made.authority, made.category, year, left, beyond=BeyondBudget.APPROVE, by=made.coordinator)
        wanted = beyond.wanted(need, choice=None, chosen_by=ChosenBy.RULE)
        assert wanted is not None
        request = beyond.ask_for(need, wanted, "The course begins next week.", by=made.expert)
    decider, expert = people.decider(made.authority), made.expert
    hit = search.fitting(need).hits[0]
    offering, start = db.session.get_one(Offering, hit.offering_id), db.session.get_one(OfferingStart, hit.start_id)
    with _locked() as tables:
        if is_beyond:
            beyond.approve(request, "The need is urgent.", by=decider)
        else:
            place_order(need, offering, start, chosen_by=ChosenBy.RULE, by=expert)
    assert entry.state is EntryState.LEFT
    assert tables.index("queue_entry") < tables.index("offering_start") < tables.index("budget")
