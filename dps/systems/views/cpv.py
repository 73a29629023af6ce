"""Finding a CPV code by words in three languages, or by its digits."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core import clock
from core.web.access import requires
from dps.systems import cpv, legal_mode
from dps.systems.policy import Permission
from dps.systems.views.blueprint import bp


def _way_back(address: str) -> str:
    """An address of our own to take the chosen code to, or nothing."""
    return address if address.startswith("/procurement/") and "//" not in address and "\\" not in address else ""


@bp.get("/procurement/cpv")
@requires(Permission.SYSTEM_LIST)
def search_cpv() -> Any:
    """The codes that fit the words; only the list when htmx asks."""
    words = request.args.get("q", "").strip()
    today = clock.helsinki_date(clock.now())
    found = [(each, legal_mode.national_threshold(each.code, today)) for each in cpv.search(words)]
    template = "systems/_cpv_found.html" if request.headers.get("HX-Request") else "systems/cpv.html"
    return render_template(template, words=words, found=found, back=_way_back(request.args.get("back", "")))
