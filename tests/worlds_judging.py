"""Opened, scored and decided competitions for tests, made by the verbs; time stands after the deadline inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core import clock
from core.identity.mandates import Mandate
from dps.competitions import content, queries_judging, results
from dps.competitions.models import Competition, CompetitionLot, Tender
from dps.competitions.results import LotResult
from dps.competitions.service import awarding, excluding, judging, opening, tendering
from dps.competitions.service.judging import Given
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from tests import worlds_competitions
from tests.worlds_competitions import Contest
from tests.worlds_dps import Provider

#: What the three tenderers ask for a unit, and what the evaluators give them for the plan.
PRICES = ("60.00", "80.00", "75.00")
SCORES = ("5", "9", "7")


@dataclass(frozen=True)
class Opened:
    """A competition whose tenders have been opened."""

    contest: Contest
    tenders: Sequence[Tender]

    @property
    def competition(self) -> Competition:
        return self.contest.competition

    @property
    def lot(self) -> CompetitionLot:
        return self.competition.lots[0]

    @property
    def evaluator(self) -> Mandate:
        return self.contest.members[0]

    @property
    def decider(self) -> Mandate:
        return self.contest.staff.decider

    def provider(self, place: int) -> Provider:
        return self.contest.providers[place]

    def result(self) -> LotResult:
        """The comparison of the first lot as it stands."""
        return results.results_of(results.board_of(self.competition))[0]


def written(competition: Competition, price: str, answer: str = "We coach in small groups.", **more: Any) -> Any:
    """A tender for every lot at one price a unit."""
    lots = {}
    for lot in competition.lots:
        lots[lot.code] = {
            "prices": {line.code: price for line in lot.lines if line.fixed_price is None},
            "answers": {each.code: answer for each in queries_judging.quality_criteria(competition)},
        }
    return {**content.empty(), "lots": lots, **more}


def tendered(made: Contest, prices: Sequence[str] = PRICES, more: Mapping[int, Any] | None = None) -> None:
    """The first providers send a tender each; ``more`` are changes of one's content by its place."""
    for place, price in enumerate(prices):
        tender = {**written(made.competition, price), **((more or {}).get(place, {}))}
        tendering.submit_whole(made.competition, tender, [], by=made.providers[place].mandate)


@contextmanager
def opened(
    prices: Sequence[str] = PRICES,
    more: Mapping[int, Any] | None = None,
    made: Contest | None = None,
    **changes: Any,
) -> Iterator[Opened]:
    """Tenders at these prices, opened by two; ``changes`` are of the competition's details."""
    made = made or worlds_competitions.sent_competition(suppliers=max(len(prices), 3), **changes)
    tendered(made, prices, more)
    with clock.at(worlds_competitions.after_due(made)):
        for member in made.members:
            opening.confirm_opening(made.competition, by=member)
        by_supplier = {each.supplier_id: each for each in queries_judging.opened_tenders(made.competition.id)}
        mine = [by_supplier[made.providers[place].supplier.id] for place in range(len(prices))]
        yield Opened(made, mine)


def given(made: Opened, points: str, reason: str = "A clear plan with enough coaches.") -> dict[Any, Given]:
    """The same points for every question."""
    return {
        each.code: Given(points=Decimal(points), reason=reason)
        for each in queries_judging.quality_criteria(made.competition)
    }


def lots_of(made: Opened, tender: Tender) -> list[CompetitionLot]:
    board = results.board_of(made.competition)
    assert tender.content is not None
    return [
        lot
        for lot in made.competition.lots
        if lot.code in tender.content["lots"] and board.exclusion_of(tender, lot) is None
    ]


def checked(made: Opened) -> None:
    """Everything was looked through formally."""
    for tender in made.tenders:
        excluding.check_formally(tender, "", by=made.evaluator)


def scored(made: Opened, scores: Sequence[str] = SCORES) -> None:
    """Everybody scored alone, with these points, then agreed on them."""
    for member in made.contest.members:
        for tender, points in zip(made.tenders, scores, strict=True):
            for lot in lots_of(made, tender):
                judging.save_scores(tender, lot, given(made, points), by=member)
        judging.finish_scoring(made.competition, by=member)
    agreed(made, scores)


def agreed(made: Opened, scores: Sequence[str]) -> None:
    for place, (tender, points) in enumerate(zip(made.tenders, scores, strict=True), start=1):
        for lot in lots_of(made, tender):
            words = f"Plan of tenderer {place}: worth {points} points."
            judging.agree_scores(tender, lot, given(made, points, words), by=made.evaluator)


def prepared(made: Opened, scores: Sequence[str] = SCORES) -> Decision:
    """Checked, scored, and the choice laid before the decision maker."""
    checked(made)
    scored(made, scores)
    return awarding.prepare_award(
        made.competition, "The chosen tender got the most points.", by=made.contest.staff.coordinator
    )


def decided(made: Opened, scores: Sequence[str] = SCORES) -> Decision:
    """The choice signed."""
    decision = prepared(made, scores)
    decisions.sign(decision, by=made.decider)
    return decision
