"""The pages of the cooperation at the size of the capital region: 2,000 suppliers, 50,000 orders, eight procurements.

Makes the data of ``avoin demo --scale pks`` in a temporary folder and measures the pages that coordinators, steering
members, decision makers and experts open, in CPU milliseconds and in waiting time, as a ratio to the floor's ``list``
of the same run (at most 3).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from yardstick import log_in, run

#: Who opens what; ``{use}`` is the procurement in use, ``{agreement}`` its agreement, ``{statement}`` the newest of it,
#: ``{group}`` a shared group, ``{system}`` the one bought through.
PAGES = {
    "coordinator@helsinki.example": (
        "/joint",
        "/joint/procurements",
        "/joint/procurements/{use}",
        "/joint/procurements/{use}/needs",
        "/joint/agreements/{agreement}",
        "/joint/use",
        "/joint/statements",
        "/joint/statements/{statement}",
        "/joint/plans",
        "/joint/fairness",
        "/procurement",
        "/procurement/groups",
    ),
    "steering@vantaa.example": (
        "/joint",
        "/joint/agreements/{agreement}",
        "/joint/results",
        "/joint/alone",
        "/joint/reviews",
        "/joint/resourcing",
        "/joint/use",
    ),
    "decider@espoo.example": ("/joint", "/joint/procurements/{use}"),
    "expert@espoo.example": ("/expert", "/expert/groups", "/expert/groups/{group}", "/expert/orders", "/expert/needs"),
}


def prepare(environ: dict[str, str]) -> dict[str, Any]:
    """Tell the demo of the capital region, and describe the measured requests."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db
    from core.identity import queries
    from demo.region import tell

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    cases = {}
    with app.app_context():
        deployment.record(config)
        tell(environ["DEMO_PASSWORD"], lambda share, doing: None)
        db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("VACUUM ANALYZE"))
        words = {
            name: db.session.execute(text(query)).scalar()
            for name, query in {
                "use": "SELECT id FROM joint_procurement WHERE stage = 'use'",
                "agreement": "SELECT agreement_id FROM joint_procurement WHERE stage = 'use'",
                "statement": "SELECT id FROM joint_statement ORDER BY quarter DESC, id LIMIT 1",
                "system": "SELECT system_id FROM joint_procurement WHERE stage = 'use'",
                "group": (
                    'SELECT g.id FROM "group" g JOIN category c ON c.id = g.category_id'
                    " JOIN system_buyer b ON b.system_id = c.system_id WHERE g.state = 'open' ORDER BY g.id LIMIT 1"
                ),
            }.items()
        }
        for email, addresses in PAGES.items():
            person = queries.person_by_email(email)
            assert person is not None
            holding = queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))[0]
            head = log_in(app, person.id, holding.id)
            for address in addresses:
                step = {"get": address.format(**words), "headers": head}
                cases[f"{email.partition('.')[0]} {address}"] = {"steps": [step]}
        db.session.remove()
        db.engine.dispose()
    return cases


if __name__ == "__main__":
    run(prepare, {}, __doc__)
