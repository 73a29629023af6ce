"""SELECTs about preparing, inviting, asking and changing, named by what they answer."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Person, Role, RoleHolding
from core.mail.models import Mail
from dps.competitions import queries
from dps.competitions.models import (
    CommitteeMember,
    Competition,
    CompetitionCriterion,
    CompetitionLot,
    CompetitionQuestion,
    CompetitionQuestionState,
    CompetitionState,
    DocumentsVersion,
    Invitation,
    Outage,
    TimeConsent,
)
from dps.competitions.policy import COMMITTEE_ROLES
from dps.qualification.models import Application, Qualification, QualificationState
from dps.systems.models import Category, LegalMode, OrderingRule, PurchasingSystem, SystemState
from suppliers.models import ActingRight, ActingRightState


def _documents() -> tuple[ExecutableOption, ...]:
    """What the documents are read from: lots with their price tables, criteria with those of the notice."""
    return (
        selectinload(Competition.lots).joinedload(CompetitionLot.lines),
        selectinload(Competition.criteria).joinedload(CompetitionCriterion.parent),
    )


def _one(competition_id: uuid.UUID, *options: ExecutableOption) -> Competition | None:
    return (
        db.session.scalars(select(Competition).options(*options).where(Competition.id == competition_id))
        .unique()
        .one_or_none()
    )


def read_competition(competition_id: uuid.UUID) -> Competition | None:
    """A competition with its documents, its committee, and who prepared and sent it."""
    return _one(
        competition_id,
        *_documents(),
        selectinload(Competition.committee).joinedload(CommitteeMember.person),
        joinedload(Competition.preparer),
        joinedload(Competition.sender),
    )


def full_competition(competition_id: uuid.UUID) -> Competition | None:
    """A competition with everything that it is checked by: documents, committee, and what the category published."""
    return _one(
        competition_id,
        *_documents(),
        selectinload(Competition.committee).joinedload(CommitteeMember.person),
        joinedload(Competition.category).selectinload(Category.award_criteria),
        joinedload(Competition.category).selectinload(Category.modules),
    )


def sent_competition(competition_id: uuid.UUID) -> Competition | None:
    """One that has been sent, with its documents; others do not exist for providers."""
    competition = _one(competition_id, *_documents())
    return competition if competition is not None and queries.has_been_sent(competition) else None


def public_competition(competition_id: uuid.UUID) -> Competition | None:
    """One whose tenders have been opened: from then on everybody reads its documents."""
    competition = _one(competition_id, *_documents())
    return competition if competition is not None and competition.opened_at is not None else None


def public_competitions_of(system_id: uuid.UUID) -> Sequence[Competition]:
    """The opened competitions of a system, the newest first."""
    return db.session.scalars(
        select(Competition)
        .join(Competition.category)
        .where(Category.system_id == system_id, Competition.opened_at.is_not(None))
        .order_by(Competition.opened_at.desc())
        .limit(50)
    ).all()


def category(category_id: uuid.UUID) -> Category | None:
    return db.session.get(Category, category_id)


def categories_to_compete_in(authority_id: uuid.UUID) -> Sequence[Category]:
    """The open categories of an authority whose orders come from competitions."""
    return db.session.scalars(
        select(Category)
        .join(Category.system)
        .where(
            PurchasingSystem.authority_id == authority_id,
            PurchasingSystem.state == SystemState.OPEN,
            Category.ended_at.is_(None),
            or_(Category.legal_mode == LegalMode.DPS_STRICT, Category.ordering_rule == OrderingRule.COMPETITION),
        )
        .order_by(Category.id.desc())
        .limit(200)
    ).all()


def candidates(category_id: uuid.UUID) -> Sequence[Qualification]:
    """Whom an invitation goes to: exactly those who are admitted to the category now (R35)."""
    return db.session.scalars(
        select(Qualification)
        .where(Qualification.category_id == category_id, Qualification.state == QualificationState.IN_FORCE)
        .order_by(Qualification.id)
    ).all()


def running_ids(category_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Every competition of a category whose time for tenders runs, the first to end first."""
    return db.session.scalars(
        select(Competition.id)
        .where(
            Competition.category_id == category_id,
            Competition.state == CompetitionState.SENT,
            Competition.tenders_due_at > func.avoin_now(),
        )
        .order_by(Competition.tenders_due_at, Competition.id)
    ).all()


def versions_of(competition_id: uuid.UUID) -> Sequence[DocumentsVersion]:
    """Every version of the documents, the newest first."""
    return db.session.scalars(
        select(DocumentsVersion)
        .where(DocumentsVersion.competition_id == competition_id)
        .order_by(DocumentsVersion.number.desc())
        .limit(100)
    ).all()


def version(competition_id: uuid.UUID, number: int) -> DocumentsVersion | None:
    """One version of the documents."""
    return db.session.scalars(
        select(DocumentsVersion).where(
            DocumentsVersion.competition_id == competition_id, DocumentsVersion.number == number
        )
    ).one_or_none()


def consents_of(competition_id: uuid.UUID) -> Sequence[TimeConsent]:
    """Who has been asked about a shorter time, and what they have said (R38)."""
    return db.session.scalars(
        select(TimeConsent).where(TimeConsent.competition_id == competition_id).order_by(TimeConsent.id.desc())
    ).all()


def consents_to(competition_id: uuid.UUID, due_at: datetime) -> dict[uuid.UUID, TimeConsent]:
    """The consents to one end of the time, by supplier."""
    rows = db.session.scalars(
        select(TimeConsent).where(TimeConsent.competition_id == competition_id, TimeConsent.due_at == due_at)
    )
    return {row.supplier_id: row for row in rows}


def time_consent(consent_id: uuid.UUID) -> TimeConsent | None:
    return db.session.get(TimeConsent, consent_id)


def consents_browsable(mandate: Mandate) -> Select[TimeConsent]:
    """Staff see those of their authority's competitions, a provider its own."""
    if mandate.supplier_id is not None:
        return select(TimeConsent).where(TimeConsent.supplier_id == mandate.supplier_id)
    return select(TimeConsent).where(
        TimeConsent.competition_id.in_(queries.browsable_competitions(mandate).with_only_columns(Competition.id))
    )


def open_consents_of(supplier_id: uuid.UUID) -> Sequence[TimeConsent]:
    """What a provider is asked about shorter times and has not answered."""
    return db.session.scalars(
        select(TimeConsent)
        .join(TimeConsent.competition)
        .where(
            TimeConsent.supplier_id == supplier_id,
            TimeConsent.answered_at.is_(None),
            TimeConsent.due_at > func.avoin_now(),
            Competition.state.in_((CompetitionState.DRAFT, CompetitionState.SUBMITTED)),
        )
        .order_by(TimeConsent.due_at)
        .limit(60)
    ).all()


def member(member_id: uuid.UUID) -> CommitteeMember | None:
    return db.session.get(CommitteeMember, member_id)


def eligible_members(authority_id: uuid.UUID, on: date) -> Sequence[tuple[Person, Role]]:
    """The people of an authority who may sit on a committee, each with a role, by name."""
    rows = db.session.execute(
        select(Person, func.min(RoleHolding.role))
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.organisation_id == authority_id,
            RoleHolding.role.in_(COMMITTEE_ROLES),
            RoleHolding.starts_on <= on,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
            Person.is_active,
        )
        .group_by(Person.id)
        .order_by(Person.name, Person.id)
        .limit(500)
    )
    return [(person, Role(role)) for person, role in rows]


def speaks_for_candidate(competition: Competition, person_id: uuid.UUID) -> bool:
    """Whether the person acts for a supplier of the category: then it is partly their own matter (R50)."""
    found = (
        select(ActingRight.id)
        .join(Qualification, Qualification.supplier_id == ActingRight.supplier_id)
        .where(
            ActingRight.person_id == person_id,
            ActingRight.state != ActingRightState.REFUSED,
            Qualification.category_id == competition.category_id,
            Qualification.ended_at.is_(None),
        )
    )
    return db.session.scalar(select(found.exists())) is True


def question(question_id: uuid.UUID) -> CompetitionQuestion | None:
    return db.session.get(CompetitionQuestion, question_id)


def questions_of(competition_id: uuid.UUID) -> Sequence[CompetitionQuestion]:
    """The questions of a competition, those that wait first, then the newest."""
    return db.session.scalars(
        select(CompetitionQuestion)
        .where(CompetitionQuestion.competition_id == competition_id)
        .order_by(CompetitionQuestion.state == CompetitionQuestionState.ANSWERED, CompetitionQuestion.id.desc())
        .limit(200)
    ).all()


def answers_of(competition_id: uuid.UUID) -> Sequence[CompetitionQuestion]:
    """What has been answered to everybody, the newest first."""
    return db.session.scalars(
        select(CompetitionQuestion)
        .where(
            CompetitionQuestion.competition_id == competition_id,
            CompetitionQuestion.state == CompetitionQuestionState.ANSWERED,
        )
        .order_by(CompetitionQuestion.answered_at.desc())
        .limit(200)
    ).all()


def questions_browsable(mandate: Mandate) -> Select[CompetitionQuestion]:
    """Staff see all questions of their competitions, the invited those with an answer (R47)."""
    ids = queries.browsable_competitions(mandate).with_only_columns(Competition.id)
    query = select(CompetitionQuestion).where(CompetitionQuestion.competition_id.in_(ids))
    if mandate.supplier_id is not None:
        query = query.where(CompetitionQuestion.state == CompetitionQuestionState.ANSWERED)
    return query


def invitations_to_page(competition_id: uuid.UUID) -> Select[Invitation]:
    """Everybody who was invited, to be paged."""
    return select(Invitation).where(Invitation.competition_id == competition_id)


def mails_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Mail]]:
    """The delivery log of several invitations, the oldest mail first."""
    found: dict[uuid.UUID, list[Mail]] = {}
    if ids:
        for row in db.session.scalars(select(Mail).where(Mail.about_id.in_(ids)).order_by(Mail.id)):
            assert row.about_id is not None
            found.setdefault(row.about_id, []).append(row)
    return found


def due_in(started_at: datetime, ended_at: datetime) -> Sequence[uuid.UUID]:
    """Unopened competitions whose time for tenders ended between two instants (R59)."""
    return db.session.scalars(
        select(Competition.id)
        .where(
            Competition.state == CompetitionState.SENT,
            Competition.tenders_due_at >= started_at,
            Competition.tenders_due_at <= ended_at,
        )
        .order_by(Competition.id)
    ).all()


def outages() -> Sequence[Outage]:
    """The outages that were registered, the newest first."""
    return db.session.scalars(select(Outage).order_by(Outage.started_at.desc()).limit(50)).all()


def open_invitations(supplier_id: uuid.UUID, limit: int = 60) -> Sequence[Competition]:
    """What a provider can tender for now, the first deadline first."""
    return db.session.scalars(
        queries.competitions_of_supplier(supplier_id)
        .where(Competition.state == CompetitionState.SENT, Competition.tenders_due_at > func.avoin_now())
        .order_by(Competition.tenders_due_at, Competition.id)
        .limit(limit)
    ).all()


def past_invitations(supplier_id: uuid.UUID) -> Select[Competition]:
    """Competitions a provider was invited to whose time has ended, to be paged."""
    return queries.competitions_of_supplier(supplier_id).where(
        or_(Competition.state != CompetitionState.SENT, Competition.tenders_due_at <= func.avoin_now())
    )


# ---- eligibility ----


def newest_qualification(supplier_id: uuid.UUID, category_id: uuid.UUID) -> Qualification | None:
    """The supplier's admission to a category, in force before one that has ended."""
    return db.session.scalars(
        select(Qualification)
        .where(Qualification.supplier_id == supplier_id, Qualification.category_id == category_id)
        .order_by(Qualification.ended_at.is_not(None), Qualification.id.desc())
        .limit(1)
    ).first()


def newest_application(supplier_id: uuid.UUID, category_id: uuid.UUID) -> Application | None:
    """The supplier's last application to a category."""
    return db.session.scalars(
        select(Application)
        .where(Application.supplier_id == supplier_id, Application.category_id == category_id)
        .order_by(Application.id.desc())
        .limit(1)
    ).first()


def admitted_elsewhere(supplier_id: uuid.UUID, category: Category) -> Qualification | None:
    """An admission to another category of the same system."""
    return db.session.scalars(
        select(Qualification)
        .join(Qualification.category)
        .where(
            Qualification.supplier_id == supplier_id,
            Qualification.ended_at.is_(None),
            Category.system_id == category.system_id,
            Category.id != category.id,
        )
        .order_by(Qualification.id)
        .limit(1)
    ).first()
