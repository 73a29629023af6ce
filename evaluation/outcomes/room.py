"""Opening the outcomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.outcomes import desk
from evaluation.outcomes.api import blp
from evaluation.outcomes.policy import RULES
from evaluation.outcomes.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add("outcomes.where_now", _l("Results"), Role.EXPERT, order=60, also=("/outcome-contradictions",))
    nav.add_under(
        "reports.index",
        "outcomes.imports",
        _l("Results"),
        Role.COORDINATOR,
        order=15,
        also=("/outcome-contradictions", "/procurement/outcome-exclusions"),
    )
    nav.add_under("quality.own_quality", "outcomes.own_reports", _l("Results"), Role.PROVIDER, order=20)
    workspaces.contribute(desk.due_for_expert, Role.EXPERT)
    workspaces.contribute(desk.reports_for_expert, Role.EXPERT)
    workspaces.contribute(desk.contradictions_for_expert, Role.EXPERT)
    workspaces.contribute(desk.contradictions_for_coordinator, Role.COORDINATOR)
    workspaces.contribute(desk.refused_for_provider, Role.PROVIDER)
