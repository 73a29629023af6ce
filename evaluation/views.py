"""The expert's page of one order's feedback and result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for

from core import clock
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.access import mandate, requires
from core.web.submitting import submitted
from core.web.workspaces import SidePanel
from evaluation import measures, queries
from evaluation.collecting import queries as collecting_queries
from evaluation.collecting import service as collecting
from evaluation.collecting.forms import ExpertFeedbackForm, NoteForm, PointForm
from evaluation.collecting.models import FeedbackAlert
from evaluation.collecting.policy import Permission
from evaluation.collecting.views.order import feedback_facts
from evaluation.outcomes import service as outcomes
from evaluation.outcomes.models import OUTCOME_TITLES
from orders import links
from orders import queries as order_queries
from orders.models import BEGUN, DELIVERED, Order

bp = Blueprint("evaluation", __name__)
FRESH_LINK = "fresh_feedback_link"


def _facts(order: Order) -> dict[str, Any]:
    """What is known of an order's results, for the expert."""
    request, expert_feedback, outcome = queries.facts_of(order.id, outcomes.WINDOW_MONTHS)
    due_on = measures.months_after(order.planned_end_on, outcomes.WINDOW_MONTHS)
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
        address_point=fresh[2] if address and fresh else None,
        note_form=forms.get("note_form") or NoteForm(),
        is_delivered=order.state in DELIVERED,
        expert_form=forms.get("expert_form") or ExpertFeedbackForm(),
        form=forms.get("form"),
        **feedback_facts(order, mandate()),
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
    form = PointForm()
    token = submitted(form, lambda: collecting.renew_feedback_link(order, by=mandate(), point=form.chosen()))
    if token:
        session[FRESH_LINK] = [str(order.id), token, form.chosen().value]
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
    collecting.give_expert_feedback(order, **grades, has_conflict=form.has_conflict.data, by=mandate())


@bp.post("/expert/feedback-alerts/<uuid:alert_id>/handle")
@requires(Permission.FEEDBACK_ALERT_HANDLE, on=collecting_queries.alert)
def handle_alert(alert: FeedbackAlert) -> Any:
    """What was done for a customer who was not satisfied."""
    form = NoteForm()
    if submitted(form, lambda: collecting.handle(alert, form.note.data, by=mandate())):
        flash(_("It is saved what was done."), "success")
        return redirect(url_for(".order_evaluation", order_id=alert.order_id))
    return _page(alert.order, note_form=form), 422
