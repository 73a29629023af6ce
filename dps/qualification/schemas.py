"""What machines send and get about applications and qualifications."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, Text, page_schema
from dps.qualification.models import ApplicationState, CheckResult


class CheckSchema(Schema):
    """A finding as stored."""

    requirement_id = fields.UUID()
    result = fields.Enum(CheckResult, by_value=True)
    note = fields.String()
    checked_at = fields.AwareDateTime()


class ApplicationSchema(Schema):
    """An application as stored."""

    id = fields.UUID()
    version = fields.Integer()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    declaration_id = fields.UUID()
    answers = fields.Dict()
    state = fields.Enum(ApplicationState, by_value=True)
    received_at = fields.AwareDateTime()
    decision_due_on = fields.Date(allow_none=True)
    extended_at = fields.AwareDateTime(allow_none=True)
    extension_reason = fields.String(allow_none=True)
    decision_id = fields.UUID(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class ApplicationCreateSchema(StrictSchema):
    """A new application; it rests on the newest confirmed declaration."""

    category_id = fields.UUID(required=True)
    answers = fields.Dict(
        keys=fields.String(validate=validate.Length(max=60)), values=Text(max_length=5000), required=True
    )


class FindingSchema(StrictSchema):
    """The finding on one requirement."""

    requirement_id = fields.UUID(required=True)
    result = fields.Enum(CheckResult, by_value=True, required=True)
    note = Text(load_default="", min_length=0)


class ProposalSchema(StrictSchema):
    """The reasons of the proposed decision."""

    summary = Text(required=True, max_length=5000)


class QualificationSchema(Schema):
    """An admission in force."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    decision_id = fields.UUID()
    admitted_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


ApplicationPage = page_schema(ApplicationSchema, "ApplicationPage")
QualificationPage = page_schema(QualificationSchema, "QualificationPage")
