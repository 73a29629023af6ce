"""What happens to the demo's purchasing system after its opening: questions, and changes with their notices (R18)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from core import clock
from core.db import db
from core.identity.mandates import Mandate
from demo.cast import COORDINATOR, DECIDER, JOB, MAP
from dps.notices import service as notices
from dps.systems import queries
from dps.systems import service as systems
from dps.systems.models import Category, PurchasingSystem, SystemChange

if TYPE_CHECKING:
    from demo.story import Story

#: Who asks; nobody is told.
ASKER = "provider@savo.example"


def live_on(story: Story, opened: date, system_id: uuid.UUID) -> None:
    """Two questions, a change in force, and one that is being written."""
    coordinator = story.mandates[COORDINATOR]
    story.on(opened + timedelta(days=20), lambda: _asked_and_answered(story, system_id, coordinator))
    story.on(opened + timedelta(days=60), lambda: _lower_the_limit(story, opened, coordinator))
    story.on(story.today - timedelta(days=2), lambda: _ask_today(story, system_id))
    story.on(story.today - timedelta(days=1), lambda: _write_on(story, coordinator))


def _system(system_id: uuid.UUID) -> PurchasingSystem:
    row = queries.full_system(system_id)
    assert row is not None
    return row


def _category(story: Story, code: str) -> Category:
    row = db.session.get(Category, story.categories[code])
    assert row is not None
    return row


def _asked_and_answered(story: Story, system_id: uuid.UUID, coordinator: Mandate) -> None:
    question = systems.ask(
        _system(system_id),
        _category(story, JOB),
        "Voiko valmennus alkaa etätapaamisella, jos asiakas asuu kaukana?",
        by=story.mandates[ASKER],
    )
    systems.answer(
        question,
        systems.AnswerTexts(
            "Kyllä. Ensimmäinen tapaaminen voi olla etänä, jos asiakas haluaa sitä.",
            "Ja. Det första mötet kan hållas på distans om kunden vill det.",
            "Yes. The first meeting may be remote if the customer wants it.",
        ),
        by=coordinator,
    )


def _lower_the_limit(story: Story, opened: date, coordinator: Mandate) -> None:
    """Orders are answered faster: prepared, approved, announced, and in force with its notice."""
    change = systems.propose_category_change(
        _category(story, MAP),
        "Asiakkaat ovat odottaneet kartoitusjakson alkua liian kauan. Kunderna har väntat för länge.",
        by=coordinator,
    )
    details = replace(systems.content_of(change).details, accept_within_hours=72)
    systems.save_details(change, details, by=coordinator)
    systems.submit_change(change, by=coordinator)
    systems.approve_change(change, by=story.mandates[DECIDER])
    notice = notices.record_change_sent(change, by=coordinator)
    number = f"{opened.year}-118853"
    story.after(3, lambda: notices.record_published(db.session.merge(notice), number, clock.now(), by=coordinator))


def _ask_today(story: Story, system_id: uuid.UUID) -> None:
    systems.ask(
        _system(system_id),
        None,
        "Milloin uusi kategoria nuorille on tulossa, ja haetaanko siihen erikseen?",
        by=story.mandates[ASKER],
    )


def _write_on(story: Story, coordinator: Mandate) -> SystemChange:
    change = systems.propose_category_change(
        _category(story, JOB), "Asiakkaat hyötyvät lyhyemmästä ja tiiviimmästä palvelusta.", by=coordinator
    )
    details = systems.content_of(change).details
    systems.save_details(change, replace(details, max_duration_days=150), by=coordinator)
    return change
