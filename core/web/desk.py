"""The desk: what is due, a column of dates with the oldest first (LOOK.md §1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from core import clock
from core.i18n import gettext as _
from core.web.formatting import weekday, working_days, working_days_left

DueTone = Literal["", "soon", "late"]
DayTone = Literal["", "now", "late"]


@dataclass(frozen=True, kw_only=True)
class Due:
    """A deadline chip: words in bold, words after them, and how much of the limit is gone (0–100)."""

    bold: str
    text: str = ""
    share: int = 0
    tone: DueTone = ""

    @classmethod
    def in_working_days(cls, left: int, *, limit: int, text: str = "") -> Due:
        """``Due.in_working_days(2, limit=10)`` → "2 working days", 80 % gone; 0 is today, less is late."""
        if left > 0:
            return cls(bold=working_days(left), text=text, share=share_gone(left, limit))
        return cls(
            bold=working_days_left(left), text=text, share=96 if left == 0 else 100, tone="late" if left else "soon"
        )


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing to do: what, by when, and the button that does it or leads to it."""

    title: str
    href: str
    due_on: dt.date
    text: str = ""
    due: Due | None = None
    button_label: str = ""
    button_href: str = ""
    aria_label: str = ""
    #: None: the first act of today and of each late day has the filled button.
    primary: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Day:
    """A date on the desk with its acts."""

    date: dt.date
    label: str
    tone: DayTone
    acts: tuple[Act, ...]


def share_gone(left: int, limit: int) -> int:
    """How much of a limit has gone, in percent: 2 of 10 left → 80."""
    if limit <= 0:
        return 100
    return max(0, min(100, round(100 * (limit - left) / limit)))


def group_by_day(acts: Iterable[Act], today: dt.date) -> list[Day]:
    """The days of a desk, the oldest first: late, today, to come; acts of a day keep their order."""
    ordered = sorted(acts, key=lambda act: act.due_on)
    return [_day(date, tuple(group), today) for date, group in groupby(ordered, key=lambda act: act.due_on)]


def _late(date: dt.date, today: dt.date) -> Due:
    """How many working days ago it was due; at least one."""
    return Due.in_working_days(min(-1, clock.working_days_between(today, date, clock.authority_days)), limit=1)


def _day(date: dt.date, acts: tuple[Act, ...], today: dt.date) -> Day:
    tone: DayTone = "late" if date < today else "now" if date == today else ""
    filled = tuple(
        replace(
            act,
            primary=act.primary if act.primary is not None else bool(tone) and place == 0,
            due=act.due or (_late(date, today) if tone == "late" else None),
        )
        for place, act in enumerate(acts)
    )
    return Day(date=date, label=_("today") if date == today else weekday(date), tone=tone, acts=filled)
