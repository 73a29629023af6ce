"""The verbs of own and partners' production: prepared by one, decided by another, its ground confirmed each year."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.contracts import annex, drafts
from dps.contracts import service as contracts
from dps.contracts.models import (
    PRODUCTION_TRANSITIONS,
    FrameContract,
    ProductionAgreement,
    ProductionBuyer,
    ProductionCategory,
    ProductionFacts,
    ProductionState,
)
from dps.contracts.production import queries, rules
from dps.contracts.production.rules import Facts
from dps.systems import buyers
from dps.systems.models import Category
from dps.systems.production import AGREED, Production
from suppliers import identifiers
from suppliers import queries as suppliers
from suppliers.models import IdentifierScheme, Supplier
from suppliers.rights import refuse_own_matter

PREPARED = audit.declare("production_agreement.prepared", "kind", "supplier", "categories", "buyers")
APPROVED = audit.declare("production_agreement.approved", "before", "after", "decision_number")
DROPPED = audit.declare("production_agreement.dropped", "before", "after", "reason")
ENDED = audit.declare("production_agreement.ended", "before", "after", "reason")
CONFIRMED = audit.declare("production_agreement.ground_confirmed", "number", "before", "until")
OFFERED = audit.declare("contract.offered_under_agreement", "agreement", "terms_version", "content_sha256")

#: Why the act on the contractor's liability is no matter between public bodies (1233/2006, 5 §).
PUBLIC_BODY = "Sopimuspuoli on kunta tai muu viranomainen (1233/2006, 5 §)."


@dataclass(frozen=True, kw_only=True)
class AgreementDetails:
    """What is agreed on: with whom, on which ground, what, at which prices, until when."""

    kind: Production
    #: The business ID of the unit, as it is registered here.
    business_id: str
    reference: str
    starts_on: date
    ends_on: date
    facts: Facts
    #: Highest prices per unit without VAT, by category.
    prices: Mapping[uuid.UUID, Decimal]
    #: Other authorities that may order under it.
    buyers: Sequence[uuid.UUID] = ()


@transaction
def prepare(details: AgreementDetails, *, by: Mandate) -> ProductionAgreement:
    """Write an agreement for the decision maker; nothing can be ordered under it yet.

    :raises RuleBroken: the ground does not hold (HL 15 §, 16 §), nobody produces, or what is agreed on is impossible
    """
    now = clock.now()
    today = clock.helsinki_date(now)
    if by.authority_id is None:
        raise NotAllowed(_l("Only people of the authority prepare its contracts."), rule="I4")
    if details.kind not in AGREED:
        raise RuleBroken(
            _l("A purchased service comes from a competition or an admission."), rule="production", field="kind"
        )
    facts = rules.checked(details.kind, details.facts, today)
    supplier = _unit(details.business_id)
    refuse_own_matter(supplier.id, by)
    reference = _needed(details.reference, "reference", _l("Write the case number of the agreement."))
    if not details.starts_on < details.ends_on or details.ends_on <= today:
        raise RuleBroken(
            _l("The last day is after the first one, and not past."),
            rule="contract-period",
            field="ends_on",
            next_step=_l("Enter a later day."),
        )
    agreement = ProductionAgreement(
        id=new_id(),
        authority_id=by.authority_id,
        supplier_id=supplier.id,
        kind=details.kind,
        state=ProductionState.PREPARED,
        reference=reference,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        prepared_by=by.person_id,
        prepared_at=now,
        confirmed_until=rules.confirmed_until(today),
        supplier=supplier,
    )
    categories = _categories(agreement, details.prices, today)
    named = _buyers(agreement, details.buyers)
    db.session.add(agreement)
    db.session.flush()
    db.session.add_all([*categories, *named, _facts(agreement, facts, 1, by, now)])
    db.session.flush()
    audit.record(
        PREPARED,
        subject=agreement,
        actor=by,
        at=now,
        kind=agreement.kind,
        supplier=supplier.id,
        categories=sorted(str(each.category_id) for each in categories),
        buyers=sorted(str(each.authority_id) for each in named),
    )
    return agreement


def _needed(text: str, field: str, message: object) -> str:
    if not text.strip():
        raise RuleBroken(message, rule="production", field=field)
    return text.strip()


def _unit(business_id: str) -> Supplier:
    """Who produces: registered here, so that its people can publish services and answer orders."""
    try:
        country, number = identifiers.normalise(IdentifierScheme.FI_BUSINESS_ID, "FI", business_id)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, rule=refusal.rule, field="business_id", next_step=refusal.next_step) from None
    found = suppliers.supplier_by_number(IdentifierScheme.FI_BUSINESS_ID, country, number)
    if found is None:
        raise RuleBroken(
            _l("Nobody with this business ID has registered."),
            rule="supplier-number",
            field="business_id",
            next_step=_l("Ask the unit to register first, as any provider does."),
        )
    return found


def _categories(
    agreement: ProductionAgreement, prices: Mapping[uuid.UUID, Decimal], today: date
) -> list[ProductionCategory]:
    if not prices:
        raise RuleBroken(
            _l("The agreement covers no service."),
            rule="production",
            field="prices",
            next_step=_l("Enter a price for one category at least."),
        )
    found = []
    for category_id, price in prices.items():
        category = db.session.get(Category, category_id)
        if category is None or not buyers.may_buy(category.system, agreement.authority_id, today):
            raise RuleBroken(
                _l("Your authority is not among the buyers that the notice of this system names."),
                rule="R103",
                field="prices",
                next_step=_l("Choose a category of a system that your authority may buy from."),
            )
        if price <= 0:
            raise RuleBroken(_l("Enter a price above zero."), rule="production", field="prices")
        found.append(
            ProductionCategory(
                id=new_id(), agreement_id=agreement.id, category_id=category.id, price_ceiling=price, category=category
            )
        )
    _refuse_overlap(agreement, list(prices))
    return found


def _refuse_overlap(agreement: ProductionAgreement, category_ids: Sequence[uuid.UUID]) -> None:
    if queries.overlapping(agreement, category_ids) is not None:
        raise RuleBroken(
            _l("Another agreement with the same unit covers one of these categories in the same days."),
            rule="production",
            field="starts_on",
            next_step=_l("End the other agreement first, or begin after its last day."),
        )


def _buyers(agreement: ProductionAgreement, authority_ids: Sequence[uuid.UUID]) -> list[ProductionBuyer]:
    if authority_ids and agreement.kind is Production.OWN:
        raise RuleBroken(
            _l("Own production serves the authority itself: to another one it is a service of another authority."),
            rule=rules.RULE_NAMES[Production.OWN],
            field="buyers",
            next_step=_l("Leave the others out. They agree on cooperation with you, with its own ground."),
        )
    known = {each.id for each in queries.partners_of(agreement.authority_id)}
    if set(authority_ids) - known:
        raise RuleBroken(
            _l("An authority named here does not buy from any system of yours."),
            rule="R103",
            field="buyers",
            next_step=_l("Name authorities that buy from the same systems."),
        )
    return [
        ProductionBuyer(id=new_id(), agreement_id=agreement.id, authority_id=each)
        for each in dict.fromkeys(authority_ids)
    ]


def _facts(agreement: ProductionAgreement, facts: Facts, number: int, by: Mandate, now: datetime) -> ProductionFacts:
    return ProductionFacts(
        id=new_id(),
        agreement_id=agreement.id,
        number=number,
        confirmed_by=by.person_id,
        confirmed_at=now,
        until=rules.confirmed_until(clock.helsinki_date(now)),
        **asdict(facts),
    )


def facts_of(agreement: ProductionAgreement) -> Facts:
    """What was stated last."""
    last = agreement.facts[-1]
    return Facts(**{name: getattr(last, name) for name in Facts.__dataclass_fields__})


@transaction
def approve(agreement: ProductionAgreement, decision_number: str, *, by: Mandate) -> list[FrameContract]:
    """Decide on the agreement: it is in force, and a contract of each category is offered to the unit.

    :raises RuleBroken: the decision maker prepared it or speaks for the unit (R50), or the ground holds no more
    :raises WrongState: it is decided or dropped already, or its last day is past
    """
    lock(agreement)
    now = clock.now()
    today = clock.helsinki_date(now)
    refuse_own_matter(agreement.supplier_id, by)
    if by.person_id == agreement.prepared_by:
        raise RuleBroken(
            _l("You prepared this agreement, so another person decides on it."),
            rule="R50",
            next_step=_l("Ask another decision maker."),
        )
    number = _needed(decision_number, "decision_number", _l("Write the number of the decision."))
    if agreement.ends_on <= today:
        raise WrongState(_l("The last day of the agreement is past."), rule="contract-period")
    rules.checked(agreement.kind, facts_of(agreement), today)
    _refuse_unconfirmed(agreement, today)
    _refuse_overlap(agreement, [each.category_id for each in agreement.categories])
    before = agreement.state
    with db.session.no_autoflush:
        move(agreement, PRODUCTION_TRANSITIONS, "approve")
        agreement.decision_number, agreement.decided_by, agreement.decided_at = number, by.person_id, now
    audit.record(
        APPROVED,
        subject=agreement,
        actor=by,
        at=now,
        before=before,
        after=agreement.state,
        decision_number=number,
    )
    offered = [_offer(agreement, each, now, by) for each in agreement.categories]
    return [each for each in offered if each is not None]


def _refuse_unconfirmed(agreement: ProductionAgreement, today: date) -> None:
    """:raises RuleBroken: nobody has confirmed within the year that the ground still holds"""
    if agreement.confirmed_until < today:
        raise RuleBroken(
            _l("The ground of the agreement was confirmed too long ago."),
            rule=rules.RULE_NAMES[agreement.kind],
            field="confirmed_until",
            next_step=_l("A coordinator confirms it with the figures of the last closed year."),
        )


def _offer(agreement: ProductionAgreement, row: ProductionCategory, now: datetime, by: Mandate) -> FrameContract | None:
    """The contract of one category; none where its system ends before anything could be agreed on."""
    category = row.category
    starts_on = max(clock.helsinki_date(now), agreement.starts_on, category.system.starts_on)
    ends_on = min(agreement.ends_on, category.system.ends_on)
    if ends_on <= starts_on:
        return None
    contract = FrameContract(
        id=new_id(),
        production_agreement_id=agreement.id,
        production_agreement=agreement,
        supplier=agreement.supplier,
        category=category,
        terms_version=category.terms_version,
        terms=drafts.terms_of(category),
        price_list=drafts.price_list_of(category) | {"ceiling": str(row.price_ceiling)},
        data_processing_version=annex.VERSION,
        starts_on=starts_on,
        ends_on=ends_on,
        offered_at=now,
        liability_exemption=None if agreement.kind is Production.IN_HOUSE else PUBLIC_BODY,
    )
    contract.content_sha256 = drafts.digest_of(contract)
    db.session.add(contract)
    db.session.flush()
    audit.record(
        OFFERED,
        subject=contract,
        actor=by,
        at=now,
        agreement=agreement.id,
        terms_version=contract.terms_version,
        content_sha256=contract.content_sha256,
    )
    drafts.tell_of_offer(contract, now)
    return contract


@transaction
def confirm(agreement: ProductionAgreement, facts: Facts, *, by: Mandate) -> ProductionFacts:
    """Confirm for a year more that the ground holds, with the figures of the last closed year.

    :raises RuleBroken: it holds no more (HL 15 §, 16 §)
    :raises WrongState: the agreement has ended
    """
    lock(agreement)
    now = clock.now()
    today = clock.helsinki_date(now)
    refuse_own_matter(agreement.supplier_id, by)
    if agreement.state not in (ProductionState.PREPARED, ProductionState.IN_FORCE) or agreement.ends_on < today:
        raise WrongState(_l("The agreement has ended."), rule="production")
    row = _facts(agreement, rules.checked(agreement.kind, facts, today), len(agreement.facts) + 1, by, now)
    before, agreement.confirmed_until = agreement.confirmed_until, row.until
    db.session.add(row)
    db.session.flush()
    db.session.expire(agreement, ["facts"])
    audit.record(
        CONFIRMED,
        subject=agreement,
        actor=by,
        at=now,
        number=row.number,
        before=before,
        until=agreement.confirmed_until,
    )
    return row


@transaction
def drop(agreement: ProductionAgreement, reason: str, *, by: Mandate) -> None:
    """Nothing comes of it: an agreement that waits for its decision is dropped with a reason."""
    _close(agreement, "drop", DROPPED, reason, by)


@transaction
def end(agreement: ProductionAgreement, reason: str, *, by: Mandate) -> None:
    """End an agreement in force: no new orders; running ones go on to their end.

    Its contracts end, and those not signed by both lapse.
    """
    now = _close(agreement, "end", ENDED, reason, by)
    contracts.close_agreed(queries.contracts_of(agreement.id), by, now)


def _close(agreement: ProductionAgreement, action: str, event: str, reason: str, by: Mandate) -> datetime:
    lock(agreement)
    now = clock.now()
    refuse_own_matter(agreement.supplier_id, by)
    reason = _needed(reason, "reason", _l("Write why."))
    before = agreement.state
    with db.session.no_autoflush:
        move(agreement, PRODUCTION_TRANSITIONS, action)
        agreement.closed_at, agreement.close_reason = now, reason
    audit.record(event, subject=agreement, actor=by, at=now, before=before, after=agreement.state, reason=reason)
    return now


def contract_to_order_under(contract: FrameContract, authority_id: uuid.UUID, today: date) -> FrameContract:
    """The contract of own or partners' production an authority orders under today.

    :raises RuleBroken: the agreement does not name the authority, has ended or waits, or its ground is not confirmed
    """
    agreement = contract.production_agreement
    assert agreement is not None
    rule = rules.RULE_NAMES[agreement.kind]
    if all(each.id != authority_id for each in agreement.all_buyers):
        raise RuleBroken(
            _l("The agreement on this service lets only those it names order."),
            rule=rule,
            field="offering",
            next_step=_l("Choose another service."),
        )
    if not agreement.is_in_force(today) or not contract.is_in_force(today) or contract.paused_at is not None:
        raise RuleBroken(
            _l("The agreement on this service is not in force."),
            rule=rule,
            field="offering",
            next_step=_l("Choose another service, or ask your coordinator for a new agreement."),
        )
    _refuse_unconfirmed(agreement, today)
    return contract
