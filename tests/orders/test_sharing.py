"""Shared costs and statements: they add up to the orders to the cent, and no city reads another's orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from core import clock
from core.db import db, transaction
from core.errors import DomainError, NotAllowed
from core.identity.mandates import Mandate
from core.policy import check
from core.quarters import next_quarter, quarter_before, quarter_end, quarter_of
from dps.joint.agreements import service as agreements
from dps.joint.agreements.details import of_version
from dps.joint.agreements.models import AgreementCost
from dps.joint.procurements import parts
from dps.joint.procurements import service as procuring
from dps.joint.procurements.models import JointVolume, Participation, ParticipationState
from dps.joint.stages import CostBasis, CostKind, Stage
from orders import service as orders
from orders.models import Order
from orders.service import answering
from orders.sharing import overview, queries, reading, service, sheets
from orders.sharing.jobs import look, state_quarter
from orders.sharing.models import SharedCost, StatementLine, UseWarning, WarningKind, Weighing
from orders.sharing.policy import Permission
from orders.sharing.service import CostDetails
from tests import worlds_groups, worlds_joint
from tests import worlds_orders as worlds
from tests import worlds_sharing as sharing
from tests.worlds_sharing import Sharing


@contextmanager
def _refused(rule: str, field: str | None) -> Iterator[None]:
    with pytest.raises(DomainError) as caught:
        yield
    assert (caught.value.rule, caught.value.field) == (rule, field)
    assert caught.value.next_step or rule == "I8"


def _cost(found: Sharing, by: Mandate | None = None, **changes: Any) -> SharedCost:
    given = {
        "kind": CostKind.PROCUREMENT_WORK,
        "purpose": "Kilpailutuksen asiantuntija",
        "day": worlds.today(),
        "amount": Decimal("1000.01"),
        "vat_rate": Decimal("25.5"),
    }
    details = CostDetails(**{**given, **changes})
    return service.record_cost(found.procurement, details, by=by or found.together.helsinki.coordinator)


def _amounts(cost: SharedCost) -> dict[str, Decimal]:
    return {each.party.key: each.amount for each in cost.parts}


# ---- statements ----


def _all_sums(found: Sharing, quarter: date) -> tuple[Decimal, Decimal]:
    """Everything accepted in a quarter in the system by the authorities, asked of the database on another way."""
    row = db.session.execute(
        text("""
            SELECT coalesce(sum(l.amount), 0), coalesce(sum(round(l.amount * o.vat_rate / 100, 2)), 0)
            FROM delivery_line l JOIN "order" o ON o.id = l.order_id JOIN category c ON c.id = o.category_id
            WHERE c.system_id = :system AND o.authority_id = ANY(:authorities) AND l.state = 'accepted'
              AND l.answered_at >= :first AND l.answered_at < :after"""),
        {
            "system": found.procurement.system_id,
            "authorities": [each.authority.id for each in found.together.cities],
            "first": clock.start_of_day(quarter),
            "after": clock.start_of_day(next_quarter(quarter)),
        },
    ).one()
    return row[0], row[1]


def _cancelled_late(found: Sharing, key: str) -> Order:
    """An order cancelled on the eve of its start, for a fee."""
    made = found.buying[key]
    order = found.order(key)
    answering.accept(order, by=worlds.provider_of(order, made))
    with clock.at(worlds.noon(order.planned_start_on - timedelta(days=1))):
        fee = answering.cancel_terms(order, worlds.today()).fee
        assert fee > 0
        answering.cancel(order, by=made.expert, fee=fee)
    return order


@pytest.mark.rule("R103", "R104", "R107")
def test_given_orders_of_four_parties_when_stated_then_they_add_up_and_each_city_reads_its_own(app: Flask) -> None:
    found = sharing.world()
    delivered = {
        key: [found.delivered(key) for _ in range(number)]
        for key, number in zip(sharing.KEYS, (2, 1, 2, 1), strict=True)
    }
    _cancelled_late(found, "vantaa")
    elsewhere = found.delivered("espoo")
    _move(elsewhere, "Sipoo")
    quarter = sharing.quarter_of_end(elsewhere)
    quarters = sorted({quarter, quarter_of(worlds.today() + timedelta(days=9))})
    statements = [sharing.stated(found, each, by=found.together.vantaa.coordinator) for each in quarters]

    total = [sum(column) for column in zip(*(_all_sums(found, each) for each in quarters), strict=True)]
    for reader in found.together.cities:
        views = [reading.read(each, reader.authority.id) for each in statements]
        assert [sum(view.sum.amount for view in views), sum(view.sum.vat for view in views)] == total
        parties = {each.key: sum(view.party(each.key).sum.delivered for view in views) for each in views[0].parties}
        assert parties == {"helsinki": 2, "espoo": 2, "kauniainen": 2, "vantaa": 1}  # R104: Sipoo's customer is Espoo's
        for view in views:
            assert view.sum.amount == sum(each.sum.amount for each in view.parties)
            mine = {each.key for each in view.parties if each.is_mine}
            assert mine == ({"espoo", "kauniainen"} if reader is found.together.espoo else {view.mine[0].key})
            for party in view.parties:
                assert all((row.category is not None) == party.is_mine for row in party.rows)

    newest = statements[-1]
    seen = queries.orders_of(newest.id, ["kauniainen"], None, 50)
    assert {each.order_id for each in seen} == {each.id for each in delivered["kauniainen"]}
    view = reading.read(newest, found.together.espoo.authority.id)
    numbers = sheets.statement(view, "kauniainen")
    assert all(each.reference in numbers for each in delivered["kauniainen"])
    kauniainen = next(each for each in newest.parties if each["key"] == "kauniainen")
    own = reading.OwnParty(newest, kauniainen)
    check(found.together.espoo.steering, Permission.STATEMENT_READ_OWN, own)
    for stranger in (found.together.helsinki.coordinator, found.together.espoo.expert, worlds.people.coordinator()):
        with pytest.raises(NotAllowed):
            check(stranger, Permission.STATEMENT_READ_OWN, own)


@transaction
def _move(order: Order, municipality: str) -> None:
    """The home municipality of the customer was wrong."""
    order.need.municipality = municipality


def test_given_a_change_after_a_statement_then_the_next_one_corrects_it_and_the_old_one_stays(app: Flask) -> None:
    found = sharing.world()
    order = found.delivered("espoo")
    quarter = sharing.quarter_of_end(order)
    first = sharing.stated(found, quarter)
    _move(order, "Kauniainen")
    second = sharing.stated(found, next_quarter(quarter))
    third = sharing.stated(found, next_quarter(second.quarter))

    espoo = found.together.espoo.authority.id
    old, new = reading.read(first, espoo), reading.read(second, espoo)
    assert (old.party("espoo").sum.amount, old.party("kauniainen").sum.amount) == (Decimal(1000), 0)
    rows = {
        key: [(row.of_quarter, row.delivered, row.amount) for row in new.party(key).rows]
        for key in ("espoo", "kauniainen")
    }
    assert rows == {"espoo": [(quarter, -1, -1000)], "kauniainen": [(quarter, 1, 1000)]}
    assert new.sum.amount == 0
    assert db.session.query(StatementLine).filter_by(statement_id=third.id).count() == 0
    assert third.reference == f"{found.together.agreement.reference}/3"


def test_given_a_quarter_that_cannot_be_stated_then_it_is_refused(app: Flask) -> None:
    found = sharing.world()
    agreement, by = found.together.agreement, found.together.helsinki.coordinator
    this = quarter_of(worlds.today())
    before = quarter_before(this)
    with _refused("joint-statement", "quarter"):
        service.make_statement(agreement, this, by=by)
    with _refused("joint-statement", "quarter"):
        service.make_statement(agreement, before + timedelta(days=1), by=by)
    service.make_statement(agreement, before, by=by)
    with _refused("joint-statement", "quarter"):
        service.make_statement(agreement, before, by=by)
    with clock.at(sharing.after(next_quarter(this))), _refused("joint-statement", "quarter"):
        service.make_statement(agreement, next_quarter(this), by=by)


def test_given_something_accepted_in_an_earlier_quarter_then_the_first_statement_is_not_of_a_later_one(
    app: Flask,
) -> None:
    found = sharing.world()
    order = found.delivered("espoo")
    first = sharing.quarter_of_end(order)
    later = next_quarter(first)
    with _refused("joint-statement", "quarter"):
        sharing.stated(found, later)
    with clock.at(sharing.after(later)):
        state_quarter(str(found.together.agreement.id), later.isoformat())
    stated = queries.statements_page(found.together.espoo.coordinator, None)
    assert [each.quarter for each in stated] == [later, first]
    assert reading.read(stated[1], found.together.espoo.authority.id).sum.amount == order.price


def _new_version_without(found: Sharing, key: str) -> None:
    """All agree on a version that binds what runs and does not have a party any more; Helsinki takes its shares."""
    helsinki = found.together.helsinki.coordinator
    draft = agreements.start_version(found.together.agreement, by=helsinki)
    said = of_version(draft)
    gone = next(each for each in said.parties if each.key == key)
    first, *rest = (each for each in said.parties if each.key != key)
    first = replace(first, share=first.share + gone.share, cost_share=first.cost_share + gone.cost_share)
    said = replace(said, starts_on=clock.helsinki_date(clock.now()), binds_running=True, parties=[first, *rest])
    agreements.change(draft, said, by=helsinki)
    agreements.propose(draft, by=helsinki)
    worlds_joint.approve_all(draft, [each.decider for each in found.together.cities])
    procuring.bind(found.procurement)
    db.session.refresh(found.procurement)
    assert found.procurement.version_id == draft.id


@pytest.mark.rule("R103", "R104")
def test_given_a_newer_version_without_a_party_that_takes_part_then_what_it_was_stated_stays_and_its_orders_go_on(
    app: Flask,
) -> None:
    found = sharing.world()
    quarter = sharing.quarter_of_end(found.delivered("vantaa"))
    sharing.stated(found, quarter)
    with clock.at(sharing.after(quarter)):
        _new_version_without(found, "vantaa")
    more = found.delivered("vantaa")
    view = reading.read(sharing.stated(found, next_quarter(quarter)), found.together.vantaa.authority.id)
    assert view.sum.amount == more.price
    assert [row.amount for row in view.party("vantaa").rows] == [more.price]


def test_given_nobody_made_it_then_the_clock_states_every_quarter_once(app: Flask) -> None:
    found = sharing.world()
    this = quarter_of(worlds.today())
    last = sharing.stated(found, this)
    with clock.at(worlds.noon(next_quarter(next_quarter(last.quarter)) + timedelta(days=9))):
        quarter = quarter_before(quarter_of(worlds.today()))
        assert [each.id for each in queries.agreements_to_state(quarter)] == [found.together.agreement.id]
        look()
        for _ in range(2):
            state_quarter(str(found.together.agreement.id), quarter.isoformat())
        assert not queries.agreements_to_state(quarter)
    made = queries.last_statement(found.together.agreement.id)
    assert made is not None
    assert (made.number, made.made_by) == (2, None)


# ---- shared costs ----


@pytest.mark.rule("R103")
def test_given_a_cost_when_recorded_then_the_agreements_rule_shares_it_to_the_cent_and_for_good(app: Flask) -> None:
    found = sharing.world()
    cost = _cost(found)
    assert _amounts(cost) == {
        "helsinki": Decimal("500.01"),
        "espoo": Decimal("250.00"),
        "kauniainen": Decimal("0.00"),
        "vantaa": Decimal("250.00"),
    }
    assert cost.weighing is Weighing.AGREED_SHARES
    assert sum(each.vat for each in cost.parts) == cost.vat == Decimal("255.00")

    group = _course(found)
    for _ in range(2):
        found.order("vantaa")
    by_use = _seats(found, group, seats=1)
    assert by_use.weighing is Weighing.USE_OF_QUARTER
    assert _amounts(by_use) == {
        "helsinki": Decimal("333.33"),
        "espoo": Decimal("0.00"),
        "kauniainen": Decimal("0.00"),
        "vantaa": Decimal("666.67"),
    }
    with clock.at(worlds.noon(next_quarter(quarter_of(worlds.today())) + timedelta(days=100))):
        later = _seats(found, group, seats=1, day=worlds.today())
    assert later.weighing is Weighing.USE_SO_FAR
    with pytest.raises(NotAllowed):
        check(found.together.espoo.coordinator, Permission.COST_CORRECT, cost)


def _course(found: Sharing) -> Any:
    """A course of Helsinki that ran with empty seats."""
    made = found.buying["helsinki"]
    offering = worlds.offering(made, seats=9)
    group = worlds_groups.service.set_up(
        offering.starts[0], worlds_groups.details(offering, seats_max=5), by=made.coordinator
    )
    worlds_groups.service.open_group(group, by=made.coordinator)
    worlds_groups.placed(made, group)
    return group


def _seats(found: Sharing, group: Any, **changes: Any) -> SharedCost:
    if group.state.value == "open":
        with clock.at(worlds.noon(group.first_day)):
            worlds_groups.service.begin(group, by=found.together.helsinki.coordinator)
    given = {"kind": CostKind.EMPTY_SEATS, "group": group, "amount": None, "vat_rate": None, "evidence": "Lasku 7"}
    return _cost(found, **{**given, **changes})


def test_given_empty_seats_then_only_those_of_a_course_that_began_are_shared_and_each_once(app: Flask) -> None:
    found = sharing.world()
    group = _course(found)
    with _refused("shared-cost", "group"):  # it has not begun
        _cost(found, kind=CostKind.EMPTY_SEATS, group=group, seats=1, amount=None, vat_rate=None, evidence="Lasku 7")
    first = _seats(found, group, seats=3)
    assert first.amount == 3 * group.price
    with _refused("shared-cost", "seats"):
        _seats(found, group, seats=2)
    with _refused("shared-cost", "evidence"):
        _seats(found, group, seats=1, evidence=" ")
    with _refused("shared-cost", "group"):
        _seats(found, group, seats=1, by=found.together.espoo.coordinator)
    service.correct_cost(first, "Tupla", by=found.together.helsinki.coordinator)
    assert _seats(found, group, seats=4).seats == 4


def test_given_wrong_values_then_each_is_refused_at_its_field(app: Flask) -> None:
    found = sharing.world()
    today = worlds.today()
    for field, changes in (
        ("purpose", {"purpose": " "}),
        ("day", {"day": today + timedelta(days=1)}),
        ("day", {"day": today - timedelta(days=4000)}),
        ("amount", {"amount": None}),
        ("amount", {"amount": Decimal(0)}),
        ("vat_rate", {"vat_rate": None}),
        ("group", {"seats": 2}),
    ):
        with _refused("shared-cost", field):
            _cost(found, **changes)
    with _refused("I8", "evidence"):
        _cost(found, evidence="Maksoi 131052-308T")
    cost = _cost(found)
    with _refused("shared-cost", "reason"):
        service.correct_cost(cost, " ", by=found.together.helsinki.coordinator)
    service.correct_cost(cost, "Väärä summa", by=found.together.helsinki.coordinator)
    with _refused("shared-cost", None):
        service.correct_cost(cost, "Vielä", by=found.together.helsinki.coordinator)


@transaction
def _only_in_needs(found: Sharing) -> None:
    rule = next(each for each in found.procurement.agreed.costs if each.kind is CostKind.PROCUREMENT_WORK)
    rule.stage = Stage.NEED


@transaction
def _leave(found: Sharing, key: str, state: ParticipationState, last_day: date | None = None) -> None:
    row = (
        db.session.query(Participation)
        .filter_by(procurement_id=found.procurement.id, party_id=found.party_id(key))
        .one()
    )
    by, now = found.city_of(key).decider.person_id, clock.now()
    with db.session.no_autoflush:
        row.state, row.last_day, row.left_at = state, last_day, now
        row.left_by, row.left_reason, row.left_decision = by, "Omat palvelut", "§ 9"


@transaction
def _by_use(found: Sharing) -> None:
    rule = AgreementCost(
        version_id=found.together.version.id, kind=CostKind.MARKETING, stage=Stage.USE, basis=CostBasis.BY_USE
    )
    db.session.add(rule)
    db.session.flush()
    db.session.expire(found.procurement.agreed, ["costs"])


def test_given_a_party_that_left_then_the_others_share_the_whole_by_the_most_specific_rule(app: Flask) -> None:
    found = sharing.world()
    found.order("vantaa")
    _by_use(found)
    marketing = _cost(found, kind=CostKind.MARKETING)
    assert _amounts(marketing)["vantaa"] == marketing.amount
    _leave(found, "vantaa", ParticipationState.WITHDRAWN, worlds.today() - timedelta(days=1))
    assert _amounts(_cost(found, day=worlds.today() - timedelta(days=1)))["vantaa"] == Decimal("250.00")
    assert _amounts(_cost(found)) == {
        "helsinki": Decimal("666.67"),
        "espoo": Decimal("333.34"),
        "kauniainen": Decimal("0.00"),
    }
    with _refused("R103", "kind"):
        _cost(found, by=found.together.vantaa.coordinator)
    _only_in_needs(found)
    with _refused("agreement-cost-rule", "kind"):
        _cost(found)


def test_given_costs_of_two_cities_then_the_statement_nets_them_and_a_correction_comes_later(app: Flask) -> None:
    found = sharing.world()
    mine, theirs = found.together.helsinki, found.together.vantaa
    first = _cost(found, amount=Decimal("1000.00"), vat_rate=Decimal(0))
    _cost(found, amount=Decimal("200.00"), vat_rate=Decimal(0), by=theirs.coordinator)
    quarter = quarter_of(worlds.today())
    statement = sharing.stated(found, quarter)
    with clock.at(sharing.after(quarter)):
        service.correct_cost(first, "Väärä", by=mine.coordinator)
    view = reading.read(statement, mine.authority.id)
    assert {key: each.net for key, each in view.settlement.balances.items()} == {
        "helsinki": Decimal(400),
        "espoo": Decimal(-300),
        "kauniainen": Decimal(0),
        "vantaa": Decimal(-100),
    }
    debts = {(each.debtor, each.creditor): each.amount for each in view.settlement.debts}
    assert debts == {("espoo", "helsinki"): 250, ("espoo", "vantaa"): 50, ("vantaa", "helsinki"): 150}
    later = reading.read(sharing.stated(found, next_quarter(quarter)), mine.authority.id)
    assert [each.amount for each in later.costs] == [Decimal("-1000.00")]
    assert later.settlement.balances["helsinki"].net == Decimal(-500)


# ---- use ----


def test_given_a_pace_unlike_announced_then_the_partys_own_city_is_warned_once_until_it_holds_no_more(
    app: Flask,
) -> None:
    found = sharing.world({"helsinki": 1, "espoo": 0, "kauniainen": 0, "vantaa": 0})
    quarter = quarter_of(worlds.today())
    found.order("helsinki")
    found.order("vantaa")
    late = worlds.noon(quarter_end(quarter))
    with clock.at(late):
        assert service.look_at_use(found.procurement) == 1
        assert service.look_at_use(found.procurement) == 1
        rows = queries.warnings_of(found.together.vantaa.authority.id, quarter)
        assert [(each.party_key, each.kind) for each in rows] == [("vantaa", WarningKind.OVER)]
        assert not queries.warnings_of(found.together.helsinki.authority.id, quarter)
        _announce(found, "vantaa", 1)
        assert service.look_at_use(found.procurement) == 0
    assert db.session.query(UseWarning).one().ended_at is not None


@transaction
def _announce(found: Sharing, key: str, amount: int) -> None:
    row = (
        db.session.query(JointVolume)
        .join(Participation)
        .filter(Participation.procurement_id == found.procurement.id, Participation.party_id == found.party_id(key))
        .one()
    )
    row.amount = amount


@pytest.mark.rule("R103")
def test_given_two_procurements_of_one_system_then_each_is_held_against_its_own_orders(app: Flask) -> None:
    found = sharing.world()
    found.order("helsinki")
    whole = found.procurement
    assert whole.system is not None
    apart = sharing.procurement(found.together, whole.system, dict.fromkeys(sharing.KEYS, 10))
    apart.category_id = found.buying["helsinki"].category.id
    db.session.flush()
    assert parts.ordered([whole, apart]) == {apart.id: Decimal(1000)}
    assert parts.ordered([whole]) == {}
    values = [overview.of_procurement(each, worlds.today()).value for each in (whole, apart)]
    assert values == [0, 1000], "the page of use says the same"


def test_given_orders_then_the_use_of_each_party_is_told_to_transfers_alarms_and_the_next_needs(app: Flask) -> None:
    found = sharing.world()
    quarter = quarter_of(worlds.today())
    for key in ("helsinki", "helsinki", "kauniainen"):
        found.order(key)
    gone = found.order("vantaa")
    orders.accept(gone, by=worlds.provider_of(gone, found.buying["vantaa"]))
    with clock.at(clock.now()):
        answering.cancel(gone, by=found.buying["vantaa"].expert)
    used = parts.used(found.procurement)
    assert used == {found.party_id("helsinki"): {quarter: 2}, found.party_id("kauniainen"): {quarter: 1}}
    assert parts.ordered([found.procurement]) == {found.procurement.id: Decimal(3000)}
    whole = overview.of_procurement(found.procurement, worlds.today())
    assert whole.value == 3000
    assert [(each.party.key, each.use.ordered, each.announced) for each in whole.parties] == [
        ("helsinki", 2, 10),
        ("espoo", 0, 10),
        ("kauniainen", 1, 10),
        ("vantaa", 0, 10),
    ]
    found.procurement.starts_on = date(worlds.today().year + 1, 1, 1)
    assert parts.last_year(found.procurement)[found.party_id("helsinki")][quarter] == 2
