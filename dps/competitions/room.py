"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from core import policy
from dps.competitions import triggers
from dps.competitions.policy import RULES

#: The database's own guards are known wherever the room is.
GUARDS = triggers.GUARD


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
