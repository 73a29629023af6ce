"""The demo's opened competition being judged: checked, one score given, a tenderer asked, documents asked for."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from core.db import db
from demo.cast import COMPANIES
from dps.competitions import queries_judging as judged
from dps.competitions.models import Competition, RequestKind, Tender
from dps.competitions.service import clarifying, excluding, judging, publishing
from dps.competitions.service.clarifying import TenderQuestion
from dps.competitions.service.judging import Given

if TYPE_CHECKING:
    from demo.story import Story

EXPERT = "expert@kuopio.example"


def plan(story: Story, found: dict[str, uuid.UUID]) -> None:
    """After the opening; the request is still open today."""
    story.on(story.today - timedelta(days=6), partial(_judge, story, found), hour=9)
    story.on(story.today - timedelta(days=1), partial(_ask, story, found), hour=11)


def _opened(story: Story, found: dict[str, uuid.UUID]) -> tuple[Competition, list[Tender], Tender]:
    """The competition, its tenders, and that of the demo's first company."""
    competition = db.session.get_one(Competition, found["first"])
    tenders = list(judged.opened_tenders(competition.id))
    own = next(each for each in tenders if each.supplier_id == story.suppliers[COMPANIES[0].number])
    return competition, tenders, own


def _judge(story: Story, found: dict[str, uuid.UUID]) -> None:
    """The expert has checked every tender and scored the first company's."""
    competition, tenders, own = _opened(story, found)
    expert = story.mandates[EXPERT]
    for tender in tenders:
        excluding.check_formally(tender, "Kaikki pyydetty on mukana.", by=expert)
    given: dict[uuid.UUID | str, Given] = {
        each.code: Given(points=Decimal(points), reason=reason)
        for each, points, reason in zip(
            judged.quality_criteria(competition),
            ("8", "7"),
            ("Teoria ja työssä oppiminen on rytmitetty selkeästi.", "Ohjaaja on nimetty, varahenkilöä ei."),
            strict=True,
        )
    }
    judging.save_scores(own, competition.lots[0], given, by=expert)


def _ask(story: Story, found: dict[str, uuid.UUID]) -> None:
    """The first company is asked to clarify, and would itself like to see the opening record."""
    competition, _tenders, own = _opened(story, found)
    question = TenderQuestion(kind=RequestKind.COMPLETION, text="Kuka ohjaa, kun nimetty ohjaaja on poissa?")
    clarifying.ask(own, question, by=story.mandates[EXPERT])
    publishing.ask_document(competition, "Pyydämme avauspöytäkirjan kopion.", by=story.mandates[COMPANIES[0].email])
