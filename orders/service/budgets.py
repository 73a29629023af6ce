"""Money of an authority for a category in a year; it never goes below zero (I7)."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core import audit, clock
from core.db import affected, db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.systems import buyers
from dps.systems.models import Category
from orders.models import BeyondBudget, Budget

SET = audit.declare("budget.set", "category", "year", "before", "after", "beyond")


@transaction
def set_budget(
    authority: Authority,
    category: Category,
    year: int,
    amount: Decimal,
    *,
    beyond: BeyondBudget | None = None,
    by: Mandate,
) -> Budget:
    """Set how much an authority may order of a category in a year; never less than is ordered already.

    :param beyond: what happens to orders that would go over; nothing leaves it as it was

    :raises NotAllowed: the authority is not the coordinator's own, or does not buy from the category's system (R103)
    :raises RuleBroken: more is ordered and delivered than the new amount
    """
    if by.organisation_id != authority.id:
        raise NotAllowed(
            _l("The budget belongs to another authority."),
            rule="I4",
            field="category",
            next_step=_l("Choose a category of your own authority."),
        )
    budget, is_new = _locked(authority.id, category.id, year)
    now = clock.now()
    buyers.refuse_others(category.system, authority.id, clock.helsinki_date(now))
    before = None if is_new else budget.amount
    if amount < budget.committed + budget.spent:
        raise RuleBroken(
            _l("More is ordered already than that."),
            rule="I7",
            field="amount",
            next_step=_l("Enter %(least)s euros or more.", least=f"{budget.committed + budget.spent:.2f}"),
        )
    budget.amount = amount
    budget.beyond = beyond or budget.beyond
    db.session.flush()
    audit.record(
        SET,
        subject=budget,
        actor=by,
        at=now,
        category=category.id,
        year=year,
        before=before,
        after=amount,
        beyond=budget.beyond,
    )
    return budget


def _locked(authority_id: uuid.UUID, category_id: uuid.UUID, year: int) -> tuple[Budget, bool]:
    """The budget under its lock, and whether it was made just now: two who set the first one at once make one row."""
    made = db.session.execute(
        insert(Budget)
        .values(
            id=new_id(),
            version=1,
            authority_id=authority_id,
            category_id=category_id,
            year=year,
            amount=Decimal(0),
            committed=Decimal(0),
            spent=Decimal(0),
            beyond=BeyondBudget.REFUSE,
        )
        .on_conflict_do_nothing(index_elements=["authority_id", "category_id", "year"])
    )
    found = db.session.scalars(
        select(Budget).where(
            Budget.authority_id == authority_id, Budget.category_id == category_id, Budget.year == year
        )
    ).one()
    lock(found)
    return found, affected(made) == 1
