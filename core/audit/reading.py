"""Reading personal data leaves a record of its own, written at the end of the request (I2, R114)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, g, has_request_context
from sqlalchemy import func, insert

from core.audit.models import AccessRecord
from core.db import db, unit_of_work

if TYPE_CHECKING:
    from core.identity.mandates import Mandate


#: What rooms ask before anything is shown; a check raises what forbids it.
_checks: list[Callable[[str, Mandate], None]] = []


def ask_before_showing(check: Callable[[str, Mandate], None]) -> None:
    """Let a room refuse a reading that nothing allows (R106)."""
    if check not in _checks:
        _checks.append(check)


def saw(what: str, subject: Any, *, actor: Mandate) -> None:
    """Note that ``actor`` is shown ``what`` (``need.customer``) of ``subject``, unless a room's check refuses it."""
    for check in _checks:
        check(what, actor)
    row = {
        "person_id": actor.person_id,
        "organisation_id": actor.organisation_id,
        "what": what,
        "subject_type": type(subject).__tablename__,
        "subject_id": str(subject.id),
    }
    if has_request_context():
        g.setdefault("access_records", []).append(row)
    else:
        with unit_of_work():
            _write([row])


def _write(rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(AccessRecord).values(at=func.avoin_now()), rows)


def write_access_records(response: Response) -> Response:
    """Store what this request showed, once its own transaction is over."""
    rows = g.pop("access_records", [])
    if rows and response.status_code < 400:
        db.session.rollback()
        with unit_of_work():
            _write(rows)
    return response


def init_app(app: Flask) -> None:
    app.after_request(write_access_records)
