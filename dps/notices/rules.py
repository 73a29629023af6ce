"""Times around a notice: pure, from RULES.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from core import clock, law
from core.quarters import quarter_end, quarter_of
from dps.notices.models import Notice, NoticeKind
from dps.systems.content import SystemContent, changed, load
from dps.systems.models import AwardNoticeMethod


def first_applications_until(sent_at: datetime) -> date:
    """The day to whose end the first applications have time: 30 days from sending, never less (R21, R89, R93)."""
    sent_on = clock.helsinki_date(sent_at)
    days = int(law.number("R21.first_applications", sent_on))
    return clock.next_weekday(sent_on + timedelta(days=days))


def award_notice_due(ended_at: datetime) -> date:
    """The last day to send the award notice of an ended system (R18, R80)."""
    ended_on = clock.helsinki_date(ended_at)
    return ended_on + timedelta(days=int(law.number("R80.award_notice", ended_on)))


def single_award_due(made_on: date) -> date:
    """The last day to send the award notice of one contract (R80)."""
    return made_on + timedelta(days=int(law.number("R80.award_notice", made_on)))


def quarterly_award_due(made_on: date) -> date:
    """The last day to send the notice of the contracts of a quarter together (R80)."""
    return single_award_due(quarter_end(quarter_of(made_on)))


def award_due(method: AwardNoticeMethod, made_on: date) -> date:
    """The last day by the system's method."""
    return quarterly_award_due(made_on) if method is AwardNoticeMethod.QUARTERLY else single_award_due(made_on)


def announced(notices: Iterable[Notice]) -> SystemContent | None:
    """What the published notices say together, in the order of their publication; none before the first (R20)."""
    published = sorted(
        (each for each in notices if each.published_at is not None), key=lambda each: (each.published_at, each.id)
    )
    content: SystemContent | None = None
    for notice in published:
        if notice.kind not in (NoticeKind.CONTRACT_NOTICE, NoticeKind.CHANGE_NOTICE):
            continue
        if notice.change_id is None:
            content = load(SystemContent, notice.content)
        elif content is not None:
            content = changed(content, notice.content)
    return content
