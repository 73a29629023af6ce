"""Opening the room of messages inside orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.identity.models import Role
from core.web import workspaces
from orders.messages import desk
from orders.messages.api import blp
from orders.messages.policy import RULES
from orders.messages.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    workspaces.contribute(desk.unread, Role.EXPERT, Role.PROVIDER)
