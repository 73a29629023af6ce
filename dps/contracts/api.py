"""JSON: frame contracts."""

from __future__ import annotations

from typing import Any

from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts import gates, queries, service
from dps.contracts.models import FrameContract
from dps.contracts.policy import Permission
from dps.contracts.schemas import ContractPage, ContractSchema, LiabilityIn, UndertakingSchema, WinnerCheckIn
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


@bp.post("/frame-contracts/<uuid:contract_id>/check-liability")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
@bp.arguments(LiabilityIn)
@bp.response(200, ContractSchema)
def check_liability(contract: FrameContract, data: dict[str, Any]) -> Any:
    """Record which contractor's-liability documents were looked at (R69)."""
    gates.check_liability(contract, {each["kind"]: each["issued_on"] for each in data["documents"]}, by=mandate())
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/check-winner")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
@bp.arguments(WinnerCheckIn)
@bp.response(200, ContractSchema)
def check_winner(contract: FrameContract, data: dict[str, Any]) -> Any:
    """Record what of the winner's up-to-date evidence was looked at (R48)."""
    findings = {each["evidence"]: gates.WinnerFinding(each["issued_on"], each["note"]) for each in data["checks"]}
    gates.record_winner_check(contract, findings, by=mandate())
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/exempt-from-liability")
@requires(Permission.CONTRACT_CHECK, on=queries.contract)
@bp.arguments(ReasonSchema)
@bp.response(200, ContractSchema)
def exempt_from_liability(contract: FrameContract, data: dict[str, str]) -> Any:
    """State why the act on the contractor's liability does not apply."""
    gates.exempt_from_liability(contract, data["reason"], by=mandate())
    return contract


@bp.post("/frame-contracts/<uuid:contract_id>/undertake-secrecy")
@requires(Permission.CONTRACT_SIGN_FOR_SUPPLIER, on=queries.contract)
@bp.response(201, UndertakingSchema)
def undertake_secrecy(contract: FrameContract) -> Any:
    """Promise secrecy for oneself towards the contract's authority (R118)."""
    return gates.undertake_secrecy(contract.supplier, contract.authority, by=mandate())
