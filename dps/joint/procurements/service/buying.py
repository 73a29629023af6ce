"""From the parties' decisions to what is bought: a system, a category or a competition for all who stayed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.competitions.models import Competition, CompetitionState
from dps.joint.procurements import queries, rules
from dps.joint.procurements.models import InNameOf, JointProcurement, ProcurementState
from dps.joint.procurements.service import steps
from dps.joint.stages import Stage
from dps.systems import buyers
from dps.systems import service as systems
from dps.systems.details import SystemDetails
from dps.systems.models import PUBLIC_STATES, Category, PurchasingSystem, SystemState
from dps.systems.signals import SystemOpened

T = TypeVar("T")

SET_UP = audit.declare(
    "joint_procurement.set_up", "system", "category", "competition", "estimate", "buyers", "in_name_of"
)


def _decided(procurement: JointProcurement) -> Decimal:
    """The estimate of what all who stayed have decided on.

    :raises RuleBroken: a decision is missing, or nothing is needed
    """
    steps.in_stage(procurement, Stage.DECISIONS)
    if not steps.is_approved(procurement):
        raise RuleBroken(
            _l("The decisions of all parties are not there yet."),
            rule="R103",
            field="decision",
            next_step=_l("Each authority decides on the newest calculation first. The page shows who is missing."),
        )
    estimate = queries.estimate(procurement.id)
    if estimate <= 0:
        raise RuleBroken(
            _l("No party needs anything."),
            rule="R7",
            field="volumes",
            next_step=_l("Give the joint procurement up, and begin a new one when there is a need."),
        )
    return estimate


def _others(procurement: JointProcurement) -> Sequence[Authority]:
    """The authorities beside the lead whose parties stay."""
    found = {each.party.authority_id: each.party.authority for each in queries.participations_of(procurement.id)}
    ids = rules.voices(queries.participations_of(procurement.id))
    return [found[each] for each in ids if each != procurement.lead_id]


def _name_buyers(procurement: JointProcurement, system: PurchasingSystem, *, by: Mandate) -> list[uuid.UUID]:
    """Every continuing authority buys from it, and stands in its notice (R103)."""
    db.session.refresh(system, ["buyers"])
    named = {each.authority_id for each in system.buyers}
    others = _others(procurement)
    for authority in others:
        if authority.id not in named:
            buyers.name_buyer(system, authority, by=by)
    return [procurement.lead_id, *(each.id for each in others)]


def _go_on(
    procurement: JointProcurement,
    system: PurchasingSystem,
    estimate: Decimal,
    buying: Sequence[uuid.UUID],
    *,
    by: Mandate,
    at: datetime,
) -> None:
    procurement.system, procurement.estimate = system, estimate
    db.session.flush()
    audit.record(
        SET_UP,
        subject=procurement,
        actor=by,
        at=at,
        system=system.id,
        category=procurement.category_id,
        competition=procurement.competition_id,
        estimate=estimate,
        buyers=list(buying),
        in_name_of=InNameOf.ALL,
    )
    steps.reach(procurement, Stage.PROCUREMENT, by=by, at=at, in_name_of=InNameOf.ALL)


@transaction
def set_up_system(procurement: JointProcurement, *, by: Mandate) -> PurchasingSystem:
    """Set up a purchasing system of the lead as a draft: names, dates and value from what was decided.

    :raises RuleBroken: a decision is missing
    """
    now = steps.taken(procurement)
    estimate = _decided(procurement)
    system = systems.create_system(
        SystemDetails(
            name_fi=procurement.name_fi,
            name_sv=procurement.name_sv,
            name_en=procurement.name_en,
            description_fi=procurement.purpose,
            description_sv=procurement.purpose,
            description_en=procurement.purpose,
            starts_on=procurement.starts_on,
            ends_on=procurement.ends_on,
            estimated_value=estimate,
        ),
        by=by,
    )
    _go_on(procurement, system, estimate, _name_buyers(procurement, system, by=by), by=by, at=now)
    return system


@transaction
def set_up_category(procurement: JointProcurement, category: Category, *, by: Mandate) -> None:
    """Take a category of a draft of the lead's own for all.

    :raises RuleBroken: not a draft of the lead, or its value is below what was decided
    """
    now = steps.taken(procurement)
    lock(category.system)
    estimate = _decided(procurement)
    system = category.system
    if system.authority_id != procurement.lead_id or system.state is not SystemState.DRAFT:
        raise RuleBroken(
            _l("The category is not one of a draft of the lead party."),
            rule="R103",
            field="category",
            next_step=_l("Buyers are named before the notice: choose a category of a draft, or set up a new system."),
        )
    if system.estimated_value < estimate:
        raise RuleBroken(
            _l("The estimated value of the system is below what the parties have decided on."),
            rule="R7",
            field="category",
            next_step=_l("Raise the estimated value of the draft first."),
        )
    procurement.category = category
    _go_on(procurement, system, estimate, _name_buyers(procurement, system, by=by), by=by, at=now)


@transaction
def set_up_competition(procurement: JointProcurement, competition: Competition, *, by: Mandate) -> None:
    """Take a competition of the lead for all, in a system whose notice names every one of them.

    :raises RuleBroken: not the lead's own, already sent, or an authority is no buyer of the system (R103)
    """
    now = steps.taken(procurement)
    lock(competition)
    estimate = _decided(procurement)
    system = competition.category.system
    if system.authority_id != procurement.lead_id or competition.state is not CompetitionState.DRAFT:
        raise RuleBroken(
            _l("The competition is not one that the lead party prepares."),
            rule="R103",
            field="competition",
            next_step=_l("Choose a competition that has not been sent, or begin one."),
        )
    others = _others(procurement)
    day = max(clock.helsinki_date(now), procurement.starts_on)
    if not all(buyers.may_buy(system, each.id, day) for each in others):
        raise RuleBroken(
            _l("The notice of the system does not name every party that stayed as a buyer."),
            rule="R103",
            field="competition",
            next_step=_l("Choose a competition of a system that all may buy from, or set up a new system."),
        )
    procurement.category, procurement.competition = competition.category, competition
    _go_on(procurement, system, estimate, [procurement.lead_id, *(each.id for each in others)], by=by, at=now)


@transaction
def set_up(procurement: JointProcurement, way: str, chosen: uuid.UUID | None, *, by: Mandate) -> None:
    """Set up by one of the three ways, with the category or competition that was chosen.

    :raises RuleBroken: nothing was chosen, or it does not suit
    """
    if way == "system":
        set_up_system(procurement, by=by)
    elif way == "category":
        category = db.session.get(Category, chosen) if chosen else None
        set_up_category(procurement, _given(category, way), by=by)
    else:
        competition = db.session.get(Competition, chosen) if chosen else None
        set_up_competition(procurement, _given(competition, way), by=by)


def _given(row: T | None, field: str) -> T:
    if row is None:
        raise RuleBroken(_l("Nothing was chosen."), rule="R103", field=field, next_step=_l("Choose one from the list."))
    return row


def on_system_opened(event: SystemOpened) -> None:
    """The notice is published and the system open: its joint procurements come to their contracts."""
    for row in queries.of_system(event.system_id):
        if row.state is ProcurementState.RUNNING and row.competition_id is None:
            lock(row)
            if row.stage is Stage.PROCUREMENT:
                steps.reach(row, Stage.CONTRACTS, by=event.by, at=event.at, in_name_of=InNameOf.ALL)


@transaction
def move_on(procurement: JointProcurement, *, by: Mandate) -> None:
    """Go on to contracts, use or follow-up when what they need has come about.

    :raises RuleBroken: it has not
    """
    now = steps.taken(procurement)
    steps.in_stage(procurement, Stage.PROCUREMENT, Stage.CONTRACTS, Stage.USE)
    if missing := missing_for_next(procurement, now):
        raise missing
    following = procurement.stage.next
    assert following is not None
    steps.reach(procurement, following, by=by, at=now, in_name_of=InNameOf.ALL)


def missing_for_next(procurement: JointProcurement, now: datetime) -> WrongState | None:
    """Why the procurement cannot go on yet; nothing when it can."""
    system, competition = procurement.system, procurement.competition
    assert system is not None
    today = clock.helsinki_date(now)
    if procurement.stage is Stage.PROCUREMENT:
        if system.state not in PUBLIC_STATES:
            return _not_yet(_l("The system has not opened."), _l("It opens when its notice is published."))
        if competition is not None and competition.state is not CompetitionState.DECIDED:
            return _not_yet(_l("The competition has not been decided."), _l("Tenders are compared and decided first."))
    if procurement.stage is Stage.CONTRACTS and not queries.contracts_in_force(procurement, today):
        return _not_yet(_l("No contract is in force."), _l("Use begins when both have signed the first contract."))
    if procurement.stage is Stage.USE and today <= procurement.ends_on and system.state is not SystemState.ENDED:
        return _not_yet(_l("The use goes on."), _l("The follow-up begins after the last day of use."))
    return None


def _not_yet(message: object, next_step: object) -> WrongState:
    return WrongState(message, rule="joint-stage", next_step=next_step)
