"""Computing releases: kept up to date from night to night, frozen for the suppliers' preview, checked by anybody."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text

from core import audit, clock, law
from core.db import db, new_id, transaction
from core.identity.mandates import Mandate
from dps.systems.models import Category, ServiceType
from evaluation.method.episodes import WINDOWS
from evaluation.records import computing, extracting, queries, snapshots
from evaluation.records.computing import Computed, FittedModel, Step
from evaluation.records.levels import Levels
from evaluation.records.models import (
    ALL_YEARS,
    CaseMixModel,
    EpisodeChange,
    Release,
    ReleaseCategory,
    ReleaseRecord,
    ReleaseState,
)
from evaluation.records.service import stored
from evaluation.records.service.commenting import carry_comments
from evaluation.records.service.publishing import withdraw
from evaluation.records.shown import AS_OF, Gates, told
from evaluation.records.snapshots import Delta, KeptSums, Snapshot
from suppliers.mailing import tell

COMPUTED = audit.declare("release.computed", "method", "inputs", "records")
FITTED = audit.declare("case_mix_model.fitted", "method", "inputs")

#: The model is fitted anew once a year (EVALUATION §4).
MODEL_LENGTH = timedelta(days=365)
#: More changes than this share of the episodes, and it is quicker to read everything again.
MOST_CHANGED = 0.05
#: One computation at a time: a key of PostgreSQL's advisory locks.
ONE_AT_A_TIME = 0x61766F69
_BATCH = 2_000

Progress = Callable[[float, str], None]


def silent(share: float, doing: str) -> None:
    """Tell nobody how far it is."""


def period_of(frozen_on: date) -> date:
    """The first day of the years observed: of the quarter 36 months before (moves once a quarter)."""
    months = int(law.number("R105.record_period", frozen_on))
    quarter = frozen_on.replace(month=(frozen_on.month - 1) // 3 * 3 + 1, day=1)
    year, month = divmod(quarter.year * 12 + quarter.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _types() -> dict[str, ServiceType]:
    return {str(row.id): row.service_type for row in db.session.execute(select(Category.id, Category.service_type))}


def _alone() -> None:
    """Wait until nobody else computes."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


# ---- the model ----


def _model(snapshot: Snapshot, types: dict[str, ServiceType], at: datetime, on: date) -> CaseMixModel:
    """The model in force; fitted anew once a year, and each time while there is too little for a whole one."""
    row = queries.newest_case_mix(computing.method())
    if row is not None and row.frozen_on > on - MODEL_LENGTH and FittedModel.read(row.fit).is_settled:
        return row
    fitted = computing.fit(snapshot, types, on)
    row = CaseMixModel(
        id=new_id(),
        method=computing.method(),
        fitted_at=at,
        frozen_on=on,
        inputs_sha256=snapshot.digest(),
        fit=fitted.plain(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(FITTED, subject=row, actor=None, at=at, method=row.method, inputs=row.inputs_sha256)
    return row


# ---- the running release ----


@transaction
def refresh(*, whole: bool = False, progress: Progress = silent) -> Release:
    """Bring the running release up to date; only what changed is read and computed again, unless ``whole``."""
    _alone()
    now = clock.now()
    running = queries.release_in(ReleaseState.RUNNING)
    today = clock.helsinki_date(now)
    if whole or running is None or not _can_step(running, today):
        return _refresh_whole(running, now, today, progress)
    return _refresh_step(running, now, today, progress)


def _can_step(running: Release, today: date) -> bool:
    model = running.case_mix
    changes = db.session.scalar(select(text("count(*)")).select_from(EpisodeChange)) or 0
    return bool(
        running.snapshot_key
        and running.frozen_on
        and running.method == computing.method()
        and running.period_begins_on == period_of(today)
        and model is not None
        and model.frozen_on > today - MODEL_LENGTH
        and FittedModel.read(model.fit).is_settled
        and changes <= MOST_CHANGED * running.inputs_count
    )


def _refresh_whole(running: Release | None, now: datetime, today: date, progress: Progress) -> Release:
    db.session.execute(delete(EpisodeChange))
    progress(0.0, "facts")
    types = _types()
    snapshot = extracting.extract(period_of(today), today)
    progress(0.4, "what was to be expected")
    row = _model(snapshot, types, now, today)
    progress(0.6, "figures")
    computed = computing.compute(snapshot, FittedModel.read(row.fit), types, today)
    if running is None:
        running = Release(id=new_id(), state=ReleaseState.RUNNING)
    progress(0.8, "storing")
    for kept in (running.snapshot_key, running.delta_key, running.sums_key):
        snapshots.forget(kept)
    running.snapshot_key, running.delta_key = snapshots.keep(snapshot), None
    running.inputs_sha256 = snapshot.digest()
    running.sums_key = snapshots.keep_sums(
        KeptSums(
            computed.sums,
            computing.raters_in(snapshot, today),
            today,
            snapshot.lists.suppliers,
            snapshot.lists.people,
            running.inputs_sha256,
        )
    )
    _stand(running, row, computed, snapshot, now, today)
    progress(1.0, "done")
    return running


def _stand(
    running: Release, model: CaseMixModel, computed: Computed, snapshot: Snapshot, now: datetime, today: date
) -> None:
    """Write down where the running release stands."""
    running.method, running.parameters = computing.method(), computing.described()
    running.case_mix_id, running.case_mix = model.id, model
    running.inputs_count, running.computed_at = len(snapshot), now
    running.frozen_on, running.period_begins_on = today, period_of(today)
    running.results_sha256 = computed.sums_digest()
    db.session.add(running)
    db.session.flush()
    db.session.execute(delete(ReleaseCategory).where(ReleaseCategory.release_id == running.id))
    _store_categories(running, computing.categories_of(computed, FittedModel.read(model.fit).fit))
    audit.record(
        COMPUTED,
        subject=running,
        actor=None,
        at=now,
        method=running.method,
        inputs=running.inputs_sha256,
        records=len(computed.sums),
    )


def _touched_again(touched: set[uuid.UUID], today: date) -> Delta:
    """The facts of these orders as they are now."""
    session = db.session()
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{extracting.TOUCHED}"))
    session.execute(text(f"CREATE TEMPORARY TABLE {extracting.TOUCHED} (order_id uuid PRIMARY KEY) ON COMMIT DROP"))
    if touched:
        rows = [{"order_id": each} for each in sorted(touched)]
        session.execute(insert(extracting.TOUCHED_TABLE), rows)
    session.execute(text(f"ANALYZE {extracting.TOUCHED}"))
    return Delta(extracting.extract(period_of(today), today, only_touched=True), tuple(sorted(touched)))


def _refresh_step(running: Release, now: datetime, today: date, progress: Progress) -> Release:
    assert running.snapshot_key
    assert running.sums_key
    assert running.case_mix
    touched = set(db.session.scalars(delete(EpisodeChange).returning(EpisodeChange.order_id)))
    progress(0.1, "what changed")
    delta = _touched_again(touched, today)
    if running.delta_key:
        delta = snapshots.read_delta(running.delta_key).then(delta)
    base, kept = snapshots.read(running.snapshot_key), snapshots.read_sums(running.sums_key)
    after = snapshots.merged(base, delta.fresh, list(delta.touched))
    progress(0.5, "figures")
    step = Step(base, after, snapshots.as_pairs(list(delta.touched)), kept.known_on, today)
    model = FittedModel.read(running.case_mix.fit)
    computed = computing.compute_again(
        step, kept.sums_as(after.lists.suppliers), kept.raters_as(after.lists.people), model, _types()
    )
    snapshots.forget(running.delta_key)
    running.delta_key = snapshots.keep_delta(delta)
    running.inputs_sha256 = hashlib.sha256(f"{kept.digest} {delta.fresh.digest()}".encode()).hexdigest()
    _stand(running, running.case_mix, computed, after, now, today)
    progress(1.0, "done")
    return running


def _store_categories(release: Release, rows: Iterable[dict[str, Any]]) -> None:
    stored_rows = [{"id": new_id(), "version": 1, "release_id": release.id, **row} for row in rows]
    if stored_rows:
        db.session.execute(insert(ReleaseCategory), stored_rows)


# ---- a frozen release ----


def _gates(on: date) -> Gates:
    return Gates(
        customers=int(law.number("R119.smallest_cell", on)), answers=int(law.number("R119.smallest_feedback", on))
    )


def _rows(
    computed: Computed, gates: Gates, on: date, before: dict[Any, Any], snapshot: Snapshot
) -> Iterator[dict[str, Any]]:
    """The records of a period as they are stored, with what may be told of each.

    :param before: what was told last, by supplier and category
    """
    entered = computing.Entered(snapshot, on)
    for row in computing.rows_of(computed):
        last = before.get((row["supplier_id"], row["category_id"]))
        value, low, high = row.pop("index")
        index = None if value is None else {"n": row["customers"], "value": value, "low": low, "high": high}
        shown = told(
            customers=row["customers"],
            quality_class=row["quality_class"],
            status=row["status"],
            index=index if row["quality_class"] else None,
            components=row["components"],
            gates=gates,
            before=last,
            on=on,
            entered=entered.since(row["supplier_id"], row["category_id"], last[AS_OF])
            if last and AS_OF in last
            else None,
        )
        yield row | {"index_value": value, "index_low": low, "index_high": high, "shown": shown}


def _store_records(release: Release, rows: Iterable[dict[str, Any]], period: str) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append({"id": new_id(), "version": 1, "release_id": release.id, "period": period, **row})
        if len(batch) == _BATCH:
            db.session.execute(insert(ReleaseRecord), batch)
            batch = []
    if batch:
        db.session.execute(insert(ReleaseRecord), batch)


@transaction
def freeze(*, by: Mandate | None = None, progress: Progress = silent) -> Release:
    """Freeze what is known today and compute a release for the suppliers' preview.

    A release that is still in its preview is withdrawn: it is computed again only when facts were put right.
    """
    _alone()
    now = clock.now()
    today = clock.helsinki_date(now)
    earlier = queries.release_in(ReleaseState.PREVIEW)
    if earlier is not None:
        withdraw(earlier, "computed again", by=by)
    types = _types()
    progress(0.0, "facts")
    snapshot = extracting.extract(period_of(today), today)
    progress(0.3, "what was to be expected")
    model = _model(snapshot, types, now, today)
    fitted = FittedModel.read(model.fit)
    progress(0.5, "figures")
    computed = computing.compute(snapshot, fitted, types, today)
    years = computing.compute_years(snapshot, fitted, types, today)
    progress(0.7, "storing")
    release = Release(
        id=new_id(),
        state=ReleaseState.PREVIEW,
        method=computing.method(),
        inputs_sha256=snapshot.digest(),
        inputs_count=len(snapshot),
        computed_at=now,
        parameters=computing.described(),
        frozen_on=today,
        period_begins_on=period_of(today),
        snapshot_key=snapshots.keep(snapshot),
        results_sha256=computed.digest(),
        case_mix_id=model.id,
        preview_until=today + timedelta(days=int(law.number("R105.record_preview", today))),
    )
    db.session.add(release)
    db.session.flush()
    gates = _gates(today)
    levels = Levels(gates.customers)
    rows = levels.of_providers(_rows(computed, gates, today, queries.last_told(now), snapshot), WINDOWS)
    _store_records(release, rows, ALL_YEARS)
    for year, of_year in years.items():
        _store_records(release, levels.of_year(_rows(of_year, gates, today, {}, snapshot), year), year)
    before = queries.last_levels(now)
    categories = computing.categories_of(computed, fitted.fit)
    _store_categories(release, (levels.told(row, before.get(row["category_id"])) for row in categories))
    audit.record(
        COMPUTED,
        subject=release,
        actor=by,
        at=now,
        method=release.method,
        inputs=release.inputs_sha256,
        records=len(computed.sums),
    )
    if earlier is not None:
        carry_comments(earlier, release, at=now)
    progress(0.9, "suppliers")
    _tell_suppliers(release, now)
    progress(1.0, "done")
    return release


def _tell_suppliers(release: Release, now: datetime) -> None:
    """Each supplier with a record hears that it can look at it first."""
    for supplier in queries.suppliers_of(release.id):
        tell(
            supplier,
            "quality_preview",
            at=now,
            about_id=release.id,
            path="/provider/quality",
            until=release.preview_until,
        )


# ---- checking ----


def check(release: Release) -> list[str]:
    """Compute a release again from its frozen facts; what differs, in words, nothing where every figure is the same."""
    if not release.snapshot_key or release.case_mix is None or release.frozen_on is None:
        return ["its facts were not kept"]
    snapshot = snapshots.read(release.snapshot_key)
    differs = []
    if snapshot.digest() != release.inputs_sha256:
        differs.append("the kept facts are not those it was computed from")
    if release.method != computing.method():
        differs.append(f"the method is {computing.method()} now, not {release.method}")
    if release.parameters.get("parameters") != computing.described()["parameters"]:
        differs.append("the parameters are not those of the method")
    fitted = FittedModel.read(release.case_mix.fit)
    types = _types()
    computed = computing.compute(snapshot, fitted, types, release.frozen_on)
    if computed.digest() != release.results_sha256:
        differs.append("the figures differ")
    gates, at, on = _gates(release.frozen_on), release.computed_at, release.frozen_on
    levels = Levels(gates.customers)
    rows = levels.of_providers(_rows(computed, gates, on, queries.last_told(at), snapshot), WINDOWS)
    differs += stored.records(release, ALL_YEARS, rows)
    years = computing.compute_years(snapshot, fitted, types, release.frozen_on)
    for year in sorted({*years, *stored.periods(release)}):
        again = levels.of_year(_rows(years[year], gates, on, {}, snapshot), year) if year in years else ()
        differs += stored.records(release, year, again)
    before = queries.last_levels(at)
    categories = computing.categories_of(computed, fitted.fit)
    differs += stored.categories(release, (levels.told(row, before.get(row["category_id"])) for row in categories))
    return differs + stored.published(release)
