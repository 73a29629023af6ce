"""What every verb of the line uses: taking the row, the checks all share, and the one step to the next stage."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from core import audit, clock
from core.db import db, lock, new_id
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.joint.agreements import queries as agreements
from dps.joint.agreements.models import AgreementVersion
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import (
    STAGE_STEPS,
    InNameOf,
    JointProcurement,
    Participation,
    ProcurementState,
    StageEntry,
)
from dps.joint.stages import Stage

REACHED = audit.declare("joint_procurement.stage_reached", "before", "after", "in_name_of")
BOUND = audit.declare("joint_procurement.bound", "before", "after", "parties")


def written(text: str, field: str, message: Any) -> str:
    """Words of a person, without the space around them (I8, I10)."""
    if not text.strip():
        raise RuleBroken(message, rule="I10", field=field, next_step=_l("Write it in a few words."))
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


def taken(row: JointProcurement) -> datetime:
    """Lock a running procurement, and let the version bind it that does by now; returns the present moment.

    :raises WrongState: it has ended
    """
    lock(row)
    now = clock.now()
    if row.state is not ProcurementState.RUNNING:
        raise WrongState(
            _l("This joint procurement has ended."),
            rule="joint-state",
            next_step=_l("Begin a new one if it is still needed."),
        )
    bind_to_newest(row, now)
    return now


def in_stage(row: JointProcurement, *stages: Stage) -> None:
    """:raises WrongState: the procurement stands elsewhere: no stage is skipped and none is done again"""
    if row.stage not in stages:
        raise WrongState(
            _l("The joint procurement is not in the stage in which this is done."),
            rule="joint-stage",
            next_step=_l("Open its page: it shows the stage and what is missing."),
        )


def bind_to_newest(row: JointProcurement, now: datetime) -> None:
    """Where a newer version in force binds running procurements, this one goes by it from now on. A party is known by
    its key; one that the new version does not have stays as it was agreed when the procurement began.

    What the groups have begun to approve they finish by the rule they began it under.
    """
    newest = agreements.version_in_force(row.agreement_id, clock.helsinki_date(now))
    if newest is None or not newest.binds_running or newest.id == row.version_id:
        return
    if row.stage in (Stage.PROPOSAL, Stage.STEERING) and rules.counted(queries.approvals_of(row.id), row.stage, 1):
        return
    before = row.version_id
    if newest.number < db.session.get_one(AgreementVersion, before).number:
        return
    theirs = {each.key: each for each in newest.parties}
    participations = queries.participations_of(row.id)
    for each in participations:
        if same := theirs.pop(each.party.key, None):
            each.party = same
    if row.stage is Stage.NEED:
        for party in theirs.values():
            db.session.add(Participation(id=new_id(), procurement=row, party=party))
    row.version_id = newest.id
    db.session.flush()
    audit.record(
        BOUND,
        subject=row,
        actor=None,
        at=now,
        before=before,
        after=newest.id,
        parties=[each.id for each in theirs.values()],
    )


def due_on(row: JointProcurement, stage: Stage, begun_on: date) -> date | None:
    """By the days that the agreement gives the stage."""
    agreed = queries.agreed_stage(row, stage)
    return begun_on + timedelta(days=agreed.days) if agreed else None


def enter(row: JointProcurement, stage: Stage, now: datetime) -> None:
    """The procurement has come to a stage."""
    due = due_on(row, stage, clock.helsinki_date(now))
    db.session.add(StageEntry(id=new_id(), procurement=row, stage=stage, begun_at=now, due_on=due))
    db.session.flush()


def reach(row: JointProcurement, stage: Stage, *, by: Mandate | None, at: datetime, in_name_of: InNameOf) -> None:
    """One step of the line, the only way from stage to stage.

    :raises WrongState: it is not the next stage
    """
    source, target = STAGE_STEPS[f"reach_{stage}"]
    in_stage(row, *source)
    left = queries.stage_entry(row.id, row.stage)
    left.done_at, left.done_by = at, by.person_id if by else None
    before, row.stage = row.stage, target
    bind_to_newest(row, at)
    enter(row, target, at)
    audit.record(REACHED, subject=row, actor=by, at=at, before=before, after=target, in_name_of=in_name_of)


def advance_if_approved(row: JointProcurement, *, by: Mandate, at: datetime) -> bool:
    """Go on when the approvals of the present stage are those that the agreement asks for.

    The parties' own decisions are followed by an act of the lead party, not by another stage at once.
    """
    if row.stage not in (Stage.NEED, Stage.PROPOSAL, Stage.STEERING) or not is_approved(row):
        return False
    following = row.stage.next
    assert following is not None
    reach(row, following, by=by, at=at, in_name_of=InNameOf.ALL)
    return True


def is_approved(row: JointProcurement) -> bool:
    """Whether the present stage has the approvals it needs; needs must have been stated by every party first."""
    participations = queries.participations_of(row.id)
    if row.stage is Stage.NEED and any(each.stated_at is None for each in participations):
        return False
    given = rules.counted(queries.approvals_of(row.id), row.stage, row.round)
    return rules.is_approved(queries.agreed_stage(row, row.stage), row.stage, rules.voices(participations), given)
