"""Asking customers how they see their own situation, keeping it sealed where it is health, showing it (I8, R109)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.sealing import seal, unseal
from core.web.text_checks import contains_identity_code
from dps.contracts import gates
from evaluation.assessing import queries
from evaluation.assessing.models import (
    OPEN_AREAS,
    Area,
    AssessedWhere,
    AssessmentConsent,
    AssessmentRequest,
    SelfAssessment,
)
from evaluation.collecting.models import FeedbackPoint
from evaluation.collecting.service.asking import LINK_LENGTH, middle_of
from orders import links
from orders.meeting import queries as meeting
from orders.meeting.conflicts import refuse_conflicted
from orders.meeting.models import ConsentWay
from orders.models import BEGUN, DELIVERED, NOT_BOUGHT, Order

REQUESTED = audit.declare("assessment.requested", "order", "point")
GIVEN = audit.declare("assessment.given", "order", "point", "has_health")
CONSENTED = audit.declare("assessment_consent.recorded", "order", "given_on", "way")
WITHDRAWN = audit.declare("assessment_consent.withdrawn", "order")
ERASED = audit.declare("assessment.erased")
#: The end can be looked at a little before the planned one.
BEFORE_END = timedelta(days=14)


@dataclass(frozen=True)
class Answers:
    """What a customer answered: grades from 1 to 5 and words, each voluntary."""

    grades: Mapping[Area, int] = field(default_factory=dict)
    words: Mapping[Area, str] = field(default_factory=dict)

    def without_health(self) -> Answers:
        """All that anybody but customer and expert may get."""
        return Answers({area: grade for area, grade in self.grades.items() if area is not Area.HEALTH})


def purpose(assessment_id: uuid.UUID, part: str) -> str:
    """What ``words`` and ``health`` are sealed for."""
    return f"assessment/{part}/{assessment_id}"


def has_come(order: Order, point: FeedbackPoint, today: date) -> bool:
    """Whether the customer can be asked: from the confirmed order on, from the middle, near the end."""
    if order.state in NOT_BOUGHT or order.accepted_at is None:
        return False
    if point is FeedbackPoint.START:
        return True
    if order.state not in BEGUN:
        return False
    return order.state in DELIVERED or today >= (
        middle_of(order) if point is FeedbackPoint.MIDDLE else order.planned_end_on - BEFORE_END
    )


def _refuse_early(order: Order, point: FeedbackPoint, now: datetime) -> None:
    if not has_come(order, point, clock.helsinki_date(now)):
        raise WrongState(
            _l("It is too early for this self-assessment."),
            rule="assessment-state",
            field="point",
            next_step=_l("The start is from the confirmed order on, the end from two weeks before the planned end on."),
        )


def _refuse_answered(order: Order, point: FeedbackPoint) -> None:
    if queries.assessment_of(order.id, point) is not None:
        raise WrongState(
            _l("The customer has answered already."),
            rule="assessment-state",
            field="point",
            next_step=_l("There is nothing more to do."),
        )


@transaction
def request_assessment(order: Order, point: FeedbackPoint, *, by: Mandate) -> str:
    """A fresh link for the customer; one shown before stops working.

    :raises WrongState: too early, or answered already
    """
    lock(order)
    now = clock.now()
    _refuse_early(order, point, now)
    _refuse_answered(order, point)
    token = new_token()
    row = queries.request_of(order.id, point) or AssessmentRequest(
        id=new_id(), order_id=order.id, point=point, made_at=now
    )
    row.token_hash, row.expires_at = hash_token(token), now + LINK_LENGTH
    db.session.add(row)
    db.session.flush()
    audit.record(REQUESTED, subject=row, actor=by, at=now, order=order.id, point=point)
    return token


def usable(token: str) -> AssessmentRequest:
    """The request behind a token, while it can be answered.

    :raises LinkUnknown: there is no such link
    :raises LinkOver: answered already, or too old
    """
    row = queries.request_of_token(token)
    if row is None:
        raise links.unknown()
    if row.used_at is not None:
        raise links.used()
    if clock.now() >= row.expires_at:
        raise links.over()
    return row


def _check(answers: Answers) -> None:
    if not answers.grades:
        raise RuleBroken(
            _l("Nothing is answered."),
            rule="assessment-empty",
            field=Area.EVERYDAY.value,
            next_step=_l("Answer at least one area."),
        )
    for area, grade in answers.grades.items():
        if not 1 <= grade <= 5:
            raise RuleBroken(
                _l("The grades are from 1 to 5."),
                rule="assessment-grade",
                field=area.value,
                next_step=_l("Choose a grade from 1 to 5"),
            )
    for area, words in answers.words.items():
        if contains_identity_code(words):
            raise RuleBroken(links.NO_IDENTITY_CODE, rule="I8", field=f"{area.value}_words")


def _keep(
    order: Order, point: FeedbackPoint, answers: Answers, where: AssessedWhere, language: str, by: Mandate | None
) -> SelfAssessment:
    now = clock.now()
    _check(answers)
    _refuse_answered(order, point)
    row_id = new_id()
    health = {
        "grade": answers.grades.get(Area.HEALTH),
        "words": answers.words.get(Area.HEALTH, ""),
    }
    has_health = any(health.values())
    words = {area.value: text for area, text in answers.words.items() if text and area is not Area.HEALTH}
    row = SelfAssessment(
        id=row_id,
        order_id=order.id,
        point=point,
        **{area.value: answers.grades.get(area) for area in OPEN_AREAS},
        sealed_health=seal(json.dumps(health).encode(), purpose(row_id, "health")) if has_health else None,
        sealed_words=seal(json.dumps(words).encode(), purpose(row_id, "words")) if words else None,
        given_where=where,
        language=language,
        given_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(GIVEN, subject=row, actor=by, at=now, order=order.id, point=point, has_health=has_health)
    return row


@transaction
def assess(token: str, answers: Answers, *, language: str = "fi") -> SelfAssessment:
    """Take a customer's self-assessment by the link, once.

    :raises RuleBroken: nothing answered, a grade outside 1-5, an identity code in the words (I8)
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    lock(usable(token))
    request = usable(token)
    lock(request.order)
    row = _keep(request.order, request.point, answers, AssessedWhere.LINK, language, None)
    request.used_at = row.given_at
    return row


@transaction
def assess_together(
    order: Order, point: FeedbackPoint, answers: Answers, *, by: Mandate, language: str = "fi"
) -> SelfAssessment:
    """Expert and customer answer at the expert's screen; a link of this point is over with it.

    :raises WrongState: too early, or answered already
    :raises RuleBroken: as ``assess``
    """
    lock(order)
    now = clock.now()
    _refuse_early(order, point, now)
    row = _keep(order, point, answers, AssessedWhere.WITH_EXPERT, language, by)
    request = queries.request_of(order.id, point)
    if request is not None:
        request.used_at = now
    return row


def opened(row: SelfAssessment) -> Answers:
    """All that was answered, health too; the caller is the customer, or says that the expert saw it."""
    grades: dict[Area, int] = {area: grade for area in OPEN_AREAS if (grade := getattr(row, area.value)) is not None}
    words: dict[Area, str] = {}
    if row.sealed_words is not None:
        given = json.loads(unseal(row.sealed_words, purpose(row.id, "words")))
        words = {Area(name): text for name, text in given.items()}
    if row.sealed_health is not None:
        health = json.loads(unseal(row.sealed_health, purpose(row.id, "health")))
        if health["grade"]:
            grades[Area.HEALTH] = health["grade"]
        if health["words"]:
            words[Area.HEALTH] = health["words"]
    return Answers({area: grades[area] for area in Area if area in grades}, words)


# ---- what the provider may see ----


@transaction
def record_consent(order: Order, given_on: date, way: ConsentWay, document: str, *, by: Mandate) -> AssessmentConsent:
    """Record the customer's written consent that the order's provider sees the self-assessment, without health.

    :raises WrongState: there is a consent already
    :raises RuleBroken: a day to come, an identity code (I8), or an interest of who records it (R50)
    """
    lock(order)
    now = clock.now()
    refuse_conflicted(by, order.supplier_id)
    if queries.consent_of(order.id) is not None:
        raise WrongState(
            _l("There is a consent already."), rule="R109", next_step=_l("Withdraw it before you record another one.")
        )
    if given_on > clock.helsinki_date(now):
        raise RuleBroken(
            _l("The consent cannot be given in the future."),
            rule="R109",
            field="given_on",
            next_step=_l("Enter the day on which the customer signed it."),
        )
    if contains_identity_code(document):
        raise RuleBroken(links.NO_IDENTITY_CODE, rule="I8", field="document_reference")
    row = AssessmentConsent(
        id=new_id(),
        order_id=order.id,
        given_on=given_on,
        way=way,
        document_reference=document.strip(),
        recorded_by=by.person_id,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(CONSENTED, subject=row, actor=by, at=now, order=order.id, given_on=given_on, way=way)
    return row


@transaction
def withdraw_consent(order: Order, *, by: Mandate) -> None:
    """The customer takes the consent back: from now on the provider sees nothing of it.

    :raises WrongState: there is none
    """
    lock(order)
    now = clock.now()
    row = queries.consent_of(order.id)
    if row is None:
        raise WrongState(_l("There is no consent in force."), rule="R109", next_step=_l("There is nothing more to do."))
    row.withdrawn_by, row.withdrawn_at = by.person_id, now
    audit.record(WITHDRAWN, subject=row, actor=by, at=now, order=order.id)


def read_open(order: Order, *, by: Mandate) -> list[tuple[SelfAssessment, Answers]]:
    """Six areas in grades, for a named person of the provider, with the customer's consent; every read is logged.

    :raises NotAllowed: not named for this order (R113), or the customer has not consented (R109)
    :raises RuleBroken: no secrecy undertaking (R118)
    """
    if by.person_id not in {row.person_id for row in meeting.staff_of(order.id)}:
        raise NotAllowed(
            _l("You are not named to meet the customer of this order."),
            rule="R113",
            next_step=_l("Ask your main user or the expert to name you."),
        )
    gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    if queries.consent_of(order.id) is None:
        raise NotAllowed(
            _l("The customer has not consented that you see the self-assessment."),
            rule="R109",
            next_step=_l("Ask the expert, if you need it for the service."),
        )
    rows = [(row, opened(row).without_health()) for row in queries.assessments_of(order.id)]
    for row, _answers in rows:
        audit.saw("self_assessment.open_areas", row, actor=by)
    return rows


# ---- the end ----


@transaction
def erase(row: SelfAssessment) -> bool:
    """Forget words and health long after the evaluation closed (R112); ``False`` if there is nothing to do."""
    lock(row)
    if row.erased_at is not None:
        return False
    row.sealed_words = row.sealed_health = None
    row.erased_at = clock.now()
    audit.record(ERASED, subject=row, actor=None, at=row.erased_at)
    return True
