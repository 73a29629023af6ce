"""Where customers are after a service: every SELECT of outcomes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, Select, cast, column, exists, false, func, literal_column, select
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import contains_eager, joinedload

from core import law
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from evaluation.outcomes.models import (
    EMPLOYED,
    PRECEDENCE,
    WINDOWS,
    ContradictionState,
    Outcome,
    OutcomeContradiction,
    OutcomeCorrection,
    OutcomeExclusion,
    OutcomeReport,
    OutcomeState,
    ReportState,
    Source,
)
from orders.loading import BRIEF
from orders.models import BEGUN, Order
from orders.money.models import OutcomePayment
from orders.money.models import OutcomeState as Payment
from suppliers.models import Supplier

PAGE_SIZE = 50
#: The page "Where are they now?" shows so many customers at once.
ROWS = 20


def settled() -> Select[Any]:
    """The one known state of each order and window: order_id, months, state, is_employed, since_on, source.

    Only what stands and is known: a contradiction that nobody has settled, and what is not known, are missing. The
    verbs keep ``stands``, so this is a plain filter whatever the number of sources.
    """
    columns: tuple[Any, ...] = (
        Outcome.order_id,
        Outcome.months,
        Outcome.state,
        Outcome.state.in_(EMPLOYED).label("is_employed"),
        Outcome.since_on,
        Outcome.source,
    )
    return select(*columns).where(Outcome.stands, Outcome.state != OutcomeState.UNKNOWN)


def excluded() -> Select[Any]:
    """The orders that do not count for anybody: order_id."""
    return select(OutcomeExclusion.order_id)


@dataclass(frozen=True)
class ExcludedShare:
    """How many of a provider's services that began do not count."""

    supplier_id: uuid.UUID
    name: str
    begun: int
    excluded: int


def exclusions(authority_id: uuid.UUID | None = None, category_id: uuid.UUID | None = None) -> Sequence[ExcludedShare]:
    """The neutral exclusions of each provider, beside how many services began; published as a share (§3)."""
    query = (
        select(
            Order.supplier_id,
            Supplier.name,
            func.count().label("begun"),
            func.count(OutcomeExclusion.id).label("excluded"),
        )
        .select_from(Order)
        .join(Supplier, Supplier.id == Order.supplier_id)
        .outerjoin(OutcomeExclusion, OutcomeExclusion.order_id == Order.id)
        .where(Order.state.in_(BEGUN))
        .group_by(Order.supplier_id, Supplier.name)
        .order_by(Supplier.name)
    )
    if authority_id:
        query = query.where(Order.authority_id == authority_id)
    if category_id:
        query = query.where(Order.category_id == category_id)
    return [ExcludedShare(*row) for row in db.session.execute(query)]


# ---- outcomes ----


def outcome(outcome_id: uuid.UUID) -> Outcome | None:
    return db.session.get(Outcome, outcome_id)


def outcome_of(order_id: uuid.UUID, months: int, source: Source) -> Outcome | None:
    return db.session.scalars(
        select(Outcome).where(Outcome.order_id == order_id, Outcome.months == months, Outcome.source == source)
    ).one_or_none()


def of_window(order_id: uuid.UUID, months: int) -> list[Outcome]:
    """What each source says of a window, by precedence."""
    rows = db.session.scalars(select(Outcome).where(Outcome.order_id == order_id, Outcome.months == months)).all()
    return sorted(rows, key=lambda row: PRECEDENCE.index(row.source))


def of_order(order_id: uuid.UUID) -> list[Outcome]:
    """What each source says of each window."""
    rows = db.session.scalars(
        select(Outcome).options(joinedload(Outcome.recorder)).where(Outcome.order_id == order_id)
    ).all()
    return sorted(rows, key=lambda row: (row.months, PRECEDENCE.index(row.source)))


def corrections_of(order_id: uuid.UUID) -> Mapping[uuid.UUID, list[OutcomeCorrection]]:
    """The earlier versions of what was said of an order, by outcome, the oldest first."""
    found: dict[uuid.UUID, list[OutcomeCorrection]] = {}
    for row in db.session.scalars(
        select(OutcomeCorrection)
        .join(Outcome, Outcome.id == OutcomeCorrection.outcome_id)
        .where(Outcome.order_id == order_id)
        .order_by(OutcomeCorrection.number)
    ):
        found.setdefault(row.outcome_id, []).append(row)
    return found


def last_correction(outcome_id: uuid.UUID) -> int:
    query = select(func.max(OutcomeCorrection.number)).where(OutcomeCorrection.outcome_id == outcome_id)
    return db.session.scalar(query) or 0


def is_anything_known(order_id: uuid.UUID) -> bool:
    """Whether a result is known of an order, or reported and waiting, be it for a payment."""
    known = select(Outcome.id).where(Outcome.order_id == order_id, Outcome.state != OutcomeState.UNKNOWN)
    waits = select(OutcomeReport.id).where(
        OutcomeReport.order_id == order_id, OutcomeReport.state == ReportState.WAITING
    )
    claimed = select(OutcomePayment.id).where(
        OutcomePayment.order_id == order_id, OutcomePayment.state.in_((Payment.CLAIMED, Payment.CONFIRMED))
    )
    return db.session.scalar(known.union_all(waits, claimed).limit(1)) is not None


def exclusion_of(order_id: uuid.UUID) -> OutcomeExclusion | None:
    return db.session.scalars(select(OutcomeExclusion).where(OutcomeExclusion.order_id == order_id)).one_or_none()


def months_later(months: Any) -> Any:
    """The planned end some months later, as the database counts (the last of a month stays the last)."""
    if isinstance(months, int):
        return cast(Order.planned_end_on + literal_column(f"interval '{int(months)} months'"), Date)
    return cast(Order.planned_end_on + months * literal_column("interval '1 month'"), Date)


@dataclass(frozen=True)
class DueOutcome:
    """A customer whose state of one window is to be told."""

    order: Order
    months: int
    due_on: date


def outcomes_due(expert_id: uuid.UUID, today: date, limit: int = 60) -> list[DueOutcome]:
    """The expert's services whose customers' state is to be told now, the oldest window first.

    Nobody is asked for what is older than the published time: it stays missing.
    """
    oldest = today - timedelta(days=int(law.number("R105.outcome_asked", today)))
    window = func.unnest(array(WINDOWS)).table_valued(column("months", Integer), name="asked_window").render_derived()
    due_on = months_later(window.c.months)
    told = exists().where(Outcome.order_id == Order.id, Outcome.months == window.c.months)
    out = exists().where(OutcomeExclusion.order_id == Order.id)
    rows = db.session.execute(
        select(Order, window.c.months, due_on.label("due_on"))
        .join(window, literal_column("true"))
        .options(*BRIEF)
        .where(
            Order.expert_id == expert_id,
            Order.state.in_(BEGUN),
            due_on.between(oldest, today),
            ~told,
            ~out,
        )
        .order_by(due_on, Order.id)
        .limit(limit)
    )
    return [DueOutcome(*row) for row in rows]


def outcomes_seen_by(mandate: Mandate) -> Select[Outcome]:
    """The outcomes of the authority's orders."""
    query = select(Outcome).options(joinedload(Outcome.order)).join(Order, Order.id == Outcome.order_id)
    if mandate.role not in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)


# ---- contradictions ----


def contradiction(contradiction_id: uuid.UUID) -> OutcomeContradiction | None:
    return db.session.get(OutcomeContradiction, contradiction_id)


def contradiction_of(order_id: uuid.UUID, months: int) -> OutcomeContradiction | None:
    return db.session.scalars(
        select(OutcomeContradiction).where(
            OutcomeContradiction.order_id == order_id, OutcomeContradiction.months == months
        )
    ).one_or_none()


def contradictions_seen_by(mandate: Mandate) -> Select[OutcomeContradiction]:
    """The contradictions of the authority's orders."""
    query = select(OutcomeContradiction).join(Order, Order.id == OutcomeContradiction.order_id)
    if mandate.role not in (Role.EXPERT, Role.COORDINATOR):
        return query.where(false())
    return query.where(Order.authority_id == mandate.organisation_id)


def contradictions_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[OutcomeContradiction]:
    """One page and one more, newest first."""
    query = contradictions_seen_by(mandate)
    if after:
        query = query.where(OutcomeContradiction.id < after)
    return db.session.scalars(query.order_by(OutcomeContradiction.id.desc()).limit(PAGE_SIZE + 1)).all()


def contradictions_to_settle(*conditions: Any, limit: int = 40) -> Sequence[OutcomeContradiction]:
    """Those nobody has settled, the oldest first."""
    return db.session.scalars(
        select(OutcomeContradiction)
        .join(OutcomeContradiction.order)
        .options(contains_eager(OutcomeContradiction.order).options(*BRIEF))
        .where(OutcomeContradiction.state == ContradictionState.OPEN, *conditions)
        .order_by(OutcomeContradiction.found_at)
        .limit(limit)
    ).all()


# ---- reports of providers ----


def report(report_id: uuid.UUID) -> OutcomeReport | None:
    return db.session.get(OutcomeReport, report_id)


def reports_of(order_id: uuid.UUID) -> Sequence[OutcomeReport]:
    return db.session.scalars(
        select(OutcomeReport).where(OutcomeReport.order_id == order_id).order_by(OutcomeReport.id)
    ).all()


def waiting_report(order_id: uuid.UUID, months: int) -> OutcomeReport | None:
    return db.session.scalars(
        select(OutcomeReport).where(
            OutcomeReport.order_id == order_id,
            OutcomeReport.months == months,
            OutcomeReport.state == ReportState.WAITING,
        )
    ).one_or_none()


def reports_seen_by(mandate: Mandate) -> Select[OutcomeReport]:
    """The reports of the authority's orders; a provider's own."""
    query = select(OutcomeReport).join(Order, Order.id == OutcomeReport.order_id)
    if mandate.role in (Role.EXPERT, Role.COORDINATOR):
        return query.where(Order.authority_id == mandate.organisation_id)
    if mandate.role is Role.PROVIDER:
        return query.where(Order.supplier_id == mandate.organisation_id)
    return query.where(false())


def reports_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[OutcomeReport]:
    """One page and one more, newest first."""
    query = reports_seen_by(mandate)
    if after:
        query = query.where(OutcomeReport.id < after)
    return db.session.scalars(query.order_by(OutcomeReport.id.desc()).limit(PAGE_SIZE + 1)).all()


def reports_to_answer(expert_id: uuid.UUID, limit: int = 40) -> Sequence[OutcomeReport]:
    """Reports on the expert's orders that wait, the oldest first."""
    return db.session.scalars(
        select(OutcomeReport)
        .join(OutcomeReport.order)
        .options(contains_eager(OutcomeReport.order).options(*BRIEF))
        .where(OutcomeReport.state == ReportState.WAITING, Order.expert_id == expert_id)
        .order_by(OutcomeReport.reported_at)
        .limit(limit)
    ).all()


def reports_refused(supplier_id: uuid.UUID, since: datetime, limit: int = 20) -> Sequence[OutcomeReport]:
    """The provider's reports refused lately for whose window nothing else was reported."""
    later = OutcomeReport.__table__.alias("later")
    return db.session.scalars(
        select(OutcomeReport)
        .join(Order, Order.id == OutcomeReport.order_id)
        .where(
            OutcomeReport.state == ReportState.REFUSED,
            OutcomeReport.answered_at > since,
            Order.supplier_id == supplier_id,
            ~exists().where(
                later.c.order_id == OutcomeReport.order_id,
                later.c.months == OutcomeReport.months,
                later.c.id > OutcomeReport.id,
            ),
        )
        .order_by(OutcomeReport.answered_at)
        .limit(limit)
    ).all()


def orders_to_report(supplier_id: uuid.UUID, today: date, limit: int = 20) -> list[DueOutcome]:
    """The provider's services of which a window is over and nothing is reported yet, the newest window first."""
    oldest = today - timedelta(days=int(law.number("R105.outcome_asked", today)))
    window = func.unnest(array(WINDOWS)).table_valued(column("months", Integer), name="asked_window").render_derived()
    due_on = months_later(window.c.months)
    reported = exists().where(
        OutcomeReport.order_id == Order.id,
        OutcomeReport.months == window.c.months,
        OutcomeReport.state != ReportState.REFUSED,
    )
    out = exists().where(OutcomeExclusion.order_id == Order.id)
    rows = db.session.execute(
        select(Order, window.c.months, due_on.label("due_on"))
        .join(window, literal_column("true"))
        .options(*BRIEF)
        .where(Order.supplier_id == supplier_id, Order.state.in_(BEGUN), due_on.between(oldest, today), ~reported, ~out)
        .order_by(due_on.desc(), Order.id.desc())
        .limit(limit)
    )
    return [DueOutcome(*row) for row in rows]


def orders_by_id(order_ids: Sequence[uuid.UUID]) -> Sequence[Order]:
    """Orders asked at once."""
    return db.session.scalars(select(Order).where(Order.id.in_(order_ids))).all()
