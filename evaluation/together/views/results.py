"""Results for all parties together and for each; and where each acts alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request

from core.i18n import gettext as _
from core.web.access import mandate, requires
from dps.systems.models import SERVICE_TYPE_TITLES, Category
from evaluation.reports.keeping import ENDING, FORMATS, kept, one_of
from evaluation.together import followed as following
from evaluation.together import pictures, queries
from evaluation.together.followed import Followed
from evaluation.together.pictures import View
from evaluation.together.policy import Permission
from evaluation.together.views.blueprint import Agreements, bp, shown, shown_first, year_asked, years_around

PICTURE = one_of(pictures.OF_PAGE, "picture")


def _category(categories: Sequence[Category]) -> Category | None:
    asked = request.args.get("category", "")
    return next((each for each in categories if str(each.id) == asked), categories[0] if categories else None)


def _view(found: Followed) -> View:
    actor, party = mandate(), request.args.get("party")
    assert actor.authority_id is not None
    known = {each.key for each in found.parties}
    return View(found, actor.authority_id, year_asked(), party if party in known else None, _category(found.categories))


def _results(found: Followed, agreements: Agreements) -> str:
    view = _view(found)
    table = view.use_table
    return render_template(
        "together/results.html",
        followed=found,
        agreements=agreements,
        view=view,
        categories=found.categories,
        lines=[(line.keys[0], view.name(line)) for line in table.lines],
        chosen=view.line(table)[1],
        pictures={key: build(view) for key, build in pictures.OF_PAGE.items()},
        title_of=pictures.title,
        picture_formats=FORMATS,
        years=years_around(view.year),
    )


@bp.get("/joint/results")
@requires(Permission.FOLLOWING_LIST)
def results() -> Any:
    """The results of the newest agreement one's authority is a party of."""
    return shown_first(_results, _("Results"))


@bp.get("/joint/results/<uuid:agreement_id>")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
def results_of(found: Followed) -> Any:
    """The results of an agreement: all parties together, or one of them."""
    return shown(_results, found)


def _of_picture(agreement_id: uuid.UUID, **_rest: Any) -> Followed | None:
    return following.of_agreement(agreement_id)


@bp.get(f"/joint/results/<uuid:agreement_id>/{PICTURE}.{ENDING}")
@requires(Permission.FOLLOWING_READ, on=_of_picture)
def results_picture(found: Followed) -> Response:
    """A picture to keep."""
    words = request.view_args or {}
    view = _view(found)
    return kept(pictures.OF_PAGE[words["picture"]](view), words["ending"])


# ---- where each acts alone ----


def _alone(found: Followed, agreements: Agreements) -> str:
    authority_id, year = mandate().organisation_id, year_asked()
    rows = pictures.kinds(found, authority_id, year, SERVICE_TYPE_TITLES)
    return render_template(
        "together/alone.html",
        followed=found,
        agreements=agreements,
        rows=rows,
        picture=pictures.alone_picture(rows, year),
        picture_formats=FORMATS,
        systems=queries.own_systems(found, year, authority_id),
        year=year,
        years=years_around(year),
    )


@bp.get("/joint/alone")
@requires(Permission.FOLLOWING_LIST)
def alone() -> Any:
    """What one buys alone beside the newest agreement."""
    return shown_first(_alone, _("Bought alone"))


@bp.get("/joint/alone/<uuid:agreement_id>")
@requires(Permission.FOLLOWING_READ, on=following.of_agreement)
def alone_of(found: Followed) -> Any:
    """Services of the kinds that are bought together, bought in one's own systems."""
    return shown(_alone, found)


@bp.get(f"/joint/alone/<uuid:agreement_id>/alone.{ENDING}")
@requires(Permission.FOLLOWING_READ, on=_of_picture)
def alone_picture(found: Followed) -> Response:
    """The picture to keep."""
    year = year_asked()
    rows = pictures.kinds(found, mandate().organisation_id, year, SERVICE_TYPE_TITLES)
    return kept(pictures.alone_picture(rows, year), (request.view_args or {})["ending"])
