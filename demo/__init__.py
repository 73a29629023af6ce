"""Demo data: made-up people and companies who live through a year, by the same verbs as everybody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from demo.cast import LOGINS

#: How large a demo may be.
SCALES = ("kuopio",)

__all__ = ["LOGINS", "SCALES", "seed"]


def seed(app: Flask, scale: str, progress: Callable[[float, str], None]) -> None:
    """Fill an empty database; does nothing where there is data. ``progress`` gets a share of 1 and a text."""
    from demo.story import tell  # loads every room

    with app.app_context():
        tell(app.config["DEMO_PASSWORD"], progress)
