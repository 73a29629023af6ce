"""Opening the sub-room of money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.identity.models import Role
from core.web import workspaces
from orders import panels
from orders.money import api, desk, jobs, models, views  # noqa: F401 - tables are known, jobs register themselves
from orders.money.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    for each in api.BLUEPRINTS:
        register_api(each)
    workspaces.contribute(desk.parts_for_expert, Role.EXPERT)
    workspaces.contribute(desk.results_for_expert, Role.EXPERT)
    workspaces.contribute(desk.disputes_for_provider, Role.PROVIDER)
    workspaces.contribute(desk.results_for_provider, Role.PROVIDER)
    workspaces.contribute(desk.requests_for_decider, Role.DECIDER)
    workspaces.contribute(desk.disputes_for_coordinator, Role.COORDINATOR)
    panels.add(views.order_panel)
