"""The pages of this room."""

from __future__ import annotations

from flask import Blueprint

from dps.systems import wording

bp = Blueprint("systems", __name__)
bp.app_template_filter("record_uses")(wording.record_uses)
