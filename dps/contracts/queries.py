"""Every SELECT about frame contracts, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from core.db import db
from core.identity.mandates import Mandate
from dps.contracts.models import ContractState, FrameContract
from dps.systems.models import Category, PurchasingSystem


def contract(contract_id: uuid.UUID) -> FrameContract | None:
    return db.session.get(FrameContract, contract_id)


def contract_in_force(supplier_id: uuid.UUID, category_id: uuid.UUID, on: date) -> FrameContract | None:
    """The contract under which the supplier can be given orders of the category on a day (R79)."""
    return db.session.scalars(
        select(FrameContract)
        .where(
            FrameContract.supplier_id == supplier_id,
            FrameContract.category_id == category_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.paused_at.is_(None),
            FrameContract.starts_on <= on,
            FrameContract.ends_on >= on,
        )
        .order_by(FrameContract.authority_signed_at.desc())
        .limit(1)
    ).one_or_none()


def contract_of_qualification(qualification_id: uuid.UUID) -> FrameContract | None:
    """The live contract that follows an admission."""
    return db.session.scalars(
        select(FrameContract).where(
            FrameContract.qualification_id == qualification_id,
            FrameContract.state.not_in((ContractState.ENDED, ContractState.LAPSED)),
        )
    ).one_or_none()


def contracts_of(supplier_id: uuid.UUID) -> Select[FrameContract]:
    """The contracts of a supplier, to be paged."""
    return select(FrameContract).where(FrameContract.supplier_id == supplier_id)


def contracts_of_authority(authority_id: uuid.UUID, state: ContractState | None = None) -> Select[FrameContract]:
    """The contracts of an authority, to be paged."""
    query = (
        select(FrameContract)
        .join(FrameContract.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == authority_id)
    )
    return query if state is None else query.where(FrameContract.state == state)


def browsable_contracts(mandate: Mandate) -> Select[FrameContract]:
    """Each party sees its own."""
    if mandate.supplier_id is not None:
        return contracts_of(mandate.supplier_id)
    assert mandate.authority_id is not None
    return contracts_of_authority(mandate.authority_id)


def waiting_for_supplier(supplier_id: uuid.UUID) -> Sequence[FrameContract]:
    """Contracts the provider has to sign, the oldest first."""
    return db.session.scalars(
        contracts_of(supplier_id)
        .where(FrameContract.state == ContractState.OFFERED)
        .order_by(FrameContract.id)
        .limit(50)
    ).all()


def waiting_for_authority(authority_id: uuid.UUID) -> Sequence[FrameContract]:
    """Contracts the city has to sign, the oldest first."""
    return db.session.scalars(
        contracts_of_authority(authority_id, ContractState.SIGNED_BY_SUPPLIER).order_by(FrameContract.id).limit(50)
    ).all()
