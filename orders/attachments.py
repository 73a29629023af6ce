"""Files that people add to what they write about an order: looked into before they are kept (I8, R67)."""

from __future__ import annotations

from datetime import datetime

from core.db import db
from core.errors import RuleBroken
from core.files import service as files
from core.files.models import StoredFile
from core.files.words import words_of
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.text_checks import contains_identity_code
from suppliers import forbidden

LARGEST = 10 * files.MEGABYTE


def kept(content: bytes, name: str, *, accepted: tuple[str, ...], at: datetime, by: Mandate) -> StoredFile:
    """Keep a file once its name and its words were looked at (docs/adr/005); call it inside a verb.

    :raises RuleBroken: its size or type, an identity code (I8), or a criminal-record extract (R67)
    """
    if len(content) > LARGEST:
        raise RuleBroken(
            _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=LARGEST // files.MEGABYTE),
            rule="file-size",
            field="file",
            next_step=_l("Make the file smaller and add it again."),
        )
    kind = files.type_of(content, name, accepted=accepted, field="file")
    found = words_of(content, kind)
    if contains_identity_code(f"{name} {found}"):
        raise RuleBroken(
            _l("The file contains a personal identity code, so we did not keep it."),
            rule="I8",
            field="file",
            next_step=_l("Remove the code from the file and add it again."),
        )
    if forbidden.names_extract(name) or forbidden.is_extract(found):
        raise RuleBroken(
            _l("This looks like an extract from the criminal record. The law forbids us to keep it, so we did not."),
            rule="R67",
            field="file",
            next_step=_l("Show the extract to the official when you are asked to. It is never uploaded."),
        )
    stored = files.store(content, name, owner_id=by.organisation_id, at=at, accepted=accepted, field="file")
    db.session.flush()
    return stored
