"""Opening the room of presentations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from orders.presentations import desk, jobs  # noqa: F401 - the jobs register themselves
from orders.presentations.api import blp
from orders.presentations.policy import RULES
from orders.presentations.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desk."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add("presentations.own", _l("Presentations"), Role.EXPERT, Role.COORDINATOR, Role.PROVIDER, order=75)
    nav.add_public("presentations.presentations", _l("Presentations"))
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
