"""Opening the room of offerings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from dps.offerings import api, index_api, index_views, jobs, views  # noqa: F401 - the jobs register themselves
from dps.offerings.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation."""
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    app.register_blueprint(index_views.bp)
    register_api(api.blp)
    register_api(index_api.blp)
    nav.add("offerings.own", _l("Services"), Role.PROVIDER, order=30)
