"""Every SELECT about frame contracts, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts.models import (
    ContractChange,
    ContractChangeState,
    ContractState,
    FrameContract,
    LiabilityCheck,
    ProductionAgreement,
    ProductionBuyer,
    SecrecyUndertaking,
    WinnerCheck,
)
from dps.qualification.models import (
    AdmissionMatter,
    ApplicationCheck,
    MatterKind,
    MatterState,
    Qualification,
    RegisterExtract,
)
from dps.systems import buyers, legal_mode
from dps.systems.models import Category, PurchasingSystem, SystemBuyer


def contract(contract_id: uuid.UUID) -> FrameContract | None:
    return db.session.get(FrameContract, contract_id)


def contract_for_orders(
    supplier_id: uuid.UUID, category_id: uuid.UUID, on: date, contract_id: uuid.UUID | None = None
) -> FrameContract | None:
    """The contract under which the supplier can be given orders of the category on a day (R79): not while paused.

    Where orders follow competitions, one that followed a choice of tenders and has quantity left (R2): the given one,
    or the first by rank and lot.
    """
    category = db.session.get_one(Category, category_id)
    if not legal_mode.orders_follow_awards(category.legal_mode, category.ordering_rule):
        found = contract_in_force(supplier_id, category_id, on)
        return None if found is None or found.paused_at else found
    query = select(FrameContract).where(
        FrameContract.supplier_id == supplier_id,
        FrameContract.category_id == category_id,
        *callable_off(on),
    )
    if contract_id is not None:
        query = query.where(FrameContract.id == contract_id)
    return db.session.scalars(query.order_by(FrameContract.rank, FrameContract.lot, FrameContract.id).limit(1)).first()


def callable_off(on: date) -> tuple[ColumnElement[bool], ...]:
    """What a contract of a competition must be for an order on a day (R2, R79)."""
    return (
        FrameContract.award_decision_id.is_not(None),
        FrameContract.state == ContractState.IN_FORCE,
        FrameContract.paused_at.is_(None),
        FrameContract.starts_on <= on,
        FrameContract.ends_on >= on,
        FrameContract.maximum_quantity.is_(None) | (FrameContract.ordered_quantity < FrameContract.maximum_quantity),
    )


def contract_in_force(supplier_id: uuid.UUID, category_id: uuid.UUID, on: date) -> FrameContract | None:
    """The contract of the supplier in the category that is in force on a day, also while new orders are paused.

    Not one of own or partners' production: that is ordered under its own agreement.
    """
    return db.session.scalars(
        select(FrameContract)
        .where(
            FrameContract.supplier_id == supplier_id,
            FrameContract.category_id == category_id,
            FrameContract.production_agreement_id.is_(None),
            FrameContract.state == ContractState.IN_FORCE,
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
            FrameContract.award_decision_id.is_(None),
            FrameContract.state.not_in((ContractState.ENDED, ContractState.LAPSED)),
        )
    ).one_or_none()


def contracts_of_lot(award_decision_id: uuid.UUID, lot: str) -> Sequence[FrameContract]:
    """The contracts of a lot that follow one choice of tenders, in the order of their rank."""
    return db.session.scalars(
        select(FrameContract)
        .where(FrameContract.award_decision_id == award_decision_id, FrameContract.lot == lot)
        .order_by(FrameContract.rank, FrameContract.id)
    ).all()


def live_contracts_of_qualification(qualification_id: uuid.UUID) -> Sequence[FrameContract]:
    """Every live contract of an admission: the one that followed it, and those of competitions."""
    return db.session.scalars(
        select(FrameContract)
        .where(
            FrameContract.qualification_id == qualification_id,
            FrameContract.state.not_in((ContractState.ENDED, ContractState.LAPSED)),
        )
        .order_by(FrameContract.id)
    ).all()


def contracts_of_award(award_decision_id: uuid.UUID) -> Sequence[FrameContract]:
    """Every contract that follows one choice of tenders."""
    return db.session.scalars(
        select(FrameContract)
        .where(FrameContract.award_decision_id == award_decision_id)
        .order_by(FrameContract.lot, FrameContract.rank, FrameContract.id)
    ).all()


def contracts_of(supplier_id: uuid.UUID) -> Select[FrameContract]:
    """The contracts of a supplier, to be paged."""
    return select(FrameContract).where(FrameContract.supplier_id == supplier_id)


def contracts_of_authority(authority_id: uuid.UUID, state: ContractState | None = None) -> Select[FrameContract]:
    """The contracts under which an authority orders, to be paged: of its own systems, and of those that name it.

    Of own and partners' production those whose agreement is its own or names it.
    """
    named = select(ProductionBuyer.agreement_id).where(ProductionBuyer.authority_id == authority_id)
    query = (
        select(FrameContract)
        .join(FrameContract.category)
        .join(Category.system)
        .outerjoin(FrameContract.production_agreement)
        .where(
            buyers.buys_from(authority_id),
            or_(
                FrameContract.production_agreement_id.is_(None),
                ProductionAgreement.authority_id == authority_id,
                ProductionAgreement.id.in_(named),
            ),
        )
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
        contracts_of_authority(authority_id, ContractState.SIGNED_BY_SUPPLIER)
        .where(func.coalesce(ProductionAgreement.authority_id, PurchasingSystem.authority_id) == authority_id)
        .options(joinedload(FrameContract.award_decision))
        .order_by(FrameContract.id)
        .limit(50)
    ).all()


def liability_checks_of(contract_id: uuid.UUID) -> Sequence[LiabilityCheck]:
    """What has been looked at before a contract (R69)."""
    return db.session.scalars(select(LiabilityCheck).where(LiabilityCheck.contract_id == contract_id)).all()


def winner_checks_of(contract_id: uuid.UUID) -> Sequence[WinnerCheck]:
    """What of the winner was looked at before a contract (R48)."""
    return db.session.scalars(select(WinnerCheck).where(WinnerCheck.contract_id == contract_id)).all()


def evidence_of_admission(qualification: Qualification) -> date | None:
    """The day of the oldest evidence that the admission was decided on: findings, and the extracts used (R48)."""
    found_at = db.session.scalar(
        select(func.min(ApplicationCheck.checked_at)).where(
            ApplicationCheck.application_id == qualification.application_id
        )
    )
    newest = (
        select(func.max(RegisterExtract.issued_on))
        .where(
            RegisterExtract.supplier_id == qualification.supplier_id,
            RegisterExtract.authority_id == qualification.authority_id,
            RegisterExtract.checked_at <= qualification.admitted_at,
        )
        .group_by(RegisterExtract.kind)
    )
    days = [*db.session.scalars(newest)]
    if found_at is not None:
        days.append(clock.helsinki_date(found_at))
    return min(days, default=None)


def undertaking(undertaking_id: uuid.UUID) -> SecrecyUndertaking | None:
    return db.session.get(SecrecyUndertaking, undertaking_id)


def undertaking_of(
    person_id: uuid.UUID, supplier_id: uuid.UUID, authority_id: uuid.UUID, version: str
) -> SecrecyUndertaking | None:
    """A user's own promise of secrecy, if it has not ended."""
    return db.session.scalars(
        select(SecrecyUndertaking).where(
            SecrecyUndertaking.person_id == person_id,
            SecrecyUndertaking.supplier_id == supplier_id,
            SecrecyUndertaking.authority_id == authority_id,
            SecrecyUndertaking.text_version == version,
            SecrecyUndertaking.ended_on.is_(None),
        )
    ).one_or_none()


def undertakings_of(supplier_id: uuid.UUID, authority_id: uuid.UUID | None = None) -> Sequence[SecrecyUndertaking]:
    """The undertakings of a company's people, of one authority or all."""
    query = (
        select(SecrecyUndertaking)
        .options(joinedload(SecrecyUndertaking.person), joinedload(SecrecyUndertaking.authority))
        .where(SecrecyUndertaking.supplier_id == supplier_id)
        .order_by(SecrecyUndertaking.ended_on.nulls_first(), SecrecyUndertaking.id)
        .limit(300)
    )
    return db.session.scalars(
        query if authority_id is None else query.where(SecrecyUndertaking.authority_id == authority_id)
    ).all()


def authorities_of(supplier_id: uuid.UUID) -> Sequence[Authority]:
    """The authorities that may order under a contract of the company that has not ended."""
    live = (
        FrameContract.supplier_id == supplier_id,
        FrameContract.state.not_in((ContractState.ENDED, ContractState.LAPSED)),
    )
    systems = (
        select(Category.system_id)
        .join(FrameContract, FrameContract.category_id == Category.id)
        .where(*live, FrameContract.production_agreement_id.is_(None))
    )
    agreed = select(FrameContract.production_agreement_id).where(
        *live, FrameContract.production_agreement_id.is_not(None)
    )
    keepers = select(PurchasingSystem.authority_id).where(PurchasingSystem.id.in_(systems))
    named = select(SystemBuyer.authority_id).where(SystemBuyer.system_id.in_(systems))
    return db.session.scalars(
        select(Authority)
        .where(
            or_(
                Authority.id.in_(keepers),
                Authority.id.in_(named),
                Authority.id.in_(select(ProductionAgreement.authority_id).where(ProductionAgreement.id.in_(agreed))),
                Authority.id.in_(select(ProductionBuyer.authority_id).where(ProductionBuyer.agreement_id.in_(agreed))),
            )
        )
        .order_by(Authority.name_fi)
    ).all()


def change(contract_change_id: uuid.UUID) -> ContractChange | None:
    return db.session.get(ContractChange, contract_change_id)


def changes_of(contract_id: uuid.UUID) -> Sequence[ContractChange]:
    """Every change of a contract, in order."""
    return db.session.scalars(
        select(ContractChange).where(ContractChange.contract_id == contract_id).order_by(ContractChange.number)
    ).all()


def browsable_changes(mandate: Mandate) -> Select[ContractChange]:
    """Changes of one's own contracts; a provider sees them once they have been decided."""
    query = select(ContractChange).where(
        ContractChange.contract_id.in_(browsable_contracts(mandate).with_only_columns(FrameContract.id))
    )
    return query if mandate.supplier_id is None else query.where(ContractChange.decided_at.is_not(None))


def changes_waiting(mandate: Mandate, state: ContractChangeState) -> Sequence[ContractChange]:
    """Changes of contracts in force that wait for a decision or an answer, the oldest first."""
    return db.session.scalars(
        browsable_changes(mandate)
        .join(ContractChange.contract)
        .where(ContractChange.state == state, FrameContract.state == ContractState.IN_FORCE)
        .options(joinedload(ContractChange.contract))
        .order_by(ContractChange.id)
        .limit(50)
    ).all()


def operator_change_of(qualification_id: uuid.UUID) -> AdmissionMatter | None:
    """The change of operator of an admission, under way or decided."""
    return db.session.scalars(
        select(AdmissionMatter)
        .where(
            AdmissionMatter.qualification_id == qualification_id,
            AdmissionMatter.kind == MatterKind.OPERATOR_CHANGE,
            AdmissionMatter.state != MatterState.DROPPED,
        )
        .limit(1)
    ).first()
