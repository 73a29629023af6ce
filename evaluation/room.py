"""Opening the room of evaluation: its sub-rooms, and the expert's page that shows what they know of one order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from evaluation.assessing import room as assessing_room
from evaluation.collecting import room as collecting_room
from evaluation.improving import room as improving_room
from evaluation.outcomes import room as outcomes_room
from evaluation.paths import room as paths_room
from evaluation.records import room as records_room
from evaluation.reports import room as reports_room
from evaluation.together import room as together_room
from evaluation.views import bp, order_panel
from evaluation.watching import room as watching_room
from orders import panels

#: Each imports only from those before it.
ROOMS = (
    collecting_room,
    assessing_room,
    outcomes_room,
    records_room,
    paths_room,
    reports_room,
    improving_room,
    watching_room,
    together_room,
)


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """The sub-rooms, the page of one order, its panel."""
    for room in ROOMS:
        room.init_app(app, register_api)
    app.register_blueprint(bp)
    panels.add(order_panel)
