"""Opening the room of amendments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from orders.changes import models  # noqa: F401 - the tables


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Tables."""
