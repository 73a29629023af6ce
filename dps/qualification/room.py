"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from core.web.formatting import moment
from dps.qualification import api, queries, views, wording
from dps.qualification.policy import RULES


def applications_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Applications to be checked, by due date."""
    for application in queries.due_applications(mandate.organisation_id):
        supplier = application.supplier.name
        yield Act(
            title=_("Check the application: %(supplier)s", supplier=supplier),
            href=url_for("qualification.show", application_id=application.id),
            due_on=application.decision_due_on or today,
            text=_(
                "%(category)s · received %(time)s",
                category=localized(application.category, "name"),
                time=moment(application.received_at),
            ),
            due=wording.due(application, today),
            button_label=_("Check"),
            aria_label=_("Check the application of %(supplier)s", supplier=supplier),
        )


def own_applications(mandate: Mandate, today: date) -> Iterator[Act]:
    """Where the provider's live applications stand."""
    for application in queries.live_applications_of(mandate.organisation_id):
        yield Act(
            title=_("Your application: %(name)s", name=localized(application.category, "name")),
            href=url_for("qualification.own_application", application_id=application.id),
            due_on=application.decision_due_on or today,
            text=wording.standing(application),
            primary=False,
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    nav.add("qualification.index", _l("Applications"), Role.COORDINATOR, Role.DECIDER, order=20)
    nav.add(
        "qualification.own",
        _l("Applications"),
        Role.PROVIDER,
        order=20,
        also=("/provider/apply", "/provider/decisions"),
    )
    workspaces.contribute(applications_due, Role.COORDINATOR)
    workspaces.contribute(own_applications, Role.PROVIDER)
