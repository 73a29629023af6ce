"""Opening the room of handovers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from orders.handover.api import blp
from orders.handover.policy import RULES
from orders.handover.views import bp


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(blp)
    nav.add("handover.handovers", _l("Handovers"), Role.COORDINATOR, Role.EXPERT, order=80)
