"""Opening the room where the customer is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.audit.reading import ask_before_showing
from orders.meeting import jobs  # noqa: F401 - the jobs register themselves
from orders.meeting.api import blp
from orders.meeting.policy import RULES
from orders.meeting.views import bp
from orders.uses import refuse_other_use


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, and what nobody is shown (R106)."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    ask_before_showing(refuse_other_use)
