"""One place turns errors into a page or a problem+json (RFC 9457): the rule, the field, what to do next (I10)."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import BadRequest, HTTPException

from core.db import db
from core.errors import DomainError
from core.i18n import gettext as _
from core.web import once, text_checks

log = structlog.get_logger()


def problem(
    status: int,
    title: str,
    *,
    rule: str,
    detail: str | None = None,
    errors: list[dict[str, str]] | None = None,
    next_step: str | None = None,
    code: str | None = None,
) -> Response:
    """A problem+json answer; its ``type`` names the rule."""
    body: dict[str, Any] = {
        "type": f"{current_app.config['BASE_URL']}/rules#{rule}",
        "title": title,
        "status": status,
        "rule": rule,
    }
    if detail:
        body["detail"] = detail
    if next_step:
        body["next_step"] = next_step
    if code:
        body["code"] = code
    if errors:
        body["errors"] = errors
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def page(status: int, title: str, *, rule: str | None = None, next_step: str | None = None) -> Response:
    """An error page that says what happened and what to do."""
    return make_response(render_template("layout/error.html", heading=title, text=next_step or "", rule=rule), status)


def on_domain_error(error: DomainError) -> Response:
    db.session.rollback()
    message, step = str(error.message), str(error.next_step) if error.next_step else None
    if once.is_api():
        errors = [{"field": error.field, "rule": error.rule, "message": message}] if error.field else None
        if many := error.data.get("problems"):
            errors = [each.as_error() for each in many]
        code = error.data.get("code")
        return problem(error.status, message, rule=error.rule, errors=errors, next_step=step, code=code)
    return page(error.status, message, rule=error.rule, next_step=step)


def on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    texts = {
        400: _("The request could not be read."),
        404: _("There is no such page or record."),
        405: _("This address does not take this kind of request."),
        413: _("What was sent is too large."),
        415: _("This kind of content is not taken here."),
        422: _("Some of the values are not right."),
        429: _("There were too many requests."),
    }
    title = texts.get(status, _("Something went wrong."))
    if once.is_api():
        answer = problem(status, title, rule=f"http-{status}", errors=_field_errors(error))
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        return answer
    return page(status, title, next_step=_("Check the address, or go back and try again."))


def _field_errors(error: HTTPException) -> list[dict[str, str]] | None:
    """The messages of marshmallow, flattened to one row a field."""
    data = getattr(error, "data", None) or {}
    rows: list[dict[str, str]] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{path}.{key}" if path else str(key))
        else:
            for message in value if isinstance(value, list) else [value]:
                rule = "I8" if str(message) == str(text_checks.MESSAGE) else "schema"
                rows.append({"field": path, "rule": rule, "message": str(message)})

    for content in (data.get("messages") or {}).values():
        walk(content, "")
    return rows or None


def on_csrf_error(error: CSRFError) -> Response:
    return page(
        400,
        _("The form was open too long, or it was sent from another page."),
        rule="csrf",
        next_step=_("Go back, load the page again and send the form once more."),
    )


def on_conflict(error: Exception) -> Response:
    """Two people at once: the database refused the second."""
    db.session.rollback()
    log.warning("conflict", kind=type(error).__name__)
    title, step = _("Someone else has changed this."), _("Open the newest version and decide again.")
    if once.is_api():
        return problem(409, title, rule="I6", next_step=step)
    return page(409, title, next_step=step)


def on_too_deep(error: RecursionError) -> Response:
    """Something nested without end, which no reader of ours takes."""
    db.session.rollback()
    return on_http_error(BadRequest())


def on_unexpected(error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without it."""
    db.session.rollback()
    log.error("unexpected_error", exc_info=error)
    title, step = _("Something went wrong on our side."), _("Try again. What you did before is safe.")
    if once.is_api():
        return problem(500, title, rule="http-500", next_step=step)
    return page(500, title, next_step=step)


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(IntegrityError, on_conflict)
    app.register_error_handler(StaleDataError, on_conflict)
    app.register_error_handler(RecursionError, on_too_deep)
    if not app.testing:
        app.register_error_handler(Exception, on_unexpected)
