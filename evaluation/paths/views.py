"""Pages of paths: what came before a job that lasted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from core import policy
from core.charts import files
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.forms import EmptyForm
from core.web.access import mandate, public, requires
from core.web.submitting import submitted
from evaluation.paths import queries, service, showing
from evaluation.paths.forms import PathFilter
from evaluation.paths.policy import Permission
from evaluation.paths.showing import Wish

bp = Blueprint("paths", __name__)
FORMATS = tuple(files.FORMATS_TO_KEEP)
KEEP = f"<any({','.join(FORMATS)}):ending>"


def _wish() -> Wish:
    return Wish.of(request.args.get("months"), request.args.get("group"))


def _asked() -> dict[str, str]:
    return {name: value for name, value in request.args.items() if name in ("months", "group")}


@bp.get("/procurement/evaluation/paths")
@requires(Permission.PATH_READ)
def paths() -> Any:
    """Which services went before a job that lasted, by group of customers."""
    run = queries.latest()
    actor = mandate()
    found = showing.find(run, actor.organisation_id, _wish()) if run else None
    names = showing.names_of(found) if found else None
    return render_template(
        "paths/paths.html",
        form=PathFilter(request.args).offer_choices(queries.years(run.id) if run else ()),
        found=found,
        picture=showing.picture(found, names) if found and names else None,
        ways=showing.ways_table(found, names) if found and names else None,
        shares=showing.shares_table(found, names) if found and names else None,
        running=queries.running(),
        may_count=policy.is_allowed(actor, Permission.PATH_COUNT),
        asked=_asked(),
        picture_formats=FORMATS,
    )


@bp.post("/procurement/evaluation/paths/count")
@requires(Permission.PATH_COUNT)
def count() -> Any:
    """Have them counted now."""
    if submitted(EmptyForm(), lambda: service.ask(by=mandate())):
        flash(_("The paths are being counted. This page shows them when they are ready."), "success")
    return redirect(url_for(".paths"))


def _kept(name: str, content: Any, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _nothing() -> NotFound:
    return NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))


@bp.get(f"/procurement/evaluation/paths/picture.{KEEP}")
@requires(Permission.PATH_READ)
def picture(ending: str) -> Any:
    """The picture to keep."""
    run = queries.latest()
    found = showing.find(run, mandate().organisation_id, _wish()) if run else None
    chart = showing.picture(found, showing.names_of(found)) if found else None
    if chart is None:
        raise _nothing()
    media_type, make = files.FORMATS_TO_KEEP[ending]
    return _kept(f"{chart.key}.{ending}", make(chart), media_type)


@bp.get("/procurement/evaluation/paths/<any(ways,shares):which>.csv")
@requires(Permission.PATH_READ)
def sheet(which: str) -> Any:
    """A table to keep."""
    run = queries.latest()
    if run is None:
        raise _nothing()
    found = showing.find(run, mandate().organisation_id, _wish())
    make = showing.ways_table if which == "ways" else showing.shares_table
    return _kept(f"paths-{which}.csv", files.csv_text(make(found, showing.names_of(found))), "text/csv")


@bp.get("/quality/paths")
@public
def public_paths() -> Any:
    """What everybody may read: all authorities together, by kind of service."""
    wish = _wish()
    return render_template(
        "paths/public.html",
        form=PathFilter(request.args).offer_choices(()),
        picture=showing.drawn(showing.public_routes(wish.months), wish.months),
        published_at=queries.last_published(),
        asked={"months": wish.months},
        picture_formats=FORMATS,
    )


@bp.get(f"/quality/paths/picture.{KEEP}")
@public
def public_picture(ending: str) -> Any:
    """The public picture to keep."""
    chart = showing.drawn(showing.public_routes(_wish().months), _wish().months)
    if chart is None:
        raise _nothing()
    media_type, make = files.FORMATS_TO_KEEP[ending]
    return _kept(f"{chart.key}.{ending}", make(chart), media_type)
