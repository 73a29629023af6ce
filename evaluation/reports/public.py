"""Pages for everybody: categories and suppliers above the publication threshold, as of the published release."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, Response, render_template

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import public
from dps.systems.models import PUBLIC_STATES
from evaluation.reports import method, pictures, queries, standing, wording
from evaluation.reports.keeping import ENDING, FORMATS, kept, one_of
from evaluation.reports.sight import Sight

bp = Blueprint("quality_public", __name__, url_prefix="/quality")
KEY = one_of(pictures.OF_EVERYBODY)


def sight_of(category_id: uuid.UUID) -> Sight:
    """:raises NotFound: there is no such category, or its system has not been published"""
    found = queries.category(category_id)
    if found is None or found.system.state not in PUBLIC_STATES:
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    return Sight.of_everybody(found)


@bp.get("")
@public
def index() -> Any:
    """The categories of which something is told."""
    release = queries.published_release()
    return render_template(
        "reports/public_index.html",
        release=release,
        categories=queries.public_categories(release.id) if release else [],
    )


@bp.get("/method")
@public
def how() -> Any:
    """How the figures are made, in words."""
    release = queries.published_release()
    return render_template("reports/method.html", release=release, method=method.of(release))


@bp.get("/<uuid:category_id>")
@public
def category(category_id: uuid.UUID) -> Any:
    """A category: its providers by name, and the pictures."""
    sight = sight_of(category_id)
    return render_template(
        "reports/public_category.html",
        sight=sight,
        index_of=standing.index_of,
        pictures={key: build(sight) for key, build in pictures.OF_EVERYBODY.items()},
        title_of=wording.title,
        picture_formats=FORMATS,
    )


@bp.get(f"/<uuid:category_id>/{KEY}.{ENDING}")
@public
def picture(category_id: uuid.UUID, key: str, ending: str) -> Response:
    """A picture to keep."""
    return kept(pictures.OF_EVERYBODY[key](sight_of(category_id)), ending)
