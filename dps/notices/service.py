"""The verbs of notices: sent, then published with number and time (R17); changes take effect with theirs (R18)."""

from __future__ import annotations

from datetime import datetime

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.notices import queries
from dps.notices.models import NOTICE_TRANSITIONS, Notice, NoticeKind
from dps.systems import content as contents
from dps.systems import service as systems
from dps.systems.models import ChangeKind, PurchasingSystem, SystemChange, SystemState

SENT = audit.declare("notice.sent", "system", "kind", "sent_at")
PUBLISHED = audit.declare("notice.published", "system", "number", "published_at")


@transaction
def record_sent(system: PurchasingSystem, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the contract notice was sent for publication; the system must be approved."""
    lock(system)
    if system.state is not SystemState.APPROVED:
        raise WrongState(
            _l("A notice is sent about an approved system only."),
            rule="R17",
            next_step=_l("Ask the decision maker to approve the system."),
        )
    if queries.establishing(system.id) is not None:
        raise WrongState(_l("The contract notice has been sent already."), rule="R17")
    return record(
        Notice(
            system=system, kind=NoticeKind.CONTRACT_NOTICE, content=contents.dump(contents.content_of_system(system))
        ),
        sent_at,
        system.approved_at,
        by,
    )


@transaction
def record_change_sent(change: SystemChange, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the notice of an approved change was sent; a changed duration needs a new contract notice (R18)."""
    lock(change.system)
    systems.announce(change, by=by)
    is_validity = change.kind is ChangeKind.VALIDITY_CHANGED
    return record(
        Notice(
            system=change.system,
            kind=NoticeKind.CONTRACT_NOTICE if is_validity else NoticeKind.CHANGE_NOTICE,
            change=change,
            content=contents.announced_by(change),
        ),
        sent_at,
        change.approved_at,
        by,
    )


@transaction
def record_award_sent(system: PurchasingSystem, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the award notice of an ended system was sent (R18)."""
    lock(system)
    if system.state is not SystemState.ENDED:
        raise WrongState(
            _l("An award notice is sent about an ended system only."), rule="R18", next_step=_l("End the system first.")
        )
    if queries.award_notice(system.id) is not None:
        raise WrongState(_l("The award notice has been sent already."), rule="R18")
    whole = contents.dump(contents.content_of_system(system))
    return record(Notice(system=system, kind=NoticeKind.AWARD_NOTICE, content=whole), sent_at, system.ended_at, by)


def record(notice: Notice, sent_at: datetime | None, not_before: datetime | None, by: Mandate) -> Notice:
    """Keep a notice as sent; the caller holds the lock of its system.

    :raises RuleBroken: it was sent in the future, or before what it announces
    """
    now = clock.now()
    moment = sent_at or now
    if moment > now:
        raise RuleBroken(_l("The time of sending is in the future."), rule="R17", field="sent_at")
    if not_before is None or moment < not_before:
        raise RuleBroken(
            _l("The notice cannot have been sent before what it announces was decided."), rule="R17", field="sent_at"
        )
    notice.sent_at, notice.sent_by = moment, by.person_id
    db.session.add(notice)
    db.session.flush()
    audit.record(SENT, subject=notice, actor=by, at=now, system=notice.system.id, kind=notice.kind, sent_at=moment)
    return notice


@transaction
def record_published(notice: Notice, number: str, published_at: datetime, *, by: Mandate) -> None:
    """Record number and time of the publication; what was announced happens in the same transaction (R17, R18).

    The system opens with its contract notice, a change takes effect with its own notice. Times are typed
    to the minute: in the minute of sending the publication counts as that moment.
    """
    lock(notice.system)
    lock(notice)
    now = clock.now()
    if published_at >= notice.sent_at.replace(second=0, microsecond=0):
        published_at = max(published_at, notice.sent_at)
    _check_publication(notice, number, published_at, now)
    move(notice, NOTICE_TRANSITIONS, "publish")
    notice.number, notice.published_at, notice.published_by = number.strip(), published_at, by.person_id
    audit.record(
        PUBLISHED,
        subject=notice,
        actor=by,
        at=now,
        system=notice.system_id,
        number=notice.number,
        published_at=published_at,
    )
    if notice.change is not None:
        systems.take_effect(notice.change, by=by)
    elif notice.kind is NoticeKind.CONTRACT_NOTICE:
        systems.open_system(notice.system, by=by)


def _check_publication(notice: Notice, number: str, published_at: datetime, now: datetime) -> None:
    if not number.strip():
        raise RuleBroken(_l("The number of the notice is missing."), rule="R17", field="number")
    if published_at > now:
        raise RuleBroken(_l("The time of publication is in the future."), rule="R17", field="published_at")
    if published_at < notice.sent_at:
        raise RuleBroken(
            _l("The notice cannot have been published before it was sent."), rule="R17", field="published_at"
        )
    if queries.number_is_taken(number.strip()):
        raise RuleBroken(
            _l("Another notice has this number."), rule="R17", field="number", next_step=_l("Check the number.")
        )
