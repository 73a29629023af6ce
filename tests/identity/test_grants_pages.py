"""The pages and operations of access between authorities, as people and machines use them (R103, R107)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from core import audit
from core.audit.models import AuditEvent
from core.db import db
from core.identity.grants import service
from core.identity.grants.models import GrantState, ScopeKind, Task
from core.identity.grants.queries import USED
from orders.groups.models import Group, GroupState, QueueEntry
from tests import people, worlds_groups
from tests import worlds_grants as worlds
from tests import worlds_orders as order_worlds
from tests.pages import api_as, page_as

SECRET = "ASIAKAS-777"


@pytest.fixture
def made(app: Flask) -> worlds.TwoCities:
    return worlds.two_cities()


def _uses() -> list[str]:
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.type == USED).order_by(AuditEvent.seq))
    return [row.data["act"] for row in rows]


def _waiting(made: worlds.TwoCities) -> tuple[Group, QueueEntry]:
    group = worlds_groups.group(made.owner, is_open=False)
    return group, worlds_groups.waiting(made.owner, group, customer_reference=SECRET, municipality="Rautavaara")


def test_given_a_coordinator_asks_on_the_pages_and_the_owner_gives_then_both_see_the_access(
    app: Flask, made: worlds.TwoCities
) -> None:
    asking = page_as(app, made.coordinator)
    ask = asking.get("/joint/grants").follow("Ask for access")
    form = ask.press("Continue", task="follow_orders", owner=str(made.owner.authority.id))
    thing = f"category:{made.owner.category.id}"
    missing = form.press("Send the proposal", scope=thing)
    assert (missing.status, "Write what the access is needed for" in missing.text) == (422, True)
    today = order_worlds.today()
    words = {"scope": thing, "person": str(made.coordinator.person_id), "purpose": "The yearly review."}
    late = form.press("Send the proposal", **words, last_day=(today + timedelta(days=800)).isoformat())
    assert any("at most 12 months" in each for each in late.messages)
    sent = form.press("Send the proposal", **words)
    assert "Waiting for an answer" in sent.text

    owner = page_as(app, made.decider)
    desk = owner.get("/procurement")
    assert "Answer: access for" in desk.text
    given = owner.get(sent.url).press("Give the access")
    assert "In force" in given.text
    assert asking.get("/joint/grants").rows()[0][-1] == "Do the task"
    stranger = page_as(app, people.coordinator())
    assert stranger.get(sent.url).status == 403


def test_given_the_owner_refuses_then_the_reason_is_read_by_who_asked(app: Flask, made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made)
    owner = page_as(app, made.owner.coordinator).get(f"/joint/grants/{grant.id}")
    assert owner.press("Refuse the access").status == 422
    owner.press("Refuse the access", reason="Ask again in spring.")
    assert "Ask again in spring." in page_as(app, made.coordinator).get(f"/joint/grants/{grant.id}").text


@pytest.mark.rule("R103")
def test_given_the_authority_that_asked_then_its_page_has_no_button_to_give(app: Flask, made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made)
    page = page_as(app, made.coordinator).get(f"/joint/grants/{grant.id}")
    assert "Give the access" not in page.text
    assert api_as(app, made.coordinator).post(f"/grants/{grant.id}/give").status_code == 403
    db.session.refresh(grant)
    assert grant.state is GrantState.PROPOSED


def test_given_access_that_ends_soon_then_it_stands_on_both_desks(app: Flask, made: worlds.TwoCities) -> None:
    worlds.given(made, **worlds.days(order_worlds.today(), 10))
    for mandate in (made.coordinator, made.owner.coordinator):
        assert "ends on" in page_as(app, mandate).get("/procurement").text


@pytest.mark.rule("R107")
def test_given_the_task_prepare_then_the_draft_is_read_not_changed_and_the_reading_stands_in_the_trail(
    app: Flask, made: worlds.TwoCities
) -> None:
    system = made.owner.category.system
    address = f"/procurement/systems/{system.id}"
    reader = page_as(app, made.coordinator)
    assert reader.get(address).status == 403
    worlds.given(made, Task.PREPARE)

    page = reader.get(address)

    assert page.status == 200
    for button in ("Change the validity", "Add a category", "Close temporarily"):
        assert button not in page.text
    assert reader.get(f"/procurement/categories/{made.owner.category.id}").status == 200
    assert reader.get(f"{address}/edit").status == 403
    assert api_as(app, made.coordinator).get(f"/purchasing-systems/{system.id}").status_code == 200
    assert _uses() == [
        "GET /procurement/systems/<uuid:system_id>",
        "GET /procurement/categories/<uuid:category_id>",
    ]
    owner = page_as(app, made.decider).get("/joint/grants/uses?task=prepare")
    assert len(owner.rows()) == 2
    assert "City of Espoo" in owner.rows()[0][1]
    assert page_as(app, made.decider).get("/joint/grants/uses?task=fill_groups").rows() == []
    trail = page_as(app, people.admin()).get(f"/admin/audit?type=grant.used&organisation={made.owner.authority.id}")
    assert len(trail.rows()) == 2


@pytest.mark.rule("R103", "R107")
def test_given_the_task_fill_groups_then_the_owners_customers_are_places_pseudonyms_and_languages(
    app: Flask, made: worlds.TwoCities
) -> None:
    group, entry = _waiting(made)
    worlds.given(made, Task.FILL_GROUPS, person_id=made.expert.person_id)
    helper = page_as(app, made.expert)

    listed = helper.get("/joint/groups-to-fill")
    page = listed.follow(group.reference)

    assert page.rows() == [["1", entry.pseudonym, "Finnish", "met"]]
    answer = api_as(app, made.expert).get(f"/groups-to-fill/{group.id}")
    assert answer.get_json()["queue"] == [
        {"place": 1, "pseudonym": entry.pseudonym, "languages": ["fi"], "meets_prerequisites": True}
    ]
    for words in (listed.text, page.text, page.response.get_data(as_text=True), answer.get_data(as_text=True)):
        assert SECRET not in words
        assert entry.need.reference not in words
        assert str(entry.need_id) not in words
        assert entry.municipality not in words


@pytest.mark.rule("R103")
def test_given_the_task_fill_groups_then_the_helper_runs_the_group_in_the_owners_trail(
    app: Flask, made: worlds.TwoCities
) -> None:
    group, _entry = _waiting(made)
    grant = worlds.given(made, Task.FILL_GROUPS, scope_kind=ScopeKind.GROUP, scope_id=group.id)
    helper = page_as(app, made.coordinator)

    opened = helper.get(f"/joint/groups-to-fill/{group.id}").press("Open the queue")

    assert opened.status == 200
    assert db.session.get_one(Group, group.id, populate_existing=True).state is GroupState.OPEN
    acts = [(each.type, each.data.get("act")) for each in audit.trail(grant)][2:]
    assert ("grant.used", "POST /joint/groups-to-fill/<uuid:group_id>/open") in acts
    assert audit.trail(group)[-1].organisation_id == made.other.id
    refused = opened.press("Cancel the group")
    assert (refused.status, SECRET in refused.text) == (422, False)
    assert helper.get(f"/procurement/groups/{group.id}").status == 403
    assert helper.get(f"/expert/groups/{group.id}").status == 403
    machine = api_as(app, made.coordinator)
    assert machine.post(f"/groups/{group.id}/offer-seats").status_code == 200
    service.withdraw(grant, by=made.decider)
    assert machine.post(f"/groups/{group.id}/offer-seats").status_code == 403
    assert helper.get(f"/joint/groups-to-fill/{group.id}").status == 403


@pytest.mark.rule("R107", "R104")
def test_given_the_task_follow_orders_then_orders_are_listed_without_their_customers(
    app: Flask, made: worlds.TwoCities
) -> None:
    group = worlds_groups.group(made.owner)
    order = worlds_groups.seat(made.owner, group, customer_reference=SECRET)
    stranger = order_worlds.world()
    worlds_groups.seat(stranger, worlds_groups.group(stranger))
    reader, machine = page_as(app, made.coordinator), api_as(app, made.coordinator)
    assert reader.get("/joint/orders").rows() == []
    grant = worlds.given(made)

    page = reader.get("/joint/orders")
    answer = machine.get("/joint-orders").get_json()["items"]

    assert len(page.rows()) == 1
    assert page.rows()[0][5] == order.need.municipality
    assert set(answer[0]) == {
        "id",
        "state",
        "category_id",
        "service_fi",
        "service_sv",
        "service_en",
        "provider",
        "placed_on",
        "starts_on",
        "ends_on",
        "price",
        "municipality",
    }
    for hidden in (SECRET, order.reference, order.need.reference):
        assert hidden not in page.text
    assert _uses() == ["GET /joint/orders", "GET /api/v1/joint-orders"]
    assert page_as(app, made.coordinator).get(f"/joint/orders?grant={grant.id}").rows() == page.rows()
    assert api_as(app, made.coordinator).get(f"/orders/{order.id}").status_code == 403


def test_given_a_machine_then_it_asks_gives_refuses_withdraws_and_reads_the_uses(
    app: Flask, made: worlds.TwoCities
) -> None:
    asking, owner = api_as(app, made.coordinator), api_as(app, made.decider)
    asked = worlds.details(made, Task.FOLLOW_ORDERS)
    body = {
        "person_id": str(asked.person_id),
        "owner_id": str(asked.owner_id),
        "task": "follow_orders",
        "scope_kind": "category",
        "scope_id": str(asked.scope_id),
        "purpose": asked.purpose,
        "first_day": asked.first_day.isoformat(),
        "last_day": asked.last_day.isoformat(),
    }
    first = asking.post("/grants", json=body)
    second = asking.post("/grants", json=body).get_json()
    assert first.status_code == 201
    own = asking.post("/grants", json={**body, "owner_id": str(made.other.id)})
    assert (own.status_code, own.get_json()["rule"]) == (422, "R103")
    grant_id = first.get_json()["id"]
    assert owner.post(f"/grants/{grant_id}/give").get_json()["state"] == "given"
    twice = owner.post(f"/grants/{grant_id}/give")
    assert (twice.status_code, twice.get_json()["rule"]) == (409, "access_grant-state")
    assert owner.post(f"/grants/{second['id']}/refuse", json={"reason": "No."}).get_json()["state"] == "refused"
    asking.get("/joint-orders")
    used = owner.get(f"/grant-uses?grant_id={grant_id}").get_json()["items"]
    assert [(each["act"], each["task"]) for each in used] == [("GET /api/v1/joint-orders", "follow_orders")]
    assert asking.post(f"/grants/{grant_id}/withdraw").get_json()["state"] == "withdrawn"
    assert {each["id"] for each in owner.get("/grants").get_json()["items"]} == {grant_id, second["id"]}
    assert api_as(app, made.expert).get("/grants").get_json()["items"] == []


@contextmanager
def _statements() -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_given_people_at_their_own_work_then_grants_cost_their_pages_no_question(
    app: Flask, made: worlds.TwoCities
) -> None:
    group = worlds_groups.group(made.owner)
    worlds.given(made, Task.FILL_GROUPS)
    own = (
        (made.owner.coordinator, f"/procurement/groups/{group.id}"),
        (made.owner.coordinator, f"/procurement/systems/{made.owner.category.system_id}"),
        (made.owner.expert, f"/expert/groups/{group.id}"),
        (made.owner.expert, "/expert/orders"),
    )
    for mandate, address in own:
        visitor = page_as(app, mandate)
        with _statements() as asked:
            assert visitor.get(address).status == 200
        assert [each for each in asked if "access_grant" in each] == []


def test_given_a_page_opened_by_a_grant_then_one_question_finds_all_grants(app: Flask, made: worlds.TwoCities) -> None:
    worlds.given(made, Task.PREPARE)
    visitor = page_as(app, made.coordinator)
    with _statements() as asked:
        visitor.get(f"/procurement/systems/{made.owner.category.system_id}")
    found = [each for each in asked if "FROM access_grant" in each]
    assert len(found) == 2  # what is in force, and the rows whose use is recorded
