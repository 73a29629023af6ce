"""Opening the self-assessments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from evaluation.assessing import jobs  # noqa: F401 - the jobs register themselves
from evaluation.assessing.api import blp
from evaluation.assessing.policy import RULES
from evaluation.assessing.views import bp, order_panel
from orders import panels


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, panel."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    panels.add(order_panel)
