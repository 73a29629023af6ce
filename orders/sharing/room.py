"""Opening the sub-room of what is used and paid together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from dps.joint.procurements import parts
from orders.sharing import api, desk, jobs, use, views  # noqa: F401 - the jobs register themselves
from orders.sharing.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks; what joint procurements ask of orders."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    for each in api.BLUEPRINTS:
        register_api(each)
    also = ("/joint/shared-costs", "/joint/statements")
    nav.add("sharing.use", _l("Use and costs"), Role.STEERING, order=30, also=also)
    nav.add_under(
        "agreements.workspace", "sharing.use", _l("Use and costs"), Role.COORDINATOR, Role.DECIDER, order=30, also=also
    )
    workspaces.contribute(desk.warnings_for_coordinator, Role.COORDINATOR, together=True)
    workspaces.contribute(desk.statements_for_coordinator, Role.COORDINATOR, together=True)
    parts.add_used(use.ordered_by_quarter)
    parts.add_ordered(use.value_of_procurements)
    parts.add_last_year(use.last_year)
