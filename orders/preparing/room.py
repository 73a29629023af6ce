"""Opening the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from orders.preparing import models  # noqa: F401 - the tables


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Nothing yet but the tables."""
