"""What machines get of paths."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from core.web.api import Money, StrictSchema, page_schema
from evaluation.paths import queries, rules


class PathQuery(StrictSchema):
    """Which window, and which customers: one group at a time (R119)."""

    months = fields.Integer(load_default=rules.WINDOWS[0], validate=validate.OneOf(rules.WINDOWS))
    group = fields.String(load_default=None, validate=validate.OneOf(queries.GROUPS))
    band = fields.String(load_default=None, validate=validate.Length(1, 40))


class WayOut(Schema):
    """Customers who went one way; ``steps`` is empty where ways are put together."""

    steps = fields.List(fields.String())
    end = fields.String()
    customers = fields.Integer()
    mean_days = fields.Integer()
    mean_cost = Money()


class ShareOut(Schema):
    """A service's share; figures are null below the gate."""

    step = fields.String()
    employed = fields.Integer(allow_none=True)
    credit = fields.Decimal(places=3, as_string=True, allow_none=True)
    last_touch = fields.Integer(allow_none=True)


class PathsOut(Schema):
    """What was counted last."""

    frozen_on = fields.Date(allow_none=True)
    months = fields.Integer()
    ways = fields.List(fields.Nested(WayOut))
    shares = fields.List(fields.Nested(ShareOut))


class PathRunOut(Schema):
    id = fields.UUID()
    asked_at = fields.AwareDateTime()
    frozen_on = fields.Date()
    share = fields.Decimal(places=3, as_string=True)
    doing = fields.String()
    finished_at = fields.AwareDateTime(allow_none=True)
    failed = fields.String(allow_none=True)


PathRunPage = page_schema(PathRunOut, "PathRunPage")
