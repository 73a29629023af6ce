"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from dps.systems.policy import RULES


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
