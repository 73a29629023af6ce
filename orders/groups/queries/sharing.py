"""Groups of joint systems: who may fill them, and what their agreement says of it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from core.db import db
from dps.joint.agreements.models import AgreementVersion
from dps.joint.procurements.models import JointProcurement, ProcurementState
from dps.systems.models import Category, PurchasingSystem, SystemBuyer
from orders.groups.models import Group


def buyers_on(system: PurchasingSystem, day: date) -> frozenset[uuid.UUID]:
    """The authorities that may place orders from a system on a day (R103)."""
    named = db.session.scalars(
        select(SystemBuyer.authority_id).where(
            SystemBuyer.system_id == system.id, or_(SystemBuyer.orders_until.is_(None), SystemBuyer.orders_until >= day)
        )
    )
    return frozenset([system.authority_id, *named])


def shared_with(authority_id: uuid.UUID) -> ColumnElement[bool]:
    """As a condition on ``Group``: another authority has set it up, in a system from which this one buys, too."""
    named = select(SystemBuyer.id).where(
        SystemBuyer.system_id == PurchasingSystem.id, SystemBuyer.authority_id == authority_id
    )
    bought = (
        select(Category.id)
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(or_(PurchasingSystem.authority_id == authority_id, named.exists()))
    )
    return (Group.authority_id != authority_id) & Group.category_id.in_(bought)


def agreed_version_of(category: Category) -> AgreementVersion | None:
    """The agreement under which a category is bought jointly, as of the version of its procurement."""
    found = procurement_of(category)
    return found.agreed if found else None


def procurement_of(category: Category) -> JointProcurement | None:
    """The joint procurement of a category: its own, else its system's."""
    return db.session.scalars(
        select(JointProcurement)
        .where(
            JointProcurement.state != ProcurementState.ABANDONED,
            or_(
                JointProcurement.category_id == category.id,
                JointProcurement.category_id.is_(None) & (JointProcurement.system_id == category.system_id),
            ),
        )
        .order_by(JointProcurement.category_id.is_(None), JointProcurement.id.desc())
        .limit(1)
    ).one_or_none()
