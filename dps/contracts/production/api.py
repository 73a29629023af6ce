"""JSON: agreements on own and partners' production."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts.models import ProductionAgreement
from dps.contracts.production import queries, service
from dps.contracts.production.policy import Permission
from dps.contracts.production.rules import Facts
from dps.contracts.production.schemas import (
    ProductionDecisionIn,
    ProductionGroundIn,
    ProductionIn,
    ProductionOut,
    ProductionPage,
)
from dps.contracts.production.service import AgreementDetails
from dps.systems.schemas import ReasonSchema

blp = api_blueprint("production-agreements", __name__, "Own production, in-house units and other authorities")


@blp.get("/production-agreements")
@requires(Permission.PRODUCTION_BROWSE)
@blp.arguments(PageQuery, location="query")
@blp.response(200, ProductionPage)
def list_agreements(query: dict[str, Any]) -> Any:
    """The agreements under which you order or produce."""
    rows = queries.agreements_seen_by(mandate())
    return page(rows, ProductionAgreement, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/production-agreements/<uuid:production_id>")
@requires(Permission.PRODUCTION_FETCH, on=queries.agreement)
@blp.response(200, ProductionOut)
def get_agreement(agreement: ProductionAgreement) -> Any:
    """One agreement."""
    return agreement


@blp.post("/production-agreements")
@requires(Permission.PRODUCTION_PREPARE)
@blp.arguments(ProductionIn)
@blp.response(201, ProductionOut)
def prepare(data: dict[str, Any]) -> Any:
    """Prepare an agreement for the decision maker."""
    prices = {each["category_id"]: each["price_ceiling"] for each in data.pop("prices")}
    facts = Facts(**data.pop("facts"))
    return service.prepare(AgreementDetails(facts=facts, prices=prices, **data), by=mandate())


@blp.post("/production-agreements/<uuid:production_id>/approve")
@requires(Permission.PRODUCTION_DECIDE, on=queries.agreement)
@blp.arguments(ProductionDecisionIn)
@blp.response(200, ProductionOut)
def approve(agreement: ProductionAgreement, data: dict[str, str]) -> Any:
    """Decide on the agreement: its contracts are offered to the unit."""
    service.approve(agreement, data["decision_number"], by=mandate())
    return agreement


@blp.post("/production-agreements/<uuid:production_id>/confirm")
@requires(Permission.PRODUCTION_KEEP, on=queries.agreement)
@blp.arguments(ProductionGroundIn)
@blp.response(200, ProductionOut)
def confirm(agreement: ProductionAgreement, data: dict[str, Any]) -> Any:
    """Confirm for a year more that the ground holds."""
    service.confirm(agreement, Facts(**data), by=mandate())
    return agreement


@blp.post("/production-agreements/<uuid:production_id>/drop")
@requires(Permission.PRODUCTION_KEEP, on=queries.agreement)
@blp.arguments(ReasonSchema)
@blp.response(200, ProductionOut)
def drop(agreement: ProductionAgreement, data: dict[str, str]) -> Any:
    """Drop what waits for its decision."""
    service.drop(agreement, data["reason"], by=mandate())
    return agreement


@blp.post("/production-agreements/<uuid:production_id>/end")
@requires(Permission.PRODUCTION_DECIDE, on=queries.agreement)
@blp.arguments(ReasonSchema)
@blp.response(200, ProductionOut)
def end(agreement: ProductionAgreement, data: dict[str, str]) -> Any:
    """End an agreement in force."""
    service.end(agreement, data["reason"], by=mandate())
    return agreement
