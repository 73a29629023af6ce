"""The yearly report of a purchasing system: made in the background, archived as files."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from core.files.models import StoredFile
from core.i18n import LANGUAGES
from dps.systems.models import PurchasingSystem


class YearReport(Model):
    """A report of one system and year in each language of the authority; made again it is a further one."""

    __tablename__ = "year_report"
    __table_args__ = (
        CheckConstraint("year BETWEEN 2000 AND 2200", name="year_range"),
        CheckConstraint(
            "finished_at IS NULL OR failed IS NOT NULL"
            " OR (file_fi_id IS NOT NULL AND file_sv_id IS NOT NULL AND file_en_id IS NOT NULL)",
            name="files_if_made",
        ),
        Index(
            "uq_year_report_being_made", "system_id", "year", unique=True, postgresql_where=text("finished_at IS NULL")
        ),
        Index("ix_year_report_system_id", "system_id"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    year: Mapped[int]
    asked_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    #: The published release its figures come from, if there was one.
    release_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("release.id"))
    file_fi_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    file_sv_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    file_en_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    finished_at: Mapped[datetime | None]
    #: What stopped it, if something did.
    failed: Mapped[str | None]

    system: Mapped[PurchasingSystem] = relationship(lazy="joined", innerjoin=True)
    file_fi: Mapped[StoredFile | None] = relationship(foreign_keys=file_fi_id)
    file_sv: Mapped[StoredFile | None] = relationship(foreign_keys=file_sv_id)
    file_en: Mapped[StoredFile | None] = relationship(foreign_keys=file_en_id)

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id

    @property
    def made(self) -> list[str]:
        """The languages it is ready in."""
        return [code for code in LANGUAGES if getattr(self, f"file_{code}_id") is not None]

    @property
    def share(self) -> float:
        """How much of it is made."""
        return len(self.made) / len(LANGUAGES)
