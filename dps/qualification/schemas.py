"""What machines send and get about applications and qualifications."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from core.web.api import StrictSchema, Text, page_schema
from dps.qualification.models import (
    ApplicationState,
    CheckResult,
    ClarificationKind,
    ExtractResult,
    PartyRole,
    QualificationState,
    RegisterKind,
    SanctionKind,
    SelfCleaning,
)
from dps.qualification.parties import PartyDetails
from suppliers.models import IdentifierScheme
from suppliers.rules import MAX_WORDS


class CheckSchema(Schema):
    """A finding as stored."""

    requirement_id = fields.UUID()
    party_id = fields.UUID(allow_none=True)
    result = fields.Enum(CheckResult, by_value=True)
    note = fields.String()
    ground_applies = fields.Boolean()
    event_on = fields.Date(allow_none=True)
    assessment = fields.String()
    self_cleaning = fields.Enum(SelfCleaning, by_value=True, allow_none=True)
    self_cleaning_note = fields.String()
    checked_at = fields.AwareDateTime()


class PartySchema(Schema):
    """Another operator of an application, as stored."""

    id = fields.UUID()
    role = fields.Enum(PartyRole, by_value=True)
    name = fields.String()
    country = fields.String()
    registration_number = fields.String()
    task = fields.String()
    relied_on_for_id = fields.UUID(allow_none=True)
    performs_service = fields.Boolean()
    grounds = fields.Dict()
    replaced_at = fields.AwareDateTime(allow_none=True)
    replaced_by_id = fields.UUID(allow_none=True)


class ClarificationSchema(Schema):
    """A question and its answer, as stored."""

    id = fields.UUID()
    version = fields.Integer()
    application_id = fields.UUID()
    number = fields.Integer()
    kind = fields.Enum(ClarificationKind, by_value=True)
    requirements = fields.List(fields.String())
    party_id = fields.UUID(allow_none=True)
    question = fields.String()
    asked_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    answer = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class ApplicationSchema(Schema):
    """An application as stored."""

    id = fields.UUID()
    version = fields.Integer()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    declaration_id = fields.UUID()
    answers = fields.Dict()
    secrets = fields.Dict()
    confirmed_parts = fields.List(fields.String())
    handler_id = fields.UUID(allow_none=True)
    parties = fields.List(fields.Nested(PartySchema))
    clarifications = fields.List(fields.Nested(ClarificationSchema))
    state = fields.Enum(ApplicationState, by_value=True)
    received_at = fields.AwareDateTime()
    decision_due_on = fields.Date(allow_none=True)
    extended_at = fields.AwareDateTime(allow_none=True)
    extension_reason = fields.String(allow_none=True)
    decision_id = fields.UUID(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    withdrawn_at = fields.AwareDateTime(allow_none=True)


class GroundAnswerSchema(StrictSchema):
    """A party's answer to one exclusion ground."""

    applies = fields.Boolean(required=True)
    explanation = Text(load_default="", min_length=0, max_length=MAX_WORDS)


class PartyCreateSchema(StrictSchema):
    """Another operator with its own declaration."""

    role = fields.Enum(PartyRole, by_value=True, required=True)
    name = Text(required=True, max_length=200)
    scheme = fields.Enum(IdentifierScheme, by_value=True, load_default=IdentifierScheme.FI_BUSINESS_ID)
    country = Text(load_default="FI", max_length=2)
    number = Text(required=True, max_length=40)
    task = Text(required=True, max_length=1000)
    relied_on_for = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    performs_service = fields.Boolean(load_default=False)
    grounds = fields.Dict(
        keys=fields.String(validate=validate.Length(max=60)), values=fields.Nested(GroundAnswerSchema), required=True
    )

    @post_load
    def _details(self, data: dict[str, Any], **words: Any) -> PartyDetails:
        return PartyDetails(**data)


_CODE = fields.String(validate=validate.Length(max=60))


class ApplicationCreateSchema(StrictSchema):
    """A new application; it rests on the newest confirmed declaration."""

    category_id = fields.UUID(required=True)
    answers = fields.Dict(keys=_CODE, values=Text(max_length=5000), required=True)
    #: Ids of documents of the vault, by the requirement's code.
    documents = fields.Dict(
        keys=_CODE, values=fields.List(fields.UUID(), validate=validate.Length(max=100)), load_default=dict
    )
    parties = fields.List(fields.Nested(PartyCreateSchema), validate=validate.Length(max=50), load_default=list)
    #: Why an answer is a business secret, by the requirement's code.
    secrets = fields.Dict(keys=_CODE, values=Text(max_length=1000), load_default=dict)
    #: Whatever stands as in an earlier application or declaration is still true.
    confirmed = fields.Boolean(load_default=False)


class ClarificationCreateSchema(StrictSchema):
    """A question to the applicant."""

    kind = fields.Enum(ClarificationKind, by_value=True, required=True)
    requirement_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(min=1, max=50))
    party_id = fields.UUID(load_default=None, allow_none=True)
    question = Text(required=True, max_length=5000)
    due_on = fields.Date(load_default=None, allow_none=True)


class ClarificationAnswerSchema(StrictSchema):
    """The answer to a question."""

    answer = Text(required=True, max_length=5000)
    document_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=100))
    replacement = fields.Nested(PartyCreateSchema, load_default=None, allow_none=True)
    does_without = fields.Boolean(load_default=False)


class ExtractCreateSchema(StrictSchema):
    """What a register says."""

    kind = fields.Enum(RegisterKind, by_value=True, required=True)
    issued_on = fields.Date(required=True)
    result = fields.Enum(ExtractResult, by_value=True, required=True)
    source = Text(required=True, max_length=300)
    note = Text(load_default="", min_length=0)


class ExtractSchema(Schema):
    """What a register said, as stored."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    kind = fields.Enum(RegisterKind, by_value=True)
    issued_on = fields.Date()
    result = fields.Enum(ExtractResult, by_value=True)
    source = fields.String()
    note = fields.String()
    checked_at = fields.AwareDateTime()


class RecordCreateSchema(StrictSchema):
    """That a criminal-record extract was looked at; there is no text, on purpose (R67)."""

    party_id = fields.UUID(load_default=None, allow_none=True)
    issued_on = fields.Date(required=True)
    result = fields.Enum(ExtractResult, by_value=True, required=True)


class RecordSchema(Schema):
    """That a criminal-record extract was looked at, as stored."""

    id = fields.UUID()
    party_id = fields.UUID(allow_none=True)
    issued_on = fields.Date()
    result = fields.Enum(ExtractResult, by_value=True)
    checked_at = fields.AwareDateTime()


class GroundSchema(StrictSchema):
    """That an exclusion ground applies, whatever follows from it."""

    event_on = fields.Date(load_default=None, allow_none=True)
    assessment = Text(load_default="", min_length=0)
    sanction_kind = fields.Enum(SanctionKind, by_value=True, load_default=None, allow_none=True)
    contract_reference = Text(load_default="", min_length=0, max_length=200)
    self_cleaning = fields.Enum(SelfCleaning, by_value=True, load_default=None, allow_none=True)
    self_cleaning_note = Text(load_default="", min_length=0)


class FindingSchema(StrictSchema):
    """The finding on one requirement."""

    requirement_id = fields.UUID(required=True)
    party_id = fields.UUID(load_default=None, allow_none=True)
    result = fields.Enum(CheckResult, by_value=True, required=True)
    note = Text(load_default="", min_length=0)
    ground = fields.Nested(GroundSchema, load_default=None, allow_none=True)


class ClearSchema(StrictSchema):
    """Of whom no further ground applies; none is the applicant."""

    party_id = fields.UUID(load_default=None, allow_none=True)


class ProposalSchema(StrictSchema):
    """The reasons of the proposed decision."""

    summary = Text(required=True, max_length=5000)


class QualificationSchema(Schema):
    """An admission in force."""

    id = fields.UUID()
    version = fields.Integer()
    state = fields.Enum(QualificationState, by_value=True)
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    decision_id = fields.UUID()
    admitted_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


ApplicationPage = page_schema(ApplicationSchema, "ApplicationPage")
QualificationPage = page_schema(QualificationSchema, "QualificationPage")
