"""Opening the reports of evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from evaluation.reports import (
    jobs,  # noqa: F401 - the job registers itself
    public,
    views,
)
from evaluation.reports.api import BLUEPRINTS
from evaluation.reports.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    app.register_blueprint(public.bp)
    for each in BLUEPRINTS:
        register_api(each)
    nav.add("reports.index", _l("Evaluation"), Role.COORDINATOR, Role.DECIDER, order=55)
    nav.add_public("quality_public.index", _l("Quality"))
