"""The customer's pages: by link, and at a tablet of a service point."""

from __future__ import annotations

import uuid
from typing import Any

from flask import current_app, make_response, redirect, render_template, request, send_from_directory, session, url_for

from core import clock
from core.errors import NotFound
from core.i18n import current_language
from core.web.access import public
from core.web.submitting import status_of, submitted
from evaluation.collecting import service
from evaluation.collecting.forms import FeedbackForm, TabletForm
from evaluation.collecting.service import points
from evaluation.collecting.views import bp
from orders import links
from orders.views.choose import customer_page, over

ANSWERED = "answered_feedback"


@bp.route("/feedback/<token>", methods=["GET", "POST"])
@customer_page
@public
def feedback(token: str) -> Any:
    """Three questions; only sending uses the link up."""
    if session.get(ANSWERED) == token:
        session.pop(ANSWERED)
        return render_template("customer/feedback_thanks.html")
    form = FeedbackForm()
    try:
        asked = service.usable(token)
        if submitted(form, lambda: _give(token, form)):
            session[ANSWERED] = token
            return redirect(url_for(".feedback", token=token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    page = render_template(
        "customer/feedback.html", form=form, token=token, order=asked.order, is_end=asked.point == "end"
    )
    return page, status_of(form)


def _give(token: str, form: FeedbackForm) -> None:
    service.give_feedback(
        token,
        **form.answer(),
        language=current_language(),
        expert_may_read=form.expert_may_read.data,
        address=request.remote_addr,
    )


@bp.route("/kiosk/feedback/<token>", methods=["GET", "POST"])
@customer_page
@public
def tablet(token: str) -> Any:
    """One question after another; the script keeps answers while there is no connection, and it works without."""
    try:
        point = points.point_of(token)
    except NotFound as error:
        return over(error)
    if request.args.get("thanks"):
        return render_template("collecting/tablet_thanks.html", token=token, point=point)
    form = TabletForm(sent_id=str(uuid.uuid4()))
    if submitted(form, lambda: _answer(token, form)):
        return redirect(url_for(".tablet", token=token, thanks=1))
    return render_template("collecting/tablet.html", form=form, token=token, point=point), status_of(form)


def _answer(token: str, form: TabletForm) -> None:
    points.answer_at_point(
        token,
        form.given_id(),
        **form.answer(),
        answered_at=clock.now(),
        language=current_language(),
        address=request.remote_addr,
    )


@bp.get("/kiosk/feedback-worker.js")
@public
def tablet_worker() -> Any:
    """The tablet's own copy of its page; it stands here so that it may answer for the pages under /kiosk."""
    response = make_response(send_from_directory(current_app.static_folder or "", "kiosk-worker.js"))
    response.headers["Cache-Control"] = "no-cache"
    return response
