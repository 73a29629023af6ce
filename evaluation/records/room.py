"""Opening the quality records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import click
from flask import Flask

from core import jobs, policy
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web import nav
from evaluation.records import service
from evaluation.records.api import quality
from evaluation.records.policy import RULES
from evaluation.records.views import bp


@jobs.periodic("evaluation.publish_records", every=timedelta(days=1))
def publish_nightly() -> None:
    """Compute and publish the quality records once a day."""
    service.publish_records()


@click.command("evaluate")
def evaluate() -> None:
    """Compute and publish the quality records now."""
    click.echo("computing the quality records ...")
    release = service.publish_records()
    click.echo(f"release {release.id}: {release.method}, {release.inputs_count} delivered orders")


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, command."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    register_api(quality)
    nav.add("quality.own_quality", _l("Quality"), Role.PROVIDER, order=40)
    app.cli.add_command(evaluate)
