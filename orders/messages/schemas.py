"""What machines send and get of messages inside orders."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import StrictSchema, Text


class MessageIn(StrictSchema):
    """A message without a file; files are attached on the page."""

    text = Text(required=True, max_length=4000)


class MessageOut(Schema):
    """A message with its words."""

    id = fields.UUID()
    from_side = fields.String()
    sent_at = fields.DateTime()
    read_at = fields.DateTime(allow_none=True)
    text = fields.String()
    file_name = fields.String(allow_none=True)


class MessagesOut(Schema):
    """The newest messages of an order, at most two hundred."""

    items = fields.List(fields.Nested(MessageOut))


class ReadOut(Schema):
    read = fields.Integer()
