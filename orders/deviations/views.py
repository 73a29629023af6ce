"""Pages of deviations: one list and one page for all who take part; each sees the acts that are theirs."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import audit, policy
from core.i18n import gettext as _
from core.identity.mandates import Mandate
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from core.web.workspaces import SidePanel
from orders import queries as order_queries
from orders.deviations import models, queries, service
from orders.deviations.forms import (
    AnswerDeviationForm,
    CloseForm,
    ConfirmForm,
    DeviationFilter,
    OpenForm,
    OpenInGeneralForm,
    WordsForm,
)
from orders.deviations.models import Deviation, DeviationState, Severity
from orders.deviations.policy import Permission
from orders.models import Order

bp = Blueprint("deviations", __name__)

#: What each step is called.
STEPS = {
    "open": models.DEVIATION_STATE_TITLES[DeviationState.OPENED],
    "answer": models.DEVIATION_STATE_TITLES[DeviationState.ANSWERED],
    "dispute": models.DEVIATION_STATE_TITLES[DeviationState.DISPUTED],
    "lapse": models.DEVIATION_STATE_TITLES[DeviationState.UNANSWERED],
    "correct": models.DEVIATION_STATE_TITLES[DeviationState.CORRECTED],
    "confirm": models.DEVIATION_STATE_TITLES[DeviationState.CONFIRMED],
    "withdraw": models.DEVIATION_STATE_TITLES[DeviationState.WITHDRAWN],
    "close": models.DEVIATION_STATE_TITLES[DeviationState.CLOSED],
}


@bp.get("/deviations")
@requires(Permission.DEVIATION_LIST)
def deviations() -> Any:
    """The deviations of the authority, or of the supplier, newest first."""
    form = DeviationFilter(request.args)
    query = queries.filtered(
        mandate(),
        state=request.args.get("state", type=DeviationState),
        severity=request.args.get("severity", type=Severity),
        category_id=request.args.get("category", type=uuid.UUID),
    )
    rows = queries.page_of(query, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "deviations/deviations.html",
        form=form,
        rows=shown,
        models=models,
        may_open=policy.is_allowed(mandate(), Permission.DEVIATION_OPEN_IN_GENERAL),
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        asked={name: value for name, value in request.args.items() if name in ("state", "severity", "category")},
    )


def _page(deviation: Deviation, **forms: Any) -> str:
    actor = mandate()
    audit.saw("deviation.words", deviation, actor=actor)
    steps = [(each, STEPS[each.action], service.words_of(each)) for each in queries.steps_of(deviation.id)]
    given = {
        "answer": AnswerDeviationForm,
        "correct": WordsForm,
        "confirm": ConfirmForm,
        "withdraw": WordsForm,
        "close": CloseForm,
    }
    allowed = {each for each in Permission if policy.is_allowed(actor, each, deviation)}
    return render_template(
        "deviations/deviation.html",
        deviation=deviation,
        steps=steps,
        models=models,
        order_page=_order_page(deviation, actor),
        permissions=Permission,
        allowed=allowed,
        forms={name: forms.get(name) or kind(prefix=f"{name}-") for name, kind in given.items()},
    )


def _order_page(deviation: Deviation, actor: Mandate) -> str | None:
    """Where the order is shown to this reader."""
    if deviation.order_id is None or actor.role not in ("expert", "provider"):
        return None
    endpoint = "orders.expert_order" if actor.role == "expert" else "orders.provider_order"
    return url_for(endpoint, order_id=deviation.order_id)


@bp.get("/deviations/<uuid:deviation_id>")
@requires(Permission.DEVIATION_READ, on=queries.deviation)
def deviation(deviation: Deviation) -> Any:
    """One deviation with its steps, and what the reader can do."""
    return _page(deviation)


def _open(form: OpenForm, verb: Callable[[], Deviation], **about: Any) -> Any:
    done = submitted(form, verb)
    if done:
        flash(_("The deviation is opened."), "success")
        return redirect(url_for("deviations.deviation", deviation_id=done.id))
    return render_template("deviations/open.html", form=form, **about), status_of(form)


@bp.route("/expert/orders/<uuid:order_id>/deviations/new", methods=["GET", "POST"])
@requires(Permission.DEVIATION_OPEN, on=order_queries.order)
def open_on_order(order: Order) -> Any:
    """Open a deviation on an order."""
    form = OpenForm()
    return _open(
        form,
        lambda: service.open_on_order(order, Severity(form.severity.data), form.text.data.strip(), by=mandate()),
        order=order,
    )


@bp.route("/provider/orders/<uuid:order_id>/deviations/new", methods=["GET", "POST"])
@requires(Permission.DEVIATION_REPORT, on=order_queries.order)
def report_own(order: Order) -> Any:
    """The provider tells itself."""
    form = OpenForm()
    return _open(
        form,
        lambda: service.report_own(order, Severity(form.severity.data), form.text.data.strip(), by=mandate()),
        order=order,
    )


@bp.route("/procurement/deviations/new", methods=["GET", "POST"])
@requires(Permission.DEVIATION_OPEN_IN_GENERAL)
def open_in_general() -> Any:
    """Open a deviation on a supplier in a category."""
    rows = queries.admitted_to(mandate().organisation_id)
    form = OpenInGeneralForm().offer_choices(rows)

    def verb() -> Deviation:
        chosen = next(each for each in rows if str(each.id) == form.qualification.data)
        return service.open_in_general(chosen, Severity(form.severity.data), form.text.data.strip(), by=mandate())

    return _open(form, verb, order=None)


def _act(deviation: Deviation, name: str, form: Any, verb: Callable[[], None], done: str) -> Any:
    if submitted(form, verb):
        flash(done, "success")
        return redirect(url_for("deviations.deviation", deviation_id=deviation.id))
    return _page(deviation, **{name: form}), 422


@bp.post("/deviations/<uuid:deviation_id>/answer")
@requires(Permission.DEVIATION_ANSWER, on=queries.deviation)
def answer(deviation: Deviation) -> Any:
    """The provider's answer."""
    form = AnswerDeviationForm(prefix="answer-")
    return _act(
        deviation,
        "answer",
        form,
        lambda: service.answer(deviation, form.text.data.strip(), disputes=form.stance.data == "dispute", by=mandate()),
        _("Your answer is sent."),
    )


@bp.post("/deviations/<uuid:deviation_id>/correct")
@requires(Permission.DEVIATION_ANSWER, on=queries.deviation)
def correct(deviation: Deviation) -> Any:
    """It has been put right."""
    form = WordsForm(prefix="correct-")
    return _act(
        deviation,
        "correct",
        form,
        lambda: service.correct(deviation, form.text.data.strip(), by=mandate()),
        _("The correction is sent."),
    )


@bp.post("/deviations/<uuid:deviation_id>/confirm")
@requires(Permission.DEVIATION_SETTLE, on=queries.deviation)
def confirm(deviation: Deviation) -> Any:
    """It happened, and it counts."""
    form = ConfirmForm(prefix="confirm-")
    return _act(
        deviation,
        "confirm",
        form,
        lambda: service.confirm(deviation, form.given_severity(), form.text.data.strip(), by=mandate()),
        _("The deviation is confirmed. It counts in the quality record."),
    )


@bp.post("/deviations/<uuid:deviation_id>/withdraw")
@requires(Permission.DEVIATION_WITHDRAW, on=queries.deviation)
def withdraw(deviation: Deviation) -> Any:
    """It is withdrawn, and never counts."""
    form = WordsForm(prefix="withdraw-")
    return _act(
        deviation,
        "withdraw",
        form,
        lambda: service.withdraw(deviation, form.text.data.strip(), by=mandate()),
        _("The deviation is withdrawn."),
    )


@bp.post("/deviations/<uuid:deviation_id>/close")
@requires(Permission.DEVIATION_SETTLE, on=queries.deviation)
def close(deviation: Deviation) -> Any:
    """What follows."""
    form = CloseForm(prefix="close-")
    return _act(
        deviation,
        "close",
        form,
        lambda: service.close(deviation, form.given_consequence(), form.text.data.strip(), by=mandate()),
        _("The deviation is closed."),
    )


def order_panel(order: Order, actor: Mandate) -> SidePanel | None:
    """On the page of an order: its deviations, and the way to open one."""
    rows = queries.of_order(order.id)
    return SidePanel("deviations/_order_panel.html", {"order": order, "rows": rows, "models": models})
