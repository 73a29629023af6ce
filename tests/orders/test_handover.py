"""Handovers: all open work of an absent expert moves in one act, by share, and never to one with an interest."""

from __future__ import annotations

import pytest
from flask import Flask

from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken
from core.identity.mandates import Mandate
from core.mail.models import Mail
from dps.systems.models import OrderingRule
from orders import service as orders
from orders.handover import queries, service
from orders.handover.models import Handover
from orders.handover.queries import Caseload
from orders.handover.rules import share_out
from orders.meeting.conflicts import declare_interest
from orders.meeting.models import Ground
from orders.models import Need, Order
from orders.preparing import service as preparing
from suppliers.models import Supplier
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as


def _busy(number: int = 2) -> tuple[worlds.World, Mandate, Mandate]:
    """An expert with an order and open needs, and two colleagues."""
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    worlds.order_by_rule(made)
    for _ in range(number):
        worlds.need(made)
    return made, people.expert(made.authority), people.expert(made.authority)


def _caseload(expert: Mandate) -> Caseload:
    found = queries.caseload(expert.person_id)
    assert found is not None
    return found


def test_work_is_shared_out_by_share_to_those_who_may_take_it() -> None:
    assert share_out("abcdef", {"x": 2, "y": 1}, lambda item, receiver: True).count("x") == 4
    assert share_out("ab", {"x": 1}, lambda item, receiver: item == "b") == [None, "x"]
    assert share_out("abc", {"x": 1, "y": 0}, lambda item, receiver: True) == ["x"] * 3


def test_a_coordinator_sees_what_moves_and_moves_it_to_two_by_share(app: Flask) -> None:
    made, first, second = _busy()
    closed = worlds.need(made)
    orders.close_need(closed, by=made.expert)
    coordinator = page_as(app, made.coordinator)

    page = coordinator.get("/handovers").press("Go on", person=str(made.expert.person_id))
    given = {"receiver_1": str(first.person_id), "share_1": "2", "receiver_2": str(second.person_id)}
    page = page.press("Show what moves", **given)
    assert len(page.rows()) == 3
    assert db.session.query(Handover).count() == 0
    page = page.press("Hand the work over")

    assert page.heading.startswith("Handover of the work of")
    experts = [need.expert_id for need in db.session.query(Need).filter(Need.id != closed.id)]
    assert sorted(experts) == sorted([first.person_id, first.person_id, second.person_id])
    order = db.session.query(Order).one()
    assert order.expert_id == order.need.expert_id != made.expert.person_id
    assert closed.expert_id == made.expert.person_id
    assert db.session.query(AuditEvent).filter_by(type="need.handed_over").count() == 3
    told = {mail.to_address for mail in db.session.query(Mail).filter(Mail.template.like("handover_%"))}
    assert told == {first.email, second.email, made.expert.email}
    receiver = first if order.expert_id == first.person_id else second
    assert page_as(app, receiver).get(f"/expert/orders/{order.id}").status == 200
    assert queries.live_needs(made.authority.id, made.expert.person_id) == []


def test_another_handover_moves_it_back(app: Flask) -> None:
    made, first, _second = _busy()
    service.hand_over(_caseload(made.expert), {first.person_id: 1}, by=made.coordinator)
    service.hand_over(_caseload(first), {made.expert.person_id: 1}, by=first)
    assert {each.expert_id for each in db.session.query(Need)} == {made.expert.person_id}
    assert db.session.query(Order).one().expert_id == made.expert.person_id


@pytest.mark.rule("R50")
def test_what_the_receiver_has_an_interest_in_goes_to_another_or_stays_with_its_reason(app: Flask) -> None:
    made, first, second = _busy(number=1)
    order = db.session.query(Order).one()
    supplier = db.session.get_one(Supplier, order.supplier_id)
    declare_interest(supplier, Ground.RELATIVE, by=first)

    kept = service.preview(_caseload(made.expert), {first.person_id: 1}, by=made.coordinator)
    assert {each.need.id: each.receiver_id for each in kept}[order.need_id] is None
    row = service.hand_over(_caseload(made.expert), {first.person_id: 5, second.person_id: 1}, by=made.coordinator)

    by_need = {item.need_id: item for item in row.items}
    assert by_need[order.need_id].to_id == second.person_id
    service.hand_over(_caseload(second), {first.person_id: 1}, by=made.coordinator)
    last = db.session.query(Handover).order_by(Handover.id.desc()).first()
    assert [(item.to_id, item.kept_reason) for item in last.items] == [(None, "R50")]
    assert order.expert_id == second.person_id


def test_what_customers_prepared_moves_too(app: Flask) -> None:
    made, first, _second = _busy(number=0)
    invited = preparing.invite("AS-9", worlds.today(), by=made.expert)
    service.hand_over(_caseload(made.expert), {first.person_id: 1}, by=made.expert)
    assert invited.prepared.expert_id == first.person_id


def test_nobody_moves_work_of_others_or_to_elsewhere(app: Flask) -> None:
    made, first, _second = _busy(number=0)
    caseload = _caseload(made.expert)
    stranger = people.expert()
    for shares in ({}, {made.expert.person_id: 1}, {first.person_id: -1}):
        with pytest.raises(RuleBroken):
            service.hand_over(caseload, shares, by=made.coordinator)
    with pytest.raises(NotAllowed):
        service.hand_over(caseload, {stranger.person_id: 1}, by=made.coordinator)
    url = f"/handovers/new/{made.expert.person_id}"
    assert page_as(app, first).get(url).status == 403
    assert page_as(app, people.coordinator()).get(url).status == 403
    assert page_as(app, made.expert).get(url).status == 200


def test_machines_preview_and_hand_over(app: Flask) -> None:
    made, first, _second = _busy()
    coordinator = api_as(app, made.coordinator)
    data = {"shares": [{"expert_id": str(first.person_id)}]}
    address = f"/experts/{made.expert.person_id}"
    assert len(coordinator.post(f"{address}/preview-handover", json=data).json["items"]) == 3
    done = coordinator.post(f"{address}/hand-over", json=data)
    assert done.status_code == 201
    assert {item["to_id"] for item in done.json["items"]} == {str(first.person_id)}
    assert len(coordinator.get("/handovers").json["items"]) == 1
    assert coordinator.get(f"/handovers/{done.json['id']}").json["from_id"] == str(made.expert.person_id)
