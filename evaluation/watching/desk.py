"""Flags on the desks: the coordinator looks, the provider explains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act
from evaluation.watching import queries
from evaluation.watching.models import FLAG_TITLES, FlagState, WatchFlag

#: A flag is looked at within so many days.
LOOK_WITHIN = timedelta(days=14)


def for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Flags to be looked at, and those the provider has answered or not answered in time."""
    waiting = WatchFlag.state.in_((FlagState.OPEN, FlagState.ANSWERED)) | (WatchFlag.state == FlagState.ASKED) & (
        WatchFlag.answer_by < today
    )
    for flag in queries.live_flags(WatchFlag.authority_id == mandate.organisation_id, waiting):
        since = flag.answered_at or flag.raised_at
        yield Act(
            title=str(FLAG_TITLES[flag.kind]),
            text=f"{flag.supplier.name}, {localized(flag.category, 'name')}",
            href=url_for("watching.flag", flag_id=flag.id),
            due_on=clock.helsinki_date(since) + LOOK_WITHIN,
            button_label=_("Look"),
            aria_label=_("Look at the figures of %(name)s", name=flag.supplier.name),
        )


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """What the provider is asked."""
    asked = queries.live_flags(WatchFlag.supplier_id == mandate.organisation_id, WatchFlag.state == FlagState.ASKED)
    for flag in asked:
        assert flag.answer_by is not None
        yield Act(
            title=_("The city asks about your figures"),
            text=f"{localized(flag.category, 'name')}: {FLAG_TITLES[flag.kind]}",
            href=url_for("watching.answer", flag_id=flag.id),
            due_on=flag.answer_by,
            button_label=_("Answer"),
            aria_label=_("Answer the question about your figures"),
        )
