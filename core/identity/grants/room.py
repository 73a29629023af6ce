"""Opening access between authorities: policy, pages, operations, desks, the trail of uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.identity.grants import desk, using
from core.identity.grants.api import blp
from core.identity.grants.policy import RULES
from core.identity.grants.views import bp
from core.identity.models import Role
from core.web import workspaces


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    using.init_app(app)
    workspaces.contribute(desk.to_do, Role.COORDINATOR, Role.DECIDER, together=True)
