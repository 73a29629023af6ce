"""The money of Kuopio's year: an invoice basis each month, an order beyond the budget, orders from one file."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority
from demo import casework
from demo.cast import COORDINATOR, MAP, TRIAL
from dps.systems.models import Category
from orders import queries as order_queries
from orders.bulk import queries as bulk_queries
from orders.bulk import service as bulk
from orders.bulk.reading import COLUMNS
from orders.models import BeyondBudget, ChosenBy
from orders.money import service as money
from orders.money.service import beyond
from orders.service import budgets

if TYPE_CHECKING:
    from demo.story import Story


#: So many customers are met until one can be served in a language that somebody offers.
TRIES = 6


def plan(story: Story) -> None:
    """The invoice basis of each month, and what comes at the end of the year."""
    for number in range(1, 12):
        first = (story.today.replace(day=1) - timedelta(days=30 * number)).replace(day=1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        story.on(last + timedelta(days=3), partial(invoice, story, first, last))
    story.on(story.today - timedelta(days=12), lambda: lay_off(story), hour=10)
    story.on(story.today - timedelta(days=1), lambda: ask_beyond(story), hour=15)


def _office(story: Story) -> tuple[Authority, Mandate]:
    coordinator = story.mandates[COORDINATOR]
    return db.session.get_one(Authority, coordinator.organisation_id), coordinator


def invoice(story: Story, first: date, last: date) -> None:
    """The coordinator takes what was accepted in a month."""
    authority, coordinator = _office(story)
    money.take_batch(authority, None, first, last, by=coordinator)


def lay_off(story: Story) -> None:
    """A workplace closes: six of its people from one file; each gets a link to choose by."""
    category = db.session.get_one(Category, story.categories[TRIAL])
    latest = (clock.helsinki_date(clock.now()) + timedelta(days=56)).isoformat()
    rows = [
        {each.name: each.example for each in COLUMNS} | {"reference": f"LO-{number}", "latest_start": latest}
        for number in range(1, 7)
    ]
    text = "\r\n".join([";".join(rows[0]), *(";".join(each.values()) for each in rows)])
    file = bulk.take_file(category, text.encode(), by=story.experts[0])
    bulk.begin(file, by=story.experts[0])
    bulk.state_needs(file)
    for line in bulk_queries.lines_of(file.id):
        bulk.do_line(line)
    bulk.finish(file)


def ask_beyond(story: Story) -> None:
    """The money for assessment periods is used up; the expert asks for one more."""
    authority, coordinator = _office(story)
    for _ in range(TRIES):
        need = casework.state_need(story, MAP, story.experts[0])
        wanted = beyond.wanted(need, choice=None, chosen_by=ChosenBy.RULE)
        if wanted is not None:
            break
    else:
        return
    budget = order_queries.budget(authority.id, need.category_id, wanted.start.starts_on.year)
    assert budget is not None
    used = budget.committed + budget.spent + Decimal(100)
    budgets.set_budget(authority, need.category, budget.year, used, beyond=BeyondBudget.APPROVE, by=coordinator)
    beyond.ask_for(need, wanted, "Kartoitus ratkaisee, mihin koulutukseen asiakas hakee.", by=story.experts[0])
