"""The verbs of quality records: compute and publish."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from core import audit, clock, law
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from evaluation import measures
from evaluation.records import queries
from evaluation.records.models import Release
from orders import service as orders_service
from orders.service import Measured

RELEASED = audit.declare("release.computed", "method", "inputs", "records")
METHOD = "thin-1"
WINDOW_MONTHS = 3


@transaction
def publish_records(*, by: Mandate | None = None) -> Release:
    """Compute every supplier's quality record in every category and publish what passes the gates (R119)."""
    now = clock.now()
    today = clock.helsinki_date(now)
    smallest = int(law.number("R119.smallest_cell", today))
    smallest_answers = int(law.number("R119.smallest_feedback", today))
    completions, employments = queries.completions(), queries.employments(today, WINDOW_MONTHS)
    recommendations, published = queries.recommendations(), queries.all_published()
    rows = []
    for key in sorted({*completions, *employments, *recommendations}):
        before = published.get(key)
        fresh = {
            "completion": measures.share(completions.get(key), smallest=smallest),
            "employment": measures.share(employments.get(key), smallest=smallest),
            "recommendation": measures.mean(
                recommendations.get(key), smallest=smallest, smallest_answers=smallest_answers
            ),
        }
        steps = {"completion": smallest, "employment": smallest, "recommendation": smallest_answers}
        told = {
            name: measures.stepwise(getattr(before, name, None), figure, step=steps[name], smallest=smallest)
            for name, figure in fresh.items()
        }
        count = told["completion"]["count"] if told["completion"] else None
        rows.append(
            Measured(
                supplier_id=key[0],
                category_id=key[1],
                orders_count=count,
                completion=told["completion"],
                employment=told["employment"],
                recommendation=told["recommendation"],
            )
        )
    release = Release(
        id=new_id(),
        method=METHOD,
        inputs_sha256=_digest(completions, employments, recommendations),
        inputs_count=sum(tally.n for tally in completions.values()),
        computed_at=now,
        parameters={
            "confidence": str(measures.CONFIDENCE),
            "smallest_cell": smallest,
            "smallest_feedback": smallest_answers,
            "window_months": WINDOW_MONTHS,
            "lag_days": queries.LAG_DAYS,
        },
    )
    db.session.add(release)
    db.session.flush()
    orders_service.store_records(rows, release_id=release.id, at=now, by=by)
    audit.record(
        RELEASED,
        subject=release,
        actor=by,
        at=now,
        method=METHOD,
        inputs=release.inputs_sha256,
        records=len(rows),
    )
    return release


def _digest(*sums: dict[Any, Any]) -> str:
    """A hash of everything the figures are computed from, so that a release can be repeated and compared."""
    plain = [[[str(part) for part in key], asdict(each[key])] for each in sums for key in sorted(each)]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
