"""Beginning a joint procurement under the agreement in force, and its end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from core.states import move
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import AgreementVersion, CooperationAgreement
from dps.joint.agreements.signals import VersionInForce
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import (
    PROCUREMENT_TRANSITIONS,
    InNameOf,
    JointProcurement,
    Participation,
    ProcurementState,
)
from dps.joint.procurements.service import steps
from dps.joint.stages import APPROVED_STAGES, Stage
from dps.systems.models import ServiceType

BEGUN = audit.declare("joint_procurement.begun", "agreement", "agreement_version", "lead", "in_name_of")
ENDED = audit.declare("joint_procurement.ended", "before", "after", "in_name_of")
ABANDONED = audit.declare("joint_procurement.abandoned", "before", "after", "stage", "in_name_of")
HANDED_OVER = audit.declare("joint_procurement.lead_changed", "before", "after", "in_name_of")


@dataclass(frozen=True, kw_only=True)
class ProcurementDetails:
    """What is bought together, for whom the lead runs it, and when it is used."""

    name_fi: str
    name_sv: str
    name_en: str
    purpose: str
    service_type: ServiceType
    lead_id: uuid.UUID
    starts_on: date
    ends_on: date


def _check_details(details: ProcurementDetails, today: date) -> None:
    if details.starts_on <= today:
        raise RuleBroken(
            _l("The first day of use is not in the future."),
            rule="I10",
            field="starts_on",
            next_step=_l("Choose a later day: the stages before the use take their time."),
        )
    if details.ends_on <= details.starts_on:
        raise RuleBroken(
            _l("The last day is before the first."), rule="I10", field="ends_on", next_step=_l("Choose a later day.")
        )
    if len(rules.quarters(details.starts_on, details.ends_on)) > 24:
        raise RuleBroken(
            _l("The use lasts longer than six years."),
            rule="I10",
            field="ends_on",
            next_step=_l("Needs can be foreseen for six years at most: choose an earlier day."),
        )


@transaction
def begin(agreement: CooperationAgreement, details: ProcurementDetails, *, by: Mandate) -> JointProcurement:
    """Begin a joint procurement: every party is in it, and states its need first.

    :raises RuleBroken: no version is in force, or the authority or the lead is none of its parties (R103)
    """
    lock(agreement)
    now = clock.now()
    today = clock.helsinki_date(now)
    version = agreements.version_in_force(agreement.id, today)
    if version is None:
        raise RuleBroken(
            _l("No version of the agreement is in force."),
            rule="R103",
            field="agreement",
            next_step=_l("A joint procurement begins when every party has approved the agreement."),
        )
    _check_party(version, by.authority_id, "agreement", _l("Your authority is no party of the agreement."))
    _check_party(version, details.lead_id, "lead", _l("The lead party is none of the agreement's authorities."))
    _check_details(details, today)
    row = JointProcurement(
        id=new_id(),
        agreement=agreement,
        version_id=version.id,
        year=today.year,
        number=queries.next_number(today.year),
        name_fi=steps.written(details.name_fi, "name_fi", _l("Write the name.")),
        name_sv=details.name_sv.strip() or details.name_fi.strip(),
        name_en=details.name_en.strip() or details.name_fi.strip(),
        purpose=steps.written(details.purpose, "purpose", _l("Write what is bought and why together.")),
        service_type=details.service_type,
        lead_id=details.lead_id,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        begun_by=by.person_id,
        begun_at=now,
    )
    db.session.add(row)
    for party in version.parties:
        db.session.add(Participation(id=new_id(), procurement=row, party=party))
    db.session.flush()
    audit.record(
        BEGUN,
        subject=row,
        actor=by,
        at=now,
        agreement=agreement.id,
        agreement_version=version.id,
        lead=row.lead_id,
        in_name_of=InNameOf.OWN,
    )
    steps.enter(row, Stage.NEED, now)
    return row


def _check_party(version: AgreementVersion, authority_id: uuid.UUID | None, field: str, message: object) -> None:
    if authority_id not in {each.id for each in version.authorities}:
        raise RuleBroken(
            message, rule="R103", field=field, next_step=_l("Choose an authority that the agreement names.")
        )


@transaction
def bind(procurement: JointProcurement) -> None:
    """Let the newest version bind a running procurement, where it says so; nothing where it does not."""
    lock(procurement)
    if procurement.state is ProcurementState.RUNNING:
        steps.bind_to_newest(procurement, clock.now())


def on_version_in_force(event: VersionInForce) -> None:
    """A new version that binds running procurements is agreed: those go by it at once, where it has begun."""
    if event.binds_running:
        for row in queries.running_under(event.agreement_id):
            bind(row)


@transaction
def hand_over(procurement: JointProcurement, lead: Authority, *, by: Mandate) -> None:
    """The lead passes to another authority that takes part, before anything is bought.

    :raises RuleBroken: it does not take part
    """
    now = steps.taken(procurement)
    steps.in_stage(procurement, *APPROVED_STAGES)
    if lead.id not in rules.voices(queries.participations_of(procurement.id)) or lead.id == procurement.lead_id:
        raise RuleBroken(
            _l("This authority cannot take the lead."),
            rule="R103",
            field="lead",
            next_step=_l("Choose another authority that takes part."),
        )
    before, procurement.lead = procurement.lead_id, lead
    db.session.flush()
    audit.record(
        HANDED_OVER, subject=procurement, actor=by, at=now, before=before, after=lead.id, in_name_of=InNameOf.ALL
    )


@transaction
def abandon(procurement: JointProcurement, reason: str, *, by: Mandate) -> None:
    """Give it up before anything is bought; the lead does it in the name of all.

    :raises WrongState: the procurement itself has begun: its system is ended instead
    """
    steps.taken(procurement)
    steps.in_stage(procurement, *APPROVED_STAGES)
    text = steps.written(reason, "text", _l("Write why it is given up."))
    give_up(procurement, text, by=by, in_name_of=InNameOf.ALL)


def give_up(procurement: JointProcurement, reason: str, *, by: Mandate, in_name_of: InNameOf) -> None:
    """The step itself, inside a verb that has checked it."""
    now = clock.now()
    before = procurement.state
    move(procurement, PROCUREMENT_TRANSITIONS, "abandon")
    procurement.ended_at, procurement.end_reason = now, reason
    audit.record(
        ABANDONED,
        subject=procurement,
        actor=by,
        at=now,
        before=before,
        after=procurement.state,
        stage=procurement.stage,
        in_name_of=in_name_of,
    )


@transaction
def end(procurement: JointProcurement, words: str, *, by: Mandate) -> None:
    """Close the follow-up with what came of it."""
    now = steps.taken(procurement)
    steps.in_stage(procurement, Stage.FOLLOW_UP)
    text = steps.written(words, "text", _l("Write what came of it."))
    before = procurement.state
    move(procurement, PROCUREMENT_TRANSITIONS, "end")
    procurement.ended_at, procurement.end_reason = now, text
    last = queries.stage_entry(procurement.id, Stage.FOLLOW_UP)
    last.done_at, last.done_by = now, by.person_id
    audit.record(
        ENDED, subject=procurement, actor=by, at=now, before=before, after=procurement.state, in_name_of=InNameOf.ALL
    )
