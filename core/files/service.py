"""Storing and reading files: size limit, type by content, hash, envelope encryption."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from pathlib import PurePosixPath
from typing import BinaryIO

from core import clock, jobs
from core.db import db, new_id
from core.errors import RuleBroken
from core.files.models import StoredFile
from core.files.sniffing import ACCEPTED, media_type
from core.files.store import filesystem
from core.i18n import lazy_gettext as _l
from core.sealing import seal, unseal

MEGABYTE = 1024 * 1024


def read_limited(stream: BinaryIO, *, limit: int, field: str) -> bytes:
    """Read at most ``limit`` bytes.

    :raises RuleBroken: the file is empty or larger
    """
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise RuleBroken(
            _l("The file is too large. The limit is %(megabytes)s MB.", megabytes=limit // MEGABYTE),
            rule="file-size",
            field=field,
            next_step=_l("Make the file smaller and add it again."),
        )
    if not content:
        raise RuleBroken(_l("The file is empty."), rule="file-empty", field=field, next_step=_l("Choose another file."))
    return content


def type_of(content: bytes, name: str, *, accepted: tuple[str, ...], field: str) -> str:
    """The media type of a file, by its content.

    :param accepted: the media types this place takes
    :raises RuleBroken: the content is not what its name says, or of a type not taken here
    """
    found = media_type(content)
    ending = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if found is None or found not in accepted or ending not in ACCEPTED[found]:
        raise RuleBroken(
            _l("The file is not what it says it is, or it is of a type that is not taken here."),
            rule="file-type",
            field=field,
            next_step=_l(
                "Add a file of one of these types: %(types)s.",
                types=", ".join(ending for kind in accepted for ending in ACCEPTED[kind]),
            ),
        )
    return found


def plain_name(name: str) -> str:
    """A file's name without its folders, of a length that can be shown."""
    return PurePosixPath(name.replace("\\", "/")).name[:200]


def digest(content: bytes) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def put(file_id: uuid.UUID, sealed: bytes) -> str:
    """Keep bytes that are encrypted already; returns their key in the store."""
    folder = f"files/{file_id.hex[-2:]}"
    place, root = filesystem()
    key = f"{folder}/{file_id.hex}"
    try:
        place.pipe_file(f"{root}/{key}", sealed)
    except FileNotFoundError:  # the first file of a folder
        place.makedirs(f"{root}/{folder}", exist_ok=True)
        place.pipe_file(f"{root}/{key}", sealed)
    return key


def get(key: str) -> bytes:
    """What ``put`` kept."""
    place, root = filesystem()
    found: bytes = place.cat_file(f"{root}/{key}")
    return found


def store(
    content: bytes, name: str, *, owner_id: uuid.UUID, at: datetime, accepted: tuple[str, ...], field: str
) -> StoredFile:
    """Check (see ``type_of``) and keep a file; call it inside a verb."""
    row = StoredFile(
        id=new_id(),
        name=plain_name(name),
        media_type=type_of(content, name, accepted=accepted, field=field),
        size=len(content),
        sha256=digest(content),
        owner_id=owner_id,
        stored_at=at,
        key="",
    )
    row.key = put(row.id, seal(content, f"file/{row.id}"))
    db.session.add(row)
    return row


def destroy(row: StoredFile) -> None:
    """Forget a file: its row goes with the caller's transaction, its content by a job that survives a crash."""
    destroy_key(row.key)
    db.session.delete(row)
    db.session.flush()


def destroy_key(key: str) -> None:
    """Delete the bytes under a key, by a job that survives a crash."""
    jobs.add(_DESTROY, at=clock.now(), key=f"{_DESTROY}:{key}", key_in_store=key)


_DESTROY = "files.destroy"


@jobs.job(_DESTROY)
def destroy_content(key_in_store: str) -> None:
    """Delete the content of a forgotten file; a second run finds nothing."""
    place, root = filesystem()
    path = f"{root}/{key_in_store}"
    if place.exists(path):
        place.rm(path)


def content_of(row: StoredFile) -> bytes:
    """The file as it was given."""
    return unseal(get(row.key), f"file/{row.id}")
