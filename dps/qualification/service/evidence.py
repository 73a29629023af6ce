"""Typed evidence: what registers say, and that a criminal-record extract was looked at (R48, R67)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.qualification import registers, rules
from dps.qualification.models import (
    Application,
    ApplicationParty,
    ApplicationState,
    CriminalRecordCheck,
    ExtractResult,
    RegisterExtract,
    RegisterKind,
)
from dps.qualification.registers import Extract
from suppliers.rights import refuse_own_matter

LOOKED_UP = audit.declare("register_extract.recorded", "application", "supplier", "kind", "issued_on", "result")
CRIMINAL_RECORD_CHECKED = audit.declare("application.criminal_record_checked", "party", "issued_on", "result")


@dataclass(frozen=True, kw_only=True)
class RecordCheck:
    """All that may be kept of a criminal-record extract (R67): its day of issue, and obstacle or none."""

    issued_on: date
    result: ExtractResult


def _start(application: Application, by: Mandate) -> None:
    lock(application)
    refuse_own_matter(application.supplier_id, by)
    if application.state is not ApplicationState.RECEIVED:
        raise WrongState(_l("The application is not being checked."), rule="application-state")


@transaction
def record_extract(
    application: Application, kind: RegisterKind, typed: Extract | None, *, by: Mandate
) -> RegisterExtract:
    """Look into a register and keep what it says, for every application of the supplier while it is current.

    :raises RuleBroken: too old, in the future, or without its source
    """
    _start(application, by)
    now = clock.now()
    found = registers.REGISTERS[kind].look_up(application.supplier, typed, clock.helsinki_date(now))
    row = RegisterExtract(
        id=new_id(),
        supplier_id=application.supplier_id,
        authority_id=application.authority_id,
        kind=kind,
        issued_on=found.issued_on,
        result=found.result,
        note=found.note.strip(),
        source=found.source.strip(),
        checked_by=by.person_id,
        checked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        LOOKED_UP,
        subject=row,
        actor=by,
        at=now,
        application=application.id,
        supplier=row.supplier_id,
        kind=kind,
        issued_on=row.issued_on,
        result=row.result,
    )
    return row


@transaction
def record_criminal_check(
    application: Application, seen: RecordCheck, *, party: ApplicationParty | None = None, by: Mandate
) -> CriminalRecordCheck:
    """Note that an extract of at most twelve months was looked at and given back; nothing of it is kept (R67)."""
    _start(application, by)
    now = clock.now()
    today = clock.helsinki_date(now)
    if party is not None and party not in application.present_parties:
        raise RuleBroken(_l("The operator is not in the application."), rule="R31", field="party")
    if seen.issued_on > today:
        raise RuleBroken(_l("The day of issue is in the future."), rule="R67", field="issued_on")
    months = int(law.number("R67.criminal_record_age", today))
    if today > rules.months_later(seen.issued_on, months):
        raise RuleBroken(
            _l("The extract is older than %(months)s months.", months=months),
            rule="R67",
            field="issued_on",
            next_step=_l("Ask to see a newer one. It is not stored."),
        )
    row = CriminalRecordCheck(
        id=new_id(),
        application_id=application.id,
        party=party,
        issued_on=seen.issued_on,
        result=seen.result,
        checked_by=by.person_id,
        checked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        CRIMINAL_RECORD_CHECKED,
        subject=application,
        actor=by,
        at=now,
        party=row.party_id,
        issued_on=row.issued_on,
        result=row.result,
    )
    return row
