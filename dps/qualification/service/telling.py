"""Telling suppliers of a published change of a system they are in, or want into (R18, I5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from core.db import db
from core.i18n import localized, using_language
from dps.qualification.models import Application, Qualification
from dps.qualification.queries import LIVE
from dps.systems import compared
from dps.systems import content as contents
from dps.systems import queries as systems
from dps.systems.models import CHANGE_KIND_TITLES, Category, ChangeKind
from dps.systems.signals import SystemChanged
from suppliers import mailing
from suppliers.models import Supplier


def affected(signal: SystemChanged) -> Sequence[Supplier]:
    """Who is admitted to what changed, or has a live application to it; of a new category, everybody in the system."""
    categories = select(Category.id).where(Category.system_id == signal.system_id)
    if signal.category_id is not None and signal.kind is not ChangeKind.NEW_CATEGORY:
        categories = categories.where(Category.id == signal.category_id)
    admitted = select(Qualification.supplier_id).where(
        Qualification.category_id.in_(categories), Qualification.ended_at.is_(None)
    )
    applying = select(Application.supplier_id).where(
        Application.category_id.in_(categories), Application.state.in_(LIVE)
    )
    return (
        db.session.scalars(
            select(Supplier).where(or_(Supplier.id.in_(admitted), Supplier.id.in_(applying))).order_by(Supplier.id)
        )
        .unique()
        .all()
    )


def on_system_changed(signal: SystemChanged) -> None:
    """Write to every affected supplier what changed and why, in its language."""
    change = systems.change(signal.change_id)
    assert change is not None
    before, after = contents.around(change)
    found = contents.differences(before, after)
    for supplier in affected(signal):
        with using_language(supplier.language):
            texts: dict[str, Any] = {
                "system": localized(change.system, "name"),
                "category": localized(change.category, "name") if change.category else "",
                "kind": str(CHANGE_KIND_TITLES[change.kind]),
                "lines": compared.lines(found, before, after),
            }
        mailing.tell(
            supplier,
            "system_changed",
            at=signal.at,
            about_id=change.id,
            path=f"/systems/{change.system_id}",
            change=change,
            **texts,
        )
