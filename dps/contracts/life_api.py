"""JSON: options, price adjustments and changes of frame contracts."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts import changing, queries
from dps.contracts.models import ContractChange, FrameContract
from dps.contracts.policy import Permission
from dps.contracts.schemas import (
    AdjustmentIn,
    AdjustmentSchema,
    ContractChangeIn,
    ContractChangePage,
    ContractChangeSchema,
    ContractSchema,
    OptionsIn,
)
from dps.systems.schemas import ReasonSchema

bp = api_blueprint("contract-changes", __name__, "Options, price adjustments and changes of contracts")


@bp.post("/frame-contracts/<uuid:contract_id>/state-options")
@requires(Permission.CONTRACT_PREPARE, on=queries.contract)
@bp.arguments(OptionsIn)
@bp.response(200, ContractSchema)
def state_options(contract: FrameContract, data: dict[str, Any]) -> Any:
    """State the options before the provider signs."""
    changing.state_options(contract, data["ends_on"], data["days"], by=mandate())
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/extend")
@requires(Permission.CONTRACT_DECIDE, on=queries.contract)
@bp.arguments(ReasonSchema)
@bp.response(200, ContractSchema)
def extend(contract: FrameContract, data: dict[str, str]) -> Any:
    """Use the next option."""
    changing.extend(contract, data["reason"], by=mandate())
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/adjust-prices")
@requires(Permission.CONTRACT_DECIDE, on=queries.contract)
@bp.arguments(AdjustmentIn)
@bp.response(201, AdjustmentSchema)
def adjust_prices(contract: FrameContract, data: dict[str, Any]) -> Any:
    """Move the highest prices by an index, under a review clause (R81)."""
    return changing.adjust_prices(contract, changing.AdjustmentDetails(**data), by=mandate())


@bp.post("/frame-contracts/<uuid:contract_id>/changes")
@requires(Permission.CONTRACT_PREPARE, on=queries.contract)
@bp.arguments(ContractChangeIn)
@bp.response(201, ContractChangeSchema)
def prepare(contract: FrameContract, data: dict[str, Any]) -> Any:
    """Prepare a change within the limits of R81."""
    return changing.prepare_change(contract, changing.ChangeDetails(**data), by=mandate())


@bp.get("/contract-changes")
@requires(Permission.CONTRACT_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, ContractChangePage)
def list_changes(query: dict[str, Any]) -> Any:
    """The changes of your side's contracts; a provider sees them once decided."""
    return page(queries.browsable_changes(mandate()), ContractChange, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/contract-changes/<uuid:contract_change_id>")
@requires(Permission.CHANGE_FETCH, on=queries.change)
@bp.response(200, ContractChangeSchema)
def get_change(change: ContractChange) -> Any:
    """One change."""
    return change


@bp.post("/contract-changes/<uuid:contract_change_id>/decide")
@requires(Permission.CONTRACT_DECIDE, on=queries.change)
@bp.response(200, ContractChangeSchema)
def decide(change: ContractChange) -> Any:
    """Decide on a change that another has prepared."""
    changing.decide_change(change, by=mandate())
    return change


@bp.post("/contract-changes/<uuid:contract_change_id>/drop")
@requires(Permission.CHANGE_READ, on=queries.change)
@bp.response(200, ContractChangeSchema)
def drop(change: ContractChange) -> Any:
    """Give a change up before the provider has answered."""
    changing.drop_change(change, by=mandate())
    return change


@bp.post("/contract-changes/<uuid:contract_change_id>/accept")
@requires(Permission.CHANGE_ANSWER, on=queries.change)
@bp.response(200, ContractChangeSchema)
def accept(change: ContractChange) -> Any:
    """Accept a decided change for the provider."""
    changing.accept_change(change, by=mandate())
    return change


@bp.post("/contract-changes/<uuid:contract_change_id>/decline")
@requires(Permission.CHANGE_ANSWER, on=queries.change)
@bp.response(200, ContractChangeSchema)
def decline(change: ContractChange) -> Any:
    """Decline a decided change for the provider."""
    changing.decline_change(change, by=mandate())
    return change
