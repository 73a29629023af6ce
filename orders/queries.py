"""Every SELECT about needs, choices, orders and budgets, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, false, func, or_, select, true, union, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, joinedload, lazyload

from core import clock, law
from core.audit.models import AuditEvent, AuditFollower
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from core.identity.passwords import hash_token
from dps.contracts.models import FrameContract
from dps.contracts.production import queries as production
from dps.contracts.queries import callable_off
from dps.systems import buyers
from dps.systems.models import Category, LegalMode, OrderingRule, PurchasingSystem, SystemState
from orders.life import READ_REPORT_WITHIN
from orders.loading import BRIEF, FULL
from orders.models import (
    Budget,
    Choice,
    CustomerQuestion,
    Delivery,
    InterimReport,
    Need,
    NeedState,
    Order,
    OrderState,
    PublishedRecord,
)
from suppliers.models import Supplier

PAGE_SIZE = 50
#: An end so many days ahead is shown on the expert's desk.
ENDS_SOON = 14
_WAITING = (OrderState.ACCEPTED, OrderState.SCHEDULED, OrderState.STARTED, OrderState.PAUSED, OrderState.REPORTED)


# ---- needs and choices ----


def need(need_id: uuid.UUID) -> Need | None:
    return db.session.get(Need, need_id)


def hold_numbers(authority_id: uuid.UUID) -> None:
    """Hold the authority's numbers until the end of the transaction; foreign keys to it are not held up."""
    db.session.execute(
        select(Authority.id).options(lazyload("*")).where(Authority.id == authority_id).with_for_update(key_share=True)
    )


def next_need_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's needs, held until the end of the transaction."""
    hold_numbers(authority_id)
    return (db.session.scalar(select(func.max(Need.number)).where(Need.authority_id == authority_id)) or 0) + 1


def next_order_number(authority_id: uuid.UUID) -> int:
    """The next running number of the authority's orders, held until the end of the transaction."""
    hold_numbers(authority_id)
    return (db.session.scalar(select(func.max(Order.number)).where(Order.authority_id == authority_id)) or 0) + 1


def categories_to_order_from(authority_id: uuid.UUID) -> Sequence[Category]:
    """The categories of the open systems the authority buys from in which an expert may order: directly, or under the
    contract of a competition (R2, R103), or in any of them under an agreement on own or partners' production."""
    today = clock.helsinki_date(clock.now())
    competed = select(FrameContract.id).where(FrameContract.category_id == Category.id, *callable_off(today)).exists()
    direct = and_(Category.legal_mode != LegalMode.DPS_STRICT, Category.ordering_rule != OrderingRule.COMPETITION)
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            buyers.buys_from(authority_id, today),
            PurchasingSystem.state == SystemState.OPEN,
            Category.ended_at.is_(None),
            or_(direct, competed, production.orderable(authority_id, today)),
        )
        .order_by(Category.system_id, Category.position)
        .limit(200)
    ).all()


def categories_of(authority_id: uuid.UUID) -> Sequence[Category]:
    """Every category of the systems the authority buys from, for budgets."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(buyers.buys_from(authority_id))
        .order_by(Category.system_id, Category.position)
        .limit(500)
    ).all()


def needs_seen_by(mandate: Mandate) -> Select[Need]:
    """The needs a mandate may list: those of its authority's experts."""
    if mandate.role is not Role.EXPERT:
        return select(Need).where(false())
    return select(Need).where(Need.authority_id == mandate.organisation_id)


def needs_page(mandate: Mandate, after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Need]:
    """The expert's own needs, newest first, and one more than a page."""
    query = needs_seen_by(mandate).where(Need.expert_id == mandate.person_id)
    if after:
        query = query.where(Need.id < after)
    return db.session.scalars(query.order_by(Need.id.desc()).limit(size + 1)).all()


def choice_of_token(token: str) -> Choice | None:
    return db.session.scalars(select(Choice).where(Choice.token_hash == hash_token(token))).one_or_none()


def newest_choice(need_id: uuid.UUID) -> Choice | None:
    """The last link made for the need."""
    return db.session.scalars(
        select(Choice).where(Choice.need_id == need_id).order_by(Choice.id.desc()).limit(1)
    ).one_or_none()


def newest_choices(need_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Choice]:
    """The last link of each need."""
    rows = db.session.scalars(
        select(Choice)
        .options(lazyload(Choice.need))
        .where(Choice.need_id.in_(need_ids))
        .ext(distinct_on(Choice.need_id))
        .order_by(Choice.need_id, Choice.id.desc())
    )
    return {row.need_id: row for row in rows}


def cancel_open_choices(need_id: uuid.UUID, at: datetime) -> None:
    """Links that nobody has used stop working."""
    db.session.execute(
        update(Choice)
        .where(Choice.need_id == need_id, Choice.answered_at.is_(None), Choice.cancelled_at.is_(None))
        .values(cancelled_at=at, version=Choice.version + 1)
    )


def customer_question(customer_question_id: uuid.UUID) -> CustomerQuestion | None:
    return db.session.get(CustomerQuestion, customer_question_id)


def questions_asked(choice_id: uuid.UUID) -> int:
    """How many questions were asked by a link."""
    return (
        db.session.scalar(
            select(func.count()).select_from(CustomerQuestion).where(CustomerQuestion.choice_id == choice_id)
        )
        or 0
    )


def questions_of(need_id: uuid.UUID) -> Sequence[CustomerQuestion]:
    """What the customer asked about a need, oldest first."""
    return db.session.scalars(
        select(CustomerQuestion).where(CustomerQuestion.need_id == need_id).order_by(CustomerQuestion.id).limit(100)
    ).all()


def waiting_questions(expert_id: uuid.UUID, limit: int = 60) -> Sequence[CustomerQuestion]:
    """Questions of an expert's customers that nobody has handled, oldest first."""
    return db.session.scalars(
        select(CustomerQuestion)
        .join(Need, Need.id == CustomerQuestion.need_id)
        .where(Need.expert_id == expert_id, CustomerQuestion.handled_at.is_(None))
        .order_by(CustomerQuestion.id)
        .limit(limit)
    ).all()


# ---- orders ----


#: Not its start: an order read to be locked would then meet the seats that others took meanwhile, and break off.
def order(order_id: uuid.UUID) -> Order | None:
    return db.session.scalars(select(Order).options(*FULL).where(Order.id == order_id)).one_or_none()


def last_order(need_id: uuid.UUID) -> Order | None:
    return db.session.scalars(
        select(Order).where(Order.need_id == need_id).order_by(Order.number.desc()).limit(1)
    ).one_or_none()


def orders_of_need(need_id: uuid.UUID) -> Sequence[Order]:
    """Every order placed for a need, oldest first."""
    return db.session.scalars(select(Order).options(*FULL).where(Order.need_id == need_id).order_by(Order.number)).all()


def orders_seen_by(mandate: Mandate) -> Select[Order]:
    """The orders a mandate may list, by the same rule as ``Permission.ORDER_READ``."""
    query = select(Order).options(*FULL)
    if mandate.role is Role.PROVIDER:
        return query.where(Order.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(Order.authority_id == mandate.organisation_id)
    return query.where(false())


def orders_page(query: Select[Order], after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Order]:
    """One page of orders and one more, newest first."""
    if after:
        query = query.where(Order.id < after)
    return db.session.scalars(query.order_by(Order.id.desc()).limit(size + 1)).all()


def departures_page(authority_id: uuid.UUID, after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Order]:
    """The authority's orders that departed from a ranking, newest first, and one more than a page."""
    query = select(Order).where(Order.authority_id == authority_id, Order.deviation_reason.is_not(None))
    return orders_page(query, after, size)


def lapsed_orders(now: datetime, limit: int = 500) -> Sequence[uuid.UUID]:
    """Orders nobody answered in time, the oldest first."""
    return db.session.scalars(
        select(Order.id)
        .where(Order.state == OrderState.PLACED, Order.accept_by < now)
        .order_by(Order.accept_by)
        .limit(limit)
    ).all()


def overdue_orders(now: datetime, limit: int = 500) -> Sequence[tuple[uuid.UUID, str]]:
    """Orders whose time for the next step may be over and of which nobody was reminded; ``life`` has the exact day."""
    today = clock.helsinki_date(now)
    earliest = now - timedelta(days=int(law.number("R79.first_meeting", today)))
    reported = now - timedelta(days=READ_REPORT_WITHIN)
    may_be_late = or_(
        and_(Order.state == OrderState.ACCEPTED, Order.accepted_at < earliest),
        and_(Order.state == OrderState.SCHEDULED, Order.meeting_at < now),
        and_(Order.state == OrderState.STARTED, Order.planned_end_on + Category.report_within_days < today),
        and_(Order.state == OrderState.REPORTED, Delivery.reported_at < reported),
    )
    rows = db.session.execute(
        select(Order.id, Order.state)
        .join(Category, Category.id == Order.category_id)
        .outerjoin(Delivery, Delivery.order_id == Order.id)
        .where(
            Order.state.in_(_WAITING),
            or_(Order.reminded_in.is_(None), Order.reminded_in != Order.state),
            may_be_late,
        )
        .order_by(Order.accepted_at)
        .limit(limit)
    )
    return [(row.id, row.state.value) for row in rows]


def pauses_over(today: date, limit: int = 500) -> Sequence[uuid.UUID]:
    """Paused orders whose last day of pause has passed."""
    return db.session.scalars(
        select(Order.id).where(Order.state == OrderState.PAUSED, Order.paused_until < today).limit(limit)
    ).all()


def due_of_supplier(supplier_id: uuid.UUID, limit: int = 100) -> Sequence[Order]:
    """The orders that wait for something from the provider: an answer, a meeting, a start, a report."""
    live = (OrderState.PLACED, OrderState.ACCEPTED, OrderState.SCHEDULED, OrderState.STARTED)
    return db.session.scalars(
        select(Order)
        .options(*BRIEF, joinedload(Order.need).options(lazyload("*")))
        .where(Order.supplier_id == supplier_id, Order.state.in_(live))
        .order_by(Order.accept_by)
        .limit(limit)
    ).all()


def interim_told(order_ids: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, date]]:
    """Of which orders an interim report was given, and for which review."""
    rows = db.session.execute(
        select(InterimReport.order_id, InterimReport.review_on).where(InterimReport.order_id.in_(order_ids))
    )
    return {(row.order_id, row.review_on) for row in rows}


def due_of_expert(expert_id: uuid.UUID, today: date, limit: int = 100) -> Sequence[Order]:
    """The expert's orders to look at: reports and disputes, no meeting or start in time, plans to review, ends near."""
    soon = today + timedelta(days=ENDS_SOON)
    return db.session.scalars(
        select(Order)
        .options(*BRIEF, joinedload(Order.delivery))
        .where(
            Order.expert_id == expert_id,
            or_(
                Order.state.in_((OrderState.REPORTED, OrderState.DISPUTED, OrderState.STARTED, OrderState.PAUSED)),
                and_(Order.state.in_((OrderState.ACCEPTED, OrderState.SCHEDULED)), Order.planned_start_on <= soon),
                and_(Order.state == OrderState.ACCEPTED, Order.reminded_in.is_not(None)),
            ),
        )
        .order_by(Order.planned_end_on, Order.id)
        .limit(limit)
    ).all()


def open_needs(expert_id: uuid.UUID, limit: int = 100) -> Sequence[tuple[Need, Choice | None, Order | None]]:
    """The expert's needs that are not ordered, each with its last link and its last order."""
    choices = select(Choice).where(Choice.need_id == Need.id).order_by(Choice.id.desc()).limit(1).lateral()
    orders = select(Order).where(Order.need_id == Need.id).order_by(Order.number.desc()).limit(1).lateral()
    choice, order = aliased(Choice, choices), aliased(Order, orders)
    rows = db.session.execute(
        select(Need, choice, order)
        .select_from(Need)
        .outerjoin(choice, true())
        .outerjoin(order, true())
        .options(
            lazyload(choice.need),
            lazyload(order.need),
            lazyload(order.category),
            joinedload(order.supplier, innerjoin=False).joinedload(Supplier.organisation, innerjoin=False),
        )
        .where(Need.expert_id == expert_id, Need.state == NeedState.OPEN)
        .order_by(Need.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def delivery(delivery_id: uuid.UUID) -> Delivery | None:
    return db.session.get(Delivery, delivery_id)


def deliveries_seen_by(mandate: Mandate) -> Select[Delivery]:
    """The deliveries of the orders a mandate may list."""
    query = select(Delivery).options(joinedload(Delivery.order)).join(Order, Order.id == Delivery.order_id)
    if mandate.role is Role.PROVIDER:
        return query.where(Order.supplier_id == mandate.organisation_id)
    if mandate.role in (Role.EXPERT, Role.COORDINATOR, Role.DECIDER):
        return query.where(Order.authority_id == mandate.organisation_id)
    return query.where(false())


# ---- money ----


def budget(authority_id: uuid.UUID, category_id: uuid.UUID, year: int) -> Budget | None:
    return db.session.scalars(
        select(Budget).where(
            Budget.authority_id == authority_id, Budget.category_id == category_id, Budget.year == year
        )
    ).one_or_none()


def budget_for_update(authority_id: uuid.UUID, category_id: uuid.UUID, year: int) -> Budget | None:
    """The budget, locked and read anew."""
    return db.session.scalars(
        select(Budget)
        .options(lazyload(Budget.category))
        .where(Budget.authority_id == authority_id, Budget.category_id == category_id, Budget.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def hold_turns(category_id: uuid.UUID) -> None:
    """One order at a time goes by the row of a category, whoever orders, until the end of the transaction (R3).

    Taken after the budget and before the audit chain, as an advisory lock: there is no row that all of them share.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(category_id), 0))))


def budgets_of(authority_id: uuid.UUID) -> Select[Budget]:
    return select(Budget).where(Budget.authority_id == authority_id)


def budgets_of_year(authority_id: uuid.UUID, year: int) -> Sequence[Budget]:
    return db.session.scalars(budgets_of(authority_id).where(Budget.year == year).order_by(Budget.id).limit(500)).all()


# ---- quality and the change feed ----


def records_of(supplier_ids: Sequence[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], PublishedRecord]:
    """Published quality records by supplier and category."""
    rows = db.session.scalars(select(PublishedRecord).where(PublishedRecord.supplier_id.in_(supplier_ids)))
    return {(row.supplier_id, row.category_id): row for row in rows}


def events_after(organisation_id: uuid.UUID, seq: int, limit: int) -> Sequence[Any]:
    """Ids and types of what the organisation did, and of what others did to what it follows, in order of the chain."""
    own = select(AuditEvent.seq).where(AuditEvent.organisation_id == organisation_id, AuditEvent.seq > seq)
    followed = select(AuditFollower.seq).where(
        AuditFollower.organisation_id == organisation_id, AuditFollower.seq > seq
    )
    first = union(*(each.order_by("seq").limit(limit) for each in (own, followed))).subquery()
    return db.session.execute(
        select(AuditEvent.seq, AuditEvent.at, AuditEvent.type, AuditEvent.subject_type, AuditEvent.subject_id)
        .join(first, first.c.seq == AuditEvent.seq)
        .order_by(AuditEvent.seq)
        .limit(limit)
    ).all()
