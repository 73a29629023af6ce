"""Questions to an applicant and their answers: complete or clarify (R29), be heard (R65), replace an operator (R68)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.qualification import parties, rules
from dps.qualification.models import (
    CLARIFICATION_KIND_TITLES,
    REPLACEABLE,
    Application,
    ApplicationParty,
    ApplicationState,
    Clarification,
    ClarificationKind,
)
from dps.qualification.parties import PartyDetails
from dps.qualification.service.applying import check_documents, check_may_act
from dps.systems.models import Requirement, RequirementKind
from suppliers import mailing
from suppliers.models import Document
from suppliers.rights import refuse_own_matter

ASKED = audit.declare("clarification.asked", "application", "number", "kind", "requirements", "party", "due_at")
ANSWERED = audit.declare("clarification.answered", "application", "number", "documents")
PARTY_REPLACED = audit.declare("application.party_replaced", "party", "by")

#: Longest question or answer.
LENGTH = 5000


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked, about which requirements and which party, and until which day's end."""

    kind: ClarificationKind
    requirements: Sequence[Requirement]
    text: str
    #: The last day to answer; none is the earliest possible one.
    due_on: date | None = None
    party: ApplicationParty | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the applicant answers; a new operator or doing without one belongs to a request to replace it."""

    text: str
    documents: Sequence[Document] = ()
    replacement: PartyDetails | None = None
    does_without: bool = False


def _checked_due(due_on: date | None, today: date) -> date:
    """The day to whose end there is time: a working day of the supplier's, never before the common minimum (R29)."""
    earliest = rules.earliest_answer(today)
    if due_on is None:
        return earliest
    if due_on < earliest:
        raise RuleBroken(
            _l("The time to answer is too short. It ends on %(date)s at the earliest.", date=date_words(earliest)),
            rule="R29",
            field="due_on",
            next_step=_l("Give everybody the same minimum time, or more."),
        )
    if not clock.supplier_days.is_working_day(due_on) or due_on > today + rules.LONGEST_ANSWER_TIME:
        raise RuleBroken(
            _l("The time to answer ends at the end of a working day, at most two months from now."),
            rule="R29",
            field="due_on",
        )
    return due_on


def _check_question(application: Application, question: Question) -> None:
    if not question.text.strip() or len(question.text) > LENGTH:
        raise RuleBroken(_l("Write what is missing or unclear, and what would mend it."), rule="R29", field="question")
    known = {each.id for each in application.category.requirements}
    if not question.requirements or any(each.id not in known for each in question.requirements):
        raise RuleBroken(_l("Choose the requirement that is asked about."), rule="R29", field="requirements")
    if question.party is not None and question.party not in application.present_parties:
        raise RuleBroken(_l("The operator is not in the application."), rule="R31", field="party")
    needs_ground = question.kind is not ClarificationKind.CLARIFICATION
    if needs_ground and any(each.kind is not RequirementKind.EXCLUSION for each in question.requirements):
        raise RuleBroken(
            _l("A hearing is about grounds for exclusion only."),
            rule="R65",
            field="requirements",
        )
    if question.kind is ClarificationKind.REPLACE_SUBCONTRACTOR and (
        question.party is None or question.party.role not in REPLACEABLE
    ):
        raise RuleBroken(
            _l("Choose the subcontractor or other operator that has to be replaced."), rule="R68", field="party"
        )


@transaction
def ask(application: Application, question: Question, *, by: Mandate) -> Clarification:
    """Ask the applicant; the time to decide goes on meanwhile (R29).

    :raises RuleBroken: less time than everybody gets, or the question does not fit its kind
    """
    lock(application)
    now = clock.now()
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("The application is not being checked."), rule="application-state")
    _check_question(application, question)
    due_on = _checked_due(question.due_on, clock.helsinki_date(now))
    row = Clarification(
        id=new_id(),
        application=application,
        number=len(application.clarifications) + 1,
        kind=question.kind,
        requirements=[each.code for each in question.requirements],
        party=question.party,
        question=question.text.strip(),
        asked_by=by.person_id,
        asked_at=now,
        due_at=clock.end_of_day(due_on),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        ASKED,
        subject=row,
        actor=by,
        at=now,
        application=application.id,
        number=row.number,
        kind=row.kind,
        requirements=row.requirements,
        party=row.party_id,
        due_at=row.due_at,
    )
    _tell_supplier(row, due_on, now)
    return row


def _tell_supplier(row: Clarification, due_on: date, now: datetime) -> None:
    supplier = row.application.supplier
    with using_language(supplier.language):
        words: dict[str, Any] = {
            "kind": str(CLARIFICATION_KIND_TITLES[row.kind]),
            "category": localized(row.application.category, "name"),
            "authority": localized(row.application.category.system.authority, "name"),
            "due": deadline(due_on),
        }
    mailing.tell(
        supplier,
        "clarification_asked",
        at=now,
        about_id=row.id,
        path=f"/provider/clarifications/{row.id}",
        question=row.question,
        **words,
    )


def handlers_of(application: Application, today: date) -> Sequence[Person]:
    """Whom to tell: the one who has taken the application, else every coordinator of the authority."""
    if application.handler is not None and application.handler.is_active:
        return [application.handler]
    return people.holders(application.authority_id, today, Role.COORDINATOR)


def _check_answer(row: Clarification, answer: Answer, now: datetime) -> None:
    if row.application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("The application is not being checked any more."), rule="application-state")
    if row.answered_at is not None:
        raise WrongState(_l("This question has been answered already."), rule="R29")
    if now >= row.due_at:
        raise RuleBroken(
            _l("The time to answer ended %(time)s. The answer was not received.", time=moment(row.due_at)),
            rule="R29",
            next_step=_l("The decision is made on what is there. You may apply again at any time."),
        )
    if not answer.text.strip() or len(answer.text) > LENGTH:
        raise RuleBroken(_l("Write an answer."), rule="R29", field="answer")


@transaction
def answer(row: Clarification, given: Answer, *, by: Mandate) -> None:
    """Answer a question, until the last moment of its time; a late answer is not received (R29).

    :raises RuleBroken: late, or a document that has expired; the new operator is checked as in an application
    """
    application = row.application
    lock(application)
    lock(row)
    now = clock.now()
    if by.supplier_id != application.supplier_id:
        raise NotAllowed(_l("Only the applicant answers."), rule="I4")
    check_may_act(application.supplier_id, by)
    _check_answer(row, given, now)
    check_documents(given.documents, application.supplier_id, clock.helsinki_date(now), field="documents")
    row.answer, row.answered_by, row.answered_at = given.text.strip(), by.person_id, now
    row.documents = list(dict.fromkeys(given.documents))
    if row.kind is ClarificationKind.REPLACE_SUBCONTRACTOR and (given.does_without or given.replacement):
        _replace(row, given.replacement, now, by)
    db.session.flush()
    audit.record(
        ANSWERED,
        subject=row,
        actor=by,
        at=now,
        application=application.id,
        number=row.number,
        documents=[each.id for each in row.documents],
    )
    _tell_handlers(row, now)


def _replace(row: Clarification, replacement: PartyDetails | None, now: datetime, by: Mandate) -> None:
    """The old operator leaves the application; the new one is checked like those named at first (R68)."""
    application, old = row.application, row.party
    assert old is not None
    new: ApplicationParty | None = None
    if replacement is not None:
        details = parties.checked(replacement, application.category, application.supplier)
        if details.number == old.registration_number:
            raise RuleBroken(_l("This is the operator that has to be replaced."), rule="R68", field="number")
        new = parties.row(details, application.category, now)
        new.id = new_id()
        application.parties.append(new)
        db.session.flush()
    old.replaced_at, old.replaced_by_id = now, new.id if new else None
    audit.record(PARTY_REPLACED, subject=application, actor=by, at=now, party=old.id, by=new.id if new else None)


def _tell_handlers(row: Clarification, now: datetime) -> None:
    application = row.application
    for person in handlers_of(application, clock.helsinki_date(now)):
        with using_language(person.language):
            category = localized(application.category, "name")
        mail.send(
            person.email,
            "clarification_answered",
            language=person.language,
            at=now,
            about_id=row.id,
            supplier=application.supplier.name,
            category=category,
            due_on=application.decision_due_on,
            link=f"{current_app.config['BASE_URL']}/procurement/applications/{application.id}",
        )
