"""Every SELECT about delivered parts, disputes, results, budgets and the invoice basis, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.contracts.models import FrameContract
from dps.systems.models import Category
from orders.loading import BRIEF
from orders.models import (
    NOT_BOUGHT,
    DeliveryLine,
    Dispute,
    DisputeState,
    LineState,
    Need,
    Order,
    OrderState,
    PartKind,
)
from orders.money.models import (
    InvoiceBatch,
    OutcomePayment,
    OutcomeState,
    OverBudgetRequest,
    OverBudgetState,
)
from suppliers.models import Supplier

PAGE_SIZE = 50
#: At most so many lines are taken into one invoice basis.
MOST_LINES = 20_000


def _own_orders(mandate: Mandate) -> Any:
    """The condition under which an order is the mandate's to see, by the rule of ``Permission.ORDER_READ``."""
    if mandate.role is Role.PROVIDER:
        return Order.supplier_id == mandate.organisation_id
    return Order.authority_id == mandate.organisation_id


# ---- delivered parts ----


_SEQUENCE = list(PartKind)


def _in_order(lines: Iterable[DeliveryLine]) -> list[DeliveryLine]:
    """As they came; those of one report in the order of the parts."""
    return sorted(lines, key=lambda each: (each.reported_at, _SEQUENCE.index(each.kind), each.code))


def live_lines(order_id: uuid.UUID) -> list[DeliveryLine]:
    """The reported and accepted lines of an order, in the order they came."""
    return [each for each in lines_of(order_id) if each.state is not LineState.RETURNED]


def lines_of(order_id: uuid.UUID) -> list[DeliveryLine]:
    """Every line of an order, also those sent back."""
    return _in_order(db.session.scalars(select(DeliveryLine).where(DeliveryLine.order_id == order_id)))


def line(delivery_line_id: uuid.UUID) -> DeliveryLine | None:
    return db.session.scalars(
        select(DeliveryLine).options(joinedload(DeliveryLine.order)).where(DeliveryLine.id == delivery_line_id)
    ).one_or_none()


def lines_seen_by(mandate: Mandate) -> Select[DeliveryLine]:
    return (
        select(DeliveryLine)
        .join(Order, Order.id == DeliveryLine.order_id)
        .options(joinedload(DeliveryLine.order).options(lazyload("*")))
        .where(_own_orders(mandate))
    )


def parts_to_accept(expert_id: uuid.UUID, limit: int = 60) -> Sequence[DeliveryLine]:
    """Parts reported while the service runs, the oldest first."""
    return db.session.scalars(
        select(DeliveryLine)
        .join(DeliveryLine.order)
        .options(contains_eager(DeliveryLine.order).options(*BRIEF))
        .where(
            Order.expert_id == expert_id, DeliveryLine.state == LineState.REPORTED, DeliveryLine.delivery_id.is_(None)
        )
        .order_by(DeliveryLine.reported_at)
        .limit(limit)
    ).all()


# ---- disputes ----


def disputes_of(order_id: uuid.UUID) -> Sequence[Dispute]:
    return db.session.scalars(select(Dispute).where(Dispute.order_id == order_id).order_by(Dispute.number)).all()


def live_dispute(order_id: uuid.UUID) -> Dispute | None:
    """The dispute of an order that is not settled."""
    return db.session.scalars(
        select(Dispute).where(
            Dispute.order_id == order_id, Dispute.state.in_((DisputeState.OPEN, DisputeState.ANSWERED))
        )
    ).one_or_none()


def silent_disputes(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Disputes the provider has not answered in time."""
    return db.session.scalars(
        select(Dispute.id)
        .where(Dispute.state == DisputeState.OPEN, Dispute.answer_by < now)
        .order_by(Dispute.answer_by)
        .limit(limit)
    ).all()


def disputes_waiting(condition: Any, limit: int = 60) -> Sequence[Dispute]:
    return db.session.scalars(
        select(Dispute)
        .join(Dispute.order)
        .options(contains_eager(Dispute.order).options(*BRIEF))
        .where(condition)
        .order_by(Dispute.opened_at)
        .limit(limit)
    ).all()


def disputes_of_supplier(supplier_id: uuid.UUID) -> Sequence[Dispute]:
    """Those that wait for the provider's answer."""
    return disputes_waiting(and_(Order.supplier_id == supplier_id, Dispute.state == DisputeState.OPEN))


def late_disputes(authority_id: uuid.UUID, today: date) -> Sequence[Dispute]:
    """Those the expert has left unsettled too long."""
    return disputes_waiting(
        and_(Order.authority_id == authority_id, Dispute.state == DisputeState.ANSWERED, Dispute.settle_by < today)
    )


# ---- results ----


def outcome(outcome_payment_id: uuid.UUID) -> OutcomePayment | None:
    return db.session.get(OutcomePayment, outcome_payment_id)


def outcomes_of(order_id: uuid.UUID) -> Sequence[OutcomePayment]:
    return db.session.scalars(
        select(OutcomePayment).where(OutcomePayment.order_id == order_id).order_by(OutcomePayment.code)
    ).all()


def outcomes_seen_by(mandate: Mandate) -> Select[OutcomePayment]:
    """The payments for results a mandate may list, by the same rule as its orders."""
    return select(OutcomePayment).join(Order, Order.id == OutcomePayment.order_id).where(_own_orders(mandate))


def outcomes_to_confirm(expert_id: uuid.UUID, limit: int = 60) -> Sequence[OutcomePayment]:
    return db.session.scalars(
        select(OutcomePayment)
        .join(OutcomePayment.order)
        .options(contains_eager(OutcomePayment.order).options(*BRIEF))
        .where(Order.expert_id == expert_id, OutcomePayment.state == OutcomeState.CLAIMED)
        .order_by(OutcomePayment.claimed_at)
        .limit(limit)
    ).all()


def outcomes_to_claim(supplier_id: uuid.UUID, until: date, limit: int = 60) -> Sequence[OutcomePayment]:
    """Those that lapse by a day, the soonest first."""
    return db.session.scalars(
        select(OutcomePayment)
        .join(OutcomePayment.order)
        .options(contains_eager(OutcomePayment.order).options(*BRIEF))
        .where(
            Order.supplier_id == supplier_id,
            OutcomePayment.state == OutcomeState.OPEN,
            OutcomePayment.claim_by <= until,
        )
        .order_by(OutcomePayment.claim_by)
        .limit(limit)
    ).all()


def lapsed_outcomes(today: date, limit: int = 500) -> Sequence[uuid.UUID]:
    """Payments for results that nobody has claimed in time."""
    return db.session.scalars(
        select(OutcomePayment.id)
        .where(OutcomePayment.state == OutcomeState.OPEN, OutcomePayment.claim_by < today)
        .order_by(OutcomePayment.claim_by)
        .limit(limit)
    ).all()


def orders_to_close(until: datetime, order_id: uuid.UUID | None = None, limit: int = 500) -> Sequence[uuid.UUID]:
    """Delivered orders with nothing left to invoice or to decide since ``until``; all, or one if it is such."""
    open_lines = select(DeliveryLine.id).where(
        DeliveryLine.order_id == Order.id,
        DeliveryLine.state != LineState.RETURNED,
        DeliveryLine.amount > 0,
        DeliveryLine.batch_id.is_(None),
    )
    fresh = (
        select(DeliveryLine.id)
        .join(InvoiceBatch, InvoiceBatch.id == DeliveryLine.batch_id)
        .where(DeliveryLine.order_id == Order.id, InvoiceBatch.taken_at > until)
    )
    outcomes = select(OutcomePayment.id).where(
        OutcomePayment.order_id == Order.id, OutcomePayment.state.in_((OutcomeState.OPEN, OutcomeState.CLAIMED))
    )
    return db.session.scalars(
        select(Order.id)
        .where(
            Order.state == OrderState.COMPLETED,
            *((Order.id == order_id,) if order_id else ()),
            Order.completed_at <= until,
            ~open_lines.exists(),
            ~fresh.exists(),
            ~outcomes.exists(),
        )
        .order_by(Order.completed_at)
        .limit(limit)
    ).all()


# ---- beyond the budget ----


def over_budget(over_budget_id: uuid.UUID) -> OverBudgetRequest | None:
    return db.session.get(OverBudgetRequest, over_budget_id)


def over_budget_of_authority(authority_id: uuid.UUID) -> Select[OverBudgetRequest]:
    return (
        select(OverBudgetRequest)
        .options(
            joinedload(OverBudgetRequest.budget),
            joinedload(OverBudgetRequest.offering),
            joinedload(OverBudgetRequest.expert),
        )
        .where(OverBudgetRequest.authority_id == authority_id)
    )


def over_budget_page(authority_id: uuid.UUID, after: uuid.UUID | None) -> Sequence[OverBudgetRequest]:
    """One page and one more, newest first."""
    query = over_budget_of_authority(authority_id)
    if after:
        query = query.where(OverBudgetRequest.id < after)
    return db.session.scalars(query.order_by(OverBudgetRequest.id.desc()).limit(PAGE_SIZE + 1)).all()


def waiting_over_budget(authority_id: uuid.UUID, limit: int = 60) -> Sequence[OverBudgetRequest]:
    return db.session.scalars(
        select(OverBudgetRequest)
        .where(OverBudgetRequest.authority_id == authority_id, OverBudgetRequest.state == OverBudgetState.WAITING)
        .order_by(OverBudgetRequest.decide_by)
        .limit(limit)
    ).all()


def over_budget_of_need(need_id: uuid.UUID) -> OverBudgetRequest | None:
    """The newest request of a need."""
    return db.session.scalars(
        select(OverBudgetRequest)
        .where(OverBudgetRequest.need_id == need_id)
        .order_by(OverBudgetRequest.id.desc())
        .limit(1)
    ).one_or_none()


def lapsed_over_budget(today: date, limit: int = 500) -> Sequence[uuid.UUID]:
    return db.session.scalars(
        select(OverBudgetRequest.id)
        .where(OverBudgetRequest.state == OverBudgetState.WAITING, OverBudgetRequest.decide_by <= today)
        .limit(limit)
    ).all()


# ---- budgets ----


def reported_by_budget(budget_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Decimal]:
    """Delivered and not yet accepted, by budget."""
    rows = db.session.execute(
        select(Order.budget_id, func.sum(DeliveryLine.amount))
        .join(Order, Order.id == DeliveryLine.order_id)
        .where(Order.budget_id.in_(budget_ids), DeliveryLine.state == LineState.REPORTED)
        .group_by(Order.budget_id)
    )
    return {row[0]: row[1] for row in rows}


def ordered_since(authority_id: uuid.UUID, since: datetime) -> dict[uuid.UUID, Decimal]:
    """What was ordered since a moment and not taken back, by category."""
    rows = db.session.execute(
        select(Order.category_id, func.sum(Order.price))
        .where(Order.authority_id == authority_id, Order.placed_at >= since, Order.state.not_in(NOT_BOUGHT))
        .group_by(Order.category_id)
    )
    return {row[0]: row[1] for row in rows}


# ---- the invoice basis ----


def _to_invoice(authority_id: uuid.UUID, supplier_id: uuid.UUID | None, from_on: date, until_on: date) -> list[Any]:
    found: list[Any] = [
        Order.authority_id == authority_id,
        DeliveryLine.state == LineState.ACCEPTED,
        DeliveryLine.batch_id.is_(None),
        DeliveryLine.amount > 0,
        DeliveryLine.answered_at >= clock.start_of_day(from_on),
        DeliveryLine.answered_at < clock.end_of_day(until_on),
    ]
    if supplier_id:
        found.append(Order.supplier_id == supplier_id)
    return found


def lines_to_take(
    authority_id: uuid.UUID, supplier_id: uuid.UUID | None, from_on: date, until_on: date
) -> Sequence[DeliveryLine]:
    """Accepted lines that no invoice basis has yet, locked; the oldest first."""
    return db.session.scalars(
        select(DeliveryLine)
        .join(Order, Order.id == DeliveryLine.order_id)
        .options(joinedload(DeliveryLine.order).options(lazyload("*")))
        .where(*_to_invoice(authority_id, supplier_id, from_on, until_on))
        .order_by(DeliveryLine.id)
        .limit(MOST_LINES)
        .with_for_update(of=DeliveryLine)
        .execution_options(populate_existing=True)
    ).all()


def waiting_to_invoice(authority_id: uuid.UUID) -> Sequence[Any]:
    """By supplier how many accepted lines wait for an invoice basis, and their sum."""
    return db.session.execute(
        select(
            Supplier.id,
            Supplier.name,
            func.count().label("lines"),
            func.sum(DeliveryLine.amount).label("total"),
            func.min(DeliveryLine.answered_at).label("oldest"),
        )
        .join(Order, Order.id == DeliveryLine.order_id)
        .join(Supplier, Supplier.id == Order.supplier_id)
        .where(
            Order.authority_id == authority_id,
            DeliveryLine.state == LineState.ACCEPTED,
            DeliveryLine.batch_id.is_(None),
            DeliveryLine.amount > 0,
        )
        .group_by(Supplier.id)
        .order_by(Supplier.name)
        .limit(500)
    ).all()


def batch(batch_id: uuid.UUID) -> InvoiceBatch | None:
    return db.session.get(InvoiceBatch, batch_id)


def batches_of(authority_id: uuid.UUID) -> Select[InvoiceBatch]:
    return (
        select(InvoiceBatch).options(joinedload(InvoiceBatch.supplier)).where(InvoiceBatch.authority_id == authority_id)
    )


def batches_page(authority_id: uuid.UUID, after: uuid.UUID | None) -> Sequence[InvoiceBatch]:
    """One page and one more, newest first."""
    query = batches_of(authority_id)
    if after:
        query = query.where(InvoiceBatch.id < after)
    return db.session.scalars(query.order_by(InvoiceBatch.id.desc()).limit(PAGE_SIZE + 1)).all()


def last_batch_number(authority_id: uuid.UUID) -> int:
    return (
        db.session.scalar(select(func.max(InvoiceBatch.number)).where(InvoiceBatch.authority_id == authority_id)) or 0
    )


def batch_rows(batch_id: uuid.UUID) -> Sequence[Any]:
    """The lines of an invoice basis with everything an invoice refers to."""
    return db.session.execute(
        select(DeliveryLine, Order, Supplier, Category, FrameContract.id.label("contract"), Need.municipality)
        .join(Order, Order.id == DeliveryLine.order_id)
        .join(Supplier, Supplier.id == Order.supplier_id)
        .join(Category, Category.id == Order.category_id)
        .join(FrameContract, FrameContract.id == Order.contract_id)
        .join(Need, Need.id == Order.need_id)
        .options(lazyload("*"))
        .where(DeliveryLine.batch_id == batch_id)
        .order_by(Supplier.name, DeliveryLine.id)
    ).all()


def cost_by_municipality(authority_id: uuid.UUID, from_on: date, until_on: date) -> Sequence[Any]:
    """Accepted delivery lines of a time by home municipality and category (R104): orders, cost, VAT apart."""
    vat = func.sum(func.round(DeliveryLine.amount * Order.vat_rate / 100, 2))
    return db.session.execute(
        select(
            Need.municipality,
            Category.code,
            Category.name_fi,
            Category.name_sv,
            Category.name_en,
            func.count(func.distinct(Order.id)).label("orders"),
            func.sum(DeliveryLine.amount).label("cost"),
            vat.label("vat"),
        )
        .select_from(DeliveryLine)
        .join(Order, Order.id == DeliveryLine.order_id)
        .join(Need, Need.id == Order.need_id)
        .join(Category, Category.id == Order.category_id)
        .where(
            Order.authority_id == authority_id,
            DeliveryLine.state == LineState.ACCEPTED,
            DeliveryLine.answered_at >= clock.start_of_day(from_on),
            DeliveryLine.answered_at < clock.end_of_day(until_on),
        )
        .group_by(Need.municipality, Category.id)
        .order_by(Need.municipality, Category.name_fi)
    ).all()
