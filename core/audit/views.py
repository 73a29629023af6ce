"""The administrator's reading of the chain."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import or_, select

from core.audit.chain import unlisted_events
from core.audit.models import AuditEvent, AuditFollower
from core.db import db
from core.i18n import lazy_gettext as _l
from core.identity import queries
from core.identity.models import OrganisationKind, Person, Role
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
    organisation_id = request.args.get("organisation", type=uuid.UUID)
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
    if organisation_id:  # its people's acts, and those of others with what is its own
        followed = select(AuditFollower.seq).where(
            AuditFollower.seq == AuditEvent.seq, AuditFollower.organisation_id == organisation_id
        )
        query = query.where(or_(AuditEvent.organisation_id == organisation_id, followed.exists()))
    rows = db.session.execute(query).all()
    return render_template(
        "audit/trail.html",
        rows=rows,
        kind=kind,
        organisation_id=organisation_id,
        authorities=queries.organisations(OrganisationKind.AUTHORITY),
        more=len(rows) == PAGE_SIZE,
    )


def init_nav() -> None:
    nav.add("audit.trail", _l("Audit trail"), Role.ADMIN, order=50)
