"""Groups as what an access right reaches, and where groups are filled and orders followed by one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload

from core.db import db
from core.i18n import localized
from core.identity.grants import scopes
from core.identity.grants.models import Grant, ScopeKind, Task
from core.identity.grants.scopes import Asked
from core.web.formatting import date as date_words
from dps.systems.models import Category, PurchasingSystem
from dps.systems.scopes import known_to
from orders.groups.models import LIVE, Group

LIMIT = 500


def _groups() -> Select[Group]:
    named = joinedload(Group.offering).options(lazyload("*"))
    return select(Group).options(named, lazyload(Group.category), lazyload(Group.supplier))


def _title(group: Group) -> str:
    return f"{group.reference} {localized(group.offering, 'name')}, {date_words(group.first_day)}"


def _choices(asked: Asked) -> Sequence[tuple[uuid.UUID, str]]:
    """The owner's groups that go on or are to come, in systems that the other authority knows of."""
    query = (
        _groups()
        .join(Category, Category.id == Group.category_id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(Group.authority_id == asked.owner_id, Group.state.in_(LIVE), known_to(asked.reader_id))
    )
    if asked.only is not None:
        query = query.where(Group.id == asked.only)
    return [(each.id, _title(each)) for each in db.session.scalars(query.order_by(Group.id.desc()).limit(LIMIT))]


def _titles(ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    return {each.id: _title(each) for each in db.session.scalars(_groups().where(Group.id.in_(ids)))}


def _reach(group: Group) -> frozenset[scopes.Scope]:
    return frozenset([(ScopeKind.GROUP, group.id), (ScopeKind.CATEGORY, group.category_id)])


def declare() -> None:
    """Tell core what grants reach here, and where their tasks are done."""
    scopes.declare(ScopeKind.GROUP, _choices, _titles)
    scopes.lies_in(Group, _reach)
    scopes.opens(Task.FILL_GROUPS, _groups_page)
    scopes.opens(Task.FOLLOW_ORDERS, lambda grant: url_for("helping.orders", grant=grant.id))


def _groups_page(grant: Grant) -> str:
    if grant.scope_kind is ScopeKind.GROUP:
        return url_for("helping.group", group_id=grant.scope_id)
    return url_for("helping.groups_to_fill")
