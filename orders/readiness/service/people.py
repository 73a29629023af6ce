"""The people who will come: their references, and their needs in bulk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.systems.models import Category
from orders import rules as order_rules
from orders.bulk import reading
from orders.bulk import service as bulk
from orders.bulk.models import BulkFile
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.money import sheets
from orders.readiness import outlook, queries
from orders.readiness.models import (
    LayoffPerson,
    LayoffPlan,
)
from orders.readiness.service.refusing import RULE, broken, refuse_closed

EXPECTED = audit.declare("layoff_plan.people_expected", "authority", "people")
RENAMED = audit.declare("layoff_person.reference_changed", "plan")
ORDERED = audit.declare("layoff_plan.needs_taken", "authority", "bulk_file", "people")


# ---- the people who will come ----


@transaction
def expect_people(plan: LayoffPlan, *, by: Mandate) -> list[LayoffPerson]:
    """References for the people who will come to one's own authority: ``MUUTOS-12-001``; no needs yet.

    :raises RuleBroken: none of its people are the authority's, or all have references
    """
    lock(plan)
    now = clock.now()
    assert by.authority_id is not None
    refuse_closed(plan)
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
        raise broken(
            _l("Everybody of your municipalities has a reference already."), "plan", _l("Change them in the list.")
        )
    db.session.add_all(rows)
    db.session.flush()
    audit.record(EXPECTED, subject=plan, actor=by, at=now, authority=by.authority_id, people=len(rows))
    return rows


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
    if queries.is_taken(person, text):
        raise broken(_l("Somebody in the plan has this reference."), "reference", _l("Check the references."))
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
    refuse_closed(plan)
    if any(each.authority_id != by.authority_id or each.plan_id != plan.id for each in people):
        raise NotAllowed(
            _l("These are not the customers of your authority."),
            rule="R107",
            next_step=_l("Choose people of your own municipalities."),
        )
    free = {each.id for each in queries.free_people(plan.id, by.authority_id)}
    if not people or any(each.id not in free for each in people):
        raise broken(_l("Choose people for whom no needs have been made."), "line", _l("Make their references first."))
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
