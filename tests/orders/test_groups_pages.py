"""Groups on pages and by machine: set up, filled, told of, handled; each sees what is theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.identity.models import Role
from core.web import workspaces
from dps.systems.models import OrderingRule, ServiceType
from orders.groups import desk, queries, service
from orders.groups.models import EntryState, Group, GroupState
from orders.models import Order, OrderState
from tests import people
from tests import worlds_groups as groups
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def test_given_a_start_when_a_coordinator_sets_a_group_up_then_it_stands_in_the_list_and_can_be_opened(
    app: Flask,
) -> None:
    made = groups.world()
    offering = worlds.offering(made)
    visitor = page_as(app, made.coordinator)
    page = visitor.get("/procurement/groups").follow("Set up a group").follow("Individual job coaching")
    refused = page.press("Set up the group", seats_max="2")
    assert any("Write why a group is ordered from this provider" in each for each in refused.messages)
    page = refused.press("Set up the group", rule_reason=groups.REASON, days_off="24.12.2030, 1.1.2031")
    assert page.heading == "Group G-1: Individual job coaching"
    found = db.session.query(Group).one()
    assert all(clock.supplier_days.is_working_day(day) for day in found.course_days)
    assert found.first_day == offering.starts[0].starts_on
    assert "Being filled" in page.press("Open the queue").text
    assert visitor.get("/procurement/groups?place=Kuopio&language=fi").rows()[0][0] == "G-1"
    assert visitor.get("/procurement/groups?place=Siilinj%C3%A4rvi").rows() == []


def test_given_a_need_then_its_page_leads_to_the_queue_and_to_the_order_of_the_seat(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    need = worlds.need(made)
    visitor = page_as(app, made.expert)
    page = visitor.get(f"/expert/needs/{need.id}").press("Join the queue of the group G-1")
    assert "On the waiting list" in page.text
    refused = page.press(f"Take the seat for the need {need.reference}")
    assert any("the customer chooses" in each for each in refused.messages)
    page = refused.press(f"Take the seat for the need {need.reference}", **{_agrees(found): "y"})
    assert page.heading == "Order O-1"
    assert "Kuopio" in visitor.get(f"/expert/groups/{found.id}").text


def _agrees(found: Group) -> str:
    return f"{queries.queue_of(found)[0].id.hex}-customer_agrees"


def test_given_any_group_will_do_then_the_expert_is_told_on_the_desk_when_a_seat_is_kept(app: Flask) -> None:
    made = groups.world()
    need = worlds.need(made)
    found = groups.group(made)
    visitor = page_as(app, made.expert)
    visitor.get(f"/expert/needs/{need.id}").press("Wait for any group of this service")
    service.offer_seats(found, by=None)
    assert f"Need {need.reference}: a seat in the group G-1" in visitor.get("/expert").text
    page = visitor.get(f"/expert/groups/{found.id}").press(f"Take the need {need.reference} out of the queue")
    assert "Nobody waits" in page.text


@pytest.mark.rule("R98")
def test_given_selected_training_then_the_expert_decides_on_the_page_of_the_group(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, needs_selection=True)
    entry = groups.waiting(made, found)
    page = page_as(app, made.expert).get(f"/expert/groups/{found.id}")
    name = f"Save the decision on the need {entry.need.reference}"
    refused = page.press(name, **{f"{entry.id.hex}-is_chosen": "yes"})
    assert any("Write the reasons" in each for each in refused.messages)
    values = {f"{entry.id.hex}-is_chosen": "yes", f"{entry.id.hex}-reasons": "Has the basic skills."}
    assert "Selected" in refused.press(name, **values).text
    assert api_as(app, groups.provider_of(made, found)).post(f"/queue-entries/{entry.id}/select").status_code == 403


def test_given_todays_group_then_the_provider_tells_of_all_with_one_button_and_the_desk_is_clear(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made, seats_max=2)
    orders = [groups.seat(made, found) for _ in range(2)]
    provider = groups.provider_of(made, found)
    with clock.at(worlds.noon(found.first_day)):
        visitor = page_as(app, provider)
        assert "Group G-1: who is there today" in visitor.get("/provider").text
        page = visitor.get("/provider/groups").follow("Record the attendance of the group G-1")
        assert orders[0].need.customer_reference in page.text
        assert "Under 25" not in page.text
        page = page.press("Save the attendance of all", **{f"mark_{orders[1].id.hex}": "absent_without_leave"})
        assert "The attendance is saved." in page.text
        assert "who is there today" not in visitor.get("/provider").text
        refused = page.press("Save the attendance of all", day=(found.first_day - timedelta(days=1)).isoformat())
        assert refused.status == 422
        assert any("no day of the course" in each for each in refused.messages)
    marks = queries.marks_on([each.id for each in orders], found.first_day)
    assert [marks[each.id].value for each in orders] == ["present", "absent_without_leave"]


@pytest.mark.rule("R118")
def test_given_no_secrecy_undertaking_then_the_list_shows_order_numbers_only(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    order = groups.seat(made, found)
    colleague = people.mandate(Role.PROVIDER, found.supplier.organisation)
    page = page_as(app, colleague).get(f"/provider/groups/{found.id}")
    assert order.need.customer_reference not in page.text


@pytest.mark.rule("R100")
def test_given_five_absences_in_training_then_the_expert_hears_and_decides(app: Flask) -> None:
    made = groups.world()
    made.category.service_type = ServiceType.LABOUR_MARKET_TRAINING
    found = groups.group(made)
    order, provider = groups.seat(made, found), groups.provider_of(made, found)
    for day in found.course_days[:5]:
        with clock.at(worlds.noon(day)):
            found_marks = {"order_id": str(order.id), "kind": "absent_without_leave"}
            sent = api_as(app, provider).post(
                f"/groups/{found.id}/record-attendance", json={"day": day.isoformat(), "marks": [found_marks]}
            )
            assert sent.status_code == 200
    with clock.at(worlds.noon(found.course_days[5])):
        visitor = page_as(app, made.expert)
        page = visitor.get("/expert").follow(f"Open the absences of order {order.reference}")
        assert "In training the customer is heard before the authority decides." in page.text
        page = page.press("Save the hearing").press("Save the decision", discontinues="yes")
        assert "The service is discontinued" in page.text
        assert "Absences" not in visitor.get("/expert").text
        assert "Attendance" in visitor.get(f"/expert/orders/{order.id}").text


def test_given_a_service_for_one_customer_then_the_provider_tells_days_and_defeated_goals(app: Flask) -> None:
    made = groups.world(rule=OrderingRule.ROTATION)
    worlds.offering(made, starts_in_days=(0,))
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    from orders.service import answering, running

    answering.accept(order, by=provider)
    running.start_service(order, worlds.today(), by=provider)
    visitor = page_as(app, provider)
    page = visitor.get("/provider/groups").follow(order.reference)
    refused = page.press("Save", day="2020-01-01", kind="present")
    assert any("no day of the course" in each for each in refused.messages)
    page = refused.press("Tell the authority", reason="Came twice in a month.")
    assert "To be handled" in page.text
    assert len(queries.notices_for(made.expert.person_id)) == 1


def test_given_empty_seats_soon_then_the_coordinator_sees_it_and_may_cancel(app: Flask) -> None:
    made = groups.world()
    found = groups.group(made)
    assert desk.empty_seats in [give for _, give in workspaces._contributions]
    visitor = page_as(app, made.coordinator)
    page = visitor.get("/procurement").follow("Open the group G-1")
    page = page.press("Cancel the group", reason="Too few customers.")
    assert "Too few customers." in page.text
    assert db.session.get_one(Group, found.id).state is GroupState.CANCELLED


def test_given_a_machine_then_a_group_goes_its_way_by_json(app: Flask) -> None:
    made = groups.world()
    offering = worlds.offering(made)
    first = offering.starts[0].starts_on
    coordinator, expert = api_as(app, made.coordinator), api_as(app, made.expert)
    body: dict[str, Any] = {
        "start_id": str(offering.starts[0].id),
        "seats_min": 1,
        "seats_max": 2,
        "languages": ["fi"],
        "place": "Kuopio",
        "days": [(first + timedelta(days=n)).isoformat() for n in range(3)],
        "own_until": first.isoformat(),
        "release_on": first.isoformat(),
        "aims_at_qualification": False,
        "rule_reason": groups.REASON,
        "age_bands": ["25_to_34"],
    }
    wrong = coordinator.post("/groups", json={**body, "aims_at_qualification": True}).get_json()
    assert (wrong["rule"], wrong["errors"][0]["field"]) == ("R95", "aims_at_qualification")
    group_id = coordinator.post("/groups", json=body).get_json()["id"]
    assert coordinator.post(f"/groups/{group_id}/open").get_json()["state"] == "open"
    need = worlds.need(made)
    entry = expert.post("/queue-entries", json={"need_id": str(need.id), "group_id": group_id}).get_json()
    assert expert.post(f"/groups/{group_id}/offer-seats").get_json()["seats_filled"] == 0
    taken = expert.post(f"/queue-entries/{entry['id']}/take-seat", json={"customer_agrees": True}).get_json()
    assert taken["state"] == "placed"
    order = db.session.get_one(Order, taken["order_id"])
    assert order.state is OrderState.PLACED
    provider = api_as(app, made.suppliers[0])
    shown = provider.get(f"/groups/{group_id}").get_json()
    assert "age_bands" not in shown
    assert [each["id"] for each in provider.get("/groups").get_json()["items"]] == [group_id]
    assert provider.get("/queue-entries").status_code == 403
    assert len(expert.get("/queue-entries").get_json()["items"]) == 1
    again = expert.post("/queue-entries", json={"need_id": str(worlds.need(made).id)}).get_json()
    assert expert.post(f"/queue-entries/{again['id']}/leave").get_json()["leave_reason"] == "customer_withdrew"


def test_given_another_authority_then_neither_group_nor_queue_is_theirs(app: Flask) -> None:
    made, other = groups.world(), groups.world()
    found = groups.group(made)
    entry = groups.waiting(made, found)
    assert entry.state is EntryState.WAITING
    stranger = api_as(app, other.expert)
    assert stranger.get(f"/groups/{found.id}").status_code == 403
    assert stranger.get(f"/queue-entries/{entry.id}").status_code == 403
    body = {"need_id": str(worlds.need(other).id), "group_id": str(found.id)}
    assert stranger.post("/queue-entries", json=body).status_code == 403
    assert page_as(app, other.coordinator).get(f"/procurement/groups/{found.id}").status == 403
