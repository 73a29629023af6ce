"""Opening the room of agreements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from dps.joint.agreements import models  # noqa: F401 - the tables belong to the metadata


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Opens nothing but the tables."""
