"""Pages of access between authorities."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.grants import models, queries, rules, scopes, service
from core.identity.grants.forms import AskForm, ProposeForm, RefuseForm, UsesForm
from core.identity.grants.models import Grant, ScopeKind, Task
from core.identity.grants.policy import Permission
from core.identity.grants.queries import UsesWanted
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted

bp = Blueprint("grants", __name__)

PAGE_SIZE = 50
USES_SIZE = 100


@bp.get("/joint/grants")
@requires(Permission.GRANT_LIST)
def index() -> Any:
    """What others may do for us, and we for them."""
    actor = mandate()
    rows = queries.grants_page(queries.grants_seen_by(actor), request.args.get("after", type=uuid.UUID), PAGE_SIZE)
    shown = rows[:PAGE_SIZE]
    mine = {each.id for each in actor.grants}
    return render_template(
        "grants/index.html",
        grants=shown,
        things=scopes.titles(shown),
        pages={each.id: scopes.page_of(each) for each in shown if each.id in mine},
        today=clock.helsinki_date(clock.now()),
        more=shown[-1].id if len(rows) > PAGE_SIZE else None,
        models=models,
        Permission=Permission,
    )


def _things(task: Task, owner_id: uuid.UUID) -> list[tuple[ScopeKind, uuid.UUID, str]]:
    """What a task can be asked for with: things of the owner that our authority knows of."""
    asked = scopes.Asked(task, owner_id, mandate().organisation_id)
    return [(kind, *each) for kind in rules.TASK_KINDS[task] for each in scopes.choices(kind, asked)]


@bp.route("/joint/grants/new", methods=["GET", "POST"])
@requires(Permission.GRANT_PROPOSE)
def new() -> Any:
    """Ask another authority for access: first for what, then the rest."""
    actor, today = mandate(), clock.helsinki_date(clock.now())
    ask = AskForm(request.args).offer_choices(queries.other_authorities(actor.organisation_id))
    asked = ask.asked if request.args else None
    if asked is None:
        return render_template("grants/ask.html", ask=ask)
    form = ProposeForm(
        person=actor.person_id, first_day=today, last_day=today + clock.timedelta(days=90)
    ).offer_choices(_things(*asked), queries.people_for(actor.organisation_id, asked[0], today))
    if done := submitted(form, lambda: service.propose(form.details(*asked), by=actor)):
        flash(_("The proposal is sent. The other authority answers it."), "success")
        return redirect(url_for(".show", grant_id=done.id))
    words = {"task": ask.task.data, "owner": ask.owner.data}
    return render_template("grants/new.html", form=form, ask=ask, words=words, models=models), status_of(form)


def _page(grant: Grant, form: Any = None, refuse_form: RefuseForm | None = None) -> str:
    actor = mandate()
    is_owner = actor.organisation_id == grant.owner_id
    return render_template(
        "grants/show.html",
        grant=grant,
        thing=scopes.titles([grant]).get(grant.scope_id),
        page=scopes.page_of(grant) if grant.id in {each.id for each in actor.grants} else None,
        uses=queries.uses_of(grant.owner_id, UsesWanted(grant_id=grant.id), None, 20),
        is_owner=is_owner,
        today=clock.helsinki_date(clock.now()),
        form=form,
        refuse_form=refuse_form or RefuseForm(),
        models=models,
        Permission=Permission,
    )


@bp.get("/joint/grants/<uuid:grant_id>")
@requires(Permission.GRANT_READ, on=queries.grant)
def show(grant: Grant) -> Any:
    """One access right: who, what, until when, and how it was used."""
    return _page(grant)


@bp.post("/joint/grants/<uuid:grant_id>/give")
@requires(Permission.GRANT_ANSWER, on=queries.grant)
def give(grant: Grant) -> Any:
    """Give the access."""
    form = EmptyForm()
    if submitted(form, lambda: service.give(grant, by=mandate())):
        flash(_("The access is given. It ends by itself after its last day."), "success")
        return redirect(url_for(".show", grant_id=grant.id))
    return _page(grant, form=form), 422


@bp.post("/joint/grants/<uuid:grant_id>/refuse")
@requires(Permission.GRANT_ANSWER, on=queries.grant)
def refuse(grant: Grant) -> Any:
    """Do not give the access."""
    form = RefuseForm()
    if submitted(form, lambda: service.refuse(grant, form.reason.data, by=mandate())):
        flash(_("The access is refused. The other authority gets your reason."), "success")
        return redirect(url_for(".show", grant_id=grant.id))
    return _page(grant, refuse_form=form), 422


@bp.post("/joint/grants/<uuid:grant_id>/withdraw")
@requires(Permission.GRANT_WITHDRAW, on=queries.grant)
def withdraw(grant: Grant) -> Any:
    """End the access now."""
    form = EmptyForm()
    if submitted(form, lambda: service.withdraw(grant, by=mandate())):
        flash(_("The access has ended."), "success")
        return redirect(url_for(".show", grant_id=grant.id))
    return _page(grant, form=form), 422


@bp.get("/joint/grants/uses")
@requires(Permission.USE_LIST)
def uses() -> Any:
    """What people of other authorities did with our data, newest first."""
    owner_id = mandate().organisation_id
    form = UsesForm(request.args).offer_choices(queries.other_authorities(owner_id))
    rows = queries.uses_of(owner_id, form.wanted(), request.args.get("before", type=int), USES_SIZE + 1)
    shown = rows[:USES_SIZE]
    return render_template(
        "grants/uses.html",
        form=form,
        uses=shown,
        given={name: value for name, value in request.args.items() if name != "before"},
        more=shown[-1][0].seq if len(rows) > USES_SIZE else None,
        models=models,
        size=USES_SIZE,
    )
