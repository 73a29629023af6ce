"""What machines get about decisions."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text, page_schema
from dps.decisions.models import DecisionKind, DecisionState, RemedyKind, RemedyOutcome, RemedyState
from dps.systems.legal_mode import InstructionKind


class AddresseeSchema(Schema):
    """A party of a competition, with the text that is for it alone."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    language = fields.String()
    sections = fields.List(fields.Dict())


class DecisionSchema(Schema):
    """A decision as stored; to a party of a competition its own reasons and sections only."""

    id = fields.UUID()
    version = fields.Integer()
    authority_id = fields.UUID()
    supplier_id = fields.UUID(allow_none=True)
    kind = fields.Enum(DecisionKind, by_value=True)
    state = fields.Enum(DecisionState, by_value=True)
    matter = fields.Dict()
    reasons = fields.List(fields.Dict())
    summary = fields.String()
    legal_basis = fields.String()
    instruction_kind = fields.Enum(InstructionKind, by_value=True)
    language = fields.String()
    prepared_at = fields.AwareDateTime()
    return_reason = fields.String(allow_none=True)
    signed_at = fields.AwareDateTime(allow_none=True)
    year = fields.Integer(allow_none=True)
    section_number = fields.Integer(allow_none=True)
    category_id = fields.UUID()
    case_year = fields.Integer()
    case_number = fields.Integer()
    competence = fields.String(allow_none=True)
    corrects_id = fields.UUID(allow_none=True)
    skips_standstill = fields.Boolean()
    body = fields.Dict()
    tenders_received = fields.Integer(allow_none=True)
    tenderers = fields.Integer(allow_none=True)
    addressees = fields.List(fields.Nested(AddresseeSchema))


class RemedySchema(Schema):
    """An appeal, demand or correction as registered."""

    id = fields.UUID()
    version = fields.Integer()
    decision_id = fields.UUID()
    kind = fields.Enum(RemedyKind, by_value=True)
    state = fields.Enum(RemedyState, by_value=True)
    claimant = fields.String()
    claims = fields.String()
    received_on = fields.Date()
    registered_on = fields.Date()
    last_day = fields.Date()
    is_late = fields.Boolean()
    court_told_on = fields.Date(allow_none=True)
    outcome = fields.Enum(RemedyOutcome, by_value=True, allow_none=True)
    outcome_note = fields.String(allow_none=True)
    new_decision_id = fields.UUID(allow_none=True)


class RemedyIn(StrictSchema):
    """What was received, from whom, and when."""

    decision_id = fields.UUID(required=True)
    kind = fields.Enum(RemedyKind, by_value=True, required=True)
    claimant = Text(load_default="", max_length=300, min_length=0)
    claims = Text(required=True, max_length=5000)
    received_on = fields.Date(required=True)


class CourtToldIn(StrictSchema):
    """The day on which the Market Court was told."""

    on = fields.Date(required=True)


class RemedyOutcomeIn(StrictSchema):
    """How it ended, and why."""

    outcome = fields.Enum(RemedyOutcome, by_value=True, required=True)
    note = Text(required=True, max_length=5000)


class CorrectedFindingIn(StrictSchema):
    """One finding as it should have been."""

    is_met = fields.Boolean(required=True)
    reason = Text(load_default="", max_length=5000, min_length=0)


class CorrectionIn(StrictSchema):
    """The findings in the order of the old decision's reasons, and the new summary."""

    findings = fields.List(fields.Nested(CorrectedFindingIn), required=True, validate=validate.Length(1, 200))
    summary = Text(required=True, max_length=5000)


class ExplanationSchema(Schema):
    """A request for the reasons of a decision."""

    id = fields.UUID()
    version = fields.Integer()
    decision_id = fields.UUID()
    question = fields.String()
    asked_at = fields.AwareDateTime()
    due_on = fields.Date()
    answer = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ReasonsTextIn(StrictSchema):
    """A question or an answer."""

    text = Text(required=True, max_length=5000)


class DelegationSchema(Schema):
    """Power to admit later applicants."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    person_id = fields.UUID()
    basis = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    revoked_at = fields.AwareDateTime(allow_none=True)


class DelegationIn(StrictSchema):
    """To whom, for which system, until when, by which rule."""

    system_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    basis = Text(required=True, max_length=300)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


DecisionPage = page_schema(DecisionSchema, "DecisionPage")
RemedyPage = page_schema(RemedySchema, "RemedyPage")
