"""The administrator's delivery log; in the demo it also shows the texts, so that links can be followed."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, render_template, request
from sqlalchemy import or_, select

from core.db import db
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.identity.policy import Permission
from core.mail.models import Mail
from core.mail.service import body_of, unlisted_templates
from core.web import nav
from core.web.access import requires

bp = Blueprint("mail", __name__)

PAGE_SIZE = 50


def mail_row(mail_id: uuid.UUID) -> Mail | None:
    return db.session.get(Mail, mail_id)


@bp.get("/admin/mail")
@requires(Permission.MAIL_READ)
def log() -> Any:
    """What was sent to whom, and what became of it; in production not who has been sent a tender's receipt (I3)."""
    after = request.args.get("after", type=uuid.UUID)
    search = request.args.get("q", "").strip()[:100]
    query = select(Mail).order_by(Mail.id.desc()).limit(PAGE_SIZE + 1)
    if after:
        query = query.where(Mail.id < after)
    if not current_app.config["SHOW_MAILS"]:
        query = query.where(Mail.template.not_in(unlisted_templates()))
    if search:
        query = query.where(
            or_(Mail.to_address.icontains(search, autoescape=True), Mail.subject.icontains(search, autoescape=True))
        )
    rows = list(db.session.scalars(query))
    more = rows[PAGE_SIZE - 1].id if len(rows) > PAGE_SIZE else None
    return render_template(
        "mail/log.html", mails=rows[:PAGE_SIZE], more=more, search=search, with_texts=current_app.config["SHOW_MAILS"]
    )


@bp.get("/admin/mail/<uuid:mail_id>")
@requires(Permission.MAIL_READ, on=mail_row)
def show(row: Mail) -> Any:
    """One mail with its text. Only the demo shows it: in production the text is the receiver's."""
    if not current_app.config["SHOW_MAILS"]:
        raise NotFound(
            _l("The texts of mails are shown in the demo only."),
            rule="mail-secrecy",
            next_step=_l("The delivery log tells what was sent and when."),
        )
    return render_template("mail/show.html", mail=row, body=body_of(row))


def init_nav() -> None:
    nav.add("mail.log", _l("Mail"), Role.ADMIN, order=40)
