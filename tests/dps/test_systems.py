"""Setting up a purchasing system: from draft to open and on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.audit.chain import trail
from core.errors import RuleBroken, WrongState
from dps.notices import service as notices
from dps.notices.rules import first_applications_until
from dps.systems import content as contents
from dps.systems import queries, rules, service
from dps.systems.models import LegalMode, SystemState
from tests import people, worlds_dps


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def test_given_a_complete_draft_when_it_is_approved_by_another_person_then_its_notice_can_be_sent(staff):
    system = worlds_dps.approved_system(staff)

    assert system.state is SystemState.APPROVED
    assert [event.type for event in trail(system)] == ["system.created", "system.submitted", "system.approved"]


def test_the_one_who_prepared_a_system_cannot_approve_it(staff):
    holding = people.holding
    person = people.person()
    from core.identity.mandates import Mandate
    from core.identity.models import Role

    coordinator = Mandate.of(holding(Role.COORDINATOR, staff.authority, person))
    decider = Mandate.of(holding(Role.DECIDER, staff.authority, person))
    system = worlds_dps.draft_system(coordinator)
    service.submit(system, by=coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.approve(system, by=decider)
    assert refused.value.rule == "four-eyes"


def test_a_returned_system_is_a_draft_again_with_the_reason(staff):
    system = worlds_dps.draft_system(staff.coordinator)
    service.submit(system, by=staff.coordinator)

    service.return_to_preparer(system, "Value is too low", by=staff.decider)

    assert (system.state, system.return_reason) == (SystemState.DRAFT, "Value is too low")


@pytest.mark.rule("R15")
def test_a_system_without_a_category_is_not_submitted(staff):
    system = service.create_system(worlds_dps.system_details(), by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R15", "categories")


@pytest.mark.rule("R15")
@pytest.mark.parametrize("field", ["description_fi", "description_sv"])
def test_a_system_without_a_description_is_not_submitted(staff, field):
    system = worlds_dps.draft_system(staff.coordinator, system=worlds_dps.system_details(**{field: " "}))

    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert refused.value.rule == "R15"


@pytest.mark.rule("R11")
def test_a_category_without_a_requirement_is_not_submitted(staff):
    system = service.create_system(worlds_dps.system_details(), by=staff.coordinator)
    service.add_category(system, worlds_dps.category_details(), by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert refused.value.rule == "R11"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"languages": ["fi", "en"]}, "R102", marks=pytest.mark.rule("R102")),
        pytest.param({"has_work_trial": True, "max_duration_days": 181}, "R101", marks=pytest.mark.rule("R101")),
        pytest.param({"cpv": "79634000-7"}, "R1", marks=pytest.mark.rule("R1")),
        pytest.param({"legal_mode": LegalMode.SMALL_PURCHASE}, "R7", marks=pytest.mark.rule("R7")),
        pytest.param({"terms_sv": ""}, "R3", marks=pytest.mark.rule("R3")),
    ],
)
def test_a_category_against_a_rule_is_not_submitted(staff, changes, rule):
    system = worlds_dps.draft_system(staff.coordinator, **changes)

    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert refused.value.rule == rule
    assert system.state is SystemState.DRAFT


@pytest.mark.rule("R7")
def test_a_small_system_may_be_a_small_purchase(staff):
    details = worlds_dps.system_details(estimated_value=Decimal("390000.00"))
    system = worlds_dps.draft_system(staff.coordinator, system=details, legal_mode=LegalMode.SMALL_PURCHASE)

    service.submit(system, by=staff.coordinator)

    assert system.state is SystemState.SUBMITTED


@pytest.mark.rule("R1")
def test_categories_and_legal_modes_are_frozen_once_submitted(staff):
    system = worlds_dps.draft_system(staff.coordinator)
    service.submit(system, by=staff.coordinator)
    category = system.categories[0]

    with pytest.raises(WrongState):
        service.change_category(category, worlds_dps.category_details(cpv="80500000-9"), by=staff.coordinator)
    with pytest.raises(WrongState):
        service.add_category(system, worlds_dps.category_details(code="other"), by=staff.coordinator)
    with pytest.raises(WrongState):
        service.add_requirement(category, worlds_dps.requirement_details("references"), by=staff.coordinator)


@pytest.mark.rule("R14")
def test_there_is_no_way_to_limit_how_many_are_admitted():
    names = set(worlds_dps.category_details.__annotations__) | {
        column.key for column in queries.Category.__table__.columns
    }

    assert not {name for name in names if "cap" in name.split("_") or "limit" in name or "max_suppliers" in name}


@pytest.mark.rule("R17")
def test_a_system_is_public_only_after_its_notice_was_published(staff):
    system = worlds_dps.approved_system(staff)
    assert queries.public_system(system.id) is None
    notice = notices.record_sent(system, by=staff.coordinator)
    assert queries.public_system(system.id) is None

    notices.record_published(notice, "2026-000001", clock.now(), by=staff.coordinator)

    assert queries.public_system(system.id) is system
    assert system in queries.open_systems_public()


@pytest.mark.rule("R17")
def test_only_an_approved_system_has_a_notice(staff):
    system = worlds_dps.draft_system(staff.coordinator)

    with pytest.raises(WrongState):
        notices.record_sent(system, by=staff.coordinator)


@pytest.mark.rule("R17")
@pytest.mark.parametrize("shift", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_publication_before_sending_or_in_the_future_is_refused(staff, shift):
    system = worlds_dps.approved_system(staff)
    notice = notices.record_sent(system, by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        notices.record_published(notice, "2026-000002", clock.now() + shift, by=staff.coordinator)
    assert refused.value.field == "published_at"
    assert system.state is SystemState.APPROVED


@pytest.mark.rule("R21")
@pytest.mark.parametrize(("sent", "until"), [("2026-06-01", "2026-07-01"), ("2026-11-25", "2026-12-28")])
def test_the_first_applications_have_thirty_days_from_sending(sent, until):
    sent_at = clock.start_of_day(clock.date.fromisoformat(sent)) + timedelta(hours=9)

    assert first_applications_until(sent_at).isoformat() == until


@pytest.mark.rule("R19")
def test_a_system_closes_only_if_closing_was_announced(staff):
    quiet = worlds_dps.open_system(staff, system=worlds_dps.system_details(closing_announced=False))
    announced = worlds_dps.open_system(staff)

    service.close(announced, by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        service.close(quiet, by=staff.coordinator)

    assert refused.value.rule == "R19"
    assert not queries.system_is_open(announced.categories[0])
    assert queries.system_is_open(quiet.categories[0])


def test_a_closed_system_opens_again_and_an_ended_one_does_not(staff):
    system = worlds_dps.open_system(staff)
    service.close(system, by=staff.coordinator)
    service.reopen(system, by=staff.coordinator)
    assert queries.system_is_open(system)

    service.end_system(system, by=staff.coordinator)

    with pytest.raises(WrongState):
        service.reopen(system, by=staff.coordinator)


@pytest.mark.rule("R9")
def test_small_purchases_of_one_kind_are_added_up_within_the_authority(staff):
    small = worlds_dps.system_details(estimated_value=Decimal("300000.00"))
    for _ in range(2):
        system = worlds_dps.draft_system(staff.coordinator, system=small, legal_mode=LegalMode.SMALL_PURCHASE)
    category, today = system.categories[0], clock.helsinki_date(clock.now())

    values = queries.small_purchase_values(
        staff.authority.id, category.service_type, rules.splitting_window_start(today)
    )
    content = contents.content_of_system(system)
    found = list(rules.warnings(system, content, today, small_purchases={category.id: values}))

    assert [warning.rule for warning in found] == ["R9"]
