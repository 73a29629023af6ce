"""The money of orders as JSON: delivered parts, disputes, results, orders beyond the budget, invoice basis, cost."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from core import policy as rules_of_access
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as identity_queries
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.offerings import queries as offering_queries
from orders import queries as order_queries
from orders import search
from orders.models import ChoiceAnswer, DeliveryLine, Need, Order
from orders.money import queries, service, sheets
from orders.money.models import InvoiceBatch, OutcomePayment, OverBudgetRequest
from orders.money.policy import Permission
from orders.money.schemas import (
    BatchIn,
    BatchOut,
    BatchPage,
    BeyondIn,
    BeyondOut,
    BeyondPage,
    ClaimIn,
    CostQuery,
    CostsOut,
    CsvOut,
    DisputeAnswerIn,
    DisputeIn,
    DisputeOut,
    LineIn,
    LineOut,
    LinePage,
    OutcomePage,
    OutcomePaymentOut,
    ReasonIn,
)
from orders.service import delivering
from orders.service.delivering import ReportLine
from orders.service.placing import chosen_by_whom

lines = api_blueprint("delivery-lines", __name__, "Delivered parts of orders")
disputes = api_blueprint("disputes", __name__, "Disputed deliveries")
outcomes = api_blueprint("outcome-payments", __name__, "Payments for results")
beyond = api_blueprint("over-budget-requests", __name__, "Orders beyond the budget")
batches = api_blueprint("invoice-batches", __name__, "The invoice basis")
BLUEPRINTS = (lines, disputes, outcomes, beyond, batches)


# ---- delivered parts ----


@lines.get("/delivery-lines")
@requires(Permission.LINE_LIST)
@lines.arguments(PageQuery, location="query")
@lines.response(200, LinePage)
def list_lines(query: dict[str, Any]) -> Any:
    """The delivered parts of the orders one may see."""
    return page(queries.lines_seen_by(mandate()), DeliveryLine, cursor=query.get("cursor"), limit=query["limit"])


@lines.post("/orders/<uuid:order_id>/report-part")
@requires(Permission.LINE_REPORT, on=order_queries.order)
@lines.arguments(LineIn)
@lines.response(201, LineOut)
def report_part(order: Order, data: dict[str, Any]) -> Any:
    """The provider reports a start fee or a milestone while the service goes on."""
    return delivering.report_part(order, ReportLine(**data), by=mandate())


@lines.post("/delivery-lines/<uuid:delivery_line_id>/accept")
@requires(Permission.LINE_ANSWER, on=queries.line)
@lines.response(200, LineOut)
def accept_part(line: DeliveryLine) -> Any:
    """The expert accepts a part."""
    delivering.accept_part(line, by=mandate())
    return line


@lines.post("/delivery-lines/<uuid:delivery_line_id>/return")
@requires(Permission.LINE_ANSWER, on=queries.line)
@lines.arguments(ReasonIn)
@lines.response(200, LineOut)
def return_part(line: DeliveryLine, data: dict[str, str]) -> Any:
    """The expert sends a part back."""
    delivering.return_part(line, data["reason"], by=mandate())
    return line


# ---- disputes ----


def _amounts(rows: list[dict[str, Any]]) -> dict[uuid.UUID, Decimal]:
    return {each["line_id"]: each["amount"] for each in rows}


@disputes.post("/orders/<uuid:order_id>/dispute")
@requires(Permission.DISPUTE_HANDLE, on=order_queries.order)
@disputes.arguments(DisputeIn)
@disputes.response(201, DisputeOut)
def dispute(order: Order, data: dict[str, Any]) -> Any:
    """The expert does not accept the report: what they would pay of each line, and why."""
    return service.dispute(order, _amounts(data["amounts"]), data["reason"], by=mandate())


@disputes.post("/orders/<uuid:order_id>/renew-dispute")
@requires(Permission.DISPUTE_HANDLE, on=order_queries.order)
@disputes.arguments(DisputeIn)
@disputes.response(201, DisputeOut)
def renew_dispute(order: Order, data: dict[str, Any]) -> Any:
    """A new proposal after the provider's answer."""
    return service.renew_dispute(order, _amounts(data["amounts"]), data["reason"], by=mandate())


@disputes.post("/orders/<uuid:order_id>/answer-dispute")
@requires(Permission.DISPUTE_ANSWER, on=order_queries.order)
@disputes.arguments(DisputeAnswerIn)
@disputes.response(200, DisputeOut)
def answer_dispute(order: Order, data: dict[str, Any]) -> Any:
    """The provider agrees, or says what is right in its view."""
    amounts = None if data["agrees"] else _amounts(data["amounts"])
    return service.answer_dispute(order, amounts, data["answer"], by=mandate())


@disputes.post("/orders/<uuid:order_id>/settle-dispute")
@requires(Permission.DISPUTE_HANDLE, on=order_queries.order)
@disputes.response(200, DisputeOut)
def settle_dispute(order: Order) -> Any:
    """The expert agrees with the provider's answer."""
    return service.settle_dispute(order, by=mandate())


# ---- results ----


@outcomes.get("/outcome-payments")
@requires(Permission.OUTCOME_LIST)
@outcomes.arguments(PageQuery, location="query")
@outcomes.response(200, OutcomePage)
def list_outcomes(query: dict[str, Any]) -> Any:
    """The payments for results of the orders one may see."""
    return page(queries.outcomes_seen_by(mandate()), OutcomePayment, cursor=query.get("cursor"), limit=query["limit"])


@outcomes.post("/outcome-payments/<uuid:outcome_payment_id>/claim")
@requires(Permission.OUTCOME_CLAIM, on=queries.outcome)
@outcomes.arguments(ClaimIn)
@outcomes.response(200, OutcomePaymentOut)
def claim_outcome(payment: OutcomePayment, data: dict[str, Any]) -> Any:
    """The provider claims the payment with its evidence."""
    service.claim_outcome(payment, service.Evidence(**data), by=mandate())
    return payment


@outcomes.post("/outcome-payments/<uuid:outcome_payment_id>/confirm")
@requires(Permission.OUTCOME_ANSWER, on=queries.outcome)
@outcomes.response(200, OutcomePaymentOut)
def confirm_outcome(payment: OutcomePayment) -> Any:
    """The expert confirms the result."""
    service.confirm_outcome(payment, by=mandate())
    return payment


@outcomes.post("/outcome-payments/<uuid:outcome_payment_id>/refuse")
@requires(Permission.OUTCOME_ANSWER, on=queries.outcome)
@outcomes.arguments(ReasonIn)
@outcomes.response(200, OutcomePaymentOut)
def refuse_outcome(payment: OutcomePayment, data: dict[str, str]) -> Any:
    """The expert refuses the evidence."""
    service.refuse_outcome(payment, data["reason"], by=mandate())
    return payment


# ---- beyond the budget ----


@beyond.get("/over-budget-requests")
@requires(Permission.BEYOND_LIST)
@beyond.arguments(PageQuery, location="query")
@beyond.response(200, BeyondPage)
def list_requests(query: dict[str, Any]) -> Any:
    """The authority's requests to order beyond the budget."""
    rows = queries.over_budget_of_authority(mandate().organisation_id)
    return page(rows, OverBudgetRequest, cursor=query.get("cursor"), limit=query["limit"])


@beyond.post("/needs/<uuid:need_id>/over-budget-request")
@requires(Permission.BEYOND_ASK, on=order_queries.need)
@beyond.arguments(BeyondIn)
@beyond.response(201, BeyondOut)
def ask(need: Need, data: dict[str, Any]) -> Any:
    """Ask a decision maker for an order that the money left does not cover."""
    offering, start = offering_queries.offering(data["offering_id"]), offering_queries.start(data["start_id"])
    hit = search.hit_of(need, offering.id) if offering else None
    if offering is None or start is None or hit is None or start.offering_id != offering.id:
        raise RuleBroken(
            _l("There is no such need, service or start."), rule="not-found", next_step=_l("Check the ids.")
        )
    choice = order_queries.newest_choice(need.id)
    chosen = choice if choice is not None and choice.answer is ChoiceAnswer.CHOSEN else None
    return service.ask_beyond_budget(
        need,
        offering,
        start,
        hit.price,
        data["reason"],
        chosen_by=chosen_by_whom(offering, chosen),
        choice=chosen,
        by=mandate(),
    )


@beyond.post("/over-budget-requests/<uuid:over_budget_id>/approve")
@requires(Permission.BEYOND_DECIDE, on=queries.over_budget)
@beyond.arguments(ReasonIn)
@beyond.response(200, BeyondOut)
def approve(row: OverBudgetRequest, data: dict[str, str]) -> Any:
    """Give the money and place the order."""
    service.approve(row, data["reason"], by=mandate())
    return row


@beyond.post("/over-budget-requests/<uuid:over_budget_id>/refuse")
@requires(Permission.BEYOND_DECIDE, on=queries.over_budget)
@beyond.arguments(ReasonIn)
@beyond.response(200, BeyondOut)
def refuse(row: OverBudgetRequest, data: dict[str, str]) -> Any:
    """Refuse the money."""
    service.refuse(row, data["reason"], by=mandate())
    return row


# ---- the invoice basis and cost ----


@batches.get("/invoice-batches")
@requires(Permission.BATCH_LIST)
@batches.arguments(PageQuery, location="query")
@batches.response(200, BatchPage)
def list_batches(query: dict[str, Any]) -> Any:
    """What was taken as the basis of invoices."""
    rows = queries.batches_of(mandate().organisation_id)
    return page(rows, InvoiceBatch, cursor=query.get("cursor"), limit=query["limit"])


@batches.post("/invoice-batches")
@requires(Permission.BATCH_TAKE)
@batches.arguments(BatchIn)
@batches.response(201, BatchOut)
def take_batch(data: dict[str, Any]) -> Any:
    """Take the accepted lines of a time, once."""
    authority = identity_queries.authority(mandate().organisation_id)
    if authority is None:
        rules_of_access.refuse()
    return service.take_batch(authority, data["supplier_id"], data["from_on"], data["until_on"], by=mandate())


@batches.get("/invoice-batches/<uuid:batch_id>/csv")
@requires(Permission.BATCH_READ, on=queries.batch)
@batches.response(200, CsvOut)
def batch_csv(batch: InvoiceBatch) -> Any:
    """The lines of an invoice basis, the same each time."""
    return {"csv": sheets.batch(batch)}


@batches.get("/cost-by-municipality")
@requires(Permission.COST_READ)
@batches.arguments(CostQuery, location="query")
@batches.response(200, CostsOut)
def cost(query: dict[str, Any]) -> Any:
    """What services cost by the customers' home municipality (R104)."""
    return {"items": queries.cost_by_municipality(mandate().organisation_id, query["from_on"], query["until_on"])}
