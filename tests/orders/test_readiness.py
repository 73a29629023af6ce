"""Readiness for sudden change: a lay-off plan, what it takes, the parties' answers, needs in bulk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NotAllowed, RuleBroken, WrongState
from core.identity.mandates import Mandate
from dps.systems.models import ServiceType, SystemState
from orders import service as ordering
from orders.bulk import queries as bulk_queries
from orders.bulk import service as bulk
from orders.readiness import desk, outlook, queries, rules, service
from orders.readiness.models import LayoffPlan, PlanState, ShareState
from orders.readiness.service import LineDetails, PlanDetails, Wish
from tests import worlds_joint, worlds_orders
from tests.pages import api_as, page_as
from tests.worlds_joint import Together


def soon(months: int = 0) -> date:
    """The first day of a month to come."""
    today = worlds_orders.today()
    year, month = divmod(today.year * 12 + today.month + months, 12)
    return date(year, month + 1, 1)


@dataclass
class World:
    together: Together
    market: worlds_orders.World

    @property
    def coordinator(self) -> Mandate:
        return self.together.helsinki.coordinator


def world(*, seats: int = 3, budget: str = "5000.00") -> World:
    """Three cities, and Helsinki's market of job coaching with a start next month."""
    together = worlds_joint.agreement_in_force(with_members=False)
    city = together.helsinki
    system = worlds_orders._system(city.authority, city.coordinator, city.decider, SystemState.OPEN)
    made = worlds_orders.World(city.authority, city.coordinator, city.expert, worlds_orders.category(system))
    days = (soon() + timedelta(days=5) - worlds_orders.today()).days
    worlds_orders.offering(made, seats=seats, starts_in_days=(days,))
    for year in {soon().year, soon(2).year}:
        ordering.set_budget(city.authority, made.category, year, Decimal(budget), by=city.coordinator)
    return World(together, made)


def line(municipality: str, people: int, *, months: int = 0, kind: ServiceType | None = ServiceType.JOB_COACHING):  # type: ignore[no-untyped-def]
    return LineDetails(municipality, "hitsaaja", kind, soon(months), people)


def plan(made: World, *lines: LineDetails) -> LayoffPlan:
    given = lines or (line("Helsinki", 8), line("Vantaa", 6), line("Kauniainen", 2), line("Porvoo", 1))
    details = PlanDetails(employer="Telakka Oy", agreement=made.together.agreement, lines=given)
    return service.write(details, by=made.coordinator)


def seen(found: LayoffPlan, who: Mandate) -> outlook.Outlook:
    assert who.authority_id is not None
    return outlook.of(found, who.authority_id)


# ---- what it takes ----


@pytest.mark.rule("R104")
def test_given_home_municipalities_then_they_say_whose_customers_the_people_will_be(app: Flask) -> None:
    made = world()
    view = seen(plan(made), made.coordinator)

    whose = {each.municipality: each.party.key if each.party else None for each in view.places}
    assert whose == {"Helsinki": "helsinki", "Vantaa": "vantaa", "Kauniainen": "kauniainen", "Porvoo": None}
    assert [each.municipality for each in view.outside] == ["Porvoo"]
    assert (view.people, view.own_people) == (17, 8)


def test_given_seats_and_money_then_the_plan_tells_who_waits_and_what_is_missing(app: Flask) -> None:
    made = world(seats=3, budget="5000.00")
    view = seen(plan(made, line("Helsinki", 8), line("Helsinki", 2, kind=None)), made.coordinator)

    coaching = view.services[0]
    assert (coaching.people, coaching.without_seat, view.undecided) == (8, 5, 2)
    assert [(each.needed, each.free, each.waiting) for each in coaching.months] == [(8, 3, 5)]
    assert (coaching.money_needed, coaching.money_left, coaching.money_missing) == (
        Decimal("8000.00"),
        Decimal("5000.00"),
        Decimal("3000.00"),
    )


@pytest.mark.parametrize(("people", "is_beyond"), [(20, False), (21, True)])
def test_given_the_labour_force_then_twenty_percent_is_met_inside_and_more_is_not(
    app: Flask, people: int, *, is_beyond: bool
) -> None:
    made = world()
    service.enter_figure(" helsinki ", 1000, 100, worlds_orders.today(), by=made.coordinator)
    change = seen(plan(made, line("Helsinki", people)), made.coordinator).own_change

    assert change is not None
    assert (change.growth, change.is_beyond) == (people, is_beyond)


@given(st.dictionaries(st.integers(1, 12), st.integers(0, 20)), st.dictionaries(st.integers(1, 12), st.integers(0, 20)))
@settings(max_examples=60, deadline=None)
def test_given_any_months_then_nobody_who_waits_is_lost_and_no_seat_is_used_twice(
    needed: dict[int, int], free: dict[int, int]
) -> None:
    people = {date(2026, month, 1): number for month, number in needed.items()}
    seats = {date(2026, month, 1): number for month, number in free.items()}
    waiting = rules.waiting_after(people, seats)
    last = waiting[max(waiting)] if waiting else 0

    assert max(0, sum(people.values()) - sum(seats.values())) <= last <= sum(people.values())


def test_given_bad_input_then_a_plan_is_refused_at_its_field(app: Flask) -> None:
    made = world()
    for changes, field in (
        ({"lines": [line("  ", 3)]}, "municipality_0"),
        ({"lines": []}, "lines"),
        ({"lines": [line("Helsinki", 0)]}, "people_0"),
        ({"employer": " ", "lines": [line("Helsinki", 1)]}, "employer"),
        ({"employer": "Oy 131052-308T", "lines": [line("Helsinki", 1)]}, "employer"),
        ({"business_id": "1234567-0", "lines": [line("Helsinki", 1)]}, "business_id"),
    ):
        with pytest.raises(RuleBroken) as refused:
            service.write(PlanDetails(**{"employer": "Telakka Oy", **changes}), by=made.coordinator)
        assert refused.value.field == field


@pytest.mark.rule("R103")
def test_given_an_agreement_of_others_then_a_plan_cannot_rest_on_it(app: Flask) -> None:
    made, stranger = world(), worlds_joint.city("Kuopio")
    details = PlanDetails(employer="Telakka Oy", agreement=made.together.agreement, lines=[line("Helsinki", 1)])

    with pytest.raises(NotAllowed):
        service.write(details, by=stranger.coordinator)


# ---- the other parties ----


@pytest.mark.rule("R107")
def test_given_a_shared_plan_then_each_party_sees_the_people_of_its_own_municipalities_only(app: Flask) -> None:
    made = world()
    found = plan(made)
    service.share(found, by=made.coordinator)
    vantaa = made.together.vantaa

    assert {each.authority_id: each.people for each in found.shares} == {
        vantaa.authority.id: 6,
        made.together.espoo.authority.id: 2,
    }
    assert [each.municipality for each in seen(found, vantaa.coordinator).lines] == ["Vantaa"]
    page = page_as(app, vantaa.steering).get(f"/joint/plans/{found.id}")
    assert "Kauniainen" not in page.text
    assert "Porvoo" not in page.text
    told = api_as(app, vantaa.decider).get(f"/layoff-plans/{found.id}").get_json()
    assert [each["municipality"] for each in told["lines"]] == ["Vantaa"]
    assert [each["people"] for each in told["shares"]] == [6]


@pytest.mark.rule("R103")
def test_given_a_plan_that_is_not_shared_then_another_authority_neither_reads_nor_answers(app: Flask) -> None:
    made = world()
    found = plan(made)
    visitor = page_as(app, made.together.vantaa.coordinator)

    assert visitor.client.get(f"/joint/plans/{found.id}").status_code == 403
    with pytest.raises(NotAllowed):
        service.answer(found, 3, "", by=made.together.vantaa.coordinator)


def test_given_an_answer_then_it_is_given_once_and_never_for_more_than_there_are(app: Flask) -> None:
    made = world()
    found = plan(made)
    service.share(found, by=made.coordinator)
    vantaa = made.together.vantaa.coordinator
    today = worlds_orders.today()
    with app.test_request_context():
        assert [each.due_on for each in desk.of_shares(vantaa, today)] == [today + timedelta(days=7)]
    with pytest.raises(RuleBroken) as refused:
        service.answer(found, 7, "", by=vantaa)
    assert refused.value.field == "takes"
    share = service.answer(found, 4, "Loput keväällä.", by=vantaa)
    assert (share.state, share.takes) == (ShareState.ACCEPTED, 4)
    with pytest.raises(WrongState):
        service.answer(found, None, "", by=vantaa)
    assert service.answer(found, None, "", by=made.together.espoo.decider).state is ShareState.DECLINED


def test_given_a_shared_plan_then_it_does_not_change_any_more(app: Flask) -> None:
    made = world()
    found = plan(made)
    service.share(found, by=made.coordinator)

    with pytest.raises(WrongState):
        service.change(found, PlanDetails(employer="Toinen Oy", lines=[line("Helsinki", 1)]), by=made.coordinator)
    with pytest.raises(RuleBroken):
        service.share(plan(made, line("Helsinki", 3)), by=made.coordinator)


# ---- the people who will come ----


def test_given_people_who_will_come_then_their_needs_are_made_in_bulk_by_references(app: Flask) -> None:
    made = world(seats=8, budget="50000.00")
    found, expert = plan(made, line("Helsinki", 3), line("Vantaa", 2)), made.together.helsinki.expert
    people = service.expect_people(found, by=expert)
    assert [each.reference for each in people] == [f"{found.reference}-00{number}" for number in (1, 2, 3)]
    service.rename(people[0], "AS-2026/77", by=expert)
    wish = Wish(place="Kuopio", is_remote=False, languages=["fi"], latest_start=soon(2))
    file = service.take_needs(found, people, made.market.category, wish, by=expert)

    assert (file.size, file.expert_id) == (3, expert.person_id)
    assert bulk_queries.lines_of(file.id)[0].reference == "AS-2026/77"
    assert {each.details["municipality"] for each in bulk_queries.lines_of(file.id)} == {"Helsinki"}
    with pytest.raises(RuleBroken):
        service.take_needs(found, people, made.market.category, wish, by=expert)
    with pytest.raises(WrongState):
        service.rename(people[1], "AS-2026/78", by=expert)
    bulk.drop(file, by=expert)
    assert len(queries.free_people(found.id, expert.authority_id)) == 3, "a dropped list can be made again"


@pytest.mark.rule("R107")
def test_given_people_of_two_cities_then_each_expert_works_with_their_own_only(app: Flask) -> None:
    made = world(seats=8, budget="50000.00")
    found = plan(made)
    service.share(found, by=made.coordinator)
    helsinki, vantaa = made.together.helsinki.expert, made.together.vantaa.expert
    ours = service.expect_people(found, by=helsinki)
    theirs = service.expect_people(found, by=vantaa)

    assert (len(ours), len(theirs)) == (8, 6)
    page = page_as(app, vantaa).get(f"/expert/plans/{found.id}")
    assert theirs[0].reference in page.text
    assert ours[0].reference not in page.text
    assert page_as(app, vantaa).client.get(f"/expert/plans/people/{ours[0].id}").status_code == 403
    wish = Wish(place="Kuopio", is_remote=False, languages=["fi"], latest_start=soon(2))
    with pytest.raises(NotAllowed):
        service.take_needs(found, ours[:1], made.market.category, wish, by=vantaa)
    service.rename(ours[0], "AS-2026/118", by=helsinki)
    service.rename(theirs[0], "AS-2026/118", by=vantaa)  # nothing is told of whom another city knows by it
    assert theirs[0].reference == ours[0].reference


@pytest.mark.rule("I8")
def test_given_an_identity_code_then_it_is_no_reference(app: Flask) -> None:
    made = world()
    expert = made.together.helsinki.expert
    people = service.expect_people(plan(made, line("Helsinki", 2)), by=expert)

    for text in ("131052-308T", "Maija Mallikas", people[1].reference):
        with pytest.raises(RuleBroken) as refused:
            service.rename(people[0], text, by=expert)
        assert refused.value.field == "reference"


# ---- pages and operations ----


def test_given_a_coordinator_and_experts_then_a_plan_goes_from_the_page_to_checked_needs(app: Flask) -> None:
    made = world(seats=8, budget="50000.00")
    visitor = page_as(app, made.coordinator)
    page = visitor.get("/joint/plans").follow("New plan")
    values = {
        "employer": "Telakka Oy",
        "business_id": "0112038-9",
        **{f"municipality_{place}": each for place, each in enumerate(("Helsinki", "Espoo"))},
        **{f"month_{place}": f"{soon():%Y-%m}" for place in range(2)},
        **{f"people_{place}": each for place, each in enumerate(("2", "5"))},
        **{f"service_{place}": "job_coaching" for place in range(2)},
    }
    bad = page.press("Save the plan", **{**values, "month_0": ""})
    assert bad.status == 422
    page = bad.press("Save the plan", **values)
    assert "Telakka Oy" in page.heading
    page = page.press("Share with the parties")
    assert "Waiting for an answer" in page.text
    answered = page_as(app, made.together.espoo.coordinator).get(page.url)
    answered = answered.press("Send the answer", stance="accept", takes="5")
    assert "Takes 5 people" in answered.text
    expert = page_as(app, made.together.helsinki.expert)
    found = queries.plans_page(made.coordinator.authority_id, None)[0]
    people = expert.get(f"/expert/plans/{found.id}").press("Make 2 references")
    people = people.follow(f"{found.reference}-001").press("Save the reference", reference="AS-1")
    done = people.press("Check the list", place="Kuopio", latest_start=soon(2).isoformat())
    assert "AS-1" in done.text
    assert visitor.get(f"/joint/plans/{found.id}").press("Close the plan").messages[0] == "The plan is closed."
    assert queries.plan(found.id).state is PlanState.CLOSED  # type: ignore[union-attr]


def test_given_machines_then_plans_live_by_the_same_verbs(app: Flask) -> None:
    made = world(seats=8, budget="50000.00")
    client, expert = api_as(app, made.coordinator), api_as(app, made.together.helsinki.expert)
    figures = {"municipality": "Helsinki", "labour_force": 1000, "unemployed": 10, "as_of": str(worlds_orders.today())}
    assert client.post("/labour-figures", json=figures).status_code == 201
    lines = [{"municipality": "Helsinki", "month": str(soon()), "people": 3, "service_type": "job_coaching"}]
    given = {"employer": "Telakka Oy", "agreement_id": str(made.together.agreement.id), "lines": lines}
    told = client.post("/layoff-plans", json=given).get_json()
    assert told["places"][0]["growth"] == "30.0"
    assert told["places"][0]["is_beyond"] is True
    assert told["services"][0]["months"][0]["free"] == 8
    address = f"/layoff-plans/{told['id']}"
    assert client.post(f"{address}/change", json=given).status_code == 200
    people = expert.post(f"{address}/expect-people").get_json()["items"]
    assert expert.post(f"/layoff-people/{people[0]['id']}/rename", json={"reference": "AS-9"}).status_code == 200
    needs = {
        "people": [each["id"] for each in people],
        "category_id": str(made.market.category.id),
        "place": "Kuopio",
        "languages": ["fi"],
        "latest_start": str(soon(2)),
    }
    made_needs = expert.post(f"{address}/take-needs", json=needs)
    assert made_needs.status_code == 201, made_needs.get_json()
    assert len(expert.get(f"{address}/people").get_json()["items"]) == 3
    assert client.post(f"{address}/share").status_code == 422, "nobody else's people are in it"
    assert client.post(f"{address}/close").get_json()["state"] == "closed"
    assert len(client.get("/layoff-plans").get_json()["items"]) == 1
    assert len(client.get("/labour-figures").get_json()["items"]) == 1
