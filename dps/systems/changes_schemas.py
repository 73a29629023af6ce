"""What machines send and get about changes of open systems, and about questions."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from core.web.api import StrictSchema, Text, page_schema
from dps.systems.models import ChangeKind, ChangeState, QuestionState
from dps.systems.schemas import CategoryContentSchema, SystemFactsSchema, ValiditySchema, enum


class ChangeSchema(Schema):
    """A change after the opening; ``proposed`` holds the new values, ``replaced`` the old ones once in force."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    category_id = fields.UUID(allow_none=True)
    kind = enum(ChangeKind)
    state = enum(ChangeState)
    reason = fields.String()
    proposed = fields.Dict()
    replaced = fields.Dict(allow_none=True)
    prepared_at = fields.AwareDateTime()
    submitted_at = fields.AwareDateTime(allow_none=True)
    return_reason = fields.String(allow_none=True)
    approved_at = fields.AwareDateTime(allow_none=True)
    effective_at = fields.AwareDateTime(allow_none=True)


class ChangeCreateSchema(StrictSchema):
    """A proposed change: exactly what its kind needs beside the reason."""

    kind = enum(ChangeKind, required=True)
    reason = Text(required=True)
    system_id = fields.UUID()
    category_id = fields.UUID()
    #: The whole content, for a new or a changed category.
    category = fields.Nested(CategoryContentSchema)
    validity = fields.Nested(ValiditySchema)
    facts = fields.Nested(SystemFactsSchema)

    @validates_schema
    def has_what_its_kind_needs(self, data: dict[str, Any], **_words: Any) -> None:
        needed = NEEDED[data["kind"]]
        given = set(data) - {"kind", "reason"}
        if given != needed:
            raise ValidationError({name: ["Is needed for this kind of change, alone."] for name in given ^ needed})


#: What each kind of change is given beside kind and reason.
NEEDED = {
    ChangeKind.NEW_CATEGORY: {"system_id", "category"},
    ChangeKind.CATEGORY_CHANGED: {"category_id", "category"},
    ChangeKind.CATEGORY_ENDED: {"category_id"},
    ChangeKind.VALIDITY_CHANGED: {"system_id", "validity"},
    ChangeKind.SYSTEM_CHANGED: {"system_id", "facts"},
}


class AnswerSchema(Schema):
    """A published answer; a correction points to the one it replaces."""

    id = fields.UUID()
    corrects_id = fields.UUID(allow_none=True)
    text_fi = fields.String()
    text_sv = fields.String()
    text_en = fields.String()
    published_at = fields.AwareDateTime()


class QuestionSchema(Schema):
    """A question without the one who asked."""

    id = fields.UUID()
    version = fields.Integer()
    system_id = fields.UUID()
    category_id = fields.UUID(allow_none=True)
    state = enum(QuestionState)
    text = fields.String()
    asked_at = fields.AwareDateTime()
    answer_due_on = fields.Date()
    answers = fields.List(fields.Nested(AnswerSchema))


class QuestionCreateSchema(StrictSchema):
    """A question about a system or one of its categories."""

    system_id = fields.UUID(required=True)
    category_id = fields.UUID(load_default=None, allow_none=True)
    text = Text(required=True, max_length=3000)


class AnswerCreateSchema(StrictSchema):
    """An answer in both national languages."""

    text_fi = Text(required=True, max_length=5000)
    text_sv = Text(required=True, max_length=5000)
    text_en = Text(load_default="", min_length=0, max_length=5000)


ChangePage = page_schema(ChangeSchema, "SystemChangePage")
QuestionPage = page_schema(QuestionSchema, "QuestionPage")
