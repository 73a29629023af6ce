"""Many results at once: an expert with 120 customers tells where twenty are in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core import clock
from core.db import lock, transaction
from core.errors import DomainError, RuleBroken
from core.identity.mandates import Mandate
from evaluation.outcomes.models import Outcome, OutcomeState
from evaluation.outcomes.rules import Details
from evaluation.outcomes.service.recording import record_outcome
from orders.models import Order

Told = tuple[Order, int, OutcomeState, Details]


class RowsRefused(RuleBroken):
    """Nothing was saved; which rows were refused and why is in ``data["refusals"]`` by order and window."""


def today_of() -> date:
    """The present day in Helsinki."""
    return clock.helsinki_date(clock.now())


@transaction
def record_many(told: Sequence[Told], *, by: Mandate) -> list[Outcome]:
    """Record where several customers are; all of them or none.

    :raises RowsRefused: a row cannot be recorded
    """
    done, refusals = [], {}
    for order in sorted({each[0] for each in told}, key=lambda each: each.id):
        lock(order)
    for order, months, state, details in told:
        try:
            done.append(record_outcome(order, state, details, by=by, months=months))
        except DomainError as refusal:
            refusals[order.id, months] = refusal
    if refusals:
        first = next(iter(refusals.values()))
        raise RowsRefused(first.message, rule=first.rule, field="items", next_step=first.next_step, refusals=refusals)
    return done
