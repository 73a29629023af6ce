"""Pages for everybody: the front page, a system's own page, and what stands at the foot."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, jsonify, render_template

from core import clock
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import public
from dps.systems import cpv, parts, queries, service, wording
from dps.systems.models import (
    AWARD_NOTICE_METHOD_TITLES,
    CHANGE_KIND_TITLES,
    CRITERION_KIND_TITLES,
    LEGAL_MODE_TITLES,
    ORDERING_RULE_TITLES,
    PAYMENT_KIND_TITLES,
    PRICE_UNIT_TITLES,
    SERVICE_TYPE_TITLES,
    PurchasingSystem,
)
from dps.systems.schemas import SystemSchema
from dps.systems.views.changes import change_lines
from dps.systems.views.steps import send
from suppliers import criteria

bp = Blueprint("public", __name__)


def public_system(system_id: uuid.UUID, *, in_full: bool = True) -> PurchasingSystem:
    """:raises NotFound: there is none, or it has not been published (R17)"""
    found = queries.public_system(system_id, in_full=in_full)
    if found is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    return found


@bp.get("/")
@public
def front() -> Any:
    """What Avoin is, and the systems one can apply to."""
    return render_template("systems/front.html", systems=queries.open_systems_public(), tags=wording.SYSTEM_TAGS)


@bp.get("/systems/<uuid:system_id>")
@public
def system(system_id: uuid.UUID) -> Any:
    """Everything that was published about a system, its changes and answers, as long as it stands here (R16)."""
    found = public_system(system_id)
    return render_template(
        "systems/public.html",
        system=found,
        award_notice_titles=AWARD_NOTICE_METHOD_TITLES,
        tags=wording.SYSTEM_TAGS,
        parts=parts.public_parts(found),
        changes=[(each, change_lines(each)) for each in queries.published_changes(found.id)],
        change_kinds=CHANGE_KIND_TITLES,
        questions=queries.published_questions(found.id),
        takes_questions=service.takes_questions(found, clock.helsinki_date(clock.now())),
        ordering_text=wording.ordering_rule,
        points=cpv.annex_e_point,
        modes=LEGAL_MODE_TITLES,
        ordering_titles=ORDERING_RULE_TITLES,
        units=PRICE_UNIT_TITLES,
        kinds=SERVICE_TYPE_TITLES,
        item_kinds={**CRITERION_KIND_TITLES, **PAYMENT_KIND_TITLES},
        criteria=criteria.ALL,
    )


@bp.get("/systems/categories/<uuid:category_id>/terms-file")
@public
def terms_file(category_id: uuid.UUID) -> Any:
    """The contract terms of a published category as a document, free for everybody (R16)."""
    found = queries.public_category(category_id)
    return send(found.terms_file if found else None)


@bp.get("/open-data")
@public
def open_data() -> Any:
    """What is published as data."""
    return render_template("systems/open_data.html")


@bp.get("/open-data/systems.json")
@public
def systems_json() -> Any:
    """The open systems as JSON."""
    return jsonify({"systems": SystemSchema(many=True).dump(queries.open_systems_public())})


@bp.get("/accessibility")
@public
def accessibility() -> Any:
    """The accessibility statement (306/2019)."""
    return render_template("systems/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> Any:
    """What happens to personal data."""
    return render_template("systems/privacy.html")
