"""Opening the room of improving: feedback into action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.improving import desk
from evaluation.improving.api import blp
from evaluation.improving.policy import RULES
from evaluation.improving.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    officials = (Role.COORDINATOR, Role.DECIDER)
    nav.add_under("reports.index", "improving.talks", _l("Quality talks"), *officials, order=30)
    nav.add_under("reports.index", "improving.service_qualities", _l("Service quality"), *officials, order=25)
    nav.add_under("reports.index", "improving.weights_list", _l("Weights of the next category"), *officials, order=40)
    nav.add_under("quality.own_quality", "improving.talks", _l("Quality talks"), Role.PROVIDER, order=30)
    nav.add_under("quality.own_quality", "improving.service_qualities", _l("Service quality"), Role.PROVIDER, order=25)
    workspaces.contribute(desk.of_both, Role.COORDINATOR, Role.PROVIDER)
