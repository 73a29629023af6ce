"""Where customers are after a service: every SELECT of outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, cast, false, literal_column, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from evaluation.outcomes.models import Outcome
from orders.models import BEGUN, Order


def outcome_of(order_id: uuid.UUID, months: int) -> Outcome | None:
    return db.session.scalars(
        select(Outcome).where(Outcome.order_id == order_id, Outcome.months == months)
    ).one_or_none()


def months_later(months: int) -> Any:
    """The planned end some months later, as the database counts (the last of a month stays the last)."""
    return cast(Order.planned_end_on + literal_column(f"interval '{int(months)} months'"), Date)


def outcomes_due(expert_id: uuid.UUID, today: date, months: int = 3, limit: int = 100) -> Sequence[Order]:
    """The expert's services whose customers' state is to be told now, the oldest first."""
    told = select(Outcome.id).where(Outcome.order_id == Order.id, Outcome.months == months).exists()
    return db.session.scalars(
        select(Order)
        .where(Order.expert_id == expert_id, Order.state.in_(BEGUN), months_later(months) <= today, ~told)
        .order_by(Order.planned_end_on)
        .limit(limit)
    ).all()


def outcomes_seen_by(mandate: Mandate) -> Select[Outcome]:
    """The outcomes of the authority's orders."""
    query = select(Outcome).options(joinedload(Outcome.order)).join(Order, Order.id == Outcome.order_id)
    if mandate.role not in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)
