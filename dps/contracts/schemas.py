"""What machines get about frame contracts."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import StrictSchema, page_schema
from dps.contracts.models import LIABILITY_KINDS, ContractState
from suppliers.models import DocumentKind


class ContractSchema(Schema):
    """A frame contract as stored."""

    id = fields.UUID()
    version = fields.Integer()
    qualification_id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    state = fields.Enum(ContractState, by_value=True)
    terms_version = fields.String()
    terms = fields.Dict()
    price_list = fields.Dict()
    data_processing_version = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    content_sha256 = fields.String()
    offered_at = fields.AwareDateTime()
    supplier_signed_at = fields.AwareDateTime(allow_none=True)
    authority_signed_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    paused_at = fields.AwareDateTime(allow_none=True)
    liability_exemption = fields.String(allow_none=True)


class LiabilityDocumentIn(StrictSchema):
    """A document that was looked at, with its day of issue."""

    kind = fields.Enum(DocumentKind, by_value=True, required=True, validate=validate.OneOf(LIABILITY_KINDS))
    issued_on = fields.Date(required=True)


class LiabilityIn(StrictSchema):
    """The documents that were looked at."""

    documents = fields.List(fields.Nested(LiabilityDocumentIn), required=True, validate=validate.Length(1, 20))


class UndertakingSchema(Schema):
    """A promise of secrecy."""

    id = fields.UUID()
    supplier_id = fields.UUID()
    authority_id = fields.UUID()
    text_version = fields.String()
    given_on = fields.Date()
    ended_on = fields.Date(allow_none=True)


ContractPage = page_schema(ContractSchema, "ContractPage")
