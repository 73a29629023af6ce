"""Pages of groups, one file per reader."""

from flask import Blueprint

bp = Blueprint("groups", __name__)

from orders.groups.views import absences, buyer, courses, expert, joint, provider, swaps  # noqa: E402, F401
