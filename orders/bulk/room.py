"""Opening the sub-room of bulk orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from orders.bulk import api, jobs, models, views  # noqa: F401 - tables are known, jobs register themselves
from orders.bulk.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.blp)
    nav.add("bulk.bulk_files", _l("Bulk orders"), Role.EXPERT, order=35)
