"""Opening the room of evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import click
from flask import Flask, url_for

from core import jobs, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from evaluation import measures, queries, service
from evaluation.api import BLUEPRINTS
from evaluation.policy import RULES
from evaluation.views import bp, order_panel
from orders import panels


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


def for_expert(mandate: Mandate, today: date) -> Iterator[Act]:
    """Results to be recorded three months after the planned end."""
    for order in queries.outcomes_due(mandate.person_id, today):
        yield Act(
            title=_("Order %(number)s: where is the customer now?", number=order.reference),
            text=f"{localized(order.category, 'name')}, {order.supplier.name}",
            href=url_for("evaluation.order_evaluation", order_id=order.id),
            due_on=measures.months_after(order.planned_end_on, service.WINDOW_MONTHS),
            button_label=_("Record"),
            aria_label=_("Record the result of order %(number)s", number=order.reference),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Permissions, pages, operations, navigation, desk, command."""
    policy.merge(RULES)
    app.register_blueprint(bp)
    for each in BLUEPRINTS:
        register_api(each)
    nav.add("evaluation.own_quality", _l("Quality"), Role.PROVIDER, order=40)
    workspaces.contribute(for_expert, Role.EXPERT)
    panels.add(order_panel)
    app.cli.add_command(evaluate)
