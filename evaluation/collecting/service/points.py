"""Service points with a tablet, and the answers given there without an order."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotFound, RuleBroken, TooMany, WrongState
from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.sealing import seal
from evaluation.collecting import queries
from evaluation.collecting.models import EnoughHelp, PointAnswer, ServicePoint
from evaluation.collecting.service.answering import place_hash, refuse_answer, words_purpose

MADE = audit.declare("service_point.made")
RENEWED = audit.declare("service_point.token_renewed")
CLOSED = audit.declare("service_point.closed")
REOPENED = audit.declare("service_point.reopened")
ANSWERED = audit.declare("point_answer.given", "service_point", "week_on")

#: An answer kept on a tablet without a connection is taken for so long.
OLDEST = timedelta(days=7)
#: So far a device's clock may be ahead.
AHEAD = timedelta(minutes=2)
#: More than people can give at one tablet, and enough for one that sends a week's answers at once.
WINDOW, MOST = timedelta(minutes=10), 120


@dataclass(frozen=True)
class Device:
    """A service point with the fresh token of its tablet, shown once."""

    point: ServicePoint
    token: str


@transaction
def make_point(name: str, address: str, *, by: Mandate) -> Device:
    """Add a service point of the coordinator's authority.

    :raises RuleBroken: there is one of this name
    """
    if queries.point_named(by.organisation_id, name) is not None:
        raise RuleBroken(
            _l("There is a service point of this name."),
            rule="service-point-name",
            field="name",
            next_step=_l("Choose another name."),
        )
    token, now = new_token(), clock.now()
    point = ServicePoint(
        id=new_id(),
        authority_id=by.organisation_id,
        name=name,
        address=address,
        token_hash=hash_token(token),
        made_at=now,
        made_by=by.person_id,
    )
    db.session.add(point)
    db.session.flush()
    audit.record(MADE, subject=point, actor=by, at=now)
    return Device(point, token)


@transaction
def renew_point(point: ServicePoint, *, by: Mandate) -> Device:
    """A fresh token for the tablet; with the one before nothing can be sent any more."""
    lock(point)
    token = new_token()
    point.token_hash = hash_token(token)
    audit.record(RENEWED, subject=point, actor=by, at=clock.now())
    return Device(point, token)


@transaction
def close_point(point: ServicePoint, *, by: Mandate) -> None:
    """Switch a service point off; its answers stay.

    :raises WrongState: it is off
    """
    lock(point)
    now = clock.now()
    if not point.is_active:
        raise WrongState(_l("The service point is switched off already."), rule="service-point-state")
    point.closed_at = now
    audit.record(CLOSED, subject=point, actor=by, at=now)


@transaction
def reopen_point(point: ServicePoint, *, by: Mandate) -> None:
    """Switch a service point on again.

    :raises WrongState: it is on
    """
    lock(point)
    if point.is_active:
        raise WrongState(_l("The service point is switched on already."), rule="service-point-state")
    point.closed_at = None
    audit.record(REOPENED, subject=point, actor=by, at=clock.now())


def point_of(token: str) -> ServicePoint:
    """The service point of a tablet.

    :raises NotFound: there is none with this token, or it is switched off
    """
    point = queries.point_of_token(token)
    if point is None or not point.is_active:
        raise NotFound(
            _c("This tablet is not in use. Tell the staff."),
            rule="service-point-unknown",
            field="token",
            next_step=_l("Ask the coordinator for a new address of the tablet."),
        )
    return point


def _refuse_flood(point: ServicePoint, now: datetime) -> None:
    """:raises TooMany: more answers from one tablet than people can give"""
    if point.counted_since is None or now >= point.counted_since + WINDOW:
        point.counted_since, point.counted = now, 0
    if point.counted >= MOST:
        raise TooMany(
            _l("There came too many answers from this tablet."),
            rule="service-point-flood",
            next_step=_l("Send the rest in ten minutes."),
        )
    point.counted += 1


def _refuse_time(answered_at: datetime, now: datetime) -> None:
    if answered_at > now + AHEAD:
        raise RuleBroken(
            _l("The answer is from the future."),
            rule="point-answer-time",
            field="answered_at",
            next_step=_l("Check the clock of the tablet."),
        )
    if answered_at < now - OLDEST:
        raise RuleBroken(
            _l("The answer is older than 7 days."),
            rule="point-answer-time",
            field="answered_at",
            next_step=_l("Older answers are not taken."),
        )


@transaction
def answer_at_point(
    token: str,
    sent_id: uuid.UUID,
    recommendation: int,
    enough_help: EnoughHelp,
    words: str = "",
    *,
    answered_at: datetime,
    language: str = "fi",
    address: str | None = None,
) -> PointAnswer:
    """Take an answer of a service point; the same answer sent again is taken once (I6).

    :raises NotFound: as ``point_of``
    :raises TooMany: as ``_refuse_flood``
    :raises RuleBroken: from the future, too old, or as ``refuse_answer``
    """
    lock(point_of(token))
    point = point_of(token)
    now = clock.now()
    known = queries.answer_sent(point.id, sent_id)
    if known is not None:
        return known
    _refuse_flood(point, now)
    _refuse_time(answered_at, now)
    refuse_answer(recommendation, words)
    day = clock.helsinki_date(min(answered_at, now))
    answer_id = new_id()
    row = PointAnswer(
        id=answer_id,
        service_point_id=point.id,
        sent_id=sent_id,
        week_on=day - timedelta(days=day.weekday()),
        recommendation=recommendation,
        enough_help=enough_help,
        sealed_words=seal(words.encode(), words_purpose(answer_id)) if words else None,
        language=language,
        place_hash=place_hash(address, day),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(ANSWERED, subject=row, actor=None, at=now, service_point=point.id, week_on=row.week_on.isoformat())
    return row
