"""Events on the desk of those who present themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.web.desk import Act
from core.web.formatting import at_time
from orders.presentations import queries


def for_provider(mandate: Mandate, today: date) -> Iterator[Act]:
    """The events in which the supplier presents itself."""
    for row in queries.of_supplier_to_come(mandate.organisation_id, clock.now()):
        yield Act(
            title=_("Presentation: %(title)s, %(time)s", title=localized(row, "title"), time=at_time(row.starts_at)),
            text=row.place or _("remote"),
            href=url_for("presentations.manage", presentation_id=row.id),
            due_on=clock.helsinki_date(row.starts_at),
            button_label=_("Open"),
            aria_label=_("Open the presentation %(title)s", title=localized(row, "title")),
        )
