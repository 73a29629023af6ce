"""Envelope encryption: every sealed value has a fresh key of its own, wrapped under a key derived from the root key.

The root key is random and lies in the database, wrapped by MASTER_KEY; changing MASTER_KEY wraps it anew and leaves
what was sealed as it is (docs/adr/006). A sealed value is
``version (1 byte) | wrapped key (72 bytes) | SecretBox(ciphertext)``. The purpose is part of the derived key, so
that what was sealed for one purpose cannot be opened for another.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import datetime

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random as random_bytes
from sqlalchemy import CheckConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import db

_VERSION = b"\x01"
_WRAPPED = SecretBox.KEY_SIZE + SecretBox.NONCE_SIZE + SecretBox.MACBYTES


#: Where an application keeps the root key once it was unwrapped.
_KNOWN = "avoin-root-key"


class CannotOpen(Exception):
    """The value was not sealed for this purpose under this MASTER_KEY, or it was changed."""


class RootKey(db.Model):  # type: ignore[name-defined, misc]
    """One row: the key all others are derived from, wrapped by MASTER_KEY."""

    __tablename__ = "root_key"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes]


def _wrapping(master: str) -> SecretBox:
    return SecretBox(hmac.new(master.encode(), b"avoin/root-key", hashlib.sha256).digest())


def make_root_key(master: str) -> None:
    """Make the root key of a new database; one that already holds events keeps what MASTER_KEY itself derived."""
    if db.session.get(RootKey, 1) is not None:
        return
    is_used = db.session.scalar(text("SELECT EXISTS (SELECT 1 FROM audit_event)"))
    root = master.encode() if is_used else random_bytes(SecretBox.KEY_SIZE)
    db.session.add(RootKey(id=1, wrapped=bytes(_wrapping(master).encrypt(root))))


def change_master_key(old: str, new: str) -> None:
    """Wrap the root key under another MASTER_KEY, in the caller's transaction.

    :raises CannotOpen: ``old`` is not the MASTER_KEY of this database
    """
    _root_key()  # the event of the change is still written by this process, under the key it knows
    row = db.session.get_one(RootKey, 1, with_for_update=True)
    row.wrapped = bytes(_wrapping(new).encrypt(_unwrapped(row.wrapped, old)))


def _unwrapped(wrapped: bytes, master: str) -> bytes:
    try:
        return _wrapping(master).decrypt(wrapped)
    except CryptoError:
        raise CannotOpen("root key: this is not the MASTER_KEY of this database") from None


def _root_key() -> bytes:
    """The root key, unwrapped once a process.

    :raises CannotOpen: MASTER_KEY is not that of this database
    """
    master: str = current_app.config["MASTER_KEY"]
    known: tuple[str, bytes] | None = current_app.extensions.get(_KNOWN)
    if known is None or known[0] != master:
        wrapped = db.session.scalars(select(RootKey.wrapped)).one()
        known = current_app.extensions[_KNOWN] = (master, _unwrapped(wrapped, master))
    return known[1]


def derived_key(purpose: str) -> bytes:
    """32 bytes that depend on the root key and the purpose only."""
    return hmac.new(_root_key(), b"avoin/" + purpose.encode(), hashlib.sha256).digest()


def seal(plaintext: bytes, purpose: str) -> bytes:
    """Encrypt under a fresh key, itself wrapped for ``purpose``."""
    key = random_bytes(SecretBox.KEY_SIZE)
    wrapped = bytes(SecretBox(derived_key(purpose)).encrypt(key))
    return _VERSION + wrapped + bytes(SecretBox(key).encrypt(plaintext))


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Decrypt what ``seal`` made for the same purpose.

    :raises CannotOpen: wrong purpose, wrong MASTER_KEY, or changed bytes
    """
    if sealed[:1] != _VERSION:
        raise CannotOpen(purpose)
    try:
        key = SecretBox(derived_key(purpose)).decrypt(sealed[1 : 1 + _WRAPPED])
        return SecretBox(key).decrypt(sealed[1 + _WRAPPED :])
    except CryptoError:
        raise CannotOpen(purpose) from None


class PersonKey(db.Model):  # type: ignore[name-defined, misc]
    """The key of one person's values in the chain; destroying it erases them, and the chain still verifies (I8)."""

    __tablename__ = "person_key"

    subject_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sealed_key: Mapped[bytes | None]
    destroyed_at: Mapped[datetime | None]


def key_of_person(subject_id: uuid.UUID) -> bytes | None:
    """The person's own key, made at first use; ``None`` once it was destroyed."""
    row = db.session.get(PersonKey, subject_id)
    if row is None:
        key = random_bytes(SecretBox.KEY_SIZE)
        db.session.add(PersonKey(subject_id=subject_id, sealed_key=seal(key, "person-key")))
        return key
    return unseal(row.sealed_key, "person-key") if row.sealed_key else None


def seal_for_person(subject_id: uuid.UUID, plaintext: bytes) -> bytes:
    """Encrypt under the person's own key."""
    key = key_of_person(subject_id)
    if key is None:
        raise CannotOpen("person-key")
    return bytes(SecretBox(key).encrypt(plaintext))


def destroy_key(subject_id: uuid.UUID, *, at: datetime) -> None:
    """Make everything sealed for this person unreadable, for ever."""
    row = db.session.get(PersonKey, subject_id, with_for_update=True)
    if row is not None:
        row.sealed_key, row.destroyed_at = None, at
