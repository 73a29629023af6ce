"""Opening the room of joint procurements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from dps.joint.procurements import (
    desk,
    jobs,  # noqa: F401 - its jobs register themselves
    views_meetings,  # noqa: F401 - its pages belong to the blueprint
)
from dps.joint.procurements.api import blp
from dps.joint.procurements.policy import RULES
from dps.joint.procurements.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    officials = (Role.COORDINATOR, Role.DECIDER)
    nav.add("procurements.index", _l("Joint procurements"), Role.STEERING, order=10)
    nav.add_under("agreements.workspace", "procurements.index", _l("Joint procurements"), *officials, order=10)
    nav.add_under("agreements.workspace", "procurements.meetings", _l("Meetings"), *officials, order=30)
    nav.add_under("procurements.index", "procurements.meetings", _l("Meetings"), Role.STEERING, order=10)
    workspaces.contribute(desk.of_stages, Role.COORDINATOR, Role.DECIDER, Role.STEERING, together=True)
    workspaces.contribute(desk.of_transfers, Role.COORDINATOR, together=True)
