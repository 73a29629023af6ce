"""Finding what fits: filters only leave out, parts of prices are told apart, and the published rule is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from core import clock
from core.db import db, new_id, transaction
from core.errors import RuleBroken
from dps.offerings import service as offering_service
from dps.offerings.models import Offering, ServiceForm
from dps.systems.models import OrderingRule, PaymentKind, PaymentPart
from orders import search, service
from orders.fitting import Filters
from orders.models import ChosenBy, Goal, Need, Order, PublishedRecord, QualityClass, Standing
from orders.preparing import service as preparing
from orders.preparing.models import Company
from orders.preparing.service import Answers
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as
from tests.worlds_orders import World


@transaction
def payment(made: World, kind: PaymentKind, ceiling: str = "900.00") -> PaymentPart:
    part = PaymentPart(
        id=new_id(),
        category_id=made.category.id,
        position=1,
        code=kind.value.replace("_", "-"),
        kind=kind,
        text_fi=kind.value,
        text_sv=kind.value,
        text_en=kind.value,
        ceiling=Decimal(ceiling),
    )
    db.session.add(part)
    return part


@transaction
def record(made: World, offering: Offering, quality: QualityClass | None) -> None:
    db.session.add(
        PublishedRecord(
            id=new_id(),
            supplier_id=offering.supplier_id,
            category_id=made.category.id,
            release_id=new_id(),
            published_at=clock.now(),
            quality_class=quality,
        )
    )


def order_of(need: Need, offering: Offering, made: World, **given: Any) -> Order:
    start = worlds.start_of(offering)
    return service.place_order(need, offering, start, chosen_by=ChosenBy.RULE, by=made.expert, **given)


# ---- filters ----


FILTERS: list[tuple[Mapping[str, Any], set[str]]] = [
    ({}, {"Plain Oy", "Group Oy", "Remote Oy"}),
    ({"words": "ryhmävalmennuksessa"}, {"Group Oy"}),
    ({"words": "Remotte"}, {"Remote Oy"}),
    ({"language": "et"}, {"Group Oy"}),
    ({"form": ServiceForm.GROUP}, {"Group Oy"}),
    ({"price_to": Decimal("999.99")}, {"Remote Oy"}),
    ({"is_remote": True}, {"Remote Oy"}),
    ({"place": "Siilinjärvi"}, {"Plain Oy"}),
    ({"starts_in": 10}, {"Plain Oy", "Remote Oy"}),
    ({"language": "et", "is_remote": True}, set()),
]


@pytest.mark.parametrize(("narrowing", "expected"), FILTERS)
def test_given_filters_when_the_list_is_narrowed_then_each_leaves_out_and_they_combine(
    app: Flask, narrowing: Mapping[str, Any], expected: set[str]
) -> None:
    made = worlds.world()
    worlds.offering(made, name="Plain Oy", places=["Kuopio", "Siilinjärvi"])
    worlds.offering(
        made,
        name="Group Oy",
        name_fi="Ryhmävalmennus",
        languages=["fi", "et"],
        form=ServiceForm.GROUP,
        starts_in_days=(20,),
    )
    worlds.offering(made, name="Remote Oy", is_remote=True, price=Decimal("900.00"))
    need = worlds.need(made, is_remote=True)
    given = dict(narrowing)
    if days := given.pop("starts_in", None):
        given["starts_by"] = worlds.today() + timedelta(days=days)
    filters = Filters(**given)

    hits = search.fitting(need, filters=filters).hits

    assert {each.supplier_name for each in search.shown(need, hits)} == expected
    assert Filters.of(filters.kept()) == filters


def test_given_filters_in_the_address_when_the_page_is_opened_then_it_shows_what_they_leave(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, name="Near Oy")
    worlds.offering(made, name="Far Oy", places=["Kuopio", "Siilinjärvi"])
    need = worlds.need(made)

    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}?place=Siilinjärvi")

    assert page.heading == "1 service fits the need T-1"
    assert "Far Oy" in page.text
    assert not [each for each in page.all("select") if each.get("aria-invalid") or each.get("class") == "has-err"]
    assert "Not a valid choice" not in page.text
    assert "Near Oy" not in page.text


def test_given_group_only_needs_when_a_service_is_individual_then_it_does_not_fit(app: Flask) -> None:
    made = worlds.world()
    alone = worlds.offering(made)
    together = worlds.offering(made, form=ServiceForm.GROUP)
    need = worlds.need(made, form=ServiceForm.GROUP)

    assert [each.offering_id for each in search.fitting(need).hits] == [together.id]
    assert search.misfit_of(need, alone.id) == "form"


# ---- the parts of a price ----


def test_given_a_start_fee_and_a_result_when_it_is_ordered_then_the_parts_add_up_to_the_price(app: Flask) -> None:
    """I9: what is committed is everything that may come to be paid, and the order keeps each part."""
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made)
    provider = worlds.provider_of(offering, made)
    for kind, price in ((PaymentKind.START_FEE, "100.00"), (PaymentKind.OUTCOME, "400.05")):
        offering_service.set_payment_price(offering, payment(made, kind), Decimal(price), by=provider)
    module = made.category.modules[0]
    offering_service.set_module_price(offering, module, Decimal("150.00"), by=provider)
    need = worlds.need(made, modules=["language"])

    order = order_of(need, offering, made)

    assert order.price == Decimal("1650.05")
    assert [(each["kind"], each["code"], each["amount"]) for each in order.parts] == [
        ("base", "", "1000.00"),
        ("module", "language", "150.00"),
        ("start_fee", "start-fee", "100.00"),
        ("outcome", "outcome", "400.05"),
    ]
    assert worlds.budget_of(made, order.planned_start_on).committed == Decimal("1650.05")


def test_given_a_payment_above_its_ceiling_when_it_is_priced_then_ceiling_and_field_are_named(app: Flask) -> None:
    made = worlds.world()
    offering = worlds.offering(made)
    part = payment(made, PaymentKind.START_FEE, ceiling="50.00")

    with pytest.raises(RuleBroken) as refused:
        offering_service.set_payment_price(offering, part, Decimal("50.01"), by=worlds.provider_of(offering, made))

    assert (refused.value.rule, refused.value.field) == ("price-ceiling", "part_price")


# ---- the published rule ----


@pytest.mark.rule("R3")
def test_given_a_ranking_by_classes_when_it_is_searched_then_class_stands_before_price(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    made.category.ordering_parameters, made.category.newcomer_share = {"by": "classes"}, Decimal(0)
    prices = {"Below Oy": "700", "Average Oy": "900", "New Oy": "800", "Better Oy": "1500"}
    rows = {name: worlds.offering(made, name=name, price=Decimal(price)) for name, price in prices.items()}
    record(made, rows["Below Oy"], QualityClass.BELOW)
    record(made, rows["Average Oy"], QualityClass.NOT_DIFFERENT)
    record(made, rows["Better Oy"], QualityClass.ABOVE)
    need = worlds.need(made)

    names = [each.supplier_name for each in search.shown(need, search.fitting(need).hits)]

    assert names == ["Better Oy", "New Oy", "Average Oy", "Below Oy"]


@pytest.mark.rule("R3")
@pytest.mark.parametrize("by", ["price", "classes"])
@pytest.mark.parametrize("share", ["0", "1"])
def test_given_classes_and_newcomers_when_a_screen_is_asked_for_then_it_is_that_part_of_the_whole_list(
    app: Flask, by: str, share: str
) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    made.category.ordering_parameters, made.category.newcomer_share = {"by": by}, Decimal(share)
    for place, quality in enumerate([*QualityClass, None, *QualityClass, None]):
        record(made, worlds.offering(made, price=Decimal(900 - 10 * (place % 3))), quality)
    need = worlds.need(made)
    whole = [each.offering_id for each in search.fitting(need).hits]

    for first in (0, 1, 5):
        screen = search.fitting(need, first=first, limit=3)
        assert [each.offering_id for each in screen.hits] == whole[first : first + 3]
        assert screen.has_more is (first + 3 < len(whole))


@pytest.mark.rule("R3")
def test_given_the_share_for_newcomers_is_whole_when_it_is_searched_then_they_come_first(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    made.category.newcomer_share = Decimal(1)
    known = worlds.offering(made, price=Decimal(500))
    record(made, known, QualityClass.ABOVE)
    new = worlds.offering(made, price=Decimal(900))

    need = worlds.need(made)

    assert [each.offering_id for each in search.fitting(need).hits] == [new.id, known.id]
    assert "new providers come first" in page_as(app, made.expert).get(f"/expert/needs/{need.id}").text


@pytest.mark.rule("R3")
def test_given_a_ranking_when_another_than_the_first_is_ordered_then_only_with_a_reason_that_is_kept(
    app: Flask,
) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    first, second = worlds.offering(made, price=Decimal(500)), worlds.offering(made, price=Decimal(900))
    need = worlds.need(made)

    refusals = []
    for reason in (None, "  x  ", "Asiakas 131052-308T pyysi tätä."):
        with pytest.raises(RuleBroken) as refused:
            order_of(need, second, made, deviation_reason=reason)
        refusals.append((refused.value.rule, refused.value.field))
    assert refusals == [("R3", "offering"), ("R3", "deviation_reason"), ("I8", "deviation_reason")]
    with pytest.raises(RuleBroken) as needless:
        order_of(need, first, made, deviation_reason="It is the first anyway.")
    assert (needless.value.rule, needless.value.field) == ("R3", "deviation_reason")

    page = page_as(app, made.expert).get(f"/expert/needs/{need.id}")
    page = page.press("Order this one, with the reason", deviation_reason="The first has no step-free entrance.")

    order = db.session.query(Order).one()
    assert (order.offering_id, order.deviation_reason) == (second.id, "The first has no step-free entrance.")
    assert order.rule["considered"] == [str(first.id), str(second.id)]
    report = page_as(app, made.coordinator).get("/procurement/orders/deviations")
    assert "The first has no step-free entrance." in report.text


@pytest.mark.rule("R3")
def test_given_rotation_when_another_than_the_first_is_ordered_then_no_reason_helps(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    rows = [worlds.offering(made), worlds.offering(made)]
    need = worlds.need(made)
    last = search.fitting(need).hits[-1].offering_id

    with pytest.raises(RuleBroken) as refused:
        order_of(need, next(each for each in rows if each.id == last), made, deviation_reason="We like it better.")

    assert (refused.value.rule, refused.value.field) == ("R3", "offering")


def test_given_orders_that_come_and_go_when_standings_are_computed_anew_then_they_are_those_kept(app: Flask) -> None:
    made = worlds.world(rule=OrderingRule.ROTATION)
    for _ in range(2):
        worlds.offering(made)
    orders = [worlds.order_by_rule(made) for _ in range(4)]
    service.cancel(orders[3], by=made.expert)
    service.accept(orders[0], by=worlds.provider_of(orders[0], made))
    with clock.at(worlds.noon(orders[0].planned_start_on)):
        service.start_service(orders[0], orders[0].planned_start_on, by=worlds.provider_of(orders[0], made))
    db.session.expire_all()

    kept = {
        each.supplier_id: (each.last_ordered_at, each.begun, each.days_waited) for each in db.session.query(Standing)
    }

    assert kept == worlds.standings(made.category.id)
    assert sum(begun for _last, begun, _days in kept.values()) == 1


# ---- pages ----


def test_given_ticked_services_when_they_are_compared_then_each_has_its_column_and_only_facts_are_best(
    app: Flask,
) -> None:
    made = worlds.world()
    cheap = worlds.offering(made, name="Cheap Oy", price=Decimal(700))
    dear = worlds.offering(made, name="Dear Oy", price=Decimal(900))
    need = worlds.need(made)
    expert = page_as(app, made.expert)

    page = expert.get(f"/expert/needs/{need.id}").press("Compare", offerings=[str(cheap.id), str(dear.id)])

    assert page.heading == "Comparison of 2 services"
    assert "Cheap Oy" in page.text
    assert "Dear Oy" in page.text
    assert [cell.text for cell in page.all("td") if cell.get("class") == "best"][-1] == "€700.00"


def test_given_a_customer_who_does_not_know_when_the_goal_is_told_then_kinds_of_service_with_starts_and_prices_show(
    app: Flask,
) -> None:
    made = worlds.world()
    worlds.offering(made, price=Decimal(700))
    worlds.offering(made, price=Decimal(900))
    expert = page_as(app, made.expert)

    page = expert.get("/expert/needs/what-fits").press("Show what fits", goal="find_work", place="Kuopio")
    assert "2 services fit" in page.text
    assert "from €700.00 to €900.00" in page.text
    page = page.follow("Job coaching").press("Show fitting services", customer_reference="AS-77", municipality="Kuopio")

    assert page.heading == "2 services fit the need T-1"
    assert db.session.query(Need).one().goal == "find_work"


def test_given_a_long_list_when_a_machine_reads_it_then_it_comes_a_screen_at_a_time(app: Flask) -> None:
    made = worlds.world()
    for _ in range(3):
        worlds.offering(made)
    need = worlds.need(made)
    api = api_as(app, made.expert)

    got = api.get(f"/needs/{need.id}/offerings?first=1").json

    assert (got["count"], len(got["hits"]), got["following"]) == (3, 2, None)
    assert got["hits"][0]["parts"] == [{"kind": "base", "code": "", "amount": "1000.00"}]


def test_given_what_the_customer_prepared_when_the_expert_makes_a_need_of_it_then_the_form_knows_it(app: Flask) -> None:
    made = worlds.world()
    worlds.offering(made, form=ServiceForm.GROUP)
    invited = preparing.invite("AS-9", worlds.today() + timedelta(days=2), by=made.expert)
    preparing.save(invited.token, Answers(goal=Goal.FIND_WORK, place="Kuopio", company=Company.GROUP), language="fi")
    expert = page_as(app, made.expert)

    page = expert.get(f"/expert/needs/new?prepared={invited.prepared.id}")
    page = page.press("Show fitting services", municipality="Kuopio")

    need = db.session.query(Need).one()
    assert page.heading == "1 service fits the need T-1"
    assert (need.customer_reference, need.goal, need.form) == ("AS-9", Goal.FIND_WORK, ServiceForm.GROUP)
    assert invited.prepared.need_id == need.id
    stranger = page_as(app, worlds.world().expert)
    assert stranger.get(f"/expert/needs/new?prepared={invited.prepared.id}").status == 403
