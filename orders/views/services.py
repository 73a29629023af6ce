"""The public list of services, with what is published of their quality."""

from __future__ import annotations

import uuid
from typing import Any

from flask import render_template, request

from core import clock
from core.i18n import CUSTOMER_LANGUAGES, localized
from core.i18n import gettext as _
from core.web.access import public
from core.web.formatting import language_name
from core.web.options import options
from dps.offerings import queries as offering_queries
from dps.systems.production import PRODUCTION_TITLES
from orders import pictures, queries
from orders.forms import ServicesFilter
from orders.views import bp


@bp.get("/services")
@public
def services() -> Any:
    """What is on offer, for anybody."""
    form = ServicesFilter(request.args)
    categories = offering_queries.open_categories()
    form.category.choices = options([("", _("All")), *((each.id, localized(each, "name")) for each in categories)])
    form.language.choices = options([("", _("All")), *((code, language_name(code)) for code in CUSTOMER_LANGUAGES)])
    query = offering_queries.published(
        category_id=request.args.get("category", type=uuid.UUID),
        place=(form.place.data or "").strip() or None,
        language=form.language.data or None,
        words=(form.q.data or "").strip() or None,
        production=form.production.data or None,
    )
    rows = offering_queries.published_page(query, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "offerings/services.html",
        form=form,
        offerings=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        today=clock.helsinki_date(clock.now()),
        records=queries.records_of([each.supplier_id for each in shown]),
        picture_of=pictures.quality,
        productions=PRODUCTION_TITLES,
    )
