"""Changes of a system after its opening (R18)."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models.categories import Category
from dps.systems.models.systems import PurchasingSystem


class ChangeKind(StrEnum):
    """What is changed."""

    NEW_CATEGORY = "new_category"
    CATEGORY_CHANGED = "category_changed"
    CATEGORY_ENDED = "category_ended"
    VALIDITY_CHANGED = "validity_changed"
    SYSTEM_CHANGED = "system_changed"


class ChangeState(StrEnum):
    """The life of a change: it is in force only after its own notice was published."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ANNOUNCED = "announced"
    IN_FORCE = "in_force"
    DROPPED = "dropped"


#: The whole state machine: action -> (states it starts from, state it ends in).
CHANGE_TRANSITIONS = {
    "submit": ({ChangeState.DRAFT}, ChangeState.SUBMITTED),
    "return": ({ChangeState.SUBMITTED}, ChangeState.DRAFT),
    "approve": ({ChangeState.SUBMITTED}, ChangeState.APPROVED),
    "announce": ({ChangeState.APPROVED}, ChangeState.ANNOUNCED),
    "take_effect": ({ChangeState.ANNOUNCED}, ChangeState.IN_FORCE),
    "drop": ({ChangeState.DRAFT, ChangeState.SUBMITTED, ChangeState.APPROVED}, ChangeState.DROPPED),
}

#: Changes under way: one at a time about the same thing.
LIVE_CHANGES = frozenset(set(ChangeState) - {ChangeState.IN_FORCE, ChangeState.DROPPED})

CHANGE_KIND_TITLES = {
    ChangeKind.NEW_CATEGORY: _l("New category"),
    ChangeKind.CATEGORY_CHANGED: _l("Changed category"),
    ChangeKind.CATEGORY_ENDED: _l("Category ends"),
    ChangeKind.VALIDITY_CHANGED: _l("Changed validity"),
    ChangeKind.SYSTEM_CHANGED: _l("Changed facts of the system"),
}

CHANGE_STATE_TITLES = {
    ChangeState.DRAFT: _l("Draft"),
    ChangeState.SUBMITTED: _l("Waiting for approval"),
    ChangeState.APPROVED: _l("Approved, notice not yet sent"),
    ChangeState.ANNOUNCED: _l("Notice sent, not yet published"),
    ChangeState.IN_FORCE: _l("In force"),
    ChangeState.DROPPED: _l("Dropped"),
}

_LIVE = "state IN ('draft', 'submitted', 'approved', 'announced')"


class SystemChange(Model):
    """A prepared change; what holds stays in force until the notice of the change is published.

    ``proposed`` holds the new values, for a category its whole content, as ``dps.systems.content`` writes it;
    ``replaced`` what held before, once the change is in force.
    """

    __tablename__ = "system_change"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="has_reason"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="four_eyes"),
        CheckConstraint(
            "(state IN ('approved', 'announced', 'in_force')) <= (approved_at IS NOT NULL)",
            name="approved_at_if_approved",
        ),
        CheckConstraint("(state = 'in_force') = (effective_at IS NOT NULL)", name="effective_at_if_in_force"),
        CheckConstraint(
            "kind NOT IN ('category_changed', 'category_ended') OR category_id IS NOT NULL",
            name="category_if_about_one",
        ),
        Index("uq_system_change_one_a_category", "category_id", unique=True, postgresql_where=text(_LIVE)),
        Index(
            "uq_system_change_one_a_system",
            "system_id",
            "kind",
            unique=True,
            postgresql_where=text(f"{_LIVE} AND kind IN ('validity_changed', 'system_changed')"),
        ),
        Index("ix_system_change_system_id_state", "system_id", "state"),
    )

    system_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("purchasing_system.id"))
    #: None for a change of the system, and for a new category until the change is in force.
    category_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("category.id"))
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    state: Mapped[ChangeState] = mapped_column(enum_column(ChangeState), default=ChangeState.DRAFT)
    proposed: Mapped[dict[str, Any]]
    replaced: Mapped[dict[str, Any] | None]
    #: Why the system is changed; the suppliers and the public read it (I10).
    reason: Mapped[str]
    prepared_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    return_reason: Mapped[str | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]

    system: Mapped[PurchasingSystem] = relationship(lazy="joined", innerjoin=True)
    category: Mapped[Category | None] = relationship(lazy="joined")

    @property
    def authority_id(self) -> uuid.UUID:
        return self.system.authority_id
