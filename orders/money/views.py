"""Pages of money: parts and disputes of an order, results, orders beyond the budget, invoice basis, cost."""

from __future__ import annotations

import uuid
from datetime import date
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import audit, clock
from core.files import service as files
from core.i18n import current_language
from core.i18n import gettext as _
from core.identity import queries as identity_queries
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from core.web.workspaces import SidePanel
from orders import attachments
from orders import queries as order_queries
from orders.models import (
    LINE_STATE_TITLES,
    Choice,
    ChoiceAnswer,
    ChosenBy,
    DeliveryLine,
    Dispute,
    LineState,
    Need,
    Order,
    OrderState,
)
from orders.money import overview, queries, rules, service, sheets, titles
from orders.money.forms import (
    AmountsForm,
    AnswerForm,
    BatchForm,
    OutcomeForm,
    PartForm,
    PeriodForm,
    ReasonForm,
    amounts_form,
)
from orders.money.kinds import ResultKind
from orders.money.models import (
    OUTCOME_STATE_TITLES,
    OVER_BUDGET_STATE_TITLES,
    InvoiceBatch,
    OutcomePayment,
    OverBudgetRequest,
)
from orders.money.policy import Permission
from orders.money.service.disputes import total
from orders.service import delivering

bp = Blueprint("money", __name__)


# ---- an order's money ----


def figures(order: Order) -> dict[str, Any]:
    """What the pages of an order show of its money."""
    lines = queries.lines_of(order.id)
    live = [each for each in lines if each.state is not LineState.RETURNED]
    names = titles.part_names(order.category)
    parts = [
        {
            "kind": part.kind,
            "name": titles.name_of(names, part.kind, part.code),
            "amount": part.amount,
            "reported": sum(each.amount for each in live if (each.kind, each.code) == part.key),
            "accepted": sum(
                each.amount for each in live if (each.kind, each.code) == part.key and each.state is LineState.ACCEPTED
            ),
        }
        for part in rules.parts_of(order)
    ]
    outcomes = queries.outcomes_of(order.id)
    return {
        "order": order,
        "parts": parts,
        "lines": lines,
        "names": {each.id: titles.name_of(names, each.kind, each.code) for each in lines},
        "disputes": queries.disputes_of(order.id),
        "outcomes": [(each, service.evidence_of(each)) for each in outcomes],
        "outcome_names": {each.code: names.get(("outcome", each.code), each.code) for each in outcomes},
        "line_titles": LINE_STATE_TITLES,
        "outcome_titles": OUTCOME_STATE_TITLES,
        "tones": titles,
        "total": total,
    }


def order_panel(order: Order, actor: Mandate) -> SidePanel | None:
    """The parts of the price, disputes and results on the expert's page of an order."""
    if order.started_on is None:
        return None
    return SidePanel("money/_order.html", figures(order))


def _waiting_lines(order: Order) -> list[DeliveryLine]:
    live = queries.live_lines(order.id)
    return [each for each in live if each.state is LineState.REPORTED and each.delivery_id]


def _to_expert(order: Order, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for("orders.expert_order", order_id=order.id))


@bp.post("/expert/delivery-lines/<uuid:delivery_line_id>/accept")
@requires(Permission.LINE_ANSWER, on=queries.line)
def accept_part(line: DeliveryLine) -> Any:
    """Accept a start fee or a milestone."""
    delivering.accept_part(line, by=mandate())
    return _to_expert(line.order, _("The part is accepted. The provider can invoice it."))


@bp.route("/expert/delivery-lines/<uuid:delivery_line_id>/return", methods=["GET", "POST"])
@requires(Permission.LINE_ANSWER, on=queries.line)
def return_part(line: DeliveryLine) -> Any:
    """Send a part back, telling why."""
    form = ReasonForm()
    if submitted(form, lambda: delivering.return_part(line, form.reason.data, by=mandate())):
        return _to_expert(line.order, _("The part is sent back. The provider gets a message."))
    name = titles.name_of(titles.part_names(line.order.category), line.kind, line.code)
    words = {
        "title": _("Send a part back"),
        "text": _("%(part)s, order %(number)s", part=name, number=line.order.reference),
    }
    page = render_template("money/reason.html", form=form, order=line.order, button=_("Send the part back"), **words)
    return page, status_of(form)


def _dispute(order: Order, form: AmountsForm, lines: list[DeliveryLine]) -> Dispute:
    """A first proposal, or a new one after the provider's answer."""
    verb = service.renew_dispute if order.state is OrderState.DISPUTED else service.dispute
    return verb(order, form.amounts(lines), form.reason.data, by=mandate())


@bp.route("/expert/orders/<uuid:order_id>/dispute", methods=["GET", "POST"])
@requires(Permission.DISPUTE_HANDLE, on=order_queries.order)
def dispute(order: Order) -> Any:
    """Tell what one would pay of each line, and why."""
    lines = _waiting_lines(order)
    form = amounts_form(AmountsForm, lines, order)
    if submitted(form, lambda: _dispute(order, form, lines)):
        return _to_expert(order, _("The dispute is sent to the provider."))
    return render_template("money/dispute.html", order=order, form=form, lines=lines), status_of(form)


@bp.post("/expert/orders/<uuid:order_id>/settle")
@requires(Permission.DISPUTE_HANDLE, on=order_queries.order)
def settle(order: Order) -> Any:
    """Agree with the provider's answer."""
    service.settle_dispute(order, by=mandate())
    return _to_expert(order, _("The dispute is settled. Accept the delivered service next."))


@bp.post("/expert/outcome-payments/<uuid:outcome_payment_id>/confirm")
@requires(Permission.OUTCOME_ANSWER, on=queries.outcome)
def confirm_outcome(payment: OutcomePayment) -> Any:
    """Confirm a result."""
    service.confirm_outcome(payment, by=mandate())
    return _to_expert(payment.order, _("The result is confirmed. The provider can invoice it."))


@bp.route("/expert/outcome-payments/<uuid:outcome_payment_id>/refuse", methods=["GET", "POST"])
@requires(Permission.OUTCOME_ANSWER, on=queries.outcome)
def refuse_outcome(payment: OutcomePayment) -> Any:
    """Refuse the evidence, telling why."""
    form = ReasonForm()
    if submitted(form, lambda: service.refuse_outcome(payment, form.reason.data, by=mandate())):
        return _to_expert(payment.order, _("The evidence is refused. The provider gets a message."))
    words = {"title": _("Refuse the evidence"), "text": service.evidence_of(payment) or ""}
    page = render_template("money/reason.html", form=form, order=payment.order, button=_("Refuse"), **words)
    return page, status_of(form)


@bp.get("/outcome-payments/<uuid:outcome_payment_id>/file")
@requires(Permission.OUTCOME_READ, on=queries.outcome)
def outcome_file(payment: OutcomePayment) -> Response:
    """The file of the evidence; the reading is recorded."""
    if payment.file is None:
        abort(404)
    audit.saw("outcome.evidence", payment, actor=mandate())
    content = BytesIO(files.content_of(payment.file))
    return send_file(content, mimetype=payment.file.media_type, as_attachment=True, download_name=payment.file.name)


# ---- the provider's side ----


def _provider_page(order: Order, **forms: Any) -> str:
    lines = _waiting_lines(order)
    live = queries.live_dispute(order.id)
    answer_form = forms.get("answer_form") or (amounts_form(AnswerForm, lines, order) if live else None)
    return render_template(
        "money/provider_order.html",
        part_form=forms.get("part_form") or PartForm().offer_choices(order),
        answer_form=answer_form,
        outcome_form=forms.get("outcome_form") or OutcomeForm(formdata=None),
        claimed=forms.get("claimed"),
        live=live,
        may_report=order.state in delivering.RUNNING,
        **figures(order),
    )


@bp.get("/provider/orders/<uuid:order_id>/money")
@requires(Permission.LINE_REPORT, on=order_queries.order)
def provider_order(order: Order) -> Any:
    """The parts of the price, disputes and results of one order."""
    return _provider_page(order)


def _to_provider(order: Order, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".provider_order", order_id=order.id))


@bp.post("/provider/orders/<uuid:order_id>/parts")
@requires(Permission.LINE_REPORT, on=order_queries.order)
def report_part(order: Order) -> Any:
    """Report a start fee or a milestone."""
    form = PartForm().offer_choices(order)
    if submitted(form, lambda: delivering.report_part(order, form.line(), by=mandate())):
        return _to_provider(order, _("The part is sent to the expert."))
    return _provider_page(order, part_form=form), 422


@bp.post("/provider/orders/<uuid:order_id>/answer-dispute")
@requires(Permission.DISPUTE_ANSWER, on=order_queries.order)
def answer_dispute(order: Order) -> Any:
    """Agree with the expert, or say what is right."""
    lines = _waiting_lines(order)
    form = amounts_form(AnswerForm, lines, order)

    def answer() -> Dispute:
        amounts = None if form.agrees.data == "yes" else form.amounts(lines)  # type: ignore[attr-defined]
        return service.answer_dispute(order, amounts, form.reason.data or "", by=mandate())

    if submitted(form, answer):
        return _to_provider(order, _("Your answer is sent to the expert."))
    return _provider_page(order, answer_form=form), 422


@bp.post("/provider/outcome-payments/<uuid:outcome_payment_id>/claim")
@requires(Permission.OUTCOME_CLAIM, on=queries.outcome)
def claim_outcome(payment: OutcomePayment) -> Any:
    """Claim a payment with the evidence of the result."""
    form = OutcomeForm()

    def claim() -> None:
        upload = form.file.data
        content = files.read_limited(upload.stream, limit=attachments.LARGEST, field="file") if upload else None
        evidence = service.Evidence(
            happened_on=form.happened_on.data,
            text=form.text.data,
            result=ResultKind(form.result.data),
            content=content,
            file_name=upload.filename if upload else "",
        )
        service.claim_outcome(payment, evidence, by=mandate())

    if submitted(form, claim):
        return _to_provider(payment.order, _("The evidence is sent to the expert."))
    return _provider_page(payment.order, outcome_form=form, claimed=payment.id), 422


# ---- beyond the budget ----


def _wanted(need: Need) -> dict[str, Any]:
    """What would be ordered now: what the customer chose, else what stands first by the rule."""
    choice: Choice | None = order_queries.newest_choice(need.id)
    if choice is None or choice.answer is not ChoiceAnswer.CHOSEN:
        return {"choice": None, "chosen_by": ChosenBy.RULE}
    return {"choice": choice, "chosen_by": ChosenBy.CUSTOMER}


@bp.route("/expert/needs/<uuid:need_id>/over-budget", methods=["GET", "POST"])
@requires(Permission.BEYOND_ASK, on=order_queries.need)
def ask_over_budget(need: Need) -> Any:
    """Ask a decision maker for an order that the money left does not cover."""
    form = ReasonForm()
    wanted = service.beyond.wanted(need, **_wanted(need))
    if wanted and submitted(form, lambda: service.beyond.ask_for(need, wanted, form.reason.data, by=mandate())):
        flash(_("The request is on the decision maker's desk."), "success")
        return redirect(url_for("orders.need", need_id=need.id))
    asked = queries.over_budget_of_need(need.id)
    budget = order_queries.budget(need.authority_id, need.category_id, wanted.start.starts_on.year) if wanted else None
    page = render_template(
        "money/ask.html",
        need=need,
        form=form,
        wanted=wanted,
        budget=budget,
        asked=asked,
        states=OVER_BUDGET_STATE_TITLES,
    )
    return page, status_of(form)


@bp.get("/procurement/over-budget")
@requires(Permission.BUDGET_LOOK)
def over_budgets() -> Any:
    """Requests to order beyond the budget, newest first."""
    rows = queries.over_budget_page(mandate().organisation_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "money/over_budgets.html",
        requests=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
        states=OVER_BUDGET_STATE_TITLES,
        tones=titles.OVER_BUDGET_TONES,
    )


def _over_budget_page(row: OverBudgetRequest, **forms: Any) -> str:
    return render_template(
        "money/over_budget.html",
        wish=row,
        form=forms.get("form") or ReasonForm(formdata=None),
        states=OVER_BUDGET_STATE_TITLES,
        tones=titles.OVER_BUDGET_TONES,
    )


@bp.get("/procurement/over-budget/<uuid:over_budget_id>")
@requires(Permission.BEYOND_DECIDE, on=queries.over_budget)
def over_budget(row: OverBudgetRequest) -> Any:
    """One request: what, how much is missing, why."""
    return _over_budget_page(row)


@bp.post("/procurement/over-budget/<uuid:over_budget_id>/<any(approve, refuse):decision>")
@requires(Permission.BEYOND_DECIDE, on=lambda over_budget_id, decision: queries.over_budget(over_budget_id))
def decide_over_budget(row: OverBudgetRequest) -> Any:
    """Give the money and place the order, or refuse."""
    form = ReasonForm()
    approves = request.view_args is not None and request.view_args["decision"] == "approve"
    verb = service.approve if approves else service.refuse
    if submitted(form, lambda: verb(row, form.reason.data, by=mandate())):
        flash(
            _("The order is placed.") if approves else _("The request is refused. The expert gets a message."),
            "success",
        )
        return redirect(url_for(".over_budget", over_budget_id=row.id))
    return _over_budget_page(row, form=form), 422


# ---- the invoice basis, cost, budgets as a file ----


def _this_month() -> tuple[date, date]:
    today = clock.helsinki_date(clock.now())
    return today.replace(day=1), today


@bp.get("/procurement/invoice-basis")
@requires(Permission.BATCH_LIST)
def batches() -> Any:
    """What waits to be invoiced, and what was taken."""
    return _batches_page()


def _batch_form(waiting: Any) -> BatchForm:
    first, today = _this_month()
    return BatchForm(from_on=first, until_on=today).offer_choices({each.id: each.name for each in waiting})


def _batches_page(form: BatchForm | None = None) -> str:
    actor = mandate()
    waiting = queries.waiting_to_invoice(actor.organisation_id)
    rows = queries.batches_page(actor.organisation_id, request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "money/batches.html",
        waiting=waiting,
        form=form or _batch_form(waiting),
        may_take=actor.role is Role.COORDINATOR,
        batches=shown,
        more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None,
    )


@bp.post("/procurement/invoice-basis")
@requires(Permission.BATCH_TAKE)
def take_batch() -> Any:
    """Take the accepted lines of a time, once."""
    actor = mandate()
    authority = identity_queries.authority(actor.organisation_id)
    assert authority is not None
    form = _batch_form(queries.waiting_to_invoice(actor.organisation_id))
    done = submitted(
        form,
        lambda: service.take_batch(authority, form.supplier_id(), form.from_on.data, form.until_on.data, by=actor),
    )
    if done:
        flash(_("Invoice basis %(number)s is taken. Download it from the list.", number=done.number), "success")
        return redirect(url_for(".batches"))
    return _batches_page(form), 422


@bp.get("/procurement/invoice-basis/<uuid:batch_id>.csv")
@requires(Permission.BATCH_READ, on=queries.batch)
def batch_csv(batch: InvoiceBatch) -> Response:
    """The lines of an invoice basis as a file, the same each time."""
    return sheets.answer(f"invoice-basis-{batch.number}.csv", sheets.batch(batch))


def _period() -> tuple[date, date]:
    form = PeriodForm(request.args)
    form.validate()
    today = clock.helsinki_date(clock.now())
    from_on = form.from_on.data or today.replace(month=1, day=1)
    until_on = form.until_on.data or today
    return (from_on, until_on) if from_on <= until_on else (until_on, from_on)


@bp.get("/procurement/cost-by-municipality")
@requires(Permission.COST_READ)
def cost() -> Any:
    """What services cost by the customers' home municipality (R104)."""
    from_on, until_on = _period()
    rows = queries.cost_by_municipality(mandate().organisation_id, from_on, until_on)
    form = PeriodForm(from_on=from_on, until_on=until_on)
    return render_template("money/cost.html", rows=rows, form=form, from_on=from_on, until_on=until_on)


@bp.get("/procurement/cost-by-municipality.csv")
@requires(Permission.COST_READ)
def cost_csv() -> Response:
    """The same as a file."""
    from_on, until_on = _period()
    rows = queries.cost_by_municipality(mandate().organisation_id, from_on, until_on)
    return sheets.answer(f"cost-{from_on}-{until_on}.csv", sheets.cost(rows, current_language()))


@bp.get("/procurement/budgets/<int:year>.csv")
@requires(Permission.BUDGET_LOOK)
def budgets_csv(year: int) -> Response:
    """The budgets of a year as a file."""
    rows = overview.of_year(mandate().organisation_id, year, clock.helsinki_date(clock.now()))
    return sheets.answer(f"budgets-{year}.csv", sheets.budgets(rows, current_language()))
