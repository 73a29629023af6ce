"""Prices that move with an index from a day on, under a review clause of the signed terms (R81, HL 136.2 § 1).

A decision moves the ceilings of every contract of the category whose terms hold the clause; on its day a job moves the
prices of the services themselves: price, modules and parts, each rounded half up to the cent, once. Orders placed
before keep their price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from core import audit, clock, jobs
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.contracts import changing
from dps.contracts import rules as contract_rules
from dps.contracts.changing import AdjustmentDetails
from dps.contracts.models import FrameContract
from dps.offerings import queries
from dps.offerings.index_models import IndexChange, IndexedOffering
from dps.offerings.models import Offering
from dps.systems.models import Category
from suppliers.mailing import tell

DECIDED = audit.declare("index_change.decided", "category", "from_on", "percent", "contracts", "left_out")
INDEXED = audit.declare("offering.indexed", "change", "before", "after", "modules", "parts")
APPLIED = audit.declare("index_change.applied", "offerings")

APPLY = "offerings.apply_index_change"


@dataclass(frozen=True, kw_only=True)
class IndexDetails:
    """What is decided: a percent, or the points of an index from which it follows."""

    from_on: date
    index_name: str
    clause: str
    reason: str
    percent: Decimal | None = None
    points_from: Decimal | None = None
    points_to: Decimal | None = None


def percent_of(details: IndexDetails) -> Decimal:
    """The percent, rounded half up to two decimals where it follows from points.

    :raises RuleBroken: neither or both are given
    """
    by_points = details.points_from is not None or details.points_to is not None
    if by_points == (details.percent is not None) or (by_points and not (details.points_from and details.points_to)):
        raise RuleBroken(
            _l("Give either the percent, or the points of the index before and after."),
            rule="price-adjustment",
            field="percent",
        )
    if details.percent is not None:
        return details.percent
    assert details.points_from is not None
    assert details.points_to is not None
    change = (details.points_to - details.points_from) * 100 / details.points_from
    return change.quantize(Decimal("0.01"), ROUND_HALF_UP)


def indexed(price: Decimal, percent: Decimal) -> Decimal:
    """A price moved by a percent, rounded half up to the cent; never nothing."""
    moved = (price * (100 + percent) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return max(moved, Decimal("0.01"))


def _sorted(contracts: Sequence[FrameContract], clause: str) -> tuple[list[FrameContract], int]:
    """Those whose signed terms hold the clause, and how many do not."""
    moved = [each for each in contracts if contract_rules.is_signed_clause(each, clause)]
    return moved, len(contracts) - len(moved)


@transaction
def decide(category: Category, details: IndexDetails, *, by: Mandate) -> IndexChange:
    """Decide that the prices of a category move by an index from a day on; the suppliers are told.

    :raises NotAllowed: not a decision maker of the category's authority
    :raises RuleBroken: R81 where no contract has the clause, or one has an adjustment from that day or later;
        the percent or the day
    """
    if by.role is not Role.DECIDER or by.authority_id != category.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority decides on its contracts."), rule="I4")
    lock(category)
    now = clock.now()
    percent = percent_of(details)
    contracts = queries.contracts_to_index(category.id, clock.helsinki_date(now), details.from_on)
    moved, left_out = _sorted(contracts, details.clause)
    if not moved:
        raise RuleBroken(
            _l("No contract in force on that day has this clause in its signed terms."),
            rule="R81",
            field="clause",
            next_step=_l("Copy the review clause word for word. Without one a new procedure is needed."),
        )
    for contract in moved:
        changing.adjust_prices(
            contract,
            AdjustmentDetails(details.from_on, percent, details.index_name, details.clause, details.reason),
            by=by,
        )
    row = IndexChange(
        id=new_id(),
        category_id=category.id,
        from_on=details.from_on,
        percent=percent,
        points_from=details.points_from,
        points_to=details.points_to,
        index_name=details.index_name.strip(),
        clause=" ".join(details.clause.split()),
        reason=details.reason.strip(),
        decided_by=by.person_id,
        decided_at=now,
        contracts=len(moved),
        left_out=left_out,
        category=category,
    )
    db.session.add(row)
    db.session.flush()
    due = max(now, clock.start_of_day(details.from_on))
    jobs.add(APPLY, at=now, due_at=due, key=f"{APPLY}:{row.id}", change_id=row.id)
    audit.record(
        DECIDED,
        subject=row,
        actor=by,
        at=now,
        category=category.id,
        from_on=details.from_on,
        percent=percent,
        contracts=row.contracts,
        left_out=left_out,
    )
    return row


@transaction
def apply(change: IndexChange) -> int:
    """Move the prices of the published services on the day; each once, however often the job runs. How many."""
    lock(change)
    now = clock.now()
    if clock.helsinki_date(now) < change.from_on:
        return 0
    offerings = queries.offerings_to_index(change)
    for offering in offerings:
        _index(offering, change, now)
    if change.applied_at is None:
        change.applied_at = now
        audit.record(APPLIED, subject=change, actor=None, at=now, offerings=len(offerings))
    return len(offerings)


def _index(offering: Offering, change: IndexChange, now: datetime) -> None:
    lock(offering)
    before, percent = offering.price, change.percent
    ceilings = contract_rules.ceilings_on(offering.contract, change.from_on)
    with db.session.no_autoflush:
        offering.price = min(indexed(before, percent), ceilings.service)
        for module in offering.modules:
            ceiling = ceilings.modules.get(module.module.code, module.module.price_ceiling)
            module.price = min(indexed(module.price, percent), ceiling)
        for payment in offering.payments:
            payment.price = indexed(payment.price, percent)
        offering.payments_total = sum((each.price for each in offering.payments), Decimal(0))
    db.session.add(
        IndexedOffering(
            id=new_id(),
            change_id=change.id,
            offering_id=offering.id,
            price_before=before,
            price_after=offering.price,
        )
    )
    audit.record(
        INDEXED,
        subject=offering,
        actor=None,
        at=now,
        change=change.id,
        before=before,
        after=offering.price,
        modules={each.module.code: f"{each.price:.2f}" for each in offering.modules},
        parts={each.part.code: f"{each.price:.2f}" for each in offering.payments},
    )
    tell(
        offering.supplier,
        "offering_indexed",
        at=now,
        about_id=offering.id,
        path="/provider/offerings",
        offering=localized(offering, "name"),
        before=before,
        after=offering.price,
        change=change,
    )
