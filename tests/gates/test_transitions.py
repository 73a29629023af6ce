"""No change of state without its event: every state in the town follows from the audit trail alone (I2)."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import dps
import orders
from core import states
from core.audit import service as audit_service
from core.audit.chain import declared_events
from core.audit.models import AuditEvent
from core.db import db
from core.identity.grants.models import GRANT_TRANSITIONS, Grant
from core.identity.models import Person
from dps.competitions.models import (
    COMPETITION_QUESTION_TRANSITIONS,
    COMPETITION_TRANSITIONS,
    DOCUMENT_REQUEST_TRANSITIONS,
    TENDER_REQUEST_TRANSITIONS,
    TENDER_TRANSITIONS,
    Competition,
    CompetitionQuestion,
    DocumentRequest,
    Tender,
    TenderRequest,
)
from dps.contracts.models import (
    CONTRACT_CHANGE_TRANSITIONS,
    CONTRACT_TRANSITIONS,
    PRODUCTION_TRANSITIONS,
    ContractChange,
    FrameContract,
    ProductionAgreement,
)
from dps.decisions.models import DECISION_TRANSITIONS, REMEDY_TRANSITIONS, Decision, Remedy
from dps.joint.agreements.models import VERSION_TRANSITIONS, AgreementVersion
from dps.joint.procurements.models import (
    PARTICIPATION_TRANSITIONS,
    PROCUREMENT_TRANSITIONS,
    TRANSFER_TRANSITIONS,
    JointProcurement,
    Participation,
    VolumeTransfer,
)
from dps.notices.models import NOTICE_TRANSITIONS, Notice
from dps.offerings import service as offerings
from dps.offerings.models import OFFERING_TRANSITIONS, Offering
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    MATTER_TRANSITIONS,
    QUALIFICATION_TRANSITIONS,
    RENEWAL_TRANSITIONS,
    AdmissionMatter,
    Application,
    Qualification,
    RenewalRequest,
)
from dps.systems.models import (
    CHANGE_TRANSITIONS,
    QUESTION_TRANSITIONS,
    SYSTEM_TRANSITIONS,
    PurchasingSystem,
    Question,
    SystemChange,
)
from evaluation.improving.models import TALK_TRANSITIONS, QualityTalk
from evaluation.outcomes.models import (
    CONTRADICTION_TRANSITIONS,
    IMPORT_TRANSITIONS,
    REPORT_TRANSITIONS,
    OutcomeContradiction,
    OutcomeImport,
    OutcomeReport,
)
from evaluation.together.models import REVIEW_TRANSITIONS, JointReview
from evaluation.watching.models import FLAG_TRANSITIONS, WatchFlag
from orders.bulk.models import BULK_TRANSITIONS, BulkFile
from orders.changes.models import ORDER_CHANGE_TRANSITIONS, OrderChange
from orders.deviations.models import DEVIATION_TRANSITIONS, Deviation
from orders.groups.models import (
    ABSENCE_TRANSITIONS,
    ENTRY_TRANSITIONS,
    GROUP_TRANSITIONS,
    AbsenceNotice,
    Group,
    QueueEntry,
)
from orders.groups.models_swaps import SWAP_TRANSITIONS, SeatSwap
from orders.models import (
    DISPUTE_TRANSITIONS,
    LINE_TRANSITIONS,
    NEED_TRANSITIONS,
    ORDER_TRANSITIONS,
    DeliveryLine,
    Dispute,
    Need,
    Order,
)
from orders.money.models import OUTCOME_TRANSITIONS, OVER_BUDGET_TRANSITIONS, OutcomePayment, OverBudgetRequest
from orders.presentations.models import PRESENTATION_TRANSITIONS, Presentation
from orders.readiness.models import PLAN_TRANSITIONS, SHARE_TRANSITIONS, LayoffPlan, LayoffShare
from suppliers.models import ACTING_RIGHT_TRANSITIONS, DOCUMENT_TRANSITIONS, ActingRight, Document
from tests import town
from tests.pages import api_as

#: For each table of transitions: the model, and the action each event stands for.
EVENTS: list[tuple[states.Transitions, type[Any], dict[str, str]]] = [
    (
        SYSTEM_TRANSITIONS,
        PurchasingSystem,
        {
            "system.submitted": "submit",
            "system.returned": "return",
            "system.approved": "approve",
            "system.opened": "open",
            "system.closed": "close",
            "system.reopened": "reopen",
            "system.ended": "end",
        },
    ),
    (
        CHANGE_TRANSITIONS,
        SystemChange,
        {
            "system_change.submitted": "submit",
            "system_change.returned": "return",
            "system_change.approved": "approve",
            "system_change.announced": "announce",
            "system_change.in_force": "take_effect",
            "system_change.dropped": "drop",
        },
    ),
    (QUESTION_TRANSITIONS, Question, {"question.answered": "answer"}),
    (
        GRANT_TRANSITIONS,
        Grant,
        {"grant.given": "give", "grant.refused": "refuse", "grant.withdrawn": "withdraw"},
    ),
    (
        APPLICATION_TRANSITIONS,
        Application,
        {
            "application.proposed": "propose",
            "application.proposal_returned": "return",
            "application.admitted": "admit",
            "application.refused": "refuse",
            "application.withdrawn": "withdraw",
            "application.corrected_to_admitted": "correct_to_admitted",
            "application.corrected_to_refused": "correct_to_refused",
        },
    ),
    (
        QUALIFICATION_TRANSITIONS,
        Qualification,
        {
            "qualification.suspended": "suspend",
            "qualification.lifted": "lift",
            "qualification.ended": "end",
        },
    ),
    (RENEWAL_TRANSITIONS, RenewalRequest, {"renewal.answered": "answer", "renewal.reviewed": "review"}),
    (
        MATTER_TRANSITIONS,
        AdmissionMatter,
        {
            "admission_matter.hearing_begun": "hear",
            "admission_matter.heard": "answer",
            "admission_matter.proposed": "propose",
            "admission_matter.returned": "return",
            "admission_matter.decided": "decide",
            "admission_matter.dropped": "drop",
        },
    ),
    (REMEDY_TRANSITIONS, Remedy, {"remedy.closed": "close"}),
    (DOCUMENT_TRANSITIONS, Document, {"document.withdrawn": "withdraw", "document.purged": "purge"}),
    (
        DECISION_TRANSITIONS,
        Decision,
        {"decision.returned": "return", "decision.dropped": "return", "decision.signed": "sign"},
    ),
    (
        CONTRACT_TRANSITIONS,
        FrameContract,
        {
            "contract.signed_for_supplier": "sign_for_supplier",
            "contract.signed_for_authority": "sign_for_authority",
            "contract.ended": "end",
            "contract.lapsed": "lapse",
        },
    ),
    (
        PRODUCTION_TRANSITIONS,
        ProductionAgreement,
        {
            "production_agreement.approved": "approve",
            "production_agreement.dropped": "drop",
            "production_agreement.ended": "end",
        },
    ),
    (
        CONTRACT_CHANGE_TRANSITIONS,
        ContractChange,
        {
            "contract_change.decided": "decide",
            "contract_change.dropped": "drop",
            "contract_change.accepted": "accept",
            "contract_change.declined": "decline",
        },
    ),
    (
        COMPETITION_TRANSITIONS,
        Competition,
        {
            "competition.submitted": "submit",
            "competition.returned": "return",
            "competition.sent": "send",
            "competition.opened": "open",
            "competition.decided": "decide",
            "competition.cancelled": "cancel",
            "competition.dropped": "drop",
            "competition.reopened": "reopen",
        },
    ),
    (COMPETITION_QUESTION_TRANSITIONS, CompetitionQuestion, {"competition_question.answered": "answer"}),
    (
        TENDER_TRANSITIONS,
        Tender,
        {
            "tender.submitted": "submit",
            "tender.withdrawn": "withdraw",
            "tender.opened": "open",
            "tender.lapsed": "lapse",
        },
    ),
    (
        TENDER_REQUEST_TRANSITIONS,
        TenderRequest,
        {"tender_request.answered": "answer", "tender_request.concluded": "conclude"},
    ),
    (
        DOCUMENT_REQUEST_TRANSITIONS,
        DocumentRequest,
        {
            "document_request.given": "give",
            "document_request.refused": "refuse",
            "document_request.decision_asked": "ask_decision",
            "document_request.decided": "decide",
        },
    ),
    (OFFERING_TRANSITIONS, Offering, {"offering.published": "publish", "offering.withdrawn": "withdraw"}),
    (NOTICE_TRANSITIONS, Notice, {"notice.published": "publish"}),
    (ACTING_RIGHT_TRANSITIONS, ActingRight, {"acting_right.verified": "verify", "acting_right.refused": "refuse"}),
    (
        ORDER_TRANSITIONS,
        Order,
        {
            "order.accepted": "accept",
            "order.declined": "decline",
            "order.expired": "expire",
            "order.cancelled": "cancel",
            "order.scheduled": "schedule",
            "order.no_show": "miss",
            "order.started": "start",
            "order.paused": "pause",
            "order.resumed": "resume",
            "order.reported": "report",
            "order.report_returned": "return_report",
            "order.completed": "complete",
            "order.disputed": "dispute",
            "order.settled": "settle",
            "order.closed": "close",
        },
    ),
    (LINE_TRANSITIONS, DeliveryLine, {"delivery_line.accepted": "accept", "delivery_line.returned": "return"}),
    (
        DISPUTE_TRANSITIONS,
        Dispute,
        {
            "dispute.answered": "answer",
            "dispute.agreed": "agree",
            "dispute.stood": "let_stand",
            "dispute.settled": "settle",
            "dispute.renewed": "renew",
        },
    ),
    (
        OUTCOME_TRANSITIONS,
        OutcomePayment,
        {
            "outcome_payment.claimed": "claim",
            "outcome_payment.confirmed": "confirm",
            "outcome_payment.refused": "refuse",
            "outcome_payment.lapsed": "lapse",
        },
    ),
    (REPORT_TRANSITIONS, OutcomeReport, {"outcome_report.confirmed": "confirm", "outcome_report.refused": "refuse"}),
    (
        CONTRADICTION_TRANSITIONS,
        OutcomeContradiction,
        {
            "outcome_contradiction.settled": "settle",
            "outcome_contradiction.vanished": "vanish",
            "outcome_contradiction.reopened": "reopen",
        },
    ),
    (IMPORT_TRANSITIONS, OutcomeImport, {"outcome_import.committed": "commit", "outcome_import.dropped": "drop"}),
    (
        FLAG_TRANSITIONS,
        WatchFlag,
        {
            "watch_flag.asked": "ask",
            "watch_flag.answered": "answer",
            "watch_flag.explained": "explain",
            "watch_flag.acted": "act",
        },
    ),
    (PLAN_TRANSITIONS, LayoffPlan, {"layoff_plan.shared": "share", "layoff_plan.closed": "close"}),
    (SHARE_TRANSITIONS, LayoffShare, {"layoff_share.accepted": "accept", "layoff_share.declined": "decline"}),
    (REVIEW_TRANSITIONS, JointReview, {"joint_review.finished": "finish", "joint_review.taken": "take"}),
    (
        OVER_BUDGET_TRANSITIONS,
        OverBudgetRequest,
        {"over_budget.approved": "approve", "over_budget.refused": "refuse", "over_budget.lapsed": "lapse"},
    ),
    (
        BULK_TRANSITIONS,
        BulkFile,
        {"bulk_file.begun": "run", "bulk_file.finished": "finish", "bulk_file.dropped": "drop"},
    ),
    (
        ORDER_CHANGE_TRANSITIONS,
        OrderChange,
        {
            "order_change.agreed": "agree",
            "order_change.refused": "refuse",
            "order_change.withdrawn": "withdraw",
            "order_change.lapsed": "lapse",
        },
    ),
    (
        GROUP_TRANSITIONS,
        Group,
        {"group.opened": "open", "group.begun": "begin", "group.ended": "end", "group.cancelled": "cancel"},
    ),
    (
        ENTRY_TRANSITIONS,
        QueueEntry,
        {"queue_entry.offered": "offer", "queue_entry.placed": "place", "queue_entry.left": "leave"},
    ),
    (
        SWAP_TRANSITIONS,
        SeatSwap,
        {"seat_swap.agreed": "agree", "seat_swap.refused": "refuse", "seat_swap.lapsed": "lapse"},
    ),
    (
        ABSENCE_TRANSITIONS,
        AbsenceNotice,
        {
            "absence_notice.heard": "hear",
            "absence_notice.decided": "decide",
            "absence_notice.withdrawn": "withdraw",
        },
    ),
    (
        DEVIATION_TRANSITIONS,
        Deviation,
        {
            "deviation.answered": "answer",
            "deviation.disputed": "dispute",
            "deviation.lapsed": "lapse",
            "deviation.corrected": "correct",
            "deviation.confirmed": "confirm",
            "deviation.withdrawn": "withdraw",
            "deviation.closed": "close",
        },
    ),
    (
        VERSION_TRANSITIONS,
        AgreementVersion,
        {
            "agreement_version.proposed": "propose",
            "agreement_version.returned": "return",
            "agreement_version.came_in_force": "approve",
            "agreement_version.superseded": "supersede",
            "agreement_version.withdrawn": "withdraw",
        },
    ),
    (
        TALK_TRANSITIONS,
        QualityTalk,
        {
            "quality_talk.held": "hold",
            "quality_talk.confirmed": "confirm",
            "quality_talk.commented": "comment",
            "quality_talk.closed": "close",
            "quality_talk.cancelled": "cancel",
        },
    ),
    (
        PROCUREMENT_TRANSITIONS,
        JointProcurement,
        {"joint_procurement.ended": "end", "joint_procurement.abandoned": "abandon"},
    ),
    (
        PARTICIPATION_TRANSITIONS,
        Participation,
        {"joint_participation.left": "leave", "joint_participation.withdrawn": "withdraw"},
    ),
    (
        TRANSFER_TRANSITIONS,
        VolumeTransfer,
        {"joint_transfer.agreed": "agree", "joint_transfer.refused": "refuse"},
    ),
    (PRESENTATION_TRANSITIONS, Presentation, {"presentation.cancelled": "cancel"}),
    (
        NEED_TRANSITIONS,
        Need,
        {
            "need.closed": "close",
            "order.placed": "order",
            "order.declined": "reopen",
            "order.expired": "reopen",
            "order.cancelled": "reopen",
            "order.no_show": "reopen",
        },
    ),
]


def _tables() -> Iterator[Any]:
    """Every ``…_TRANSITIONS`` of every room."""
    rooms = (dps, orders)
    names = [
        f"{room.__name__}.{found.name}"
        for room in rooms
        for found in pkgutil.iter_modules(room.__path__)
        if found.ispkg
    ]
    joint = ["dps.joint.agreements", "dps.joint.procurements"]
    single = ["core.identity", "core.identity.grants", "suppliers", *joint, "orders", "evaluation"]
    for name in [*single, *names]:
        if importlib.util.find_spec(f"{name}.models") is None:
            continue
        models = importlib.import_module(f"{name}.models")
        yield from (value for key, value in vars(models).items() if key.endswith("_TRANSITIONS"))


def test_every_action_of_every_table_of_transitions_has_a_declared_event(app: Flask) -> None:
    known = [transitions for transitions, _, _ in EVENTS]
    assert [table for table in _tables() if not any(table is each for each in known)] == []
    for transitions, model, events in EVENTS:
        assert set(events.values()) == set(transitions), model
        assert set(events) <= set(declared_events()), model


def test_every_state_can_be_reached(app: Flask) -> None:
    for transitions, model, _ in EVENTS:
        every: type[StrEnum] = type(next(iter(transitions.values()))[1])
        assert states.reachable(transitions, model.__table__.c.state.default.arg) == set(every)


def _trails() -> dict[str, list[AuditEvent]]:
    """Events by the id of what they are about; those of an order are its need's, too."""
    needs = {str(order_id): str(need_id) for order_id, need_id in db.session.execute(select(Order.id, Order.need_id))}
    trails: dict[str, list[AuditEvent]] = defaultdict(list)
    for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)):
        trails[event.subject_id].append(event)
        if event.subject_id in needs:
            trails[needs[event.subject_id]].append(event)
    return trails


def check_states_follow_from_the_trail() -> int:
    """Replay every row's events through its table; returns how many steps were replayed."""
    db.session.expire_all()
    trails, steps = _trails(), 0
    for transitions, model, events in EVENTS:
        for row in db.session.scalars(select(model)).unique():
            state = model.__table__.c.state.default.arg
            for event in trails[str(row.id)]:
                if event.type in events:
                    sources, target = transitions[events[event.type]]
                    assert state in sources, f"{model.__name__} {row.id}: {event.type} from {state}"
                    state, steps = target, steps + 1
            assert row.state is state, f"{model.__name__} {row.id} is {row.state}, its trail says {state}"
    return steps


def test_every_state_of_the_town_follows_from_its_audit_trail(town_app: Flask) -> None:
    assert check_states_follow_from_the_trail() > 200
    assert audit_service.verify().faults == []


def test_a_state_changed_behind_the_verbs_is_noticed(town_app: Flask) -> None:
    db.session.execute(db.text("UPDATE offering SET state = 'withdrawn' WHERE state = 'published'"))
    with pytest.raises(AssertionError):
        check_states_follow_from_the_trail()


def test_after_acts_and_refusals_by_api_the_chain_holds_and_the_refusals_stand_in_it(town_app: Flask) -> None:
    objects, provider = town.objects().values, town.mandate_of(town.ACTORS["p"])
    api, foreign = api_as(town_app, provider), api_as(town_app, town.mandate_of(town.ACTORS["P"]))
    offering = db.session.get(Offering, objects["offering_id"])
    assert offering is not None
    address = f"/offerings/{offering.id}"
    if offering.state != "published":
        offerings.publish(offering, by=provider)
    assert foreign.post(f"{address}/withdraw").status_code == 403
    assert api.post(f"{address}/withdraw").status_code == 200
    assert api.post(f"{address}/withdraw").status_code == 409
    assert api.post(f"{address}/publish").status_code == 200
    newest = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(8)
    told = [(event.type, event.data.get("rule")) for event in db.session.scalars(newest)]
    assert told.count(("act.refused", "I4")) == 1
    assert told.count(("act.refused", "offering-state")) == 1
    assert check_states_follow_from_the_trail() > 200
    assert audit_service.verify().faults == []


def test_no_event_of_the_town_holds_a_name_an_address_or_a_reference(town_app: Flask) -> None:
    people = db.session.execute(select(Person.name, Person.email)).all()
    words = {word for row in people for word in row} | set(db.session.scalars(select(Need.customer_reference)))
    for event in db.session.scalars(select(AuditEvent)):
        told = str(event.data)
        assert not [word for word in words if len(word) > 4 and word in told], event.type
