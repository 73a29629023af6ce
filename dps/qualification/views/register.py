"""The public register of admitted providers."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request

from core.web.access import public
from core.web.api import PAGE_SIZE, page
from dps.qualification import register as registered
from dps.qualification.models import Qualification
from dps.qualification.views import bp
from dps.systems.public import public_system


@bp.get("/systems/<uuid:system_id>/suppliers")
@public
def register(system_id: uuid.UUID) -> Any:
    """Who is admitted where, and since when: all, or by a provider's name and by category."""
    system = public_system(system_id, in_full=False)
    name = " ".join(request.args.get("name", "").split())[:100]
    search = registered.Search(system_id=system.id, category_id=request.args.get("category", type=uuid.UUID), name=name)
    cursor = request.args.get("after", type=uuid.UUID)
    providers = registered.providers(search) if name else None
    chosen = providers[: registered.MOST_PROVIDERS] if providers is not None else None
    found = page(
        registered.admissions(search, chosen, cursor=cursor, limit=PAGE_SIZE),
        Qualification,
        cursor=cursor,
        limit=PAGE_SIZE,
    )
    asked = {"name": name, "category": search.category_id}
    return render_template(
        "qualification/register.html",
        system=system,
        qualifications=found["items"],
        next_after=found["next_cursor"],
        asked={key: value for key, value in asked.items() if value},
        most=registered.MOST_PROVIDERS if providers is not None and len(providers) != len(chosen or ()) else None,
    )
