"""The verbs of lay-off plans: write, share, answer, close; the people who will come, and their needs in bulk."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
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
from dps.joint.agreements.rules import same_place
from dps.systems.models import Category, ServiceType
from orders import rules as order_rules
from orders.bulk import reading
from orders.bulk import service as bulk
from orders.bulk.models import BulkFile
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.money import sheets
from orders.readiness import outlook, queries, rules
from orders.readiness.models import (
    PLAN_TRANSITIONS,
    SHARE_TRANSITIONS,
    LabourFigure,
    LayoffLine,
    LayoffPerson,
    LayoffPlan,
    LayoffShare,
    PlanState,
    ShareState,
)
from suppliers import identifiers
from suppliers.models import IdentifierScheme

WRITTEN = audit.declare("layoff_plan.written", "number", "agreement", "people")
CHANGED = audit.declare("layoff_plan.changed", "people_before", "people_after")
SHARED = audit.declare("layoff_plan.shared", "before", "after", "authorities")
CLOSED = audit.declare("layoff_plan.closed", "before", "after")
ACCEPTED = audit.declare("layoff_share.accepted", "plan", "before", "after", "takes", "people")
DECLINED = audit.declare("layoff_share.declined", "plan", "before", "after", "people")
EXPECTED = audit.declare("layoff_plan.people_expected", "authority", "people")
RENAMED = audit.declare("layoff_person.reference_changed", "plan")
ORDERED = audit.declare("layoff_plan.needs_taken", "authority", "bulk_file", "people")
ENTERED = audit.declare("labour_figure.entered", "before", "after", "as_of")
RULE = "layoff-plan"
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


def _broken(message: object, field: str, next_step: object, rule: str = RULE) -> RuleBroken:
    return RuleBroken(message, rule=rule, field=field, next_step=next_step)


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
        raise _broken(_l("The employer is missing."), "employer", _l("Enter its name, or the sector."))
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
        raise _broken(
            _l("A plan has people on at least one line, %(most)s people at most.", most=MOST_PEOPLE),
            "lines",
            _l("Enter a municipality, a month and how many people."),
        )
    for place, line in enumerate(lines):
        if not line.municipality.strip():
            raise _broken(
                _l("The home municipality is missing: it decides whose customers they will be."),
                f"municipality_{place}",
                _l("Enter the municipality, or split the line by municipality."),
                rule="R104",
            )
        if line.people < 1:
            raise _broken(_l("How many people is missing."), f"people_{place}", _l("Enter at least 1."))
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
        raise _broken(
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
        raise _broken(
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


# ---- the people who will come ----


@transaction
def expect_people(plan: LayoffPlan, *, by: Mandate) -> list[LayoffPerson]:
    """References for the people who will come to one's own authority: ``MUUTOS-12-001``; no needs yet.

    :raises RuleBroken: none of its people are the authority's, or all have references
    """
    lock(plan)
    now = clock.now()
    assert by.authority_id is not None
    _refuse_closed(plan)
    lines = outlook.lines_of(plan, queries.parties_of(plan), by.authority_id)
    done = queries.lines_with_people(plan.id)
    number = queries.last_person(plan.id)
    rows = []
    for line in lines:
        if line.id in done:
            continue
        for _each in range(line.people):
            number += 1
            rows.append(
                LayoffPerson(
                    id=new_id(),
                    plan_id=plan.id,
                    line_id=line.id,
                    authority_id=by.authority_id,
                    number=number,
                    reference=f"{plan.reference}-{number:03d}",
                )
            )
    if not rows:
        raise _broken(
            _l("Everybody of your municipalities has a reference already."), "plan", _l("Change them in the list.")
        )
    db.session.add_all(rows)
    db.session.flush()
    audit.record(EXPECTED, subject=plan, actor=by, at=now, authority=by.authority_id, people=len(rows))
    return rows


def _refuse_closed(plan: LayoffPlan) -> None:
    if plan.state is PlanState.CLOSED:
        raise WrongState(_l("The plan is closed."), rule=RULE, next_step=_l("Write a new plan."))


@transaction
def rename(person: LayoffPerson, reference: str, *, by: Mandate) -> None:
    """Put the customer system's reference in the place of the plan's.

    :raises RuleBroken: it is no reference, hides an identity code (I8), or is somebody else's
    :raises WrongState: a file has been made of it
    """
    lock(person)
    now = clock.now()
    text = reference.strip()
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field="reference")
    if not order_rules.is_reference(text):
        raise RuleBroken(
            _l("The reference has other characters than letters, digits, hyphen, slash and point."),
            rule="I8",
            field="reference",
            next_step=_l("Enter the reference of your customer system, like AS-2026/118. Do not enter a name."),
        )
    if person not in queries.free_people(person.plan_id, person.authority_id):
        raise WrongState(
            _l("Needs have been made by this reference already."), rule=RULE, next_step=_l("Change the need instead.")
        )
    if queries.is_taken(person.plan_id, text, but=person.id):
        raise _broken(_l("Somebody in the plan has this reference."), "reference", _l("Check the references."))
    person.reference = text
    db.session.flush()
    audit.record(RENAMED, subject=person, actor=by, at=now, plan=person.plan_id)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for all people of a file alike."""

    place: str | None
    is_remote: bool
    languages: Sequence[str]
    latest_start: date


@transaction
def take_needs(
    plan: LayoffPlan, people: Sequence[LayoffPerson], category: Category, wish: Wish, *, by: Mandate
) -> BulkFile:
    """Make a bulk file of needs for people of one's own authority; it is checked whole, and begun where bulk files are.

    :raises NotAllowed: somebody is another authority's (R107)
    :raises FileRefused: lines that nothing fits, each with its rule
    """
    lock(plan)
    now = clock.now()
    _refuse_closed(plan)
    if any(each.authority_id != by.authority_id or each.plan_id != plan.id for each in people):
        raise NotAllowed(
            _l("These are not the customers of your authority."),
            rule="R107",
            next_step=_l("Choose people of your own municipalities."),
        )
    free = {each.id for each in queries.free_people(plan.id, by.authority_id)}
    if not people or any(each.id not in free for each in people):
        raise _broken(_l("Choose people for whom no needs have been made."), "line", _l("Make their references first."))
    file = bulk.take_file(category, _content(people, wish).encode(), by=by)
    for each in people:
        each.bulk_id = file.id
    db.session.flush()
    audit.record(
        ORDERED, subject=plan, actor=by, at=now, authority=by.authority_id, bulk_file=file.id, people=len(people)
    )
    return file


def _content(people: Sequence[LayoffPerson], wish: Wish) -> str:
    """The file, by the columns that a file of many needs has."""
    return sheets.text([column.name for column in reading.COLUMNS], [_row(each, wish) for each in people])


def _row(person: LayoffPerson, wish: Wish) -> list[str]:
    cells: Mapping[str, str] = {
        "reference": person.reference,
        "municipality": person.line.municipality,
        "place": wish.place or "",
        "remote": "yes" if wish.is_remote else "no",
        "languages": "+".join(wish.languages),
        "latest_start": wish.latest_start.isoformat(),
        "modules": "",
        "accessibility": "",
        "age": AgeBand.UNKNOWN.value,
        "unemployment": UnemploymentBand.UNDER_6_MONTHS.value,
        "education": EducationBand.UNKNOWN.value,
    }
    return [cells[column.name] for column in reading.COLUMNS]


# ---- figures ----


@transaction
def enter_figure(municipality: str, labour_force: int, unemployed: int, as_of: date, *, by: Mandate) -> LabourFigure:
    """The labour force and the unemployed of a municipality that one's authority serves; entered again, it is changed.

    :raises RuleBroken: more unemployed than there are in the labour force, none, or a day to come
    """
    assert by.authority_id is not None
    now = clock.now()
    name = " ".join(municipality.split())
    if not name or contains_identity_code(name):
        raise _broken(_l("The municipality is missing."), "municipality", _l("Enter its name."))
    if not 0 < unemployed <= labour_force:
        raise _broken(
            _l("The unemployed are part of the labour force."),
            "unemployed",
            _l("Enter a number from 1 to the labour force."),
        )
    if as_of > clock.helsinki_date(now):
        raise _broken(_l("The day is to come."), "as_of", _l("Enter the day the figures are of."))
    row = next(
        (each for each in queries.figures({by.authority_id}) if same_place(each.municipality) == same_place(name)), None
    )
    before = None
    if row is None:
        row = LabourFigure(id=new_id(), authority_id=by.authority_id, municipality=name)
        db.session.add(row)
    else:
        lock(row)
        before = [row.labour_force, row.unemployed]
    row.labour_force, row.unemployed, row.as_of = labour_force, unemployed, as_of
    row.entered_by, row.entered_at = by.person_id, now
    db.session.flush()
    audit.record(ENTERED, subject=row, actor=by, at=now, before=before, after=[labour_force, unemployed], as_of=as_of)
    return row
