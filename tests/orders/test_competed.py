"""Orders where purchases are competed: call-offs under an awarded contract, never above its maximum (R2, R3, R79)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core.db import db
from core.errors import RuleBroken
from dps.contracts import queries as contract_queries
from dps.contracts.models import FrameContract
from dps.decisions.models import Decision, DecisionAddressee, DecisionKind, DecisionState
from dps.offerings import service as offerings
from dps.offerings.models import Offering, OfferingStart
from dps.systems.legal_mode import InstructionKind
from dps.systems.models import LegalMode, OrderingRule
from orders import queries, search, service
from orders.models import ChosenBy, Need, NeedState, Order, OrderState
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as
from tests.worlds_orders import World

STRICT, ANNEX = LegalMode.DPS_STRICT, LegalMode.ANNEX_E_DPS_LIKE


def competed_world(mode: LegalMode = STRICT) -> World:
    return worlds.world(rule=OrderingRule.COMPETITION, mode=mode)


def choice(made: World) -> Decision:
    """A signed choice of tenders in the category."""
    row = Decision(
        authority_id=made.authority.id,
        category_id=made.category.id,
        case_year=2020,
        case_number=2,
        competence="Hallintosääntö 24 §",
        kind=DecisionKind.AWARD,
        state=DecisionState.SIGNED,
        matter={"fi": "Kilpailutus"},
        reasons=[{"requirement": "x", "text": {"fi": "x"}, "is_met": True, "reason": ""}],
        summary="…",
        legal_basis="HL 52 §",
        instruction_kind=InstructionKind.MARKET_COURT,
        language="fi",
        tenders_received=2,
        tenderers=2,
        prepared_by=made.coordinator.person_id,
        prepared_at=worlds.LONG_AGO,
        signed_by=people.decider(made.authority).person_id,
        signed_at=worlds.LONG_AGO,
        year=2020,
        section_number=1000,
    )
    db.session.add(row)
    db.session.flush()
    return row


def competed_offering(
    made: World, decision: Decision, *, rank: int = 1, maximum: str | None = "10", lot: str = "1", seats: int = 20
) -> Offering:
    """A published service under the contract of a chosen tender."""
    provider, contract = worlds.supplier(made)
    assert contract is not None
    contract.award_decision_id, contract.lot, contract.lot_name, contract.rank = decision.id, lot, {"fi": lot}, rank
    contract.is_only_of_lot = made.category.legal_mode is STRICT
    contract.maximum_quantity = Decimal(maximum) if maximum else None
    contract.price_list = {"unit": made.category.price_unit.value, "ceiling": "1000.00", "modules": {}}
    db.session.add(
        DecisionAddressee(decision_id=decision.id, supplier_id=contract.supplier_id, language="fi", sections=[])
    )
    db.session.flush()
    row = offerings.create_offering(contract, worlds.description(), by=provider)
    offerings.add_start(row, worlds.today() + timedelta(days=10), seats, by=provider)
    offerings.publish(row, by=provider)
    return row


def place(made: World, need: Need, offering: Offering) -> Order:
    return service.place_order(need, offering, offering.starts[0], chosen_by=ChosenBy.RULE, by=made.expert)


@pytest.mark.rule("R2", "R79")
def test_in_a_strict_system_an_order_is_a_call_off_under_an_awarded_contract(app: Flask) -> None:
    made = competed_world()
    without = worlds.offering(made)
    with pytest.raises(RuleBroken) as refused:
        place(made, worlds.need(made), without)
    assert refused.value.rule == "R2"
    offering = competed_offering(made, choice(made))
    order = place(made, worlds.need(made), offering)
    assert order.contract_id == offering.contract_id
    assert offering.contract.ordered_quantity == 1


@pytest.mark.rule("R3")
def test_where_competition_is_the_published_rule_only_a_competed_contract_will_do(app: Flask) -> None:
    made = competed_world(ANNEX)
    with pytest.raises(RuleBroken) as refused:
        place(made, worlds.need(made), worlds.offering(made))
    assert refused.value.rule == "R3"


@pytest.mark.rule("R79")
def test_a_choice_alone_is_not_enough_for_an_order(app: Flask) -> None:
    from dps.contracts.models import ContractState

    made = competed_world()
    offering = competed_offering(made, choice(made))
    offering.contract.state = ContractState.SIGNED_BY_SUPPLIER
    offering.contract.authority_signed_at = None
    with pytest.raises(RuleBroken) as refused:
        place(made, worlds.need(made), offering)
    assert refused.value.rule == "R79"


@pytest.mark.rule("R2")
def test_orders_never_go_above_the_maximum_quantity(app: Flask) -> None:
    made = competed_world()
    offering = competed_offering(made, choice(made), maximum="2")
    first = place(made, worlds.need(made), offering)
    place(made, worlds.need(made), offering)
    need = worlds.need(made)
    with pytest.raises(RuleBroken) as refused:
        place(made, need, offering)
    assert refused.value.rule == "R2"
    assert contract_queries.contract_for_orders(offering.supplier_id, offering.category_id, worlds.today()) is None
    assert search.fitting(need).hits == []
    service.cancel(first, by=made.expert)
    assert offering.contract.quantity_left == 1
    place(made, need, offering)
    offering.contract.ordered_quantity = Decimal(3)
    with pytest.raises(IntegrityError, match="within_maximum_quantity"):
        db.session.flush()


@pytest.mark.rule("R2")
def test_a_declined_order_gives_its_quantity_back(app: Flask) -> None:
    from dps.systems.models import DeclineReason

    made = competed_world()
    offering = competed_offering(made, choice(made))
    order = place(made, worlds.need(made), offering)
    service.decline(order, DeclineReason.NO_CAPACITY, by=worlds.provider_of(order, made))
    assert offering.contract.ordered_quantity == 0


@pytest.mark.rule("R79")
def test_an_expired_contract_takes_no_order(app: Flask) -> None:
    made = competed_world()
    offering = competed_offering(made, choice(made))
    offering.contract.ends_on = worlds.today() - timedelta(days=1)
    with pytest.raises(RuleBroken) as refused:
        place(made, worlds.need(made), offering)
    assert refused.value.rule == "R79"


@pytest.mark.rule("R3")
def test_ranked_contractors_are_ordered_from_in_their_rank(app: Flask) -> None:
    made = competed_world(ANNEX)
    decision = choice(made)
    second = competed_offering(made, decision, rank=2, maximum=None)
    first = competed_offering(made, decision, rank=1, maximum="1")
    need = worlds.need(made)
    assert [each.offering_id for each in search.fitting(need).hits] == [first.id, second.id]
    with pytest.raises(RuleBroken) as refused:
        place(made, need, second)
    assert refused.value.rule == "R3"
    place(made, need, first)
    place(made, worlds.need(made), second)  # the first one's quantity is used up


def test_an_expert_orders_from_a_competed_contract_on_pages_and_by_the_api(app: Flask) -> None:
    made = competed_world()
    assert made.category not in queries.categories_to_order_from(made.authority.id)
    offering = competed_offering(made, choice(made))
    assert made.category in queries.categories_to_order_from(made.authority.id)
    need, other = worlds.need(made), worlds.need(made)
    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}")
    page.press("Order this service")
    db.session.refresh(need)
    assert need.state is NeedState.ORDERED
    answer = api_as(app, made.expert).post(
        "/orders",
        {"need_id": str(other.id), "offering_id": str(offering.id), "start_id": str(offering.starts[0].id)},
    )
    assert answer.status_code == 201, answer.json
    assert answer.json["contract_id"] == str(offering.contract_id)


@pytest.mark.rule("R2", "I7")
def test_parallel_orders_never_pass_the_maximum_quantity(committed_app: Flask) -> None:
    with committed_app.app_context():
        made = competed_world()
        offering = competed_offering(made, choice(made), maximum="3")
        for days in range(11, 18):  # a start each, so that only the contract's lock keeps them apart
            offerings.add_start(
                offering, worlds.today() + timedelta(days=days), 1, by=worlds.provider_of(offering, made)
            )
        starts = [each.id for each in offering.starts]
        needs = [worlds.need(made).id for _ in starts]
        db.session.commit()
        offering_id, contract_id, expert = offering.id, offering.contract_id, made.expert

    def order(need_id: object, start_id: object) -> bool:
        with committed_app.app_context():
            need, row = db.session.get_one(Need, need_id), db.session.get_one(Offering, offering_id)
            start = db.session.get_one(OfferingStart, start_id)
            try:
                service.place_order(need, row, start, chosen_by=ChosenBy.RULE, by=expert)
            except RuleBroken:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        placed = sum(pool.map(order, needs, starts))
    with committed_app.app_context():
        contract = db.session.get_one(FrameContract, contract_id)
        live = db.session.query(Order).filter_by(contract_id=contract_id, state=OrderState.PLACED).count()
    assert (placed, live, contract.ordered_quantity) == (3, 3, Decimal(3))
