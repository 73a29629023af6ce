"""The public page of the rules: every number of the law we count with, its source and its period."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from core.law.parameters import all_parameters
from core.web.access import public

bp = Blueprint("law", __name__)


@bp.get("/rules")
@public
def rules() -> Any:
    """The numbers of the law, each with its source."""
    return render_template("law/rules.html", parameters=all_parameters())
