"""The verbs of notices: sent, then published with number and time (R17)."""

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
from dps.systems import service as systems
from dps.systems.models import PurchasingSystem, SystemState

SENT = audit.declare("notice.sent", "system", "sent_at")
PUBLISHED = audit.declare("notice.published", "system", "number", "published_at")


@transaction
def record_sent(system: PurchasingSystem, sent_at: datetime | None = None, *, by: Mandate) -> Notice:
    """Record that the contract notice was sent for publication; the system must be approved."""
    lock(system)
    now = clock.now()
    if system.state is not SystemState.APPROVED:
        raise WrongState(
            _l("A notice is sent about an approved system only."),
            rule="R17",
            next_step=_l("Ask the decision maker to approve the system."),
        )
    if queries.notices_of(system.id):
        raise WrongState(_l("The contract notice has been sent already."), rule="R17")
    moment = sent_at or now
    if moment > now:
        raise RuleBroken(_l("The time of sending is in the future."), rule="R17", field="sent_at")
    if system.approved_at is None or moment < system.approved_at:
        raise RuleBroken(
            _l("The notice cannot have been sent before the system was approved."), rule="R17", field="sent_at"
        )
    notice = Notice(system=system, kind=NoticeKind.CONTRACT_NOTICE, sent_at=moment, sent_by=by.person_id)
    db.session.add(notice)
    db.session.flush()
    audit.record(SENT, subject=notice, actor=by, at=now, system=system.id, sent_at=moment)
    return notice


@transaction
def record_published(notice: Notice, number: str, published_at: datetime, *, by: Mandate) -> None:
    """Record number and time of the publication; the system opens in the same transaction (R17).

    Times are typed to the minute: in the minute of sending the publication counts as that moment.
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
