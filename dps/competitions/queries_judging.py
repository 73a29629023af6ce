"""SELECTs about what follows the opening: checks, requests, exclusions, scores, choices, requests for documents."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from core.db import db
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.competitions.models import (
    Award,
    CommitteeMember,
    Competition,
    CompetitionCriterion,
    CompetitionLot,
    CompetitionState,
    DocumentRequest,
    DocumentRequestState,
    DocumentsVersion,
    Invitation,
    JointScore,
    Receipt,
    Score,
    SecretDecision,
    Tender,
    TenderCheck,
    TenderExclusion,
    TenderRequest,
    TenderRequestState,
    TenderState,
)
from dps.competitions.queries import competitions_of_authority
from dps.decisions.models import Decision, DecisionState
from dps.qualification.models import Qualification
from dps.systems.models import Category, PurchasingSystem

#: What tenders are compared by: the decision, lots with their lines, criteria with those of the notice.
_COMPARED_BY = (
    joinedload(Competition.decision),
    selectinload(Competition.lots).joinedload(CompetitionLot.lines),
    selectinload(Competition.criteria).joinedload(CompetitionCriterion.parent),
)


def competition_to_compare(competition_id: uuid.UUID) -> Competition | None:
    """A competition with its decision, and what tenders are compared by."""
    return db.session.get(Competition, competition_id, options=_COMPARED_BY)


def competition_to_judge(competition_id: uuid.UUID) -> Competition | None:
    """A competition with its committee, its decision, and what tenders are compared by."""
    members = joinedload(Competition.committee).joinedload(CommitteeMember.person)
    return db.session.get(Competition, competition_id, options=[members, *_COMPARED_BY])


def tender_to_judge(tender_id: uuid.UUID) -> Tender | None:
    """An opened tender with its competition, that one's committee, and what tenders are compared by."""
    members = selectinload(Competition.committee).joinedload(CommitteeMember.person)
    whole = joinedload(Tender.competition, innerjoin=True).options(members, *_COMPARED_BY)
    found = db.session.get(Tender, tender_id, options=[whole])
    return found if found is not None and found.state is TenderState.OPENED else None


def opened_tender(tender_id: uuid.UUID) -> Tender | None:
    """A tender that has been opened; a sealed one is nobody's to ask for."""
    found = db.session.get(Tender, tender_id)
    return found if found is not None and found.state is TenderState.OPENED else None


def opened_tenders(competition_id: uuid.UUID) -> Sequence[Tender]:
    """The opened tenders with their suppliers and files, in the order of their submission."""
    return db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.supplier), selectinload(Tender.files))
        .where(Tender.competition_id == competition_id, Tender.state == TenderState.OPENED)
        .order_by(Tender.submitted_at, Tender.id)
    ).all()


def standings_of(
    competition: Competition,
) -> Sequence[tuple[Tender, TenderCheck | None, Qualification | None, TenderExclusion | None]]:
    """The opened tenders in the order of their submission, with their suppliers, formal check, live admission to the
    category, and exclusions in force: a row for each exclusion, and one for a tender without any.
    """
    rows = db.session.execute(
        select(Tender, TenderCheck, Qualification, TenderExclusion)
        .outerjoin(TenderCheck, TenderCheck.tender_id == Tender.id)
        .outerjoin(
            Qualification,
            (Qualification.supplier_id == Tender.supplier_id)
            & (Qualification.category_id == competition.category_id)
            & Qualification.ended_at.is_(None),
        )
        .outerjoin(TenderExclusion, (TenderExclusion.tender_id == Tender.id) & TenderExclusion.revoked_at.is_(None))
        .options(
            lazyload(Tender.competition),
            joinedload(Tender.supplier),
            joinedload(TenderCheck.checker),
            lazyload(Qualification.supplier),
            lazyload(Qualification.category),
        )
        .where(Tender.competition_id == competition.id, Tender.state == TenderState.OPENED)
        .order_by(Tender.submitted_at, Tender.id, TenderExclusion.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def documents_in_force(competition: Competition) -> DocumentsVersion | None:
    """The version of the documents that tenders answer."""
    return db.session.scalars(
        select(DocumentsVersion).where(
            DocumentsVersion.competition_id == competition.id,
            DocumentsVersion.number == competition.documents_number,
        )
    ).one_or_none()


def _of(competition_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Tender.id).where(Tender.competition_id == competition_id)


def evaluators(competition: Competition) -> Sequence[CommitteeMember]:
    """Who judges: named, declared without a conflict, not taken off; asked for where no committee is loaded."""
    loaded: Sequence[CommitteeMember] | None = vars(competition).get("committee")
    if loaded is not None:
        return [each for each in loaded if each.evaluates and each.may_act]
    return db.session.scalars(
        select(CommitteeMember)
        .options(joinedload(CommitteeMember.person))
        .where(
            CommitteeMember.competition_id == competition.id,
            CommitteeMember.evaluates,
            CommitteeMember.removed_at.is_(None),
            CommitteeMember.has_conflict.is_(False),
        )
        .order_by(CommitteeMember.id)
    ).all()


def check_of(tender_id: uuid.UUID) -> TenderCheck | None:
    return db.session.scalars(select(TenderCheck).where(TenderCheck.tender_id == tender_id)).one_or_none()


def tender_request(tender_request_id: uuid.UUID) -> TenderRequest | None:
    return db.session.get(TenderRequest, tender_request_id)


def tender_requests_of(competition_id: uuid.UUID) -> Sequence[TenderRequest]:
    """Every request to the tenderers of a competition, the oldest first."""
    return db.session.scalars(
        select(TenderRequest)
        .options(joinedload(TenderRequest.file))
        .where(TenderRequest.tender_id.in_(_of(competition_id)))
        .order_by(TenderRequest.id)
    ).all()


def browsable_tender_requests(mandate: Mandate) -> Select[TenderRequest]:
    """A provider's own; for staff those of competitions they judge, or prepare the decision of."""
    query = select(TenderRequest).join(TenderRequest.tender)
    if mandate.supplier_id is not None:
        return query.where(Tender.supplier_id == mandate.supplier_id)
    assert mandate.authority_id is not None
    return query.where(Tender.competition_id.in_(_readable(mandate)))


def _readable(mandate: Mandate) -> Select[uuid.UUID]:
    """Competitions whose opened tenders this official reads: see ``policy.may_read_tenders``."""
    assert mandate.authority_id is not None
    own = competitions_of_authority(mandate.authority_id).where(Competition.opened_at.is_not(None))
    mine = (CommitteeMember.competition_id == Competition.id) & (CommitteeMember.person_id == mandate.person_id)
    acts = select(CommitteeMember.id).where(
        mine, CommitteeMember.removed_at.is_(None), CommitteeMember.has_conflict.is_(False)
    )
    if mandate.role in (Role.COORDINATOR, Role.DECIDER):
        sits = select(CommitteeMember.id).where(mine)
        own = own.where(acts.exists() | ~sits.exists())
    else:
        own = own.where(acts.exists())
    return own.with_only_columns(Competition.id)


def questions_to_supplier(supplier_id: uuid.UUID, limit: int = 40) -> Sequence[TenderRequest]:
    """What a tenderer has still time to answer, the first due first."""
    return db.session.scalars(
        select(TenderRequest)
        .join(TenderRequest.tender)
        .where(
            Tender.supplier_id == supplier_id,
            TenderRequest.state == TenderRequestState.ASKED,
            TenderRequest.due_at > func.avoin_now(),
        )
        .order_by(TenderRequest.due_at, TenderRequest.id)
        .limit(limit)
    ).all()


def requests_to_conclude(person_id: uuid.UUID, limit: int = 40) -> Sequence[TenderRequest]:
    """Answers, and requests whose time has ended, that wait for one of the evaluators."""
    return db.session.scalars(
        select(TenderRequest)
        .join(TenderRequest.tender)
        .options(joinedload(TenderRequest.tender).joinedload(Tender.supplier))
        .join(CommitteeMember, CommitteeMember.competition_id == Tender.competition_id)
        .where(
            CommitteeMember.person_id == person_id,
            CommitteeMember.evaluates,
            CommitteeMember.removed_at.is_(None),
            CommitteeMember.has_conflict.is_(False),
            (TenderRequest.state == TenderRequestState.ANSWERED)
            | ((TenderRequest.state == TenderRequestState.ASKED) & (TenderRequest.due_at <= func.avoin_now())),
        )
        .order_by(TenderRequest.due_at, TenderRequest.id)
        .limit(limit)
    ).all()


def competitions_to_judge(person_id: uuid.UUID, authority_id: uuid.UUID, limit: int = 40) -> Sequence[Competition]:
    """Opened competitions in which this evaluator has not finished, or the joint scores and the decision are due."""
    return db.session.scalars(
        competitions_of_authority(authority_id)
        .where(
            Competition.state == CompetitionState.OPENED,
            Competition.id.in_(
                select(CommitteeMember.competition_id).where(
                    CommitteeMember.person_id == person_id,
                    CommitteeMember.evaluates,
                    CommitteeMember.removed_at.is_(None),
                    CommitteeMember.has_conflict.is_(False),
                    CommitteeMember.scored_at.is_(None),
                )
            ),
        )
        .order_by(Competition.opened_at)
        .limit(limit)
    ).all()


def competitions_to_decide(authority_id: uuid.UUID, limit: int = 40) -> Sequence[Competition]:
    """Opened ones whose evaluators have all finished and whose decision does not wait for a signature."""
    unfinished = select(CommitteeMember.id).where(
        CommitteeMember.competition_id == Competition.id,
        CommitteeMember.evaluates,
        CommitteeMember.removed_at.is_(None),
        CommitteeMember.has_conflict.is_not(True),
        CommitteeMember.scored_at.is_(None),
    )
    waits = select(Decision.id).where(Decision.id == Competition.decision_id, Decision.state == DecisionState.PREPARED)
    return db.session.scalars(
        competitions_of_authority(authority_id)
        .where(Competition.state == CompetitionState.OPENED, ~unfinished.exists(), ~waits.exists())
        .order_by(Competition.opened_at)
        .limit(limit)
    ).all()


def exclusion(exclusion_id: uuid.UUID) -> TenderExclusion | None:
    return db.session.get(TenderExclusion, exclusion_id)


def scores_of(competition_id: uuid.UUID) -> Sequence[Score]:
    """Everybody's own scores; who may see them is the service's matter."""
    return db.session.scalars(
        select(Score)
        .options(joinedload(Score.evaluator))
        .where(Score.tender_id.in_(_of(competition_id)))
        .order_by(Score.id)
    ).all()


def joint_scores_of(competition_id: uuid.UUID) -> Sequence[JointScore]:
    return db.session.scalars(
        select(JointScore).where(JointScore.tender_id.in_(_of(competition_id))).order_by(JointScore.id)
    ).all()


def competition_of_decision(decision_id: uuid.UUID) -> Competition | None:
    """The competition whose choice or cancellation this is."""
    return db.session.scalars(select(Competition).where(Competition.decision_id == decision_id)).one_or_none()


def awards_of(decision_id: uuid.UUID | None) -> Sequence[Award]:
    """The chosen tenders of one decision, by lot and rank; an older decision's rows are history."""
    if decision_id is None:
        return []
    return db.session.scalars(
        select(Award)
        .options(joinedload(Award.lot), joinedload(Award.tender).joinedload(Tender.supplier))
        .where(Award.decision_id == decision_id)
        .order_by(Award.lot_id, Award.rank)
    ).all()


def invited(competition_id: uuid.UUID) -> Sequence[Invitation]:
    return db.session.scalars(
        select(Invitation).where(Invitation.competition_id == competition_id).order_by(Invitation.id)
    ).all()


def secret_decision(tender_id: uuid.UUID, field: str) -> SecretDecision | None:
    return db.session.scalars(
        select(SecretDecision).where(SecretDecision.tender_id == tender_id, SecretDecision.field == field)
    ).one_or_none()


def secret_decisions_of(competition_id: uuid.UUID) -> dict[tuple[uuid.UUID, str], SecretDecision]:
    """What the authority decided on marked secrets, by tender and field."""
    found = db.session.scalars(select(SecretDecision).where(SecretDecision.tender_id.in_(_of(competition_id))))
    return {(row.tender_id, row.field): row for row in found}


def competitions_with_secrets(mandate: Mandate, limit: int = 40) -> Sequence[Competition]:
    """Competitions this official reads in which a marked business secret has not been decided on (R86)."""
    marks = func.jsonb_object_keys(Tender.content["secrets"]).table_valued("field").render_derived(name="marks")
    decided = select(SecretDecision.id).where(
        SecretDecision.tender_id == Tender.id, SecretDecision.field == marks.c.field
    )
    undecided = (
        select(Tender.competition_id)
        .join(marks, Tender.content.is_not(None))
        .where(Tender.state == TenderState.OPENED, ~decided.exists())
    )
    return db.session.scalars(
        select(Competition)
        .where(
            Competition.state.in_((CompetitionState.OPENED, CompetitionState.DECIDED)),
            Competition.id.in_(undecided),
            Competition.id.in_(_readable(mandate)),
        )
        .order_by(Competition.opened_at)
        .limit(limit)
    ).all()


def document_request(document_request_id: uuid.UUID) -> DocumentRequest | None:
    return db.session.get(DocumentRequest, document_request_id)


def document_requests_of(competition_id: uuid.UUID, supplier_id: uuid.UUID | None = None) -> Sequence[DocumentRequest]:
    """Requests for documents of a competition, of one supplier where given, the oldest first."""
    query = select(DocumentRequest).where(DocumentRequest.competition_id == competition_id)
    if supplier_id is not None:
        query = query.where(DocumentRequest.supplier_id == supplier_id)
    return db.session.scalars(query.order_by(DocumentRequest.id).limit(200)).all()


def browsable_document_requests(mandate: Mandate) -> Select[DocumentRequest]:
    """A provider's own, or those to the authority."""
    query = select(DocumentRequest)
    if mandate.supplier_id is not None:
        return query.where(DocumentRequest.supplier_id == mandate.supplier_id)
    return (
        query.join(DocumentRequest.competition)
        .join(Competition.category)
        .join(Category.system)
        .where(PurchasingSystem.authority_id == mandate.authority_id)
    )


def unanswered_document_requests(authority_id: uuid.UUID, limit: int = 40) -> Sequence[DocumentRequest]:
    """Requests that wait for an answer or a formal decision, the oldest first (R87)."""
    return db.session.scalars(
        select(DocumentRequest)
        .join(DocumentRequest.competition)
        .join(Competition.category)
        .join(Category.system)
        .where(
            PurchasingSystem.authority_id == authority_id,
            DocumentRequest.state.in_((DocumentRequestState.ASKED, DocumentRequestState.DECISION_ASKED)),
        )
        .order_by(DocumentRequest.asked_at)
        .limit(limit)
    ).all()


def receipts_of(competition_id: uuid.UUID) -> Sequence[Receipt]:
    """The register of what arrived, after the opening: time, hash, whose (R88)."""
    return db.session.scalars(
        select(Receipt)
        .join(Receipt.tender)
        .options(joinedload(Receipt.tender).joinedload(Tender.supplier))
        .join(Tender.competition)
        .where(Tender.competition_id == competition_id, Competition.opened_at.is_not(None))
        .order_by(Receipt.at, Receipt.id)
    ).all()


def quality_criteria(competition: Competition) -> list[CompetitionCriterion]:
    """What evaluators give points for."""
    return [each for each in competition.criteria if each.kind == "quality"]
