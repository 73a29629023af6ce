"""JSON: admissions, renewed declarations and matters that end in a decision."""

from __future__ import annotations

import uuid
from typing import Any

from marshmallow import Schema, fields

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, StrictSchema, Text, api_blueprint, page, page_schema
from dps.decisions.schemas import DecisionSchema
from dps.qualification import admissions
from dps.qualification.models import (
    AdmissionMatter,
    MatterKind,
    MatterState,
    Qualification,
    RenewalRequest,
    RenewalState,
    SanctionKind,
)
from dps.qualification.policy import Permission
from dps.qualification.schemas import QualificationSchema
from dps.qualification.service import renewing, standing
from suppliers import queries as suppliers

bp = api_blueprint("admissions", __name__, "Renewed declarations, and matters of admissions that end in a decision")


class RenewalSchema(Schema):
    """A request for a renewed declaration."""

    id = fields.UUID()
    version = fields.Integer()
    qualification_id = fields.UUID()
    state = fields.Enum(RenewalState, by_value=True)
    reason = fields.String()
    asked_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    declaration_id = fields.UUID(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)
    reviewed_at = fields.AwareDateTime(allow_none=True)


class MatterSchema(Schema):
    """A matter of an admission."""

    id = fields.UUID()
    version = fields.Integer()
    qualification_id = fields.UUID()
    kind = fields.Enum(MatterKind, by_value=True)
    state = fields.Enum(MatterState, by_value=True)
    reason = fields.String()
    requirement_id = fields.UUID(allow_none=True)
    term = fields.String(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    statement = fields.String(allow_none=True)
    decision_id = fields.UUID(allow_none=True)
    opened_at = fields.AwareDateTime()
    closed_at = fields.AwareDateTime(allow_none=True)


def _words() -> Text:
    return Text(required=True, max_length=5000)


class AskRenewalIn(StrictSchema):
    """Why, and until the end of which day."""

    reason = _words()
    due_on = fields.Date(required=True)


class MatterTextIn(StrictSchema):
    """A reason, an answer or a summary."""

    text = _words()


class PauseIn(AskRenewalIn):
    """The published contract term, word for word."""

    term = Text(required=True, max_length=5000)


class RemovalIn(AskRenewalIn):
    """The requirement that is not met, or the ground with its event."""

    requirement_id = fields.UUID(required=True)
    event_on = fields.Date(load_default=None)
    sanction_kind = fields.Enum(SanctionKind, by_value=True, load_default=None)
    contract_reference = Text(load_default="", max_length=200, min_length=0)


class OperatorIn(StrictSchema):
    """The operator that continues."""

    registration_number = Text(required=True, max_length=60)
    reason = _words()


class MatterRequestIn(StrictSchema):
    """What the provider asks for."""

    kind = fields.Enum(MatterKind, by_value=True, required=True)
    reason = _words()


RenewalPage = page_schema(RenewalSchema, "RenewalPage")
MatterPage = page_schema(MatterSchema, "AdmissionMatterPage")


@bp.get("/qualifications/<uuid:qualification_id>")
@requires(Permission.ADMISSION_FETCH, on=admissions.qualification)
@bp.response(200, QualificationSchema)
def get_qualification(qualification: Qualification) -> Any:
    """One admission."""
    return qualification


@bp.get("/renewal-requests")
@requires(Permission.ADMISSION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, RenewalPage)
def list_renewals(query: dict[str, Any]) -> Any:
    """Those of your authority, or those asked of you."""
    found = admissions.browsable_renewals(mandate())
    return page(found, RenewalRequest, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/admission-matters")
@requires(Permission.ADMISSION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, MatterPage)
def list_matters(query: dict[str, Any]) -> Any:
    """Those of your authority, or of your admissions."""
    found = admissions.browsable_matters(mandate())
    return page(found, AdmissionMatter, cursor=query.get("cursor"), limit=query["limit"])


@bp.post("/qualifications/<uuid:qualification_id>/ask-renewal")
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
@bp.arguments(AskRenewalIn)
@bp.response(201, RenewalSchema)
def ask_renewal(qualification: Qualification, data: dict[str, Any]) -> Any:
    """Ask for an updated declaration; at least five working days to answer (R33)."""
    return renewing.ask_renewal(qualification, data["due_on"], data["reason"], by=mandate())


@bp.post("/renewal-requests/<uuid:renewal_id>/answer")
@requires(Permission.ADMISSION_OWN, on=admissions.renewal)
@bp.response(200, RenewalSchema)
def answer_renewal(renewal: RenewalRequest) -> Any:
    """Answer with the newest confirmed declaration."""
    renewing.answer_renewal(renewal, suppliers.confirmed_declaration(renewal.supplier_id), by=mandate())
    return renewal


@bp.post("/renewal-requests/<uuid:renewal_id>/review")
@requires(Permission.ADMISSION_HANDLE, on=admissions.renewal)
@bp.arguments(MatterTextIn)
@bp.response(200, RenewalSchema)
def review_renewal(renewal: RenewalRequest, data: dict[str, Any]) -> Any:
    """Say what was found."""
    renewing.review_renewal(renewal, data["text"], by=mandate())
    return renewal


@bp.post("/qualifications/<uuid:qualification_id>/request")
@requires(Permission.ADMISSION_OWN, on=admissions.qualification)
@bp.arguments(MatterRequestIn)
@bp.response(201, MatterSchema)
def request_matter(qualification: Qualification, data: dict[str, Any]) -> Any:
    """The provider asks for a pause of new orders, its end, or to leave."""
    return standing.request_matter(qualification, data["kind"], data["reason"], by=mandate())


@bp.post("/qualifications/<uuid:qualification_id>/hear-about-pause")
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
@bp.arguments(PauseIn)
@bp.response(201, MatterSchema)
def hear_about_pause(qualification: Qualification, data: dict[str, Any]) -> Any:
    """Hear the provider about a pause by a published contract term."""
    return standing.open_suspension(qualification, data["term"], data["reason"], data["due_on"], by=mandate())


@bp.post("/qualifications/<uuid:qualification_id>/hear-about-removal")
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
@bp.arguments(RemovalIn)
@bp.response(201, MatterSchema)
def hear_about_removal(qualification: Qualification, data: dict[str, Any]) -> Any:
    """Hear the provider about its removal (R34)."""
    ground = standing.RemovalGround(
        requirement=_requirement(qualification, data["requirement_id"]),
        event_on=data["event_on"],
        sanction_kind=data["sanction_kind"],
        contract_reference=data["contract_reference"],
    )
    return standing.open_removal(qualification, ground, data["reason"], data["due_on"], by=mandate())


def _requirement(qualification: Qualification, requirement_id: uuid.UUID) -> Any:
    for each in qualification.category.requirements:
        if each.id == requirement_id:
            return each
    raise NotFound(_l("There is no such page or record."), rule="not-found", field="requirement_id")


@bp.post("/qualifications/<uuid:qualification_id>/change-operator")
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
@bp.arguments(OperatorIn)
@bp.response(201, MatterSchema)
def change_operator(qualification: Qualification, data: dict[str, Any]) -> Any:
    """Prepare a change of the operator: a merger or a new business id."""
    return standing.open_operator_change(qualification, data["registration_number"], data["reason"], by=mandate())


@bp.post("/qualifications/<uuid:qualification_id>/prepare-lifting")
@requires(Permission.ADMISSION_HANDLE, on=admissions.qualification)
@bp.arguments(MatterTextIn)
@bp.response(201, MatterSchema)
def prepare_lifting(qualification: Qualification, data: dict[str, Any]) -> Any:
    """Prepare to end the pause."""
    return standing.open_lifting(qualification, data["text"], by=mandate())


@bp.post("/admission-matters/<uuid:matter_id>/answer")
@requires(Permission.ADMISSION_OWN, on=admissions.matter)
@bp.arguments(MatterTextIn)
@bp.response(200, MatterSchema)
def answer_hearing(matter: AdmissionMatter, data: dict[str, Any]) -> Any:
    """The provider is heard."""
    standing.answer_hearing(matter, data["text"], by=mandate())
    return matter


@bp.post("/admission-matters/<uuid:matter_id>/propose")
@requires(Permission.ADMISSION_HANDLE, on=admissions.matter)
@bp.arguments(MatterTextIn)
@bp.response(201, DecisionSchema)
def propose_matter(matter: AdmissionMatter, data: dict[str, Any]) -> Any:
    """Lay the decision before the decision maker."""
    return standing.propose_matter(matter, data["text"], by=mandate())


@bp.post("/admission-matters/<uuid:matter_id>/drop")
@requires(Permission.ADMISSION_DROP, on=admissions.matter)
@bp.arguments(MatterTextIn)
@bp.response(200, MatterSchema)
def drop_matter(matter: AdmissionMatter, data: dict[str, Any]) -> Any:
    """Let a matter rest, or take one's own request back."""
    standing.drop_matter(matter, data["text"], by=mandate())
    return matter
