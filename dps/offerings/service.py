"""The verbs of offerings: describe, price, add starts, publish, withdraw."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.contracts import queries as contract_queries
from dps.contracts.models import FrameContract
from dps.contracts.production import queries as production_queries
from dps.contracts.rules import Ceilings, adjusted_on, ceilings_on
from dps.offerings import queries, rules
from dps.offerings.models import (
    OFFERING_TRANSITIONS,
    Offering,
    OfferingModule,
    OfferingPayment,
    OfferingStart,
    OfferingState,
    ServiceForm,
)
from dps.systems.models import CategoryModule, PaymentPart

CREATED = audit.declare("offering.created", "contract", "category", "price")
CHANGED = audit.declare("offering.changed", "fields", "price_before", "price_after")
MODULE_PRICED = audit.declare("offering.module_priced", "module", "before", "after")
PAYMENT_PRICED = audit.declare("offering.payment_priced", "part", "before", "after")
START_ADDED = audit.declare("offering.start_added", "start", "starts_on", "seats")
START_CHANGED = audit.declare("offering.start_changed", "start", "before", "after")
PUBLISHED = audit.declare("offering.published", "before", "price")
WITHDRAWN = audit.declare("offering.withdrawn", "before")


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a supplier says about a service: texts in three languages, languages, places, length, price."""

    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    languages: list[str]
    places: list[str]
    is_remote: bool
    duration_days: int
    price: Decimal
    vat_rate: Decimal
    accessibility: str
    vat_exemption: str = ""
    form: ServiceForm = ServiceForm.INDIVIDUAL


def _contract_in_force(offering_or_contract: Offering | FrameContract, now: datetime) -> FrameContract:
    """:raises RuleBroken: no frame contract in force, so nothing can be offered (R79)"""
    today = clock.helsinki_date(now)
    own = offering_or_contract.contract if isinstance(offering_or_contract, Offering) else offering_or_contract
    if own.production_agreement_id is not None:  # of own or partners' production: never another kind of contract
        found = production_queries.contract_to_offer_under(own, today)
    elif own.award_decision_id is not None:  # of a competition: a service belongs to the lot of its contract
        found = own if own.is_in_force(today) else None
    else:
        found = contract_queries.contract_in_force(own.supplier_id, own.category_id, today)
    if found is None:
        raise RuleBroken(
            _l("There is no contract in force for this category."),
            rule="R79",
            next_step=_l("Sign the contract first. Services can be published once both parties have signed."),
        )
    return found


def _ceilings(offering: Offering, now: datetime) -> Ceilings:
    return ceilings_on(offering.contract, clock.helsinki_date(now))


@transaction
def create_offering(contract: FrameContract, description: Description, *, by: Mandate) -> Offering:
    """Describe a service under a frame contract; it stays a draft until it is published.

    :raises RuleBroken: a price, language, place or length outside the category's terms (R101, R102)
    """
    offering = Offering(
        id=new_id(),
        supplier_id=contract.supplier_id,
        category_id=contract.category_id,
        contract_id=contract.id,
        production=contract.production,
        state=OfferingState.DRAFT,
        **asdict(description),
    )
    now = clock.now()
    ceilings = ceilings_on(contract, clock.helsinki_date(now))
    rules.check_terms(offering, contract.category, (), ceilings)
    db.session.add(offering)
    db.session.flush()
    audit.record(
        CREATED,
        subject=offering,
        actor=by,
        at=now,
        contract=contract.id,
        category=contract.category_id,
        price=offering.price,
    )
    return offering


@transaction
def change_offering(offering: Offering, description: Description, *, by: Mandate) -> None:
    """Change what is said about a service; orders already placed keep their price.

    :raises RuleBroken: a price, language, place or length outside the category's terms (R101, R102)
    """
    lock(offering)
    now = clock.now()
    price_before = offering.price
    changed = {name: value for name, value in asdict(description).items() if getattr(offering, name) != value}
    for name, value in changed.items():
        setattr(offering, name, value)
    with db.session.no_autoflush:
        rules.check_terms(offering, offering.category, offering.modules, _ceilings(offering, now))
    audit.record(
        CHANGED,
        subject=offering,
        actor=by,
        at=now,
        fields=sorted(changed),
        price_before=price_before,
        price_after=offering.price,
    )


@transaction
def set_module_price(offering: Offering, module: CategoryModule, price: Decimal | None, *, by: Mandate) -> None:
    """Offer a module of the category at a price, or stop offering it (``None``).

    :raises RuleBroken: the price is above the module's ceiling, or the module is of another category
    """
    if module.category_id != offering.category_id:
        raise RuleBroken(
            _l("The module belongs to another category."),
            rule="category-module",
            field="module",
            next_step=_l("Choose a module of this category."),
        )
    lock(offering)
    now = clock.now()
    row = queries.module_price(offering.id, module.id)
    before = row.price if row else None
    if price is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        row = OfferingModule(id=new_id(), offering_id=offering.id, module_id=module.id, price=price, module=module)
        rules.check_terms(offering, offering.category, [row], _ceilings(offering, now))
        db.session.add(row)
    else:
        with db.session.no_autoflush:
            row.price = price
            rules.check_terms(offering, offering.category, [row], _ceilings(offering, now))
    db.session.flush()
    db.session.expire(offering, ["modules"])
    audit.record(MODULE_PRICED, subject=offering, actor=by, at=now, module=module.code, before=before, after=price)


@transaction
def set_payment_price(offering: Offering, part: PaymentPart, price: Decimal | None, *, by: Mandate) -> None:
    """Ask a start fee, or a payment for a milestone or a result, beside the price; ``None`` asks nothing.

    :raises RuleBroken: the price is above the part's ceiling, or the part is of another category
    """
    if part.category_id != offering.category_id:
        raise RuleBroken(
            _l("The payment belongs to another category."),
            rule="category-payment",
            field="part",
            next_step=_l("Choose a payment of this category."),
        )
    lock(offering)
    now = clock.now()
    rules.check_payment(price, adjusted_on(offering.contract, part.ceiling, clock.helsinki_date(now)))
    row = queries.payment_price(offering.id, part.id)
    before = row.price if row else None
    if row is None and price is not None:
        db.session.add(OfferingPayment(id=new_id(), offering_id=offering.id, part_id=part.id, price=price, part=part))
    elif row is not None and price is None:
        db.session.delete(row)
    elif row is not None and price is not None:
        row.price = price
    db.session.flush()
    db.session.expire(offering, ["payments"])
    offering.payments_total = sum((each.price for each in offering.payments), Decimal(0))
    audit.record(PAYMENT_PRICED, subject=offering, actor=by, at=now, part=part.code, before=before, after=price)


@transaction
def add_start(offering: Offering, starts_on: date, seats: int, *, by: Mandate) -> OfferingStart:
    """Add a day on which the service starts, with its seats.

    :raises RuleBroken: the day is past, there already, or there is no seat
    """
    lock(offering)
    now = clock.now()
    if starts_on < clock.helsinki_date(now):
        raise RuleBroken(
            _l("The start is in the past."), rule="start-day", field="starts_on", next_step=_l("Enter a day to come.")
        )
    if seats < 1:
        raise RuleBroken(
            _l("A start needs at least one seat."), rule="I7", field="seats", next_step=_l("Enter 1 or more.")
        )
    if any(each.starts_on == starts_on for each in offering.starts):
        raise RuleBroken(
            _l("There is a start on this day already."),
            rule="start-day",
            field="starts_on",
            next_step=_l("Change its seats instead."),
        )
    row = OfferingStart(id=new_id(), offering_id=offering.id, starts_on=starts_on, seats=seats, seats_taken=0)
    db.session.add(row)
    db.session.flush()
    db.session.expire(offering, ["starts"])
    audit.record(START_ADDED, subject=offering, actor=by, at=now, start=row.id, starts_on=starts_on, seats=seats)
    return row


@transaction
def change_start_seats(start: OfferingStart, seats: int, *, by: Mandate) -> None:
    """Change the seats of a start; never below those already taken (I7).

    :raises RuleBroken: more seats are taken than would be left
    """
    lock(start)
    now = clock.now()
    if seats < max(1, start.seats_taken):
        raise RuleBroken(
            _l("More seats are taken than that."),
            rule="I7",
            field="seats",
            next_step=_l("Enter %(taken)s or more.", taken=max(1, start.seats_taken)),
        )
    before, start.seats = start.seats, seats
    audit.record(START_CHANGED, subject=start.offering, actor=by, at=now, start=start.id, before=before, after=seats)


@transaction
def publish(offering: Offering, *, by: Mandate) -> None:
    """Let the service be found and ordered; a frame contract must be in force (R79).

    :raises RuleBroken: no contract in force, or a term of the category is not kept (R101, R102)
    :raises WrongState: it is published already
    """
    lock(offering)
    now = clock.now()
    contract = _contract_in_force(offering, now)
    ceilings = ceilings_on(contract, clock.helsinki_date(now))
    rules.check_terms(offering, offering.category, offering.modules, ceilings)
    before = offering.state
    with db.session.no_autoflush:
        move(offering, OFFERING_TRANSITIONS, "publish")
        offering.contract_id = contract.id
        offering.published_at = now
    audit.record(PUBLISHED, subject=offering, actor=by, at=now, before=before, price=offering.price)


@transaction
def withdraw(offering: Offering, *, by: Mandate) -> None:
    """Stop offering the service; orders already placed go on.

    :raises WrongState: it is not published
    """
    lock(offering)
    now = clock.now()
    before = offering.state
    move(offering, OFFERING_TRANSITIONS, "withdraw")
    audit.record(WITHDRAWN, subject=offering, actor=by, at=now, before=before)
