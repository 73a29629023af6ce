"""Opening the room of readiness for sudden change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders.readiness import desk, views
from orders.readiness.api import blp
from orders.readiness.policy import RULES

#: The page of the common desk.
PARENT = "agreements.workspace"


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(blp)
    nav.add_under(
        PARENT, "readiness.plans", _l("Lay-off plans"), Role.COORDINATOR, Role.DECIDER, Role.STEERING, order=60
    )
    nav.add_under("bulk.bulk_files", "readiness.expert_plans", _l("Lay-off plans"), Role.EXPERT, order=10)
    workspaces.contribute(desk.of_shares, Role.COORDINATOR, Role.DECIDER, together=True)
