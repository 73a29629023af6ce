"""Opening the room where the customer is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from orders.meeting import jobs  # noqa: F401 - the jobs register themselves
from orders.meeting.api import blp
from orders.meeting.policy import RULES
from orders.meeting.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
