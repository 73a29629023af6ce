"""The customer's feedback page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, session, url_for

from core.i18n import current_language
from core.web.access import public
from core.web.submitting import status_of, submitted
from evaluation.collecting import service
from evaluation.collecting.forms import FeedbackForm
from evaluation.collecting.models import EnoughHelp
from orders import links
from orders.views.choose import customer_page, over

bp = Blueprint("feedback_pages", __name__)
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
        request = service.usable(token)
        if submitted(form, lambda: _give(token, form)):
            session[ANSWERED] = token
            return redirect(url_for(".feedback", token=token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    return render_template("customer/feedback.html", form=form, token=token, order=request.order), status_of(form)


def _give(token: str, form: FeedbackForm) -> None:
    service.give_feedback(
        token,
        int(form.recommendation.data),
        EnoughHelp(form.enough_help.data),
        (form.comment.data or "").strip(),
        language=current_language(),
    )
