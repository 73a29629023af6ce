"""Orders and deliveries as JSON; each reader gets what is theirs to see (R109)."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import g

from core import audit, clock
from core import policy as rules_of_access
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts import gates
from dps.offerings import queries as offering_queries
from dps.systems.models import OrderingRule
from orders import queries, service
from orders.models import NOT_BOUGHT, ChoiceAnswer, Delivery, Order
from orders.policy import Permission
from orders.schemas import (
    AcceptedOrderForProvider,
    CancelIn,
    CancelTermsOut,
    DeclineIn,
    DeliveryOut,
    DeliveryPage,
    InterimIn,
    InterimOut,
    NoShowIn,
    OrderForBuyer,
    OrderForProvider,
    OrderIn,
    OrderPageOut,
    ReportIn,
    ReturnIn,
    ScheduleIn,
    ServiceStartIn,
    TrialIn,
    TrialOut,
)
from orders.service import Report
from orders.service.delivering import ReportLine
from orders.service.placing import chosen_by_whom

blp = api_blueprint("orders", __name__, "Orders")
deliveries = api_blueprint("deliveries", __name__, "Delivered services")


def shown(order: Order) -> dict[str, Any]:
    """The order as the caller may see it: the customer's reference only after its secrecy undertaking (R118)."""
    actor = mandate()
    if actor.role is not Role.PROVIDER:
        return dict(OrderForBuyer().dump(order))
    is_theirs = order.accepted_at is not None and order.state not in NOT_BOUGHT
    if not is_theirs or order.authority_id not in _bound_to(actor):
        return dict(OrderForProvider().dump(order))
    audit.saw("need.customer_reference", order.need, actor=actor)
    return dict(AcceptedOrderForProvider().dump(order))


def _bound_to(actor: Mandate) -> set[uuid.UUID]:
    """The authorities towards which the caller has promised secrecy; asked once a request."""
    if "bound_to" not in g:
        g.bound_to = gates.bound_to(actor)
    found: set[uuid.UUID] = g.bound_to
    return found


@blp.get("/orders")
@requires(Permission.ORDER_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, OrderPageOut)
def list_orders(query: dict[str, Any]) -> Any:
    """The orders of the caller's authority or supplier."""
    found = page(queries.orders_seen_by(mandate()), Order, cursor=query.get("cursor"), limit=query["limit"])
    return {**found, "items": [shown(each) for each in found["items"]]}


@blp.post("/orders")
@requires(Permission.NEED_STATE)
@blp.arguments(OrderIn)
@blp.response(201)
def place_order(data: dict[str, Any]) -> Any:
    """Place an order: what stands first by the rule, what the customer chose, or own production directly."""
    need = queries.need(data["need_id"])
    offering = offering_queries.offering_to_order(data["offering_id"])
    start = offering_queries.start(data["start_id"])
    if need is None or offering is None or start is None:
        raise RuleBroken(
            _l("There is no such need, service or start."), rule="not-found", next_step=_l("Check the ids.")
        )
    rules_of_access.check(mandate(), Permission.NEED_CHANGE, need)
    customer_chooses = need.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE
    choice = queries.newest_choice(need.id) if customer_chooses else None
    chosen = choice is not None and choice.answer is ChoiceAnswer.CHOSEN
    if choice is not None and offering.stands_apart and choice.offering_id != offering.id:
        chosen = False  # not what the customer chose: directly under its agreement
    return shown(
        service.place_order(
            need,
            offering,
            start,
            chosen_by=chosen_by_whom(offering, choice if chosen else None),
            by=mandate(),
            choice=choice if chosen else None,
            deviation_reason=data["deviation_reason"],
        )
    )


@blp.get("/orders/<uuid:order_id>")
@requires(Permission.ORDER_READ, on=queries.order)
@blp.response(200)
def show_order(order: Order) -> Any:
    """One order."""
    return shown(order)


@blp.post("/orders/<uuid:order_id>/accept")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.response(200)
def accept(order: Order) -> Any:
    """The provider takes the order."""
    service.accept(order, by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/decline")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(DeclineIn)
@blp.response(200)
def decline(order: Order, data: dict[str, Any]) -> Any:
    """The provider cannot take the order."""
    service.decline(order, data["reason"], by=mandate())
    return shown(order)


@blp.get("/orders/<uuid:order_id>/cancellation")
@requires(Permission.ORDER_HANDLE, on=queries.order)
@blp.response(200, CancelTermsOut)
def cancellation(order: Order) -> Any:
    """What cancelling costs now, and until when it is free."""
    return service.cancel_terms(order, clock.helsinki_date(clock.now()))


@blp.post("/orders/<uuid:order_id>/cancel")
@requires(Permission.ORDER_HANDLE, on=queries.order)
@blp.arguments(CancelIn, required=False)
@blp.response(200)
def cancel(order: Order, data: dict[str, Any]) -> Any:
    """The expert cancels an order that has not begun; a late cancellation names the fee that it accepts."""
    service.cancel(order, by=mandate(), fee=data.get("fee") or Decimal(0))
    return shown(order)


@blp.post("/orders/<uuid:order_id>/schedule")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(ScheduleIn)
@blp.response(200)
def schedule(order: Order, data: dict[str, Any]) -> Any:
    """The provider has agreed the first meeting with the customer."""
    service.schedule(order, data["meeting_at"], data["place"], by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/no-show")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(NoShowIn)
@blp.response(200)
def no_show(order: Order, data: dict[str, Any]) -> Any:
    """The customer never came; the need is open again."""
    service.report_no_show(order, data["tried_on"], by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/agree-trial")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(TrialIn)
@blp.response(201, TrialOut)
def agree_trial(order: Order, data: dict[str, Any]) -> Any:
    """The provider records the agreement of a work trial (R101)."""
    return service.agree_trial(order, **data, by=mandate())


@blp.post("/orders/<uuid:order_id>/confirm-insurance")
@requires(Permission.ORDER_HANDLE, on=queries.order)
@blp.response(200)
def confirm_insurance(order: Order) -> Any:
    """The expert confirms that the customer is insured at the workplace (R101)."""
    service.confirm_insurance(order, by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/report-interim")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(InterimIn)
@blp.response(201, InterimOut)
def report_interim(order: Order, data: dict[str, Any]) -> Any:
    """The provider tells how the service goes, before the customer's plan is reviewed (R99)."""
    return service.report_interim(order, data["text"], by=mandate())


@blp.post("/orders/<uuid:order_id>/start")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(ServiceStartIn)
@blp.response(200)
def start(order: Order, data: dict[str, Any]) -> Any:
    """The service began."""
    service.start_service(order, data["started_on"], by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/report")
@requires(Permission.ORDER_SERVE, on=queries.order)
@blp.arguments(ReportIn)
@blp.response(201, DeliveryOut)
def report(order: Order, data: dict[str, Any]) -> Any:
    """The provider reports how the service ended."""
    lines = [ReportLine(**each) for each in data.pop("lines")]
    return service.report_delivery(order, Report(**data, lines=lines), by=mandate())


@blp.post("/orders/<uuid:order_id>/return-report")
@requires(Permission.ORDER_HANDLE, on=queries.order)
@blp.arguments(ReturnIn)
@blp.response(200)
def return_report(order: Order, data: dict[str, Any]) -> Any:
    """The expert sends the report back."""
    service.return_report(order, data["reason"], by=mandate())
    return shown(order)


@blp.post("/orders/<uuid:order_id>/accept-delivery")
@requires(Permission.ORDER_HANDLE, on=queries.order)
@blp.response(200)
def accept_delivery(order: Order) -> Any:
    """The expert accepts the delivered service."""
    service.accept_delivery(order, by=mandate())
    return shown(order)


@deliveries.get("/deliveries")
@requires(Permission.ORDER_LIST)
@deliveries.arguments(PageQuery, location="query")
@deliveries.response(200, DeliveryPage)
def list_deliveries(query: dict[str, Any]) -> Any:
    """What was delivered, for invoicing."""
    return page(queries.deliveries_seen_by(mandate()), Delivery, cursor=query.get("cursor"), limit=query["limit"])
