"""Moving the open work of an expert to colleagues in one act; whoever has an interest gets no such order (R50)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core import audit, clock, mail
from core.db import db, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from core.identity.queries import holders, person
from orders.handover import queries
from orders.handover.models import Handover, HandoverItem
from orders.handover.queries import Caseload
from orders.handover.rules import share_out
from orders.meeting.conflicts import refuse_conflicted
from orders.models import Need, Order

MADE = audit.declare("handover.made", "giver", "moved", "kept")
NEED_MOVED = audit.declare("need.handed_over", "before", "after", "handover")
ORDER_MOVED = audit.declare("order.handed_over", "before", "after", "handover")

#: Why something stayed: the rule's number.
CONFLICT = "R50"
MOST_RECEIVERS = 20


@dataclass(frozen=True)
class Planned:
    """A need with its live orders, and to whom they go; ``None`` stays, for an interest of every receiver."""

    need: Need
    orders: list[Order]
    receiver_id: uuid.UUID | None


def _check(caseload: Caseload, shares: Mapping[uuid.UUID, int], by: Mandate) -> dict[uuid.UUID, Person]:
    """The receivers by id, if the shares can be used."""
    today = clock.helsinki_date(clock.now())
    colleagues = {each.id: each for each in holders(by.organisation_id, today, Role.EXPERT)}
    wanted = [each for each, share in shares.items() if share > 0]
    if not wanted or len(wanted) > MOST_RECEIVERS or any(share < 0 for share in shares.values()):
        raise RuleBroken(
            _l("Choose who takes the work over."),
            rule="handover-receivers",
            field="receiver_1",
            next_step=_l("Choose one expert or several, each with a share of one or more."),
        )
    if caseload.person.id in wanted:
        raise RuleBroken(
            _l("The work cannot move to the expert it comes from."),
            rule="handover-receivers",
            field="receiver_1",
            next_step=_l("Choose another expert."),
        )
    if any(each not in colleagues for each in wanted):
        raise NotAllowed(
            _l("The work stays with experts of the same authority."),
            rule="I4",
            field="receiver_1",
            next_step=_l("Choose an expert of your own authority."),
        )
    return {each: colleagues[each] for each in wanted}


def _plan(needs: Sequence[Need], orders: Sequence[Order], shares: Mapping[uuid.UUID, int]) -> list[Planned]:
    of_need: dict[uuid.UUID, list[Order]] = {need.id: [] for need in needs}
    for order in orders:
        of_need[order.need_id].append(order)

    @cache
    def is_free(supplier_id: uuid.UUID, receiver: uuid.UUID) -> bool:
        try:
            refuse_conflicted(None, supplier_id, receiver)
        except RuleBroken:
            return False
        return True

    def may_take(need: Need, receiver: uuid.UUID) -> bool:
        return all(is_free(order.supplier_id, receiver) for order in of_need[need.id])

    receivers = share_out(needs, shares, may_take)
    return [Planned(need, of_need[need.id], to) for need, to in zip(needs, receivers, strict=True)]


def preview(caseload: Caseload, shares: Mapping[uuid.UUID, int], *, by: Mandate) -> list[Planned]:
    """What would move to whom, and what would stay; changes nothing.

    :raises RuleBroken, NotAllowed: as ``hand_over``
    """
    _check(caseload, shares, by)
    needs = queries.live_needs(by.organisation_id, caseload.person.id)
    return _plan(needs, queries.live_orders([each.id for each in needs]), shares)


@transaction
def hand_over(caseload: Caseload, shares: Mapping[uuid.UUID, int], *, by: Mandate) -> Handover:
    """Move everything in which something is left to do, by share; another handover moves it back.

    What a receiver may not take for an interest goes to the next who may, or stays with its reason (R50).

    :raises RuleBroken: no receiver, or the expert itself
    :raises NotAllowed: a receiver of another authority
    """
    receivers = _check(caseload, shares, by)
    giver = caseload.person
    needs = queries.live_needs(by.organisation_id, giver.id, for_update=True)
    orders = queries.live_orders([each.id for each in needs], for_update=True)
    now = clock.now()
    planned = _plan(needs, orders, shares)
    row = Handover(
        id=new_id(),
        authority_id=by.organisation_id,
        from_id=giver.id,
        made_by=by.person_id,
        made_at=now,
        giver=giver,
        items=[
            HandoverItem(
                id=new_id(),
                need_id=each.need.id,
                to_id=each.receiver_id,
                kept_reason="" if each.receiver_id else CONFLICT,
            )
            for each in planned
        ],
    )
    db.session.add(row)
    db.session.flush()
    moved = 0
    for each in planned:
        if each.receiver_id is None:
            continue
        moved += 1
        change: dict[str, Any] = {"before": giver.id, "after": each.receiver_id, "handover": row.id}
        each.need.expert_id = each.receiver_id
        audit.record(NEED_MOVED, subject=each.need, actor=by, at=now, **change)
        for order in each.orders:
            order.expert_id = each.receiver_id
            audit.record(ORDER_MOVED, subject=order, actor=by, at=now, **change)
    first = next(iter(receivers))
    for prepared in queries.open_preparations(by.organisation_id, giver.id):
        prepared.expert_id = first
    audit.record(MADE, subject=row, actor=by, at=now, giver=giver.id, moved=moved, kept=len(planned) - moved)
    _tell(row, receivers, by)
    return row


def _tell(row: Handover, receivers: Mapping[uuid.UUID, Person], by: Mandate) -> None:
    giver = person(row.from_id)
    assert giver is not None
    for each in receivers.values():
        number = sum(item.to_id == each.id for item in row.items)
        if number and each.id != by.person_id:
            mail.send(
                each.email,
                "handover_received",
                language=each.language,
                at=row.made_at,
                about_id=row.id,
                handover=row,
                giver=giver.name,
                number=number,
            )
    if giver.id != by.person_id and giver.is_active:
        mail.send(
            giver.email,
            "handover_given",
            language=giver.language,
            at=row.made_at,
            about_id=row.id,
            handover=row,
            number=sum(item.to_id is not None for item in row.items),
        )
