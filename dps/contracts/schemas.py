"""What machines get about frame contracts."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import page_schema
from dps.contracts.models import ContractState


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


ContractPage = page_schema(ContractSchema, "ContractPage")
