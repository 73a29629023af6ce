"""Customers who have prepared, on the expert's desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.desk import Act
from orders.preparing import queries


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """One act for each customer who has answered, on the day of the meeting."""
    for prepared in queries.waiting(mandate.person_id, today):
        yield Act(
            title=_("Meeting with %(reference)s: the customer has prepared", reference=prepared.customer_reference),
            href=url_for("preparing.preparation", prepared_id=prepared.id),
            due_on=prepared.meeting_on,
            button_label=_("Read"),
            aria_label=_("Read what %(reference)s has written", reference=prepared.customer_reference),
        )
