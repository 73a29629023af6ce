"""The verbs of improving: invite to a talk, hold it, answer, act, close; hear about a pause; copy weights."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app

from core import audit, clock, law, mail
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity import queries as identity
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.qualification.models import AdmissionMatter, Qualification, QualificationState
from dps.qualification.service import standing
from dps.systems import record_uses
from dps.systems import service as systems
from dps.systems.models import Category, RecordUse
from evaluation.improving import agenda, queries, rules
from evaluation.improving.models import TALK_TRANSITIONS, Owner, QualityTalk, TalkAction, TalkState
from evaluation.improving.promises import PROMISES
from suppliers import mailing
from suppliers.rights import refuse_own_matter

INVITED = audit.declare("quality_talk.invited", "qualification", "release", "meeting_at")
HELD = audit.declare("quality_talk.held", "before", "after", "actions", "follow_up_on")
CONFIRMED = audit.declare("quality_talk.confirmed", "before", "after")
COMMENTED = audit.declare("quality_talk.commented", "before", "after")
DONE = audit.declare("talk_action.done", "talk", "owner")
CLOSED = audit.declare("quality_talk.closed", "before", "after")
CANCELLED = audit.declare("quality_talk.cancelled", "before", "after")
HEARING = audit.declare("quality_talk.hearing_opened", "matter", "release", "deviations")
COPIED = audit.declare("category.weights_proposed", "release", "source", "weights")


@dataclass(frozen=True)
class Agreed:
    """An action as it was agreed: what, who, by when."""

    text: str
    owner: Owner
    due_on: date


def _written(text: str, field: str, message: Any) -> str:
    """Words of a person, without the space around them (I8, I10)."""
    if not text.strip():
        raise RuleBroken(message, rule="I10", field=field, next_step=_l("Write it in a few words."))
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


@transaction
def invite(
    qualification: Qualification, reason: str, meeting_at: datetime, meeting_place: str, *, by: Mandate
) -> QualityTalk:
    """Invite a supplier to talk about its services in a category; the published record is the agenda.

    :raises RuleBroken: the published terms do not say that the record is used for talks (R3), no reason, no place,
        or a time that is over
    :raises WrongState: the admission has ended, or a talk is under way
    """
    lock(qualification)
    now = clock.now()
    refuse_own_matter(qualification.supplier_id, by)
    record_uses.check(qualification.category, RecordUse.TALK)
    if qualification.state is QualificationState.ENDED:
        raise WrongState(_l("The admission has ended."), rule="R34", next_step=_l("Open the newest version."))
    if queries.live_talk(qualification.id) is not None:
        raise WrongState(
            _l("A quality talk with the provider is under way already."),
            rule="talk-state",
            next_step=_l("Close it first."),
        )
    why = _written(reason, "reason", _l("Write why you invite to a talk."))
    place = _written(meeting_place, "meeting_place", _l("Write where the talk is held."))
    if meeting_at <= now:
        raise RuleBroken(
            _l("The time of the talk is over."),
            rule="I10",
            field="meeting_at",
            next_step=_l("Choose a time that is still to come."),
        )
    record = queries.published_record(qualification.supplier_id, qualification.category_id)
    talk = QualityTalk(
        id=new_id(),
        authority_id=qualification.authority_id,
        number=queries.next_number(qualification.authority_id),
        qualification=qualification,
        supplier_id=qualification.supplier_id,
        category_id=qualification.category_id,
        release_id=agenda.cited(record),
        agenda=agenda.made(qualification, record, clock.helsinki_date(now)),
        reason=why,
        meeting_at=meeting_at,
        meeting_place=place,
        invited_by=by.person_id,
        invited_at=now,
    )
    db.session.add(talk)
    db.session.flush()
    audit.record(
        INVITED,
        subject=talk,
        actor=by,
        at=now,
        qualification=qualification.id,
        release=talk.release_id,
        meeting_at=meeting_at,
    )
    _tell_supplier(talk, "quality_talk_invited", now, reason=why)
    return talk


@transaction
def hold(talk: QualityTalk, minutes: str, actions: Sequence[Agreed], follow_up_on: date, *, by: Mandate) -> None:
    """Write down what was talked about and agreed; the provider reads it and answers.

    :raises RuleBroken: nothing was agreed, or a day that is over
    """
    lock(talk)
    now = clock.now()
    text = _written(minutes, "minutes", _l("Write what was talked about."))
    if not actions:
        raise RuleBroken(
            _l("Write at least one thing that was agreed."),
            rule="I10",
            field="text_0",
            next_step=_l("If nothing was agreed, say who looks at it again and when."),
        )
    today = clock.helsinki_date(now)
    for place, each in enumerate(actions):
        _written(each.text, f"text_{place}", _l("Write what was agreed."))
        if each.due_on < today:
            raise RuleBroken(
                _l("The day is over."), rule="I10", field=f"due_{place}", next_step=_l("Choose a later day.")
            )
    if follow_up_on < today:
        raise RuleBroken(_l("The day is over."), rule="I10", field="follow_up_on", next_step=_l("Choose a later day."))
    before = talk.state
    move(talk, TALK_TRANSITIONS, "hold")
    talk.held_at, talk.minutes, talk.follow_up_on = now, text, follow_up_on
    for place, each in enumerate(actions, 1):
        db.session.add(
            TalkAction(
                id=new_id(), talk=talk, position=place, text=each.text.strip(), owner=each.owner, due_on=each.due_on
            )
        )
    db.session.flush()
    audit.record(
        HELD,
        subject=talk,
        actor=by,
        at=now,
        before=before,
        after=talk.state,
        actions=len(actions),
        follow_up_on=follow_up_on,
    )
    _tell_supplier(talk, "quality_talk_held", now)


@transaction
def answer(talk: QualityTalk, *, confirms: bool, comment: str, by: Mandate) -> None:
    """The provider confirms the minutes, or says how it sees them.

    :raises RuleBroken: it sees them otherwise and does not say how
    """
    lock(talk)
    now = clock.now()
    text = comment.strip()
    if not confirms or text:
        text = _written(comment, "comment", _l("Write how you see it."))
    before = talk.state
    move(talk, TALK_TRANSITIONS, "confirm" if confirms else "comment")
    talk.comment, talk.answered_by, talk.answered_at = text, by.person_id, now
    event = CONFIRMED if confirms else COMMENTED
    audit.record(event, subject=talk, actor=by, at=now, before=before, after=talk.state)
    _tell_inviter(talk, "quality_talk_answered", now)


@transaction
def do_action(action: TalkAction, note: str, *, by: Mandate) -> None:
    """Tell that an agreed action is done.

    :raises WrongState: it is done, or the talk is over
    """
    lock(action.talk)
    lock(action)
    now = clock.now()
    if action.done_at is not None or action.talk.state is TalkState.CLOSED:
        raise WrongState(
            _l("This has already been done, or it is not possible any more."),
            rule="talk-state",
            next_step=_l("Open the talk to see it."),
        )
    action.note = _written(note, "note", _l("Write what was done."))
    action.done_at, action.done_by = now, by.person_id
    audit.record(DONE, subject=action, actor=by, at=now, talk=action.talk_id, owner=action.owner)
    if action.owner is Owner.PROVIDER:
        _tell_inviter(action.talk, "quality_talk_action", now)


@transaction
def close(talk: QualityTalk, words: str, *, by: Mandate) -> None:
    """Say what came of it."""
    _end(talk, "close", CLOSED, words, by)


@transaction
def cancel(talk: QualityTalk, words: str, *, by: Mandate) -> None:
    """The talk is not held."""
    _end(talk, "cancel", CANCELLED, words, by)
    _tell_supplier(talk, "quality_talk_cancelled", clock.now(), reason=talk.closing_words)


def _end(talk: QualityTalk, action: str, event: str, words: str, by: Mandate) -> None:
    lock(talk)
    now = clock.now()
    text = _written(words, "closing_words", _l("Write what came of it."))
    before = talk.state
    move(talk, TALK_TRANSITIONS, action)
    talk.closing_words, talk.closed_at = text, now
    audit.record(event, subject=talk, actor=by, at=now, before=before, after=talk.state)


# ---- a pause for quality ----


def grounds_since(today: date) -> date:
    """Deficiencies older than this are no ground any more (R62)."""
    return date(today.year - int(law.number("R62.discretionary_ground_age", today)), today.month, min(today.day, 28))


@transaction
def open_hearing(talk: QualityTalk, term: str, reason: str, due_on: date, *, by: Mandate) -> AdmissionMatter:
    """Hear the supplier about a pause of new orders, by the published term that allows it (R34).

    A low figure alone is never a ground: confirmed serious deviations are (EVALUATION §8.6, R62).

    :raises RuleBroken: nothing serious is confirmed; or what the hearing itself asks (term, time to answer)
    """
    lock(talk)
    now = clock.now()
    found = queries.grave_deviations(talk.qualification, grounds_since(clock.helsinki_date(now)))
    if not found:
        raise RuleBroken(
            _l("New orders are not paused for a low figure: no serious deviation has been confirmed."),
            rule="R62",
            field="reason",
            next_step=_l("Agree actions in the talk. A deviation counts when it is confirmed after a hearing."),
        )
    if talk.state not in (TalkState.HELD, TalkState.CONFIRMED, TalkState.COMMENTED):
        raise WrongState(
            _l("The talk comes first."), rule="talk-state", next_step=_l("Hold the talk and write the minutes.")
        )
    matter = standing.open_suspension(talk.qualification, term, reason, due_on, by=by)
    talk.matter_id = matter.id
    audit.record(
        HEARING,
        subject=talk,
        actor=by,
        at=now,
        matter=matter.id,
        release=talk.release_id,
        deviations=[str(each.id) for each in found],
    )
    return matter


# ---- the next category ----


@transaction
def copy_weights(source: Category, target: Category, *, by: Mandate) -> list[str]:
    """Put promises about what mattered, with the proposed weights, into a draft; returns their codes (R44).

    :raises RuleBroken: nothing is published, too few to tell, or nothing mattered
    """
    now = clock.now()
    release = queries.published_release()
    links = queries.links(release.id, source.id, list(PROMISES)) if release else []
    proposed = rules.weights(links)
    if release is None or not proposed:
        raise RuleBroken(
            _l("Too few to tell: the figures do not say that any of it mattered."),
            rule="R44",
            field="target",
            next_step=_l("Choose the award criteria by what the service needs."),
        )
    for name, weight in proposed.items():
        promise = PROMISES[name]
        known = systems.content_of(target).item("award_criteria", promise.code)
        systems.put_item(
            target, "award_criteria", promise.criterion(weight), replacing=promise.code if known else None, by=by
        )
    weights = {PROMISES[name].code: weight for name, weight in proposed.items()}
    audit.record(COPIED, subject=target, actor=by, at=now, release=release.id, source=source.id, weights=weights)
    return list(weights)


# ---- telling ----


def _tell_supplier(talk: QualityTalk, template: str, at: datetime, **context: Any) -> None:
    supplier = talk.qualification.supplier
    with using_language(supplier.language):
        category = localized(talk.qualification.category, "name")
        authority = localized(talk.qualification.category.system.authority, "name")
    mailing.tell(
        supplier,
        template,
        at=at,
        about_id=talk.id,
        path=f"/quality-talks/{talk.id}",
        category=category,
        authority=authority,
        meeting_at=talk.meeting_at,
        meeting_place=talk.meeting_place,
        number=talk.reference,
        **context,
    )


def _tell_inviter(talk: QualityTalk, template: str, at: datetime) -> None:
    person = identity.person(talk.invited_by)
    if person is None:
        return
    with using_language(person.language):
        category = localized(talk.qualification.category, "name")
    mail.send(
        person.email,
        template,
        language=person.language,
        at=at,
        about_id=talk.id,
        number=talk.reference,
        supplier=talk.qualification.supplier.name,
        category=category,
        link=f"{current_app.config['BASE_URL'].rstrip('/')}/quality-talks/{talk.id}",
    )


def hearing_text(talk: QualityTalk, deviations: Sequence[Any], release: uuid.UUID | None) -> str:
    """Reasons to begin the hearing's letter with: the confirmed deviations first, the figures cited by release."""
    with using_language(talk.qualification.supplier.language):
        sentences = [
            _("Confirmed deviations: %(numbers)s.", numbers=", ".join(each.reference for each in deviations)),
            _("Quality talk %(number)s.", number=talk.reference),
        ]
        if release is not None:
            sentences.append(_("Published quality figures, release %(id)s.", id=release))
    return " ".join(sentences)
