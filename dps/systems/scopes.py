"""Purchasing systems and categories as what an access right between authorities reaches (R103, R107)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import lazyload

from core.db import db
from core.i18n import localized
from core.identity.grants import scopes
from core.identity.grants.models import Grant, ScopeKind, Task
from core.identity.grants.scopes import Asked
from dps.systems.buyers import buys_from
from dps.systems.models import PUBLIC_STATES, Category, PurchasingSystem, SystemChange

#: More than anybody chooses from.
LIMIT = 500


def known_to(authority_id: uuid.UUID) -> ColumnElement[bool]:
    """As a condition on ``PurchasingSystem``: published, or the authority buys from it; drafts of others never."""
    return or_(PurchasingSystem.state.in_(PUBLIC_STATES), buys_from(authority_id))


def _is_the_owners(asked: Asked) -> ColumnElement[bool]:
    """Prepared by its keeper; groups and orders are those of each buyer."""
    if asked.task is Task.PREPARE:
        return PurchasingSystem.authority_id == asked.owner_id
    return buys_from(asked.owner_id)


def _systems(asked: Asked) -> Sequence[tuple[uuid.UUID, str]]:
    query = select(PurchasingSystem).options(lazyload("*")).where(_is_the_owners(asked), known_to(asked.reader_id))
    return [(each.id, localized(each, "name")) for each in _asked_for(query, PurchasingSystem, asked)]


def _categories(asked: Asked) -> Sequence[tuple[uuid.UUID, str]]:
    query = (
        select(Category)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(_is_the_owners(asked), known_to(asked.reader_id))
    )
    return [(each.id, _category_title(each)) for each in _asked_for(query, Category, asked)]


def _asked_for(query: Select[Any], model: Any, asked: Asked) -> Sequence[Any]:
    if asked.only is not None:
        query = query.where(model.id == asked.only)
    return db.session.scalars(query.order_by(model.id.desc()).limit(LIMIT)).unique().all()


def _category_title(category: Category) -> str:
    return f"{localized(category, 'name')} – {localized(category.system, 'name')}"


def _system_titles(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = db.session.scalars(select(PurchasingSystem).options(lazyload("*")).where(PurchasingSystem.id.in_(ids)))
    return {each.id: localized(each, "name") for each in rows}


def _category_titles(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = db.session.scalars(select(Category).where(Category.id.in_(ids))).unique()
    return {each.id: _category_title(each) for each in rows}


def _in_system(row: Any) -> frozenset[scopes.Scope]:
    return frozenset([(ScopeKind.SYSTEM, row.system_id)])


def declare() -> None:
    """Tell core what grants reach here, and where a system is read."""
    scopes.declare(ScopeKind.SYSTEM, _systems, _system_titles)
    scopes.declare(ScopeKind.CATEGORY, _categories, _category_titles)
    scopes.lies_in(PurchasingSystem, lambda system: frozenset([(ScopeKind.SYSTEM, system.id)]))
    scopes.lies_in(Category, lambda row: _in_system(row) | {(ScopeKind.CATEGORY, row.id)})
    scopes.lies_in(SystemChange, _in_system)
    scopes.opens(Task.PREPARE, _page)


def _page(grant: Grant) -> str:
    return url_for("systems.show", system_id=grant.scope_id)
