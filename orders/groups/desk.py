"""What groups put on the desks: one query each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized, ngettext
from core.identity.mandates import Mandate
from core.web.desk import Act, Due
from core.web.formatting import date as date_words
from orders.groups import queries, titles

#: A group that starts within so many days should have no empty seats.
SOON = timedelta(days=14)


def _due_on(day: date, today: date) -> Due:
    left = clock.working_days_between(today, day, clock.authority_days)
    return Due.in_working_days(left, limit=max(1, left + 1))


def empty_seats(mandate: Mandate, today: date) -> Iterator[Act]:
    """The coordinator's groups that start soon with empty seats."""
    for group in queries.soon_with_empty_seats(mandate.organisation_id, today, today + SOON):
        yield Act(
            title=ngettext(
                "Group %(number)s: %(num)s seat is empty",
                "Group %(number)s: %(num)s seats are empty",
                group.seats_empty,
                number=group.reference,
            ),
            text=f"{localized(group.offering, 'name')}, {_('start %(date)s', date=date_words(group.first_day))}",
            href=url_for("groups.procurement_group", group_id=group.id),
            due_on=group.release_on,
            due=_due_on(group.release_on, today),
            button_label=_("Open"),
            aria_label=_("Open the group %(number)s", number=group.reference),
        )


def kept_seats(mandate: Mandate, today: date) -> Iterator[Act]:
    """Seats kept for the expert's customers: the waiting list moved up."""
    for entry in queries.offers_for(mandate.person_id, clock.now()):
        group = entry.offer
        assert group is not None
        assert entry.offered_until is not None
        day = clock.helsinki_date(entry.offered_until - timedelta(seconds=1))
        yield Act(
            title=_(
                "Need %(number)s: a seat in the group %(group)s", number=entry.need.reference, group=group.reference
            ),
            text=_("Ask the customer and take the seat, or give it on."),
            href=url_for("groups.expert_group", group_id=group.id),
            due_on=day,
            due=_due_on(day, today),
            button_label=_("Open"),
            aria_label=_("Open the group %(number)s", number=group.reference),
        )


def swaps(mandate: Mandate, today: date) -> Iterator[Act]:
    """Seats that other authorities want to swap with the expert's customers'."""
    for swap in queries.swaps_to_answer(mandate.person_id, mandate.organisation_id):
        day = clock.helsinki_date(swap.answer_by - timedelta(seconds=1))
        yield Act(
            title=_(
                "%(authority)s offers a seat of the group %(given)s for one of the group %(wanted)s",
                authority=localized(swap.authority, "name"),
                given=swap.given_group.reference,
                wanted=swap.group.reference,
            ),
            text=_("Ask your customer, then agree or refuse."),
            href=url_for("groups.swap", swap_id=swap.id),
            due_on=day,
            due=_due_on(day, today),
            button_label=_("Open"),
            aria_label=_("Open the swap with the group %(number)s", number=swap.given_group.reference),
        )


def absences(mandate: Mandate, today: date) -> Iterator[Act]:
    """Absences the provider has told of; due the same day (R100)."""
    for notice in queries.notices_for(mandate.person_id):
        yield Act(
            title=f"{_('Order %(number)s', number=notice.order.reference)}: {titles.ABSENCE_TITLES[notice.kind]}",
            text=_("Hear the customer, then decide.")
            if notice.needs_hearing and notice.heard_on is None
            else _("Decide whether the service goes on."),
            href=url_for("groups.absence", absence_id=notice.id),
            due_on=clock.helsinki_date(notice.made_at),
            button_label=_("Open"),
            aria_label=_("Open the absences of order %(number)s", number=notice.order.reference),
        )


def todays_groups(mandate: Mandate, today: date) -> Iterator[Act]:
    """The provider's groups with a course day today of which not everybody is told yet."""
    for group, taking_part, told in queries.groups_on(mandate.organisation_id, today):
        if told < taking_part:
            yield Act(
                title=_("Group %(number)s: who is there today", number=group.reference),
                text=localized(group.offering, "name"),
                href=url_for("groups.provider_group", group_id=group.id, day=today.isoformat()),
                due_on=today,
                due=_due_on(today, today),
                button_label=_("Record"),
                aria_label=_("Record the attendance of the group %(number)s", number=group.reference),
            )
