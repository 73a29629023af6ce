"""Offerings as JSON."""

from __future__ import annotations

from typing import Any

from core import policy
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import api_blueprint, page
from dps.offerings import queries, service
from dps.offerings.models import Offering
from dps.offerings.policy import Permission
from dps.offerings.schemas import (
    OfferingIn,
    OfferingOut,
    OfferingPage,
    OfferingQuery,
    OfferingStartIn,
    OfferingStartOut,
    PartPriceIn,
)
from dps.offerings.service import Description

blp = api_blueprint("offerings", __name__, "Services that can be ordered")


@blp.get("/offerings")
@requires(Permission.OFFERING_SEARCH)
@blp.arguments(OfferingQuery, location="query")
@blp.response(200, OfferingPage)
def search(query: dict[str, Any]) -> Any:
    """Published offerings of open systems."""
    rows = queries.published(
        category_id=query.get("category"),
        place=query.get("place"),
        language=query.get("language"),
        words=query.get("q"),
        production=query.get("production"),
    )
    return page(rows, Offering, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/offerings/<uuid:offering_id>")
@requires(Permission.OFFERING_READ, on=queries.offering)
@blp.response(200, OfferingOut)
def show(offering: Offering) -> Any:
    """One offering."""
    return offering


@blp.post("/offerings")
@requires(Permission.OFFERING_LIST)
@blp.arguments(OfferingIn)
@blp.response(201, OfferingOut)
def create(data: dict[str, Any]) -> Any:
    """Describe a new service under a frame contract of one's own."""
    contract = queries.contract(data.pop("contract_id"))
    if contract is None:
        raise RuleBroken(
            _l("There is no such contract."), rule="R79", field="contract_id", next_step=_l("Check the id.")
        )
    policy.check(mandate(), Permission.OFFERING_CREATE, contract)
    return service.create_offering(contract, Description(**data), by=mandate())


@blp.post("/offerings/<uuid:offering_id>/publish")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
@blp.response(200, OfferingOut)
def publish(offering: Offering) -> Any:
    """Let it be found and ordered."""
    service.publish(offering, by=mandate())
    return offering


@blp.post("/offerings/<uuid:offering_id>/withdraw")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
@blp.response(200, OfferingOut)
def withdraw(offering: Offering) -> Any:
    """Stop offering it."""
    service.withdraw(offering, by=mandate())
    return offering


@blp.post("/offerings/<uuid:offering_id>/starts")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
@blp.arguments(OfferingStartIn)
@blp.response(201, OfferingStartOut)
def add_start(offering: Offering, data: dict[str, Any]) -> Any:
    """Add a start with its seats."""
    return service.add_start(offering, data["starts_on"], data["seats"], by=mandate())


@blp.post("/offerings/<uuid:offering_id>/set-module-price")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
@blp.arguments(PartPriceIn)
@blp.response(200, OfferingOut)
def set_module_price(offering: Offering, data: dict[str, Any]) -> Any:
    """Offer a module of the category at a price, or stop offering it."""
    module = next((each for each in offering.category.modules if each.code == data["code"]), None)
    if module is None:
        raise RuleBroken(
            _l("The category has no such module."),
            rule="category-module",
            field="code",
            next_step=_l("Choose a module of this category."),
        )
    service.set_module_price(offering, module, data["price"], by=mandate())
    return offering


@blp.post("/offerings/<uuid:offering_id>/set-payment-price")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
@blp.arguments(PartPriceIn)
@blp.response(200, OfferingOut)
def set_payment_price(offering: Offering, data: dict[str, Any]) -> Any:
    """Ask a start fee or a payment for a milestone or a result, or stop asking it."""
    part = next((each for each in offering.category.payments if each.code == data["code"]), None)
    if part is None:
        raise RuleBroken(
            _l("The category has no such payment."),
            rule="category-payment",
            field="code",
            next_step=_l("Choose a payment of this category."),
        )
    service.set_payment_price(offering, part, data["price"], by=mandate())
    return offering
