"""The JSON API: blueprints, schemas and paging that every room's ``api.py`` uses (DESIGN.md §8)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import Blueprint as FlaskBlueprint
from flask import Flask, jsonify, render_template
from flask_smorest import Api, Blueprint
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import Select

from core.db import db
from core.web import far_days
from core.web.access import public
from core.web.text_checks import no_identity_code_in

PREFIX = "/api/v1"
PAGE_SIZE = 50
MAX_PAGE_SIZE = 200


class Problem(Schema):
    """RFC 9457 problem details; ``type`` names the rule."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    rule = fields.String()
    detail = fields.String()
    next_step = fields.String()
    #: What a machine tells several reasons of one rule apart by.
    code = fields.String()
    errors = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class OurApi(Api):
    """flask-smorest with one error shape; the handlers are those of ``core.web.errors``."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Errors are answered application-wide, for pages and JSON alike."""


class StrictSchema(Schema):
    """Unknown fields are errors; times carry their offset; a day is of our centuries."""

    @validates_schema
    def refuse_far_days(self, data: dict[str, Any], **kwargs: Any) -> None:
        far = [name for name, value in data.items() if far_days.is_far(value)]
        if far:
            raise ValidationError({self.fields[name].data_key or name: [str(far_days.MESSAGE)] for name in far})


class Text(fields.String):
    """A text without NUL bytes and personal identity codes (I8), stripped, of limited length."""

    def __init__(self, *, max_length: int = 2000, min_length: int = 1, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(min=min_length, max=max_length), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if "\x00" in text:
            raise ValidationError("Must not contain NUL characters.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ValidationError("Must not contain half characters (surrogates).")
        no_identity_code_in(text)
        return text.strip()


class Exact(fields.Decimal):
    """A decimal as a string with so many places, from ``least`` to ``most``.

    The limits are our own check: marshmallow's ``Range`` would put a text where OpenAPI wants a number.
    """

    def __init__(self, *, places: int, least: str, most: str, **kwargs: Any) -> None:
        pattern = rf"^\d{{1,12}}(\.\d{{1,{places}}})?$"
        super().__init__(places=places, as_string=True, allow_nan=False, metadata={"pattern": pattern}, **kwargs)
        self.least, self.most = Decimal(least), Decimal(most)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        amount = super()._deserialize(value, attr, data, **kwargs)
        if amount is None or not self.least <= amount <= self.most:
            raise ValidationError(f"Must be a number from {self.least} to {self.most}.")
        if amount != Decimal(str(value)):
            raise ValidationError("Has too many decimals.")
        return amount


class Money(Exact):
    """Euros as a string with two decimals: ``"1250.00"``."""

    def __init__(self, *, least: str = "0.00", most: str = "9999999.99", **kwargs: Any) -> None:
        super().__init__(places=2, least=least, most=most, **kwargs)


class PageQuery(Schema):
    """Paging by cursor: pass ``next_cursor`` of the last answer."""

    class Meta:
        unknown = EXCLUDE

    cursor = fields.UUID()
    limit = fields.Integer(load_default=PAGE_SIZE, validate=validate.Range(min=1, max=MAX_PAGE_SIZE))


def page_schema(item: type[Schema], name: str) -> type[Schema]:
    """A schema ``{"items": [...], "next_cursor": uuid | null}`` for lists of ``item``."""
    return type(
        name,
        (Schema,),
        {"items": fields.List(fields.Nested(item)), "next_cursor": fields.UUID(allow_none=True)},
    )


def page(query: Select[Any], model: Any, *, cursor: uuid.UUID | None, limit: int) -> dict[str, Any]:
    """One page of ``query``, newest first by id; ids are ordered by the time they were made."""
    if cursor is not None:
        query = query.where(model.id < cursor)
    rows: Sequence[Any] = db.session.scalars(query.order_by(model.id.desc()).limit(limit + 1)).unique().all()
    more = len(rows) > limit
    rows = rows[:limit]
    return {"items": rows, "next_cursor": rows[-1].id if more else None}


def api_blueprint(name: str, import_name: str, description: str) -> Blueprint:
    """A blueprint of the API; its name is the plural resource of DESIGN.md §8."""
    return Blueprint(f"api-{name}", import_name, url_prefix=PREFIX, description=description)


def init_app(app: Flask) -> Callable[[Blueprint], None]:
    """Set the API up; returns how to register a room's blueprint."""
    app.config.update(
        API_TITLE="Avoin",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = OurApi(
        app,
        spec_kwargs={
            "info": {"description": "An open dynamic purchasing system for employment services."},
            "security": [{"bearer": []}],
        },
    )
    for field in (Exact, Money):
        api.register_field(field, "string", None)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for endpoint in ("api-docs.openapi_json",):
        app.view_functions[endpoint] = public(app.view_functions[endpoint])

    pages = FlaskBlueprint("api-pages", __name__)

    @pages.get(f"{PREFIX}/docs")
    @public
    def docs() -> str:
        """The API's documentation, readable and runnable."""
        return render_template("layout/api_docs.html")

    app.register_blueprint(pages)
    return api.register_blueprint


def no_content() -> Any:
    """An empty JSON object, for verbs that have nothing to tell."""
    return jsonify({})
