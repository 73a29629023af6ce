"""Releases of the quality records: computed, shown to the suppliers first, published."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Numeric, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import ddl
from core.db import Model, db, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category
from orders.models import Order, QualityClass
from suppliers.models import Supplier

#: The period of a record that spans all the years observed; others are calendar years, ``"2026"``.
ALL_YEARS = "all"


class CaseMixModel(Model):
    """What is expected of whom: fitted once a year over all providers, without knowing any of them (EVALUATION §4)."""

    __tablename__ = "case_mix_model"

    #: The version of the method it was fitted by.
    method: Mapped[str]
    fitted_at: Mapped[datetime]
    #: The last day of the data it was fitted on.
    frozen_on: Mapped[date]
    inputs_sha256: Mapped[str]
    #: Coefficients, cells and checks, as ``evaluation.method.casemix`` writes them down.
    fit: Mapped[dict[str, Any]]


class ReleaseState(StrEnum):
    """Where a release stands."""

    #: Kept up to date from night to night, for the authorities only.
    RUNNING = "running"
    #: Frozen; suppliers see their own and may comment and correct (14 days).
    PREVIEW = "preview"
    PUBLISHED = "published"
    #: A later one took its place on the pages.
    SUPERSEDED = "superseded"
    #: Computed again before it was published.
    WITHDRAWN = "withdrawn"


RELEASE_TRANSITIONS = {
    "publish": ({ReleaseState.PREVIEW}, ReleaseState.PUBLISHED),
    "withdraw": ({ReleaseState.PREVIEW}, ReleaseState.WITHDRAWN),
    "supersede": ({ReleaseState.PUBLISHED}, ReleaseState.SUPERSEDED),
}

RELEASE_STATE_TITLES = {
    ReleaseState.RUNNING: _l("Kept up to date"),
    ReleaseState.PREVIEW: _l("Seen by the suppliers first"),
    ReleaseState.PUBLISHED: _l("Published"),
    ReleaseState.SUPERSEDED: _l("Replaced by a later one"),
    ReleaseState.WITHDRAWN: _l("Computed again"),
}


class Release(Model):
    """One computation of all quality records: data, method, parameters and date, so that anybody can repeat it."""

    __tablename__ = "release"
    __table_args__ = (
        CheckConstraint(
            "state IN ('running', 'superseded', 'withdrawn') OR snapshot_key IS NOT NULL OR method = 'thin-1'",
            name="snapshot_if_frozen",
        ),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_at_if_published"),
        CheckConstraint(
            "state <> 'preview' OR (preview_until IS NOT NULL AND frozen_on IS NOT NULL)", name="preview_has_end"
        ),
        Index("uq_release_one_published", "state", unique=True, postgresql_where=text("state = 'published'")),
        Index("uq_release_one_running", "state", unique=True, postgresql_where=text("state = 'running'")),
    )

    method: Mapped[str]
    state: Mapped[ReleaseState] = mapped_column(enum_column(ReleaseState), server_default="superseded")
    inputs_sha256: Mapped[str]
    #: Services that began and whose planned end is in the period.
    inputs_count: Mapped[int]
    computed_at: Mapped[datetime]
    #: Weights, gates, library versions: everything but the data.
    parameters: Mapped[dict[str, Any]]
    #: Last day of what was known; windows that had not closed on it do not count.
    frozen_on: Mapped[date | None]
    period_begins_on: Mapped[date | None]
    #: The frozen inputs, in the store of files; kept so that the figures can be computed again.
    snapshot_key: Mapped[str | None]
    #: What changed since the snapshot, and its sums, of a running release.
    delta_key: Mapped[str | None]
    sums_key: Mapped[str | None]
    #: Digest of every figure; of a running release that of its sums.
    results_sha256: Mapped[str | None]
    case_mix_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case_mix_model.id"))
    #: The last day on which suppliers may comment and correct.
    preview_until: Mapped[date | None]
    published_at: Mapped[datetime | None]

    case_mix: Mapped[CaseMixModel | None] = relationship()


class RecordStatus(StrEnum):
    """What a record can say."""

    #: Enough customers for an index with its interval.
    MEASURED = "measured"
    #: Fewer than the method asks for: at the category's mean, with the widest interval.
    TOO_FEW = "too_few"
    #: The providers of the category cannot be told apart at all.
    NO_DIFFERENCES = "no_differences"


class ReleaseRecord(Model):
    """What a release knows of a supplier in a category in a period.

    ``components`` is for the authority: each of ``outcome_3``, ``outcome_6``, ``outcome_12``, ``outcome``,
    ``customers``, ``experts``, ``deviations``, ``timeliness``, ``completion`` is ``{"n", "value", "low", "high",
    "points"}`` (and for the outcomes ``"o", "e", "ratio", "adjusted"``). ``shown`` is what may be told to anybody
    (R119), ``None`` where nothing may: public pages, search and suppliers read that alone.
    """

    __tablename__ = "release_record"
    __table_args__ = (
        UniqueConstraint("release_id", "supplier_id", "category_id", "period"),
        CheckConstraint("customers BETWEEN 0 AND episodes", name="customers_of_episodes"),
        CheckConstraint("(index_value IS NULL) = (index_low IS NULL)", name="value_has_interval"),
        CheckConstraint("index_low <= index_value AND index_value <= index_high", name="value_in_interval"),
        CheckConstraint("(status = 'measured') OR quality_class IS NULL", name="class_if_measured"),
        Index("ix_release_record_category", "release_id", "category_id", "period"),
        Index("ix_release_record_supplier_id", "supplier_id", "release_id"),
    )

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("release.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    period: Mapped[str]
    status: Mapped[RecordStatus] = mapped_column(enum_column(RecordStatus))
    episodes: Mapped[int]
    customers: Mapped[int]
    #: 50 is the expected; 0-100.
    index_value: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    index_low: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    index_high: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    quality_class: Mapped[QualityClass | None] = mapped_column(enum_column(QualityClass))
    components: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    supplier: Mapped[Supplier] = relationship()
    category: Mapped[Category] = relationship()


class ReleaseCategory(Model):
    """What a release knows of a category: the level its providers are compared with, and how far they spread."""

    __tablename__ = "release_category"
    __table_args__ = (UniqueConstraint("release_id", "category_id"),)

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("release.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    episodes: Mapped[int]
    customers: Mapped[int]
    #: Per window of months: ``{"3": {"n", "target", "tau2", "phi", "factor", "status"}, …}``.
    windows: Mapped[dict[str, Any]]
    #: The providers of the category cannot be told apart at all.
    no_spread: Mapped[bool]

    category: Mapped[Category] = relationship()


class ReleaseComment(Model):
    """What a supplier says to its record of a release; published beside it."""

    __tablename__ = "release_comment"
    __table_args__ = (
        UniqueConstraint("release_id", "supplier_id", "category_id"),
        CheckConstraint("char_length(text) BETWEEN 1 AND 2000", name="text_length"),
    )

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("release.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    text: Mapped[str]
    made_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class CorrectionState(StrEnum):
    """Where a supplier's claim that a fact is wrong stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


CORRECTION_TRANSITIONS = {
    "accept": ({CorrectionState.OPEN}, CorrectionState.ACCEPTED),
    "refuse": ({CorrectionState.OPEN}, CorrectionState.REFUSED),
}

CORRECTION_STATE_TITLES = {
    CorrectionState.OPEN: _l("To be answered"),
    CorrectionState.ACCEPTED: _l("Corrected"),
    CorrectionState.REFUSED: _l("Not corrected"),
}


class FactKind(StrEnum):
    """Which fact of a case is said to be wrong."""

    START = "start"
    END = "end"
    REPORT = "report"
    ATTENDANCE = "attendance"
    DEVIATION = "deviation"
    OTHER = "other"


FACT_TITLES = {
    FactKind.START: _l("When the service began"),
    FactKind.END: _l("When or how the service ended"),
    FactKind.REPORT: _l("When the report came"),
    FactKind.ATTENDANCE: _l("Attendance"),
    FactKind.DEVIATION: _l("A deviation"),
    FactKind.OTHER: _l("Something else"),
}


class Correction(Model):
    """A supplier's claim, before publication, that a fact of one of its cases is wrong; answered by an official."""

    __tablename__ = "release_correction"
    __table_args__ = (
        CheckConstraint("char_length(claim) BETWEEN 1 AND 2000", name="claim_length"),
        CheckConstraint(
            "(state = 'open') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)"
            " AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_if_answered",
        ),
        Index("uq_correction_open", "order_id", "fact", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_release_correction_supplier_id", "supplier_id", "release_id"),
    )

    release_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("release.id"))
    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"))
    fact: Mapped[FactKind] = mapped_column(enum_column(FactKind))
    claim: Mapped[str]
    state: Mapped[CorrectionState] = mapped_column(enum_column(CorrectionState), default=CorrectionState.OPEN)
    claimed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id


class RunKind(StrEnum):
    """What a computation in the background is to bring about."""

    #: Freeze and compute a release for the suppliers' preview.
    FREEZE = "freeze"


class ReleaseRun(Model):
    """A computation in the background: who asked for it, how far it is, how it ended."""

    __tablename__ = "release_run"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1", name="share_range"),
        Index("uq_release_run_one", "kind", unique=True, postgresql_where=text("finished_at IS NULL")),
    )

    kind: Mapped[RunKind] = mapped_column(enum_column(RunKind))
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    #: How much is done, 0-1, and what is being done; written while the work goes on.
    share: Mapped[Decimal] = mapped_column(Numeric(4, 3), default=Decimal(0))
    doing: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    #: The rule that stopped it, if one did.
    failed: Mapped[str | None]
    release_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("release.id"))


class EpisodeChange(db.Model):  # type: ignore[name-defined, misc]
    """That something changed of an order since the running release read it; the database itself writes it down."""

    __tablename__ = "episode_change"

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    order_id: Mapped[uuid.UUID]


#: Written by triggers, so that no verb, job or hand can change a fact that the running release never hears of.
#: Filling an empty database switches them off for its own transaction; the release is computed whole afterwards.
FOLLOW_CHANGES = """
CREATE FUNCTION avoin_episode_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('avoin.filling', true) = 'on' THEN
    RETURN NULL;
  END IF;
  EXECUTE format('INSERT INTO episode_change (order_id) SELECT DISTINCT %1$I FROM changed WHERE %1$I IS NOT NULL',
                 TG_ARGV[0]);
  RETURN NULL;
END $$;
"""
FOLLOWED = {
    "order": "id",
    "delivery": "order_id",
    "deviation": "order_id",
    "outcome": "order_id",
    "customer_feedback": "order_id",
    "expert_feedback": "order_id",
    "outcome_exclusion": "order_id",
}

ddl.add(FOLLOW_CHANGES)
for _table, _column in FOLLOWED.items():
    for _event in ("INSERT", "UPDATE"):
        ddl.add(
            f'CREATE TRIGGER "{_table}_{_event.lower()}_followed" AFTER {_event} ON "{_table}"'
            " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
            f" EXECUTE FUNCTION avoin_episode_changed('{_column}')"
        )
