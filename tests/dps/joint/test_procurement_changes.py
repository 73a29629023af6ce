"""What changes after all have decided: a party withdraws, volume passes from party to party."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.quarters import next_quarter
from dps.joint.procurements import parts, queries, service
from dps.joint.procurements.models import TransferState
from tests import worlds_dps
from tests import worlds_procurements as worlds


@pytest.fixture
def nobody_counts() -> Iterator[None]:
    yield
    parts._used.clear()
    parts._ordered.clear()


@pytest.mark.rule("R103")
def test_given_what_is_bought_when_a_party_withdraws_too_early_then_the_agreement_is_named_and_the_first_day(
    app: Flask,
) -> None:
    line = worlds.decided()
    service.set_up_system(line.procurement, by=line.together.helsinki.coordinator)
    by, today = line.together.espoo.decider, clock.helsinki_date(clock.now())
    with pytest.raises(RuleBroken) as refusal:
        service.withdraw(line.participations["espoo"], today + timedelta(days=179), "x", "§ 5", by=by)
    assert (refusal.value.rule, refusal.value.field) == ("R103", "last_day")
    system = line.procurement.system
    assert system is not None
    last = line.first_quarter + timedelta(days=100)
    service.withdraw(line.participations["kauniainen"], last, "x", "§ 5", by=by)
    assert [each.orders_until for each in system.buyers] == [None, None]
    service.withdraw(line.participations["espoo"], last - timedelta(days=20), "x", "§ 5", by=by)
    db.session.refresh(system, ["buyers"])
    assert [each.orders_until for each in system.buyers] == [last, None]
    announced = queries.announced(line.procurement.id)
    assert list(announced[line.participations["espoo"].party_id]) == [line.first_quarter]
    assert len(announced[line.participations["kauniainen"].party_id]) == 2
    espoo = line.together.espoo.authority.id
    category = worlds_dps.add_category(system, line.together.helsinki.coordinator)
    assert queries.may_order(category, espoo, "Kauniainen", last)
    assert not queries.may_order(category, espoo, "Espoo", last)
    with pytest.raises(RuleBroken):
        service.withdraw(line.participations["helsinki"], last, "x", "§ 5", by=line.together.helsinki.decider)


@pytest.mark.rule("R103", "R104")
def test_given_two_procurements_in_a_system_when_a_party_stayed_out_of_one_then_it_orders_from_the_other_only(
    app: Flask,
) -> None:
    line = worlds.in_decisions()
    helsinki, espoo = line.together.helsinki, line.together.espoo
    service.leave(line.participations["kauniainen"], "Ei tarvetta.", "§ 5", by=espoo.decider)
    worlds.approve_all(line)
    system = service.set_up_system(line.procurement, by=helsinki.coordinator)
    first, other = (worlds_dps.add_category(system, helsinki.coordinator, code=code) for code in ("one", "two"))
    second = worlds.decided(line.together)
    system.estimated_value = max(system.estimated_value, queries.estimate(second.procurement.id))
    service.set_up_category(second.procurement, other, by=helsinki.coordinator)
    today = line.first_quarter
    assert queries.may_order(other, espoo.authority.id, "Kauniainen", today)
    assert not queries.may_order(first, espoo.authority.id, "Kauniainen", today)
    assert queries.may_order(first, espoo.authority.id, "Espoo", today)


@pytest.mark.rule("R103")
def test_given_a_quarter_that_is_over_when_its_volume_is_transferred_then_it_stays_as_announced(
    app: Flask, nobody_counts: None
) -> None:
    line = worlds.decided()
    service.set_up_system(line.procurement, by=line.together.helsinki.coordinator)
    espoo, vantaa, quarter = line.participations["espoo"], line.participations["vantaa"], line.first_quarter
    by, taker = line.together.espoo.coordinator, line.together.vantaa.coordinator
    offered = service.propose_transfer(espoo, vantaa, quarter, 2, "Vähemmän tarvetta.", by=by)
    with clock.at(clock.start_of_day(next_quarter(quarter)) + timedelta(hours=9)):
        for refused in (
            lambda: service.propose_transfer(espoo, vantaa, quarter, 2, "Vähemmän tarvetta.", by=by),
            lambda: service.agree_transfer(offered, by=taker),
        ):
            with pytest.raises(RuleBroken) as refusal:
                refused()
            assert refusal.value.field == "quarter"
    assert offered.state is TransferState.PROPOSED


def test_given_volume_in_use_when_it_is_transferred_then_never_below_what_has_been_used(
    app: Flask, nobody_counts: None
) -> None:
    line = worlds.decided()
    service.set_up_system(line.procurement, by=line.together.helsinki.coordinator)
    espoo, vantaa, quarter = line.participations["espoo"], line.participations["vantaa"], line.first_quarter
    used = {espoo.party_id: {quarter: 15}}
    parts.add_used(lambda procurement: used)
    by, taker = line.together.espoo.coordinator, line.together.vantaa.coordinator
    with pytest.raises(RuleBroken) as refusal:
        service.propose_transfer(espoo, vantaa, quarter, 6, "Vähemmän tarvetta.", by=by)
    assert refusal.value.field == "amount"
    offered = service.propose_transfer(espoo, vantaa, quarter, 5, "Vähemmän tarvetta.", by=by)
    before = queries.announced(line.procurement.id)
    used[espoo.party_id][quarter] = 16
    with pytest.raises(RuleBroken):
        service.agree_transfer(offered, by=taker)
    assert queries.announced(line.procurement.id) == before
    used[espoo.party_id][quarter] = 15
    with pytest.raises(RuleBroken) as refusal:
        service.agree_transfer(offered, by=by)
    assert refusal.value.rule == "four-eyes"
    service.agree_transfer(offered, by=taker)
    after = queries.announced(line.procurement.id)
    assert (after[espoo.party_id][quarter], after[vantaa.party_id][quarter]) == (15, 29)
    with pytest.raises(WrongState):
        service.refuse_transfer(offered, by=taker)
    assert offered.state is TransferState.AGREED
