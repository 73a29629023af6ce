"""Reports for machines: the tables of the pictures, the yearly reports."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from core.charts import Cell
from core.web.api import StrictSchema, page_schema


class ColumnSchema(StrictSchema):
    """A column of a picture's table."""

    name = fields.String(metadata={"description": "The head, in the language asked for"})
    is_number = fields.Boolean(metadata={"description": "Whether its cells are numbers"})


class PictureSchema(StrictSchema):
    """A picture in words and figures; its files stand at the addresses of ``files``."""

    key = fields.String(metadata={"description": "Names the picture: in-work-6"})
    title = fields.String(metadata={"description": "What it shows"})
    finding = fields.String(metadata={"description": "What it says"})
    caption = fields.String(metadata={"description": "How to read it"})
    columns = fields.List(fields.Nested(ColumnSchema), metadata={"description": "The head of its table"})
    rows = fields.List(
        fields.List(fields.String(allow_none=True)),
        metadata={"description": "The table; a number is written with a point, what is too few to tell is null (R119)"},
    )


class ReportSchema(StrictSchema):
    """What can be told of a category."""

    category_id = fields.UUID(metadata={"description": "The category"})
    release_id = fields.UUID(allow_none=True, metadata={"description": "The release the figures come from"})
    pictures = fields.List(fields.Nested(PictureSchema), metadata={"description": "What there is enough data for"})


class YearReportIn(StrictSchema):
    """Which report is to be made."""

    system_id = fields.UUID(required=True, metadata={"description": "The purchasing system"})
    year = fields.Integer(
        required=True, validate=validate.Range(2000, 2200), metadata={"description": "The calendar year"}
    )


class YearReportSchema(StrictSchema):
    """A yearly report and how much of it is made."""

    id = fields.UUID(metadata={"description": "The report"})
    system_id = fields.UUID(metadata={"description": "The purchasing system"})
    year = fields.Integer(metadata={"description": "The calendar year"})
    asked_at = fields.AwareDateTime(metadata={"description": "When it was asked for"})
    finished_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was ready, or given up"})
    failed = fields.String(allow_none=True, metadata={"description": "What stopped it, if something did"})
    made = fields.List(fields.String(), metadata={"description": "The languages in which it is ready"})


YearReportPage = page_schema(YearReportSchema, "YearReportPage")


def value_of(each: Cell) -> Any:
    """A cell for a machine."""
    return None if each.value is None else str(each.value)
