"""Deciding: the letter that says why, the choice and its contracts, cancelling and correcting (R49, R70-R77)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from dps.competitions import queries_judging as queries
from dps.competitions.models import CompetitionState, ExclusionGround, JointScore
from dps.competitions.service import awarding, committee, excluding, judging, opening
from dps.contracts import queries as contracts
from dps.contracts.models import ContractState
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind, RemedyKind
from dps.decisions.service import RemedyDetails
from dps.systems.models import LegalMode, OrderingRule
from tests import people, worlds_competitions, worlds_dps, worlds_judging
from tests.worlds_judging import Opened, opened


def letter_of(decision: Decision, made: Opened, place: int) -> str:
    """What one tenderer's own part of the decision says."""
    supplier = made.provider(place).supplier
    row = next(each for each in decision.addressees if each.supplier_id == supplier.id)
    return words_of(row.sections)


def words_of(sections: list[dict[str, Any]]) -> str:
    return "\n".join(line for section in sections for line in (section["heading"], *section["paragraphs"])).replace(
        "\xa0", " "
    )


def correction(decision: Decision, made: Opened) -> None:
    details = RemedyDetails(
        kind=RemedyKind.CORRECTION_DEMAND,
        claims="The points are wrong.",
        claimant=made.provider(0).supplier.name,
        received_on=clock.helsinki_date(clock.now()),
    )
    decisions.register_remedy(decision, details, by=made.contest.staff.coordinator)


# ---- the letter ----


@pytest.mark.rule("R70")
def test_given_a_losing_tenderer_when_it_reads_its_letter_then_it_understands_why(app: Flask) -> None:
    """Own points with their reasons, those of the chosen tender, and where the difference arose."""
    with opened() as made:
        for provider in made.contest.providers:
            provider.supplier.language = "en"
        decision = worlds_judging.prepared(made)

        letter = letter_of(decision, made, 0)

        assert "Your tender came to place 3." in letter
        assert "plan: 30.00 points (score 5.00). Plan of tenderer 1: worth 5 points." in letter
        assert "The chosen tender: Palvelu 2 Oy" in letter
        assert "plan: 54.00 points (score 9.00). Plan of tenderer 2: worth 9 points." in letter
        assert "plan: the chosen tender got 54.00, yours 30.00: 24.00 more." in letter
        assert "price: your tender got 40.00, the chosen one 30.00." in letter
        assert "In all the chosen tender has 84.00, yours 70.00." in letter


@pytest.mark.rule("R70")
def test_given_a_choice_when_it_is_prepared_then_every_rejected_party_has_its_reason(app: Flask) -> None:
    with opened() as made:
        decision = worlds_judging.prepared(made)

        rows = {reason["requirement"]: reason for reason in decision.reasons}
        assert set(rows) == {str(each.supplier.id) for each in made.contest.providers}
        assert rows[str(made.provider(1).supplier.id)]["is_met"] is True
        for place in (0, 2):
            row = rows[str(made.provider(place).supplier.id)]
            assert row["is_met"] is False
            assert "84" in row["reason"]


@pytest.mark.rule("R70")
def test_given_an_excluded_tender_when_its_letter_is_read_then_it_says_ground_and_reason(app: Flask) -> None:
    with opened() as made:
        made.provider(0).supplier.language = "en"
        excluding.exclude(
            made.tenders[0], None, ExclusionGround.REQUIREMENTS, "Two coaches were asked, one named.", by=made.evaluator
        )
        worlds_judging.checked(made)
        for member in made.contest.members:
            for place in (1, 2):
                judging.save_scores(made.tenders[place], made.lot, worlds_judging.given(made, "6"), by=member)
            judging.finish_scoring(made.competition, by=member)
        for place in (1, 2):
            judging.agree_scores(made.tenders[place], made.lot, worlds_judging.given(made, "6"), by=made.evaluator)

        decision = awarding.prepare_award(made.competition, "Best points.", by=made.contest.staff.coordinator)

        letter = letter_of(decision, made, 0)
        assert "does not meet the requirements" in letter
        assert "Two coaches were asked, one named." in letter
        row = next(r for r in decision.reasons if r["requirement"] == str(made.provider(0).supplier.id))
        assert "Two coaches were asked, one named." in row["reason"]
        assert decision.tenderers == 2
        assert decision.tenders_received == 3


@pytest.mark.rule("R70")
def test_given_no_summary_when_a_choice_is_prepared_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        worlds_judging.checked(made)
        worlds_judging.scored(made)

        with pytest.raises(RuleBroken) as refused:
            awarding.prepare_award(made.competition, " ", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R70"


@pytest.mark.rule("R70")
def test_given_a_joint_score_that_is_missing_when_a_choice_is_prepared_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        worlds_judging.checked(made)
        worlds_judging.scored(made)
        db.session.delete(queries.joint_scores_of(made.competition.id)[0])
        db.session.flush()

        with pytest.raises(RuleBroken) as refused:
            awarding.prepare_award(made.competition, "Best points.", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R70"


def test_given_a_language_of_its_own_when_the_letter_is_made_then_it_is_in_that_language(app: Flask) -> None:
    with opened() as made:
        made.provider(0).supplier.language = "sv"

        decision = worlds_judging.prepared(made)

        row = next(each for each in decision.addressees if each.supplier_id == made.provider(0).supplier.id)
        assert row.language == "sv"
        assert set(decision.body) == {"fi", "sv", "en"}


@pytest.mark.rule("R86")
def test_given_a_reason_that_quotes_a_marked_secret_when_a_choice_is_prepared_then_it_is_refused(app: Flask) -> None:
    secret = "Our method pairs every customer with two former customers."
    code = "plan"
    with opened() as made:
        tender = made.tenders[1]
        assert tender.content is not None
        field = f"answer:{made.lot.code}:{code}"
        lots = {made.lot.code: {**tender.content["lots"][made.lot.code], "answers": {code: secret}}}
        tender.content = {**tender.content, "lots": lots, "secrets": {field: "Our method."}}
        worlds_judging.checked(made)
        worlds_judging.scored(made)
        words = worlds_judging.given(made, "9", f"Excellent, because {secret.lower()}")
        judging.agree_scores(tender, made.lot, words, by=made.evaluator)

        with pytest.raises(RuleBroken) as refused:
            awarding.prepare_award(made.competition, "Best points.", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R86"


# ---- the choice ----


@pytest.mark.rule("R79")
def test_given_a_signed_choice_when_the_mode_is_strict_then_one_contract_a_lot_is_offered_at_the_tendered_price(
    app: Flask,
) -> None:
    with opened() as made:
        decision = worlds_judging.decided(made)

        assert made.competition.state is CompetitionState.DECIDED
        (award,) = queries.awards_of(decision.id)
        assert (award.tender_id, award.rank, award.price) == (made.tenders[1].id, 1, Decimal("8000.00"))
        (contract,) = contracts.contracts_of_award(decision.id)
        assert contract.supplier_id == made.provider(1).supplier.id
        assert contract.state is ContractState.OFFERED
        assert contract.price_list["ceiling"] == "80.00"
        assert contract.maximum_quantity == Decimal("500.00")
        assert contract.maximum_value == Decimal("40000.00")
        assert award.contract_id == contract.id


def test_given_a_ranking_of_two_when_the_mode_is_like_a_dps_then_both_get_a_contract(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(
        staff, legal_mode=LegalMode.ANNEX_E_DPS_LIKE, ordering_rule=OrderingRule.COMPETITION
    )
    contest = worlds_competitions.sent_competition(staff, category, winners=2)
    with opened(made=contest) as made:
        decision = worlds_judging.decided(made)

        found = contracts.contracts_of_award(decision.id)
        assert sorted((each.rank, each.supplier.name) for each in found) == [(1, "Palvelu 2 Oy"), (2, "Palvelu 3 Oy")]


@pytest.mark.rule("R74")
def test_given_a_skip_that_the_mode_allows_when_the_choice_is_prepared_then_it_says_so(app: Flask) -> None:
    with opened(skips_standstill=True) as made:
        assert worlds_judging.prepared(made).skips_standstill is True


@pytest.mark.rule("R74")
def test_given_many_tenderers_like_a_dps_when_the_choice_is_prepared_then_standstill_is_observed(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_competitions.open_category(
        staff, legal_mode=LegalMode.ANNEX_E_DPS_LIKE, ordering_rule=OrderingRule.COMPETITION
    )
    contest = worlds_competitions.sent_competition(staff, category)
    with opened(made=contest) as made:
        made.competition.skips_standstill = True
        found = awarding.legal_mode.may_skip_standstill(LegalMode.ANNEX_E_DPS_LIKE, 3)

        assert found is False
        made.competition.skips_standstill = False
        assert worlds_judging.prepared(made).skips_standstill is False


@pytest.mark.rule("R50")
def test_given_the_decision_maker_judged_the_tenders_when_they_sign_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        decision = worlds_judging.prepared(made)
        judge = made.contest.member(0)
        judge.person_id = made.decider.person_id
        db.session.flush()

        with pytest.raises(RuleBroken) as refused:
            decisions.sign(decision, by=made.decider)
        assert refused.value.rule == "R50"


def test_given_the_chosen_ones_admission_is_paused_meanwhile_when_the_choice_is_signed_then_it_is_refused(
    app: Flask,
) -> None:
    with opened() as made:
        decision = worlds_judging.prepared(made)
        chosen = made.result().chosen[0].tender.supplier_id
        db.session.execute(text("UPDATE qualification SET state = 'suspended' WHERE supplier_id = :id"), {"id": chosen})
        db.session.expire_all()
        with pytest.raises(WrongState) as refused:
            decisions.sign(decision, by=made.decider)
        assert refused.value.rule == "R35"


def test_given_a_returned_choice_when_it_comes_back_then_judging_goes_on_and_it_can_be_prepared_anew(
    app: Flask,
) -> None:
    with opened() as made:
        decision = worlds_judging.prepared(made)
        with pytest.raises(WrongState):
            awarding.prepare_award(made.competition, "Twice.", by=made.contest.staff.coordinator)

        decisions.return_decision(decision, "Say more of the plan.", by=made.decider)
        worlds_judging.agreed(made, ("5", "9", "8"))
        again = awarding.prepare_award(made.competition, "More of the plan.", by=made.contest.staff.coordinator)

        assert again.id != decision.id
        assert made.competition.decision_id == again.id


@pytest.mark.rule("R50")
def test_given_a_coordinator_with_a_declared_conflict_when_they_prepare_the_choice_then_it_is_refused(
    app: Flask,
) -> None:
    with opened() as made:
        worlds_judging.checked(made)
        worlds_judging.scored(made)
        biased = people.coordinator(made.contest.staff.authority)
        member = worlds_competitions.named(
            made.competition, biased, by=made.contest.staff.coordinator, opens=False, evaluates=True
        )
        committee.declare_interest(member, True, by=biased)

        with pytest.raises(NotAllowed) as refused:
            awarding.prepare_award(made.competition, "Best points.", by=biased)
        assert refused.value.rule == "R50"


# ---- cancelling ----


@pytest.mark.rule("R49")
def test_given_no_reason_when_a_competition_is_cancelled_then_it_is_refused(app: Flask) -> None:
    made = worlds_competitions.sent_competition()

    with pytest.raises(RuleBroken) as refused:
        awarding.prepare_cancellation(made.competition, " ", by=made.staff.coordinator)
    assert refused.value.rule == "R49"


@pytest.mark.rule("R49", "R52")
def test_given_sealed_tenders_when_a_competition_is_cancelled_then_all_invited_are_told_and_nothing_is_opened(
    app: Flask,
) -> None:
    made = worlds_competitions.sent_competition()
    worlds_judging.tendered(made, ("60.00",))
    decision = awarding.prepare_cancellation(
        made.competition, "The money was cut from the budget.", by=made.staff.coordinator
    )

    decisions.sign(decision, by=made.staff.decider)

    assert made.competition.state is CompetitionState.CANCELLED
    assert decision.kind is DecisionKind.CANCELLATION
    assert {each.supplier_id for each in decision.addressees} == {each.supplier.id for each in made.providers}
    assert decision.tenders_received == 0
    with clock.at(worlds_competitions.after_due(made)), pytest.raises(WrongState):
        opening.confirm_opening(made.competition, by=made.members[0])


@pytest.mark.rule("R49")
def test_given_opened_tenders_when_a_competition_is_cancelled_then_the_tenderers_are_told(app: Flask) -> None:
    with opened(("60.00", "80.00")) as made:
        decision = awarding.prepare_cancellation(
            made.competition, "All tenders are above the budget.", by=made.contest.staff.coordinator
        )
        decisions.sign(decision, by=made.decider)

        assert {each.supplier_id for each in decision.addressees} == {made.provider(n).supplier.id for n in (0, 1)}
        assert made.competition.state is CompetitionState.CANCELLED


@pytest.mark.rule("R49")
def test_given_an_opening_after_the_cancellation_was_prepared_when_it_is_signed_then_it_is_prepared_anew(
    app: Flask,
) -> None:
    contest = worlds_competitions.sent_competition()
    decision = awarding.prepare_cancellation(contest.competition, "No money.", by=contest.staff.coordinator)
    with opened(made=contest), pytest.raises(WrongState) as refused:
        decisions.sign(decision, by=contest.staff.decider)
    assert refused.value.rule == "R49"


@pytest.mark.rule("R49")
def test_given_only_excluded_tenders_when_a_choice_is_prepared_then_cancelling_is_the_way(app: Flask) -> None:
    with opened() as made:
        for tender in made.tenders:
            excluding.exclude(tender, None, ExclusionGround.REQUIREMENTS, "Coaches missing.", by=made.evaluator)
        for member in made.contest.members:
            judging.finish_scoring(made.competition, by=member)

        with pytest.raises(RuleBroken) as refused:
            awarding.prepare_award(made.competition, "None.", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R49"


# ---- correcting ----


@pytest.mark.rule("R77")
def test_given_no_pending_correction_when_a_choice_is_weighed_anew_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        worlds_judging.decided(made)

        with pytest.raises(WrongState) as refused:
            awarding.reopen(made.competition, "Points were added wrongly.", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R77"


@pytest.mark.rule("R77")
def test_given_a_pending_correction_when_the_scores_change_then_a_new_choice_replaces_the_old_one(app: Flask) -> None:
    with opened() as made:
        old = worlds_judging.decided(made)
        correction(old, made)
        (lapsing,) = contracts.contracts_of_award(old.id)

        awarding.reopen(made.competition, "Points were added wrongly.", by=made.contest.staff.coordinator)
        worlds_judging.agreed(made, ("10", "6", "7"))
        new = awarding.prepare_award(made.competition, "The points were corrected.", by=made.contest.staff.coordinator)
        decisions.sign(new, by=made.decider)

        assert lapsing.state is ContractState.LAPSED
        assert new.corrects_id == old.id
        assert made.competition.state is CompetitionState.DECIDED
        assert [each.tender_id for each in queries.awards_of(made.competition.decision_id)] == [made.tenders[0].id]
        assert [each.tender_id for each in queries.awards_of(old.id)] == [made.tenders[1].id]
        (contract,) = contracts.contracts_of_award(new.id)
        assert contract.supplier_id == made.provider(0).supplier.id


@pytest.mark.rule("R77")
def test_given_a_contract_that_was_made_when_the_choice_is_weighed_anew_then_it_is_refused(app: Flask) -> None:
    with opened() as made:
        old = worlds_judging.decided(made)
        correction(old, made)
        (contract,) = contracts.contracts_of_award(old.id)
        now = clock.now()
        contract.supplier_signed_at = contract.authority_signed_at = now
        contract.state = ContractState.IN_FORCE
        db.session.flush()

        with pytest.raises(WrongState) as refused:
            awarding.reopen(made.competition, "Points were added wrongly.", by=made.contest.staff.coordinator)
        assert refused.value.rule == "R77"


# ---- kept ----


@pytest.mark.rule("R83")
def test_given_a_decided_competition_when_something_of_it_is_deleted_then_the_database_refuses(app: Flask) -> None:
    """Tenders, receipts, scores and the choice hang on each other by foreign keys, and no verb deletes them."""
    with opened() as made:
        worlds_judging.decided(made)
        assert db.session.query(JointScore).count() == 3
        for row in (made.tenders[0], made.competition, made.lot, made.competition.decision):
            assert row is not None
            statement = text(f"DELETE FROM {row.__tablename__} WHERE id = :id")
            with pytest.raises(IntegrityError), db.session.begin_nested():
                db.session.execute(statement, {"id": row.id})


def test_given_time_goes_on_when_the_decision_waits_then_nothing_decides_itself(app: Flask) -> None:
    with opened() as made:
        decision = worlds_judging.prepared(made)

        with clock.at(clock.now() + timedelta(days=90)):
            assert made.competition.state is CompetitionState.OPENED
            assert decision.signed_at is None
