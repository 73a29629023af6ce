"""Judging opened tenders: who may, what is asked, what excludes, and how points come about (R40, R44-R46, R50, R55)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from flask import Flask

from core import audit, clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from dps.competitions import missing, results
from dps.competitions import queries_judging as queries
from dps.competitions.models import (
    CompetitionCriterion,
    CompetitionState,
    ExclusionGround,
    PriceFormula,
    RequestKind,
    Score,
    TieRule,
)
from dps.competitions.service import clarifying, committee, excluding, judging
from dps.competitions.service.clarifying import TenderQuestion
from dps.competitions.service.judging import Given
from tests import people, worlds_judging
from tests.worlds_judging import Opened, opened


def half_up(value: Fraction, decimals: int) -> Fraction:
    return Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def totals(made: Opened) -> dict[str, Fraction]:
    """The compared figure of each ranked tender, by its price."""
    return {str(row.price): Fraction(row.comparison) for row in made.result().rows if row.comparison is not None}


def lacks(made: Opened) -> set[str]:
    board = results.board_of(made.competition)
    return {each.code for each in missing.missing(board, results.results_of(board), clock.now())}


def price_request(made: Opened, place: int = 0) -> object:
    return clarifying.ask(
        made.tenders[place],
        TenderQuestion(kind=RequestKind.PRICE_EXPLANATION, text="How is the price made up?", lot=made.lot),
        by=made.evaluator,
    )


# ---- points ----


@pytest.mark.rule("R40")
def test_given_published_weights_when_the_tenders_are_scored_then_the_points_can_be_reproduced(app: Flask) -> None:
    """Price 40, quality 60; 100 units at 60, 80 and 75 euros; 5, 9 and 7 of 10; half up to two decimals each."""
    with opened() as made:
        worlds_judging.checked(made)
        worlds_judging.scored(made)

        prices, scores = [Fraction(6000), Fraction(8000), Fraction(7500)], [5, 9, 7]
        expected = {
            f"{int(price)}.00": half_up(40 * Fraction(6000) / price, 2) + half_up(Fraction(score * 60, 10), 2)
            for price, score in zip(prices, scores, strict=True)
        }
        assert totals(made) == expected
        assert [str(row.price) for row in made.result().rows] == ["8000.00", "7500.00", "6000.00"]
        assert [row.is_chosen for row in made.result().rows] == [True, False, False]


@pytest.mark.rule("R40")
def test_given_points_for_a_euro_when_tenders_are_compared_then_quality_is_divided_by_the_price(app: Flask) -> None:
    with opened(price_formula=PriceFormula.POINTS_PER_EURO) as made:
        worlds_judging.scored(made)

        assert totals(made) == {
            f"{price}.00": half_up(Fraction(score * 6) / price * 10_000, 4)
            for price, score in ((6000, 5), (8000, 9), (7500, 7))
        }


@pytest.mark.rule("R40")
def test_given_a_linear_formula_when_tenders_are_compared_then_twice_the_lowest_price_gets_nothing(app: Flask) -> None:
    with opened(("40.00", "80.00", "75.00"), price_formula=PriceFormula.LINEAR) as made:
        worlds_judging.scored(made)

        assert totals(made) == {
            f"{price}.00": half_up(40 * (8000 - Fraction(price)) / 4000, 2) + score * 6
            for price, score in ((4000, 5), (8000, 9), (7500, 7))
        }


@pytest.mark.parametrize("rule", list(TieRule))
def test_given_equal_points_when_tenders_are_ranked_then_the_published_rule_decides(app: Flask, rule: TieRule) -> None:
    """60 euros and 5 points equal 80 euros and 6.666.. only by chance; here both have the same of everything."""
    with opened(("60.00", "60.00", "80.00"), tie_rule=rule) as made:
        worlds_judging.scored(made, ("5", "5", "1"))

        first, second, _third = made.result().rows
        assert first.comparison == second.comparison
        numbers = sorted(
            (made.tenders[0].receipt_number, made.tenders[1].receipt_number),
            key=lambda number: judging.formulas.draw(made.competition.id, made.lot.code, number or ""),
        )
        assert [first.tender.receipt_number, second.tender.receipt_number] == numbers


@pytest.mark.rule("R40")
def test_given_a_weight_changed_in_the_rows_when_somebody_scores_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        quality = queries.quality_criteria(made.competition)[0]
        quality.weight = Decimal(50)
        db.session.flush()
        assert "weights" in lacks(made)

        with pytest.raises(RuleBroken) as refused:
            judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "5"), by=made.evaluator)
        assert refused.value.rule == "R40"


def test_given_an_excluded_tender_when_prices_are_compared_then_its_price_counts_for_nothing(app: Flask) -> None:
    with opened() as made:
        excluding.exclude(
            made.tenders[0], None, ExclusionGround.REQUIREMENTS, "The coaches are missing.", by=made.evaluator
        )

        found = made.result()
        assert found.lowest == Decimal("7500.00")
        assert found.row_of(made.tenders[0]).rank is None  # type: ignore[union-attr]


# ---- who ----


@pytest.mark.rule("R55")
def test_given_somebody_who_was_not_named_when_they_judge_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        stranger = people.coordinator(made.contest.staff.authority)

        with pytest.raises(NotAllowed) as refused:
            excluding.check_formally(made.tenders[0], "", by=stranger)
        assert refused.value.rule == "R55"


@pytest.mark.rule("R50")
def test_given_a_member_who_declares_a_conflict_after_the_opening_when_they_score_then_they_are_locked_out(
    app: Flask,
) -> None:
    with opened() as made:
        committee.declare_interest(made.contest.member(0), True, by=made.evaluator)

        with pytest.raises(NotAllowed) as refused:
            judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "5"), by=made.evaluator)
        assert refused.value.rule == "R50"


@pytest.mark.rule("R50")
def test_given_a_member_without_a_declaration_when_they_score_then_it_is_asked_for_first(app: Flask) -> None:
    with opened() as made:
        member = made.contest.member(0)
        member.has_conflict, member.declared_at = None, None
        db.session.flush()

        with pytest.raises(NotAllowed) as refused:
            judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "5"), by=made.evaluator)
        assert refused.value.rule == "R50"


# ---- formal check and requests ----


@pytest.mark.rule("R45")
def test_given_a_tender_nobody_has_looked_through_when_a_decision_is_due_then_the_check_is_missing(app: Flask) -> None:
    with opened() as made:
        assert "check" in lacks(made)

        worlds_judging.checked(made)

        assert "check" not in lacks(made)


@pytest.mark.rule("R45")
def test_given_an_answer_to_a_request_when_it_is_concluded_then_the_tender_itself_has_not_changed(app: Flask) -> None:
    with opened() as made:
        tender, provider = made.tenders[0], made.provider(0)
        before = dict(tender.content or {})
        question = TenderQuestion(kind=RequestKind.COMPLETION, text="Which of the coaches speaks Swedish?")
        row = clarifying.ask(tender, question, by=made.evaluator)

        clarifying.answer(row, "Maija does. And our price is now 10 euros.", by=provider.mandate)
        clarifying.conclude(row, "The language is clear; the price is not taken.", is_accepted=True, by=made.evaluator)

        assert tender.content == before
        assert made.result().row_of(tender).price == Decimal("6000.00")  # type: ignore[union-attr]
        assert row.answer.startswith("Maija")


@pytest.mark.rule("R45", "R29")
def test_given_less_time_than_everybody_gets_when_a_tenderer_is_asked_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        today = clock.helsinki_date(clock.now())
        due = clarifying.earliest_answer(today) - timedelta(days=1)

        with pytest.raises(RuleBroken) as refused:
            clarifying.ask(
                made.tenders[0],
                TenderQuestion(kind=RequestKind.COMPLETION, text="Which coaches?", due_on=due),
                by=made.evaluator,
            )
        assert refused.value.rule == "R29"


@pytest.mark.rule("R29")
def test_given_the_very_end_of_the_time_when_a_tenderer_answers_then_it_is_not_received(app: Flask) -> None:
    with opened() as made:
        row = clarifying.ask(
            made.tenders[0], TenderQuestion(kind=RequestKind.COMPLETION, text="Which coaches?"), by=made.evaluator
        )
        with clock.at(row.due_at + timedelta(seconds=1)), pytest.raises(RuleBroken):
            clarifying.answer(row, "Late.", by=made.provider(0).mandate)


def test_given_anothers_request_when_a_provider_answers_it_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        row = clarifying.ask(
            made.tenders[0], TenderQuestion(kind=RequestKind.COMPLETION, text="Which coaches?"), by=made.evaluator
        )
        with pytest.raises(NotAllowed):
            clarifying.answer(row, "Not mine.", by=made.provider(1).mandate)


@pytest.mark.rule("R45")
def test_given_an_open_request_when_the_tender_is_excluded_then_its_answer_is_waited_for(app: Flask) -> None:
    with opened() as made:
        clarifying.ask(
            made.tenders[0], TenderQuestion(kind=RequestKind.COMPLETION, text="Which coaches?"), by=made.evaluator
        )

        with pytest.raises(RuleBroken) as refused:
            excluding.exclude(
                made.tenders[0], None, ExclusionGround.REQUIREMENTS, "Coaches missing.", by=made.evaluator
            )
        assert refused.value.rule == "R45"
        assert "request" in lacks(made)


@pytest.mark.rule("R45")
def test_given_prices_within_their_ceilings_when_a_tender_is_excluded_for_them_then_it_is_refused(app: Flask) -> None:
    with opened() as made, pytest.raises(RuleBroken) as refused:
        excluding.exclude(made.tenders[0], None, ExclusionGround.PRICE_CEILING, "Too dear.", by=made.evaluator)
    assert refused.value.rule == "R45"


@pytest.mark.rule("R45")
def test_given_a_price_above_its_ceiling_when_a_decision_is_due_then_its_exclusion_is_missing(app: Flask) -> None:
    with opened() as made:
        made.lot.lines[0].ceiling = Decimal("70.00")
        db.session.flush()

        assert "ceiling" in lacks(made)


@pytest.mark.rule("R45")
def test_given_points_below_the_minimum_when_a_decision_is_due_then_the_tender_must_be_excluded(app: Flask) -> None:
    with opened() as made:
        worlds_judging.scored(made)
        queries.quality_criteria(made.competition)[0].minimum = Decimal(6)
        db.session.flush()
        assert "minimum" in lacks(made)

        excluding.exclude(
            made.tenders[0], None, ExclusionGround.MINIMUM_POINTS, "5 of at least 6 points.", by=made.evaluator
        )

        assert "minimum" not in lacks(made)


def test_given_an_exclusion_without_a_reason_when_it_is_tried_then_it_is_refused(app: Flask) -> None:
    with opened() as made, pytest.raises(RuleBroken) as refused:
        excluding.exclude(made.tenders[0], None, ExclusionGround.REQUIREMENTS, "  ", by=made.evaluator)
    assert refused.value.rule == "R70"


# ---- low prices ----

LOW = ("40.00", "80.00", "75.00")


@pytest.mark.rule("R46")
def test_given_a_price_far_below_the_median_when_a_decision_is_due_then_an_explanation_is_missing(app: Flask) -> None:
    with opened(LOW) as made:
        assert [row.is_low for row in made.result().rows if row.price == Decimal("4000.00")] == [True]
        assert "low_price" in lacks(made)


@pytest.mark.rule("R46")
def test_given_no_request_when_a_tender_is_excluded_for_its_low_price_then_it_is_refused(app: Flask) -> None:
    with opened(LOW) as made, pytest.raises(RuleBroken) as refused:
        excluding.exclude(made.tenders[0], made.lot, ExclusionGround.LOW_PRICE, "Too cheap.", by=made.evaluator)
    assert refused.value.rule == "R46"


@pytest.mark.rule("R46")
def test_given_a_request_with_time_left_when_a_tender_is_excluded_then_it_is_refused_until_the_time_ends(
    app: Flask,
) -> None:
    with opened(LOW) as made:
        row = price_request(made)
        with pytest.raises(RuleBroken) as refused:
            excluding.exclude(made.tenders[0], made.lot, ExclusionGround.LOW_PRICE, "Too cheap.", by=made.evaluator)
        assert refused.value.rule == "R46"

        with clock.at(row.due_at + timedelta(seconds=1)):  # type: ignore[attr-defined]
            excluding.exclude(made.tenders[0], made.lot, ExclusionGround.LOW_PRICE, "No answer.", by=made.evaluator)

            assert made.result().row_of(made.tenders[0]).exclusion is not None  # type: ignore[union-attr]


@pytest.mark.rule("R46")
def test_given_an_accepted_explanation_when_the_tender_is_excluded_for_its_price_then_it_is_refused(app: Flask) -> None:
    with opened(LOW) as made:
        row = price_request(made)
        clarifying.answer(row, "We own our rooms.", by=made.provider(0).mandate)  # type: ignore[arg-type]
        clarifying.conclude(row, "Plausible.", is_accepted=True, by=made.evaluator)  # type: ignore[arg-type]
        assert "low_price" not in lacks(made)

        with pytest.raises(RuleBroken) as refused:
            excluding.exclude(made.tenders[0], made.lot, ExclusionGround.LOW_PRICE, "Still.", by=made.evaluator)
        assert refused.value.rule == "R46"


@pytest.mark.rule("R46")
def test_given_a_price_from_breaking_the_law_when_it_is_concluded_then_the_tender_is_excluded_at_once(
    app: Flask,
) -> None:
    with opened(LOW) as made:
        row = price_request(made)
        clarifying.answer(row, "We pay less than agreed.", by=made.provider(0).mandate)  # type: ignore[arg-type]

        clarifying.conclude(
            row,  # type: ignore[arg-type]
            "The collective agreement is broken.",
            is_accepted=False,
            is_unlawful=True,
            by=made.evaluator,
        )

        found = made.result().row_of(made.tenders[0])
        assert found is not None
        assert found.exclusion is not None
        assert found.exclusion.ground is ExclusionGround.LOW_PRICE_UNLAWFUL


# ---- scoring ----


def test_given_an_unfinished_evaluator_when_they_look_then_others_scores_are_not_shown(app: Flask) -> None:
    with opened() as made:
        one, other = made.contest.members
        for tender in made.tenders:
            judging.save_scores(tender, made.lot, worlds_judging.given(made, "5"), by=one)
            judging.save_scores(tender, made.lot, worlds_judging.given(made, "7"), by=other)
        judging.finish_scoring(made.competition, by=other)

        assert {row.evaluator_id for row in judging.visible_scores(made.competition, one)} == {one.person_id}
        assert len(judging.visible_scores(made.competition, other)) == 6
        assert judging.visible_scores(made.competition, made.contest.staff.coordinator) == []


def test_given_a_finished_evaluator_when_they_change_a_score_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        worlds_judging.scored(made)

        with pytest.raises(WrongState):
            judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "9"), by=made.evaluator)


def test_given_a_question_without_points_when_an_evaluator_finishes_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "9"), by=made.evaluator)

        with pytest.raises(RuleBroken):
            judging.finish_scoring(made.competition, by=made.evaluator)


def test_given_an_evaluator_who_still_scores_when_joint_scores_are_written_then_it_is_refused(app: Flask) -> None:
    with opened() as made, pytest.raises(WrongState):
        judging.agree_scores(made.tenders[0], made.lot, worlds_judging.given(made, "9"), by=made.evaluator)


@pytest.mark.parametrize("points", ["-1", "10.01", "5.555", "NaN", "Infinity"])
def test_given_points_off_the_scale_when_they_are_saved_then_it_is_refused(app: Flask, points: str) -> None:
    with opened() as made, pytest.raises(RuleBroken) as refused:
        judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, points), by=made.evaluator)
    assert refused.value.rule == "R40"


@pytest.mark.rule("R70")
def test_given_points_without_a_reason_when_they_are_saved_then_it_is_refused(app: Flask) -> None:
    with opened() as made, pytest.raises(RuleBroken) as refused:
        judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "5", " "), by=made.evaluator)
    assert refused.value.rule == "R70"


def test_given_several_scores_when_the_joint_one_is_begun_then_it_starts_from_their_median_and_reasons(
    app: Flask,
) -> None:
    with opened() as made:
        one, other = made.contest.members
        judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "5", "Few coaches."), by=one)
        judging.save_scores(made.tenders[0], made.lot, worlds_judging.given(made, "8", "Good plan."), by=other)
        rows: list[Score] = list(queries.scores_of(made.competition.id))

        (found,) = judging.suggested(rows, made.tenders[0], made.lot).values()

        assert found == Given(points=Decimal("6.50"), reason="Few coaches.\nGood plan.")


def test_given_a_revoked_exclusion_when_an_evaluator_had_finished_then_scoring_is_open_again(app: Flask) -> None:
    with opened() as made:
        row = excluding.exclude(
            made.tenders[0], None, ExclusionGround.REQUIREMENTS, "Coaches missing.", by=made.evaluator
        )
        for tender in made.tenders[1:]:
            judging.save_scores(tender, made.lot, worlds_judging.given(made, "5"), by=made.evaluator)
        judging.finish_scoring(made.competition, by=made.evaluator)

        excluding.revoke_exclusion(row, "They were in the file.", by=made.evaluator)

        assert made.contest.member(0).scored_at is None


# ---- locked ----


@pytest.mark.rule("R40")
def test_given_a_decision_that_waits_when_anything_of_the_judging_changes_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        worlds_judging.prepared(made)
        tries = [
            lambda: judging.agree_scores(made.tenders[0], made.lot, worlds_judging.given(made, "9"), by=made.evaluator),
            lambda: excluding.check_formally(made.tenders[0], "", by=made.evaluator),
            lambda: excluding.exclude(
                made.tenders[0], None, ExclusionGround.REQUIREMENTS, "Late thought.", by=made.evaluator
            ),
            lambda: price_request(made),
        ]

        for attempt in tries:
            with pytest.raises(WrongState):
                attempt()


@pytest.mark.rule("R44")
def test_given_criteria_when_tenders_are_compared_then_none_of_them_is_about_the_supplier_itself(app: Flask) -> None:
    """The comparison reads joint scores, prices and weights; a quality record of the provider has no way in."""
    with opened() as made:
        worlds_judging.scored(made)

        assert all(each.concerns != "supplier" for each in made.competition.criteria)
        assert all(point.criterion in made.competition.criteria for row in made.result().rows for point in row.points)
        db.session.add(
            CompetitionCriterion(
                competition_id=made.competition.id,
                parent_id=made.competition.criteria[0].parent_id,
                position=9,
                code="record",
                kind="quality",
                concerns="supplier",
                text_fi="x",
                text_sv="x",
                text_en="x",
                scale_fi="x",
                scale_sv="x",
                scale_en="x",
                weight=Decimal(1),
            )
        )
        with pytest.raises(Exception, match="never_the_supplier_itself"):
            db.session.flush()
        db.session.rollback()


def test_every_judging_act_leaves_its_event(app: Flask) -> None:
    with opened() as made:
        worlds_judging.checked(made)
        worlds_judging.scored(made)

        names = {event.type for tender in made.tenders for event in audit.trail(tender)}
        assert {"tender.checked", "tender.scored", "tender.scores_agreed"} <= names
        assert made.competition.state is CompetitionState.OPENED
