"""Pages of applications and qualifications, one file per reader."""

from flask import Blueprint

bp = Blueprint("qualification", __name__)

from dps.qualification.views import asking, handling, own, own_parties, register, standing  # noqa: E402, F401
