"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from dps.competitions import judging_desk, opening_desk, preparing_desk, records, tender_jobs, triggers
from dps.competitions.api import tendering as tendering_api
from dps.competitions.policy import RULES
from dps.competitions.views import opening, receipts, tendering

#: Jobs and the database's own guards are known wherever the room is.
PARTS = (records, tender_jobs, triggers)


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    for pages in (tendering, opening, receipts):
        app.register_blueprint(pages.bp)
    register_api(tendering_api.bp)
    preparing_desk.init_app(app, register_api)
    opening_desk.init_app()
    judging_desk.init_app(app, register_api)
