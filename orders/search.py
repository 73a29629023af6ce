"""Which offerings fit a need, in the order of the published rule, and why the others do not fit."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select

from core import clock
from core.db import db
from dps.contracts.models import ContractState, FrameContract
from dps.offerings.models import Offering, OfferingModule, OfferingStart, OfferingState
from dps.systems import legal_mode
from dps.systems.models import Category, CategoryModule
from orders import ordering, rules
from orders.models import Need, Order, OrderState, PublishedRecord
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A fitting offering as search shows it."""

    offering_id: uuid.UUID
    supplier_id: uuid.UUID
    supplier_name: str
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    languages: list[str]
    places: list[str]
    is_remote: bool
    duration_days: int
    accessibility: str
    vat_rate: Decimal
    #: For this need, modules included, without VAT.
    price: Decimal
    start_id: uuid.UUID
    starts_on: date
    seats_left: int
    record: PublishedRecord | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a search found."""

    hits: list[Hit]
    #: Why each of the other published offerings does not fit.
    reasons: dict[uuid.UUID, rules.Misfit] = field(default_factory=dict)

    @property
    def misfits(self) -> dict[rules.Misfit, int]:
        """How many offerings fail for each reason."""
        return dict(Counter(self.reasons.values()))

    def hit(self, offering_id: uuid.UUID) -> Hit | None:
        return next((each for each in self.hits if each.offering_id == offering_id), None)


@dataclass(frozen=True)
class _Start:
    id: uuid.UUID
    starts_on: date
    seats_left: int


def _offerings(category: Category, today: date) -> Sequence[Any]:
    """Published offerings with a frame contract in force (R79), as plain rows with the prices of their modules.

    Where orders follow competitions, each offering's own contract: of a choice of tenders, with quantity left (R2).
    """
    module_prices = (
        select(func.jsonb_object_agg(CategoryModule.code, cast(OfferingModule.price, Text)))
        .select_from(OfferingModule)
        .join(CategoryModule, CategoryModule.id == OfferingModule.module_id)
        .where(OfferingModule.offering_id == Offering.id)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            Offering.id,
            Offering.supplier_id,
            Supplier.name.label("supplier_name"),
            Offering.name_fi,
            Offering.name_sv,
            Offering.name_en,
            Offering.description_fi,
            Offering.description_sv,
            Offering.description_en,
            Offering.languages,
            Offering.places,
            Offering.is_remote,
            Offering.duration_days,
            Offering.accessibility,
            Offering.vat_rate,
            Offering.price,
            func.max(FrameContract.ends_on).label("contract_ends_on"),
            FrameContract.rank,
            module_prices.label("module_prices"),
        )
        .join(Supplier, Supplier.id == Offering.supplier_id)
        .join(FrameContract, _contract_of_offering(category))
        .where(
            Offering.category_id == category.id,
            Offering.state == OfferingState.PUBLISHED,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.paused_at.is_(None),
            FrameContract.starts_on <= today,
            FrameContract.ends_on >= today,
        )
        .group_by(Offering.id, Supplier.id, FrameContract.rank)
    ).all()


def _contract_of_offering(category: Category) -> ColumnElement[bool]:
    if legal_mode.orders_follow_awards(category.legal_mode, category.ordering_rule):
        left = FrameContract.maximum_quantity.is_(None) | (
            FrameContract.ordered_quantity < FrameContract.maximum_quantity
        )
        return (FrameContract.id == Offering.contract_id) & FrameContract.award_decision_id.is_not(None) & left
    return (FrameContract.supplier_id == Offering.supplier_id) & (FrameContract.category_id == Offering.category_id)


def _starts(category_id: uuid.UUID, today: date, latest: date) -> tuple[dict[uuid.UUID, list[_Start]], set[uuid.UUID]]:
    """Per offering the starts in time that have a seat, and which offerings start in time at all."""
    free: dict[uuid.UUID, list[_Start]] = defaultdict(list)
    in_time: set[uuid.UUID] = set()
    for row in db.session.execute(
        select(
            OfferingStart.offering_id,
            OfferingStart.id,
            OfferingStart.starts_on,
            (OfferingStart.seats - OfferingStart.seats_taken).label("left"),
        )
        .join(Offering, Offering.id == OfferingStart.offering_id)
        .where(
            Offering.category_id == category_id,
            Offering.state == OfferingState.PUBLISHED,
            OfferingStart.starts_on.between(today, latest),
        )
        .order_by(OfferingStart.starts_on)
    ):
        in_time.add(row.offering_id)
        if row.left > 0:
            free[row.offering_id].append(_Start(row.id, row.starts_on, row.left))
    return free, in_time


def records(category_id: uuid.UUID) -> dict[uuid.UUID, PublishedRecord]:
    """The published quality records of a category, by supplier."""
    rows = db.session.scalars(select(PublishedRecord).where(PublishedRecord.category_id == category_id))
    return {row.supplier_id: row for row in rows}


@dataclass(frozen=True)
class _History:
    """What a supplier did before: the last order given to it, and whether it said no to this need."""

    last: datetime | None
    is_unwilling: bool


def _histories(need: Need) -> dict[uuid.UUID, _History]:
    """Of each supplier with orders in the category; cancelled orders do not count as given."""
    refused = (Order.need_id == need.id) & Order.state.in_((OrderState.DECLINED, OrderState.EXPIRED))
    rows = db.session.execute(
        select(
            Order.supplier_id,
            func.max(Order.placed_at).filter(Order.state != OrderState.CANCELLED).label("last"),
            func.bool_or(refused).label("is_unwilling"),
        )
        .where(Order.category_id == need.category_id)
        .group_by(Order.supplier_id)
    )
    return {row.supplier_id: _History(row.last, row.is_unwilling) for row in rows}


def asked(need: Need) -> rules.Asked:
    """What the need asks for."""
    return rules.Asked(
        languages=frozenset(need.languages), place=need.place, is_remote=need.is_remote, modules=tuple(need.modules)
    )


def fitting(need: Need, *, on: date | None = None) -> Result:
    """The fitting offerings of the need's category in the order of its published rule (R3, I5)."""
    today = on or clock.helsinki_date(clock.now())
    category, wish = need.category, asked(need)
    free, in_time = _starts(category.id, today, need.latest_start)
    quality, histories = records(category.id), _histories(need)
    hits: dict[uuid.UUID, Hit] = {}
    contenders: list[ordering.Contender] = []
    reasons: dict[uuid.UUID, rules.Misfit] = {}
    for row in _offerings(category, today):
        starts = [each for each in free.get(row.id, ()) if each.starts_on <= row.contract_ends_on]
        prices = {code: Decimal(price) for code, price in (row.module_prices or {}).items()}
        history = histories.get(row.supplier_id, _History(None, is_unwilling=False))
        reason = rules.misfit(
            wish,
            rules.Offered(
                languages=frozenset(row.languages),
                places=frozenset(row.places),
                is_remote=row.is_remote,
                modules=prices,
                starts_in_time=row.id in in_time,
                has_seat=bool(starts),
                was_declined=history.is_unwilling,
            ),
        )
        if reason:
            reasons[row.id] = reason
            continue
        hit = _hit(row, starts[0], rules.price_of(row.price, prices, need.modules), quality.get(row.supplier_id))
        hits[row.id] = hit
        contenders.append(ordering.Contender(row.id, hit.price, history.last, row.rank or 1))
    order = ordering.in_order(
        category.ordering_rule, contenders, seed=need.seed, parameters=category.ordering_parameters
    )
    return Result(hits=[hits[each.offering_id] for each in order], reasons=reasons)


#: Columns of a row that a hit says otherwise.
NOT_SHOWN = ("id", "price", "contract_ends_on", "module_prices", "rank")


def _hit(row: Any, start: _Start, price: Decimal, record: PublishedRecord | None) -> Hit:
    shared: Mapping[str, Any] = row._mapping
    return Hit(
        offering_id=row.id,
        start_id=start.id,
        starts_on=start.starts_on,
        seats_left=start.seats_left,
        price=price,
        record=record,
        **{name: shared[name] for name in shared if name not in NOT_SHOWN},
    )
