"""Each party states its need; the lead writes the proposal."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale

from core import audit
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import (
    InNameOf,
    JointProcurement,
    JointVolume,
    Participation,
    ParticipationState,
    TargetGroup,
)
from dps.joint.procurements.service import steps
from dps.joint.stages import Stage

STATED = audit.declare("joint_participation.need_stated", "before", "after", "budget", "in_name_of")
PROPOSED = audit.declare("joint_procurement.proposed", "in_name_of")

MOST = 1_000_000


@dataclass(frozen=True)
class Volume:
    """How many services for whom, where, in which language and quarter."""

    target_group: TargetGroup
    municipality: str
    language: str
    quarter: date
    amount: int


@dataclass(frozen=True, kw_only=True)
class NeedDetails:
    """A party's need; without volumes it needs nothing."""

    forecast_source: str
    unit_price: Decimal | None
    budget: Decimal
    volumes: Sequence[Volume]


@transaction
def state_need(participation: Participation, details: NeedDetails, *, by: Mandate) -> None:
    """State a party's need, or state it anew, until its authority has marked it ready.

    :raises RuleBroken: a municipality of another party (R104), a quarter outside of the use, nothing to go by
    :raises WrongState: the needs have been gathered, or the authority has marked its own ready
    """
    procurement = participation.procurement
    now = steps.taken(procurement)
    lock(participation)
    steps.in_stage(procurement, Stage.NEED)
    if has_approved(procurement, participation.party.authority_id):
        raise WrongState(
            _l("Your authority has marked its need ready."),
            rule="joint-stage",
            next_step=_l("It can be changed no more: the others count on it. Tell it to the coordination group."),
        )
    if participation.state is not ParticipationState.IN:
        raise WrongState(_l("The party does not take part any more."), rule="joint-state")
    volumes = _checked(procurement, participation, details)
    source = steps.written(details.forecast_source, "forecast_source", _l("Write where the volumes come from."))
    before = sum(each.amount for each in participation.volumes)
    for row in list(participation.volumes):
        db.session.delete(row)
    db.session.flush()
    db.session.expire(participation, ["volumes"])
    for each in volumes:
        db.session.add(JointVolume(id=new_id(), participation=participation, **vars(each)))
    participation.forecast_source, participation.unit_price = source, details.unit_price
    participation.budget, participation.stated_by, participation.stated_at = details.budget, by.person_id, now
    db.session.flush()
    audit.record(
        STATED,
        subject=participation,
        actor=by,
        at=now,
        before=before,
        after=sum(each.amount for each in volumes),
        budget=details.budget,
        in_name_of=InNameOf.OWN,
    )
    steps.advance_if_approved(procurement, by=by, at=now)


def has_approved(procurement: JointProcurement, authority_id: uuid.UUID | None) -> bool:
    """Whether the authority has approved the present stage, as calculated now."""
    return rules.has_approved(queries.approvals_of(procurement.id), procurement, authority_id)


def _checked(procurement: JointProcurement, participation: Participation, details: NeedDetails) -> list[Volume]:
    quarters = set(rules.quarters(procurement.starts_on, procurement.ends_on))
    seen = set()
    for each in details.volumes:
        if each.municipality not in participation.party.municipalities:
            raise RuleBroken(
                _l("%(place)s is not a municipality of this party.", place=each.municipality),
                rule="R104",
                field="municipality",
                next_step=_l("Choose one of the municipalities that the agreement gives the party."),
            )
        if each.quarter not in quarters:
            raise RuleBroken(
                _l("The quarter is not in the time of use."),
                rule="I10",
                field="quarter",
                next_step=_l("Enter volumes from the first day of use to the last."),
            )
        if each.language not in Locale("en").languages or len(each.language) != 2:
            raise RuleBroken(_l("There is no such language."), rule="I10", field="language")
        if not 0 <= each.amount <= MOST:
            raise RuleBroken(_l("The amount is not a number from 0 up."), rule="I10", field="amount")
        key = (each.target_group, each.municipality, each.language, each.quarter)
        if key in seen:
            raise RuleBroken(
                _l("The same target group, municipality and language are there twice."),
                rule="I10",
                field="target_group",
                next_step=_l("Put them on one line."),
            )
        seen.add(key)
    found = [each for each in details.volumes if each.amount]
    if found and (details.unit_price is None or details.unit_price <= 0):
        raise RuleBroken(
            _l("The price of one service is missing."),
            rule="I10",
            field="unit_price",
            next_step=_l("Enter what one service costs on average, without VAT."),
        )
    return found


@transaction
def propose(procurement: JointProcurement, text: str, *, by: Mandate) -> None:
    """Write the proposal that the coordination group endorses, in the name of all.

    :raises WrongState: somebody has endorsed it already: nobody endorses what they have not read
    """
    now = steps.taken(procurement)
    steps.in_stage(procurement, Stage.PROPOSAL)
    if rules.counted(queries.approvals_of(procurement.id), Stage.PROPOSAL, 1):
        raise WrongState(
            _l("The proposal has been endorsed."),
            rule="joint-stage",
            next_step=_l("It cannot be changed under those who have endorsed it."),
        )
    procurement.proposal = steps.written(text, "text", _l("Write the proposal."))
    procurement.proposed_by, procurement.proposed_at = by.person_id, now
    audit.record(PROPOSED, subject=procurement, actor=by, at=now, in_name_of=InNameOf.ALL)
