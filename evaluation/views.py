"""The customer's feedback page, the expert's page of results, and the provider's own quality."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for

from core import clock
from core.i18n import current_language
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.mandates import Mandate
from core.web.access import mandate, public, requires
from core.web.submitting import status_of, submitted
from core.web.workspaces import SidePanel
from evaluation import measures, queries, service
from evaluation.forms import ExpertFeedbackForm, FeedbackForm, OutcomeForm
from evaluation.models import OUTCOME_TITLES, EnoughHelp, OutcomeState
from evaluation.policy import Permission
from orders import links, pictures
from orders import queries as order_queries
from orders.models import BEGUN, DELIVERED, Order
from orders.views.choose import customer_page, over

bp = Blueprint("evaluation", __name__)

ANSWERED = "answered_feedback"
FRESH_LINK = "fresh_feedback_link"


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


def _facts(order: Order) -> dict[str, Any]:
    """What is known of an order's results, for the expert."""
    request, expert_feedback, outcome = queries.facts_of(order.id, service.WINDOW_MONTHS)
    due_on = measures.months_after(order.planned_end_on, service.WINDOW_MONTHS)
    return {
        "request": request,
        "expert_feedback": expert_feedback,
        "outcome": outcome,
        "outcome_due_on": due_on,
        "outcome_is_due": outcome is None and clock.helsinki_date(clock.now()) >= due_on,
        "outcome_titles": OUTCOME_TITLES,
    }


def order_panel(order: Order, actor: Mandate) -> SidePanel | None:
    """On the page of an order that began: what is known, and the way to the rest."""
    if order.state not in BEGUN:
        return None
    return SidePanel("evaluation/_order_panel.html", {"order": order, **_facts(order)})


def _page(order: Order, **forms: Any) -> str:
    fresh = session.pop(FRESH_LINK, None)
    address = links.address("feedback", fresh[1]) if fresh and fresh[0] == str(order.id) else None
    return render_template(
        "evaluation/order.html",
        order=order,
        address=address,
        picture=links.qr_code(address) if address else None,
        is_delivered=order.state in DELIVERED,
        expert_form=forms.get("expert_form") or ExpertFeedbackForm(),
        outcome_form=forms.get("outcome_form") or OutcomeForm(),
        form=forms.get("form"),
        **_facts(order),
    )


@bp.get("/expert/orders/<uuid:order_id>/evaluation")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
def order_evaluation(order: Order) -> Any:
    """The customer's link, the expert's grades, the result after three months."""
    return _page(order)


@bp.post("/expert/orders/<uuid:order_id>/feedback-link")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
def feedback_link(order: Order) -> Any:
    """A fresh link for the customer, shown once."""
    form = EmptyForm()
    token = submitted(form, lambda: service.renew_feedback_link(order, by=mandate()))
    if token:
        session[FRESH_LINK] = [str(order.id), token]
        return redirect(url_for(".order_evaluation", order_id=order.id))
    return _page(order, form=form), 422


@bp.post("/expert/orders/<uuid:order_id>/expert-feedback")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
def expert_feedback(order: Order) -> Any:
    """The expert's three grades."""
    form = ExpertFeedbackForm()
    if submitted(form, lambda: _grade(order, form)):
        flash(_("Your grades are saved."), "success")
        return redirect(url_for(".order_evaluation", order_id=order.id))
    return _page(order, expert_form=form), 422


def _grade(order: Order, form: ExpertFeedbackForm) -> None:
    grades = {name: int(form[name].data) for name in ("fit", "cooperation", "report")}
    service.give_expert_feedback(order, **grades, by=mandate())


@bp.post("/expert/orders/<uuid:order_id>/outcome")
@requires(Permission.EVALUATION_GIVE, on=order_queries.order)
def outcome(order: Order) -> Any:
    """Where the customer is three months after the planned end."""
    form = OutcomeForm()
    if submitted(form, lambda: service.record_outcome(order, OutcomeState(form.state.data), by=mandate())):
        flash(_("The result is saved."), "success")
        return redirect(url_for(".order_evaluation", order_id=order.id))
    return _page(order, outcome_form=form), 422


@bp.get("/provider/quality")
@requires(Permission.QUALITY_OWN)
def own_quality() -> Any:
    """The supplier's own quality record, as published."""
    actor = mandate()
    records = order_queries.own_records(actor.organisation_id)
    return render_template(
        "evaluation/own_quality.html",
        records=records,
        name=actor.organisation_name,
        pictures=pictures,
        months=service.WINDOW_MONTHS,
    )
