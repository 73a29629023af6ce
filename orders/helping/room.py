"""Opening the room of who helps another authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from orders.helping import scopes
from orders.helping.api import blp
from orders.helping.policy import RULES
from orders.helping.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, what grants reach, pages, operations."""
    policy.merge(RULES)
    scopes.declare()
    app.register_blueprint(bp)
    register_api(blp)
    staff = (Role.COORDINATOR, Role.DECIDER, Role.STEERING)
    nav.add_under("agreements.workspace", "grants.index", _l("Access between authorities"), *staff, order=60)
    nav.add_under("agreements.workspace", "helping.groups_to_fill", _l("Groups to fill"), Role.COORDINATOR, order=62)
    nav.add_under("agreements.workspace", "helping.orders", _l("Orders of other authorities"), *staff, order=64)
    nav.add_under("groups.expert_groups", "helping.groups_to_fill", _l("Groups to fill"), Role.EXPERT, order=10)
