"""Around the deadline, on real connections: who submits, withdraws and opens at once (I1, I3, I6, R57, R60)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.errors import DomainError
from core.identity.mandates import Mandate
from dps.competitions import queries
from dps.competitions.models import Competition, Receipt, ReceiptKind, Tender, TenderState
from dps.competitions.service import opening, tendering
from tests import worlds_competitions
from tests.worlds_judging import written


def from_now_on(moment: datetime) -> Callable[[], datetime]:
    """What to give ``clock.at`` in each thread, so that all their clocks go alike: it is ``moment`` now."""
    began = datetime.now(clock.UTC)
    return lambda: moment + (datetime.now(clock.UTC) - began)


#: The clock of the threads starts this long before the deadline.
LEFT = timedelta(seconds=2)
SUPPLIERS = 5


@dataclass
class Log:
    """What a supplier's threads were told."""

    receipts: list[tuple[str, ReceiptKind, datetime]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def _tender(app: Flask, start: Callable[[], datetime], competition_id: uuid.UUID, by: Mandate, seed: int) -> Log:
    """Submit and withdraw, over and over, until the time has ended."""
    log, chance = Log(), random.Random(seed)
    with app.app_context(), clock.at(start()):
        while "R60" not in log.refusals:
            competition = queries.competition(competition_id)
            assert competition is not None
            try:
                if chance.random() < 0.3:
                    receipt = tendering.withdraw(competition, by=by)
                else:
                    price = f"{chance.randint(10, 90)}.00"
                    receipt = tendering.submit_whole(competition, written(competition, price), [], by=by)
                log.receipts.append((receipt.number, receipt.kind, receipt.at))
            except DomainError as error:
                log.refusals.append(error.rule)
            finally:
                db.session.remove()
    return log


def _open(app: Flask, start: Callable[[], datetime], competition_id: uuid.UUID, by: Mandate) -> list[str]:
    """Say «let us open», over and over, until it is open."""
    refusals: list[str] = []
    with app.app_context(), clock.at(start()):
        while True:
            competition = queries.competition(competition_id)
            assert competition is not None
            if competition.opened_at is not None:
                db.session.remove()
                return refusals
            try:
                opening.confirm_opening(competition, by=by)
            except DomainError as error:
                refusals.append(error.rule)
            finally:
                db.session.remove()


@pytest.mark.rule("R57", "R60")
def test_given_everybody_at_once_around_the_deadline_then_each_acknowledged_tender_is_there_and_none_is_late(
    committed_app: Flask,
) -> None:
    made = worlds_competitions.sent_competition(suppliers=SUPPLIERS)
    competition_id, due = made.competition.id, made.competition.tenders_due_at
    mandates = [each.mandate for each in made.providers]
    members = list(made.members)
    assert due is not None
    db.session.remove()
    start = from_now_on(due - LEFT)
    with ThreadPoolExecutor(2 * SUPPLIERS + 2) as pool:
        tenderers = [
            pool.submit(_tender, committed_app, start, competition_id, by, seed)
            for seed, by in enumerate([*mandates, *mandates])
        ]
        openers = [pool.submit(_open, committed_app, start, competition_id, by) for by in members]
        logs = [each.result() for each in tenderers]
        refusals = {rule for each in openers for rule in each.result()}

    assert refusals <= {"R54", "competition-state"}
    competition = db.session.get_one(Competition, competition_id)
    assert competition.opened_at is not None
    assert competition.opened_at >= due
    stored = {each.number: each for each in db.session.scalars(select(Receipt))}
    told = [one for log in logs for one in log.receipts]
    assert len(told) > SUPPLIERS
    assert {number for number, _, _ in told} == set(stored)
    assert max(at for _, _, at in told) < due
    assert all(log.refusals[-1] == "R60" for log in logs)

    tenders = db.session.scalars(select(Tender)).all()
    assert len(tenders) <= SUPPLIERS
    for tender in tenders:
        last = max(tender.receipts, key=lambda each: (each.at, each.id))
        expected = TenderState.OPENED if last.kind is ReceiptKind.SUBMITTED else TenderState.WITHDRAWN
        assert tender.state is expected
        if expected is TenderState.OPENED:
            assert tender.receipt_number == last.number
    opened = [each.supplier_id for each in tenders if each.state is TenderState.OPENED]
    assert len(opened) == len(set(opened))
    assert audit_service.verify().faults == []


@pytest.mark.rule("R57")
def test_given_both_members_at_the_same_moment_then_it_is_opened_once(committed_app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    tendering.submit_whole(made.competition, written(made.competition, "60.00"), [], by=made.providers[0].mandate)
    competition_id, members = made.competition.id, list(made.members)
    late = worlds_competitions.after_due(made)
    db.session.remove()

    def confirm(by: Mandate) -> Any:
        with committed_app.app_context(), clock.at(late):
            competition = queries.competition(competition_id)
            assert competition is not None
            try:
                return opening.confirm_opening(competition, by=by)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, members)) == [False, True]
    assert len(queries.opened_tenders(competition_id)) == 1
