"""What machines get about decisions."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import page_schema
from dps.decisions.models import DecisionKind, DecisionState
from dps.systems.legal_mode import InstructionKind


class DecisionSchema(Schema):
    """A decision as stored."""

    id = fields.UUID()
    version = fields.Integer()
    authority_id = fields.UUID()
    supplier_id = fields.UUID()
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


DecisionPage = page_schema(DecisionSchema, "DecisionPage")
