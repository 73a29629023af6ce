"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from dps.systems import api, public, queries, views
from dps.systems.policy import RULES


def systems_to_approve(mandate: Mandate, today: date) -> Iterator[Act]:
    """Submitted systems wait for the decision maker."""
    for system in queries.waiting_for_approval(mandate.organisation_id):
        name = localized(system, "name")
        assert system.submitted_at is not None
        yield Act(
            title=_("Approve the system %(name)s", name=name),
            href=url_for("systems.show", system_id=system.id),
            due_on=clock.helsinki_date(system.submitted_at),
            button_label=_("Read and approve"),
            aria_label=_("Read and approve the system %(name)s", name=name),
        )


def notices_to_send(mandate: Mandate, today: date) -> Iterator[Act]:
    """Approved systems wait for their notice."""
    for system in queries.approved_unpublished(mandate.organisation_id):
        name = localized(system, "name")
        assert system.approved_at is not None
        yield Act(
            title=_("Publish the notice of the system %(name)s", name=name),
            href=url_for("systems.show", system_id=system.id),
            due_on=clock.helsinki_date(system.approved_at),
            text=_("The system opens when number and time of the notice are recorded."),
            button_label=_("Record"),
            aria_label=_("Record the notice of the system %(name)s", name=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    app.register_blueprint(public.bp)
    register_api(api.bp)
    nav.add(
        "systems.index",
        _l("Systems"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=10,
        also=("/procurement/categories",),
    )
    nav.add_public("public.front", _l("Purchasing systems"))
    nav.add_footer("public.open_data", _l("Open data"))
    nav.add_footer("public.accessibility", _l("Accessibility statement"))
    nav.add_footer("public.privacy", _l("Privacy notice"))
    workspaces.contribute(systems_to_approve, Role.DECIDER)
    workspaces.contribute(notices_to_send, Role.COORDINATOR)
