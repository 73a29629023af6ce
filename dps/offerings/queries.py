"""Every SELECT about offerings, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from core import clock
from core.db import db
from dps.contracts.models import ContractState, FrameContract, PriceAdjustment
from dps.offerings.index_models import IndexChange, IndexedOffering
from dps.offerings.models import Offering, OfferingModule, OfferingPayment, OfferingStart, OfferingState
from dps.systems.models import Category, PurchasingSystem, SystemState
from suppliers.models import Supplier

PAGE_SIZE = 50


def offering(offering_id: uuid.UUID) -> Offering | None:
    return db.session.scalars(
        select(Offering)
        .options(selectinload(Offering.starts), selectinload(Offering.modules), selectinload(Offering.payments))
        .where(Offering.id == offering_id)
    ).one_or_none()


def offering_to_order(offering_id: uuid.UUID) -> Offering | None:
    """The offering with its contract, without its starts and part prices."""
    return db.session.scalars(
        select(Offering).options(joinedload(Offering.contract)).where(Offering.id == offering_id)
    ).one_or_none()


def start(start_id: uuid.UUID) -> OfferingStart | None:
    return db.session.get(OfferingStart, start_id)


def start_of(offering_id: uuid.UUID, start_id: uuid.UUID) -> Offering | None:
    """The offering, if the start is one of its own."""
    found = offering(offering_id)
    return found if found and any(each.id == start_id for each in found.starts) else None


def contract(contract_id: uuid.UUID) -> FrameContract | None:
    return db.session.get(FrameContract, contract_id)


def contracts_to_offer_under(supplier_id: uuid.UUID, on: date) -> Sequence[FrameContract]:
    """The supplier's frame contracts in force, under which something can be offered."""
    return db.session.scalars(
        select(FrameContract)
        .where(
            FrameContract.supplier_id == supplier_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.ends_on >= on,
        )
        .order_by(FrameContract.id.desc())
    ).all()


def own(supplier_id: uuid.UUID, after: uuid.UUID | None = None, size: int = PAGE_SIZE) -> Sequence[Offering]:
    """The supplier's offerings, newest first; one more than a page, to tell whether there is a next one."""
    query = select(Offering).options(selectinload(Offering.starts)).where(Offering.supplier_id == supplier_id)
    if after:
        query = query.where(Offering.id < after)
    return db.session.scalars(query.order_by(Offering.id.desc()).limit(size + 1)).all()


def module_price(offering_id: uuid.UUID, module_id: uuid.UUID) -> OfferingModule | None:
    return db.session.scalars(
        select(OfferingModule).where(OfferingModule.offering_id == offering_id, OfferingModule.module_id == module_id)
    ).one_or_none()


def payment_price(offering_id: uuid.UUID, part_id: uuid.UUID) -> OfferingPayment | None:
    return db.session.scalars(
        select(OfferingPayment).where(OfferingPayment.offering_id == offering_id, OfferingPayment.part_id == part_id)
    ).one_or_none()


#: How much of a mistyped word must agree with one in the text, by triples of letters: "valmenus" finds "valmennus".
LIKENESS = "0.45"


def says(words: str) -> ColumnElement[bool]:
    """Whether an offering, or the name of its supplier, says these words.

    By word stems in Finnish, Swedish and English, and with typing errors forgiven: words that share enough triples of
    letters count, too. The likeness is set for the present transaction. The caller joins ``Supplier``.
    """
    db.session.execute(select(func.set_config("pg_trgm.word_similarity_threshold", LIKENESS, True)))
    stems = [
        Offering.search_vector.op("@@")(func.websearch_to_tsquery(language, words))
        for language in ("finnish", "swedish", "english")
    ]
    looks_like = [
        Offering.search_words.op("%>")(func.lower(words)),
        func.lower(Supplier.name).op("%>")(func.lower(words)),
    ]
    return or_(*stems, *looks_like)


def published(
    *,
    category_id: uuid.UUID | None = None,
    place: str | None = None,
    language: str | None = None,
    words: str | None = None,
    production: str | None = None,
) -> Select[Offering]:
    """Published offerings of open systems, narrowed as a visitor asks."""
    query = (
        select(Offering)
        .options(selectinload(Offering.starts), selectinload(Offering.modules), selectinload(Offering.payments))
        .join(Category, Category.id == Offering.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            Offering.state == OfferingState.PUBLISHED,
            PurchasingSystem.state == SystemState.OPEN,
            Category.ended_at.is_(None),
        )
    )
    if category_id:
        query = query.where(Offering.category_id == category_id)
    if place:
        query = query.where(Offering.places.op("@>")(func.jsonb_build_array(place)))
    if language:
        query = query.where(Offering.languages.op("@>")(func.jsonb_build_array(language)))
    if production:
        query = query.where(Offering.production == production)
    if words:
        query = query.join(Supplier, Supplier.id == Offering.supplier_id).where(says(words))
    return query


def published_page(query: Select[Offering], after: uuid.UUID | None, size: int = PAGE_SIZE) -> Sequence[Offering]:
    """One page and one more of published offerings, newest first."""
    if after:
        query = query.where(Offering.id < after)
    return db.session.scalars(query.order_by(Offering.id.desc()).limit(size + 1)).all()


def open_categories() -> Sequence[Category]:
    """The categories of open systems, for the filter of the public list."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.state == SystemState.OPEN, Category.ended_at.is_(None))
        .order_by(Category.name_fi)
        .limit(500)
    ).all()


# ---- index changes ----


def categories_of_authority(authority_id: uuid.UUID) -> Sequence[Category]:
    """The categories of the authority's systems that have opened, for a decision on their prices."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            PurchasingSystem.authority_id == authority_id,
            PurchasingSystem.state.in_((SystemState.OPEN, SystemState.CLOSED)),
        )
        .order_by(Category.system_id, Category.position)
        .limit(500)
    ).all()


def contracts_to_index(category_id: uuid.UUID, today: date, from_on: date) -> Sequence[FrameContract]:
    """The contracts of a category in force today and on the day of the change, in the order they are locked."""
    return db.session.scalars(
        select(FrameContract)
        .where(
            FrameContract.category_id == category_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.starts_on <= today,
            FrameContract.ends_on >= from_on,
        )
        .order_by(FrameContract.id)
    ).all()


def offerings_to_index(change: IndexChange) -> Sequence[Offering]:
    """Published services under contracts the change has moved, without those whose prices it has moved already."""
    moved = select(PriceAdjustment.contract_id).where(
        PriceAdjustment.from_on == change.from_on,
        PriceAdjustment.percent == change.percent,
        PriceAdjustment.clause == change.clause,
    )
    done = select(IndexedOffering.offering_id).where(IndexedOffering.change_id == change.id)
    return db.session.scalars(
        select(Offering)
        .options(selectinload(Offering.modules), selectinload(Offering.payments))
        .where(
            Offering.category_id == change.category_id,
            Offering.state == OfferingState.PUBLISHED,
            Offering.published_at < max(change.decided_at, clock.start_of_day(change.from_on)),
            Offering.contract_id.in_(moved),
            Offering.id.not_in(done),
        )
        .order_by(Offering.id)
    ).all()


def index_changes_of(authority_id: uuid.UUID) -> Select[IndexChange]:
    return (
        select(IndexChange)
        .join(Category, Category.id == IndexChange.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.authority_id == authority_id)
    )


def newest_index_changes(authority_id: uuid.UUID, limit: int = 100) -> Sequence[IndexChange]:
    return db.session.scalars(
        index_changes_of(authority_id).order_by(IndexChange.from_on.desc(), IndexChange.id.desc()).limit(limit)
    ).all()
