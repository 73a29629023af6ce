"""The quality record is used for what the published terms say, and for nothing else (R3, R105)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import RuleBroken
from dps.systems import content as contents
from dps.systems import record_uses, service
from dps.systems.models import LegalMode, OrderingRule, RecordUse, SystemState
from tests import worlds_dps
from tests.dps.test_systems_wizard import _payment, criterion, refusal_of, strict
from tests.pages import api_as, page_as

CLASSES = {"ordering_rule": OrderingRule.RANKING, "ordering_parameters": {"by": "classes", "update_months": 6}}


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.mark.rule("R3")
def test_given_classes_that_rank_when_the_terms_do_not_say_so_then_the_system_is_not_submitted(staff):
    system = worlds_dps.draft_system(staff.coordinator, **CLASSES)

    assert refusal_of(system, staff) == ("R3", "record_uses")


@pytest.mark.rule("R3")
def test_given_terms_that_say_classes_rank_when_the_rule_does_not_then_the_system_is_not_submitted(staff):
    system = worlds_dps.draft_system(staff.coordinator, record_uses=["show", "ranking"])

    assert refusal_of(system, staff) == ("R3", "record_uses")


@pytest.mark.rule("R105")
def test_given_payment_for_results_when_the_terms_do_not_say_so_then_the_system_is_not_submitted(staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    service.put_item(category, "payments", _payment(), by=staff.coordinator)

    assert refusal_of(system, staff) == ("R105", "record_uses")
    details = replace(service.content_of(category).details, record_uses=["show", "pay"])
    service.save_details(category, details, by=staff.coordinator)
    service.submit(system, by=staff.coordinator)
    assert system.state is SystemState.SUBMITTED


@pytest.mark.rule("R2")
def test_given_a_strict_category_when_its_record_would_rank_then_it_is_refused_at_once(staff):
    system = strict(staff, criterion("plan", "100"))
    category = system.categories[0]
    details = replace(service.content_of(category).details, record_uses=["show", "ranking"])

    with pytest.raises(RuleBroken) as refused:
        service.save_details(category, details, by=staff.coordinator)

    assert (refused.value.rule, refused.value.field) == ("R2", "record_uses")
    assert not record_uses.may_rank(LegalMode.DPS_STRICT)


def test_what_is_chosen_in_the_wizard_is_published_in_words(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{category.id}/terms")
    page.press("Save and continue", record_uses="talk")
    service.submit(system, by=staff.coordinator)
    service.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)

    assert category.record_uses == ["show", "talk"]
    public = page_as(app, None).get(f"/systems/{system.id}").text
    assert "It is the agenda of quality talks with the provider. It is used for nothing else." in public
    assert api_as(app, staff.coordinator).get(f"/categories/{category.id}").json["record_uses"] == [
        "show",
        "talk",
    ]


@pytest.mark.rule("R3")
def test_given_terms_without_talks_when_a_talk_is_asked_for_then_it_is_refused(staff):
    category = worlds_dps.draft_system(staff.coordinator).categories[0]

    record_uses.check(category, RecordUse.SHOW)
    with pytest.raises(RuleBroken) as refused:
        record_uses.check(category, RecordUse.TALK)
    assert refused.value.rule == "R3"


def test_a_content_of_before_says_what_it_did_with_the_record(staff):
    category = worlds_dps.draft_system(staff.coordinator, **CLASSES).categories[0]
    service.put_item(category, "payments", _payment(), by=staff.coordinator)
    written = contents.dump(service.content_of(category))
    del written["details"]["record_uses"]

    assert contents.load(contents.CategoryContent, written).details.record_uses == ["show", "ranking", "pay"]
