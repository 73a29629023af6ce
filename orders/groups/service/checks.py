"""What forbids buying seats, asked when a group is set up and when a seat is filled."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.contracts import queries as contract_queries
from dps.contracts.models import FrameContract
from dps.contracts.production import service as production
from dps.contracts.rules import ceilings_on
from dps.offerings.models import Offering, OfferingStart, OfferingState
from dps.systems import legal_mode
from dps.systems import queries as system_queries
from dps.systems import service as systems
from dps.systems.models import LegalMode
from orders.service.placing import NotAvailable
from suppliers import identifiers
from suppliers.models import IdentifierScheme

_TEXTS = ("prerequisites_fi", "prerequisites_sv", "prerequisites_en", "rule_reason")


def refuse_texts(details: Any) -> None:
    """:raises RuleBroken: a text holds a personal identity code (I8)"""
    for name in _TEXTS:
        if contains_identity_code(getattr(details, name)):
            raise RuleBroken(MESSAGE, rule="I8", field=name)
    for name in ("name", "contact") if details.employer else ():
        if contains_identity_code(getattr(details.employer, name)):
            raise RuleBroken(MESSAGE, rule="I8", field=f"employer_{name}")


def business_id(employer: Any) -> str:
    """The employer's business id as it is stored.

    :raises RuleBroken: it is none (R96)
    """
    try:
        return identifiers.normalise(IdentifierScheme.FI_BUSINESS_ID, "FI", employer.business_id)[1]
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, rule="R96", field="employer_id", next_step=refusal.next_step) from None


def refuse_uncompeted(offering: Offering) -> None:
    """Where orders follow competitions, only under the contract of one (R2, R3); own production and partners apart."""
    if offering.stands_apart:
        return
    category = offering.category
    follows = legal_mode.orders_follow_awards(category.legal_mode, category.ordering_rule)
    if follows and offering.contract.award_decision_id is None:
        raise RuleBroken(
            _l("In a dynamic purchasing system of the Procurement Act every purchase is competed.")
            if not legal_mode.direct_orders_allowed(category.legal_mode)
            else _l("The published rule of this category is a competition."),
            rule="R3" if legal_mode.direct_orders_allowed(category.legal_mode) else "R2",
            field="start",
            next_step=_l("Start a competition among the admitted suppliers of the category."),
        )


def refuse_closed_system(offering: Offering, today: date) -> None:
    """What the state of the category's system forbids (R19)."""
    systems.check_not_ended(offering.category)
    if not system_queries.system_is_open(offering.category, today):
        raise RuleBroken(
            _l("The purchasing system is closed. Nothing can be ordered in it."),
            rule="R19",
            next_step=_l("Wait until the system is open again."),
        )


def contract_for(offering: Offering, start: OfferingStart, today: date, organiser: uuid.UUID) -> FrameContract:
    """The contract in force today and on the first day (R79), of a published service; of own production and partners
    under an agreement that lets the organiser order."""
    found = (
        production.contract_to_order_under(offering.contract, organiser, today)
        if offering.stands_apart
        else contract_queries.contract_for_orders(
            offering.supplier_id, offering.category_id, today, offering.contract_id
        )
    )
    if found is None or start.starts_on > found.ends_on:
        raise NotAvailable(
            _l("The provider has no contract in force for this category."),
            rule="R79",
            next_step=_l("Choose another service, or wait until the contract is signed."),
        )
    if offering.state is not OfferingState.PUBLISHED:
        raise NotAvailable(
            _l("The service is not offered now."), rule="offering-state", next_step=_l("Choose another service.")
        )
    return found


def refuse_price(offering: Offering, contract: FrameContract, today: date) -> None:
    """:raises RuleBroken: the price is above the ceiling of the day"""
    if offering.price > ceilings_on(contract, today).service:
        raise NotAvailable(
            _l("The price is above the ceiling of the category."),
            rule="price-ceiling",
            next_step=_l("Choose another service. The provider must lower the price first."),
        )


def threshold_of_small_purchase(offering: Offering, today: date) -> Decimal | None:
    """The national threshold that a small procurement stays below (R7); nothing in other modes."""
    category = offering.category
    if category.legal_mode is not LegalMode.SMALL_PURCHASE:
        return None
    return legal_mode.lowest_threshold([each.cpv for each in category.system.categories], today)
