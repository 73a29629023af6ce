"""Demo data: made-up people and companies who live through a year and a half, by the same verbs as everybody else."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from demo.cast import LOGINS

#: How large a demo may be.
SCALES = ("kuopio", "pks")

__all__ = ["LOGINS", "SCALES", "seed"]


def seed(app: Flask, scale: str, progress: Callable[[float, str], None]) -> None:
    """Fill an empty database; does nothing where there is data. ``progress`` gets a share of 1 and a text."""
    from demo import region, story  # they load every room

    with app.app_context():
        (region if scale == "pks" else story).tell(app.config["DEMO_PASSWORD"], progress)
