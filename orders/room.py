"""Opening the room of orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders import desk, desk_choices, feed, jobs, panels, side  # noqa: F401 - the jobs register themselves
from orders.api import BLUEPRINTS
from orders.bulk import room as bulk
from orders.changes import room as changes
from orders.deviations import room as deviations
from orders.groups import room as groups
from orders.handover import room as handover
from orders.helping import room as helping
from orders.meeting import room as meeting
from orders.messages import room as messages
from orders.money import room as money
from orders.policy import RULES
from orders.preparing import room as preparing
from orders.presentations import room as presentations
from orders.readiness import room as readiness
from orders.sharing import room as sharing
from orders.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    for each in BLUEPRINTS:
        register_api(each)
    nav.add("orders.needs", _l("Service needs"), Role.EXPERT, order=20)
    nav.add("orders.expert_orders", _l("Orders"), Role.EXPERT, order=30)
    nav.add("orders.provider_orders", _l("Orders"), Role.PROVIDER, order=20)
    nav.add("orders.procurement_orders", _l("Orders"), Role.COORDINATOR, Role.DECIDER, order=60)
    nav.add(
        "orders.budgets",
        _l("Budgets"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=65,
        also=(
            "/procurement/over-budget",
            "/procurement/invoice-basis",
            "/procurement/cost-by-municipality",
            "/procurement/index-changes",
        ),
    )
    nav.add_public("orders.services", _l("Services on offer"))
    workspaces.contribute(desk.for_expert, Role.EXPERT)
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
    workspaces.contribute(desk_choices.for_expert, Role.EXPERT)
    workspaces.add_panel(side.of_buyer, Role.COORDINATOR, Role.DECIDER)
    workspaces.add_panel(side.of_expert, Role.EXPERT)
    workspaces.add_panel(side.of_provider, Role.PROVIDER)
    workspaces.add_shortcut("orders.new_need", _l("New need"), Role.EXPERT, primary=True)
    money.init_app(app, register_api)
    bulk.init_app(app, register_api)
    meeting.init_app(app, register_api)
    changes.init_app(app, register_api)
    messages.init_app(app, register_api)
    preparing.init_app(app, register_api)
    presentations.init_app(app, register_api)
    deviations.init_app(app, register_api)
    handover.init_app(app, register_api)
    groups.init_app(app, register_api)
    helping.init_app(app, register_api)
    sharing.init_app(app, register_api)
    readiness.init_app(app, register_api)
    feed.open_feed()
