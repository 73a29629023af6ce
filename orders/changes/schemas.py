"""What machines send and get of amendments."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.web.api import Money, StrictSchema, Text, page_schema
from orders.changes.models import ChangeKind, ChangeReason


class ChangeIn(StrictSchema):
    """A proposal: the fields of its kind are given."""

    kind = fields.Enum(ChangeKind, by_value=True, required=True)
    reason = fields.Enum(ChangeReason, by_value=True, required=True)
    from_on = fields.Date(load_default=None)
    until_on = fields.Date(load_default=None)
    module = Text(max_length=100, load_default=None, allow_none=True)


class ChangeOut(Schema):
    """An amendment and where it stands."""

    id = fields.UUID()
    order_id = fields.UUID()
    kind = fields.String()
    reason = fields.String()
    state = fields.String()
    proposed_side = fields.String()
    proposed_at = fields.DateTime()
    answer_by = fields.DateTime()
    from_on = fields.Date(allow_none=True)
    until_on = fields.Date(allow_none=True)
    module = fields.String(allow_none=True)
    price = Money(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


OrderChangePage = page_schema(ChangeOut, "OrderChangePage")
