"""Opening the room of who helps another authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
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
