"""Opening the paths to a job that lasted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from evaluation.paths import jobs, models  # noqa: F401 - its job and its tables
from evaluation.paths.api import blp
from evaluation.paths.policy import RULES
from evaluation.paths.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add_under("reports.index", "paths.paths", _l("Paths to work"), Role.COORDINATOR, Role.DECIDER, order=20)
