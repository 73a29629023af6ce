"""Recomputing all quality records at scale: time and memory as a ratio to one aggregate scan of the same rows in SQL.

A database is seeded (``avoin seed``) with 10,000 suppliers and then its orders are copied in SQL, constraints and
triggers off, until so many services have begun: 1,000,000 in 50 categories. In one process, in turns: one scan that
adds up every column of the very rows the figures are made of, by supplier and category, in SQL; the full computation
(facts, expectations by the model in force, sums, intervals, storing); then 1,000 new outcomes and the refresh that
reads only what changed. Asked: full at most 10 scans and under 2 GB; the refresh at most 2 % of the full, and the same
figures bit for bit as the full one made after it. The yearly fit of the model is told apart.

    .venv/bin/python benchmarks/evaluate.py [--sizes 10000 100000 1000000] [--suppliers 10000] [--home DIR]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from yardstick import servers_of_our_own

if TYPE_CHECKING:
    from flask import Flask

MOST_SCANS, MOST_BYTES, MOST_OF_FULL = 10.0, 2 << 30, 0.02
SEEDED = 50_000
NEW_OUTCOMES = 1_000
CATEGORIES = 50
#: What hangs on an order, and what names it there.
TABLES = ("need", "order", "delivery", "customer_feedback", "expert_feedback", "outcome")
#: What tells one copy from all others.
COPY = "'-' || CAST(:k AS text) || '/' || CAST(:step AS text)"
KEYS = {"id", "need_id", "order_id", "delivery_id", "choice_id", "group_id"}


def seeded(environ: dict[str, str], suppliers: int, orders: int) -> Flask:
    """The application on a database with so many past orders."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db
    from demo.seeding import Plan, seed

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    with app.app_context():
        deployment.record(config)
        today = clock.helsinki_date(clock.now())
        db.session.remove()
        seed(Plan(suppliers=suppliers, orders=orders, seed=1, today=today), lambda share, doing: None)
        db.session.remove()
    return app


def _columns(connection: Any, table: str) -> list[str]:
    asked = text(
        "SELECT column_name FROM information_schema.columns WHERE table_name = :table AND is_generated = 'NEVER'"
        " ORDER BY ordinal_position"
    )
    return [row[0] for row in connection.execute(asked, {"table": table})]


def _copied(table: str, column: str) -> str:
    if column in KEYS:
        return f"md5(t.{column}::text || {COPY})::uuid"  # of nothing nothing
    if column == "number":
        return "t.number + CAST(:k AS integer) * CAST(:step AS integer)"
    if column == "customer_reference":
        return f"t.customer_reference || {COPY}"
    if table == "order" and column == "category_id":
        fifth = "more.source = t.category_id AND CAST(:k AS integer) % 5 = 0"
        return f"coalesce((SELECT more.id FROM more WHERE {fifth}), t.category_id)"
    return f't."{column}"'


def multiply(connection: Any, wanted: int) -> int:
    """Copy every order that began until there are so many; returns how many there are."""
    connection.execute(text("SET session_replication_role = replica"))
    connection.execute(text("CREATE TEMPORARY TABLE more (source uuid, id uuid)"))
    have = connection.scalar(text("SELECT count(*) FROM category"))
    connection.execute(
        text("INSERT INTO more SELECT id, md5(id::text || 'more')::uuid FROM category ORDER BY id LIMIT :count"),
        {"count": max(0, CATEGORIES - have)},
    )
    columns = _columns(connection, "category")
    values = ", ".join({"id": "more.id", "code": "t.code || '-more'"}.get(each, f't."{each}"') for each in columns)
    names = ", ".join(f'"{each}"' for each in columns)
    connection.execute(
        text(f"INSERT INTO category ({names}) SELECT {values} FROM category t JOIN more ON more.source = t.id")
    )
    connection.execute(
        text('CREATE TEMPORARY TABLE source AS SELECT id, need_id FROM "order" WHERE started_on IS NOT NULL')
    )
    of_source = {"need": "t.id IN (SELECT need_id FROM source)", "order": "t.id IN (SELECT id FROM source)"}
    count = one = connection.scalar(text("SELECT count(*) FROM source"))
    copy = 0
    largest = 'SELECT 1 + greatest((SELECT max(number) FROM need), (SELECT max(number) FROM "order"))'
    step = connection.scalar(text(largest))
    while count + one <= wanted + one // 2:
        copy += 1
        for table in TABLES:
            columns = _columns(connection, table)
            values = ", ".join(_copied(table, each) for each in columns)
            names = ", ".join(f'"{each}"' for each in columns)
            chosen = of_source.get(table, "t.order_id IN (SELECT id FROM source)")
            if table == "outcome":  # so that there is something left to tell
                chosen += " AND abs(hashtext(t.order_id::text || CAST(:k AS text))) % 10 > 0"
            connection.execute(
                text(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t WHERE {chosen}'),
                {"k": copy, "step": step},
            )
        count += one
    return count


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    found = act()
    return time.monotonic() - began, found


def scan(first: Any, last: Any) -> int:
    """Add up every column of the extract by supplier and category, in the database; how many groups there are."""
    from sqlalchemy import Uuid, func, select

    from core.db import db, unit_of_work
    from evaluation.records import extracting

    with unit_of_work():
        query, fields = extracting.episodes_query(first, last, extracting.Coded.now(), only_touched=False)
        rows = query.order_by(None).subquery()
        sums = [func.sum(rows.c[each.name]) for each in fields if each.kind is not Uuid]
        return len(
            db.session.execute(
                select(rows.c.supplier, rows.c.category, func.count(), *sums).group_by(rows.c.supplier, rows.c.category)
            ).all()
        )


def new_outcomes() -> int:
    """Tell 1,000 outcomes that were missing."""
    from core.db import db, unit_of_work

    with unit_of_work():
        return db.session.execute(
            text(
                "INSERT INTO outcome (id, version, order_id, months, source, state, stands, recorded_by, recorded_at)"
                " SELECT gen_random_uuid(), 1, o.id, 3, 'expert',"
                " CASE WHEN random() < 0.5 THEN 'own_business' ELSE 'unemployed' END, true, o.expert_id, now()"
                ' FROM "order" o WHERE o.started_on IS NOT NULL AND o.planned_end_on < current_date - 130'
                " AND o.planned_end_on > current_date - 900"
                " AND NOT EXISTS (SELECT 1 FROM outcome x WHERE x.order_id = o.id AND x.months = 3)"
                " ORDER BY md5(o.id::text) LIMIT :count"
            ),
            {"count": NEW_OUTCOMES},
        ).rowcount


def measure(app: Flask, size: int, turns: int) -> dict[str, float]:
    """Scan, full computation and refresh in turns; medians in seconds, the peak of memory, whether figures agree."""
    from core import clock
    from core.db import db
    from evaluation.records.service import releasing

    with app.app_context():
        today = clock.helsinki_date(clock.now())
        first = releasing.period_of(today)
        db.session.remove()
        fitting, _ = timed(lambda: releasing.refresh(whole=True))
        scans, fulls, steps, same = [], [], [], True
        for _ in range(turns):
            taken, groups = timed(lambda: scan(first, today))
            scans.append(taken)
            taken, release = timed(lambda: releasing.refresh(whole=True))
            fulls.append(taken)
            told = new_outcomes()
            taken, release = timed(releasing.refresh)
            steps.append(taken)
            stepped, count = release.results_sha256, release.inputs_count
            again = releasing.refresh(whole=True).results_sha256
            same = same and stepped == again
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        db.session.remove()
    full, one, step = (statistics.median(each) for each in (fulls, scans, steps))
    print(
        f"{count} services, {groups} records: scan {one:.2f} s, full {full:.2f} s = {full / one:.1f} scans"
        f" (with the yearly fit {fitting:.1f} s), {told} outcomes {step:.2f} s = {step / full:.1%} of full,"
        f" same figures: {same}, {peak / 2**20:.0f} MB",
        flush=True,
    )
    return {"scans": full / one, "step": step / full, "peak": peak, "same": same, "size": size, "full": full}


def main() -> int:
    """Measure each size; 1 where something asked for is not so at the largest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--suppliers", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--home", type=Path)
    told = parser.parse_args()
    found = []
    with ExitStack() as stack:
        servers, environ, _ = stack.enter_context(servers_of_our_own(told.home))
        from core import embedded

        for size in sorted(told.sizes):
            url = embedded.create_database(servers, f"evaluate_{size}")
            app = seeded({**environ, "DATABASE_URL": url}, told.suppliers, min(SEEDED, size))
            from core.db import db

            with app.app_context():
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    multiply(connection, size)
                    connection.execute(text("VACUUM ANALYZE"))
                db.engine.dispose()
            found.append(measure(app, size, told.turns))
    last = found[-1]
    for each in found[1:]:
        print(f"growth to {each['size']}: full {each['full'] / found[0]['full']:.1f} times that of {found[0]['size']}")
    good = last["scans"] <= MOST_SCANS and last["peak"] < MOST_BYTES and last["step"] <= MOST_OF_FULL and last["same"]
    print("as asked" if good else "NOT as asked")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
