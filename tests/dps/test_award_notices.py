"""Award notices of contracts that follow competitions, single or by the quarter, and of cancellations (R49, R80)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.identity.mandates import Mandate
from core.quarters import quarter_end, quarter_of
from core.web.desk import Act
from dps.contracts.models import FrameContract
from dps.decisions import service as decisions
from dps.notices import awards, queries, room, rules, service
from dps.notices.models import NoticeContract, NoticeKind, NoticeState
from dps.systems import service as systems
from dps.systems.content import read
from dps.systems.details import SystemDetails
from dps.systems.models import AwardNoticeMethod, LegalMode
from tests import worlds_awards, worlds_dps
from tests.pages import api_as, page_as
from tests.worlds_awards import Award

QUARTERLY = AwardNoticeMethod.QUARTERLY
#: Wednesday 12 August 2026, as in RULES.md.
MADE = datetime(2026, 8, 12, 9, tzinfo=UTC)


def award(method: AwardNoticeMethod = AwardNoticeMethod.SINGLE) -> Award:
    """A choice without standstill in a system that announces by a method."""
    staff = worlds_dps.staff()
    system = worlds_dps.system_details(award_notice_method=method)
    category = worlds_awards.category(staff, LegalMode.DPS_STRICT, system=system)
    tenderers = worlds_awards.tenderers(category, staff)
    details = worlds_awards.details(category, tenderers, skips_standstill=True)
    decision = decisions.prepare(details, by=staff.coordinator)
    decisions.sign(decision, by=staff.decider)
    return Award(staff, category, tenderers, decision)


def desk(app: Flask, mandate: Mandate, day: date) -> list[Act]:
    """What is to be announced, as it stands on the desk."""
    with app.test_request_context():
        return list(room.award_notices_due(mandate, day))


def refusal(act: object) -> str:
    with pytest.raises((RuleBroken, WrongState)) as refused:
        act()  # type: ignore[operator]
    return refused.value.rule


@pytest.mark.rule("R80")
def test_both_due_dates_follow_from_the_day_of_the_contract() -> None:
    made = date(2026, 8, 12)
    assert rules.single_award_due(made) == date(2026, 9, 11)
    assert rules.quarterly_award_due(made) == date(2026, 10, 30)
    assert [quarter_of(date(2026, month, 15)).month for month in range(1, 13)] == [1] * 3 + [4] * 3 + [7] * 3 + [10] * 3
    assert quarter_end(date(2026, 10, 1)) == date(2026, 12, 31)
    assert rules.quarterly_award_due(date(2026, 12, 31)) == date(2027, 1, 30)


@pytest.mark.rule("R80")
def test_a_single_notice_tells_of_contract_value_winner_and_tenders(app: Flask) -> None:
    with clock.at(MADE):
        made = award()
        contract = worlds_awards.in_force(made)
        (act,) = desk(app, made.staff.coordinator, clock.helsinki_date(MADE))
        assert act.due_on == date(2026, 9, 11)
        path = f"/procurement/systems/{made.category.system_id}"
        page = page_as(app, made.staff.coordinator).get(path)
        assert "11 Sep 2026" in page.text or "11 September 2026" in page.text
        page.press(f"Record: the notice of the contract with {contract.supplier.name} was sent")
        (notice,) = [each for each in queries.notices_of(made.category.system_id) if each.contracts]
        assert notice.kind is NoticeKind.CONTRACT_AWARD_NOTICE
        (told,) = notice.content["contracts"]
        assert told["winner"]["name"] == made.winner.supplier.name
        assert (told["value"], told["tenders_received"], told["made_on"]) == ("7000.00", 3, "2026-08-12")
        assert desk(app, made.staff.coordinator, clock.helsinki_date(MADE)) == []
        assert refusal(lambda: awards.record_contract_sent(contract, by=made.staff.coordinator)) == "R80"
        shown = page_as(app, made.staff.decider).get(f"/procurement/notices/{notice.id}")
        assert made.winner.supplier.registration_number in shown.text
        service.record_published(notice, "2026-900001", clock.now(), by=made.staff.coordinator)
        assert notice.state is NoticeState.PUBLISHED
        assert page_as(app, None).get(f"/purchasing-systems/{made.category.system_id}").status in (200, 404)
        assert page_as(app, made.staff.coordinator).get(path).status == 200


@pytest.mark.rule("R80")
def test_a_contract_is_announced_once_in_the_database(app: Flask) -> None:
    made = award()
    contract = worlds_awards.in_force(made)
    notice = awards.record_contract_sent(contract, by=made.staff.coordinator)
    db.session.add(NoticeContract(notice_id=notice.id, contract_id=contract.id))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.rule("R80")
def test_the_contracts_of_a_quarter_are_announced_together_after_it(app: Flask) -> None:
    with clock.at(MADE):
        made = award(QUARTERLY)
        first = worlds_awards.in_force(made)
    with clock.at(datetime(2026, 9, 30, 20, 30, tzinfo=UTC)):  # 23.30 in Helsinki: still the third quarter
        second = worlds_awards.in_force(made, lot="2")
        coordinator = made.staff.coordinator
        assert refusal(lambda: awards.record_contract_sent(first, by=coordinator)) == "R80"
        assert refusal(lambda: quarter_sent(made)) == "R80"
        assert desk(app, made.staff.coordinator, date(2026, 9, 30)) == []
    with clock.at(datetime(2026, 9, 30, 21, 30, tzinfo=UTC)):  # 00.30 on 1 October
        third = worlds_awards.in_force(made, lot="3")
        (act,) = desk(app, made.staff.coordinator, date(2026, 10, 1))
        assert act.due_on == date(2026, 10, 30)
        path = f"/procurement/systems/{made.category.system_id}"
        page = page_as(app, coordinator).get(path)
        page.press("Record: sent for publication")
        (notice,) = [each for each in queries.notices_of(made.category.system_id) if each.contracts]
        assert {each.contract_id for each in notice.contracts} == {first.id, second.id}
        assert notice.quarter_starts_on == date(2026, 7, 1)
        assert [each.id for each in queries.contracts_to_announce(made.category.system_id)] == [third.id]
        assert refusal(lambda: quarter_sent(made)) == "R80"


def quarter_sent(made: Award) -> object:
    return awards.record_quarter_sent(made.category.system, date(2026, 8, 1), by=made.staff.coordinator)


@pytest.mark.rule("R80")
def test_a_system_holds_one_method(app: Flask) -> None:
    made = award()
    contract = worlds_awards.in_force(made)
    assert refusal(lambda: quarter_sent(made)) == "R80"
    system = made.category.system
    details = read(SystemDetails, system)
    assert details.award_notice_method is AwardNoticeMethod.SINGLE
    other = worlds_dps.replace(details, award_notice_method=QUARTERLY)
    assert refusal(lambda: systems.propose_system_change(system, other, "Muutos.", by=made.staff.coordinator)) == "R80"
    page = page_as(app, made.staff.coordinator).get(f"/procurement/systems/{system.id}")
    assert "One award notice for each contract" in page.text
    assert awards.record_contract_sent(contract, by=made.staff.coordinator).system_id == system.id


@pytest.mark.rule("R80")
def test_no_notice_before_the_contract_is_made(app: Flask) -> None:
    from dps.contracts import service as contracts

    made = award()
    contract = contracts.offer_awarded(worlds_awards.awarded(made), by=made.staff.coordinator)
    assert refusal(lambda: awards.record_contract_sent(contract, by=made.staff.coordinator)) == "R80"
    signed = worlds_awards.in_force(made, lot="2")
    early = clock.now() - timedelta(days=1)
    assert refusal(lambda: awards.record_contract_sent(signed, early, by=made.staff.coordinator)) == "R17"


@pytest.mark.rule("R49")
def test_a_cancellation_is_announced_with_its_reason(app: Flask) -> None:
    staff = worlds_dps.staff()
    category = worlds_awards.category(staff)
    decision = worlds_awards.cancelled(staff, category, worlds_awards.tenderers(category, staff, 2))
    assert refusal(lambda: awards.record_cancellation_sent(decision, by=staff.coordinator)) == "R49"
    decisions.sign(decision, by=staff.decider)
    (act,) = desk(app, staff.coordinator, worlds_awards.today())
    assert act.due_on == worlds_awards.today() + timedelta(days=30)
    page = page_as(app, staff.coordinator).get(f"/procurement/systems/{category.system_id}")
    page.press("Record: the notice of the cancellation was sent")
    notice = queries.cancellation_notice(decision.id)
    assert notice is not None
    assert notice.content["reasons"] == ["Määräraha poistui talousarviosta."]
    assert (
        "Määräraha poistui talousarviosta." in page_as(app, staff.decider).get(f"/procurement/notices/{notice.id}").text
    )
    assert refusal(lambda: awards.record_cancellation_sent(decision, by=staff.coordinator)) == "R49"
    assert desk(app, staff.coordinator, worlds_awards.today()) == []


@pytest.mark.rule("R80", "R49")
def test_machines_record_the_same_notices(app: Flask) -> None:
    made = award()
    contract: FrameContract = worlds_awards.in_force(made)
    api = api_as(app, made.staff.coordinator)
    answer = api.post("/notices", {"contract_id": str(contract.id)})
    assert answer.status_code == 201, answer.json
    assert answer.json["kind"] == "contract_award_notice"
    assert answer.json["content"]["contracts"][0]["contract"] == str(contract.id)
    assert api.post("/notices", {"contract_id": str(contract.id), "change_id": str(contract.id)}).status_code == 422
    quarter = {"system_id": str(made.category.system_id), "quarter_starts_on": "2026-07-01"}
    assert api.post("/notices", quarter).json["rule"] == "R80"
    assert api.post("/notices", {"decision_id": str(made.decision.id)}).json["rule"] == "R49"
    foreign = worlds_dps.staff("City of Helsinki")
    assert api_as(app, foreign.coordinator).post("/notices", {"contract_id": str(contract.id)}).status_code == 403
