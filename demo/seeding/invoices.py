"""The invoice basis: each month the city takes the lines it has accepted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from core.db import db
from demo.seeding import times
from demo.seeding.diary import NOBODY, Said, as_declared
from demo.seeding.ground import City, World
from demo.seeding.lives import Life, invoiced_at
from demo.seeding.market import cents
from orders.money.models import InvoiceBatch
from orders.money.service.invoicing import TAKEN


@dataclass(slots=True, eq=False)
class Batch:
    """What is taken of one month; its sum grows while the orders of that month are thought of."""

    id: str
    city: City
    number: int
    first: date
    last: date
    lines: int = 0
    total: int = 0


class Invoices:
    """One batch for each city and month."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._batches: dict[tuple[str, int, int], Batch] = {}

    def take(self, life: Life) -> str | None:
        """The batch that the accepted line of an order is in; none if its day has not come."""
        at = invoiced_at(life.completed)
        if at >= self._world.now:
            return None
        city, on = life.city, times.date_of(times.local_day(life.completed))
        key = (city.id, on.year, on.month)
        batch = self._batches.get(key) or self._open(key, city, on, at)
        batch.lines += 1
        batch.total += life.amount
        return batch.id

    def _open(self, key: tuple[str, int, int], city: City, on: date, at: int) -> Batch:
        first = on.replace(day=1)
        begun = times.date_of(self._world.opens)
        number = (first.year - begun.year) * 12 + first.month - begun.month + 1
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        batch = self._batches[key] = Batch(self._world.chance.id(at), city, number, first, last)
        self._world.loader.sheet("invoice_batch").add(
            id=batch.id,
            authority_id=city.id,
            number=number,
            supplier_id=None,
            from_on=first,
            until_on=last,
            lines=1,
            total=Decimal(0),
            vat=Decimal(0),
            taken_by=city.coordinator,
            taken_at=times.text(at),
        )
        self._world.diary.note(at, _tell, batch)
        return batch

    def add_up(self) -> None:
        """Write down what each batch came to."""
        for batch in self._batches.values():
            sums = {"lines": batch.lines, "total": Decimal(batch.total) / 100}
            db.session.execute(update(InvoiceBatch).where(InvoiceBatch.id == uuid.UUID(batch.id)).values(**sums))


def _tell(batch: Batch, _: Any) -> Said:
    facts = {
        "number": batch.number,
        "supplier": None,
        "from_on": str(batch.first),
        "until_on": str(batch.last),
        "lines": batch.lines,
        "total": cents(batch.total),
        "vat": "0.00",
    }
    return TAKEN, batch.city.as_coordinator, ("invoice_batch", batch.id), as_declared(TAKEN, facts), NOBODY
