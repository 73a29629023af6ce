"""Amendments of an order, each proposed by one side and answered by the other."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from orders.life import Side
from orders.models import Order


class ChangeKind(StrEnum):
    """What of an order may change."""

    EXTEND = "extend"
    PAUSE = "pause"
    RESUME = "resume"
    MODULE = "module"
    MOVE_START = "move_start"


KIND_TITLES = {
    ChangeKind.EXTEND: _l("A later end"),
    ChangeKind.PAUSE: _l("A pause"),
    ChangeKind.RESUME: _l("The pause ends early"),
    ChangeKind.MODULE: _l("An additional module"),
    ChangeKind.MOVE_START: _l("Another start"),
}


class ChangeReason(StrEnum):
    """Why an order changes; nothing of health is written (I8)."""

    CUSTOMER_ASKS = "customer_asks"
    WORK_OR_STUDY = "work_or_study"
    HOLIDAY = "holiday"
    PROVIDER_ASKS = "provider_asks"
    NEED_CHANGED = "need_changed"
    OTHER = "other"


REASON_TITLES = {
    ChangeReason.CUSTOMER_ASKS: _l("The customer asks for it"),
    ChangeReason.WORK_OR_STUDY: _l("Work or studies for a time"),
    ChangeReason.HOLIDAY: _l("Holiday"),
    ChangeReason.PROVIDER_ASKS: _l("The provider asks for it"),
    ChangeReason.NEED_CHANGED: _l("The need has changed"),
    ChangeReason.OTHER: _l("Another reason"),
}


class ChangeState(StrEnum):
    """Where an amendment stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


ORDER_CHANGE_TRANSITIONS = {
    "agree": ({ChangeState.PROPOSED}, ChangeState.AGREED),
    "refuse": ({ChangeState.PROPOSED}, ChangeState.REFUSED),
    "lapse": ({ChangeState.PROPOSED}, ChangeState.LAPSED),
    "withdraw": ({ChangeState.PROPOSED}, ChangeState.WITHDRAWN),
}

STATE_TITLES = {
    ChangeState.PROPOSED: _l("Waits for consent"),
    ChangeState.AGREED: _l("Agreed"),
    ChangeState.REFUSED: _l("Refused"),
    ChangeState.LAPSED: _l("Lapsed"),
    ChangeState.WITHDRAWN: _l("Withdrawn"),
}
STATE_TONES = {
    ChangeState.PROPOSED: "waiting",
    ChangeState.AGREED: "ok",
    ChangeState.REFUSED: "stop",
    ChangeState.LAPSED: "stop",
    ChangeState.WITHDRAWN: "paused",
}


class OrderChange(Model):
    """A proposed amendment; what it asks for becomes the order's only when the other side agrees."""

    __tablename__ = "order_change"
    __table_args__ = (
        CheckConstraint("(kind IN ('extend', 'pause')) = (until_on IS NOT NULL)", name="until_if_extended_or_paused"),
        CheckConstraint("(kind IN ('pause', 'resume', 'move_start')) = (from_on IS NOT NULL)", name="from_if_dated"),
        CheckConstraint("until_on >= from_on", name="until_after_from"),
        CheckConstraint("(kind = 'module') = (module IS NOT NULL)", name="module_if_module"),
        CheckConstraint("(module IS NULL) = (price IS NULL)", name="price_if_module"),
        CheckConstraint("price > 0", name="price_positive"),
        CheckConstraint("(state = 'proposed') = (closed_at IS NULL)", name="closed_at_if_closed"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR answered_by IS NOT NULL", name="answered_by_if_answered"
        ),
        CheckConstraint("proposed_side <> 'system'", name="proposed_by_a_side"),
        Index("uq_order_change_one_open", "order_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index("ix_order_change_answer_by", "answer_by", postgresql_where=text("state = 'proposed'")),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    reason: Mapped[ChangeReason] = mapped_column(enum_column(ChangeReason))
    state: Mapped[ChangeState] = mapped_column(enum_column(ChangeState), default=ChangeState.PROPOSED)
    proposed_side: Mapped[Side] = mapped_column(enum_column(Side))
    proposed_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    #: The first day of the pause, of the service after it, or of the moved service.
    from_on: Mapped[date | None]
    #: The last day of the pause, or the service's new last day.
    until_on: Mapped[date | None]
    #: Code of the module, and its price without VAT from the offering when it was proposed.
    module: Mapped[str | None]
    price: Mapped[Decimal | None]
    answered_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    #: When it was agreed, refused, withdrawn, or lapsed.
    closed_at: Mapped[datetime | None]
    #: When an agreed pause was carried out, at its first day.
    done_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship()

    @property
    def authority_id(self) -> uuid.UUID:
        return self.order.authority_id

    @property
    def supplier_id(self) -> uuid.UUID:
        return self.order.supplier_id
