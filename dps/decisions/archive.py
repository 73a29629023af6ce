"""A case packed for the archive: the decision, its letter, the delivery log, the trail, and what other rooms add."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from core import audit, mail
from core.files import service as files
from dps.decisions import queries
from dps.decisions.models import Decision
from dps.decisions.schemas import DecisionSchema, RemedySchema

#: A room's files of a case: names and contents.
Part = Callable[[Decision], Iterator[tuple[str, bytes]]]
_parts: list[Part] = []


def add_part(part: Part) -> None:
    """Let a room put its files of a case into the package."""
    if part not in _parts:
        _parts.append(part)


def as_json(data: Any) -> bytes:
    """Readable JSON."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, default=str).encode()


def _own(decision: Decision) -> Iterator[tuple[str, bytes]]:
    yield "decision.json", as_json(DecisionSchema().dump(decision))
    if decision.letter is not None:
        yield "decision.pdf", files.content_of(decision.letter)
    for each in decision.addressees:
        if each.letter is not None:
            yield f"letters/{each.supplier.registration_number}.pdf", files.content_of(each.letter)
    log = [
        {"to": row.to_address, "subject": row.subject, "queued": row.queued_at, "sent": row.sent_at, "reply": row.reply}
        for row in mail.mails_about(decision.id)
    ]
    yield "delivery-log.json", as_json(log)
    yield "remedies.json", as_json(RemedySchema(many=True).dump(queries.remedies_of(decision.id)))
    trail = [
        {"seq": event.seq, "at": event.at, "type": event.type, "person": event.person_id, "data": event.data}
        for event in audit.trail(decision)
    ]
    yield "trail.json", as_json(trail)


def package(decision: Decision) -> bytes:
    """A ZIP with everything of the case, and a manifest with the SHA-256 of each file."""
    target = io.BytesIO()
    manifest = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in (_own, *_parts):
            for name, content in part(decision):
                archive.writestr(name, content)
                manifest[name] = hashlib.sha256(content).hexdigest()
        archive.writestr("manifest.json", as_json(manifest))
    return target.getvalue()
