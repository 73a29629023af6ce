"""Opening the sub-room of money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from orders.money import models  # noqa: F401 - the tables are known when the room is open


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, desks."""
