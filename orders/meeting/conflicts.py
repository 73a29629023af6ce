"""Whose interests stand in the way of ordering from a supplier (R50, HallL 28 §)."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from orders.meeting.models import Ground, InterestDeclaration
from suppliers.models import Supplier
from suppliers.rights import refuse_own_matter

DECLARED = audit.declare("interest.declared", "supplier", "ground")
ENDED = audit.declare("interest.ended", "supplier")


def _open_declaration(person_id: uuid.UUID, supplier_id: uuid.UUID) -> InterestDeclaration | None:
    return db.session.scalars(
        select(InterestDeclaration).where(
            InterestDeclaration.person_id == person_id,
            InterestDeclaration.supplier_id == supplier_id,
            InterestDeclaration.ended_at.is_(None),
        )
    ).one_or_none()


def refuse_conflicted(by: Mandate | None, supplier_id: uuid.UUID, expert_id: uuid.UUID | None = None) -> None:
    """Nobody orders from, or handles the orders of, a supplier in which they have declared an interest (R50).

    :param expert_id: the need's expert, who answers for it when the customer or the rule places the order
    :raises RuleBroken: an interest is declared, or the person speaks for the supplier
    """
    person_id = by.person_id if by is not None else expert_id
    if person_id is None:
        return
    if by is not None:
        refuse_own_matter(supplier_id, by)
    if _open_declaration(person_id, supplier_id) is not None:
        raise RuleBroken(
            _l("The expert has declared a conflict of interest with this provider."),
            rule="R50",
            field="supplier",
            next_step=_l("Hand the matter over to another expert."),
        )


@transaction
def declare_interest(supplier: Supplier, ground: Ground, *, by: Mandate) -> InterestDeclaration:
    """The expert declares an interest in a supplier, and takes no part in its orders from now on.

    :raises WrongState: declared already
    """
    now = clock.now()
    if by.authority_id is None:
        raise NotAllowed(_l("Only an official of an authority declares an interest."), rule="I4")
    if _open_declaration(by.person_id, supplier.id) is not None:
        raise WrongState(
            _l("You have declared this interest already."),
            rule="R50",
            field="supplier",
            next_step=_l("It stands until you tell that it has ended."),
        )
    row = InterestDeclaration(
        id=new_id(),
        authority_id=by.authority_id,
        person_id=by.person_id,
        supplier_id=supplier.id,
        ground=ground,
        declared_at=now,
        supplier=supplier,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(DECLARED, subject=row, actor=by, at=now, supplier=supplier.id, ground=ground)
    return row


@transaction
def end_interest(declaration: InterestDeclaration, *, by: Mandate) -> None:
    """The expert tells that the interest has ended.

    :raises NotAllowed: it is somebody else's
    :raises WrongState: it has ended already
    """
    lock(declaration)
    now = clock.now()
    if declaration.person_id != by.person_id:
        raise NotAllowed(_l("Everybody declares their own interests."), rule="I4")
    if declaration.ended_at is not None:
        raise WrongState(_l("This interest has ended already."), rule="R50")
    declaration.ended_at = now
    audit.record(ENDED, subject=declaration, actor=by, at=now, supplier=declaration.supplier_id)
