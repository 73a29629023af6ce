"""JSON: decisions."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import selectinload

from core import policy
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.decisions import queries, service
from dps.decisions.models import Decision, Delegation, ExplanationRequest, Remedy
from dps.decisions.parties import seen_by
from dps.decisions.policy import Permission
from dps.decisions.schemas import (
    CorrectionIn,
    CourtToldIn,
    DecisionPage,
    DecisionSchema,
    DelegationIn,
    DelegationSchema,
    ExplanationSchema,
    ReasonsTextIn,
    RemedyIn,
    RemedyOutcomeIn,
    RemedyPage,
    RemedySchema,
)
from dps.systems import queries as systems
from dps.systems.schemas import ReasonSchema

bp = api_blueprint("decisions", __name__, "Decisions on applications")


@bp.get("/decisions")
@requires(Permission.DECISION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, DecisionPage)
def list_decisions(query: dict[str, Any]) -> Any:
    """The decisions of your authority, or the signed ones addressed to you."""
    found = queries.browsable_decisions(mandate()).options(selectinload(Decision.addressees))
    shown = page(found, Decision, cursor=query.get("cursor"), limit=query["limit"])
    return {**shown, "items": [seen_by(each, mandate()) for each in shown["items"]]}


@bp.get("/decisions/<uuid:decision_id>")
@requires(Permission.DECISION_FETCH, on=queries.decision)
@bp.response(200, DecisionSchema)
def get_decision(decision: Decision) -> Any:
    """One decision; to one of many parties its own part of it."""
    return seen_by(decision, mandate())


@bp.post("/decisions/<uuid:decision_id>/sign")
@requires(Permission.DECISION_SIGN, on=queries.decision)
@bp.response(200, DecisionSchema)
def sign(decision: Decision) -> Any:
    """Sign and serve."""
    service.sign(decision, by=mandate())
    return decision


@bp.post("/decisions/<uuid:decision_id>/return")
@requires(Permission.DECISION_RETURN, on=queries.decision)
@bp.arguments(ReasonSchema)
@bp.response(200, DecisionSchema)
def return_decision(decision: Decision, data: dict[str, str]) -> Any:
    """Send back to the preparer."""
    service.return_decision(decision, data["reason"], by=mandate())
    return decision


@bp.get("/remedies")
@requires(Permission.REMEDY_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, RemedyPage)
def list_remedies(query: dict[str, Any]) -> Any:
    """The register of appeals, demands and corrections of your authority."""
    found = queries.remedies_of_authority(mandate().organisation_id)
    return page(found, Remedy, cursor=query.get("cursor"), limit=query["limit"])


@bp.post("/remedies")
@requires(Permission.REMEDY_LIST)
@bp.arguments(RemedyIn)
@bp.response(201, RemedySchema)
def register_remedy(data: dict[str, Any]) -> Any:
    """Register an appeal, a demand or a correction of one's own; the parties are told (R77)."""
    decision = queries.decision(data.pop("decision_id"))
    if decision is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="decision_id")
    policy.check(mandate(), Permission.REMEDY_REGISTER, decision)
    return service.register_remedy(decision, service.RemedyDetails(**data), by=mandate())


@bp.post("/remedies/<uuid:remedy_id>/tell-court")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
@bp.arguments(CourtToldIn)
@bp.response(200, RemedySchema)
def tell_court(remedy: Remedy, data: dict[str, Any]) -> Any:
    """Record that the Market Court was told of the correction."""
    service.tell_court(remedy, data["on"], by=mandate())
    return remedy


@bp.post("/remedies/<uuid:remedy_id>/prepare-correction")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
@bp.arguments(CorrectionIn)
@bp.response(201, DecisionSchema)
def prepare_correction(remedy: Remedy, data: dict[str, Any]) -> Any:
    """Lay a correcting decision before the decision maker."""
    findings = [service.CorrectedFinding(each["is_met"], each["reason"]) for each in data["findings"]]
    return service.prepare_correction(remedy, findings, data["summary"], by=mandate())


@bp.post("/remedies/<uuid:remedy_id>/close")
@requires(Permission.REMEDY_HANDLE, on=queries.remedy)
@bp.arguments(RemedyOutcomeIn)
@bp.response(200, RemedySchema)
def close_remedy(remedy: Remedy, data: dict[str, Any]) -> Any:
    """Record how it ended."""
    service.close_remedy(remedy, data["outcome"], data["note"], by=mandate())
    return remedy


@bp.post("/decisions/<uuid:decision_id>/ask-reasons")
@requires(Permission.EXPLANATION_ASK, on=queries.decision)
@bp.arguments(ReasonsTextIn)
@bp.response(201, ExplanationSchema)
def ask_reasons(decision: Decision, data: dict[str, Any]) -> Any:
    """Ask for the reasons in writing; the answer is due in 15 days (R73)."""
    return service.ask_explanation(decision, data["text"], by=mandate())


@bp.post("/explanation-requests/<uuid:explanation_id>/answer")
@requires(Permission.EXPLANATION_ANSWER, on=queries.explanation)
@bp.arguments(ReasonsTextIn)
@bp.response(200, ExplanationSchema)
def answer_reasons(request_row: ExplanationRequest, data: dict[str, Any]) -> Any:
    """Give the reasons asked for."""
    service.answer_explanation(request_row, data["text"], by=mandate())
    return request_row


@bp.post("/delegations")
@requires(Permission.DELEGATION_LIST)
@bp.arguments(DelegationIn)
@bp.response(201, DelegationSchema)
def delegate(data: dict[str, Any]) -> Any:
    """Let an official sign admissions of a system for a time."""
    system = systems.system(data.pop("system_id"))
    if system is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="system_id")
    policy.check(mandate(), Permission.DELEGATION_GIVE, system)
    return service.delegate(system, **data, by=mandate())


@bp.post("/delegations/<uuid:delegation_id>/revoke")
@requires(Permission.DELEGATION_GIVE, on=queries.delegation)
@bp.response(200, DelegationSchema)
def revoke(delegation: Delegation) -> Any:
    """Take the power back."""
    service.revoke(delegation, by=mandate())
    return delegation
