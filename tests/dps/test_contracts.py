"""The frame contract that follows an admission."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.mail.models import Mail
from dps.contracts import queries, service
from dps.contracts.models import ContractState, FrameContract
from dps.systems.models import LegalMode, OrderingRule
from tests import people, worlds_dps


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.fixture
def provider(app):
    return worlds_dps.provider()


@pytest.fixture
def contract(staff, provider):
    qualification = worlds_dps.admitted(worlds_dps.open_category(staff), provider, staff)
    return queries.contract_of_qualification(qualification.id)


def today():
    return clock.helsinki_date(clock.now())


def test_an_admission_brings_a_contract_with_the_published_terms_and_prices(contract, provider):
    category = contract.category

    assert contract.state is ContractState.OFFERED
    assert contract.terms["fi"]["terms"] == category.terms_fi
    assert contract.price_list == {"unit": "hour", "ceiling": "90.00", "modules": {"language": "40.00"}}
    assert (contract.starts_on, contract.ends_on) == (today(), category.system.ends_on)
    assert service.is_unchanged(contract)
    sent = db.session.scalars(select(Mail.to_address).where(Mail.about_id == contract.id)).all()
    assert sorted(sent) == sorted(provider.supplier.emails)


@pytest.mark.rule("R2")
def test_a_strict_system_offers_no_frame_contract(staff, provider):
    category = worlds_dps.open_category(staff, legal_mode=LegalMode.DPS_STRICT, ordering_rule=OrderingRule.COMPETITION)

    worlds_dps.admitted(category, provider, staff)

    assert db.session.scalars(select(FrameContract)).all() == []


@pytest.mark.rule("R79")
def test_a_contract_is_in_force_only_when_both_parties_have_signed(staff, provider, contract):
    def in_force():
        return queries.contract_in_force(provider.supplier.id, contract.category_id, today())

    assert in_force() is None
    service.sign_for_supplier(contract, by=provider.mandate)
    assert in_force() is None
    worlds_dps.liability_checked(contract, staff)
    service.sign_for_authority(contract, by=staff.coordinator)
    assert in_force() is contract


@pytest.mark.rule("R79")
def test_a_contract_is_not_in_force_after_its_last_day(staff, provider, contract):
    service.sign_for_supplier(contract, by=provider.mandate)
    worlds_dps.liability_checked(contract, staff)
    service.sign_for_authority(contract, by=staff.decider)

    after = contract.ends_on + timedelta(days=1)

    assert queries.contract_in_force(provider.supplier.id, contract.category_id, after) is None


def test_the_city_does_not_sign_before_the_provider(staff, contract):
    worlds_dps.liability_checked(contract, staff)
    with pytest.raises(WrongState):
        service.sign_for_authority(contract, by=staff.coordinator)


def test_only_the_parties_sign(staff, provider, contract):
    with pytest.raises(NotAllowed):
        service.sign_for_supplier(contract, by=worlds_dps.provider("Other Oy").mandate)
    service.sign_for_supplier(contract, by=provider.mandate)
    with pytest.raises(NotAllowed):
        service.sign_for_authority(contract, by=people.coordinator())
    with pytest.raises(NotAllowed):
        service.sign_for_authority(contract, by=people.expert(staff.authority))


def test_a_changed_text_is_noticed(contract):
    contract.price_list = {**contract.price_list, "ceiling": "900.00"}

    assert not service.is_unchanged(contract)


def test_a_contract_ends_with_a_reason_by_a_decision_maker(staff, provider, contract):
    service.sign_for_supplier(contract, by=provider.mandate)
    worlds_dps.liability_checked(contract, staff)
    service.sign_for_authority(contract, by=staff.coordinator)

    with pytest.raises(RuleBroken):
        service.end_contract(contract, "", by=staff.decider)
    with pytest.raises(NotAllowed):
        service.end_contract(contract, "Agreed.", by=staff.coordinator)
    service.end_contract(contract, "Agreed.", by=staff.decider)

    assert contract.state is ContractState.ENDED
    assert queries.contract_in_force(provider.supplier.id, contract.category_id, today()) is None
