"""Writing a plan, sharing it, answering, closing."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.joint.agreements.models import CooperationAgreement
from dps.systems.models import ServiceType
from orders.readiness import queries, rules
from orders.readiness.models import (
    PLAN_TRANSITIONS,
    SHARE_TRANSITIONS,
    LayoffLine,
    LayoffPlan,
    LayoffShare,
    PlanState,
    ShareState,
)
from orders.readiness.service.refusing import RULE, broken
from suppliers import identifiers
from suppliers.models import IdentifierScheme

WRITTEN = audit.declare("layoff_plan.written", "number", "agreement", "people")
CHANGED = audit.declare("layoff_plan.changed", "people_before", "people_after")
SHARED = audit.declare("layoff_plan.shared", "before", "after", "authorities")
CLOSED = audit.declare("layoff_plan.closed", "before", "after")
ACCEPTED = audit.declare("layoff_share.accepted", "plan", "before", "after", "takes", "people")
DECLINED = audit.declare("layoff_share.declined", "plan", "before", "after", "people")
#: A plan has at most so many lines, and so many people.
MOST_LINES, MOST_PEOPLE = 200, 5_000


@dataclass(frozen=True)
class LineDetails:
    """People of a municipality who become job seekers in a month."""

    municipality: str
    occupation: str
    service_type: ServiceType | None
    month: date
    people: int


@dataclass(frozen=True, kw_only=True)
class PlanDetails:
    """The whole of a plan."""

    employer: str
    business_id: str = ""
    note: str = ""
    agreement: CooperationAgreement | None = None
    lines: Sequence[LineDetails]


# ---- the plan ----


@transaction
def write(details: PlanDetails, *, by: Mandate) -> LayoffPlan:
    """Write down who becomes a job seeker when and where.

    :raises RuleBroken: no people, a municipality missing (R104), an identity code (I8), a bad business id
    :raises NotAllowed: the agreement is not one of the authority's
    """
    assert by.authority_id is not None
    number = queries.next_number(by.authority_id)
    now = clock.now()
    business_id = _checked(details, by)
    row = LayoffPlan(
        id=new_id(),
        authority_id=by.authority_id,
        number=number,
        employer=details.employer.strip(),
        business_id=business_id,
        note=details.note.strip(),
        agreement_id=details.agreement.id if details.agreement else None,
        state=PlanState.DRAFT,
        made_by=by.person_id,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    _write_lines(row, details.lines)
    audit.record(
        WRITTEN,
        subject=row,
        actor=by,
        at=now,
        number=number,
        agreement=row.agreement_id,
        people=sum(line.people for line in details.lines),
    )
    return row


@transaction
def change(plan: LayoffPlan, details: PlanDetails, *, by: Mandate) -> None:
    """Write the whole plan anew.

    :raises WrongState: it is shared or closed, or people of it are expected by name already
    """
    lock(plan)
    now = clock.now()
    if plan.state is not PlanState.DRAFT or queries.last_person(plan.id):
        raise WrongState(
            _l("A plan can be changed until it is shared or its people have references."),
            rule=RULE,
            next_step=_l("Close it and write a new one."),
        )
    business_id = _checked(details, by)
    before = sum(line.people for line in plan.lines)
    plan.employer, plan.business_id, plan.note = details.employer.strip(), business_id, details.note.strip()
    plan.agreement_id = details.agreement.id if details.agreement else None
    db.session.execute(delete(LayoffLine).where(LayoffLine.plan_id == plan.id))
    _write_lines(plan, details.lines)
    after = sum(line.people for line in details.lines)
    audit.record(CHANGED, subject=plan, actor=by, at=now, people_before=before, people_after=after)


def _write_lines(plan: LayoffPlan, lines: Sequence[LineDetails]) -> None:
    db.session.add_all(
        LayoffLine(
            id=new_id(),
            plan_id=plan.id,
            position=place,
            municipality=line.municipality.strip(),
            occupation=line.occupation.strip(),
            service_type=line.service_type,
            month=rules.month_of(line.month),
            people=line.people,
        )
        for place, line in enumerate(lines, 1)
    )
    db.session.flush()
    db.session.refresh(plan, ["lines", "shares", "agreement"])


def _checked(details: PlanDetails, by: Mandate) -> str | None:
    """:returns: the business id as it is stored"""
    for field, text in (("employer", details.employer), ("note", details.note)):
        if contains_identity_code(text):
            raise RuleBroken(MESSAGE, rule="I8", field=field)
    if not details.employer.strip():
        raise broken(_l("The employer is missing."), "employer", _l("Enter its name, or the sector."))
    if details.agreement is not None and details.agreement.id not in {
        each.id for each in queries.agreements_of(by.authority_id)
    }:
        raise NotAllowed(
            _l("Your authority is no party of this agreement."),
            rule="R103",
            field="agreement",
            next_step=_l("Choose an agreement of your own authority, or none."),
        )
    _check_lines(details.lines)
    if not details.business_id.strip():
        return None
    try:
        return identifiers.normalise(IdentifierScheme.FI_BUSINESS_ID, "FI", details.business_id)[1]
    except RuleBroken as refusal:
        raise RuleBroken(
            refusal.message, rule=refusal.rule, field="business_id", next_step=refusal.next_step
        ) from refusal


def _check_lines(lines: Sequence[LineDetails]) -> None:
    if not lines or len(lines) > MOST_LINES or sum(line.people for line in lines) > MOST_PEOPLE:
        raise broken(
            _l("A plan has people on at least one line, %(most)s people at most.", most=MOST_PEOPLE),
            "lines",
            _l("Enter a municipality, a month and how many people."),
        )
    for place, line in enumerate(lines):
        if not line.municipality.strip():
            raise broken(
                _l("The home municipality is missing: it decides whose customers they will be."),
                f"municipality_{place}",
                _l("Enter the municipality, or split the line by municipality."),
                rule="R104",
            )
        if line.people < 1:
            raise broken(_l("How many people is missing."), f"people_{place}", _l("Enter at least 1."))
        if contains_identity_code(f"{line.municipality} {line.occupation}"):
            raise RuleBroken(MESSAGE, rule="I8", field=f"occupation_{place}")


# ---- the other parties ----


@transaction
def share(plan: LayoffPlan, *, by: Mandate) -> list[LayoffShare]:
    """Show each other authority the people of its municipalities, and ask what it takes (R103, R104).

    :raises RuleBroken: the plan has no agreement, or concerns no other authority
    """
    lock(plan)
    now = clock.now()
    before = plan.state
    parties = queries.parties_of(plan)
    people: dict[uuid.UUID, int] = defaultdict(int)
    for line in plan.lines:
        owner = rules.authority_of(parties, line.municipality, plan.authority_id)
        if owner is not None and owner != plan.authority_id:
            people[owner] += line.people
    if not people:
        raise broken(
            _l("No people of another party's municipalities are in the plan."),
            "agreement",
            _l("Name the agreement and the home municipalities, or act alone."),
        )
    move(plan, PLAN_TRANSITIONS, "share")
    plan.shared_at = now
    rows = [
        LayoffShare(id=new_id(), plan_id=plan.id, authority_id=each, people=number, note="")
        for each, number in people.items()
    ]
    db.session.add_all(rows)
    db.session.flush()
    db.session.refresh(plan, ["shares"])
    audit.record(SHARED, subject=plan, actor=by, at=now, before=before, after=plan.state, authorities=list(people))
    return rows


@transaction
def answer(plan: LayoffPlan, takes: int | None, note: str, *, by: Mandate) -> LayoffShare:
    """Say how many of its people one's own authority finds services for; nothing declines.

    :raises NotAllowed: nothing of the plan is the authority's (R103)
    :raises RuleBroken: more than its people are
    :raises WrongState: it has answered, or the plan is closed
    """
    lock(plan)
    row = queries.share_of(plan.id, by.authority_id)
    if row is None:
        raise NotAllowed(
            _l("Nothing of this plan is your authority's."), rule="R103", next_step=_l("Look at your own plans.")
        )
    lock(row)
    now = clock.now()
    if plan.state is not PlanState.SHARED:
        raise WrongState(_l("The plan is closed."), rule=RULE, next_step=_l("Ask the authority that made it."))
    if contains_identity_code(note):
        raise RuleBroken(MESSAGE, rule="I8", field="note")
    if takes is not None and not 0 <= takes <= row.people:
        raise broken(
            _l("Your municipalities have %(people)s people in the plan.", people=row.people),
            "takes",
            _l("Enter a number from 0 to that."),
        )
    before = row.state
    with db.session.no_autoflush:
        move(row, SHARE_TRANSITIONS, "decline" if takes is None else "accept")
        row.takes, row.note, row.answered_at, row.answered_by = takes, note.strip(), now, by.person_id
    db.session.flush()
    if row.state is ShareState.ACCEPTED:
        audit.record(
            ACCEPTED,
            subject=row,
            actor=by,
            at=now,
            plan=plan.id,
            before=before,
            after=row.state,
            takes=takes,
            people=row.people,
        )
    else:
        audit.record(
            DECLINED, subject=row, actor=by, at=now, plan=plan.id, before=before, after=row.state, people=row.people
        )
    return row


@transaction
def close(plan: LayoffPlan, *, by: Mandate) -> None:
    """The change is over, or did not come; needs that were made go on by themselves."""
    lock(plan)
    now = clock.now()
    before = plan.state
    with db.session.no_autoflush:
        move(plan, PLAN_TRANSITIONS, "close")
        plan.closed_at = now
    audit.record(CLOSED, subject=plan, actor=by, at=now, before=before, after=plan.state)
