"""Headers of every answer: nothing but our own scripts and styles, no framing, no sniffing, no referrer."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint and not request.endpoint.startswith(("assets.", "static")):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def refuse_nul() -> None:
    """No address holds a NUL: the database could not even compare it.

    :raises BadRequest: one does
    """
    if any("\x00" in value for values in request.args.lists() for value in (values[0], *values[1])):
        raise BadRequest


def init_app(app: Flask) -> None:
    app.before_request(refuse_nul)
    app.after_request(add_headers)
