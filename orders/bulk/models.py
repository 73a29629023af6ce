"""A file of many needs, and what came of each of its lines."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from dps.systems.models import Category
from orders.groups.models import Group
from orders.models import Need, Order


class BulkState(StrEnum):
    """Where a file stands."""

    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


BULK_TRANSITIONS = {
    "run": ({BulkState.CHECKED}, BulkState.RUNNING),
    "finish": ({BulkState.RUNNING}, BulkState.DONE),
    "drop": ({BulkState.CHECKED}, BulkState.DROPPED),
}

BULK_STATE_TITLES = {
    BulkState.CHECKED: _l("Checked, not begun"),
    BulkState.RUNNING: _l("Under way"),
    BulkState.DONE: _l("Done"),
    BulkState.DROPPED: _l("Dropped"),
}


class BulkLineState(StrEnum):
    """What came of a line."""

    WAITING = "waiting"
    ORDERED = "ordered"
    LINKED = "linked"
    QUEUED = "queued"
    FAILED = "failed"


BULK_LINE_STATE_TITLES = {
    BulkLineState.WAITING: _l("Waiting"),
    BulkLineState.ORDERED: _l("Ordered"),
    BulkLineState.LINKED: _l("Link for the customer"),
    BulkLineState.QUEUED: _l("In the queue of the group"),
    BulkLineState.FAILED: _l("Not done"),
}


class BulkFile(Model):
    """A file of many needs of one category; every line of it was in order before any was done."""

    __tablename__ = "bulk_file"
    __table_args__ = (
        UniqueConstraint("authority_id", "number"),
        CheckConstraint("size > 0", name="has_lines"),
        Index("ix_bulk_file_state", "state"),
    )

    authority_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("authority.id"))
    number: Mapped[int]
    category_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("category.id"))
    #: The group whose queue the customers join; nothing where they are ordered for or choose.
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("group.id"))
    #: In whose name it is worked through.
    holding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role_holding.id"))
    expert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[BulkState] = mapped_column(enum_column(BulkState), default=BulkState.CHECKED)
    size: Mapped[int]
    #: What the whole file would cost at the prices of the check, without VAT; nothing where the customers choose.
    estimate: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    made_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    category: Mapped[Category] = relationship(lazy="joined", innerjoin=True)
    group: Mapped[Group | None] = relationship()

    @property
    def reference(self) -> str:
        """``B-3``"""
        return f"B-{self.number}"


class BulkLine(Model):
    """One customer of a file: what is needed, and what came of it. Done at most once (I6)."""

    __tablename__ = "bulk_line"
    __table_args__ = (
        UniqueConstraint("file_id", "number"),
        Index("ix_bulk_line_file_id_state", "file_id", "state"),
        CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="done_at_if_done"),
        CheckConstraint("state <> 'failed' OR rule IS NOT NULL", name="rule_if_failed"),
    )

    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bulk_file.id"))
    #: The row in the file, its heading counted.
    number: Mapped[int]
    #: The need as it was checked, by the names of ``NeedDetails``.
    details: Mapped[dict[str, Any]]
    state: Mapped[BulkLineState] = mapped_column(enum_column(BulkLineState), default=BulkLineState.WAITING)
    need_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("need.id"))
    order_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("order.id"))
    choice_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("choice.id"))
    #: The token of the customer's link, sealed, for the result list.
    sealed_token: Mapped[bytes | None]
    #: Why it was not done: the rule, and the words in the three languages of the house.
    rule: Mapped[str | None]
    why: Mapped[dict[str, Any] | None]
    done_at: Mapped[datetime | None]

    file: Mapped[BulkFile] = relationship()
    need: Mapped[Need | None] = relationship()
    order: Mapped[Order | None] = relationship()

    @property
    def reference(self) -> str:
        """The customer's reference as it stands in the file."""
        return str(self.details["customer_reference"])
