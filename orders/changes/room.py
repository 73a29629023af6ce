"""Opening the room of amendments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.identity.models import Role
from core.web import workspaces
from orders.changes import desk, jobs  # noqa: F401 - the jobs register themselves
from orders.changes.api import blp
from orders.changes.policy import RULES
from orders.changes.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    workspaces.contribute(desk.to_answer, Role.EXPERT, Role.PROVIDER)
