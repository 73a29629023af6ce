"""Opening the room of agreements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from dps.joint.agreements.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions."""
    policy.merge(RULES)
