"""Every SELECT about shared costs, statements and warnings, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from core.quarters import next_quarter
from dps.joint.agreements.models import AgreementParty, AgreementVersion, CooperationAgreement
from dps.joint.procurements.models import (
    JointProcurement,
    Participation,
    ParticipationState,
    ProcurementState,
    StageEntry,
)
from dps.joint.stages import Stage
from dps.systems.models import Category
from orders.groups.models import Group, GroupState
from orders.sharing.models import (
    SharedCost,
    SharedCostPart,
    Statement,
    StatementFile,
    StatementLine,
    StatementUse,
    UseWarning,
)

PAGE_SIZE = 25
DESK_ROWS = 60


def agreements_of(authority_id: uuid.UUID | None) -> Select[uuid.UUID]:
    """The agreements that were ever in force with the authority as a party."""
    return (
        select(AgreementVersion.agreement_id)
        .join(AgreementParty, AgreementParty.version_id == AgreementVersion.id)
        .where(AgreementParty.authority_id == authority_id, AgreementVersion.in_force_at.is_not(None))
    )


def is_party(authority_id: uuid.UUID | None, agreement_id: uuid.UUID) -> bool:
    """Whether the authority is or was a party of the agreement."""
    rows = agreements_of(authority_id).where(AgreementVersion.agreement_id == agreement_id)
    return authority_id is not None and db.session.scalar(rows.limit(1)) is not None


def parties_of(agreement_id: uuid.UUID, on: date) -> list[AgreementParty]:
    """The parties as of a day: those of the newest version that was in force by then, else of the first."""
    versions = db.session.scalars(
        select(AgreementVersion)
        .where(AgreementVersion.agreement_id == agreement_id, AgreementVersion.in_force_at.is_not(None))
        .options(selectinload(AgreementVersion.parties))
        .order_by(AgreementVersion.number.desc())
    ).all()
    if not versions:
        return []
    return next((each for each in versions if each.starts_on <= on), versions[-1]).parties


# ---- procurements ----


def _takes_part(authority_id: uuid.UUID | None) -> ColumnElement[bool]:
    rows = (
        select(Participation.id)
        .join(AgreementParty, AgreementParty.id == Participation.party_id)
        .where(Participation.procurement_id == JointProcurement.id, AgreementParty.authority_id == authority_id)
    )
    return rows.exists()


def takes_part(authority_id: uuid.UUID | None, procurement_id: uuid.UUID) -> bool:
    """Whether a party of the authority takes or took part."""
    rows = select(JointProcurement.id).where(JointProcurement.id == procurement_id, _takes_part(authority_id))
    return authority_id is not None and db.session.scalar(rows) is not None


def used_by(authority_id: uuid.UUID | None, limit: int = 50) -> Sequence[JointProcurement]:
    """The procurements with something to order from in which the authority takes part, the newest first."""
    return db.session.scalars(
        select(JointProcurement)
        .where(JointProcurement.system_id.is_not(None), _takes_part(authority_id))
        .order_by(JointProcurement.id.desc())
        .limit(limit)
    ).all()


def to_watch(limit: int = 500) -> Sequence[JointProcurement]:
    """Running procurements that the parties order from."""
    return db.session.scalars(
        select(JointProcurement)
        .where(
            JointProcurement.state == ProcurementState.RUNNING, JointProcurement.stage.in_((Stage.USE, Stage.FOLLOW_UP))
        )
        .order_by(JointProcurement.id)
        .limit(limit)
    ).all()


def stage_on(procurement: JointProcurement, day: date) -> Stage:
    """The stage a procurement was in on a day; before it began, the first."""
    rows = db.session.scalars(
        select(StageEntry.stage)
        .where(StageEntry.procurement_id == procurement.id, StageEntry.begun_at < clock.end_of_day(day))
        .order_by(StageEntry.begun_at)
    ).all()
    return max(rows, key=lambda each: each.number, default=Stage.NEED)


def sharing_parties(procurement_id: uuid.UUID, on: date) -> list[Participation]:
    """Who takes part on a day: those who left before do not share, those who withdrew share until their last day."""
    return list(
        db.session.scalars(
            select(Participation)
            .join(Participation.party)
            .options(contains_eager(Participation.party))
            .where(
                Participation.procurement_id == procurement_id,
                or_(
                    Participation.state == ParticipationState.IN,
                    (Participation.state == ParticipationState.WITHDRAWN) & (Participation.last_day >= on),
                ),
            )
            .order_by(AgreementParty.position)
        )
    )


# ---- shared costs ----


def shared_cost(shared_cost_id: uuid.UUID) -> SharedCost | None:
    return db.session.get(SharedCost, shared_cost_id)


def costs_seen_by(mandate: Mandate) -> Select[SharedCost]:
    """The shared costs of the procurements in which the authority takes part."""
    return (
        select(SharedCost)
        .join(SharedCost.procurement)
        .options(contains_eager(SharedCost.procurement), selectinload(SharedCost.parts))
        .where(_takes_part(mandate.authority_id))
    )


def costs_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[SharedCost]:
    """One page and one more, the newest first."""
    query = costs_seen_by(mandate)
    if after is not None:
        query = query.where(SharedCost.id < after)
    return db.session.scalars(query.order_by(SharedCost.id.desc()).limit(PAGE_SIZE + 1)).all()


def next_cost_number(procurement_id: uuid.UUID) -> int:
    """The running number within a procurement, which the caller has locked."""
    last = db.session.scalar(select(func.max(SharedCost.number)).where(SharedCost.procurement_id == procurement_id))
    return (last or 0) + 1


def correction_of(cost_id: uuid.UUID) -> SharedCost | None:
    return db.session.scalars(select(SharedCost).where(SharedCost.corrects_id == cost_id)).one_or_none()


def costs_of_group(group_id: uuid.UUID) -> int:
    """How many empty seats of a course have been shared, those corrected taken off."""
    seats = func.sum(SharedCost.seats * func.sign(SharedCost.amount))
    return int(db.session.scalar(select(seats).where(SharedCost.group_id == group_id)) or 0)


def courses_of(procurement: JointProcurement, authority_id: uuid.UUID | None, limit: int = 100) -> Sequence[Group]:
    """Courses of the authority that ran in the procurement with a seat empty, the newest first."""
    query = (
        select(Group)
        .join(Group.category)
        .options(contains_eager(Group.category), joinedload(Group.offering))
        .where(
            Group.authority_id == authority_id,
            Group.state.in_((GroupState.RUNNING, GroupState.ENDED)),
            Group.seats_filled < Group.seats_max,
            Category.system_id == procurement.system_id,
        )
    )
    return db.session.scalars(query.order_by(Group.id.desc()).limit(limit)).all()


def unstated_costs(agreement_id: uuid.UUID, until: date) -> Sequence[SharedCost]:
    """Costs of days until one that stand in no statement, locked."""
    return db.session.scalars(
        select(SharedCost)
        .join(JointProcurement, JointProcurement.id == SharedCost.procurement_id)
        .where(
            JointProcurement.agreement_id == agreement_id, SharedCost.statement_id.is_(None), SharedCost.day <= until
        )
        .order_by(SharedCost.id)
        .with_for_update(of=SharedCost)
        .execution_options(populate_existing=True)
    ).all()


# ---- statements ----


def statement(statement_id: uuid.UUID) -> Statement | None:
    return db.session.get(Statement, statement_id)


def statements_seen_by(mandate: Mandate) -> Select[Statement]:
    """The statements with a party of the mandate's authority."""
    mine = [{"authority": str(mandate.authority_id)}]
    return select(Statement).where(Statement.parties.contains(mine))


def statements_page(mandate: Mandate, after: uuid.UUID | None) -> Sequence[Statement]:
    """One page and one more, the newest first."""
    query = statements_seen_by(mandate)
    if after is not None:
        query = query.where(Statement.id < after)
    return db.session.scalars(query.order_by(Statement.id.desc()).limit(PAGE_SIZE + 1)).all()


def sums_of(statement_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[Decimal, Decimal]]:
    """Statement → everything accepted, without VAT, and its VAT."""
    rows = db.session.execute(
        select(StatementLine.statement_id, func.sum(StatementLine.amount), func.sum(StatementLine.vat))
        .where(StatementLine.statement_id.in_(list(statement_ids)))
        .group_by(StatementLine.statement_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def last_statement(agreement_id: uuid.UUID) -> Statement | None:
    return db.session.scalars(
        select(Statement).where(Statement.agreement_id == agreement_id).order_by(Statement.quarter.desc()).limit(1)
    ).one_or_none()


def stated_quarters(agreement_id: uuid.UUID) -> Sequence[date]:
    return db.session.scalars(select(Statement.quarter).where(Statement.agreement_id == agreement_id)).all()


def rows_of(statement_id: uuid.UUID) -> Sequence[Any]:
    """What was accepted by party, procurement, category, quarter and kind: orders delivered, cost, VAT apart."""
    return db.session.execute(
        select(
            StatementLine.party_key,
            StatementLine.procurement_id,
            JointProcurement.year,
            JointProcurement.number,
            JointProcurement.name_fi,
            JointProcurement.name_sv,
            JointProcurement.name_en,
            Category.code.label("category"),
            Category.name_fi.label("category_fi"),
            Category.name_sv.label("category_sv"),
            Category.name_en.label("category_en"),
            StatementLine.of_quarter,
            StatementLine.kind,
            func.sum(StatementLine.delivered).label("delivered"),
            func.sum(StatementLine.amount).label("amount"),
            func.sum(StatementLine.vat).label("vat"),
        )
        .join(JointProcurement, JointProcurement.id == StatementLine.procurement_id)
        .join(Category, Category.id == StatementLine.category_id)
        .where(StatementLine.statement_id == statement_id)
        .group_by(
            StatementLine.party_key,
            StatementLine.procurement_id,
            JointProcurement.id,
            Category.id,
            StatementLine.of_quarter,
            StatementLine.kind,
        )
        .order_by(
            JointProcurement.year, JointProcurement.number, Category.code, StatementLine.of_quarter, StatementLine.kind
        )
    ).all()


def lines_of(statement_id: uuid.UUID, party_keys: Sequence[str]) -> Select[StatementLine]:
    """The lines of some parties by order, with the orders' numbers: ask only for the reader's own (R103, R107)."""
    return (
        _lines(statement_id, party_keys)
        .join(StatementLine.order)
        .options(contains_eager(StatementLine.order).options(lazyload("*")))
    )


def _lines(statement_id: uuid.UUID, party_keys: Sequence[str]) -> Select[StatementLine]:
    return (
        select(StatementLine)
        .options(
            joinedload(StatementLine.category).options(lazyload("*")),
            joinedload(StatementLine.procurement).options(lazyload("*")),
        )
        .where(StatementLine.statement_id == statement_id, StatementLine.party_key.in_(party_keys))
    )


def orders_of(
    statement_id: uuid.UUID, party_keys: Sequence[str], after: uuid.UUID | None, limit: int
) -> Sequence[StatementLine]:
    """Some of these lines in the order of the orders; ``after`` is the last line read."""
    query = _lines(statement_id, party_keys).options(selectinload(StatementLine.order).options(lazyload("*")))
    if after is not None:
        last = select(StatementLine.order_id).where(StatementLine.id == after).scalar_subquery()
        query = query.where(tuple_(StatementLine.order_id, StatementLine.id) > tuple_(last, after))
    return db.session.scalars(query.order_by(StatementLine.order_id, StatementLine.id).limit(limit)).all()


def costs_of(statement_id: uuid.UUID) -> Sequence[SharedCost]:
    """The shared costs that stand in a statement."""
    return db.session.scalars(
        select(SharedCost)
        .options(selectinload(SharedCost.parts).joinedload(SharedCostPart.party))
        .where(SharedCost.statement_id == statement_id)
        .order_by(SharedCost.id)
    ).all()


def uses_of(statement_id: uuid.UUID) -> Sequence[StatementUse]:
    return db.session.scalars(
        select(StatementUse)
        .options(joinedload(StatementUse.procurement))
        .where(StatementUse.statement_id == statement_id)
        .order_by(StatementUse.procurement_id, StatementUse.party_key)
    ).all()


def files_of(statement_id: uuid.UUID) -> Sequence[StatementFile]:
    return db.session.scalars(
        select(StatementFile)
        .options(joinedload(StatementFile.file))
        .where(StatementFile.statement_id == statement_id)
        .order_by(StatementFile.party_key, StatementFile.language)
    ).all()


def file_of(statement_id: uuid.UUID, party_key: str, language: str) -> StatementFile | None:
    return db.session.scalars(
        select(StatementFile).where(
            StatementFile.statement_id == statement_id,
            StatementFile.party_key == party_key,
            StatementFile.language == language,
        )
    ).one_or_none()


def agreements_to_state(quarter: date, authority_id: uuid.UUID | None = None) -> Sequence[CooperationAgreement]:
    """Agreements in use without a statement of a quarter: of all, or those an authority is a party of."""
    used = select(JointProcurement.agreement_id).where(
        JointProcurement.system_id.is_not(None),
        JointProcurement.begun_at < clock.start_of_day(next_quarter(quarter)),
    )
    stated = select(Statement.agreement_id).where(Statement.quarter >= quarter)
    query = select(CooperationAgreement).where(
        CooperationAgreement.id.in_(used), CooperationAgreement.id.not_in(stated)
    )
    if authority_id is not None:
        query = query.where(CooperationAgreement.id.in_(agreements_of(authority_id)))
    return db.session.scalars(query.order_by(CooperationAgreement.id).limit(DESK_ROWS)).all()


# ---- warnings ----


def open_warnings(procurement_ids: Sequence[uuid.UUID]) -> Sequence[UseWarning]:
    return db.session.scalars(
        select(UseWarning).where(UseWarning.procurement_id.in_(procurement_ids), UseWarning.ended_at.is_(None))
    ).all()


def warnings_of(authority_id: uuid.UUID, quarter: date) -> Sequence[UseWarning]:
    """What an authority is warned of in a quarter, the oldest first."""
    return db.session.scalars(
        select(UseWarning)
        .options(joinedload(UseWarning.procurement), joinedload(UseWarning.party))
        .where(UseWarning.authority_id == authority_id, UseWarning.quarter == quarter, UseWarning.ended_at.is_(None))
        .order_by(UseWarning.raised_at)
        .limit(DESK_ROWS)
    ).all()
