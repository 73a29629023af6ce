"""Opening the room of agreements, and the workspace of all that is done together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from dps.joint.agreements import desk
from dps.joint.agreements.api import blp
from dps.joint.agreements.policy import RULES
from dps.joint.agreements.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add("agreements.workspace", _l("Desk"), Role.STEERING, order=0)
    nav.add("agreements.workspace", _l("Cooperation"), Role.COORDINATOR, Role.DECIDER, order=64)
    nav.add("agreements.agreements", _l("Agreement"), Role.STEERING, order=20)
    nav.add_under(
        "agreements.workspace", "agreements.agreements", _l("Agreements"), Role.COORDINATOR, Role.DECIDER, order=20
    )
    workspaces.contribute(desk.approvals, Role.DECIDER, together=True)
    workspaces.contribute(desk.returned, Role.COORDINATOR, together=True)
    workspaces.contribute(desk.empty_groups, Role.COORDINATOR, together=True)
