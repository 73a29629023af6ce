"""Appending to the chain: events are buffered during the verb and linked as its last act before commit."""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent, AuditFollower, AuditHead
from core.db import db, on_commit, unit_of_work
from core.errors import DomainError
from core.sealing import derived_key, seal_for_person

if TYPE_CHECKING:
    from core.identity.mandates import Mandate

_BUFFER = "audit_buffer"
_UNNAMED = "audit_unnamed"
_FOLLOWERS = "followers"
_declared: dict[str, frozenset[str]] = {}
_unlisted: set[str] = set()


def declare(event_type: str, *keys: str, is_listed: bool = True) -> str:
    """Declare an event (``application.admitted``) with the exact keys of its data; returns the type.

    :param is_listed: no page lists it where even its being there tells something: that a tender was sent (I3)
    :raises ValueError: declared twice with other keys
    """
    if _declared.setdefault(event_type, frozenset(keys)) != frozenset(keys):
        raise ValueError(f"{event_type} is declared twice")
    if not is_listed:
        _unlisted.add(event_type)
    return event_type


def unlisted_events() -> frozenset[str]:
    """The events that no page lists."""
    return frozenset(_unlisted)


def declared_events() -> dict[str, frozenset[str]]:
    """All declared events with their keys."""
    return dict(_declared)


#: Who follows what happens to the rows of a model.
Followers = Callable[[Any], Iterable[uuid.UUID | None]]
_followed: dict[str, Followers] = {}


def follow(model: type, followers: Followers) -> None:
    """Let organisations follow in the change feed what anybody does to rows of a model.

    Only where they may read these rows: the feed tells ids and types without asking again.
    """
    _followed[model.__tablename__] = followers  # type: ignore[attr-defined]


def _followers(subject: Any) -> set[uuid.UUID]:
    asked = None if isinstance(subject, str) else _followed.get(type(subject).__tablename__)
    return {each for each in asked(subject) if each is not None} if asked else set()


REFUSED = declare("act.refused", "rule", "field", "act")


def record(
    event_type: str,
    *,
    subject: Any,
    actor: Mandate | None,
    at: datetime,
    personal: dict[str, str] | None = None,
    personal_of: uuid.UUID | None = None,
    **data: Any,
) -> None:
    """Buffer one event; the transaction links it to the chain just before it commits.

    ``actor`` is ``None`` for the system itself. ``data`` holds ids and plain values only; a personal
    value goes into ``personal`` and is encrypted under the key of ``personal_of``.

    :raises KeyError: the event was not declared
    :raises ValueError: other keys than declared
    """
    check_keys(event_type, data)
    sealed = None
    if personal:
        if personal_of is None:
            raise ValueError(f"{event_type}: personal values need the person they are about")
        sealed = seal_for_person(personal_of, json.dumps(personal, sort_keys=True).encode())
    db.session().info.setdefault(_BUFFER, []).append(
        {
            "at": at,
            "type": event_type,
            "person_id": actor.person_id if actor else None,
            "role": str(actor.role) if actor else "system",
            "organisation_id": actor.organisation_id if actor else None,
            "subject_type": subject if isinstance(subject, str) else type(subject).__tablename__,
            "subject_id": "" if isinstance(subject, str) else str(subject.id),
            "data": {key: _plain(value) for key, value in sorted(data.items())},
            "personal": sealed,
            "personal_of": personal_of if sealed else None,
            _FOLLOWERS: _followers(subject) - {actor.organisation_id if actor else None},
        }
    )


def check_keys(event_type: str, data: Mapping[str, Any]) -> None:
    """:raises KeyError: not declared
    :raises ValueError: other keys than declared
    """
    if _declared[event_type] != data.keys():
        raise ValueError(f"{event_type} needs {sorted(_declared[event_type])}, got {sorted(data)}")


def keep_unnamed() -> None:
    """If what follows in this transaction is refused, the event of the refusal names nobody.

    For acts whose very attempt must stay hidden: that a supplier is writing a tender (I3).
    """
    db.session().info[_UNNAMED] = True


def _plain(value: Any) -> Any:
    """A value that JSON keeps unchanged through the database."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.astimezone(clock.UTC).isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return str(value)


def _told(value: Any) -> Any:
    """What JSON itself does not know, as it is linked."""
    return value.hex() if isinstance(value, bytes) else _plain(value)


_encode = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False, default=_told
).encode


def link_key() -> bytes:
    """The key of the links; asked for once by who makes or checks many."""
    return derived_key("audit-chain")


def link(previous: bytes, event: dict[str, Any], key: bytes) -> bytes:
    """The HMAC that ties ``event`` (with its ``seq``) to the link before it."""
    body = _encode({name: value for name, value in event.items() if name != "mac"})
    return hmac.digest(key, previous + body.encode(), "sha256")


def append_buffered(session: Session) -> None:
    """Link the buffered events under the lock of the head: the last lock of the transaction."""
    session.info.pop(_UNNAMED, None)
    buffered: list[dict[str, Any]] = session.info.pop(_BUFFER, [])
    if not buffered:
        return
    session.flush()
    head = session.execute(select(AuditHead.seq, AuditHead.mac).where(AuditHead.id == 1).with_for_update()).one()
    seq, mac = head
    key = link_key()
    told = []
    for event in buffered:
        seq += 1
        event["seq"] = seq
        told += [{"organisation_id": each, "seq": seq} for each in event.pop(_FOLLOWERS)]
        mac = event["mac"] = link(mac, event, key)
    session.execute(insert(AuditEvent), buffered)
    if told:
        session.execute(insert(AuditFollower), told)
    session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=seq, mac=mac))


def react_to_rollback(session: Session, error: BaseException) -> None:
    """Forget what did not happen; keep that it was tried when a rule refused it."""
    session.info.pop(_BUFFER, None)
    unnamed = session.info.pop(_UNNAMED, False)
    actor = session.info.get("actor")
    if isinstance(error, DomainError) and actor is not None:
        with unit_of_work():
            record(
                REFUSED,
                subject="act",
                actor=None if unnamed else actor,
                at=clock.now(),
                rule=error.rule,
                field=error.field,
                act=session.info.get("act", ""),
            )


def trail(subject: Any) -> Iterable[AuditEvent]:
    """The events of one thing, oldest first."""
    return db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == type(subject).__tablename__, AuditEvent.subject_id == str(subject.id))
        .order_by(AuditEvent.seq)
    ).all()


on_commit(before=append_buffered, rolled_back=react_to_rollback)
