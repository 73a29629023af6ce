"""Avoin: an open dynamic purchasing system for employment services. ``create_app`` opens the rooms."""

from __future__ import annotations

import os

from flask import Flask
from flask_migrate import Migrate

import dps.contracts.models
import dps.decisions.models
import dps.notices.models
import dps.offerings.models
import dps.qualification.models
import dps.systems.models
import evaluation.models
import orders.models
import suppliers.models  # noqa: F401
from core import room as core_room
from core.config import Config
from core.db import db


def create_app(config: Config | None = None) -> Flask:
    """The application: configuration, core, rooms, signals.

    :raises core.config.ConfigurationError: a setting is missing or wrong
    """
    app = Flask(__name__)
    register_api = core_room.init_app(app, config or Config.from_environment(os.environ))
    Migrate(app, db)
    return app
