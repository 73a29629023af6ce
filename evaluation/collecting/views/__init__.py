"""Pages of feedback: the customer's and the tablet's, the provider's, the coordinator's."""

from flask import Blueprint

bp = Blueprint("feedback_pages", __name__)

from evaluation.collecting.views import customer, provider, staff  # noqa: E402, F401 - they add their pages
