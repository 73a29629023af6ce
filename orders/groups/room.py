"""Opening the room of groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders import panels
from orders.groups import desk, jobs, panel  # noqa: F401 - the jobs register themselves
from orders.groups.api import BLUEPRINTS
from orders.groups.policy import RULES
from orders.groups.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    for each in BLUEPRINTS:
        register_api(each)
    nav.add("groups.expert_groups", _l("Groups"), Role.EXPERT, order=35)
    nav.add("groups.procurement_groups", _l("Groups"), Role.COORDINATOR, Role.DECIDER, order=62)
    nav.add("groups.provider_groups", _l("Groups"), Role.PROVIDER, order=25)
    nav.add_public("groups.courses", _l("Joint courses"))
    nav.add("groups.joint_fairness", _l("Fairness"), Role.STEERING, order=45)
    nav.add_under(
        "agreements.workspace", "groups.joint_fairness", _l("Fairness of shared queues"), Role.COORDINATOR, order=66
    )
    nav.add_under(
        "groups.expert_groups", "groups.joint_fairness", _l("Fairness of shared queues"), Role.EXPERT, order=20
    )
    nav.add_under("groups.expert_groups", "groups.swaps", _l("Swaps of seats"), Role.EXPERT, order=30)
    workspaces.contribute(desk.empty_seats, Role.COORDINATOR)
    workspaces.contribute(desk.kept_seats, Role.EXPERT)
    workspaces.contribute(desk.swaps, Role.EXPERT)
    workspaces.contribute(desk.absences, Role.EXPERT)
    workspaces.contribute(desk.todays_groups, Role.PROVIDER)
    panels.add(panel.of_order)
    panels.add_to_need(panel.of_need)
