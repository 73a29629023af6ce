"""Every SELECT about joint procurements, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Person
from dps.competitions.models import Competition, CompetitionState
from dps.contracts.models import ContractState, FrameContract
from dps.joint.agreements.models import (
    AgreementParty,
    AgreementStage,
    AgreementVersion,
    CooperationAgreement,
)
from dps.joint.agreements.rules import party_of
from dps.joint.procurements import rules
from dps.joint.procurements.models import (
    JointApproval,
    JointProcurement,
    Participation,
    ParticipationState,
    ProcurementState,
    StageEntry,
    VolumeTransfer,
)
from dps.joint.stages import Stage
from dps.systems.models import Category, PurchasingSystem, SystemState

PAGE_SIZE = 25


def procurement(procurement_id: uuid.UUID) -> JointProcurement | None:
    """With the version of the agreement that binds it."""
    with_version = joinedload(JointProcurement.agreed, innerjoin=True)
    return db.session.get(JointProcurement, procurement_id, options=[with_version])


def participation(participation_id: uuid.UUID) -> Participation | None:
    return db.session.get(Participation, participation_id)


def transfer(transfer_id: uuid.UUID) -> VolumeTransfer | None:
    return db.session.get(VolumeTransfer, transfer_id)


def next_number(year: int) -> int:
    """The running number within a year; of two at once the unique number refuses the second."""
    return (db.session.scalar(select(func.max(JointProcurement.number)).where(JointProcurement.year == year)) or 0) + 1


def is_party_of(authority_id: uuid.UUID | None) -> Select[uuid.UUID]:
    return (
        select(Participation.procurement_id)
        .join(AgreementParty, AgreementParty.id == Participation.party_id)
        .where(AgreementParty.authority_id == authority_id)
    )


def procurements_seen_by(mandate: Mandate) -> Select[JointProcurement]:
    """Procurements in which a party of the mandate's authority takes or took part."""
    return select(JointProcurement).where(JointProcurement.id.in_(is_party_of(mandate.authority_id)))


def is_party(authority_id: uuid.UUID | None, procurement_id: uuid.UUID) -> bool:
    """The same rule for one of them."""
    rows = is_party_of(authority_id).where(Participation.procurement_id == procurement_id)
    return authority_id is not None and db.session.scalar(rows.limit(1)) is not None


def page_of(rows: Select[JointProcurement], after: uuid.UUID | None) -> Sequence[JointProcurement]:
    """One page and one more, the newest first, with the stages they have come to."""
    if after is not None:
        rows = rows.where(JointProcurement.id < after)
    return db.session.scalars(
        rows.options(selectinload(JointProcurement.stages)).order_by(JointProcurement.id.desc()).limit(PAGE_SIZE + 1)
    ).all()


def of_system(system_id: uuid.UUID) -> Sequence[JointProcurement]:
    """The joint procurements that a system was set up for, the newest first."""
    return db.session.scalars(
        select(JointProcurement)
        .where(JointProcurement.system_id == system_id)
        .order_by(JointProcurement.id.desc())
        .limit(50)
    ).all()


def participations_of(procurement_id: uuid.UUID) -> Sequence[Participation]:
    """Every party in it with its volumes, in the order of the agreement."""
    return db.session.scalars(
        select(Participation)
        .join(Participation.party)
        .options(contains_eager(Participation.party), selectinload(Participation.volumes))
        .where(Participation.procurement_id == procurement_id)
        .order_by(AgreementParty.position)
        .execution_options(populate_existing=True)
    ).all()


def transfers_of(procurement_id: uuid.UUID) -> Sequence[VolumeTransfer]:
    """Volume that passes from party to party, the newest first."""
    return db.session.scalars(
        select(VolumeTransfer)
        .options(joinedload(VolumeTransfer.giver), joinedload(VolumeTransfer.taker))
        .where(VolumeTransfer.procurement_id == procurement_id)
        .order_by(VolumeTransfer.id.desc())
        .limit(400)
    ).all()


def announced(procurement_id: uuid.UUID) -> dict[uuid.UUID, dict[date, int]]:
    """Party → quarter → services, of the parties that stayed and after agreed transfers."""
    return rules.announced(participations_of(procurement_id), transfers_of(procurement_id))


def estimate(procurement_id: uuid.UUID) -> Decimal:
    """The published estimate; before there is one, the sum of the volumes times their prices."""
    found = db.session.get_one(JointProcurement, procurement_id)
    if found.estimate is not None:
        return found.estimate
    rows = participations_of(procurement_id)
    return sum((each.value for each in rules.portions(rows, rules.announced(rows, []))), Decimal(0))


def may_order(category: Category, authority_id: uuid.UUID, municipality: str, on: date) -> bool:
    """Whether the party whose customer it is still orders from a category on a day (R103, R104).

    A party may have left or withdrawn while another of the same authority goes on, and may take part in one joint
    procurement of a system and not in another: the one for the category decides, or that for the whole system, and one
    that runs a competition there opens it to its own. What none of them judges is not judged here.
    """
    verdicts = [_takes_part(each, authority_id, municipality, on) for each in _opening(category)]
    known = [each for each in verdicts if each is not None]
    return any(known) if known else True


def _opening(category: Category) -> list[JointProcurement]:
    """The joint procurements by which a category is ordered from; also ended ones, while their system is open."""
    rows = [each for each in of_system(category.system_id) if each.category_id in (None, category.id)]
    whole = [each for each in rows if each.competition_id is None]
    narrow = [each for each in whole if each.category_id is not None]
    return [*(narrow or whole)[:1], *(each for each in rows if each.competition_id is not None)]


def _takes_part(row: JointProcurement, authority_id: uuid.UUID, municipality: str, on: date) -> bool | None:
    """Whether a party orders on a day; nothing where the authority is outside of the procurement."""
    rows = participations_of(row.id)
    party = party_of([each.party for each in rows], authority_id, municipality)
    if party is None:
        return None
    theirs = next(each for each in rows if each.party_id == party.id)
    return theirs.state is ParticipationState.IN or (theirs.last_day is not None and on <= theirs.last_day)


# ---- stages and approvals ----


def agreed_stage(row: JointProcurement, stage: Stage) -> AgreementStage | None:
    """What the version that binds a procurement says of a stage."""
    return db.session.scalars(
        select(AgreementStage)
        .options(joinedload(AgreementStage.named_person))
        .where(AgreementStage.version_id == row.version_id, AgreementStage.stage == stage)
    ).one_or_none()


def agreed_stages(row: JointProcurement) -> dict[Stage, AgreementStage]:
    rows = db.session.scalars(
        select(AgreementStage)
        .options(joinedload(AgreementStage.named_person))
        .where(AgreementStage.version_id == row.version_id)
    )
    return {each.stage: each for each in rows}


def approvals_of(procurement_id: uuid.UUID) -> Sequence[JointApproval]:
    """Every approval, also of calculations that a newer one replaced, in the order they were given."""
    return db.session.scalars(
        select(JointApproval).where(JointApproval.procurement_id == procurement_id).order_by(JointApproval.id)
    ).all()


def stage_entry(procurement_id: uuid.UUID, stage: Stage) -> StageEntry:
    return db.session.scalars(
        select(StageEntry).where(StageEntry.procurement_id == procurement_id, StageEntry.stage == stage)
    ).one()


def stages_of(procurement_id: uuid.UUID) -> dict[Stage, StageEntry]:
    rows = db.session.scalars(select(StageEntry).where(StageEntry.procurement_id == procurement_id))
    return {each.stage: each for each in rows}


def people(ids: set[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """Those who acted, by id."""
    return {each.id: each for each in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


def running_under(agreement_id: uuid.UUID) -> Sequence[JointProcurement]:
    """The procurements of an agreement that go on."""
    return db.session.scalars(
        select(JointProcurement)
        .where(JointProcurement.agreement_id == agreement_id, JointProcurement.state == ProcurementState.RUNNING)
        .order_by(JointProcurement.id)
    ).all()


# ---- what it is bought through ----


def contracts_in_force(row: JointProcurement, on: date) -> int:
    """How many contracts of the procurement are in force on a day."""
    query = (
        select(func.count())
        .select_from(FrameContract)
        .join(Category, Category.id == FrameContract.category_id)
        .where(
            Category.system_id == row.system_id,
            FrameContract.state == ContractState.IN_FORCE,
            FrameContract.starts_on <= on,
            FrameContract.ends_on >= on,
        )
    )
    if row.category_id is not None:
        query = query.where(FrameContract.category_id == row.category_id)
    if row.competition_id is not None:
        decision = select(Competition.decision_id).where(Competition.id == row.competition_id).scalar_subquery()
        query = query.where(FrameContract.award_decision_id == decision)
    return db.session.scalar(query) or 0


def draft_categories(authority_id: uuid.UUID) -> Sequence[Category]:
    """Categories of the authority's drafts, the newest first: one of them can be for all."""
    return db.session.scalars(
        select(Category)
        .join(Category.system)
        .options(contains_eager(Category.system))
        .where(PurchasingSystem.authority_id == authority_id, PurchasingSystem.state == SystemState.DRAFT)
        .order_by(Category.id.desc())
        .limit(100)
    ).all()


def competitions_to_link(authority_id: uuid.UUID) -> Sequence[Competition]:
    """Competitions of the authority that have not been sent, the newest first."""
    return db.session.scalars(
        select(Competition)
        .join(Category, Category.id == Competition.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.authority_id == authority_id, Competition.state == CompetitionState.DRAFT)
        .order_by(Competition.id.desc())
        .limit(100)
    ).all()


def procurements_of(agreement_id: uuid.UUID) -> Sequence[JointProcurement]:
    """The procurements of an agreement, the newest first."""
    return db.session.scalars(
        select(JointProcurement)
        .where(JointProcurement.agreement_id == agreement_id)
        .order_by(JointProcurement.id.desc())
        .limit(100)
    ).all()


def agreements_in_force_of(authority_id: uuid.UUID | None, on: date) -> Sequence[CooperationAgreement]:
    """The agreements that the authority is a party of on a day: under these it begins procurements."""
    return db.session.scalars(
        select(CooperationAgreement)
        .where(
            CooperationAgreement.id.in_(
                select(AgreementVersion.agreement_id)
                .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
                .where(
                    AgreementParty.authority_id == authority_id,
                    AgreementVersion.in_force_at.is_not(None),
                    AgreementVersion.starts_on <= on,
                    or_(AgreementVersion.ends_on.is_(None), AgreementVersion.ends_on >= on),
                )
            )
        )
        .order_by(CooperationAgreement.number)
        .limit(50)
    ).all()
