"""Grants: who of one authority may do what for another, with which of its things, until when."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from core.identity.models import Authority, Person


class Task(StrEnum):
    """What a grant lets somebody do; each task is honoured by the policy of one room."""

    #: Read a purchasing system while it is prepared.
    PREPARE = "prepare"
    #: Run groups and fill them from their queue.
    FILL_GROUPS = "fill_groups"
    #: Read orders, without the customers.
    FOLLOW_ORDERS = "follow_orders"


TASK_TITLES = {
    Task.PREPARE: _l("Read a purchasing system and prepare it together"),
    Task.FILL_GROUPS: _l("Run and fill groups"),
    Task.FOLLOW_ORDERS: _l("Follow orders"),
}


class ScopeKind(StrEnum):
    """What a grant reaches; the thing itself belongs to a later room."""

    SYSTEM = "system"
    CATEGORY = "category"
    GROUP = "group"


SCOPE_KIND_TITLES = {
    ScopeKind.SYSTEM: _l("Purchasing system"),
    ScopeKind.CATEGORY: _l("Category"),
    ScopeKind.GROUP: _l("Group"),
}


class GrantState(StrEnum):
    """The life of a grant; that its last day has passed is asked of the clock at each use."""

    PROPOSED = "proposed"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


GRANT_TRANSITIONS = {
    "give": ({GrantState.PROPOSED}, GrantState.GIVEN),
    "refuse": ({GrantState.PROPOSED}, GrantState.REFUSED),
    "withdraw": ({GrantState.GIVEN}, GrantState.WITHDRAWN),
}

GRANT_STATE_TITLES = {
    GrantState.PROPOSED: _l("Waiting for an answer"),
    GrantState.GIVEN: _l("In force"),
    GrantState.REFUSED: _l("Refused"),
    GrantState.WITHDRAWN: _l("Withdrawn"),
}

GRANT_TONES = {
    GrantState.PROPOSED: "waiting",
    GrantState.GIVEN: "ok",
    GrantState.REFUSED: "stop",
    GrantState.WITHDRAWN: "draft",
}


class Grant(Model):
    """A person of one authority may do a task for another one, with one of its things, until a day (R103, R107)."""

    __tablename__ = "access_grant"
    __table_args__ = (
        CheckConstraint("owner_id <> authority_id", name="two_authorities"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint(
            "(task = 'prepare' AND scope_kind = 'system')"
            " OR (task = 'fill_groups' AND scope_kind IN ('category', 'group'))"
            " OR (task = 'follow_orders' AND scope_kind IN ('system', 'category'))",
            name="scope_fits_task",
        ),
        CheckConstraint(
            "(state = 'proposed') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)",
            name="answered_if_answered",
        ),
        CheckConstraint("(state = 'refused') = (refuse_reason IS NOT NULL)", name="reason_if_refused"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) AND (withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name="withdrawn_at_if_withdrawn",
        ),
        CheckConstraint("purpose <> ''", name="has_purpose"),
        Index("ix_access_grant_given", "person_id", "authority_id", postgresql_where=text("state = 'given'")),
        Index("ix_access_grant_owner_id_state", "owner_id", "state"),
        Index("ix_access_grant_authority_id_state", "authority_id", "state"),
    )

    #: Who gets the access, and for which authority they work.
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    #: Whose data it is; it alone gives the access.
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    task: Mapped[Task] = mapped_column(enum_column(Task))
    scope_kind: Mapped[ScopeKind] = mapped_column(enum_column(ScopeKind))
    #: The id of a thing of a later room, which names it (``scopes``).
    scope_id: Mapped[uuid.UUID]
    purpose: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    state: Mapped[GrantState] = mapped_column(enum_column(GrantState), default=GrantState.PROPOSED)
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    refuse_reason: Mapped[str | None]
    withdrawn_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    authority: Mapped[Authority] = relationship(foreign_keys=[authority_id], lazy="joined", innerjoin=True)
    owner: Mapped[Authority] = relationship(foreign_keys=[owner_id], lazy="joined", innerjoin=True)
    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by])
    answerer: Mapped[Person | None] = relationship(foreign_keys=[answered_by])
    withdrawer: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by])

    def is_in_force(self, on: date) -> bool:
        return self.state is GrantState.GIVEN and self.first_day <= on <= self.last_day

    def has_ended(self, on: date) -> bool:
        """Given once, and over by itself."""
        return self.state is GrantState.GIVEN and on > self.last_day
