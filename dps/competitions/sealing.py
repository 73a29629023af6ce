"""Sealing tenders: keys of a competition, of each tender, and of the committee (I3, R52, R57).

A competition has a key pair of its own. A submitted tender is encrypted with a fresh key, and that key for the
competition's public half; the private half lies wrapped by the server, and, where the committee has keys, for
every ordered pair of its three members as well: two of them and the server are needed, the server alone is not enough.
The way back when one holder is lost: any two of the three open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey
from nacl.utils import random as random_bytes

from core import clock
from core.db import db
from core.sealing import CannotOpen, derived_key, seal, unseal
from dps.competitions.content import TenderContent, as_bytes
from dps.competitions.models import CommitteeMember, Competition, KeyWrap, Receipt, Tender

#: ``version | key wrapped for the competition (80 bytes) | SecretBox(envelope)``.
_VERSION = b"\x01"
_WRAPPED = 80
_NONCE = bindings.crypto_aead_aegis256_NPUBBYTES

#: Members who hold keys, where the committee has its own.
HOLDERS = 3


@dataclass(frozen=True)
class Envelope:
    """What lies inside a sealed tender: whose it is, who sent it, and what it says."""

    tender_id: uuid.UUID
    supplier_id: uuid.UUID
    person_id: uuid.UUID
    content: TenderContent


def supplier_mark(competition_id: uuid.UUID, supplier_id: uuid.UUID) -> str:
    """Which row is the supplier's, without saying so: a keyed hash, other for each competition."""
    words = f"{competition_id}:{supplier_id}".encode()
    return hmac.new(derived_key("tender-supplier"), words, hashlib.sha256).hexdigest()


# ---- the competition's key ----


def new_competition_keys(competition: Competition, holders: Sequence[CommitteeMember]) -> None:
    """Make the key pair when the invitation is sent.

    :param holders: the three members with keys, where the committee has its own; else not used
    """
    private = PrivateKey.generate()
    competition.public_key = bytes(private.public_key)
    wrapped = seal(bytes(private), _purpose(competition))
    if not competition.has_committee_keys:
        competition.sealed_private_key = wrapped
        return
    for outer, inner in itertools.permutations(holders, 2):
        assert outer.public_key is not None
        assert inner.public_key is not None
        once = SealedBox(PublicKey(inner.public_key)).encrypt(wrapped)
        twice = SealedBox(PublicKey(outer.public_key)).encrypt(bytes(once))
        db.session.add(
            KeyWrap(
                competition_id=competition.id, outer_id=outer.person_id, inner_id=inner.person_id, sealed=bytes(twice)
            )
        )


def _purpose(competition: Competition) -> str:
    return f"competition/{competition.id}"


def private_key_of(competition: Competition) -> PrivateKey:
    """The key the server alone can unwrap. Only the act of opening calls this."""
    assert competition.sealed_private_key is not None
    return PrivateKey(unseal(competition.sealed_private_key, _purpose(competition)))


def shares_of(wraps: Sequence[KeyWrap], holder: CommitteeMember, key: PrivateKey) -> dict[str, str]:
    """What the first of two members unwraps: still closed, for each possible second.

    :raises CannotOpen: not this member's key
    """
    try:
        return {
            str(wrap.inner_id): base64.b64encode(SealedBox(key).decrypt(wrap.sealed)).decode()
            for wrap in wraps
            if wrap.outer_id == holder.person_id
        }
    except CryptoError:
        raise CannotOpen("committee key") from None


def private_key_from_share(competition: Competition, share: str, key: PrivateKey) -> PrivateKey:
    """What the second member unwraps, and the server after that.

    :raises CannotOpen: not this member's key
    """
    try:
        wrapped = SealedBox(key).decrypt(base64.b64decode(share))
    except CryptoError:
        raise CannotOpen("committee key") from None
    return PrivateKey(unseal(wrapped, _purpose(competition)))


# ---- a member's own key ----

_CODE_MARK = "AVOIN-"


def new_member_key() -> tuple[bytes, str]:
    """The public half to be stored, and the code of the private half, shown to the member once and kept nowhere."""
    key = PrivateKey.generate()
    words = base64.b32encode(bytes(key)).decode().rstrip("=")
    return bytes(key.public_key), _CODE_MARK + "-".join(words[n : n + 4] for n in range(0, len(words), 4))


def member_key(code: str) -> PrivateKey:
    """The key of a code as it was typed or pasted.

    :raises CannotOpen: it is no such code
    """
    words = "".join(code.split()).upper().removeprefix(_CODE_MARK).replace("-", "")
    try:
        return PrivateKey(base64.b32decode(words + "=" * (-len(words) % 8)))
    except (ValueError, TypeError, CryptoError):
        raise CannotOpen("committee key") from None


# ---- tenders ----


def seal_tender(competition: Competition, envelope: Envelope) -> bytes:
    """Encrypt with a fresh key, and the key for the competition."""
    assert competition.public_key is not None
    body = json.dumps(
        {
            "tender": str(envelope.tender_id),
            "supplier": str(envelope.supplier_id),
            "person": str(envelope.person_id),
            "content": as_bytes(envelope.content).decode(),
        }
    ).encode()
    key = random_bytes(SecretBox.KEY_SIZE)
    wrapped = SealedBox(PublicKey(competition.public_key)).encrypt(key)
    return _VERSION + bytes(wrapped) + bytes(SecretBox(key).encrypt(body))


def open_tender(sealed: bytes, private: PrivateKey) -> Envelope:
    """What ``seal_tender`` closed.

    :raises CannotOpen: another competition's, or changed bytes
    """
    try:
        key = SealedBox(private).decrypt(sealed[1 : 1 + _WRAPPED])
        found = json.loads(SecretBox(key).decrypt(sealed[1 + _WRAPPED :]))
    except CryptoError:
        raise CannotOpen("tender") from None
    return Envelope(
        tender_id=uuid.UUID(found["tender"]),
        supplier_id=uuid.UUID(found["supplier"]),
        person_id=uuid.UUID(found["person"]),
        content=json.loads(found["content"]),
    )


def seal_draft(tender: Tender, content: TenderContent) -> bytes:
    """The supplier's working copy, closed for everybody else from the first word."""
    return seal(as_bytes(content), f"tender-draft/{tender.id}")


def draft_of(tender: Tender) -> TenderContent | None:
    """The working copy, for the supplier's own pages only; none where there is none."""
    if tender.draft is None:
        return None
    content: TenderContent = json.loads(unseal(tender.draft, f"tender-draft/{tender.id}"))
    return content


# ---- files ----


def new_file_key() -> str:
    """A fresh key for one file, as it stands in the sealed content."""
    return base64.b64encode(random_bytes(SecretBox.KEY_SIZE)).decode()


def seal_file(content: bytes, key: str) -> bytes:
    """``nonce | AEGIS-256(content)``: as fast as the disk, so that a rush of large files stays one (docs/adr/006)."""
    nonce = random_bytes(_NONCE)
    return nonce + bindings.crypto_aead_aegis256_encrypt(content, None, nonce, base64.b64decode(key))


def open_file(sealed: bytes, key: str) -> bytes:
    """:raises CannotOpen: another key, or changed bytes"""
    nonce, body = sealed[:_NONCE], sealed[_NONCE:]
    try:
        return bindings.crypto_aead_aegis256_decrypt(body, None, nonce, base64.b64decode(key))
    except CryptoError:
        raise CannotOpen("tender file") from None


def keep_file_key(file_id: uuid.UUID, key: str) -> bytes:
    """After the opening: the key wrapped by the server."""
    return seal(key.encode(), f"tender-file/{file_id}")


def kept_file_key(file_id: uuid.UUID, sealed: bytes) -> str:
    return unseal(sealed, f"tender-file/{file_id}").decode()


# ---- receipts ----


def _signing_key() -> SigningKey:
    return SigningKey(derived_key("receipts"))


def verify_key() -> VerifyKey:
    """The public half: anybody can check a receipt with it, without asking us."""
    return _signing_key().verify_key


def receipt_text(receipt: Receipt) -> bytes:
    """What is signed: number, kind, time to the microsecond in UTC, hash; one a line."""
    at = receipt.at.astimezone(clock.UTC).isoformat(timespec="microseconds")
    return "\n".join([receipt.number, receipt.kind.value, at, receipt.content_sha256]).encode()


def sign_receipt(receipt: Receipt) -> bytes:
    return bytes(_signing_key().sign(receipt_text(receipt)).signature)


def receipt_is_genuine(receipt: Receipt) -> bool:
    """Whether the stored receipt is word for word the one that was signed."""
    try:
        verify_key().verify(receipt_text(receipt), receipt.signature)
    except CryptoError:
        return False
    return True
