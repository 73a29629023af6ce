"""Very many events at once, for seeding: the same links as ``chain`` makes, written by COPY."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update

from core.audit.chain import check_keys, link, link_key
from core.audit.models import AuditEvent, AuditFollower, AuditHead
from core.db import db

#: The columns in the order of the lines that ``Links.line`` makes.
COLUMNS = (
    *("seq", "at", "type", "person_id", "role", "organisation_id", "subject_type", "subject_id"),
    *("data", "mac"),
)
COPY = f"COPY {AuditEvent.__tablename__} ({', '.join(COLUMNS)}) FROM STDIN"
COPY_FOLLOWERS = f"COPY {AuditFollower.__tablename__} (organisation_id, seq) FROM STDIN"
_NULL = "\\N"
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


class Links:
    """The tail of the chain while events are added to it; the caller's transaction holds the head until it commits.

    What ``line`` gives must be copied into the table, in this order and before anything else is recorded.
    """

    def __init__(self) -> None:
        head = select(AuditHead.seq, AuditHead.mac).where(AuditHead.id == 1).with_for_update()
        self.seq, self.mac = db.session.execute(head).one()
        self._key = link_key()

    def line(
        self,
        event_type: str,
        at: str,
        actor: tuple[str | None, str, str | None],
        subject: tuple[str, str],
        data: Mapping[str, Any],
    ) -> str:
        """Link an event; gives its line for COPY.

        :param at: the instant in UTC as ``datetime.isoformat`` writes it
        :param actor: person, role and organisation; ``(None, "system", None)`` is the system itself
        :param data: plain values only, with exactly the declared keys
        """
        check_keys(event_type, data)
        self.seq += 1
        person, role, organisation = actor
        event = {
            "seq": self.seq,
            "at": at,
            "type": event_type,
            "person_id": person,
            "role": role,
            "organisation_id": organisation,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "data": data,
            "personal": None,
            "personal_of": None,
        }
        self.mac = link(self.mac, event, self._key)
        told = _encode(data).replace("\\", "\\\\")
        return (
            f"{self.seq}\t{at}\t{event_type}\t{person or _NULL}\t{role}\t{organisation or _NULL}\t"
            f"{subject[0]}\t{subject[1]}\t{told}\t\\\\x{self.mac.hex()}"
        )

    def close(self) -> None:
        """Move the head to the last link, after all lines were copied."""
        db.session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=self.seq, mac=self.mac))
