"""Every SELECT about agreements on own and partners' production."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import selectinload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts.models import (
    ContractState,
    FrameContract,
    ProductionAgreement,
    ProductionBuyer,
    ProductionCategory,
    ProductionState,
)
from dps.systems import buyers
from dps.systems.models import Category, PurchasingSystem, SystemBuyer, SystemState

PAGE_SIZE = 50


def agreement(production_id: uuid.UUID) -> ProductionAgreement | None:
    return db.session.get(ProductionAgreement, production_id)


def names_as_buyer(authority_id: uuid.UUID) -> ColumnElement[bool]:
    """As a condition on ``ProductionAgreement``: it is the authority's own, or names it."""
    named = select(ProductionBuyer.id).where(
        ProductionBuyer.agreement_id == ProductionAgreement.id, ProductionBuyer.authority_id == authority_id
    )
    return or_(ProductionAgreement.authority_id == authority_id, named.exists())


def may_order(authority_id: uuid.UUID, on: date) -> ColumnElement[bool]:
    """As a condition on ``FrameContract`` joined with ``ProductionAgreement``: the authority can order under it."""
    return and_(
        FrameContract.state == ContractState.IN_FORCE,
        FrameContract.paused_at.is_(None),
        FrameContract.starts_on <= on,
        FrameContract.ends_on >= on,
        ProductionAgreement.state == ProductionState.IN_FORCE,
        ProductionAgreement.confirmed_until >= on,
        names_as_buyer(authority_id),
    )


def orderable(authority_id: uuid.UUID, on: date) -> ColumnElement[bool]:
    """As a condition on ``Category``: the authority has an agreement under which it can order in it."""
    return (
        select(FrameContract.id)
        .join(ProductionAgreement, ProductionAgreement.id == FrameContract.production_agreement_id)
        .where(FrameContract.category_id == Category.id, may_order(authority_id, on))
        .exists()
    )


def agreements_of(authority_id: uuid.UUID) -> Select[ProductionAgreement]:
    """The authority's agreements, and those of others that name it, to be paged."""
    return select(ProductionAgreement).where(names_as_buyer(authority_id))


def agreements_seen_by(mandate: Mandate) -> Select[ProductionAgreement]:
    """What a mandate may list: the unit its own once decided, an authority those it can order under."""
    if mandate.supplier_id is not None:
        return select(ProductionAgreement).where(
            ProductionAgreement.supplier_id == mandate.supplier_id, ProductionAgreement.decided_at.is_not(None)
        )
    return agreements_of(mandate.organisation_id)


def page_of(mandate: Mandate, after: uuid.UUID | None) -> Sequence[ProductionAgreement]:
    """One page and one more, newest first."""
    query = agreements_seen_by(mandate).options(selectinload(ProductionAgreement.categories))
    if after:
        query = query.where(ProductionAgreement.id < after)
    return db.session.scalars(query.order_by(ProductionAgreement.id.desc()).limit(PAGE_SIZE + 1)).all()


def waiting_for_decision(authority_id: uuid.UUID) -> Sequence[ProductionAgreement]:
    """Prepared ones, the oldest first."""
    return db.session.scalars(
        select(ProductionAgreement)
        .where(
            ProductionAgreement.authority_id == authority_id,
            ProductionAgreement.state == ProductionState.PREPARED,
        )
        .order_by(ProductionAgreement.id)
        .limit(50)
    ).all()


def to_confirm(authority_id: uuid.UUID, today: date, until: date) -> Sequence[ProductionAgreement]:
    """Those in force whose ground is confirmed until a day at most, the first to run out first."""
    return db.session.scalars(
        select(ProductionAgreement)
        .where(
            ProductionAgreement.authority_id == authority_id,
            ProductionAgreement.state == ProductionState.IN_FORCE,
            ProductionAgreement.ends_on >= today,
            ProductionAgreement.confirmed_until <= until,
            ProductionAgreement.confirmed_until < ProductionAgreement.ends_on,
        )
        .order_by(ProductionAgreement.confirmed_until, ProductionAgreement.id)
        .limit(50)
    ).all()


def overlapping(agreement: ProductionAgreement, category_ids: Sequence[uuid.UUID]) -> ProductionCategory | None:
    """Another agreement of the same authority and unit that covers one of the categories in the same days."""
    other = ProductionAgreement
    return db.session.scalars(
        select(ProductionCategory)
        .join(other, other.id == ProductionCategory.agreement_id)
        .where(
            ProductionCategory.category_id.in_(category_ids),
            other.authority_id == agreement.authority_id,
            other.supplier_id == agreement.supplier_id,
            other.id != agreement.id,
            other.state.in_((ProductionState.PREPARED, ProductionState.IN_FORCE)),
            other.starts_on <= agreement.ends_on,
            other.ends_on >= agreement.starts_on,
        )
        .limit(1)
    ).first()


def contracts_of(agreement_id: uuid.UUID) -> Sequence[FrameContract]:
    """The frame contracts that follow an agreement."""
    return db.session.scalars(
        select(FrameContract).where(FrameContract.production_agreement_id == agreement_id).order_by(FrameContract.id)
    ).all()


def contract_to_offer_under(contract: FrameContract, on: date) -> FrameContract | None:
    """The contract of own or partners' production under which a service is offered on a day.

    Its own, or the one of a newer agreement of the same authority and unit about the same category.
    """
    old = contract.production_agreement
    assert old is not None
    return db.session.scalars(
        select(FrameContract)
        .join(ProductionAgreement, ProductionAgreement.id == FrameContract.production_agreement_id)
        .where(
            FrameContract.supplier_id == contract.supplier_id,
            FrameContract.category_id == contract.category_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.starts_on <= on,
            FrameContract.ends_on >= on,
            ProductionAgreement.authority_id == old.authority_id,
            ProductionAgreement.kind == old.kind,
        )
        .order_by((FrameContract.id == contract.id).desc(), FrameContract.id.desc())
        .limit(1)
    ).first()


def categories_to_agree_on(authority_id: uuid.UUID, on: date) -> Sequence[Category]:
    """The categories of open systems the authority buys from."""
    return db.session.scalars(
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(
            buyers.buys_from(authority_id, on),
            PurchasingSystem.state == SystemState.OPEN,
            Category.ended_at.is_(None),
        )
        .order_by(Category.system_id, Category.position)
        .limit(100)
    ).all()


def partners_of(authority_id: uuid.UUID) -> Sequence[Authority]:
    """The other authorities that buy from a system the authority buys from."""
    systems = select(PurchasingSystem.id).where(buyers.buys_from(authority_id))
    keepers = select(PurchasingSystem.authority_id).where(PurchasingSystem.id.in_(systems))
    named = select(SystemBuyer.authority_id).where(SystemBuyer.system_id.in_(systems))
    return db.session.scalars(
        select(Authority)
        .where(or_(Authority.id.in_(keepers), Authority.id.in_(named)), Authority.id != authority_id)
        .order_by(Authority.name_fi)
    ).all()
