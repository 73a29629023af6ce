"""A party stays out by its own decision, or withdraws later as the agreement says."""

from __future__ import annotations

from datetime import date

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date as day_text
from dps.joint.agreements.models import AgreementVersion
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import (
    PARTICIPATION_TRANSITIONS,
    InNameOf,
    JointProcurement,
    Participation,
    ParticipationState,
)
from dps.joint.procurements.service import steps
from dps.joint.procurements.service.beginning import give_up
from dps.joint.stages import Stage
from dps.systems import buyers

LEFT = audit.declare("joint_participation.left", "before", "after", "decision", "round", "in_name_of")
WITHDREW = audit.declare("joint_participation.withdrawn", "before", "after", "decision", "last_day", "in_name_of")


def _step_out(participation: Participation, action: str, reason: str, decision: str, *, by: Mandate) -> None:
    participation.left_reason = steps.written(reason, "reason", _l("Write why."))
    participation.left_decision = steps.written(
        decision, "decision", _l("Write the number of your authority's decision.")
    )
    now = clock.now()
    move(participation, PARTICIPATION_TRANSITIONS, action)
    participation.left_by, participation.left_at = by.person_id, now


def _refuse_last_of_lead(procurement: JointProcurement, participation: Participation) -> None:
    """:raises RuleBroken: the lead's last party would go, and nobody would run it for the others"""
    others = [
        each
        for each in queries.participations_of(procurement.id)
        if each.id != participation.id and each.state is ParticipationState.IN
    ]
    if procurement.lead_id == participation.party.authority_id and procurement.lead_id not in rules.voices(others):
        raise RuleBroken(
            _l("The lead party runs the procurement for the others and cannot leave it."),
            rule="R103",
            field="reason",
            next_step=_l("Hand the lead over to another party before anything is bought, or give the procurement up."),
        )


@transaction
def leave(participation: Participation, reason: str, decision: str, *, by: Mandate) -> None:
    """Stay out of what is bought, with the party's volumes; the others decide on the new calculation.

    Where one authority is left alone, nothing is bought together any more.

    :raises WrongState: not in the stage of the parties' own decisions, or the party has left already
    """
    procurement = participation.procurement
    now = steps.taken(procurement)
    lock(participation)
    steps.in_stage(procurement, Stage.DECISIONS)
    _refuse_last_of_lead(procurement, participation)
    before = participation.state
    _step_out(participation, "leave", reason, decision, by=by)
    procurement.round += 1
    db.session.flush()
    audit.record(
        LEFT,
        subject=participation,
        actor=by,
        at=now,
        before=before,
        after=participation.state,
        decision=participation.left_decision,
        round=procurement.round,
        in_name_of=InNameOf.OWN,
    )
    if len(rules.voices(queries.participations_of(procurement.id))) < 2:
        give_up(procurement, participation.left_reason or "", by=by, in_name_of=InNameOf.OWN)


@transaction
def withdraw(participation: Participation, last_day: date, reason: str, decision: str, *, by: Mandate) -> None:
    """Withdraw from what has been bought together, told as many days before as the agreement asks.

    When every party of an authority has withdrawn, the authority stops buying from the system.

    :raises RuleBroken: too early a last day (the agreement), or the lead, which keeps the system
    """
    procurement = participation.procurement
    now = steps.taken(procurement)
    lock(participation)
    steps.in_stage(procurement, Stage.PROCUREMENT, Stage.CONTRACTS, Stage.USE)
    _refuse_last_of_lead(procurement, participation)
    agreed = db.session.get_one(AgreementVersion, procurement.version_id)
    earliest = rules.earliest_last_day(clock.helsinki_date(now), agreed.withdrawal_days)
    if last_day < earliest:
        raise RuleBroken(
            _l(
                "The agreement asks to tell a withdrawal %(days)s days before the last day.",
                days=agreed.withdrawal_days,
            ),
            rule="R103",
            field="last_day",
            next_step=_l("Choose %(day)s or a later day.", day=day_text(earliest)),
        )
    if last_day >= procurement.ends_on:
        raise RuleBroken(
            _l("The use ends by itself before that."),
            rule="R103",
            field="last_day",
            next_step=_l(
                "There is nothing to withdraw from: the last day of use is %(day)s.", day=day_text(procurement.ends_on)
            ),
        )
    before = participation.state
    _step_out(participation, "withdraw", reason, decision, by=by)
    participation.last_day = last_day
    db.session.flush()
    audit.record(
        WITHDREW,
        subject=participation,
        actor=by,
        at=now,
        before=before,
        after=participation.state,
        decision=participation.left_decision,
        last_day=last_day,
        in_name_of=InNameOf.OWN,
    )
    _end_buying(procurement, participation, by=by)


def _end_buying(procurement: JointProcurement, participation: Participation, *, by: Mandate) -> None:
    """The authority stops buying when none of its parties goes on: on the latest of their last days."""
    authority = participation.party.authority
    theirs = [each for each in queries.participations_of(procurement.id) if each.party.authority_id == authority.id]
    days = [each.last_day for each in theirs if each.state is ParticipationState.WITHDRAWN and each.last_day]
    if procurement.system is not None and not any(each.state is ParticipationState.IN for each in theirs):
        buyers.end_buying(procurement.system, authority, max(days), by=by)
