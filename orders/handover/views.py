"""Handing the work of an absent expert over: whose, to whom, what moves, done."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import audit, clock
from core.i18n import gettext as _
from core.identity.models import Role
from core.identity.queries import holders, person
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from orders.handover import queries, service
from orders.handover.forms import ROWS, HandoverForm, WhoseForm
from orders.handover.models import Handover
from orders.handover.policy import Permission
from orders.handover.queries import Caseload

bp = Blueprint("handover", __name__)


@bp.get("/handovers")
@requires(Permission.HANDOVER_LIST)
def handovers() -> Any:
    """The handovers of the authority, newest first, and the way to a new one."""
    actor = mandate()
    rows = queries.page_of(actor, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    form = None
    if actor.role is Role.COORDINATOR:
        form = WhoseForm(request.args)
        experts = holders(actor.organisation_id, clock.helsinki_date(clock.now()), Role.EXPERT)
        form.person.choices = options((each.id, each.name) for each in experts)
        if form.person.data and form.validate():
            return redirect(url_for(".new_handover", expert_id=form.person.data))
    return render_template(
        "handover/handovers.html",
        rows=shown,
        form=form,
        own_id=actor.person_id,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
    )


@bp.route("/handovers/new/<uuid:expert_id>", methods=["GET", "POST"])
@requires(Permission.HANDOVER_MAKE, on=queries.caseload)
def new_handover(caseload: Caseload) -> Any:
    """To whom, a preview, and the one act."""
    actor = mandate()
    colleagues = [
        each
        for each in holders(actor.organisation_id, clock.helsinki_date(clock.now()), Role.EXPERT)
        if each.id != caseload.person.id
    ]
    form = HandoverForm().offer_choices(colleagues)
    is_sure = "sure" in request.form
    verb = service.hand_over if is_sure else service.preview
    done = submitted(form, lambda: verb(caseload, form.shares(), by=actor))
    if done and is_sure:
        flash(_("The work is handed over. The receivers get a message."), "success")
        return redirect(url_for(".handover", handover_id=done.id))
    planned = done if isinstance(done, list) else None
    for each in planned or ():
        audit.saw("need.customer_reference", each.need, actor=actor)
    page = render_template(
        "handover/new.html",
        caseload=caseload,
        form=form,
        rows=ROWS,
        planned=planned,
        names={each.id: each.name for each in colleagues},
        number=len(queries.live_needs(actor.organisation_id, caseload.person.id)),
    )
    return page, 200 if done else status_of(form)


@bp.get("/handovers/<uuid:handover_id>")
@requires(Permission.HANDOVER_READ, on=queries.handover)
def handover(row: Handover) -> Any:
    """One handover: what moved to whom, and what stayed."""
    maker = person(row.made_by)
    return render_template("handover/handover.html", row=row, maker=maker)
