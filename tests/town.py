"""A small town: the demo's year with few orders, made once a worker; and one object of each kind in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import make_server

from core import clock
from core.db import db, new_id, transaction
from core.identity import queries as people_queries
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person, RoleHolding
from core.mail.models import Mail
from core.quarters import next_quarter, quarter_of
from demo.cast import LOGINS

PASSWORD = "four plain words here"
MEETINGS = 45
#: The days in which they meet: few meetings, so a short time, or nothing happens twice.
DAYS = 370

#: Who walks every route: a letter each, own organisations first, then foreign ones.
ACTORS = {
    "c": "coordinator@kuopio.example",
    "d": "decider@kuopio.example",
    "o": "opener@kuopio.example",
    "e": "expert@kuopio.example",
    "p": "provider@savo.example",
    "a": "admin@avoin.example",
    "s": "steering@helsinki.example",
    "C": "coordinator@helsinki.example",
    "D": "decider@helsinki.example",
    "E": "expert@helsinki.example",
    "P": "provider@kallavesi.example",
}


def build(app: Flask) -> None:
    """Live through the demo's year with few meetings."""
    from demo.story import tell

    with app.app_context():
        tell(PASSWORD, lambda share, text: None, orders=MEETINGS, days=DAYS, joint_amount=4, cooperates=False)
        _choose_tender()
        _judge_tenders()
        _owe_result()
        _ask_about_figures()
        _offer_swap()
        _draft_agreement()
        _review_year()
        _share_layoffs()
        _give_access()
        _offer_volume()
        _agree_on_production()
        _share_costs()
        _write_minutes()
        db.session.remove()


def _choose_tender() -> None:
    """Kuopio has chosen the tender of Savon Suunta Oy in a competition."""
    from dps.decisions import service
    from dps.systems.models import PurchasingSystem
    from suppliers.models import Supplier
    from tests import worlds_awards
    from tests.worlds_dps import Provider

    savo = db.session.get_one(Supplier, mandate_of(ACTORS["p"]).organisation_id)
    category = db.session.scalars(select(PurchasingSystem).order_by(PurchasingSystem.id)).first().categories[0]
    details = worlds_awards.details(category, [Provider(savo, None, None)])  # type: ignore[arg-type]
    decision = service.prepare(details, by=mandate_of(ACTORS["c"]))
    service.sign(decision, by=mandate_of(ACTORS["d"]))


def _give_access() -> None:
    """Helsinki's coordinator may fill a group of Kuopio, and asks to follow its orders."""
    from datetime import timedelta

    from core.identity.grants import service
    from core.identity.grants.models import ScopeKind, Task
    from core.identity.grants.service import GrantDetails
    from orders.groups.models import Group

    kuopio, helsinki = mandate_of(ACTORS["c"]), mandate_of(ACTORS["C"])
    savo = mandate_of(ACTORS["p"])
    mine = (Group.supplier_id == savo.organisation_id, Group.authority_id == kuopio.organisation_id)
    group = db.session.scalars(select(Group).where(*mine).order_by(Group.id).limit(1)).one()
    today = clock.helsinki_date(clock.now())

    def asked(task: Task, **changes: Any) -> GrantDetails:
        given: dict[str, Any] = {
            "person_id": helsinki.person_id,
            "owner_id": kuopio.organisation_id,
            "task": task,
            "scope_kind": ScopeKind.CATEGORY,
            "scope_id": group.category_id,
            "purpose": "Syksyn yhteinen koulutus.",
            "first_day": today,
            "last_day": today + timedelta(days=60),
        }
        return GrantDetails(**{**given, **changes})

    service.give(service.propose(asked(Task.FILL_GROUPS), by=helsinki), by=mandate_of(ACTORS["d"]))
    service.propose(asked(Task.FOLLOW_ORDERS), by=helsinki)


def _agree_on_production() -> None:
    """Kuopio has decided on an agreement with Savon Suunta Oy as its in-house unit."""
    from datetime import timedelta
    from decimal import Decimal

    from dps.contracts.production import queries, service
    from dps.contracts.production.rules import Facts
    from dps.systems.production import Production
    from suppliers.models import Supplier

    savo, coordinator = mandate_of(ACTORS["p"]), mandate_of(ACTORS["c"])
    today = clock.helsinki_date(clock.now())
    details = service.AgreementDetails(
        kind=Production.IN_HOUSE,
        business_id=db.session.get_one(Supplier, savo.organisation_id).registration_number,
        reference="KUO 2026-000118",
        starts_on=today,
        ends_on=today + timedelta(days=700),
        facts=Facts(
            statement="Kuopio käyttää määräysvaltaa yhtiökokouksessa.",
            owners="Kuopio 80 %, Siilinjärvi 20 %",
            owned_share=Decimal(80),
            outside_share=Decimal(2),
            outside_sales=Decimal(40000),
        ),
        prices={queries.categories_to_agree_on(coordinator.organisation_id, today)[0].id: Decimal(900)},
    )
    service.approve(service.prepare(details, by=coordinator), "§ 21/2026", by=mandate_of(ACTORS["d"]))


def _offer_volume() -> None:
    """Espoo offers volume of the joint procurement in use to Helsinki."""
    from dps.joint.procurements import queries, service
    from dps.joint.procurements.models import JointProcurement
    from dps.joint.stages import Stage

    row = db.session.scalars(select(JointProcurement).where(JointProcurement.stage == Stage.USE)).one()
    parties = {each.party.key: each for each in queries.participations_of(row.id)}
    quarter = max(queries.announced(row.id)[parties["espoo"].party_id])
    by = mandate_of("coordinator@espoo.example")
    service.propose_transfer(parties["espoo"], parties["helsinki"], quarter, 1, "Tarve on pienempi.", by=by)


def _share_costs() -> None:
    """Helsinki has paid for the procurement that is in use, and every closed quarter is stated."""
    from datetime import timedelta
    from decimal import Decimal

    from dps.joint.stages import CostKind
    from orders.sharing import service

    helsinki, procurement = mandate_of(ACTORS["C"]), _joint_in_use()
    today = clock.helsinki_date(clock.now())
    cost = service.CostDetails(
        kind=CostKind.MARKETING,
        purpose="Yhteinen esite",
        day=today - timedelta(days=1),
        amount=Decimal("1200.00"),
        vat_rate=Decimal("25.5"),
        content=b"%PDF-1.4 invoice",
        file_name="lasku.pdf",
    )
    service.record_cost(procurement, cost, by=helsinki)
    quarter = quarter_of(procurement.starts_on)
    while next_quarter(quarter) <= today:
        service.make_statement(procurement.agreement, quarter, by=helsinki)
        quarter = next_quarter(quarter)


def _write_minutes() -> None:
    """The minutes of the first meeting have been made."""
    from dps.joint.procurements import service
    from dps.joint.procurements.models import JointMeeting

    service.keep_minutes(db.session.scalars(select(JointMeeting).order_by(JointMeeting.id).limit(1)).one())


def _joint_in_use() -> Any:
    """The joint procurement that all order from."""
    from dps.joint.procurements.models import JointProcurement
    from dps.joint.stages import Stage

    return db.session.scalars(
        select(JointProcurement).where(JointProcurement.stage == Stage.USE).order_by(JointProcurement.id).limit(1)
    ).one()


@transaction
def _owe_result() -> None:
    """Savon Suunta Oy claims a payment for a result, with its evidence."""
    from orders.models import DeliveryLine, Order
    from orders.money import service
    from orders.money.models import OutcomePayment, OutcomeState

    savo = mandate_of(ACTORS["p"])
    order = db.session.scalars(
        select(Order)
        .join(DeliveryLine, DeliveryLine.order_id == Order.id)
        .where(Order.supplier_id == savo.organisation_id)
        .order_by(Order.id)
    ).first()
    assert order is not None
    today = clock.helsinki_date(clock.now())
    row = OutcomePayment(
        id=new_id(), order_id=order.id, code="in-work", amount=100, claim_by=today, state=OutcomeState.OPEN, order=order
    )
    db.session.add(row)
    db.session.flush()
    proof = service.Evidence(happened_on=today, text="Työsopimus.", content=b"%PDF-1.4 proof", file_name="proof.pdf")
    service.claim_outcome(row, proof, by=savo)


@transaction
def _ask_about_figures() -> None:
    """Figures of Savon Suunta Oy were found, and it is asked."""
    from datetime import timedelta

    from evaluation.watching import service
    from evaluation.watching.models import FlagKind, FlagState, WatchFlag
    from orders.models import Order

    savo = mandate_of(ACTORS["p"])
    order = db.session.scalars(select(Order).where(Order.supplier_id == savo.organisation_id).limit(1)).one()
    today = clock.helsinki_date(clock.now())
    row = WatchFlag(
        id=new_id(),
        authority_id=order.category.authority_id,
        kind=FlagKind.BURST,
        supplier_id=savo.organisation_id,
        category_id=order.category_id,
        from_on=today - timedelta(days=90),
        until_on=today,
        evidence={"answers": 40, "most": 14, "days": 90, "chance": 0.0001},
        state=FlagState.OPEN,
        raised_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    service.ask(row, "Mistä vastaukset tulivat?", by=mandate_of(ACTORS["c"]))


def _draft_agreement() -> None:
    """Helsinki prepares a new version of the agreement of the capital region."""
    from dps.joint.agreements import service
    from dps.joint.agreements.models import CooperationAgreement

    agreement = db.session.scalars(select(CooperationAgreement)).one()
    service.start_version(agreement, by=mandate_of(ACTORS["C"]))


def _review_year() -> None:
    """Helsinki, which keeps the agreement, has made the review of the year."""
    from dps.joint.agreements.models import CooperationAgreement
    from evaluation.together import service
    from evaluation.together.followed import of_agreement

    found = of_agreement(db.session.scalars(select(CooperationAgreement)).one().id)
    assert found is not None
    year = clock.helsinki_date(clock.now()).year
    service.make(found, year, "Hyvä vuosi.", by=mandate_of(ACTORS["C"]))


@transaction
def _offer_swap() -> None:
    """Helsinki asks Kuopio to swap seats."""
    from orders.groups.models import Group
    from orders.groups.models_swaps import SeatSwap
    from orders.models import Order

    asked = mandate_of(ACTORS["e"]).organisation_id
    order = db.session.scalars(
        select(Order).join(Group, Group.id == Order.group_id).where(Group.authority_id == asked).order_by(Order.id)
    ).first()
    assert order is not None
    expert, now = mandate_of(ACTORS["E"]), clock.now()
    db.session.add(
        SeatSwap(
            id=new_id(),
            authority_id=expert.organisation_id,
            asked_id=asked,
            order_id=order.id,
            group_id=order.group_id,
            given_group_id=order.group_id,
            reason="Aamut sopivat paremmin.",
            proposed_by=expert.person_id,
            proposed_at=now,
            answer_by=clock.end_of_day(clock.helsinki_date(now)),
        )
    )


def _share_layoffs() -> None:
    """Helsinki has shared a lay-off plan, and knows whom to expect."""
    from dps.joint.agreements.models import CooperationAgreement
    from orders.readiness import service
    from orders.readiness.service import LineDetails, PlanDetails

    helsinki = mandate_of(ACTORS["C"])
    month = clock.helsinki_date(clock.now()) + clock.timedelta(days=40)
    details = PlanDetails(
        employer="Telakka Oy",
        agreement=db.session.scalars(select(CooperationAgreement)).one(),
        lines=[LineDetails(each, "hitsaaja", None, month, 6) for each in ("Helsinki", "Vantaa", "Porvoo")],
    )
    plan = service.write(details, by=helsinki)
    service.share(plan, by=helsinki)
    service.expect_people(plan, by=mandate_of(ACTORS["E"]))


def _judge_tenders() -> None:
    """In the opened competition another company's tender is excluded."""
    from dps.competitions import queries_judging
    from dps.competitions.models import Competition, CompetitionState, ExclusionGround
    from dps.competitions.service import excluding

    found = db.session.scalars(
        select(Competition).where(Competition.state == CompetitionState.OPENED).order_by(Competition.id)
    ).first()
    assert found is not None
    tender = queries_judging.opened_tenders(found.id)[-1]
    excluding.exclude(
        tender, None, ExclusionGround.REQUIREMENTS, "Tarjous koskee eri koulutusta.", by=mandate_of(ACTORS["e"])
    )


def mandate_of(email: str) -> Mandate:
    """The mandate somebody of the town logs in with."""
    person = people_queries.person_by_email(email)
    assert person is not None, email
    holding = db.session.scalars(
        select(RoleHolding).where(RoleHolding.person_id == person.id).order_by(RoleHolding.id).limit(1)
    ).one()
    return Mandate.of(holding)


@dataclass(frozen=True)
class Objects:
    """One object for each word of an address, belonging to Kuopio, its expert, and Savon Suunta Oy."""

    values: dict[str, Any]

    def fill(self, rule: Any) -> dict[str, Any]:
        """The words of one address.

        :raises KeyError: the town has no such thing yet; add it in ``objects``
        """
        return {name: self.values[name] for name in rule.arguments}


def _authority_of(row: Any) -> Any:
    """Whose a row is: its own authority, or that of its order."""
    return getattr(row, "authority_id", None) or getattr(getattr(row, "order", None), "authority_id", None)


def objects() -> Objects:
    """Pick one object of each kind."""
    from core.identity.grants.models import Grant, GrantState
    from dps.competitions.models import (
        CommitteeMember,
        Competition,
        CompetitionQuestion,
        CompetitionQuestionState,
        CompetitionState,
        DocumentRequest,
        Tender,
        TenderExclusion,
        TenderRequest,
        TimeConsent,
    )
    from dps.contracts.models import ContractChange, FrameContract, ProductionAgreement, SecrecyUndertaking
    from dps.decisions.models import Decision, DecisionAddressee, Delegation, ExplanationRequest, Remedy
    from dps.joint.agreements.models import AgreementVersion, GroupMember, VersionState
    from dps.joint.procurements.models import JointMeeting, JointProcurement, VolumeTransfer
    from dps.joint.stages import Stage
    from dps.notices.models import Notice
    from dps.offerings.models import Offering, OfferingStart
    from dps.qualification.models import (
        AdmissionMatter,
        Application,
        Clarification,
        Qualification,
        RenewalRequest,
        RenewalState,
    )
    from dps.systems.models import Category, ChangeState, PurchasingSystem, Question, QuestionState, SystemChange
    from evaluation.assessing import queries as assessed
    from evaluation.assessing import service as assessing
    from evaluation.collecting.models import CustomerFeedback, FeedbackAlert, ServicePoint
    from evaluation.improving.models import Owner, QualityTalk, TalkAction
    from evaluation.outcomes.models import Outcome, OutcomeContradiction, OutcomeImport, OutcomeReport
    from evaluation.records import queries as records
    from evaluation.records import service as record_service
    from evaluation.records.models import FactKind, ReleaseState
    from evaluation.reports import service as reports
    from evaluation.reports.models import YearReport
    from evaluation.together.models import JointReview
    from evaluation.watching.models import WatchFlag
    from orders.bulk.models import BulkFile
    from orders.changes.models import OrderChange
    from orders.deviations.models import Deviation
    from orders.groups.models import AbsenceNotice, Group, QueueEntry
    from orders.groups.models_swaps import SeatSwap
    from orders.handover.models import Handover
    from orders.meeting import queries as meeting_queries
    from orders.meeting import service as meeting
    from orders.meeting.models import ConsentWay, InterestDeclaration, Source
    from orders.messages.models import OrderMessage
    from orders.models import Budget, Choice, CustomerQuestion, Delivery, DeliveryLine, Order, OrderState
    from orders.money.models import InvoiceBatch, OutcomePayment, OverBudgetRequest
    from orders.preparing.models import PreparedAnswers
    from orders.presentations.models import Presentation, SignUp
    from orders.readiness.models import LayoffPerson, LayoffPlan
    from orders.sharing.models import SharedCost, Statement
    from suppliers.models import ActingRight, Declaration, Document, DocumentKind

    savo, kuopio = mandate_of(ACTORS["p"]), mandate_of(ACTORS["c"])
    expert = mandate_of(ACTORS["e"])

    def first(model: Any, *conditions: Any) -> Any:
        """The oldest one of Kuopio's, whose people the letters are; of what is not Kuopio's the oldest one."""
        rows = db.session.scalars(select(model).where(*conditions).order_by(model.id).limit(100)).all()
        assert rows, model
        return next((row for row in rows if _authority_of(row) == kuopio.organisation_id), rows[0])

    competition = first(Competition, Competition.state == CompetitionState.OPENED)
    tender = first(Tender, Tender.supplier_id == savo.organisation_id)
    order = first(
        Order,
        Order.supplier_id == savo.organisation_id,
        Order.expert_id == expert.person_id,
        Order.state.in_((OrderState.COMPLETED, OrderState.REPORTED, OrderState.STARTED)),
    )
    if savo.person_id not in {each.person_id for each in meeting_queries.staff_of(order.id)}:
        meeting.name_staff(order, [savo.person_id], by=expert)
    if meeting_queries.release_of(order.id) is None:
        meeting.release_contact(order, None, Source.CUSTOMER_SYSTEM, by=expert)
    release = records.release_in(ReleaseState.PREVIEW)
    assert release is not None
    case = records.cases_of(release, savo.organisation_id, None)[0].Order
    correction = records.open_correction_of(case.id, FactKind.OTHER)
    if correction is None:
        correction = record_service.claim(release, case, FactKind.OTHER, "Päivä on väärä.", by=savo)
    if assessed.consent_of(order.id) is None:
        today = clock.helsinki_date(clock.now())
        assessing.record_consent(order, today, ConsentWay.PAPER, "D-1", by=expert)
    offering = first(Offering, Offering.supplier_id == savo.organisation_id)
    draft = first(AgreementVersion, AgreementVersion.state == VersionState.DRAFT)
    system = first(PurchasingSystem)
    report = db.session.scalars(select(YearReport)).first() or reports.ask(system, system.starts_on.year, by=kuopio)
    delivery = first(Delivery)
    person = db.session.scalars(select(Person).where(Person.email == ACTORS["o"])).one()
    asked = db.session.scalars(
        select(OrderChange)
        .join(Order, Order.id == OrderChange.order_id)
        .where(Order.supplier_id == savo.organisation_id, Order.authority_id == kuopio.organisation_id)
        .limit(1)
    ).one()
    written = db.session.scalars(
        select(OrderMessage)
        .join(Order, Order.id == OrderMessage.order_id)
        .where(Order.supplier_id == savo.organisation_id, Order.authority_id == kuopio.organisation_id)
        .limit(1)
    ).one()
    joint = first(JointProcurement, JointProcurement.stage == Stage.STEERING)
    return Objects(
        {
            "procurement_id": joint.id,
            "participation_id": next(
                each.id for each in joint.participations if each.party.authority_id == joint.lead_id
            ),
            "transfer_id": first(VolumeTransfer).id,
            "meeting_id": first(JointMeeting).id,
            "group_name": "steering",
            "order_change_id": asked.id,
            "order_message_id": written.id,
            "agreement_id": draft.agreement_id,
            "production_id": first(ProductionAgreement).id,
            "review_id": first(JointReview).id,
            "plan_id": first(LayoffPlan).id,
            "layoff_person_id": first(LayoffPerson).id,
            "picture": "parties",
            "half": 1,
            "version_id": draft.id,
            "membership_id": first(GroupMember, GroupMember.authority_id == draft.author_id).id,
            "interest_id": first(InterestDeclaration, InterestDeclaration.person_id == expert.person_id).id,
            "group_id": first(Group, Group.supplier_id == savo.organisation_id).id,
            "grant_id": first(Grant, Grant.owner_id == kuopio.organisation_id, Grant.state == GrantState.PROPOSED).id,
            "entry_id": first(QueueEntry, QueueEntry.authority_id == kuopio.organisation_id).id,
            "absence_id": first(AbsenceNotice).id,
            "swap_id": first(SeatSwap).id,
            "system_id": system.id,
            "category_id": first(Category, Category.system_id == system.id).id,
            "supplier_id": savo.organisation_id,
            "authority_id": first(Authority, Authority.id == kuopio.organisation_id).id,
            "application_id": first(Application, Application.supplier_id == savo.organisation_id).id,
            "clarification_id": first(
                Clarification,
                Clarification.application_id.in_(
                    select(Application.id).where(Application.supplier_id == savo.organisation_id)
                ),
            ).id,
            "qualification_id": first(Qualification, Qualification.supplier_id == savo.organisation_id).id,
            "decision_id": first(Decision, Decision.supplier_id == savo.organisation_id).id,
            "addressee_id": first(DecisionAddressee, DecisionAddressee.supplier_id == savo.organisation_id).id,
            "remedy_id": first(Remedy).id,
            "delegation_id": first(Delegation).id,
            "explanation_id": first(ExplanationRequest).id,
            "renewal_id": first(RenewalRequest, RenewalRequest.state == RenewalState.ASKED).id,
            "matter_id": first(
                AdmissionMatter,
                AdmissionMatter.qualification_id.in_(
                    select(Qualification.id).where(Qualification.supplier_id == savo.organisation_id)
                ),
            ).id,
            "wish": "pause",
            "contract_id": first(FrameContract, FrameContract.supplier_id == savo.organisation_id).id,
            "contract_change_id": first(
                ContractChange,
                ContractChange.decided_at.is_not(None),
                ContractChange.contract_id.in_(
                    select(FrameContract.id).where(FrameContract.supplier_id == savo.organisation_id)
                ),
            ).id,
            "undertaking_id": first(SecrecyUndertaking, SecrecyUndertaking.supplier_id == savo.organisation_id).id,
            "offering_id": offering.id,
            "start_id": first(OfferingStart, OfferingStart.offering_id == offering.id).id,
            "module_id": first(Category, Category.code == "work-trial").modules[0].id,
            "notice_id": first(Notice).id,
            "need_id": order.need_id,
            "customer_question_id": first(CustomerQuestion).id,
            "prepared_id": first(PreparedAnswers, PreparedAnswers.saved_at.is_not(None)).id,
            "presentation_id": first(Presentation).id,
            "sign_up_id": first(SignUp, SignUp.customer_reference.is_not(None)).id,
            "deviation_id": first(Deviation).id,
            "talk_id": first(QualityTalk, QualityTalk.supplier_id == savo.organisation_id).id,
            "action_id": first(TalkAction, TalkAction.owner == Owner.PROVIDER).id,
            "ending": "csv",
            "which": "ways",
            "record_id": records.records_of_supplier(savo.organisation_id, release.id)[0].id,
            "correction_id": correction.id,
            "year_report_id": report.id,
            "key": "index",
            "topic": "money",
            "code": "fi",
            "handover_id": first(Handover).id,
            "expert_id": expert.person_id,
            "order_id": order.id,
            "delivery_line_id": first(
                DeliveryLine,
                DeliveryLine.order_id.in_(select(Order.id).where(Order.supplier_id == savo.organisation_id)),
            ).id,
            "alert_id": first(FeedbackAlert).id,
            "answer_id": first(CustomerFeedback, CustomerFeedback.sealed_words.is_not(None)).id,
            "service_point_id": first(ServicePoint).id,
            "outcome_payment_id": first(OutcomePayment).id,
            "over_budget_id": first(OverBudgetRequest).id,
            "batch_id": first(InvoiceBatch).id,
            "bulk_id": first(BulkFile).id,
            "decision": "refuse",
            "year": 2026,
            "choice_id": first(Choice).id,
            "budget_id": first(Budget).id,
            "delivery_id": delivery.id,
            "outcome_id": first(Outcome).id,
            "contradiction_id": first(OutcomeContradiction).id,
            "report_id": first(OutcomeReport).id,
            "import_id": first(OutcomeImport, OutcomeImport.authority_id == kuopio.organisation_id).id,
            "flag_id": first(WatchFlag, WatchFlag.supplier_id == savo.organisation_id).id,
            "right_id": first(ActingRight, ActingRight.supplier_id == savo.organisation_id).id,
            "document_id": first(
                Document,
                Document.supplier_id == savo.organisation_id,
                Document.kind == DocumentKind.TAX_CERTIFICATE,
            ).id,
            "declaration_id": first(Declaration, Declaration.supplier_id == savo.organisation_id).id,
            "shared_cost_id": first(SharedCost, SharedCost.file_id.is_not(None)).id,
            "statement_id": first(Statement).id,
            "party_key": "helsinki",
            "holding_id": db.session.scalars(select(RoleHolding.id).where(RoleHolding.person_id == person.id)).one(),
            "person_id": person.id,
            "mail_id": first(Mail).id,
            "requirement_id": system.categories[0].requirements[0].id,
            "change_id": first(SystemChange, SystemChange.state == ChangeState.DRAFT).id,
            "question_id": first(Question, Question.state == QuestionState.ASKED).id,
            "competition_id": competition.id,
            "competition_step": "what",
            "tender_id": tender.id,
            "file_id": tender.id,
            "number": tender.receipt_number,
            "lot": "1",
            "field": "answer:1:support",
            "tender_request_id": first(TenderRequest, TenderRequest.tender_id == tender.id).id,
            "exclusion_id": first(TenderExclusion).id,
            "document_request_id": first(DocumentRequest, DocumentRequest.supplier_id == savo.organisation_id).id,
            "lot_code": "1",
            "line_code": "service",
            "criterion_code": "content",
            "documents_number": 1,
            "member_id": first(CommitteeMember, CommitteeMember.competition_id == competition.id).id,
            "competition_question_id": first(
                CompetitionQuestion, CompetitionQuestion.state == CompetitionQuestionState.ASKED
            ).id,
            "consent_id": first(
                TimeConsent, TimeConsent.supplier_id == savo.organisation_id, TimeConsent.answered_at.is_(None)
            ).id,
            "step": "requirements",
            "part": "requirements",
            "item": system.categories[0].requirements[0].code,
            "kind": "new",
            "token": "forged-token",
            "option": 0,
            "index": 0,
            "path": "css/bootstrap.min.css",
            "filename": "theme.css",
        }
    )


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """A live server on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def emails() -> list[str]:
    return [email for email, _ in LOGINS]
