"""Opening the room of following together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav, workspaces
from evaluation.together import desk, jobs  # noqa: F401 - the job registers itself
from evaluation.together.api import BLUEPRINTS
from evaluation.together.policy import RULES
from evaluation.together.views import bp

#: The page of the common desk, which leads to these for those who have another desk.
PARENT = "agreements.workspace"


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desks."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    for each in BLUEPRINTS:
        register_api(each)
    officials = (Role.COORDINATOR, Role.DECIDER)
    nav.add("together.results", _l("Results"), Role.STEERING, order=50)
    nav.add_under(PARENT, "together.results", _l("Results"), *officials, order=50)
    for order, (endpoint, label) in enumerate(
        (
            ("together.resourcing", _l("Resourcing")),
            ("together.alone", _l("Bought alone")),
            ("together.reviews", _l("Yearly reviews")),
        ),
        51,
    ):
        nav.add_under(PARENT, endpoint, label, *officials, order=order)
        nav.add_under("together.results", endpoint, label, Role.STEERING, *officials, order=order)
    workspaces.contribute(desk.of_resourcing, Role.COORDINATOR, together=True)
    workspaces.contribute(desk.of_reviews, Role.COORDINATOR, Role.STEERING, together=True)
