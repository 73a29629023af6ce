"""Opening the quality records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.records import desk, jobs  # noqa: F401 - the jobs register themselves
from evaluation.records.api import BLUEPRINTS
from evaluation.records.commands import evaluate
from evaluation.records.policy import RULES
from evaluation.records.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks, command."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    for each in BLUEPRINTS:
        register_api(each)
    nav.add("quality.own_quality", _l("Quality"), Role.PROVIDER, order=40)
    officials = (Role.COORDINATOR, Role.DECIDER)
    nav.add_under("reports.index", "quality.releases", _l("Releases of quality records"), *officials, order=5)
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
    workspaces.contribute(desk.for_coordinator, Role.COORDINATOR)
    app.cli.add_command(evaluate)
