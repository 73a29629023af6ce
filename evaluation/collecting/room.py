"""Opening the collecting of feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from evaluation.collecting.api import feedback
from evaluation.collecting.policy import RULES
from evaluation.collecting.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, the customer's page, operations."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(feedback)
