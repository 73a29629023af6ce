"""Nobody decides in their own matter, nothing is dated back, nothing begins after the end."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.identity import queries as people_queries
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.contracts.models import ContractState
from dps.decisions import service as decisions
from dps.decisions.models import DecisionState
from dps.notices import service as notices
from dps.qualification import service as qualification
from dps.qualification.models import CheckResult
from dps.systems import service as systems
from tests import people
from tests import worlds_dps as worlds
from tests.pages import api_as, page_as


def _also(of: Mandate, role: Role, by: worlds.Staff) -> Mandate:
    """Somebody of a provider who holds a role in the authority too."""
    person = people_queries.person(of.person_id)
    return people.mandate(role, by.authority, person)


@pytest.mark.rule("R50")
def test_given_an_official_acts_for_the_applicant_when_they_handle_it_then_they_are_refused(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    application = worlds.application(worlds.open_category(staff), provider)
    both = _also(provider.mandate, Role.COORDINATOR, staff)
    requirement = application.category.requirements[0]
    acts = (
        lambda: qualification.check_requirement(application, requirement, CheckResult.MET, "", by=both),
        lambda: qualification.propose(application, "All is well.", by=both),
        lambda: qualification.extend(application, "More papers.", by=both),
    )
    for act in acts:
        with pytest.raises(RuleBroken) as refused:
            act()
        assert refused.value.rule == "R50"


@pytest.mark.rule("R50")
def test_given_a_decision_maker_acts_for_the_applicant_when_they_sign_then_nothing_is_decided(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    decision = worlds.proposed(worlds.open_category(staff), provider, staff)
    with pytest.raises(RuleBroken) as refused:
        decisions.sign(decision, by=_also(provider.mandate, Role.DECIDER, staff))
    assert refused.value.rule == "R50"
    db.session.refresh(decision)
    assert decision.state is DecisionState.PREPARED


@pytest.mark.rule("R50", "R79")
def test_given_one_person_on_both_sides_when_they_sign_for_the_authority_then_it_is_refused(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    found = worlds.admitted(worlds.open_category(staff), provider, staff)
    contract = contract_queries.contract_of_qualification(found.id)
    assert contract is not None
    contracts.sign_for_supplier(contract, by=provider.mandate)
    both = _also(provider.mandate, Role.COORDINATOR, staff)
    with pytest.raises(RuleBroken) as refused:
        contracts.sign_for_authority(contract, by=both)
    assert refused.value.rule == "R50"
    answer = api_as(app, both).post(f"/frame-contracts/{contract.id}/sign")
    assert (answer.status_code, answer.json["rule"]) == (422, "R50")


@pytest.mark.rule("R79")
def test_given_the_text_was_changed_behind_our_back_when_it_is_signed_then_it_is_refused(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    found = worlds.admitted(worlds.open_category(staff), provider, staff)
    contract = contract_queries.contract_of_qualification(found.id)
    assert contract is not None
    db.session.execute(db.text("UPDATE frame_contract SET price_list = '{}'"))
    for act in (
        lambda: contracts.sign_for_supplier(contract, by=provider.mandate),
        lambda: contracts.sign_for_authority(contract, by=staff.coordinator),
    ):
        with pytest.raises(WrongState) as refused:
            act()
        assert refused.value.rule in ("contract-text", "frame_contract-state")
    assert contract.state is ContractState.OFFERED


@pytest.mark.rule("R17", "R21")
def test_a_notice_is_not_dated_before_the_approval(app: Flask) -> None:
    staff = worlds.staff()
    system = worlds.approved_system(staff)
    with pytest.raises(RuleBroken) as refused:
        notices.record_sent(system, clock.now() - timedelta(days=31), by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R17", "sent_at")
    body = {"system_id": str(system.id), "sent_at": "0001-01-01T00:00:00+14:00"}
    assert api_as(app, staff.coordinator).post("/notices", json=body).status_code == 422


@pytest.mark.rule("R10", "R18")
def test_after_the_last_day_of_a_system_nobody_applies(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    category = worlds.open_category(staff)
    last = category.system.ends_on
    midnight = datetime.combine(last + timedelta(days=1), time(0), clock.HELSINKI)
    with clock.at(midnight), pytest.raises(WrongState) as refused:
        worlds.application(category, provider)
    assert refused.value.rule == "R10"
    with clock.at(midnight - timedelta(seconds=1)):
        assert worlds.application(category, provider).state == "received"


@pytest.mark.rule("R113")
def test_a_self_declaration_is_read_only_where_the_supplier_applied(app: Flask) -> None:
    staff, elsewhere, provider = worlds.staff(), worlds.staff("City of Espoo"), worlds.provider()
    address = f"/procurement/suppliers/{provider.supplier.id}"
    assert page_as(app, staff.coordinator).get(address).status == 403
    worlds.application(worlds.open_category(staff), provider)
    assert page_as(app, staff.coordinator).get(address).status == 200
    assert page_as(app, staff.decider).get(address).status == 200
    assert page_as(app, elsewhere.coordinator).get(address).status == 403
    assert page_as(app, provider.mandate).get(address).status == 403


def test_given_a_colleague_sent_it_on_when_the_author_of_a_system_approves_it_then_it_is_refused(app: Flask) -> None:
    staff = worlds.staff()
    person = people_queries.person(staff.coordinator.person_id)
    author_as_decider = people.mandate(Role.DECIDER, staff.authority, person)
    system = worlds.draft_system(staff.coordinator)
    systems.submit(system, by=people.coordinator(staff.authority))
    with pytest.raises(RuleBroken) as refused:
        systems.approve(system, by=author_as_decider)
    assert refused.value.rule == "four-eyes"
    answer = api_as(app, author_as_decider).post(f"/purchasing-systems/{system.id}/approve")
    assert (answer.status_code, answer.json["rule"]) == (422, "four-eyes")
    systems.approve(system, by=staff.decider)


def test_given_a_colleague_proposed_it_when_the_one_who_checked_signs_then_it_is_refused(app: Flask) -> None:
    staff, provider = worlds.staff(), worlds.provider()
    application = worlds.application(worlds.open_category(staff), provider)
    worlds.check_all(application, staff)
    decision = qualification.propose(application, "All is well.", by=people.coordinator(staff.authority))
    person = people_queries.person(staff.coordinator.person_id)
    with pytest.raises(RuleBroken) as refused:
        decisions.sign(decision, by=people.mandate(Role.DECIDER, staff.authority, person))
    assert refused.value.rule == "four-eyes"
    decisions.sign(decision, by=staff.decider)


@pytest.mark.rule("R17")
@pytest.mark.parametrize("when", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_publication_at_the_end_of_time_is_refused_at_its_field(app: Flask, when: str) -> None:
    staff = worlds.staff()
    system = worlds.approved_system(staff)
    notice = notices.record_sent(system, by=staff.coordinator)
    visitor = page_as(app, staff.coordinator)
    page = visitor.get(f"/procurement/notices/{notice.id}/publication")
    page = page.press("Record and open the system", number="2026-1", published_at=when)
    assert page.status == 422
