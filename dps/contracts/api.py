"""JSON: frame contracts."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts import queries, service
from dps.contracts.models import FrameContract
from dps.contracts.policy import Permission
from dps.contracts.schemas import ContractPage, ContractSchema
from dps.systems.schemas import ReasonSchema

bp = api_blueprint("frame-contracts", __name__, "Frame contracts")


@bp.get("/frame-contracts")
@requires(Permission.CONTRACT_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, ContractPage)
def list_contracts(query: dict[str, Any]) -> Any:
    """The contracts of your side."""
    return page(queries.browsable_contracts(mandate()), FrameContract, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/frame-contracts/<uuid:contract_id>")
@requires(Permission.CONTRACT_FETCH, on=queries.contract)
@bp.response(200, ContractSchema)
def get_contract(contract: FrameContract) -> Any:
    """One contract with its text."""
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/sign")
@requires(Permission.CONTRACT_SIGN, on=queries.contract)
@bp.response(200, ContractSchema)
def sign(contract: FrameContract) -> Any:
    """Sign for your side: the provider first, then the authority."""
    actor = mandate()
    if actor.supplier_id is not None:
        service.sign_for_supplier(contract, by=actor)
    else:
        service.sign_for_authority(contract, by=actor)
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/end")
@requires(Permission.CONTRACT_END, on=queries.contract)
@bp.arguments(ReasonSchema)
@bp.response(200, ContractSchema)
def end(contract: FrameContract, data: dict[str, str]) -> Any:
    """End a contract in force."""
    service.end_contract(contract, data["reason"], by=mandate())
    return contract
