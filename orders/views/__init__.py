"""Pages of ordering, one file per reader."""

from flask import Blueprint

bp = Blueprint("orders", __name__)

from orders.views import budgets, choice_links, choose, expert, kiosk, needs, provider, services  # noqa: E402, F401
