"""Opening the watching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.watching import desk, jobs  # noqa: F401 - jobs register themselves
from evaluation.watching.api import blp
from evaluation.watching.policy import RULES
from evaluation.watching.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add_under("reports.index", "watching.flags", _l("Figures to look at"), Role.COORDINATOR, Role.DECIDER, order=50)
    workspaces.contribute(desk.for_coordinator, Role.COORDINATOR)
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
