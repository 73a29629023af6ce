"""The administrator's reading of the chain."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select

from core.audit.chain import unlisted_events
from core.audit.models import AuditEvent
from core.db import db
from core.i18n import lazy_gettext as _l
from core.identity.models import Person, Role
from core.identity.policy import Permission
from core.web import nav
from core.web.access import requires

bp = Blueprint("audit", __name__)

PAGE_SIZE = 100


@bp.get("/admin/audit")
@requires(Permission.AUDIT_READ)
def trail() -> Any:
    """Who did what, when, newest first; by id, without personal values."""
    before = request.args.get("before", type=int)
    kind = request.args.get("type", "").strip()[:100]
    query = (
        select(AuditEvent, Person.name)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .where(AuditEvent.type.not_in(unlisted_events()))
        .order_by(AuditEvent.seq.desc())
        .limit(PAGE_SIZE)
    )
    if before and before < 2**63:
        query = query.where(AuditEvent.seq < before)
    if kind:
        query = query.where(AuditEvent.type.startswith(kind, autoescape=True))
    rows = db.session.execute(query).all()
    return render_template("audit/trail.html", rows=rows, kind=kind, more=len(rows) == PAGE_SIZE)


def init_nav() -> None:
    nav.add("audit.trail", _l("Audit trail"), Role.ADMIN, order=50)
