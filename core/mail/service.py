"""Writing, sending and listing mails."""

from __future__ import annotations

import smtplib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template
from sqlalchemy import select

from core import clock, jobs
from core.db import db, new_id
from core.i18n import using_language
from core.mail.models import Mail, MailState
from core.sealing import seal, unseal

SENDER = "Avoin <no-reply@{host}>"
TIMEOUT = 20

#: Templates whose being sent tells already what is nobody's to know: that a company has sent a tender (I3).
_unlisted: set[str] = set()
_already_sent: ContextVar[bool] = ContextVar("mail_already_sent", default=False)


@contextmanager
def already_sent() -> Iterator[None]:
    """Mails written inside count as sent at their own time (demo data of the past)."""
    token = _already_sent.set(True)
    try:
        yield
    finally:
        _already_sent.reset(token)


def keep_unlisted(template: str) -> str:
    """Leave mails of a template out of the administrator's log; returns the template."""
    _unlisted.add(template)
    return template


def unlisted_templates() -> frozenset[str]:
    """The templates that the administrator's log leaves out."""
    return frozenset(_unlisted)


def send(
    to: str, template: str, *, language: str, at: datetime, about_id: uuid.UUID | None = None, **context: Any
) -> Mail:
    """Promise a mail in the current transaction; its words are ``templates/mail/<template>.txt``.

    The template's first line is the subject, the rest the text.
    """
    with using_language(language):
        subject, _, body = render_template(f"mail/{template}.txt", **context).strip().partition("\n")
    row = Mail(
        id=new_id(),
        to_address=to,
        subject=" ".join(subject.split()),
        language=language,
        template=template,
        about_id=about_id,
        queued_at=at,
        sealed_body=b"",
    )
    row.sealed_body = seal(body.strip().encode(), f"mail/{row.id}")
    if _already_sent.get():
        row.state, row.sent_at = MailState.SENT, at
    db.session.add(row)
    if not _already_sent.get():
        db.session.flush()
        jobs.add("mail.deliver", at=at, key=f"mail:{row.id}", mail_id=row.id)
    return row


def body_of(row: Mail) -> str:
    """The text of a mail."""
    return unseal(row.sealed_body, f"mail/{row.id}").decode()


def mails_about(about_id: uuid.UUID) -> Sequence[Mail]:
    """The delivery log of one matter, the oldest first."""
    return db.session.scalars(select(Mail).where(Mail.about_id == about_id).order_by(Mail.id).limit(200)).all()


def mark_undelivered(mail_id: str) -> None:
    """Say in the log that a mail never reached the server."""
    row = db.session.scalars(select(Mail).where(Mail.id == uuid.UUID(mail_id)).with_for_update()).one()
    row.state = MailState.FAILED


@jobs.job("mail.deliver", given_up=mark_undelivered)
def deliver(mail_id: str) -> None:
    """Hand one mail to the server; a retried job finds it sent and does nothing."""
    row = db.session.scalars(select(Mail).where(Mail.id == uuid.UUID(mail_id)).with_for_update()).one()
    if row.state is MailState.SENT:
        return
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    message = EmailMessage()
    message["From"] = SENDER.format(host=host)
    message["To"] = row.to_address
    message["Subject"] = row.subject
    message["Date"] = format_datetime(row.queued_at)
    message["Message-ID"] = f"<{row.id}@{host}>"
    message["Content-Language"] = row.language
    message.set_content(body_of(row))
    row.reply = _hand_to_server(message)
    sent_at = clock.now()
    row.state, row.sent_at = MailState.SENT, sent_at


def _hand_to_server(message: EmailMessage) -> str:
    """Speak SMTP to MAIL_URL (``smtp://``, ``smtp://…?starttls=1`` or ``smtps://``)."""
    url = urlsplit(current_app.config["MAIL_URL"])
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=TIMEOUT) as server:
        if "starttls=1" in url.query:
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        refused = server.send_message(message)
    return "accepted" if not refused else "refused"
