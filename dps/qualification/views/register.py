"""The public register of admitted providers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from core.web.access import public
from core.web.api import PAGE_SIZE, page
from dps.qualification import queries
from dps.qualification.models import Qualification
from dps.qualification.views import bp
from dps.systems.public import public_system


@bp.get("/systems/<uuid:system_id>/suppliers")
@public
def register(system_id: uuid.UUID) -> Any:
    """Who is admitted where, and since when."""
    system = public_system(system_id)
    found = page(
        queries.register_of(system.id),
        Qualification,
        cursor=request.args.get("after", type=uuid.UUID),
        limit=PAGE_SIZE,
    )
    qualifications: Sequence[Qualification] = found["items"]
    return render_template(
        "qualification/register.html",
        system=system,
        qualifications=qualifications,
        next_after=found["next_cursor"],
    )
