"""Paths to a job that lasted: counted in the background, read by pages (EVALUATION §3).

A row counts customers; none of them can be told from it by itself, and what is shown passes the gates of R119.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, db


class PathRun(Model):
    """One count in the background: who asked for it, how far it is, how it ended."""

    __tablename__ = "path_run"
    __table_args__ = (
        CheckConstraint("share BETWEEN 0 AND 1", name="share_range"),
        Index(
            "uq_path_run_one", text("(finished_at IS NULL)"), unique=True, postgresql_where=text("finished_at IS NULL")
        ),
    )

    #: Nobody for the count that comes round by itself.
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    #: The last day of what was known.
    frozen_on: Mapped[date]
    share: Mapped[Decimal] = mapped_column(Numeric(4, 3), default=Decimal(0))
    doing: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    #: What stopped it, if something did.
    failed: Mapped[str | None]
    customers: Mapped[int | None]


class _Counted:
    """Whom a row counts: an authority's customers or all, the window, and the bands of the first service's need."""

    seq: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("path_run.id"))
    #: ``None``: the customers of all authorities, by kind of service instead of category.
    authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("authority.id"))
    months: Mapped[int]
    year: Mapped[int]
    age_band: Mapped[str]
    unemployment_band: Mapped[str]
    education_band: Mapped[str]
    #: Language of service: fi, sv or other.
    language: Mapped[str]
    customers: Mapped[int]
    #: Accepted delivery lines without VAT.
    cost: Mapped[Decimal] = mapped_column(Numeric(16, 2))


class PathTotal(_Counted, db.Model):  # type: ignore[name-defined, misc]
    """Customers who went one way: services in order, and where they were at the end."""

    __tablename__ = "path_total"
    __table_args__ = (Index("ix_path_total_run_id", "run_id", "authority_id", "months"),)

    #: Ids of categories, or kinds of service; empty where fewer than the gate went this way in all.
    steps: Mapped[list[str]]
    end: Mapped[str]
    #: From the first day of the first service to the job, or to the planned end of the last.
    days: Mapped[int] = mapped_column(BigInteger)


class PathStep(_Counted, db.Model):  # type: ignore[name-defined, misc]
    """What one service shares of the jobs that lasted."""

    __tablename__ = "path_step"
    __table_args__ = (Index("ix_path_step_run_id", "run_id", "authority_id", "months"),)

    step: Mapped[str]
    #: Of ``customers``, those whose job lasted.
    employed: Mapped[int]
    #: Σ 1/k over the jobs that lasted: k services finished within 180 days before share one.
    credit: Mapped[Decimal] = mapped_column(Numeric(16, 6))
    #: The last service before takes it whole: shown beside it, to see how much depends on the sharing.
    last_touch: Mapped[int]


class PublishedPath(Model):
    """A way of all authorities' customers as everybody may read it; replaced in steps of the gate (R119)."""

    __tablename__ = "published_path"
    __table_args__ = (
        UniqueConstraint("months", "way"),
        CheckConstraint("people >= 5", name="never_under_five"),
    )

    months: Mapped[int]
    #: Steps and end as one text, to find it again.
    way: Mapped[str]
    steps: Mapped[list[str]]
    end: Mapped[str]
    people: Mapped[int]
    published_at: Mapped[datetime]
