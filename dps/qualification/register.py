"""The public register: who is admitted where, and since when; quick however many there are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, literal, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from dps.qualification.models import Qualification
from dps.systems.models import Category
from suppliers.models import Supplier

#: So many providers are looked through when a name is searched; a commoner one has to be written further.
MOST_PROVIDERS = 200


@dataclass(frozen=True, kw_only=True)
class Search:
    """What somebody looks for in the register of a system."""

    system_id: uuid.UUID
    category_id: uuid.UUID | None = None
    #: A part of a provider's name, or its whole business id.
    name: str = ""

    @property
    def categories(self) -> Select[uuid.UUID]:
        query = select(Category.id).where(Category.system_id == self.system_id)
        return query if self.category_id is None else query.where(Category.id == self.category_id)


def providers(search: Search) -> Sequence[uuid.UUID]:
    """The providers who are admitted and called like this, in the order of their names; at most one too many."""
    admitted = (
        select(literal(1).label("one"))
        .where(
            Qualification.supplier_id == Supplier.id,
            Qualification.category_id.in_(search.categories),
            Qualification.ended_at.is_(None),
        )
        .limit(1)
        .lateral()
    )
    is_called = or_(
        Supplier.name.icontains(search.name, autoescape=True), Supplier.registration_number == search.name.upper()
    )
    return db.session.scalars(
        select(Supplier.id)
        .join(admitted, true())
        .where(is_called)
        .order_by(Supplier.name, Supplier.id)
        .limit(MOST_PROVIDERS + 1)
    ).all()


def admissions(
    search: Search, found: Sequence[uuid.UUID] | None, *, cursor: uuid.UUID | None, limit: int
) -> Select[Qualification]:
    """The admissions in force of these providers (nothing: of all), to be paged with this cursor and limit.

    Without providers, the newest of each category are read from its own end of the index: a small register is as
    quick beside a large one.
    """
    query = select(Qualification).options(
        lazyload(Qualification.category),
        joinedload(Qualification.supplier, innerjoin=True)
        .load_only(Supplier.name, Supplier.registration_number)
        .lazyload(Supplier.organisation),
    )
    if found is not None:
        return query.where(
            Qualification.supplier_id.in_(found),
            Qualification.category_id.in_(search.categories),
            Qualification.ended_at.is_(None),
        )
    newest = select(Qualification.id).where(Qualification.category_id == Category.id, Qualification.ended_at.is_(None))
    if cursor is not None:
        newest = newest.where(Qualification.id < cursor)
    of_category = newest.order_by(Qualification.id.desc()).limit(limit + 1).correlate(Category).lateral()
    chosen = select(of_category.c.id).select_from(Category).join(of_category, true())
    first = chosen.where(Category.id.in_(search.categories)).order_by(of_category.c.id.desc()).limit(limit + 1)
    return query.where(Qualification.id.in_(first))
