"""What everybody gets: all documents, free, from the publication on, also while closed and after the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.web import access
from dps.qualification.models import ApplicationState
from dps.systems import content as contents
from dps.systems import queries, rules, service
from dps.systems.models import LegalMode, OrderingRule, SystemState
from tests import worlds_dps
from tests.pages import api_as, page_as

#: What would charge a provider.
FEES = {"fee", "fees", "charge", "charges", "payment", "invoice", "price"}


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


@pytest.mark.rule("R16")
@pytest.mark.parametrize("state", [SystemState.OPEN, SystemState.CLOSED, SystemState.ENDED])
def test_an_anonymous_visitor_gets_every_document_as_long_as_the_system_stands(app, staff, state):
    system = worlds_dps.open_system(staff)
    if state is not SystemState.OPEN:
        service.close(system, by=staff.coordinator)
    if state is SystemState.ENDED:
        service.end_system(system, by=staff.decider)

    text = page_as(app, None).get(f"/systems/{system.id}").text

    for words in (
        "Coaching for about 600 customers a year.",
        "Coaching to find and start a job.",
        "Requirement qualified-staff",
        "A description in the application",
        "The service is delivered as ordered.",
        "€90.00 per hour",
        "€40.00",
        "Customer's choice",
        "Changes after the opening",
        "How the system works electronically",
    ):
        assert words in text, words


@pytest.mark.rule("R17")
@pytest.mark.parametrize("state", [SystemState.DRAFT, SystemState.SUBMITTED, SystemState.APPROVED])
def test_before_the_recorded_publication_nothing_is_public(app, staff, state):
    system = worlds_dps.draft_system(staff.coordinator)
    if state is not SystemState.DRAFT:
        service.submit(system, by=staff.coordinator)
    if state is SystemState.APPROVED:
        service.approve(system, by=staff.decider)
    visitor, provider = page_as(app, None), api_as(app, worlds_dps.provider().mandate)

    assert system.state is state
    assert visitor.get(f"/systems/{system.id}").status == 404
    assert system.name_en not in visitor.get("/").text
    assert visitor.client.get("/open-data/systems.json").json == {"systems": []}
    assert provider.get("/categories").json["items"] == []
    assert provider.get(f"/categories/{system.categories[0].id}").status_code == 403


@pytest.mark.rule("R19")
def test_closing_that_was_not_announced_is_refused_by_page_and_api(app, staff):
    system = worlds_dps.open_system(staff, system=worlds_dps.system_details(closing_announced=False))

    assert "Close temporarily" not in page_as(app, staff.coordinator).get(f"/procurement/systems/{system.id}").text
    answer = api_as(app, staff.coordinator).post(f"/purchasing-systems/{system.id}/close")
    assert (answer.status_code, answer.json["rule"]) == (422, "R19")


@pytest.mark.rule("R19")
def test_while_closed_orders_are_refused_and_applications_wait_for_the_reopening(app, staff):
    system = worlds_dps.open_system(staff)
    category = system.categories[0]
    coordinator = page_as(app, staff.coordinator)
    page = coordinator.get(f"/procurement/systems/{system.id}").press("Close temporarily")
    assert "Temporarily closed" in page.text
    assert not queries.system_is_open(category)
    assert category in queries.categories_open_for_application()

    application = worlds_dps.application(category, worlds_dps.provider())
    assert (application.state, application.decision_due_on) == (ApplicationState.RECEIVED, None)
    assert "The system is temporarily closed." in page_as(app, None).get(f"/systems/{system.id}").text

    coordinator.get(f"/procurement/systems/{system.id}").press("Open again")
    db.session.refresh(application)
    assert application.decision_due_on is not None
    assert queries.system_is_open(category)


@pytest.mark.rule("R10")
def test_an_open_system_takes_applications_at_any_hour_and_an_ended_one_does_not(staff):
    category = worlds_dps.open_category(staff)
    night = clock.start_of_day(clock.helsinki_date(clock.now()) + timedelta(days=40)) + timedelta(hours=3, minutes=33)
    with clock.at(night):
        assert worlds_dps.application(category, worlds_dps.provider()).received_at >= night
    service.end_system(category.system, by=staff.decider)

    with pytest.raises(WrongState) as refused:
        worlds_dps.application(category, worlds_dps.provider("Toinen Oy"))
    assert refused.value.rule == "R10"


@pytest.mark.rule("R13")
def test_nothing_about_a_provider_can_cost_it_anything(app, staff):
    """No table of suppliers or admissions has a place for a fee, and no form of a provider asks for one."""
    names = [name for name in db.metadata.tables if name.startswith(("supplier", "application", "qualification"))]
    assert {"supplier", "application", "qualification"} <= set(names)
    for name in [*names, "declaration", "document", "acting_right", "question"]:
        words = {word for column in db.metadata.tables[name].columns for word in column.key.split("_")}
        assert not words & FEES, name
    asked = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint in access.endpoint_permissions() and FEES & set(endpoint.replace(".", "_").split("_"))
    }
    assert {name for name in asked if not name.startswith(("offerings", "api-offerings"))} == set()
    system = worlds_dps.open_system(staff)
    page = page_as(app, worlds_dps.provider().mandate).get(f"/provider/apply/{system.categories[0].id}")
    fields = {node.get("name") or "" for tag in ("input", "textarea", "select") for node in page.all(tag)}
    assert not {word for field in fields for word in field.replace("-", "_").split("_")} & FEES
    assert "cost a provider nothing" in page_as(app, None).get(f"/systems/{system.id}").text


@pytest.mark.rule("R2")
def test_a_strict_category_with_direct_orders_is_not_submitted(staff):
    system = worlds_dps.draft_system(
        staff.coordinator, cpv="79634000-7", ordering_rule=OrderingRule.COMPETITION, legal_mode=LegalMode.DPS_STRICT
    )
    category = system.categories[0]
    content = contents.content_of(category)
    wrong = replace(content, details=replace(content.details, ordering_rule=OrderingRule.ROTATION))
    whole = contents.content_of_system(system)
    today = system.starts_on

    assert "R2" in {each.rule for each in rules.category_obstacles(wrong, whole, today)}
    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert refused.value.rule == "R40"
