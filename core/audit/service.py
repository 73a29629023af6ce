"""Checking the chain, signing checkpoints, sealing the access log and pruning what is old enough (I2)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text

from core import clock, law
from core.audit.chain import declare, link, link_key, record
from core.audit.models import AccessRecord, AuditCheckpoint, AuditEvent, AuditHead
from core.db import affected, db, transaction
from core.files import outside
from core.sealing import derived_key

SEALED = declare("access_log.sealed", "first", "last", "count", "digest")
PRUNED = declare("audit.pruned", "through")

_BATCH = 5_000
_GENESIS = b"\x00"


@dataclass
class Verdict:
    """What ``audit verify`` found; ``faults`` is empty when nothing was changed."""

    events: int = 0
    access_records: int = 0
    checkpoints: int = 0
    faults: list[str] = field(default_factory=list)


def _signature(seq: int, mac: bytes, at: datetime) -> bytes:
    body = f"{seq}|{mac.hex()}|{at.astimezone(clock.UTC).isoformat()}".encode()
    return hmac.new(derived_key("audit-checkpoint"), body, hashlib.sha256).digest()


@transaction
def make_checkpoint() -> bytes:
    """Sign how far the chain has come, keep it in the database and outside of it; returns the document."""
    at = clock.now()
    head = db.session.execute(select(AuditHead).where(AuditHead.id == 1).with_for_update()).scalar_one()
    signature = _signature(head.seq, head.mac, at)
    row = db.session.get(AuditCheckpoint, head.seq)
    if row is None:
        row = AuditCheckpoint(seq=head.seq, at=at, mac=head.mac, signature=signature)
        db.session.add(row)
    document = checkpoint_json(row)
    outside.write(f"checkpoints/{row.seq:012d}.json", document)
    return document


def checkpoint_json(row: AuditCheckpoint) -> bytes:
    """``{"seq": int, "mac": hex, "at": ISO time, "signature": hex}`` as bytes."""
    return json.dumps(
        {"seq": row.seq, "mac": row.mac.hex(), "at": row.at.isoformat(), "signature": row.signature.hex()}
    ).encode()


def _outside_checkpoints() -> Iterator[AuditCheckpoint]:
    for document in outside.read_all("checkpoints"):
        data: dict[str, Any] = json.loads(document)
        yield AuditCheckpoint(
            seq=data["seq"],
            at=datetime.fromisoformat(data["at"]),
            mac=bytes.fromhex(data["mac"]),
            signature=bytes.fromhex(data["signature"]),
        )


@transaction
def seal_access_log() -> int:
    """Put a digest of the access records since the last seal into the chain; returns how many."""
    db.session.execute(text("LOCK TABLE access_record IN SHARE MODE"))
    last = db.session.scalar(
        select(AuditEvent.data["last"].as_integer()).where(AuditEvent.type == SEALED).order_by(AuditEvent.seq.desc())
    )
    rows = db.session.scalars(select(AccessRecord).where(AccessRecord.id > (last or 0)).order_by(AccessRecord.id)).all()
    if rows:
        record(
            SEALED,
            subject="access_record",
            actor=None,
            at=clock.now(),
            first=rows[0].id,
            last=rows[-1].id,
            count=len(rows),
            digest=_digest(rows),
        )
    return len(rows)


def _digest(rows: list[AccessRecord] | Any) -> str:
    mac = hmac.new(derived_key("access-log"), digestmod=hashlib.sha256)
    for row in rows:
        line = [
            row.id,
            row.at.astimezone(clock.UTC).isoformat(),
            str(row.person_id),
            str(row.organisation_id),
            row.what,
            row.subject_type,
            row.subject_id,
        ]
        mac.update(json.dumps(line, ensure_ascii=False).encode())
    return mac.hexdigest()


def verify() -> Verdict:
    """Walk the chain: any change, gap, insertion or cut tail is named (I2)."""
    verdict = Verdict()
    checkpoints = {row.seq: row for row in db.session.scalars(select(AuditCheckpoint))}
    for row in list(_outside_checkpoints()):
        stored = checkpoints.get(row.seq)
        if stored is not None and stored.mac != row.mac:
            verdict.faults.append(f"checkpoint {row.seq} in the database differs from its copy outside")
        checkpoints[row.seq] = row
    for row in checkpoints.values():
        if not hmac.compare_digest(_signature(row.seq, row.mac, row.at), row.signature):
            verdict.faults.append(f"checkpoint {row.seq} has a wrong signature")
    verdict.checkpoints = len(checkpoints)

    seq, mac = _start(checkpoints, verdict)
    last_sealed = 0
    key = link_key()
    events = AuditEvent.__table__  # plain rows: the chain may be millions long
    while batch := db.session.execute(
        select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(_BATCH)
    ).all():
        for event in batch:
            if event.seq != seq + 1:
                verdict.faults.append(f"events {seq + 1} to {event.seq - 1} are missing")
            expected = link(mac, event._asdict(), key)
            if not hmac.compare_digest(expected, event.mac):
                verdict.faults.append(f"event {event.seq} ({event.type}) was changed, inserted or moved")
            seq, mac = event.seq, event.mac
            if seq in checkpoints and checkpoints[seq].mac != mac:
                verdict.faults.append(f"event {seq} does not match its checkpoint")
            if event.type == SEALED:
                last_sealed = _check_seal(event, verdict, last_sealed)
            verdict.events += 1
        if len(verdict.faults) > 20:
            verdict.faults.append("and more")
            return verdict

    head = db.session.execute(select(AuditHead.seq, AuditHead.mac)).one()
    if (head.seq, head.mac) != (seq, mac):
        verdict.faults.append(f"the head says {head.seq}, the last event is {seq}")
    beyond = [number for number in checkpoints if number > seq]
    if beyond:
        verdict.faults.append(f"the tail is cut: a checkpoint knows event {max(beyond)}, the last event is {seq}")
    return verdict


def _start(checkpoints: dict[int, AuditCheckpoint], verdict: Verdict) -> tuple[int, bytes]:
    """Where the kept part of the chain begins: at the genesis, or right behind a checkpoint."""
    first = db.session.scalar(select(AuditEvent.seq).order_by(AuditEvent.seq).limit(1))
    if first is None or first == 1:
        return 0, _GENESIS
    if first - 1 in checkpoints:
        return first - 1, checkpoints[first - 1].mac
    verdict.faults.append(f"events 1 to {first - 1} are missing, and no checkpoint covers them")
    return 0, _GENESIS


def _check_seal(event: Any, verdict: Verdict, last_sealed: int) -> int:
    first, last = event.data["first"], event.data["last"]
    since = last_sealed or first - 1
    rows = db.session.scalars(
        select(AccessRecord).where(AccessRecord.id > since, AccessRecord.id <= last).order_by(AccessRecord.id)
    ).all()
    if len(rows) != event.data["count"] or _digest(rows) != event.data["digest"]:
        verdict.faults.append(f"access records {first} to {last} were changed")
    verdict.access_records += len(rows)
    return int(last)


@transaction
def prune() -> int:
    """Delete events that are older than the retention and lie behind a checkpoint; returns how many.

    The cut is made exactly at a checkpoint, so that the rest still verifies.
    """
    at = clock.now()
    limit = at - timedelta(days=366 * int(law.number("R114.log_retention_years", at.date())))
    youngest_old = db.session.scalar(
        select(AuditEvent.seq).where(AuditEvent.at < limit).order_by(AuditEvent.seq.desc()).limit(1)
    )
    cut = db.session.scalar(
        select(AuditCheckpoint.seq)
        .where(AuditCheckpoint.seq <= (youngest_old or 0))
        .order_by(AuditCheckpoint.seq.desc())
        .limit(1)
    )
    if cut is None:
        return 0
    gone = affected(db.session.execute(delete(AuditEvent).where(AuditEvent.seq <= cut)))
    if gone:
        record(PRUNED, subject="audit_event", actor=None, at=at, through=cut)
    return gone
