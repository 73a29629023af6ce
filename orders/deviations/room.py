"""Opening the room of deviations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders import panels
from orders.deviations import desk, jobs  # noqa: F401 - the jobs register themselves
from orders.deviations.api import blp
from orders.deviations.policy import RULES
from orders.deviations.views import bp, order_panel


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    readers = (Role.EXPERT, Role.COORDINATOR, Role.DECIDER, Role.PROVIDER)
    nav.add("deviations.deviations", _l("Deviations"), *readers, order=70)
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
    workspaces.contribute(desk.for_coordinator, Role.COORDINATOR)
    panels.add(order_panel)
