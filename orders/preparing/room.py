"""Opening the room of preparations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders.preparing import desk, jobs  # noqa: F401 - the jobs register themselves
from orders.preparing.api import blp
from orders.preparing.policy import RULES
from orders.preparing.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desk."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add("preparing.preparations", _l("Before the meeting"), Role.EXPERT, order=15)
    workspaces.contribute(desk.for_expert, Role.EXPERT)
