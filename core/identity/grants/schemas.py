"""What machines send and get of access between authorities."""

from __future__ import annotations

from marshmallow import Schema, fields

from core.identity.grants.models import ScopeKind, Task
from core.web.api import PageQuery, StrictSchema, Text, page_schema


class GrantIn(StrictSchema):
    """A person of the caller's authority asks to do a task for another authority."""

    person_id = fields.UUID(required=True)
    owner_id = fields.UUID(required=True)
    task = fields.Enum(Task, by_value=True, required=True)
    scope_kind = fields.Enum(ScopeKind, by_value=True, required=True)
    scope_id = fields.UUID(required=True)
    purpose = Text(required=True, max_length=1000)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)


class GrantOut(Schema):
    """A grant, as both authorities see it."""

    id = fields.UUID()
    person_id = fields.UUID()
    authority_id = fields.UUID()
    owner_id = fields.UUID()
    task = fields.String()
    scope_kind = fields.String()
    scope_id = fields.UUID()
    purpose = fields.String()
    first_day = fields.Date()
    last_day = fields.Date()
    state = fields.String()
    proposed_by = fields.UUID()
    proposed_at = fields.DateTime()
    answered_by = fields.UUID(allow_none=True)
    answered_at = fields.DateTime(allow_none=True)
    refuse_reason = fields.String(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
    version = fields.Integer()


class RefuseIn(StrictSchema):
    reason = Text(required=True, max_length=500)


class UseQuery(PageQuery):
    """Uses are paged by their place in the audit trail."""

    cursor = fields.Integer()  # type: ignore[assignment]
    authority_id = fields.UUID()
    task = fields.Enum(Task, by_value=True)
    grant_id = fields.UUID()


class UseOut(Schema):
    """One use of a grant: who, as what, for which authority, which act on which thing, when."""

    seq = fields.Integer()
    at = fields.DateTime()
    grant_id = fields.UUID()
    person_id = fields.UUID()
    role = fields.String()
    authority_id = fields.UUID()
    task = fields.String()
    scope_kind = fields.String()
    scope = fields.UUID()
    act = fields.String()
    object = fields.UUID(allow_none=True)


class UsePage(Schema):
    items = fields.List(fields.Nested(UseOut))
    next_cursor = fields.Integer(allow_none=True)


GrantPage = page_schema(GrantOut, "GrantPage")
