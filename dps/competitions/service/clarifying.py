"""Requests to tenderers after the opening: complete, clarify, explain a low price (R29, R45, R46).

A tender never changes: the answer stands beside it, and what would improve the tender is not taken into account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from core.files import service as files
from core.files.sniffing import ACCEPTED
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date as date_words
from core.web.formatting import deadline, moment
from dps.competitions import queries_judging as judging
from dps.competitions.models import (
    REQUEST_KIND_TITLES,
    TENDER_REQUEST_TRANSITIONS,
    CompetitionLot,
    CompetitionState,
    ExclusionGround,
    RequestKind,
    Tender,
    TenderExclusion,
    TenderRequest,
    TenderRequestState,
)
from dps.competitions.service.excluding import exclude
from dps.competitions.service.judging import begin, must_be_of, needed
from dps.qualification import rules as common
from suppliers import mailing
from suppliers import queries as suppliers

ASKED = audit.declare("tender_request.asked", "tender", "kind", "lot", "due_at")
ANSWERED = audit.declare("tender_request.answered", "tender", "before", "after", "file")
CONCLUDED = audit.declare("tender_request.concluded", "tender", "before", "after", "is_accepted", "is_unlawful")

#: Largest file of an answer.
LARGEST = 10 * files.MEGABYTE


@dataclass(frozen=True, kw_only=True)
class TenderQuestion:
    """What is asked, and until which day's end; none is the earliest possible one."""

    kind: RequestKind
    text: str
    lot: CompetitionLot | None = None
    due_on: date | None = None


def earliest_answer(today: date) -> date:
    """The first day to whose end an answer may be asked; the same for everybody (R29)."""
    return common.earliest_answer(today)


def _checked_due(due_on: date | None, today: date) -> date:
    earliest = earliest_answer(today)
    if due_on is None:
        return earliest
    if due_on < earliest:
        raise RuleBroken(
            _l("The time to answer is too short. It ends on %(date)s at the earliest.", date=date_words(earliest)),
            rule="R29",
            field="due_on",
            next_step=_l("Give everybody the same minimum time, or more."),
        )
    if not clock.supplier_days.is_working_day(due_on) or due_on > today + common.LONGEST_ANSWER_TIME:
        raise RuleBroken(
            _l("The time to answer ends at the end of a working day, at most two months from now."),
            rule="R29",
            field="due_on",
        )
    return due_on


@transaction
def ask(tender: Tender, question: TenderQuestion, *, by: Mandate) -> TenderRequest:
    """Ask a tenderer to clarify or complete, or to explain a low price; mailed to it at once (R29, R45, R46)."""
    competition = tender.competition
    _member, now = begin(competition, by)
    must_be_of(competition, tender, by)
    text = needed(question.text, _l("Write what is missing or unclear, and what would mend it."), "R45", "question")
    lot = question.lot
    if question.kind is RequestKind.PRICE_EXPLANATION and lot is None:
        raise RuleBroken(_l("Choose the lot whose price is to be explained."), rule="R46", field="lot")
    if lot is not None and (lot.competition_id != competition.id or lot.code not in (tender.content or {})["lots"]):
        raise NotFound(_l("The tender is not for this lot."), rule="not-found", field="lot")
    due_on = _checked_due(question.due_on, clock.helsinki_date(now))
    row = TenderRequest(
        id=new_id(),
        tender=tender,
        tender_id=tender.id,
        lot_id=lot.id if lot else None,
        kind=question.kind,
        question=text,
        asked_at=now,
        asked_by=by.person_id,
        due_at=clock.end_of_day(due_on),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        ASKED, subject=row, actor=by, at=now, tender=tender.id, kind=row.kind, lot=row.lot_id, due_at=row.due_at
    )
    _tell_tenderer(row, due_on, now)
    return row


def _tell_tenderer(row: TenderRequest, due_on: date, now: datetime) -> None:
    supplier = row.tender.supplier
    assert supplier is not None
    competition = row.tender.competition
    with using_language(supplier.language):
        kind = str(REQUEST_KIND_TITLES[row.kind])
        name = localized(competition, "name")
        authority = localized(competition.category.system.authority, "name")
        due = deadline(due_on)
    mailing.tell(
        supplier,
        "tender_request_asked",
        at=now,
        about_id=row.id,
        path=f"/provider/tender-requests/{row.id}",
        question=row.question,
        kind=kind,
        competition=name,
        authority=authority,
        due=due,
    )


def _check_answer(row: TenderRequest, now: datetime) -> None:
    if row.tender.competition.state is not CompetitionState.OPENED:
        raise WrongState(_l("The tenders are not being judged any more."), rule="competition-state")
    if row.state is not TenderRequestState.ASKED:
        raise WrongState(_l("This question has been answered already."), rule="R29")
    if now >= row.due_at:
        raise RuleBroken(
            _l("The time to answer ended %(time)s. The answer was not received.", time=moment(row.due_at)),
            rule="R29",
            next_step=_l("The tenders are judged on what is there."),
        )


@transaction
def answer(row: TenderRequest, text: str, attached: tuple[str, bytes] | None = None, *, by: Mandate) -> None:
    """Answer once, until the last moment of the time; a late answer is not received (R29). The tender stays.

    :param attached: name and content of one file
    """
    lock(row.tender.competition)
    lock(row)
    now = clock.now()
    if by.supplier_id is None or by.supplier_id != row.supplier_id:
        raise NotAllowed(_l("Only the tenderer answers."), rule="I4")
    if not suppliers.is_verified_to_act(by.person_id, by.supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("Ask somebody whose right has been verified to send the answer."),
        )
    _check_answer(row, now)
    words = needed(text, _l("Write an answer."), "R29", "answer")
    if attached is not None:
        name, content = attached
        stored = files.store(content, name, owner_id=by.supplier_id, at=now, accepted=tuple(ACCEPTED), field="file")
        db.session.flush()
        row.file, row.file_id = stored, stored.id
    before = row.state
    move(row, TENDER_REQUEST_TRANSITIONS, "answer")
    row.answer, row.answered_at, row.answered_by = words, now, by.person_id
    db.session.flush()
    audit.record(
        ANSWERED,
        subject=row,
        actor=by,
        at=now,
        tender=row.tender_id,
        before=before,
        after=row.state,
        file=row.file_id,
    )
    _tell_evaluators(row, now)


def _tell_evaluators(row: TenderRequest, now: datetime) -> None:
    competition = row.tender.competition
    assert row.tender.supplier is not None
    for member in judging.evaluators(competition):
        with using_language(member.person.language):
            name = localized(competition, "name")
        mail.send(
            member.person.email,
            "tender_request_answered",
            language=member.person.language,
            at=now,
            about_id=row.id,
            supplier=row.tender.supplier.name,
            competition=name,
            link=f"{current_app.config['BASE_URL']}/procurement/tenders/{row.tender_id}",
        )


@transaction
def conclude(
    row: TenderRequest, conclusion: str, *, is_accepted: bool, is_unlawful: bool = False, by: Mandate
) -> TenderExclusion | None:
    """Write down what follows from the answer, or from none: a person's conclusion with its reason (R45, R46).

    An answer that would improve the tender is not accepted. A price that comes from breaking environmental, social or
    labour law excludes the tender from the lot in the same act: it must be rejected (HL 96 §).

    :raises WrongState: the tenderer still has time to answer, or it was concluded before
    """
    tender = row.tender
    _member, now = begin(tender.competition, by)
    lock(row)
    must_be_of(tender.competition, tender, by)
    if row.state is TenderRequestState.ASKED and now < row.due_at:
        raise WrongState(
            _l("The tenderer still has time to answer."),
            rule="R29",
            next_step=_l("Wait for the answer, or until its time has ended."),
        )
    if is_unlawful and (row.kind is not RequestKind.PRICE_EXPLANATION or is_accepted):
        raise RuleBroken(
            _l("Only a price that is not accepted can come from breaking the law."), rule="R46", field="outcome"
        )
    words = needed(conclusion, _l("Write what follows from the answer, and why."), "R45", "conclusion")
    if is_accepted and row.answered_at is None:
        raise RuleBroken(_l("There is no answer that could be accepted."), rule="R45", field="outcome")
    before = row.state
    move(row, TENDER_REQUEST_TRANSITIONS, "conclude")
    row.conclusion, row.is_accepted, row.is_unlawful = words, is_accepted, is_unlawful
    row.concluded_at, row.concluded_by = now, by.person_id
    db.session.flush()
    audit.record(
        CONCLUDED,
        subject=row,
        actor=by,
        at=now,
        tender=tender.id,
        before=before,
        after=row.state,
        is_accepted=is_accepted,
        is_unlawful=is_unlawful,
    )
    if not is_unlawful:
        return None
    return exclude(tender, row.lot, ExclusionGround.LOW_PRICE_UNLAWFUL, words, by=by)
