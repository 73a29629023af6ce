"""JSON: the company's settings of news."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from core.web.access import mandate, requires
from core.web.api import StrictSchema, Text, api_blueprint
from suppliers import messages
from suppliers.models import Supplier
from suppliers.policy import Permission
from suppliers.views import own_supplier

bp = api_blueprint("message-settings", __name__, "What news a company hears of, and how often.")


class MessageSettingOut(Schema):
    """What is muted, and how often news come."""

    muted_services = fields.List(fields.String())
    muted_areas = fields.List(fields.String())
    is_digest = fields.Boolean()
    unsubscribed = fields.List(fields.String())


class MessageSettingIn(StrictSchema):
    """Everything that is muted from now on, and how often news come."""

    muted_services = fields.List(Text(max_length=60), required=True, validate=validate.Length(max=100))
    muted_areas = fields.List(Text(max_length=100), required=True, validate=validate.Length(max=400))
    is_digest = fields.Boolean(required=True)
    resubscribe = fields.Boolean(load_default=False)


@bp.get("/message-settings")
@requires(Permission.SUPPLIER_MANAGE, on=own_supplier)
@bp.response(200, MessageSettingOut)
def show(supplier: Supplier) -> Any:
    """The company's own settings."""
    return messages.shown_setting(supplier)


@bp.post("/message-settings/save")
@requires(Permission.SUPPLIER_MANAGE, on=own_supplier)
@bp.arguments(MessageSettingIn)
@bp.response(200, MessageSettingOut)
def save(supplier: Supplier, data: dict[str, Any]) -> Any:
    """Mute, or hear again; decisions and changes that concern the company are never muted."""
    return messages.save_settings(supplier, messages.Choices(**data), by=mandate())
