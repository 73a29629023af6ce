"""Pages of judging and publicity ask the database few questions at every stage, whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, g

from core.db import db
from core.identity.mandates import Mandate
from dps.competitions.models import ExclusionGround, RequestKind
from dps.competitions.service import clarifying, excluding
from tests import worlds_judging
from tests.competitions.test_publicity import contracted
from tests.gates.test_pages import MOST_QUERIES, counted
from tests.pages import page_as
from tests.worlds_judging import Opened, opened


def _asked(made: Opened) -> None:
    """Questions to some of the tenderers, and one excluded."""
    for tender in made.tenders[1:]:
        question = clarifying.TenderQuestion(kind=RequestKind.COMPLETION, text="What is meant?", lot=None, due_on=None)
        clarifying.ask(tender, question, by=made.evaluator)
    ground = ExclusionGround.REQUIREMENTS
    excluding.exclude(made.tenders[0], None, ground, "No plan was given.", by=made.evaluator)


def _scored(made: Opened) -> None:
    worlds_judging.checked(made)
    worlds_judging.scored(made)


def _decided(made: Opened) -> None:
    worlds_judging.decided(made)


def _contracted(made: Opened) -> None:
    worlds_judging.decided(made)
    contracted(made)


STAGES: dict[str, Callable[[Opened], object]] = {
    "opened": lambda made: None,
    "asked": _asked,
    "scored": _scored,
    "prepared": worlds_judging.prepared,
    "decided": _decided,
    "contracted": _contracted,
}


def _visits(made: Opened) -> Iterator[tuple[Mandate | None, str]]:
    staff = made.contest.staff
    competition = f"competitions/{made.competition.id}"
    for reader in (made.evaluator, staff.coordinator, staff.decider):
        for page in ("", "/judging", "/comparison", "/report", "/publicity"):
            yield reader, f"/procurement/{competition}{page}"
        yield reader, f"/procurement/tenders/{made.tenders[0].id}"
    yield staff.coordinator, f"/procurement/{competition}/award"
    yield made.provider(0).mandate, f"/provider/{competition}/tenders"
    yield None, f"/{competition}/tenders"


@pytest.mark.parametrize("stage", STAGES)
def test_given_any_stage_when_pages_of_opened_tenders_are_read_then_few_statements_are_sent(
    app: Flask, stage: str
) -> None:
    with opened() as made:
        STAGES[stage](made)
        db.session.flush()
        too_many = []
        for reader, path in list(_visits(made)):
            visitor = page_as(app, reader)
            db.session.expunge_all()
            for name in list(g):
                g.pop(name)
            with counted() as asked:
                status = visitor.client.get(path).status_code
            assert status == 200, path
            if len(asked.all) > MOST_QUERIES:
                too_many.append(f"{path} as {reader.role if reader else 'nobody'}: {len(asked.all)}")
        assert too_many == []
