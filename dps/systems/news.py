"""News that systems make for every registered company: something opened, a question was answered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from dps.systems import queries
from dps.systems.models import (
    SERVICE_TYPE_TITLES,
    Category,
    ChangeKind,
    PurchasingSystem,
    Question,
    SystemChange,
    SystemState,
)
from dps.systems.signals import QuestionAnswered, SystemChanged, SystemOpened
from suppliers import messages
from suppliers.messages_models import NewsKind


def on_system_opened(signal: SystemOpened) -> None:
    """Promise the news; they are told in jobs of their own, not in the publishing transaction."""
    messages.announce(NewsKind.SYSTEM_OPENED, signal.system_id, at=signal.at)


def on_system_changed(signal: SystemChanged) -> None:
    """A new category is news; who is in the system already is told of the change itself (R18)."""
    if signal.kind is ChangeKind.NEW_CATEGORY:
        messages.announce(NewsKind.CATEGORY_OPENED, signal.change_id, at=signal.at)


def on_question_answered(signal: QuestionAnswered) -> None:
    """An answer is published to everybody (I5)."""
    messages.announce(NewsKind.QUESTION_ANSWERED, signal.question_id, at=signal.at)


def _names(row: PurchasingSystem | Category) -> dict[str, str]:
    return {"fi": row.name_fi, "sv": row.name_sv, "en": row.name_en}


def _topics(categories: Iterable[Category]) -> list[messages.Topic]:
    return [messages.Topic(str(each.service_type), each.areas) for each in categories if each.ended_at is None]


def _of_system(system_id: uuid.UUID) -> messages.Content | None:
    system = queries.system(system_id)
    if system is None or system.state is not SystemState.OPEN:
        return None
    return messages.Content(_names(system), f"/systems/{system.id}", _topics(system.categories))


def _of_category(change_id: uuid.UUID) -> messages.Content | None:
    change = db.session.get(SystemChange, change_id)
    if change is None or change.category is None or change.system.state is not SystemState.OPEN:
        return None
    return messages.Content(_names(change.category), f"/systems/{change.system_id}", _topics([change.category]))


def _of_question(question_id: uuid.UUID) -> messages.Content | None:
    question = db.session.get(Question, question_id)
    if question is None:
        return None
    found = _of_system(question.system_id)
    if found is None:
        return None
    return messages.Content(found.names, f"{found.path}#questions", found.topics)


def _areas() -> Iterable[str]:
    """Municipalities of the categories that are open."""
    return db.session.scalars(
        select(func.jsonb_array_elements_text(Category.areas))
        .join(PurchasingSystem, PurchasingSystem.id == Category.system_id)
        .where(PurchasingSystem.state == SystemState.OPEN, Category.ended_at.is_(None))
        .distinct()
    ).all()


messages.know_topics(SERVICE_TYPE_TITLES, _areas)
messages.write(NewsKind.SYSTEM_OPENED, _of_system)
messages.write(NewsKind.CATEGORY_OPENED, _of_category)
messages.write(NewsKind.QUESTION_ANSWERED, _of_question)
