"""What quality talks put on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web.desk import Act
from evaluation.improving import queries
from evaluation.improving.models import QualityTalk, TalkAction, TalkState


def of_both(mandate: Mandate, today: date) -> Iterator[Act]:
    """Talks to come, minutes to answer, actions to do, the follow-up."""
    for talk, action in queries.due_talks(mandate):
        yield _act(talk, action, mandate)


def _act(talk: QualityTalk, action: TalkAction | None, mandate: Mandate) -> Act:
    number = talk.reference
    is_provider = mandate.role is Role.PROVIDER
    title, due_on = _("Quality talk %(number)s", number=number), talk.follow_up_on
    if talk.state is TalkState.INVITED:
        due_on = clock.helsinki_date(talk.meeting_at)
    elif talk.state is TalkState.HELD and is_provider:
        title = _("Quality talk %(number)s: read the minutes and answer", number=number)
        assert talk.held_at is not None
        due_on = clock.helsinki_date(talk.held_at)
    elif action is not None:
        title = _("Quality talk %(number)s: %(action)s", number=number, action=action.text[:140])
        due_on = action.due_on
    else:
        title = _("Quality talk %(number)s: see what came of it", number=number)
    assert due_on is not None
    other = localized(talk.qualification.category, "name")
    return Act(
        title=title,
        text=other if is_provider else f"{talk.qualification.supplier.name}, {other}",
        href=url_for("improving.talk", talk_id=talk.id),
        due_on=due_on,
        button_label=_("Open"),
        aria_label=_("Open quality talk %(number)s", number=number),
    )
