"""What follows from all orders together: the standings of suppliers, and the money of budgets."""

from __future__ import annotations

import uuid
from decimal import Decimal

from sqlalchemy import update

from core.db import db
from demo.seeding import times
from demo.seeding.ground import World
from demo.seeding.lives import Life
from orders.models import DELIVERED, Budget, OrderState


class Standings:
    """The projection that ``orders.service.standings`` keeps: counted order by order, written at the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        #: By supplier and category: last order, begun, begun in time, days waited.
        self._known: dict[tuple[str, str], list[int]] = {}

    def count(self, life: Life) -> None:
        market = life.slot.market
        known = self._known.setdefault((life.slot.supplier, market.id), [0, 0, 0, 0])
        if life.state is not OrderState.CANCELLED:
            known[0] = max(known[0], life.placed)
        if life.started:
            waited = max(0, life.started - times.local_day(life.placed))
            known[1] += 1
            known[2] += waited <= market.category.start_within_days
            known[3] += waited

    def write(self) -> None:
        sheet = self._world.loader.sheet("supplier_standing")
        for (supplier, category), (last, begun, in_time, waited) in self._known.items():
            sheet.add(
                id=self._world.chance.id(self._world.now - 1),
                supplier_id=supplier,
                category_id=category,
                last_ordered_at=times.text(last) if last else None,
                begun=begun,
                begun_in_time=in_time,
                days_waited=waited,
            )


class Money:
    """What is committed and spent of each budget, in cents."""

    def __init__(self) -> None:
        self._committed: dict[str, int] = {}
        self._spent: dict[str, int] = {}

    def count(self, life: Life) -> None:
        """An order that was bought."""
        if life.state in DELIVERED:
            self._spent[life.budget] = self._spent.get(life.budget, 0) + life.amount
        else:
            self._committed[life.budget] = self._committed.get(life.budget, 0) + life.price

    def write(self) -> None:
        """Into the budgets, which are in the database."""
        for budget in sorted({*self._committed, *self._spent}):
            committed, spent = self._committed.get(budget, 0), self._spent.get(budget, 0)
            values = {"committed": Decimal(committed) / 100, "spent": Decimal(spent) / 100}
            db.session.execute(update(Budget).where(Budget.id == uuid.UUID(budget)).values(**values))
