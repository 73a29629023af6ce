"""The provider's own quality."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from core.web.access import mandate, requires
from evaluation.outcomes.service import WINDOW_MONTHS
from evaluation.records.policy import Permission
from orders import pictures
from orders import queries as order_queries

bp = Blueprint("quality", __name__)


@bp.get("/provider/quality")
@requires(Permission.QUALITY_OWN)
def own_quality() -> Any:
    """The supplier's own quality record, as published."""
    actor = mandate()
    records = order_queries.own_records(actor.organisation_id)
    return render_template(
        "evaluation/own_quality.html",
        records=records,
        name=actor.organisation_name,
        pictures=pictures,
        months=WINDOW_MONTHS,
    )
