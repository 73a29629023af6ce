"""Seeding from beginning to end: one transaction, so that there is either everything or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import select, text

from core import audit, clock
from core.audit import bulk
from core.audit import service as audit_service
from core.audit.models import AuditEvent
from core.config import Environment
from core.db import db, unit_of_work
from core.deployment import Deployment
from core.identity.models import Organisation
from core.identity.passwords import hash_password
from demo.seeding import lifting, times
from demo.seeding.chance import Chance
from demo.seeding.diary import Diary
from demo.seeding.ground import World, lay
from demo.seeding.market import fill
from demo.seeding.meetings import Meetings
from demo.seeding.plan import CannotSeed, Plan
from demo.seeding.sheets import Loader
from evaluation.records.service import publish, releasing

SEEDED = audit.declare("installation.seeded", "suppliers", "orders", "seed", "today")

Progress = Callable[[float, str], None]

#: Suppliers have seen the published figures for so many days.
SEEN = 15
#: So many events are handed to the database together, with the rows they are about.
EVENTS_AT_ONCE = 20_000
#: Whose seats and money follow from the orders, once they are all there.
_SEATS = """
UPDATE offering_start SET seats_taken = taken.count, seats = greatest(seats, taken.count) FROM (
    SELECT start_id, count(*) AS count FROM "order"
    WHERE state NOT IN ('declined', 'expired', 'cancelled', 'no_show') GROUP BY start_id
) taken WHERE taken.start_id = offering_start.id
"""


def is_seeded(plan: Plan) -> bool:
    """Whether these very data are there already.

    :raises CannotSeed: other data are, or the installation is in use for real
    """
    if db.session.scalars(select(Deployment.environment)).one_or_none() in (None, Environment.PRODUCTION):
        raise CannotSeed("Invented data never go into a production database.")
    before = db.session.scalars(select(AuditEvent.data).where(AuditEvent.type == SEEDED)).one_or_none()
    if before == _told(plan):
        return True
    if before is not None:
        raise CannotSeed(
            f"The database was seeded before, with --suppliers {before['suppliers']} --orders {before['orders']} "
            f"--seed {before['seed']} on {before['today']}. Use an empty database."
        )
    if db.session.scalar(select(Organisation.id).limit(1)) is not None:
        raise CannotSeed("The database holds other data already. Use an empty one.")
    return False


def _told(plan: Plan) -> dict[str, Any]:
    return {"suppliers": plan.suppliers, "orders": plan.orders, "seed": plan.seed, "today": str(plan.today)}


def seed(plan: Plan, progress: Progress, password: str | None = None) -> dict[str, int]:
    """Fill an empty database; how many rows of each kind there are, or nothing where they were there already.

    :param password: with it the staff can log in
    :raises CannotSeed: a number is out of range, or the database is not empty
    """
    plan.check()
    if is_seeded(plan):
        return {}
    password_hash = hash_password(password) if password else None
    counts = fill_in(plan, lay, progress, password_hash)
    progress(1.0, "done")
    return counts


def fill_in(
    plan: Plan, lay_ground: Callable[[World], None], progress: Progress, password_hash: str | None
) -> dict[str, int]:
    """Write all rows upon a ground, compute the quality records and sign a checkpoint."""
    with unit_of_work() as session:
        raw = session.connection().connection.driver_connection
        assert isinstance(raw, psycopg.Connection)
        session.execute(text("SET LOCAL avoin.filling = 'on'"))
        lifted = lifting.lift() if plan.is_large else None
        loader = Loader(raw, bulk.COPY, bulk.COPY_FOLLOWERS)
        try:
            counts = _write(plan, lay_ground, loader, progress, password_hash, lifted)
        finally:
            loader.close()
        session.expire_all()
        progress(0.95, "quality records")
        with clock.at(_end(plan) - timedelta(days=SEEN)):
            release = releasing.freeze(progress=lambda share, doing: progress(0.95 + 0.03 * share, doing))
        with clock.at(_end(plan)):
            publish(release)
            audit.record(SEEDED, subject="installation", actor=None, at=clock.now(), **_told(plan))
    progress(0.99, "checkpoint")
    audit_service.make_checkpoint()
    return counts


def _end(plan: Plan) -> Any:
    return clock.start_of_day(plan.today)


def _write(
    plan: Plan,
    lay_ground: Callable[[World], None],
    loader: Loader,
    progress: Progress,
    password_hash: str | None,
    lifted: lifting.Lifted | None,
) -> dict[str, int]:
    """All rows and their events."""
    world, links = World(plan, Chance(plan.seed), loader, Diary(), password_hash), bulk.Links()
    lay_ground(world)
    begun, told = time.monotonic(), -1.0
    providers = plan.suppliers * 5 / (plan.suppliers * 5 + plan.orders + 1)

    def close_day(day: int) -> None:
        world.diary.close(day - 1, links, loader.events, loader.followers)  # a Helsinki day ends before its UTC day
        if len(loader.events) >= EVENTS_AT_ONCE:
            loader.flush()

    def told_of(share: float, doing: str) -> None:
        nonlocal told
        if share >= told + 0.01:
            told = share
            progress(share, doing)

    def tell(placed: int) -> None:
        share = 0.8 * (providers + (1 - providers) * placed / max(1, plan.orders))
        told_of(share, f"{placed} orders, {placed / max(0.001, time.monotonic() - begun):.0f}/s")

    progress(0.0, "providers and their services")
    meetings = Meetings(world, fill(world, close_day))
    begun = time.monotonic()
    for day in meetings.live():
        close_day(day)
        tell(meetings.placed)
    meetings.finish()
    world.diary.close(world.now // times.DAY, links, loader.events, loader.followers)
    loader.flush()
    loader.wait()
    session = db.session()
    if lifted is not None:
        lifting.put_back(lifted, lambda share: told_of(0.8 + 0.14 * share, "indexes and foreign keys"))
    progress(0.94, "seats, budgets and statistics")
    session.execute(text(_SEATS))
    meetings.add_up()
    links.close()
    for table in (*loader.counts(), "audit_event", "audit_follower"):
        session.execute(text(f'ANALYZE "{table}"'))
    return {**loader.counts(), "audit_event": links.seq}
