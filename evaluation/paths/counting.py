"""Counting paths in the database: each customer once, however many orders there are.

A customer is an authority's reference. Of the services whose outcome is known the earliest that led to a job which
lasted is looked at, else the latest; the way to it is every service that began before, in order. Temporary tables
hold the references; nothing of them is kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Select,
    String,
    Uuid,
    and_,
    cast,
    column,
    insert,
    or_,
    select,
    table,
    text,
)

from core.db import db
from evaluation.outcomes.queries import excluded, months_later, settled
from evaluation.paths import rules
from orders.models import BEGUN, LineState, Order

Progress = Callable[[float, str], None]

_SERVICES = """
CREATE TEMPORARY TABLE path_service ON COMMIT DROP AS
SELECT o.id, o.authority_id, n.customer_reference AS customer, o.category_id::text AS category, c.service_type AS kind,
       o.started_on, coalesce(d.ended_on, o.planned_end_on) AS ended_on, o.planned_end_on,
       coalesce(l.amount, 0) AS cost, n.age_band, n.unemployment_band, n.education_band,
       CASE WHEN n.languages @> '["fi"]' THEN 'fi' WHEN n.languages @> '["sv"]' THEN 'sv' ELSE 'other' END AS language
FROM "order" o
JOIN need n ON n.id = o.need_id
JOIN category c ON c.id = o.category_id
LEFT JOIN delivery d ON d.order_id = o.id
LEFT JOIN (SELECT order_id, sum(amount) AS amount FROM delivery_line WHERE state = :accepted GROUP BY order_id) l
       ON l.order_id = o.id
WHERE o.state = ANY(:begun)
"""
_OUTCOMES = """
CREATE TEMPORARY TABLE path_outcome
  (order_id uuid, months integer, state text, is_employed boolean, since_on date) ON COMMIT DROP
"""
_ANCHORS = """
CREATE TEMPORARY TABLE path_anchor ON COMMIT DROP AS
SELECT DISTINCT ON (o.months, s.authority_id, s.customer)
       o.months, s.authority_id, s.customer, o.state, o.is_employed,
       greatest(coalesce(o.since_on, s.planned_end_on), s.started_on) AS reached_on
FROM path_outcome o JOIN path_service s ON s.id = o.order_id
ORDER BY o.months, s.authority_id, s.customer, o.is_employed DESC,
         CASE WHEN o.is_employed THEN s.planned_end_on END, s.planned_end_on DESC, s.id
"""
_MEMBERS = """
CREATE TEMPORARY TABLE path_member ON COMMIT DROP AS
SELECT a.months, a.authority_id, a.customer, a.state, a.is_employed, a.reached_on,
       s.category, s.kind, s.started_on, s.cost,
       row_number() OVER way AS place, count(*) OVER whole AS of_all,
       s.ended_on >= a.reached_on - :sharing AS is_near,
       count(*) FILTER (WHERE s.ended_on >= a.reached_on - :sharing) OVER whole AS near,
       first_value(s.age_band) OVER way AS age_band,
       first_value(s.unemployment_band) OVER way AS unemployment_band,
       first_value(s.education_band) OVER way AS education_band,
       first_value(s.language) OVER way AS language
FROM path_anchor a JOIN path_service s ON s.authority_id = a.authority_id AND s.customer = a.customer
WHERE s.started_on <= a.reached_on
WINDOW whole AS (PARTITION BY a.months, a.authority_id, a.customer),
       way AS (PARTITION BY a.months, a.authority_id, a.customer ORDER BY s.started_on, s.id)
"""
_WAYS = """
CREATE TEMPORARY TABLE path_way ON COMMIT DROP AS
SELECT months, authority_id, state AS "end", extract(year FROM reached_on)::integer AS year,
       age_band, unemployment_band, education_band, language,
       jsonb_agg(category ORDER BY place) FILTER (WHERE place > of_all - :longest) AS categories,
       jsonb_agg(kind ORDER BY place) FILTER (WHERE place > of_all - :longest) AS kinds,
       sum(cost) AS cost, reached_on - min(started_on) AS days
FROM path_member
GROUP BY months, authority_id, customer, state, reached_on, age_band, unemployment_band, education_band, language
"""
_BANDS = "year, age_band, unemployment_band, education_band, language"
#: A way that fewer than the gate went in all is never told apart under any filter: it is stored without its steps.
_TOTALS = """
INSERT INTO path_total (run_id, authority_id, months, {bands}, steps, "end", customers, cost, days)
SELECT CAST(:run_id AS uuid), {authority}, way.months, {bands}, coalesce(told.steps, '[]'), "end",
       count(*), sum(cost), sum(days)
FROM path_way way
LEFT JOIN (SELECT {authority} AS authority, months, {steps} AS steps FROM path_way
           GROUP BY 1, 2, 3 HAVING count(*) >= :smallest) told
       ON told.authority IS NOT DISTINCT FROM {authority} AND told.months = way.months AND told.steps = way.{steps}
GROUP BY {authority}, way.months, {bands}, coalesce(told.steps, '[]'), "end"
"""
_STEPS = """
INSERT INTO path_step (run_id, authority_id, months, {bands}, step, customers, employed, credit, last_touch, cost)
SELECT CAST(:run_id AS uuid), {authority}, months, {bands}, step, count(*), count(*) FILTER (WHERE is_employed),
       coalesce(sum(credit) FILTER (WHERE is_employed), 0), count(*) FILTER (WHERE is_employed AND is_last), sum(cost)
FROM (
  SELECT authority_id, months, customer, is_employed, extract(year FROM reached_on)::integer AS year,
         age_band, unemployment_band, education_band, language, {step} AS step, sum(cost) AS cost,
         bool_or(place = of_all) AS is_last,
         sum(CASE WHEN near > 0 THEN CASE WHEN is_near THEN 1.0 / near ELSE 0 END
                  WHEN place = of_all THEN 1 ELSE 0 END) AS credit
  FROM path_member
  GROUP BY authority_id, months, customer, is_employed, reached_on, {bands_of_member}, {step}
) each
GROUP BY {authority}, months, {bands}, step
"""


#: Each authority by its categories; all authorities together by kind of service.
_SCOPES = (
    {"authority": "authority_id", "steps": "categories", "step": "category"},
    {"authority": "NULL::uuid", "steps": "kinds", "step": "kind"},
)


def known_outcomes(known_by: date) -> Select[Any]:
    """What stands of windows that have closed: missing and unknown are missing, never a failure; excluded is out."""
    known = settled().subquery()
    closed = or_(
        *(and_(known.c.months == months, months_later(months) + rules.LAG_DAYS <= known_by) for months in rules.WINDOWS)
    )
    return (
        select(known.c.order_id, known.c.months, cast(known.c.state, String), known.c.is_employed, known.c.since_on)
        .join(Order, Order.id == known.c.order_id)
        .where(closed, known.c.order_id.not_in(excluded()))
    )


def count(run_id: uuid.UUID, known_by: date, smallest: int, progress: Progress) -> int:
    """Fill the rows of a run; returns how many customers they count (those of the shorter window)."""
    extract(known_by, progress)
    return add_up(run_id, smallest, progress)


def extract(known_by: date, progress: Progress) -> None:
    """The services that began and what stands of their outcomes, in temporary tables of the transaction."""
    run = db.session.execute
    for name in ("path_way", "path_member", "path_anchor", "path_outcome", "path_service"):
        run(text(f"DROP TABLE IF EXISTS {name}"))
    progress(0.05, "services")
    run(text(_SERVICES), {"accepted": LineState.ACCEPTED.value, "begun": [state.value for state in BEGUN]})
    progress(0.3, "outcomes")
    run(text(_OUTCOMES))
    target = table(
        "path_outcome",
        column("order_id", Uuid),
        column("months", Integer),
        column("state", String),
        column("is_employed", Boolean),
        column("since_on", Date),
    )
    run(insert(target).from_select([each.name for each in target.columns], known_outcomes(known_by)))


def add_up(run_id: uuid.UUID, smallest: int, progress: Progress) -> int:
    """From the temporary tables to the rows of a run."""
    run = db.session.execute
    run(text("ANALYZE path_service, path_outcome"))
    progress(0.45, "ways")
    run(text(_ANCHORS))
    run(text("ANALYZE path_anchor"))
    run(text(_MEMBERS), {"sharing": rules.SHARING_DAYS})
    run(text(_WAYS), {"longest": rules.LONGEST})
    run(text("ANALYZE path_way"))
    progress(0.7, "totals")
    given = {"run_id": run_id, "smallest": smallest}
    bands_of_member = _BANDS.replace("year, ", "")
    for scope in _SCOPES:
        run(text(_TOTALS.format(bands=_BANDS, **scope)), given)
        run(text(_STEPS.format(bands=_BANDS, bands_of_member=bands_of_member, **scope)), given)
    progress(0.95, "totals")
    found = run(text("SELECT count(*) FROM path_anchor WHERE months = :months"), {"months": rules.WINDOWS[0]})
    return int(found.scalar_one())
