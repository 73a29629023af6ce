"""Links for customers: random, stored as a hash, used once by a POST, and told plainly when they are over."""

from __future__ import annotations

from typing import Any

import segno
from flask import current_app
from markupsafe import Markup
from wtforms import ValidationError

from core.errors import DomainError
from core.i18n import gettext as _
from core.i18n import lazy_cgettext as _c
from core.web.text_checks import contains_identity_code


class LinkOver(DomainError):
    """The link existed, and can no longer be used: answered, replaced or too old."""

    status = 410


class LinkUnknown(DomainError):
    """There never was such a link."""

    status = 404


def used() -> LinkOver:
    return LinkOver(
        _c("This link has already been used."),
        rule="link-used",
        next_step=_c("Your expert tells you what happens next."),
    )


def over() -> LinkOver:
    return LinkOver(_c("The link no longer works. Ask your expert for a new one."), rule="link-over")


def unknown() -> LinkUnknown:
    return LinkUnknown(_c("The link no longer works. Ask your expert for a new one."), rule="link-unknown")


def address(page: str, token: str) -> str:
    """The address a customer opens, on a phone or from a QR code."""
    return f"{current_app.config['BASE_URL'].rstrip('/')}/{page}/{token}"


def qr_code(link: str) -> Markup:
    """The link as a picture that a phone can read, drawn inside the page."""
    drawing = segno.make(link).svg_inline(scale=6, omitsize=True, title=_("QR code of the link"))
    return Markup(drawing)  # noqa: S704 - drawn by segno from an address of our own


#: As ``core.web.text_checks`` says it, in the customer's eight languages (I8).
NO_IDENTITY_CODE = _c(
    "The text seems to contain a personal identity code. Remove it and send again. We did not save the message."
)


def no_identity_code(form: Any, field: Any) -> None:
    """WTForms validator of what customers write."""
    if field.data and contains_identity_code(field.data):
        raise ValidationError(NO_IDENTITY_CODE)
