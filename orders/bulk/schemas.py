"""What machines send and get of bulk files."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Money, StrictSchema, page_schema


class BulkIn(StrictSchema):
    """A whole file as a text: CSV with the columns of the example."""

    category_id = fields.UUID(required=True)
    group_id = fields.UUID(load_default=None, allow_none=True)
    csv = fields.String(required=True, validate=validate.Length(1, 1_000_000))


class BulkOut(Schema):
    """A bulk file and how far it is."""

    id = fields.UUID()
    reference = fields.String()
    category_id = fields.UUID()
    group_id = fields.UUID(allow_none=True)
    state = fields.String()
    size = fields.Integer()
    estimate = Money(allow_none=True, most="99999999999.99")
    made_at = fields.DateTime()
    begun_at = fields.DateTime(allow_none=True)
    done_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class BulkLineOut(Schema):
    """What came of a line; the customers' links are in the result list."""

    row = fields.Integer(attribute="number")
    reference = fields.String()
    state = fields.String()
    need_id = fields.UUID(allow_none=True)
    order_id = fields.UUID(allow_none=True)
    rule = fields.String(allow_none=True)
    why = fields.Dict(allow_none=True)


class BulkLinesOut(Schema):
    items = fields.List(fields.Nested(BulkLineOut))


class ExampleOut(Schema):
    """The example file."""

    csv = fields.String()


BulkPage = page_schema(BulkOut, "BulkFilePage")
