"""Watching for gaming: honest providers are flagged as seldom as published, gaming ones are, and nothing follows by
itself."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from dps.systems.models import DeclineReason, OrderingRule
from evaluation.collecting.models import FeedbackRequest
from evaluation.outcomes.models import OutcomeState
from evaluation.watching import jobs, queries, rules, service
from evaluation.watching.models import FlagKind, FlagState, WatchFlag
from evaluation.watching.rules import Cell, Heap, Seen, Thresholds
from orders.models import AgeBand, EducationBand, Order, OrderState, UnemploymentBand
from orders.service import answering, running
from tests import people
from tests import worlds_orders as worlds
from tests.evaluation import worlds_outcomes as outcomes
from tests.pages import api_as, page_as

LIMITS = Thresholds(
    false_alarm=0.005,
    confidence=0.95,
    least_referred=30,
    least_expected=5,
    least_events=10,
    claims=0.05,
    burst=10,
    share=0.95,
    least_asked=20,
)
CELLS: list[Cell] = [
    (unemployment.value, age.value, education.value)
    for unemployment in list(UnemploymentBand)[:4]
    for age in list(AgeBand)[:4]
    for education in list(EducationBand)[:3]
]
#: The truth: work is likelier the shorter the time without it.
TRUTH = {cell: 0.6 - 0.13 * list(UnemploymentBand).index(UnemploymentBand(cell[0])) for cell in CELLS}


def _provider(
    chance: random.Random, n: int, *, starts: dict[Cell, float] | None = None, success: dict[Cell, float] | None = None
) -> dict[Cell, Seen]:
    """A provider to whom ``n`` customers are referred; by default everybody starts with the same chance."""
    found: dict[Cell, Seen] = {}
    for cell in chance.choices(CELLS, k=n):
        started = chance.random() < (starts[cell] if starts else 0.8)
        work = started and chance.random() < (success or TRUTH)[cell]
        seen = Seen(referred=1, started=int(started), declined=int(not started), known=int(started), employed=int(work))
        found[cell] = found.get(cell, Seen()).plus(seen)
    return found


def _whole(providers: list[dict[Cell, Seen]]) -> dict[Cell, Seen]:
    return {cell: rules.total(each[cell] for each in providers if cell in each) for cell in CELLS}


@pytest.mark.rule("R105")
def test_given_honest_providers_then_the_share_of_false_flags_is_the_published_one() -> None:
    chance = random.Random(41)
    providers = [_provider(chance, chance.randint(60, 160)) for _ in range(1500)]
    whole = _whole(providers)
    expected = rules.expectations(whole)
    third_of = rules.thirds(whole, expected)

    skimming = sum(rules.skimming(each, expected, LIMITS) is not None for each in providers)
    parked = [rules.parking(each, expected, third_of, LIMITS) for each in providers]
    tested = sum(min(rules.by_third(each, third_of)[0].known, 1) for each in providers)

    # 0.5 % of 1500 is 7.5; of the two-sided 95 % limits 2.5 % lie above: 37.5. Three standard deviations around.
    assert 0 < skimming <= 16
    assert tested == 1500
    assert 20 <= sum(each is not None for each in parked) <= 56


@pytest.mark.rule("R105")
def test_given_a_provider_who_takes_the_easier_half_then_skimming_is_flagged_and_a_hard_taker_is_not() -> None:
    chance = random.Random(7)
    honest = [_provider(chance, 80) for _ in range(30)]
    skims = {cell: 0.97 if TRUTH[cell] > 0.4 else 0.35 for cell in CELLS}
    skimmer, giver = (
        _provider(chance, 80, starts=skims),
        _provider(chance, 80, starts={c: 1.3 - skims[c] for c in skims}),
    )
    expected = rules.expectations(_whole([*honest, skimmer, giver]))

    found = rules.skimming(skimmer, expected, LIMITS)

    assert found is not None
    assert found["mean_started"] > found["mean_referred"]
    assert rules.skimming(giver, expected, LIMITS) is None


@pytest.mark.rule("R105")
def test_given_a_provider_who_parks_the_hardest_then_it_is_flagged_and_one_who_is_poor_with_all_is_not() -> None:
    chance = random.Random(9)
    honest = [_provider(chance, 120) for _ in range(40)]
    parks = {cell: p if p > 0.4 else p / 5 for cell, p in TRUTH.items()}
    poor = {cell: p / 3 for cell, p in TRUTH.items()}
    parker, bad = _provider(chance, 300, success=parks), _provider(chance, 300, success=poor)
    whole = _whole([*honest, parker, bad])
    expected = rules.expectations(whole)
    third_of = rules.thirds(whole, expected)

    found = rules.parking(parker, expected, third_of, LIMITS)

    assert found is not None
    assert found["hardest"]["high"] < 1 <= found["easiest"]["high"]
    assert rules.parking(bad, expected, third_of, LIMITS) is None


def test_expectations_add_up_to_what_was_found_and_thirds_are_of_one_size() -> None:
    chance = random.Random(3)
    whole = _whole([_provider(chance, 100) for _ in range(30)])
    expected = rules.expectations(whole)
    third_of = rules.thirds(whole, expected)

    found = rules.total(whole.values())
    assert sum(expected[cell] * seen.known for cell, seen in whole.items()) == pytest.approx(found.employed)
    sizes = [each.referred for each in rules.by_third(whole, third_of)]
    assert all(0.28 < size / found.referred < 0.39 for size in sizes)


def test_given_too_little_or_one_sided_results_then_points_order_the_customers_and_nothing_is_divided_by() -> None:
    hard, easy = ("over_2_years", "50_or_over", "basic"), ("under_6_months", "under_25", "higher")
    for employed in (0, 3, 200):
        known = 200 if employed != 3 else 6
        whole = {hard: Seen(referred=known, known=known, employed=employed), easy: Seen(referred=known)}
        expected = rules.expectations(whole)
        assert expected[hard] < expected[easy] or rules.is_probability(whole)
        assert rules.skimming({hard: Seen(referred=40, started=20)}, expected, LIMITS) is None
    assert rules.thirds({hard: Seen()}, {hard: 0.5}) == {hard: 1}


def test_heaps_claims_bursts_and_shares_are_flagged_at_their_published_level() -> None:
    assert rules.at_least(8, 10, 0.5) == pytest.approx(56 / 1024)
    assert rules.many(3, 1.0) == pytest.approx(0.0803014)
    assert rules.timing([Heap("milestone", 14, 0)], LIMITS) is not None
    assert rules.timing([Heap("milestone", 9, 5), Heap("claim", 7, 0)], LIMITS) is None
    assert rules.claims(20, 6, LIMITS) is not None
    assert rules.claims(20, 2, LIMITS) is None
    assert rules.burst(60, 12, 90, LIMITS) is not None
    assert rules.burst(60, 9, 90, LIMITS) is None
    assert rules.share(40, 39, 400, 180, LIMITS) is not None
    assert rules.share(40, 39, 400, 380, LIMITS) is None
    assert rules.share(40, 39, 0, 0, LIMITS) is None
    chance = random.Random(5)
    heaped = sum(
        rules.timing([Heap("milestone", inside := sum(chance.random() < 0.5 for _ in range(30)), 30 - inside)], LIMITS)
        is not None
        for _ in range(2000)
    )
    assert heaped <= 20


# ---- through the rooms ----


def _skim(made: worlds.World, n: int = 36) -> None:
    """A provider who declines everybody who has been without work for long, and takes the rest."""
    hard, easy = UnemploymentBand.OVER_2_YEARS, UnemploymentBand.UNDER_6_MONTHS
    for number in range(n):
        order = worlds.order_by_rule(made, unemployment_band=easy if number % 2 else hard)
        provider = worlds.provider_of(order, made)
        if number % 2:
            answering.accept(order, by=provider)
        else:
            answering.decline(order, DeclineReason.NO_CAPACITY, by=provider)
    taken = db.session.query(Order).filter_by(category_id=made.category.id, state=OrderState.ACCEPTED).all()
    for order in taken:
        with clock.at(worlds.noon(order.planned_start_on)):
            running.start_service(order, order.planned_start_on, by=worlds.provider_of(order, made))


@pytest.fixture
def skimmed(app: Flask) -> worlds.World:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made, seats=60)
    _skim(made)
    return made


@pytest.mark.rule("R105")
def test_given_a_skimming_provider_then_the_coordinator_sees_the_numbers_hears_it_and_closes_with_a_reason(
    app: Flask, skimmed: worlds.World
) -> None:
    provider = skimmed.suppliers[0]
    (flag,) = service.look(skimmed.category)
    assert (flag.kind, flag.state, flag.authority_id) == (FlagKind.SKIMMING, FlagState.OPEN, skimmed.authority.id)
    assert service.look(skimmed.category) == []
    desk = page_as(app, skimmed.coordinator).get("/procurement")
    page = desk.follow(f"Look at the figures of {flag.supplier.name}")
    assert "18 of 36 referred customers started" in page.text
    hardest = next(row for row in page.rows() if row[0] == "Hardest third")
    assert hardest[1:3] == ["18", "18"]
    with pytest.raises(WrongState):
        service.act(flag, "They must be told.", by=skimmed.coordinator)
    assert page_as(app, provider).get(f"/provider/questions/{flag.id}").status == 403

    page.press("Ask", question="Why were the customers who have been without work for long declined?")
    with pytest.raises(RuleBroken, match="hearing"):
        service.act(flag, "They must be told.", by=skimmed.coordinator)
    page = page_as(app, provider).get("/provider").follow("Answer the question about your figures")
    assert "Why were the customers" in page.text
    page.press("Send the explanation", answer="Our coach for them was ill in the autumn.")
    page = page_as(app, skimmed.coordinator).get(f"/procurement/watching/{flag.id}")
    assert "Our coach for them was ill" in page.text
    page.press("There is an honest explanation", reason="The sick leave is known to us.")

    db.session.refresh(flag)
    assert (flag.state, flag.closed_by) == (FlagState.EXPLAINED, skimmed.coordinator.person_id)
    assert service.look(skimmed.category) == []
    with clock.at(clock.now() + timedelta(days=92)):
        assert [each.kind for each in service.look(skimmed.category)] == [FlagKind.SKIMMING]


def test_flags_are_for_coordinator_and_decision_maker_of_the_authority_and_in_no_record(
    app: Flask, skimmed: worlds.World
) -> None:
    (flag,) = service.look(skimmed.category)

    for mandate, status in (
        (people.decider(skimmed.authority), 200),
        (skimmed.expert, 403),
        (skimmed.suppliers[0], 403),
        (people.coordinator(), 403),
    ):
        assert api_as(app, mandate).get(f"/watch-flags/{flag.id}").status_code == status
    decider = api_as(app, people.decider(skimmed.authority))
    assert decider.post(f"/watch-flags/{flag.id}/explain", json={"reason": "It is fine."}).status_code == 403
    provider = api_as(app, skimmed.suppliers[0])
    assert provider.get("/watch-flags/asked").get_json()["items"] == []
    service.ask(flag, "Why?", by=skimmed.coordinator)
    (item,) = provider.get("/watch-flags/asked").get_json()["items"]
    assert "evidence" not in item
    assert provider.post(f"/watch-flags/{flag.id}/answer", json={"answer": "So."}).status_code == 200


def test_the_weekly_look_is_one_job_a_category_and_an_early_one_is_promised_on_demand(
    app: Flask, skimmed: worlds.World
) -> None:
    jobs.look_everywhere()
    jobs.look(str(skimmed.category.id))
    jobs.look(str(skimmed.category.id))
    assert db.session.query(WatchFlag).count() == 1

    answer = api_as(app, skimmed.coordinator).post("/watch-flags/look")
    assert answer.get_json() == {"promised": 1}
    page = page_as(app, skimmed.coordinator).get("/procurement/watching").press("Look now")
    assert page.status == 200


def test_given_honest_orders_of_many_kinds_then_every_indicator_counts_and_nothing_is_flagged(app: Flask) -> None:
    made = outcomes.world()
    order, other = outcomes.delivered(made), outcomes.delivered(made)
    outcomes.told(order, made, OutcomeState.UNEMPLOYED)
    report = outcomes.reported(order, made)
    report.since_on = outcomes.day_of(order) - timedelta(days=3)
    db.session.flush()
    today = outcomes.day_of(order)
    supplier_id, from_on = other.supplier_id, today - timedelta(days=365)

    cells = queries.referrals(made.category.id, from_on, today)[supplier_id]
    assert rules.total(cells.values()).started == 2
    known = rules.total(queries.results(made.category.id, from_on, today)[supplier_id].values())
    assert (known.known, known.employed, known.referred) == (1, 0, 0)
    heaps = queries.heaps(made.category.id, from_on, today, milestone=91, width=7)
    assert Heap("window", 1, 0) in heaps[supplier_id]
    assert queries.claims(made.category.id, from_on, today) == {supplier_id: (1, 1)}
    assert queries.response(made.category.id, from_on, today) == {supplier_id: (2, 0)}
    assert db.session.query(FeedbackRequest).count() == 2
    with clock.at(worlds.noon(today)):
        assert service.look(made.category) == []
