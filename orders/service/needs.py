"""Stating a need, without a name (I8)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.offerings.models import ServiceForm
from dps.systems.models import Category
from orders import queries, rules
from orders.buying import refuse_no_buyer
from orders.groups import seats
from orders.groups.models import LeaveReason
from orders.models import NEED_TRANSITIONS, AgeBand, EducationBand, Goal, Need, NeedState, UnemploymentBand

STATED = audit.declare("need.stated", "category", "number")
CLOSED = audit.declare("need.closed", "before")

#: The seed fits a 32-bit column.
SEEDS = 2**31


@dataclass(frozen=True, kw_only=True)
class NeedDetails:
    """What a customer needs: a reference instead of a name, bands instead of facts."""

    customer_reference: str
    municipality: str
    place: str | None
    is_remote: bool
    languages: list[str]
    latest_start: date
    modules: list[str]
    accessibility: str
    age_band: AgeBand
    unemployment_band: UnemploymentBand
    education_band: EducationBand
    goal: Goal | None = None
    form: ServiceForm | None = None


@transaction
def state_need(category: Category, details: NeedDetails, *, by: Mandate) -> Need:
    """State what a customer needs; the random order of the offers is drawn here, once (I5).

    :raises NotAllowed: the authority does not buy from the category's system (R103)
    :raises RuleBroken: an identity code (I8), something the category does not have (R102), or the party of the home
        municipality takes no part any more (R103)
    """
    now = clock.now()
    refuse_no_buyer(category, by.authority_id, details.municipality, clock.helsinki_date(now))
    number = queries.next_need_number(by.organisation_id)
    check_details(category, details, clock.helsinki_date(now))
    need = Need(
        id=new_id(),
        authority_id=by.organisation_id,
        number=number,
        expert_id=by.person_id,
        category_id=category.id,
        customer_reference=details.customer_reference,
        municipality=details.municipality,
        place=details.place or None,
        is_remote=details.is_remote,
        languages=list(details.languages),
        latest_start=details.latest_start,
        modules=list(details.modules),
        accessibility=details.accessibility,
        age_band=details.age_band,
        unemployment_band=details.unemployment_band,
        education_band=details.education_band,
        goal=details.goal,
        form=details.form,
        seed=secrets.randbelow(SEEDS),
        state=NeedState.OPEN,
        made_at=now,
        category=category,
    )
    db.session.add(need)
    db.session.flush()
    audit.record(STATED, subject=need, actor=by, at=now, category=category.id, number=number)
    return need


def check_details(category: Category, details: NeedDetails, today: date) -> None:
    """What a need must keep; a file of many is checked line by line before any of it is done.

    :raises RuleBroken: an identity code (I8), or something the category does not have (R102)
    """
    texts = (details.customer_reference, details.accessibility, details.municipality)
    for name, text in zip(("customer_reference", "accessibility", "municipality"), texts, strict=True):
        if contains_identity_code(text):
            raise RuleBroken(MESSAGE, rule="I8", field=name)
    if not rules.is_reference(details.customer_reference):
        raise RuleBroken(
            _l("The reference has other characters than letters, digits, hyphen, slash and point."),
            rule="I8",
            field="customer_reference",
            next_step=_l("Enter the reference of your customer system, like AS-2026/118. Do not enter a name."),
        )
    if not details.languages or set(details.languages) - set(rules.languages_of(category)):
        raise RuleBroken(
            _l("The category is not bought in this language."),
            rule="R102",
            field="languages",
            next_step=_l("Choose from the languages of the category; Finnish and Swedish are always possible."),
        )
    if not details.is_remote and not details.place:
        raise RuleBroken(
            _l("The place is missing."),
            rule="need-place",
            field="place",
            next_step=_l("Choose a place, or tell that a remote service suits."),
        )
    if details.place and details.place not in category.areas:
        raise RuleBroken(
            _l("The category is not bought in this place."),
            rule="need-place",
            field="place",
            next_step=_l("Choose a place of the category's area."),
        )
    if details.latest_start < today:
        raise RuleBroken(
            _l("The latest start is in the past."),
            rule="need-start",
            field="latest_start",
            next_step=_l("Enter a day to come."),
        )
    if set(details.modules) - {each.code for each in category.modules}:
        raise RuleBroken(
            _l("The category has no such module."),
            rule="category-module",
            field="modules",
            next_step=_l("Choose a module of this category."),
        )


@transaction
def close_need(need: Need, *, by: Mandate) -> None:
    """Close a need that is not ordered after all.

    :raises WrongState: it is ordered, or closed already
    """
    lock(need)
    now = clock.now()
    before = need.state
    move(need, NEED_TRANSITIONS, "close")
    queries.cancel_open_choices(need.id, now)
    seats.leave_all(need, LeaveReason.NEED_CLOSED, now)
    audit.record(CLOSED, subject=need, actor=by, at=now, before=before)
