"""Preparing a meeting: the expert's invitations, and the customer's page."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for

from core import audit, clock
from core.i18n import current_language
from core.web.access import mandate, public, requires
from core.web.submitting import status_of, submitted
from orders import links
from orders import queries as order_queries
from orders import titles as order_titles
from orders.preparing import queries, service, titles
from orders.preparing.forms import InviteForm, PrepareForm
from orders.preparing.models import PreparedAnswers
from orders.preparing.policy import Permission
from orders.views.choose import customer_page, over

bp = Blueprint("preparing", __name__)

FRESH_LINK = "fresh_preparation_link"
SAVED = "saved_preparation"


@bp.route("/prepare/<token>", methods=["GET", "POST"])
@customer_page
@public
def prepare(token: str) -> Any:
    """Short questions before the meeting; what is saved can be changed until then."""
    try:
        prepared = service.usable(token)
        places = {each for row in order_queries.categories_to_order_from(prepared.authority_id) for each in row.areas}
        form = PrepareForm().offer_choices(sorted(places))
        if submitted(form, lambda: service.save(token, form.answers(), language=current_language())):
            session[SAVED] = token
            return redirect(url_for(".prepare", token=token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    if request.method == "GET" and (answers := service.opened(prepared)) is not None:
        form.show(answers)
    was_saved = session.pop(SAVED, None) == token
    page = render_template("preparing/prepare.html", form=form, token=token, prepared=prepared, was_saved=was_saved)
    return page, status_of(form)


@bp.route("/expert/preparations", methods=["GET", "POST"])
@requires(Permission.PREPARE_INVITE)
def preparations() -> Any:
    """The expert's invitations, newest first, and a new one."""
    form = InviteForm()
    made = submitted(
        form, lambda: service.invite(form.customer_reference.data.strip(), form.meeting_on.data, by=mandate())
    )
    if made:
        session[FRESH_LINK] = [str(made.prepared.id), made.token, clock.now().timestamp() + 15 * 60]
        return redirect(url_for(".preparation", prepared_id=made.prepared.id))
    rows = queries.prepared_page(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    page = render_template(
        "preparing/preparations.html",
        form=form,
        rows=shown,
        now=clock.now(),
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
    )
    return page, status_of(form)


@bp.get("/expert/preparations/<uuid:prepared_id>")
@requires(Permission.PREPARE_READ, on=queries.prepared)
def preparation(prepared: PreparedAnswers) -> Any:
    """The link while it is fresh, and what the customer answered; who reads it is logged."""
    fresh = session.get(FRESH_LINK)
    address = None
    if fresh and fresh[0] == str(prepared.id) and clock.now().timestamp() < fresh[2]:
        address = links.address("prepare", fresh[1])
    answers = service.opened(prepared)
    if answers is not None:
        audit.saw("prepared_answers.answers", prepared, actor=mandate())
    return render_template(
        "preparing/preparation.html",
        prepared=prepared,
        address=address,
        picture=links.qr_code(address) if address else None,
        answers=answers,
        titles=titles,
        order_titles=order_titles,
    )
