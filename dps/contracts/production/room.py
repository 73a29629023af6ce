"""Opening the sub-room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from dps.contracts.production import api, queries, views
from dps.contracts.production.policy import RULES
from dps.systems.production import PRODUCTION_TITLES

#: So many days before orders stop somebody is asked to confirm the ground.
ASKED_BEFORE = 45


def to_decide(mandate: Mandate, today: date) -> Iterator[Act]:
    """Prepared agreements that wait for a decision."""
    for agreement in queries.waiting_for_decision(mandate.organisation_id):
        name = agreement.supplier.name
        yield Act(
            title=_("Decide on the agreement with %(name)s", name=name),
            href=url_for("production.show", production_id=agreement.id),
            due_on=clock.helsinki_date(agreement.prepared_at),
            text=str(PRODUCTION_TITLES[agreement.kind]),
            button_label=_("Read and decide"),
            aria_label=_("Read and decide on the agreement with %(name)s", name=name),
        )


def to_confirm(mandate: Mandate, today: date) -> Iterator[Act]:
    """Agreements whose ground must be confirmed before orders stop."""
    for agreement in queries.to_confirm(mandate.organisation_id, today, today + timedelta(days=ASKED_BEFORE)):
        name = agreement.supplier.name
        yield Act(
            title=_("Confirm the ground of the agreement with %(name)s", name=name),
            href=url_for("production.confirm", production_id=agreement.id),
            due_on=agreement.confirmed_until,
            text=_("Orders stop after this day."),
            button_label=_("Confirm"),
            aria_label=_("Confirm the ground of the agreement with %(name)s", name=name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.blp)
    nav.add_under(
        "contracts.index",
        "production.index",
        _l("Own production and partners"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=10,
    )
    workspaces.contribute(to_decide, Role.DECIDER)
    workspaces.contribute(to_confirm, Role.COORDINATOR)
