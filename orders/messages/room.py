"""Opening the room of messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from orders.messages import models  # noqa: F401 - the tables


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Tables."""
