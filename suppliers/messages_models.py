"""How a company wants to hear of news, and the news that was told or waits."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model, enum_column
from core.i18n import lazy_gettext as _l
from suppliers.models import Supplier


class NewsKind(StrEnum):
    """News: what nobody is legally entitled to be told, so that it can be muted."""

    SYSTEM_OPENED = "system_opened"
    CATEGORY_OPENED = "category_opened"
    QUESTION_ANSWERED = "question_answered"


#: What a piece of news says in one line; ``name`` is of the system or category.
NEWS_TITLES = {
    NewsKind.SYSTEM_OPENED: _l("Open for applications: %(name)s"),
    NewsKind.CATEGORY_OPENED: _l("A new category is open for applications: %(name)s"),
    NewsKind.QUESTION_ANSWERED: _l("A question has been answered: %(name)s"),
}


class MessageSetting(Model):
    """What a company has muted and how it gets news; without a row it hears everything at once."""

    __tablename__ = "message_setting"

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"), unique=True)
    #: Kinds of service, and municipalities, of which the company wants no news.
    muted_services: Mapped[list[str]]
    muted_areas: Mapped[list[str]]
    #: One mail a day instead of one for each piece of news.
    is_digest: Mapped[bool] = mapped_column(default=False)
    #: Addresses that want no news at all; decisions and orders still go to them.
    unsubscribed: Mapped[list[str]]

    supplier: Mapped[Supplier] = relationship(lazy="joined", innerjoin=True)


class News(Model):
    """One piece of news for one company, told once (I6); a muted one is settled without being sent."""

    __tablename__ = "news"
    __table_args__ = (
        UniqueConstraint("supplier_id", "kind", "about_id"),
        CheckConstraint("NOT is_sent OR settled_at IS NOT NULL", name="settled_if_sent"),
        Index("ix_news_waiting", "supplier_id", postgresql_where=text("settled_at IS NULL")),
    )

    supplier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("supplier.id"))
    kind: Mapped[NewsKind] = mapped_column(enum_column(NewsKind))
    about_id: Mapped[uuid.UUID]
    #: ``{"fi": …, "sv": …, "en": …}``, the path of the page, and ``[{"service": …, "areas": […]}]``.
    names: Mapped[dict[str, Any]]
    path: Mapped[str]
    topics: Mapped[list[dict[str, Any]]]
    told_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    is_sent: Mapped[bool] = mapped_column(default=False)

    def title(self, language: str) -> str:
        """Its line in a language that is in use."""
        return str(NEWS_TITLES[self.kind]) % {"name": self.names.get(language) or self.names["fi"]}
