"""What machines get of quality records."""

from __future__ import annotations

from marshmallow import fields

from core.web.api import PageQuery, page_schema
from orders.schemas import RecordOut


class QualityQuery(PageQuery):
    category = fields.UUID()
    supplier = fields.UUID()


class QualityRecordOut(RecordOut):
    id = fields.UUID()
    supplier_id = fields.UUID()
    category_id = fields.UUID()
    release_id = fields.UUID()
    published_at = fields.DateTime()


QualityRecordPage = page_schema(QualityRecordOut, "QualityRecordPage")
