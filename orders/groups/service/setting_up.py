"""Setting a group up: a standing order that holds seats and money at once."""

from __future__ import annotations

from datetime import datetime

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.contracts import service as contracts
from dps.offerings.models import OfferingStart
from dps.systems import buyers
from orders import queries as order_queries
from orders import rules as order_rules
from orders.groups import queries
from orders.groups.models import Group, GroupState
from orders.groups.service import checks, plans
from orders.groups.service.plans import GroupDetails
from orders.meeting import conflicts

SET_UP = audit.declare("group.set_up", "start", "budget", "seats", "price", "employer_part", "rule_reason")


@transaction
def set_up(start: OfferingStart, details: GroupDetails, *, by: Mandate) -> Group:
    """Order seats of a start for a group: they are taken, and their money is committed, at once (I7).

    Any authority that buys from the system may organise one, with its own number and money; its customers come first.
    Only by the published rule: in a strict system under the contract of a competition (R2); where the customer
    chooses, or another provider stands first, with a reason that is kept (R3).

    :raises NotAllowed: the authority does not buy from the system, or has withdrawn (R103)
    :raises RuleBroken: R2, R3, R19, R50, R79, R95, R96, R102, the ceiling, the days, the seats or the budget (I7)
    """
    offering = start.offering
    lock(start)
    if offering.contract.award_decision_id is not None:
        lock(offering.contract)
    budget = order_queries.budget_for_update(by.organisation_id, offering.category_id, start.starts_on.year)
    number = queries.next_group_number(by.organisation_id)
    now = clock.now()
    today = clock.helsinki_date(now)
    buyers.refuse_others(offering.category.system, by.authority_id, today)
    conflicts.refuse_conflicted(by, offering.supplier_id)
    contract = plans.refuse_unlawful(offering, start, details, today, by.organisation_id)
    checks.refuse_texts(details)
    own_until = details.own_until or plans.own_until(start, details.release_on, today)
    plans.refuse_days(offering, start, details, today, own_until)
    plans.refuse_seats(start, details)
    priced = plans.priced_seat(offering, details)
    plans.refuse_small_purchase(offering, priced.seat_price * details.seats_max, today)
    reason = plans.reason_of(offering, start, details, today, by.organisation_id)
    budget = plans.refuse_budget(budget, priced.price * details.seats_max)
    employer = details.employer
    group = Group(
        id=new_id(),
        authority_id=by.organisation_id,
        number=number,
        category_id=offering.category_id,
        supplier_id=offering.supplier_id,
        contract_id=contract.id,
        offering_id=offering.id,
        start_id=start.id,
        budget_id=budget.id,
        set_up_by=by.person_id,
        set_up_at=now,
        state=GroupState.PLANNED,
        languages=list(details.languages),
        place=details.place or None,
        is_remote=details.is_remote,
        days=[day.isoformat() for day in sorted(details.days)],
        first_day=min(details.days),
        last_day=max(details.days),
        prerequisites_fi=details.prerequisites_fi,
        prerequisites_sv=details.prerequisites_sv,
        prerequisites_en=details.prerequisites_en,
        age_bands=[each.value for each in details.age_bands],
        unemployment_bands=[each.value for each in details.unemployment_bands],
        education_bands=[each.value for each in details.education_bands],
        seats_min=details.seats_min,
        seats_max=details.seats_max,
        seats_held=details.seats_max,
        seats_filled=0,
        own_until=clock.end_of_day(own_until),
        release_on=details.release_on,
        needs_selection=details.needs_selection,
        rule_reason=reason,
        seat_price=priced.seat_price,
        price=priced.price,
        employer_part=priced.employer_part,
        parts=priced.parts,
        employer_id=checks.business_id(employer) if employer else None,
        employer_name=employer.name if employer else None,
        employer_contact=employer.contact if employer else None,
        employer_percent=employer.percent if employer else None,
        aid_basis=employer.aid_basis if employer else None,
        authority=db.session.get_one(Authority, by.organisation_id),
        category=offering.category,
        supplier=offering.supplier,
        offering=offering,
        start=start,
        contract=contract,
        budget=budget,
    )
    hold(group, details.seats_max)
    db.session.add(group)
    db.session.flush()
    tell_supplier(group, "group_set_up", now)
    audit.record(
        SET_UP,
        subject=group,
        actor=by,
        at=now,
        start=start.id,
        budget=budget.id,
        seats=group.seats_max,
        price=group.price,
        employer_part=group.employer_part,
        rule_reason=reason is not None,
    )
    return group


def hold(group: Group, number: int) -> None:
    """Take so many seats (or give back, below zero) with their money and quantity; the caller holds the locks."""
    group.start.seats_taken += number
    group.budget.committed += number * group.price
    if group.contract.award_decision_id is not None:
        units = number * order_rules.UNITS_OF_ORDER
        if number > 0:
            contracts.take_quantity(group.contract, units)
        else:
            contracts.give_back_quantity(group.contract, -units)


def tell_supplier(group: Group, template: str, now: datetime) -> None:
    for address in group.supplier.emails:
        mail.send(address, template, language=group.supplier.language, at=now, about_id=group.id, group=group)
