"""The life of a contract after it was offered: options, price adjustments, changes within R81."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from dps.contracts import changing, queries, rules, service
from dps.contracts.models import ContractChangeKind as Kind
from dps.contracts.models import ContractChangeState as State
from dps.offerings import service as offerings
from dps.systems.models import OrderingRule
from tests import people, worlds_dps, worlds_orders
from tests.pages import api_as, page_as

CLAUSE = "Hintoja tarkistetaan kerran vuodessa julkisten menojen hintaindeksin mukaan."


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


@pytest.fixture
def offered(staff, provider):
    category = worlds_dps.open_category(staff, terms_fi=f"Palvelu toteutetaan tilauksen mukaisesti. {CLAUSE}")
    return queries.contract_of_qualification(worlds_dps.admitted(category, provider, staff).id)


@pytest.fixture
def contract(offered, staff, provider):
    return signed(offered, staff, provider)


def signed(contract, staff, provider):
    service.sign_for_supplier(contract, by=provider.mandate)
    worlds_dps.liability_checked(contract, staff)
    service.sign_for_authority(contract, by=staff.coordinator)
    return contract


def today():
    return clock.helsinki_date(clock.now())


def details(kind=Kind.SMALL_CHANGE, value="1000.00", *, original="100000.00", **more):
    return changing.ChangeDetails(
        kind=kind,
        description="A shorter report.",
        reason="It is enough.",
        value=Decimal(value),
        original_value=Decimal(original) if original else None,
        **more,
    )


def adjustment(**changes):
    values = {
        "from_on": today(),
        "percent": Decimal("2.50"),
        "index_name": "Public expenditure price index",
        "clause": CLAUSE,
        "reason": "Yearly review.",
    }
    return changing.AdjustmentDetails(**{**values, **changes})


def mails(contract, template):
    return db.session.scalars(
        select(Mail.to_address).where(Mail.about_id == contract.id, Mail.template == template)
    ).all()


# Options


def test_options_are_part_of_the_text_that_is_signed_and_used_once_each(offered, staff, provider):
    end = today() + timedelta(days=365)
    before = offered.content_sha256

    changing.state_options(offered, end, [365, 200], by=staff.coordinator)
    assert offered.content_sha256 != before
    contract = signed(offered, staff, provider)
    changing.extend(contract, "The service is needed.", by=staff.decider)

    assert contract.ends_on == end + timedelta(days=365)
    assert contract.signed_ends_on == end
    assert service.is_unchanged(contract)
    assert set(provider.supplier.emails) < set(mails(contract, "contract_extended"))

    changing.extend(contract, "Still needed.", by=staff.decider)
    assert contract.ends_on == end + timedelta(days=565)
    assert service.is_unchanged(contract)
    with pytest.raises(WrongState):
        changing.extend(contract, "Once more.", by=staff.decider)


def test_an_option_that_was_changed_behind_the_verbs_is_noticed(offered, staff):
    changing.state_options(offered, today() + timedelta(days=365), [100], by=staff.coordinator)
    offered.options[0].days = 900

    assert not service.is_unchanged(offered)


def test_options_end_with_the_system_at_the_latest(offered, staff, provider):
    last = offered.category.system.ends_on
    with pytest.raises(RuleBroken) as refused:
        changing.state_options(offered, last - timedelta(days=10), [11], by=staff.coordinator)
    assert refused.value.field == "option_1"
    with pytest.raises(RuleBroken) as refused:
        changing.state_options(offered, last + timedelta(days=1), [], by=staff.coordinator)
    assert refused.value.field == "ends_on"

    changing.state_options(offered, last - timedelta(days=10), [10], by=staff.coordinator)
    contract = signed(offered, staff, provider)
    contract.category.system.ends_on = last - timedelta(days=1)
    with pytest.raises(RuleBroken) as refused:
        changing.extend(contract, "Needed.", by=staff.decider)
    assert refused.value.rule == "contract-option"


def test_options_are_stated_before_the_provider_signs_and_it_signs_what_it_read(offered, staff, provider):
    read = offered.content_sha256
    changing.state_options(offered, today() + timedelta(days=365), [100], by=staff.coordinator)

    with pytest.raises(WrongState) as refused:
        service.sign_for_supplier(offered, by=provider.mandate, read=read)
    assert refused.value.rule == "contract-text"
    service.sign_for_supplier(offered, by=provider.mandate, read=offered.content_sha256)
    with pytest.raises(WrongState):
        changing.state_options(offered, today() + timedelta(days=300), [], by=staff.coordinator)


def test_only_a_decision_maker_of_the_authority_extends_and_only_with_a_reason(offered, staff, provider):
    changing.state_options(offered, today() + timedelta(days=365), [100], by=staff.coordinator)
    contract = signed(offered, staff, provider)

    for other in (staff.coordinator, people.decider(), provider.mandate):
        with pytest.raises(NotAllowed):
            changing.extend(contract, "Needed.", by=other)
    with pytest.raises(RuleBroken):
        changing.extend(contract, " ", by=staff.decider)
    with clock.at(clock.end_of_day(contract.ends_on + timedelta(days=1))), pytest.raises(WrongState):
        changing.extend(contract, "Too late.", by=staff.decider)


# Price adjustments


@pytest.mark.rule("R81")
def test_the_prices_move_by_an_index_only_if_the_signed_terms_have_the_clause(contract, staff):
    for clause in ("Hintoja voidaan nostaa vapaasti milloin vain.", "tilauksen", ""):
        with pytest.raises(RuleBroken) as refused:
            changing.adjust_prices(contract, adjustment(clause=clause), by=staff.decider)
        assert (refused.value.rule, refused.value.field) == ("R81", "clause")

    contract.category.terms_fi = "Muutettu myöhemmin."
    changing.adjust_prices(contract, adjustment(clause=f"  {CLAUSE.upper()} "), by=staff.decider)

    assert rules.ceilings_on(contract, today()).service == Decimal("92.25")


def test_the_ceilings_hold_from_their_day_on_and_are_rounded_to_cents(contract, staff, provider):
    first, second = today() + timedelta(days=10), today() + timedelta(days=400)
    changing.adjust_prices(contract, adjustment(from_on=first, percent=Decimal("3.33")), by=staff.decider)
    changing.adjust_prices(contract, adjustment(from_on=second, percent=Decimal("-1.20")), by=staff.decider)

    def held(day):
        found = rules.ceilings_on(contract, day)
        return found.service, found.modules["language"]

    assert held(first - timedelta(days=1)) == (Decimal("90.00"), Decimal("40.00"))
    assert held(first) == (Decimal("93.00"), Decimal("41.33"))
    assert held(second) == (Decimal("91.88"), Decimal("40.83"))
    assert set(provider.supplier.emails) < set(mails(contract, "contract_prices_adjusted"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": Decimal("0.00")}, "percent"),
        ({"percent": Decimal("50.01")}, "percent"),
        ({"days": -1}, "from_on"),
        ({"days": 5000}, "from_on"),
        ({"index_name": " "}, "index_name"),
        ({"reason": " "}, "reason"),
    ],
)
def test_an_adjustment_that_is_not_sound_is_refused_at_its_field(contract, staff, changes, field):
    changes = dict(changes)
    day = today() + timedelta(days=changes.pop("days", 0))
    with pytest.raises(RuleBroken) as refused:
        changing.adjust_prices(contract, adjustment(from_on=day, **changes), by=staff.decider)
    assert refused.value.field == field
    with pytest.raises(NotAllowed):
        changing.adjust_prices(contract, adjustment(), by=staff.coordinator)


def test_one_adjustment_a_day_and_none_before_the_last_one(contract, staff):
    changing.adjust_prices(contract, adjustment(from_on=today() + timedelta(days=9)), by=staff.decider)
    for days in (9, 8):
        with pytest.raises(RuleBroken):
            changing.adjust_prices(contract, adjustment(from_on=today() + timedelta(days=days)), by=staff.decider)


def test_services_and_orders_follow_the_adjusted_ceiling_and_running_orders_keep_their_price(app):
    made = worlds_orders.world(rule=OrderingRule.RANKING)
    supplier, contract = worlds_orders.supplier(made)
    decider = people.decider(made.authority)
    description = worlds_orders.description(price=Decimal("3060.00"))
    with pytest.raises(RuleBroken) as refused:
        offerings.create_offering(contract, description, by=supplier)
    assert refused.value.rule == "price-ceiling"

    contract.terms = {"fi": {"terms": CLAUSE, "data_processing": ""}}
    contract.price_list = {"unit": "participant", "ceiling": "3000.00", "modules": {"language": "500.00"}}
    changing.adjust_prices(contract, adjustment(percent=Decimal("2.00")), by=decider)
    offering = offerings.create_offering(contract, description, by=supplier)
    assert "3,060.00" in page_as(app, supplier).get(f"/provider/offerings/{offering.id}/edit").text
    offerings.add_start(offering, worlds_orders.today() + timedelta(days=9), 3, by=supplier)
    offerings.publish(offering, by=supplier)
    made.suppliers.append(supplier)
    order = worlds_orders.order_by_rule(made)

    changing.adjust_prices(contract, adjustment(percent=Decimal("-10.00"), from_on=today() + timedelta(1)), by=decider)
    assert order.price == Decimal("3060.00")


# Changes within R81


@pytest.mark.rule("R81")
@pytest.mark.parametrize("kind", [Kind.ADDITIONAL_SERVICES, Kind.UNFORESEEN])
def test_each_additional_or_unforeseen_change_is_at_most_half_of_the_original_value(contract, staff, kind):
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, details(kind, "50000.01"), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "value")

    first = changing.prepare_change(contract, details(kind, "50000.00"), by=staff.coordinator)
    second = changing.prepare_change(contract, details(kind, "20000.00", original=None), by=staff.coordinator)

    assert (first.total, second.total) == (Decimal("50000.00"), Decimal("70000.00"))


@pytest.mark.rule("R81")
def test_small_changes_together_stay_below_a_tenth_of_the_original_value(contract, staff):
    first = changing.prepare_change(contract, details(value="6000.00"), by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, details(value="4000.00"), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "value")
    assert refused.value.data["total"] == Decimal("10000.00")

    second = changing.prepare_change(contract, details(value="3999.99"), by=staff.coordinator)
    assert second.total == Decimal("9999.99")
    changing.drop_change(first, by=staff.coordinator)
    third = changing.prepare_change(contract, details(value="6000.00"), by=staff.coordinator)
    assert third.total == Decimal("9999.99")


@pytest.mark.rule("R81")
def test_small_changes_together_stay_below_the_national_threshold_of_the_category(contract, staff):
    limit = rules.largest(Kind.SMALL_CHANGE, Decimal("90000000.00"), contract.category.cpv, today())[0]
    assert limit in (Decimal(60000), Decimal(300000), Decimal(400000))

    large = {"original": "90000000.00"}
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, details(value=f"{limit:.2f}", **large), by=staff.coordinator)
    assert refused.value.rule == "R81"
    below = f"{limit - Decimal('0.01'):.2f}"
    assert changing.prepare_change(contract, details(value=below, **large), by=staff.coordinator).total < limit


@pytest.mark.rule("R81")
def test_the_limit_is_checked_again_when_it_is_decided(contract, staff):
    change = changing.prepare_change(contract, details(value="9000.00"), by=staff.coordinator)
    contract.original_value = Decimal("80000.00")

    with pytest.raises(RuleBroken) as refused:
        changing.decide_change(change, by=staff.decider)
    assert refused.value.rule == "R81"


@pytest.mark.rule("R81")
def test_the_original_value_is_entered_with_the_first_change_and_fixed(contract, staff):
    for missing in (None, "0.00"):
        with pytest.raises(RuleBroken) as refused:
            changing.prepare_change(contract, details(original=missing), by=staff.coordinator)
        assert (refused.value.rule, refused.value.field) == ("R81", "original_value")
    changing.prepare_change(contract, details(), by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, details(original="900000.00"), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "original_value")
    assert contract.original_value == Decimal("100000.00")


@pytest.mark.rule("R81")
def test_a_change_by_a_review_clause_quotes_the_signed_terms(contract, staff):
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(
            contract, details(Kind.REVIEW_CLAUSE, "0.00", clause="made up words here"), by=staff.coordinator
        )
    assert refused.value.field == "clause"
    change = changing.prepare_change(
        contract, details(Kind.REVIEW_CLAUSE, "90000.00", clause=CLAUSE), by=staff.coordinator
    )
    assert change.clause == CLAUSE


@pytest.mark.rule("R81")
def test_a_new_contractor_needs_a_change_of_operator_of_the_admission(contract, staff):
    with pytest.raises(RuleBroken) as refused:
        changing.prepare_change(contract, details(Kind.NEW_CONTRACTOR, "0.00"), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R81", "kind")


def test_a_change_is_decided_by_another_than_its_preparer_and_accepted_by_the_provider(contract, staff, provider):
    own = changing.prepare_change(contract, details(), by=staff.decider)
    with pytest.raises(RuleBroken) as refused:
        changing.decide_change(own, by=staff.decider)
    assert refused.value.rule == "four-eyes"

    change = changing.prepare_change(contract, details(), by=staff.coordinator)
    with pytest.raises(NotAllowed):
        changing.decide_change(change, by=staff.coordinator)
    with pytest.raises(WrongState):
        changing.accept_change(change, by=provider.mandate)
    changing.decide_change(change, by=staff.decider)
    assert set(provider.supplier.emails) < set(mails(contract, "contract_change_decided"))
    with pytest.raises(NotAllowed):
        changing.accept_change(change, by=worlds_dps.provider("Other Oy").mandate)
    changing.accept_change(change, by=provider.mandate)

    assert change.state is State.ACCEPTED
    with pytest.raises(WrongState):
        changing.drop_change(change, by=staff.coordinator)


def test_the_pages_take_a_change_from_its_preparation_to_the_answer(app, contract, staff, provider):
    start = page_as(app, staff.coordinator).get(f"/procurement/contracts/{contract.id}")
    form = start.follow("Change the contract")
    words = {"description": "A new language.", "reason": "No other can.", "value": "60000", "original_value": "100000"}
    refused = form.press("Send to a decision maker", kind="additional_services", **words)
    assert refused.status == 422
    assert any("half of the original value" in each for each in refused.messages)
    shown = form.press("Send to a decision maker", kind="additional_services", **{**words, "value": "40000"})
    assert "Necessary additional services" in shown.text

    change = queries.changes_of(contract.id)[0]
    decider = page_as(app, staff.decider)
    assert "Decide on a change of the contract" in decider.get("/procurement").text
    decider.get(f"/procurement/contract-changes/{change.id}").follow("Decide on the change").press(
        "Decide on the change"
    )
    own = (
        page_as(app, provider.mandate)
        .get("/provider")
        .follow("Read and answer the change of the contract: Job coaching")
    )
    done = own.press("Accept the change")

    assert "In force" in done.text
    assert change.state is State.ACCEPTED


def test_the_pages_state_an_option_use_it_and_adjust_the_prices(app, offered, staff, provider):
    end = today() + timedelta(days=365)
    coordinator, decider = page_as(app, staff.coordinator), page_as(app, staff.decider)
    at = f"/procurement/contracts/{offered.id}"
    coordinator.get(at).follow("State options to extend").press(
        "Save the options", ends_on=end.isoformat(), option_1="90"
    )
    own = page_as(app, provider.mandate).get(f"/provider/contracts/{offered.id}")
    assert "may extend the contract by 90 days" in own.text
    own.follow("Sign the contract").press("Sign the contract")
    worlds_dps.liability_checked(offered, staff)
    coordinator.get(at).follow("Sign the contract").press("Sign the contract")

    decider.get(at).follow("Extend the contract").press("Extend the contract", reason="Needed.")
    form = decider.get(at).follow("Adjust the prices")
    values = {"from_on": today().isoformat(), "percent": "2,5", "index_name": "Index 105", "reason": "Yearly."}
    assert form.press("Adjust the prices", clause="not there at all", **values).status == 422
    shown = form.press("Adjust the prices", clause=CLAUSE, **values)

    assert offered.ends_on == end + timedelta(days=90)
    assert "at most 92.25" in shown.text.replace("€", "")


def test_the_api_walks_the_same_way(app, offered, staff, provider):
    coordinator, decider = api_as(app, staff.coordinator), api_as(app, staff.decider)
    at = f"/frame-contracts/{offered.id}"
    stated = coordinator.post(f"{at}/state-options", {"ends_on": f"{today() + timedelta(days=300)}", "days": [60]})
    assert stated.get_json()["options"][0]["days"] == 60
    signed(offered, staff, provider)
    assert decider.post(f"{at}/extend", {"reason": "Needed."}).status_code == 200
    body = {"from_on": f"{today()}", "percent": "-1.20", "index_name": "I", "clause": CLAUSE, "reason": "Down."}
    assert decider.post(f"{at}/adjust-prices", {**body, "percent": "1.234"}).status_code == 422
    assert decider.post(f"{at}/adjust-prices", body).get_json()["percent"] == "-1.20"
    change = {"kind": "small_change", "description": "d", "reason": "r", "value": "100.00", "original_value": "5000.00"}
    too_much = coordinator.post(f"{at}/changes", {**change, "value": "500.00"})
    assert (too_much.status_code, too_much.get_json()["rule"]) == (422, "R81")
    made = coordinator.post(f"{at}/changes", change).get_json()
    own = api_as(app, provider.mandate)
    assert own.get(f"/contract-changes/{made['id']}").status_code == 403
    assert own.get("/contract-changes").get_json()["items"] == []
    assert decider.post(f"/contract-changes/{made['id']}/decide").status_code == 200
    assert own.post(f"/contract-changes/{made['id']}/decline").get_json()["state"] == "declined"
    assert len(own.get("/contract-changes").get_json()["items"]) == 1
