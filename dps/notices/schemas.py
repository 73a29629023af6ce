"""What machines send and get about notices."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from core.web.api import StrictSchema, Text, page_schema
from dps.notices.models import NoticeKind, NoticeState


class NoticeSchema(Schema):
    """A notice as stored."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    kind = fields.Enum(NoticeKind, by_value=True)
    state = fields.Enum(NoticeState, by_value=True)
    change_id = fields.UUID(allow_none=True)
    decision_id = fields.UUID(allow_none=True)
    quarter_starts_on = fields.Date(allow_none=True)
    content = fields.Dict()
    sent_at = fields.AwareDateTime()
    number = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)


class SentSchema(StrictSchema):
    """A notice that was sent for publication.

    About a system (its start or its end), a change of it, a contract of a competition, the contracts of a quarter
    (system and first day of the quarter), or a cancelled competition (the decision).
    """

    system_id = fields.UUID()
    change_id = fields.UUID()
    contract_id = fields.UUID()
    decision_id = fields.UUID()
    quarter_starts_on = fields.Date()
    sent_at = fields.AwareDateTime()

    @validates_schema
    def is_about_one_thing(self, data: dict[str, Any], **_words: Any) -> None:
        if sum(name in data for name in ("system_id", "change_id", "contract_id", "decision_id")) != 1:
            raise ValidationError({"system_id": ["Give one of system_id, change_id, contract_id and decision_id."]})
        if "quarter_starts_on" in data and "system_id" not in data:
            raise ValidationError({"quarter_starts_on": ["Give it with system_id."]})


class PublishedSchema(StrictSchema):
    """Number and time of the publication."""

    number = Text(required=True, max_length=60)
    published_at = fields.AwareDateTime(required=True)


NoticePage = page_schema(NoticeSchema, "NoticePage")
