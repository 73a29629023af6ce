"""The expert's search and an order, in CPU milliseconds a request, as a ratio to the floor of the same run.

Makes its own servers and demo data in a temporary folder, and stops them. ``--seconds`` is how long each case
is measured, ``--rounds`` how often the two servers take turns.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from yardstick import log_in, run


def prepare(environ: dict[str, str]) -> dict[str, Any]:
    """Migrate, live through the demo's year, and describe the measured requests."""
    from app import create_app
    from core import clock, deployment, migrating
    from core.config import Config
    from core.db import db
    from core.identity import queries, service
    from demo.story import tell
    from dps.offerings.models import OfferingStart
    from orders.models import Budget, Need, NeedState

    config = Config.from_environment(environ)
    app = create_app(config)
    migrating.upgrade(app)
    with app.app_context():
        deployment.record(config)
        tell(environ["DEMO_PASSWORD"], lambda share, text: None)
        person = queries.person_by_email("expert@kuopio.example")
        assert person is not None
        holding = queries.holdings_in_force(person.id, clock.helsinki_date(clock.now()))[0]
        head = log_in(app, person.id, holding.id)
        bearer = service.issue_api_token(holding, "benchmark", length=timedelta(days=1), by=None)
        need = (
            db.session.query(Need)
            .filter(Need.expert_id == person.id, Need.category.has(code="job-finding"))
            .order_by(Need.id.desc())
            .first()
        )
        rotating = db.session.query(Need).filter(Need.category.has(code="assessment-period")).first()
        assert need is not None
        assert rotating is not None
        latest = (clock.helsinki_date(clock.now()) + timedelta(days=60)).isoformat()
        need.state, need.latest_start = NeedState.OPEN, clock.helsinki_date(clock.now()) + timedelta(days=60)
        db.session.execute(update(OfferingStart).values(seats=1_000_000))
        db.session.execute(update(Budget).values(amount=900_000_000))
        db.session.commit()
        body = {
            "category_id": str(rotating.category_id),
            "customer_reference": "B-${n}",
            "municipality": "Kuopio",
            "place": "Kuopio",
            "is_remote": False,
            "languages": ["fi"],
            "latest_start": latest,
            "modules": [],
            "accessibility": "",
            "age_band": "35_to_49",
            "unemployment_band": "1_to_2_years",
            "education_band": "secondary",
        }
        need_id = need.id
        db.session.remove()
        db.engine.dispose()
    api = {"Authorization": f"Bearer {bearer}"}
    return {
        "search": {"steps": [{"get": f"/expert/needs/{need_id}", "headers": head}]},
        "order": {
            "steps": [
                {
                    "post": "/api/v1/needs",
                    "json": body,
                    "headers": api,
                    "expect": 201,
                    "capture": {"need": r'"id":\s*"([0-9a-f-]{36})"'},
                },
                {
                    "get": "/api/v1/needs/${need}/offerings",
                    "headers": api,
                    "capture": {
                        "offering": r'"offering_id":\s*"([0-9a-f-]{36})"',
                        "start": r'"start_id":\s*"([0-9a-f-]{36})"',
                    },
                },
                {
                    "post": "/api/v1/orders",
                    "json": {"need_id": "${need}", "offering_id": "${offering}", "start_id": "${start}"},
                    "headers": api,
                    "expect": 201,
                },
            ]
        },
    }


if __name__ == "__main__":
    run(prepare, {"search": "list", "order": "submit"}, __doc__)
