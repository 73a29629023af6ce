"""Pages of decisions, one file per subject."""

from flask import Blueprint

bp = Blueprint("decisions", __name__)

from dps.decisions.views import decisions, delegations, remedies  # noqa: E402, F401
