"""Migrations: loaded by the commands that migrate, never by the web process (Alembic is 10 MB)."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from flask_migrate import downgrade as _downgrade
from flask_migrate import upgrade as _upgrade

from core.db import db

FOLDER = str(Path(__file__).resolve().parent.parent / "migrations")


def _attach(app: Flask) -> None:
    if "migrate" not in app.extensions:
        Migrate(app, db)


def upgrade(app: Flask) -> None:
    """Bring the database to the newest form."""
    _attach(app)
    with app.app_context():
        _upgrade(directory=FOLDER)


def downgrade(app: Flask, revision: str) -> None:
    """Take migrations back down to ``revision`` (``base`` is an empty database)."""
    _attach(app)
    with app.app_context():
        _downgrade(directory=FOLDER, revision=revision)
