"""Quality records on the desks: suppliers look at theirs before publication, coordinators answer claims."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.desk import Act
from evaluation.records import queries
from evaluation.records.models import FACT_TITLES


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """New figures to look at before they are published."""
    release = queries.preview_with_record_of(mandate.organisation_id)
    if release is not None and release.preview_until is not None and today <= release.preview_until:
        yield Act(
            title=_("Look at your quality figures before they are published"),
            text=_("You can comment on them and say if a fact of a case is wrong."),
            href=url_for("quality.own_quality"),
            due_on=release.preview_until,
            button_label=_("Look"),
            aria_label=_("Look at your quality figures"),
        )


def for_coordinator(mandate: Mandate, today: date) -> Iterator[Act]:
    """Claims of suppliers that wait for an answer: no release is published before it."""
    for row in queries.open_corrections(mandate.organisation_id):
        yield Act(
            title=_("Order %(number)s: a fact is said to be wrong", number=row.order.reference),
            text=f"{row.order.supplier.name}, {FACT_TITLES[row.fact]}",
            href=url_for("quality.answer", correction_id=row.id),
            due_on=max(today, clock.helsinki_date(row.claimed_at)),
            button_label=_("Answer"),
            aria_label=_("Answer the claim about order %(number)s", number=row.order.reference),
        )
