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
    content = fields.Dict()
    sent_at = fields.AwareDateTime()
    number = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)


class SentSchema(StrictSchema):
    """A notice that was sent for publication: about a system (its start or its end), or about a change of it."""

    system_id = fields.UUID()
    change_id = fields.UUID()
    sent_at = fields.AwareDateTime()

    @validates_schema
    def is_about_one_thing(self, data: dict[str, Any], **_words: Any) -> None:
        if ("system_id" in data) == ("change_id" in data):
            raise ValidationError({"system_id": ["Give either system_id or change_id."]})


class PublishedSchema(StrictSchema):
    """Number and time of the publication."""

    number = Text(required=True, max_length=60)
    published_at = fields.AwareDateTime(required=True)


NoticePage = page_schema(NoticeSchema, "NoticePage")
