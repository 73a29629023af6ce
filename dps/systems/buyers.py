"""Who may buy from a system: the authority that keeps it, and those its notice names (HL 21 §, R103)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority
from dps.systems.models import PurchasingSystem, SystemBuyer, SystemState

NAMED = audit.declare("system_buyer.named", "system", "authority")
ENDED = audit.declare("system_buyer.ended", "system", "authority", "orders_until")


def buys_from(authority_id: uuid.UUID, on: date | None = None) -> ColumnElement[bool]:
    """As a condition on ``PurchasingSystem``: the authority keeps it, or is named as a buyer.

    :param on: a day on which it may place orders; without it also one that has withdrawn
    """
    named = select(SystemBuyer.id).where(
        SystemBuyer.system_id == PurchasingSystem.id, SystemBuyer.authority_id == authority_id
    )
    if on is not None:
        named = named.where(or_(SystemBuyer.orders_until.is_(None), SystemBuyer.orders_until >= on))
    return or_(PurchasingSystem.authority_id == authority_id, named.exists())


def may_buy(system: PurchasingSystem, authority_id: uuid.UUID | None, on: date) -> bool:
    """Whether the authority may place orders from the system on a day."""
    if authority_id is None or authority_id == system.authority_id:
        return authority_id is not None
    this = select(PurchasingSystem.id).where(PurchasingSystem.id == system.id)
    return db.session.scalar(this.where(buys_from(authority_id, on))) is not None


def refuse_others(system: PurchasingSystem, authority_id: uuid.UUID | None, on: date) -> None:
    """:raises NotAllowed: the authority is not among the buyers that the notice names, or has withdrawn (R103)"""
    if not may_buy(system, authority_id, on):
        raise NotAllowed(
            _l("Your authority is not among the buyers that the notice of this system names."),
            rule="R103",
            field="category",
            next_step=_l("Choose a category of a system that your authority may buy from."),
        )


@transaction
def name_buyer(system: PurchasingSystem, authority: Authority, *, by: Mandate) -> SystemBuyer:
    """Name another authority as a buyer; only while the system is a draft, since the notice must name it (R15).

    :raises WrongState: the system has left the preparer's desk
    :raises RuleBroken: it keeps the system itself, or is named already
    """
    lock(system)
    now = clock.now()
    if system.state is not SystemState.DRAFT:
        raise WrongState(
            _l("Buyers can be named only before the notice is sent."),
            rule="R103",
            next_step=_l("A new buyer needs a new procurement: set up a new system."),
        )
    if authority.id == system.authority_id or any(each.authority_id == authority.id for each in system.buyers):
        raise RuleBroken(
            _l("This authority buys from the system already."),
            rule="R103",
            field="authority",
            next_step=_l("Choose another authority."),
        )
    buyer = SystemBuyer(
        system=system, authority_id=authority.id, named_at=now, named_by=by.person_id, authority=authority
    )
    db.session.add(buyer)
    db.session.flush()
    audit.record(NAMED, subject=buyer, actor=by, at=now, system=system.id, authority=authority.id)
    return buyer


@transaction
def end_buying(system: PurchasingSystem, authority: Authority, last_day: date, *, by: Mandate) -> SystemBuyer:
    """The last day on which a buyer places orders; what runs then goes to its end by its contract.

    :raises RuleBroken: it is no named buyer, or the day is past
    """
    buyer = db.session.scalars(
        select(SystemBuyer)
        .where(SystemBuyer.system_id == system.id, SystemBuyer.authority_id == authority.id)
        .with_for_update(of=SystemBuyer)
    ).one_or_none()
    now = clock.now()
    if buyer is None:
        raise RuleBroken(
            _l("This authority is not a named buyer of the system."),
            rule="R103",
            field="authority",
            next_step=_l("The authority that keeps the system ends the system instead."),
        )
    if last_day < clock.helsinki_date(now):
        raise RuleBroken(
            _l("The last day of ordering is past."),
            rule="R103",
            field="orders_until",
            next_step=_l("Enter today or a later day."),
        )
    buyer.orders_until = last_day
    audit.record(
        ENDED, subject=buyer, actor=by, at=now, system=system.id, authority=authority.id, orders_until=last_day
    )
    return buyer
