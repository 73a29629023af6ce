"""The expert's search with ranking, and an order, at scale: CPU a request as a ratio to the floor of the same run.

Two databases are seeded (``avoin seed``) alike but for their past: 10,000 suppliers with five services of up to
twenty places each, all of them in one category with an order of preference, once with 10,000 past orders and once
with 1,000,000. Measured in turns: the floor's ``list`` and ``submit``, the search and an order in the small one, the
same in the big one. The search may cost 4 times the floor's ``list``, and 1.2 times its own at the small past.

``--spread`` seeds them as ``avoin seed`` does, over eight authorities with five services each, and searches the largest
category. ``--home`` keeps the data for the next run of the same day. ``--profile`` shows where the time of a search
goes instead.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import time
from collections import defaultdict
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text
from yardstick import TOP, Figures, compare, floor_cases, floor_server, gunicorn, log_in, measure, options
from yardstick import servers_of_our_own as own_servers

if TYPE_CHECKING:
    from flask import Flask

#: What the issue asks for.
MOST_OF_LIST, MOST_OF_SMALL = 4.0, 1.2


def seeded(environ: dict[str, str], told: argparse.Namespace, orders: int) -> Flask:
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
        plan = Plan(suppliers=told.suppliers, orders=orders, seed=1, today=today, in_one_category=not told.spread)
        began = time.monotonic()
        if counts := seed(plan, lambda share, doing: None):
            print(f"seeded {counts['order']} orders in {time.monotonic() - began:.0f} s", flush=True)
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        db.session.remove()
    return app


def cases_of(app: Flask) -> dict[str, Any]:
    """State a need in the largest ranked category; the requests of a search and of an order."""
    from core import clock
    from core.db import db
    from core.identity import queries, service
    from dps.systems.models import Category, OrderingRule
    from orders.models import AgeBand, EducationBand, UnemploymentBand
    from orders.service.needs import NeedDetails, state_need

    with app.app_context():
        largest = text(
            "SELECT category.id FROM category JOIN offering ON offering.category_id = category.id "
            "WHERE ordering_rule = :rule GROUP BY category.id ORDER BY count(*) DESC, category.id LIMIT 1"
        )
        category = db.session.get_one(Category, db.session.scalar(largest, {"rule": OrderingRule.RANKING.value}))
        key = category.system.authority.service_email.partition("@")[2]
        person = queries.person_by_email(f"expert@{key}")
        assert person is not None
        today = clock.helsinki_date(clock.now())
        holding = queries.holdings_in_force(person.id, today)[0]
        head = log_in(app, person.id, holding.id)
        bearer = service.issue_api_token(holding, "benchmark", length=timedelta(days=1), by=None)
        from core.identity.mandates import Mandate

        place = category.system.authority.name_en.removeprefix("City of ")
        details = NeedDetails(
            customer_reference="B-1",
            municipality=place,
            place=place,
            is_remote=False,
            languages=["fi"],
            latest_start=today + timedelta(days=60),
            modules=[],
            accessibility="",
            age_band=AgeBand.FROM_35_TO_49,
            unemployment_band=UnemploymentBand.FROM_1_TO_2_YEARS,
            education_band=EducationBand.SECONDARY,
        )
        need = state_need(category, details, by=Mandate.of(holding))
        # so that orders do not fill the first of the ranking while they are measured
        db.session.execute(text("UPDATE offering_start SET seats = 1000000 WHERE starts_on >= current_date"))
        db.session.execute(text("UPDATE budget SET amount = 900000000000"))
        offerings = db.session.scalar(
            text("SELECT count(*) FROM offering WHERE category_id = :id AND state = 'published'"), {"id": category.id}
        )
        past = db.session.scalar(text('SELECT count(*) FROM "order" WHERE category_id = :id'), {"id": category.id})
        db.session.commit()
        print(f"searched: a category with {offerings} services and {past} past orders", flush=True)
        body = {
            "category_id": str(category.id),
            "customer_reference": "B-${n}",
            "municipality": place,
            "place": place,
            "is_remote": False,
            "languages": ["fi"],
            "latest_start": details.latest_start.isoformat(),
            "modules": [],
            "accessibility": "",
            "age_band": details.age_band.value,
            "unemployment_band": details.unemployment_band.value,
            "education_band": details.education_band.value,
        }
        need_id = need.id
        db.session.remove()
        db.engine.dispose()
    return {"search": {"steps": [{"get": f"/expert/needs/{need_id}", "headers": head}]}, "order": _order(body, bearer)}


def _order(body: dict[str, Any], bearer: str) -> dict[str, Any]:
    """State a need, ask for what fits, order what stands first."""
    api = {"Authorization": f"Bearer {bearer}"}
    found = {"offering": r'"offering_id":\s*"([0-9a-f-]{36})"', "start": r'"start_id":\s*"([0-9a-f-]{36})"'}
    order = {"need_id": "${need}", "offering_id": "${offering}", "start_id": "${start}"}
    return {
        "steps": [
            {
                "post": "/api/v1/needs",
                "json": body,
                "headers": api,
                "expect": 201,
                "capture": {"need": r'"id":\s*"([0-9a-f-]{36})"'},
            },
            {"get": "/api/v1/needs/${need}/offerings", "headers": api, "capture": found},
            {"post": "/api/v1/orders", "json": order, "headers": api, "expect": 201},
        ]
    }


def profile(app: Flask, address: str, head: dict[str, str], times: int = 20) -> None:
    """Where the time of a search goes: statements by what they cost, then functions by their own time."""
    from core.db import db

    spent: dict[str, list[float]] = defaultdict(list)
    client = app.test_client(use_cookies=False)

    def began(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    def ended(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        spent[statement].append(time.perf_counter() - connection.info["began"])

    cookie = head["Cookie"]
    for _ in range(3):
        assert client.get(address, headers={"Cookie": cookie}).status_code == 200
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", began)
        event.listen(db.engine, "after_cursor_execute", ended)
    watch, start = cProfile.Profile(), time.process_time()
    watch.enable()
    for _ in range(times):
        client.get(address, headers={"Cookie": cookie})
    watch.disable()
    whole = (time.process_time() - start) / times * 1000
    sql = sum(sum(each) for each in spent.values()) / times * 1000
    print(f"a search: {whole:.1f} ms CPU under the profiler, {sql:.1f} ms waiting for the database")
    for statement, each in sorted(spent.items(), key=lambda pair: -sum(pair[1]))[:12]:
        line = " ".join(statement.split())
        print(f"  {sum(each) / times * 1000:7.2f} ms, {len(each) / times:.0f} times: {line[:220]}")
    found = pstats.Stats(watch)
    found.sort_stats("tottime").print_stats(25)
    found.sort_stats("cumtime").print_stats(r"/work|orders|templates|core/web", 25)


def main() -> None:
    """Seed, measure in turns, and say whether the targets are met."""
    number = {"type": int}
    told = options(
        __doc__,
        suppliers={**number, "default": 10_000},
        orders={**number, "default": 1_000_000, "help": "past orders of the big database"},
        small={**number, "default": 10_000, "help": "past orders of the small database"},
        home={"type": Path, "help": "a folder that keeps the databases"},
        spread={"action": "store_true", "help": "over all authorities and services"},
        profile={"action": "store_true", "help": "show where the time of a search goes"},
    )
    figures = {"small": Figures(), "big": Figures()}
    floor = Figures()
    from core import embedded

    with own_servers(told.home) as (servers, environ, postmaster):
        apps: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        for name, orders in (("small", told.small), ("big", told.orders)):
            settings = {**environ, "DATABASE_URL": embedded.create_database(servers, f"search_{name}")}
            settings["FILES_URL"] = f"file://{Path(environ['DPS_HOME']) / name}"
            os.environ.update(settings)
            app = seeded(settings, told, orders)
            cases = cases_of(app)
            apps[name] = settings, cases
            if told.profile:
                step = cases["search"]["steps"][0]
                print(f"---- {name}: {orders} past orders ----")
                profile(app, step["get"], step["headers"])
        if told.profile:
            return
        with ExitStack() as stack:
            bare = stack.enter_context(floor_server(servers))
            running = {
                name: (stack.enter_context(gunicorn("app:create_app()", TOP, settings)), cases)
                for name, (settings, cases) in apps.items()
            }
            for _ in range(told.rounds):
                measure(floor, "floor", *bare, postmaster, floor_cases("list", "submit"), told.seconds)
                for name, (server, cases) in running.items():
                    measure(figures[name], name, *server, postmaster, cases, told.seconds)
    for name, mine in figures.items():
        print(f"---- {name} ----")
        of_list = compare("search", mine, "list", floor)
        compare("order", mine, "submit", floor)
    print("---- big against small ----")
    of_small = compare("search", figures["big"], "search", figures["small"], words="small")
    compare("order", figures["big"], "order", figures["small"], words="small")
    print(f"search: {of_list:.2f} x list (at most {MOST_OF_LIST}), {of_small:.2f} x small (at most {MOST_OF_SMALL})")
    if of_list > MOST_OF_LIST or of_small > MOST_OF_SMALL:
        raise SystemExit("a target is missed")


if __name__ == "__main__":
    main()
