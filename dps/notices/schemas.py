"""What machines send and get about notices."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import StrictSchema, Text, page_schema
from dps.notices.models import NoticeKind, NoticeState


class NoticeSchema(Schema):
    """A notice as stored."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    kind = fields.Enum(NoticeKind, by_value=True)
    state = fields.Enum(NoticeState, by_value=True)
    sent_at = fields.AwareDateTime()
    number = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)


class SentSchema(StrictSchema):
    """A notice that was sent for publication."""

    system_id = fields.UUID(required=True)
    sent_at = fields.AwareDateTime()


class PublishedSchema(StrictSchema):
    """Number and time of the publication."""

    number = Text(required=True, max_length=60)
    published_at = fields.AwareDateTime(required=True)


NoticePage = page_schema(NoticeSchema, "NoticePage")
