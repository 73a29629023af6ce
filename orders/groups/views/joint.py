"""Fairness of shared queues over the year, for the parties."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.web.access import mandate, requires
from orders.groups import fairness
from orders.groups.policy import Permission
from orders.groups.views import bp

#: The years that are shown, counted back from this one.
YEARS = 3


@bp.get("/joint/fairness")
@requires(Permission.QUEUE_FAIRNESS)
def joint_fairness() -> Any:
    """Who waited, and who got seats, by party and category, against the announced shares."""
    this_year = fairness.this_year()
    years = [this_year - n for n in range(YEARS)]
    asked = request.args.get("year", this_year, type=int)
    year = asked if asked in years else this_year
    return render_template("groups/fairness.html", tables=fairness.tables(mandate(), year), year=year, years=years)
