"""What makes an offering fit a need, as conditions of the database: one list, for finding and for telling why not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, not_, or_, select, true

from dps.contracts.models import ContractState, FrameContract, ProductionAgreement
from dps.contracts.production.queries import may_order
from dps.offerings import queries as offering_queries
from dps.offerings.models import Offering, OfferingModule, OfferingStart, OfferingState, ServiceForm
from dps.systems import legal_mode
from dps.systems.models import Category, CategoryModule
from dps.systems.production import Production
from orders.models import Order, OrderState, PublishedRecord, Standing
from orders.ordering import Contenders
from orders.rules import Misfit
from suppliers.models import Supplier


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for in a category; of a need, or before there is one."""

    category: Category
    languages: Sequence[str]
    place: str | None
    is_remote: bool
    latest_start: date
    #: Codes of the category's modules.
    modules: Sequence[str] = ()
    form: ServiceForm | None = None
    #: The need, whose refusals count; ``None`` before it is stated.
    need_id: uuid.UUID | None = None
    #: Who orders: own and partners' production fits only those whom its agreement names.
    authority_id: uuid.UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Filters:
    """How an expert narrows a list; kept with the customer's choice, so that everybody sees what was left out (R3)."""

    words: str = ""
    place: str = ""
    language: str = ""
    starts_by: date | None = None
    price_to: Decimal | None = None
    form: ServiceForm | None = None
    is_remote: bool = False
    production: Production | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Filters:
        """As ``kept`` wrote them."""
        read: dict[str, Any] = {
            "starts_by": date.fromisoformat,
            "price_to": Decimal,
            "form": ServiceForm,
            "production": Production,
        }
        return cls(**{name: read.get(name, lambda given: given)(value) for name, value in kept.items()})

    def kept(self) -> dict[str, Any]:
        """What is stored: only what narrows."""
        given = {
            "words": self.words,
            "place": self.place,
            "language": self.language,
            "starts_by": self.starts_by.isoformat() if self.starts_by else "",
            "price_to": str(self.price_to) if self.price_to is not None else "",
            "form": self.form.value if self.form else "",
            "is_remote": self.is_remote,
            "production": self.production.value if self.production else "",
        }
        return {name: value for name, value in given.items() if value}


def _contains(column: Any, value: str) -> ColumnElement[bool]:
    return column.op("@>", is_comparison=True)(func.jsonb_build_array(value))


def _is_module(category: Category, *codes: str) -> tuple[ColumnElement[bool], ...]:
    """One of these modules, as the category has it now."""
    of_category = CategoryModule.category_id == category.id
    return of_category, CategoryModule.code.in_(codes), CategoryModule.removed_at.is_(None)


def _in_time(wish: Wish, today: date, contract: Any) -> tuple[ColumnElement[bool], ...]:
    latest = func.least(wish.latest_start, contract.c.ends_on)
    return (OfferingStart.offering_id == Offering.id, OfferingStart.starts_on.between(today, latest))


def _is_free() -> ColumnElement[bool]:
    return OfferingStart.seats_taken < OfferingStart.seats


def _misfits(wish: Wish) -> list[tuple[Misfit, ColumnElement[bool]]]:
    """Why an offering does not fit, the first that applies counts; starts apart.

    Every language asked for must be served (R102); a remote need is served remotely or, where it names a place, there.
    """
    said_no: ColumnElement[bool] = false()
    if wish.need_id is not None:
        said_no = Offering.supplier_id.in_(
            select(Order.supplier_id).where(
                Order.need_id == wish.need_id, Order.state.in_((OrderState.DECLINED, OrderState.EXPIRED))
            )
        )
    here = _contains(Offering.places, wish.place) if wish.place else false()
    remotely = Offering.is_remote.is_(True) if wish.is_remote else false()
    modules = [
        select(OfferingModule.id)
        .join(CategoryModule, CategoryModule.id == OfferingModule.module_id)
        .where(OfferingModule.offering_id == Offering.id, *_is_module(wish.category, code))
        .exists()
        for code in wish.modules
    ]
    return [
        (Misfit.DECLINED, said_no),
        (Misfit.LANGUAGE, not_(and_(true(), *(_contains(Offering.languages, each) for each in wish.languages)))),
        (Misfit.PLACE, not_(or_(here, remotely))),
        (Misfit.FORM, Offering.form != wish.form if wish.form else false()),
        (Misfit.MODULE, not_(and_(true(), *modules)) if modules else false()),
    ]


def _contracts(wish: Wish, today: date, apart: bool) -> tuple[Any, ColumnElement[bool]]:
    """The contracts of the category in force (R79) with the last day and the rank, and how an offering has one.

    Where orders follow competitions, each offering's own contract: of a choice of tenders, with quantity left (R2).
    Of own and partners' production each offering's own, under an agreement that lets the authority order.
    """
    category = wish.category
    if apart:
        assert wish.authority_id is not None
        agreed = (
            select(FrameContract.id, FrameContract.ends_on, literal(1).label("rank"))
            .join(ProductionAgreement, ProductionAgreement.id == FrameContract.production_agreement_id)
            .where(FrameContract.category_id == category.id, may_order(wish.authority_id, today))
            .subquery("contract")
        )
        return agreed, agreed.c.id == Offering.contract_id
    in_force = (
        FrameContract.production_agreement_id.is_(None),
        FrameContract.category_id == category.id,
        FrameContract.state == ContractState.IN_FORCE,
        FrameContract.paused_at.is_(None),
        FrameContract.starts_on <= today,
        FrameContract.ends_on >= today,
    )
    if legal_mode.orders_follow_awards(category.legal_mode, category.ordering_rule):
        left = FrameContract.maximum_quantity.is_(None) | (
            FrameContract.ordered_quantity < FrameContract.maximum_quantity
        )
        awarded = (
            select(FrameContract.id, FrameContract.ends_on, func.coalesce(FrameContract.rank, 1).label("rank"))
            .where(*in_force, FrameContract.award_decision_id.is_not(None), left)
            .subquery("contract")
        )
        return awarded, awarded.c.id == Offering.contract_id
    # asked of each offering, so that a screen of a list sorted by an index looks at a screen of contracts
    contract = (
        select(func.max(FrameContract.ends_on).label("ends_on"), literal(1).label("rank"))
        .where(*in_force, FrameContract.supplier_id == Offering.supplier_id)
        .lateral("contract")
    )
    return contract, contract.c.ends_on.is_not(None)


def _is_offered(category: Category, apart: bool) -> tuple[ColumnElement[bool], ...]:
    """What is put in the published order, or what stands apart from it (``dps.systems.production.stands_apart``)."""
    bought = Offering.production == Production.PURCHASED
    return (
        Offering.category_id == category.id,
        Offering.state == OfferingState.PUBLISHED,
        not_(bought) if apart else bought,
    )


def _price(wish: Wish) -> Any:
    """The price for this wish: everything that may come to be paid - the service, modules, start fee, milestones,
    results - so that offers are compared by what the city binds itself to."""
    if not wish.modules:
        return Offering.full_price
    modules = (
        select(func.sum(OfferingModule.price))
        .join(CategoryModule, CategoryModule.id == OfferingModule.module_id)
        .where(OfferingModule.offering_id == Offering.id, *_is_module(wish.category, *wish.modules))
        .scalar_subquery()
    )
    return Offering.full_price + modules


@dataclass(frozen=True)
class Found:
    """The fitting offerings as a query, and its columns that an ordering rule may look at."""

    query: Select[Any]
    contenders: Contenders


def fits(
    wish: Wish,
    today: date,
    *,
    filters: Filters | None = None,
    offering_id: uuid.UUID | None = None,
    apart: bool = False,
) -> Found:
    """One row for each fitting offering, with its first free start: what the ordering rule needs, and no more.

    Columns: offering_id, supplier_id, price, start_id, starts_on, seats_left, last_ordered_at, quality_class, rank.

    :param apart: own and partners' production instead of what takes part in the published order
    """
    category = wish.category
    contract, has_contract = _contracts(wish, today, apart)
    start = (
        select(
            OfferingStart.id,
            OfferingStart.starts_on,
            (OfferingStart.seats - OfferingStart.seats_taken).label("seats_left"),
        )
        .where(*_in_time(wish, today, contract), _is_free())
        .order_by(OfferingStart.starts_on)
        .limit(1)
        .lateral("start")
    )
    price = _price(wish)
    standing = and_(Standing.supplier_id == Offering.supplier_id, Standing.category_id == category.id)
    record = and_(PublishedRecord.supplier_id == Offering.supplier_id, PublishedRecord.category_id == category.id)
    query = (
        select(
            Offering.id.label("offering_id"),
            Offering.supplier_id,
            price.label("price"),
            start.c.id.label("start_id"),
            start.c.starts_on,
            start.c.seats_left,
            Standing.last_ordered_at,
            PublishedRecord.quality_class,
            contract.c.rank,
        )
        .select_from(Offering)
        .join(contract, has_contract)
        .join(start, true())
        .outerjoin(Standing, standing)
        .outerjoin(PublishedRecord, record)
        .where(*_is_offered(category, apart), *(not_(condition) for _misfit, condition in _misfits(wish)))
    )
    if offering_id is not None:
        query = query.where(Offering.id == offering_id)
    contenders = Contenders(
        offering_id=Offering.id,
        supplier_id=Offering.supplier_id,
        price=price,
        last_ordered_at=Standing.last_ordered_at,
        quality_class=PublishedRecord.quality_class,
        rank=contract.c.rank,
    )
    return Found(_narrowed(query, filters, price, start) if filters else query, contenders)


def _narrowed(query: Select[Any], filters: Filters, price: Any, start: Any) -> Select[Any]:
    if filters.words:
        query = query.join(Supplier, Supplier.id == Offering.supplier_id).where(offering_queries.says(filters.words))
    if filters.language:
        query = query.where(_contains(Offering.languages, filters.language))
    if filters.place:
        query = query.where(_contains(Offering.places, filters.place))
    if filters.is_remote:
        query = query.where(Offering.is_remote.is_(True))
    if filters.starts_by:
        query = query.where(start.c.starts_on <= filters.starts_by)
    if filters.price_to is not None:
        query = query.where(price <= filters.price_to)
    if filters.form:
        query = query.where(Offering.form == filters.form)
    if filters.production:
        query = query.where(Offering.production == filters.production)
    return query


def reasons(wish: Wish, today: date, *, offering_id: uuid.UUID | None = None, apart: bool = False) -> Select[Any]:
    """Of each offering of the category its id and the first reason why it does not fit, ``None`` where it does."""
    contract, has_contract = _contracts(wish, today, apart)
    starts = select(OfferingStart.id).where(*_in_time(wish, today, contract))
    checks = [
        *_misfits(wish),
        (Misfit.TOO_LATE, not_(starts.exists())),
        (Misfit.FULL, not_(starts.where(_is_free()).exists())),
    ]
    reason = case(*((condition, misfit.value) for misfit, condition in checks), else_=None)
    query = (
        select(Offering.id.label("offering_id"), reason.label("reason"))
        .select_from(Offering)
        .join(contract, has_contract)
        .where(*_is_offered(wish.category, apart))
    )
    return query.where(Offering.id == offering_id) if offering_id else query
