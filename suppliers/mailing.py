"""One mail to every address of a company: where decisions, hearings and questions are served (R72)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import current_app

from core import mail
from suppliers.models import Supplier


def tell(
    supplier: Supplier,
    template: str,
    *,
    at: datetime,
    about_id: uuid.UUID,
    path: str,
    language: str | None = None,
    **context: Any,
) -> None:
    """Mail a template to every address of the supplier, in its language unless another is given.

    :param path: the page it leads to, as ``/provider/documents``; the template gets it whole as ``link``
    """
    link = current_app.config["BASE_URL"].rstrip("/") + path
    for address in supplier.emails:
        mail.send(
            address, template, language=language or supplier.language, at=at, about_id=about_id, link=link, **context
        )
