"""Opening the collecting of feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.collecting import desk, jobs  # noqa: F401 - the jobs register themselves
from evaluation.collecting.api import feedback
from evaluation.collecting.policy import RULES
from evaluation.collecting.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(feedback)
    nav.add_under("quality.own_quality", "feedback_pages.own", _l("Feedback"), Role.PROVIDER, order=10)
    nav.add_under("reports.index", "feedback_pages.authority_totals", _l("Feedback"), Role.COORDINATOR, order=10)
    workspaces.contribute(desk.alerts_for_expert, Role.EXPERT)
    workspaces.contribute(desk.asking_for_expert, Role.EXPERT)
    workspaces.contribute(desk.for_coordinator, Role.COORDINATOR)
    workspaces.contribute(desk.for_provider, Role.PROVIDER)
