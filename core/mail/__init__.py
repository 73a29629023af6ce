"""Mail through SMTP, promised in the outbox, with a log of what was sent and what became of it."""

from core.mail.service import already_sent, keep_unlisted, mails_about, send

__all__ = ["already_sent", "keep_unlisted", "mails_about", "send"]
