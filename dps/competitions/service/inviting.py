"""Inviting: all who are admitted, at one moment, with everything written down (R35-R39)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.states import move
from dps.competitions import documents as papers
from dps.competitions import queries, rules, sealing
from dps.competitions import queries_preparing as asked
from dps.competitions.models import (
    COMPETITION_TRANSITIONS,
    CommitteeMember,
    Competition,
    CompetitionState,
    DocumentsVersion,
    Invitation,
    InvitationBasis,
    TimeConsent,
)
from dps.competitions.service import preparing
from dps.qualification import queries as qualifications
from dps.qualification.models import Qualification
from dps.qualification.signals import Admitted
from dps.systems import rules as systems
from dps.systems.models import Category
from suppliers import mailing
from suppliers.models import Supplier

SENT = audit.declare("competition.sent", "before", "after", "tenders_due_at", "suppliers", "documents_number")
INVITED_LATER = audit.declare("competition.invited_later", "supplier", "qualification", "tenders_due_at")
CONSENT_ASKED = audit.declare("time_consent.asked", "competition", "due_at", "suppliers")
CONSENT_ANSWERED = audit.declare("time_consent.answered", "competition", "supplier", "agrees")

#: Reasons of versions that nobody writes; the reader gets their words.
NEWCOMER = "newcomer"
ANSWER = "answer"
AUTOMATIC_REASONS = {
    NEWCOMER: _l("A supplier was admitted during the time for tenders and is invited, too."),
    ANSWER: _l("A question was answered late."),
}


@transaction
def send(competition: Competition, due_at: datetime, *, by: Mandate) -> None:
    """Invite everybody who is admitted to the category at this moment, and nobody else (R35).

    The category is locked first: a supplier that is being admitted is either invited now or told of this
    competition when its admission is done. The invitation fixes who, why and when; the documents become version 1,
    and the keys are made for which tenders are sealed.

    :raises RuleBroken: the one who prepared it sends it; something is missing; the time is shorter than R37 and
        not agreed with everybody (R38); applications of a longer evaluation period are undecided (R39, R25)
    """
    category = competition.category
    lock(category)
    lock(competition)
    now = clock.now()
    invited, holders = asked.candidates(category.id), key_holders(competition)
    if competition.state is CompetitionState.SUBMITTED:
        _check_sending(competition, due_at, now, invited, by)
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "send")
    sealing.new_competition_keys(competition, holders)
    competition.sent_by, competition.sent_at = by.person_id, now
    competition.tenders_due_at = due_at
    competition.documents_number = 1
    db.session.flush()
    publish(competition, at=now, by=by)
    for qualification in invited:
        _invite(competition, qualification, InvitationBasis.ADMITTED_AT_SENDING, now)
    audit.record(
        SENT,
        subject=competition,
        actor=by,
        at=now,
        before=before,
        after=competition.state,
        tenders_due_at=due_at,
        suppliers=[each.supplier_id for each in invited],
        documents_number=1,
    )


def _check_sending(
    competition: Competition, due_at: datetime, now: datetime, invited: Sequence[Qualification], by: Mandate
) -> None:
    if by.person_id in preparing.preparers(competition):
        raise RuleBroken(
            _l("The one who prepared the competition cannot send it."),
            rule="four-eyes",
            next_step=_l("Ask another coordinator or a decision maker."),
        )
    refuse_while_blocked(competition.category, now)
    for obstacle in preparing.obstacles_of(competition, now, due_at):
        raise preparing.refused(obstacle)
    if not invited:
        raise RuleBroken(
            _l("Nobody has been admitted to the category yet."),
            rule="R35",
            next_step=_l("Wait for the first admission."),
        )
    _check_time(competition, due_at, now, invited)


def refuse_while_blocked(category: Category, now: datetime) -> None:
    """:raises RuleBroken: the system is closed (R19), or R25 applies (R39)"""
    if not systems.takes_orders(category, clock.helsinki_date(now)):
        raise RuleBroken(
            _l("The system is closed, or the category has ended: no competition can be sent."),
            rule="R39",
            next_step=_l("Wait until the system is open again."),
        )
    if qualifications.invitations_blocked(category):
        raise RuleBroken(
            _l("Applications of the announced evaluation period have not been decided yet."),
            rule="R39",
            next_step=_l("Decide them first: everybody who applied in time takes part in the first competitions."),
        )


def key_holders(competition: Competition) -> Sequence[CommitteeMember]:
    """The opening members who serve."""
    return [each for each in competition.committee if each.removed_at is None and each.opens]


def _check_time(competition: Competition, due_at: datetime, now: datetime, invited: Sequence[Qualification]) -> None:
    """R37, or R38: everybody who is invited has agreed to this very time."""
    if due_at <= now:
        raise RuleBroken(
            _l("The end of the time for tenders is not in the future."),
            rule="R37",
            field="due_on",
            next_step=_l("Choose a later day."),
        )
    earliest = rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(now))
    if due_at >= earliest:
        return
    consents = asked.consents_to(competition.id, due_at)
    lacking = [each.supplier.name for each in invited if not _agrees(consents.get(each.supplier_id))]
    if not lacking:
        return
    if consents:
        raise RuleBroken(
            _l("Not everybody has agreed to the shorter time: %(names)s.", names=", ".join(lacking)),
            rule="R38",
            field="due_on",
            next_step=_l("Wait for their answers, or give at least the ordinary time."),
        )
    raise RuleBroken(
        _l("The time for tenders is too short."),
        rule="R37",
        field="due_on",
        next_step=_l("Choose a later day, or ask all candidates to agree to a shorter time."),
    )


def _agrees(consent: TimeConsent | None) -> bool:
    return consent is not None and consent.agrees is True


def publish(
    competition: Competition, *, at: datetime, by: Mandate | None, reason: str = "", is_material: bool = False
) -> DocumentsVersion:
    """Store the documents as they stand as the version ``documents_number``; inside a verb that has checked them."""
    assert competition.tenders_due_at is not None
    version = DocumentsVersion(
        competition_id=competition.id,
        number=competition.documents_number,
        content=papers.dump(papers.of(competition)),
        published_at=at,
        published_by=by.person_id if by else None,
        reason=reason,
        is_material=is_material,
        tenders_due_at=competition.tenders_due_at,
    )
    db.session.add(version)
    db.session.flush()
    return version


def _invite(competition: Competition, qualification: Qualification, basis: InvitationBasis, at: datetime) -> None:
    invitation = Invitation(
        competition=competition,
        supplier=qualification.supplier,
        qualification=qualification,
        basis=basis,
        invited_at=at,
        documents_number=competition.documents_number,
    )
    db.session.add(invitation)
    db.session.flush()
    tell(invitation, "competition_invitation", at, questions_until=competition.questions_until)


def tell(invitation: Invitation, template: str, at: datetime, **context: Any) -> None:
    """Mail an invited supplier; every mail is logged as one about its invitation."""
    competition = invitation.competition
    mailing.tell(
        invitation.supplier,
        template,
        at=at,
        about_id=invitation.id,
        path=f"/provider/competitions/{competition.id}",
        due_at=competition.tenders_due_at,
        **names(competition, invitation.supplier),
        **context,
    )


def names(competition: Competition, supplier: Supplier) -> dict[str, str]:
    """What a mail calls competition, category and authority, in the supplier's language."""
    with using_language(supplier.language):
        return {
            "competition": localized(competition, "name"),
            "category": localized(competition.category, "name"),
            "authority": localized(competition.category.system.authority, "name"),
        }


def tell_all(competition: Competition, template: str, at: datetime, **context: Any) -> None:
    """Mail everybody who was invited; who has tendered is hidden, so nobody is left out (R52)."""
    for invitation in queries.invitations_of(competition.id):
        tell(invitation, template, at, **context)


# ---- a shorter time, agreed with all (R38) ----


@transaction
def ask_time_consent(competition: Competition, due_at: datetime, *, by: Mandate) -> None:
    """Ask every candidate to agree to a shorter time, the same for all (R38)."""
    lock(competition)
    now = clock.now()
    if competition.state not in (CompetitionState.DRAFT, CompetitionState.SUBMITTED):
        raise WrongState(_l("The invitation has been sent."), rule="R38")
    earliest = rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(now))
    if not now < due_at < earliest:
        raise RuleBroken(
            _l("Only a time shorter than the ordinary one needs to be agreed."),
            rule="R38",
            field="due_on",
            next_step=_l("Choose a day before the earliest possible one."),
        )
    known = asked.consents_to(competition.id, due_at)
    wanted = [each for each in asked.candidates(competition.category_id) if each.supplier_id not in known]
    for candidate in wanted:
        consent = TimeConsent(
            competition=competition,
            supplier=candidate.supplier,
            due_at=due_at,
            asked_at=now,
            asked_by=by.person_id,
        )
        db.session.add(consent)
        db.session.flush()
        mailing.tell(
            candidate.supplier,
            "time_consent_asked",
            at=now,
            about_id=consent.id,
            path=f"/provider/time-consents/{consent.id}",
            due_at=due_at,
            **names(competition, candidate.supplier),
        )
    audit.record(
        CONSENT_ASKED,
        subject=competition,
        actor=by,
        at=now,
        competition=competition.id,
        due_at=due_at,
        suppliers=[each.supplier_id for each in wanted],
    )


@transaction
def answer_time_consent(consent: TimeConsent, agrees: bool, *, by: Mandate) -> None:
    """A candidate agrees to a shorter time, or does not; once (R38)."""
    lock(consent)
    now = clock.now()
    if consent.answered_at is not None or consent.competition.state not in (
        CompetitionState.DRAFT,
        CompetitionState.SUBMITTED,
    ):
        raise WrongState(
            _l("This has already been done, or it is not possible any more."),
            rule="R38",
            next_step=_l("Look at the invitations you have received."),
        )
    consent.agrees, consent.answered_at, consent.answered_by = agrees, now, by.person_id
    audit.record(
        CONSENT_ANSWERED,
        subject=consent,
        actor=by,
        at=now,
        competition=consent.competition_id,
        supplier=consent.supplier_id,
        agrees=agrees,
    )


# ---- admitted during the time for tenders (R36) ----


def on_admitted(signal: Admitted) -> None:
    """Invite the newcomer where the documents say so, with the full time for all; else tell it what runs.

    The category is locked for share before looking, so that a competition sent at this very moment is either
    seen here, or its sender sees the admission.
    """
    qualification = db.session.get_one(Qualification, signal.qualification_id)
    category = qualification.category
    db.session.flush()
    db.session.refresh(category, with_for_update={"read": True, "of": Category})
    running = []
    for competition_id in asked.running_ids(category.id):
        competition = db.session.get_one(Competition, competition_id)
        lock(competition)
        if not competition.takes_tenders(clock.now()):
            continue
        if competition.invites_later_admitted:
            _invite_later(competition, qualification, signal)
        else:
            running.append(competition)
    if running:
        _tell_what_runs(qualification, running, signal.at)


def _invite_later(competition: Competition, qualification: Qualification, signal: Admitted) -> None:
    if queries.invitation_of(competition.id, qualification.supplier_id) is not None:
        return
    earliest = rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(signal.at))
    assert competition.tenders_due_at is not None
    if earliest > competition.tenders_due_at:
        competition.tenders_due_at = earliest
        competition.documents_number += 1
        db.session.flush()
        publish(competition, at=signal.at, by=None, reason=NEWCOMER)
        tell_all(competition, "competition_extended", signal.at, reason_text=AUTOMATIC_REASONS[NEWCOMER])
    _invite(competition, qualification, InvitationBasis.ADMITTED_LATER, signal.at)
    audit.record(
        INVITED_LATER,
        subject=competition,
        actor=signal.by,
        at=signal.at,
        supplier=qualification.supplier_id,
        qualification=qualification.id,
        tenders_due_at=competition.tenders_due_at,
    )


def _tell_what_runs(qualification: Qualification, running: Sequence[Competition], at: datetime) -> None:
    supplier = qualification.supplier
    rows: list[tuple[str, datetime | None, uuid.UUID]] = []
    with using_language(supplier.language):
        rows = [(localized(each, "name"), each.tenders_due_at, each.id) for each in running]
        category = localized(qualification.category, "name")
    mailing.tell(
        supplier,
        "competitions_running",
        at=at,
        about_id=qualification.id,
        path="/provider/competitions",
        category=category,
        running=rows,
    )
