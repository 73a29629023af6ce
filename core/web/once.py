"""A repeated request has the effect of one (I6): the key is claimed in the transaction that does the work.

Forms carry a hidden ``_once`` token, API clients send ``Idempotency-Key``. A second request with the
key waits for the first one's commit and gets the stored answer. A form whose content was changed and
sent again (the browser's way back) is another act: nothing that somebody wrote is lost.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from flask import Response, request
from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from core import clock, jobs
from core.db import db, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.sealing import seal, unseal
from core.web.models import IdempotencyRecord

FORM_FIELD = "_once"
KEEP = timedelta(days=30)
MAX_KEY = 200


def once_token() -> str:
    """A fresh token for a form."""
    return secrets.token_urlsafe(18)


def request_key(actor_id: object) -> str | None:
    """The key of this request, bound to who sends it and where to; ``None`` when none was sent."""
    given = request.headers.get("Idempotency-Key") if is_api() else request.form.get(FORM_FIELD)
    if not given:
        return None
    bound = f"{actor_id}|{request.method}|{request.path}|{given[:MAX_KEY]}|{'' if is_api() else _content()}"
    return hashlib.sha256(bound.encode()).hexdigest()


def _content() -> str:
    """A digest of what a form says, files included, without the tokens around it."""
    digest = hashlib.sha256()
    for name, values in sorted(request.form.lists()):
        if name not in (FORM_FIELD, "csrf_token"):
            digest.update(repr((name, values)).encode())
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        digest.update(repr((name, file.filename)).encode())
        while chunk := file.stream.read(1 << 20):
            digest.update(chunk)
        file.stream.seek(0)
    return digest.hexdigest()


def is_api() -> bool:
    return request.path.startswith("/api/")


def _fingerprint() -> str:
    """What a machine asks; the same key with another content is an error of the client."""
    if not is_api():
        return ""
    if request.mimetype == "multipart/form-data":  # its parts: the line between them differs at each try
        return _content()
    return hashlib.sha256(request.get_data()).hexdigest()


def claim(key: str) -> Response | None:
    """Claim the key in the current transaction; the stored answer if it was used before.

    :raises RuleBroken: the key was used for another content
    """
    fingerprint = _fingerprint()
    claimed = db.session.scalar(
        insert(IdempotencyRecord)
        .values(key=key, at=clock.now(), fingerprint=fingerprint)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(IdempotencyRecord.key)
    )
    if claimed:
        return None
    row = db.session.get(IdempotencyRecord, key, populate_existing=True)
    if row is None or row.fingerprint != fingerprint:
        raise RuleBroken(
            _l("This Idempotency-Key was used for another request."),
            rule="I6",
            field="Idempotency-Key",
            next_step=_l("Send a new key with a new request."),
        )
    body = unseal(row.sealed_body, f"idempotency/{key}") if row.sealed_body else b""
    answer = Response(body, status=row.status or 200, content_type=row.content_type)
    if row.location:
        answer.headers["Location"] = row.location
    answer.headers["Idempotent-Replay"] = "true"
    return answer


def remember(key: str, response: Response) -> None:
    """Store the answer in the same transaction as the work."""
    db.session.execute(
        update(IdempotencyRecord)
        .where(IdempotencyRecord.key == key)
        .values(
            status=response.status_code,
            location=response.headers.get("Location"),
            content_type=response.content_type,
            sealed_body=seal(response.get_data(), f"idempotency/{key}") if is_api() else None,
        )
    )


@jobs.periodic("idempotency.forget", every=timedelta(days=1))
@transaction
def forget_old() -> None:
    """Drop keys that nobody will repeat any more."""
    db.session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.at < clock.now() - KEEP))
