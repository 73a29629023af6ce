"""Writing a category in steps: CPV search, parts, copies, prices, weights, turnover, documents; and bad input."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.errors import RuleBroken, WrongState
from core.files.models import StoredFile
from core.identity.mandates import Mandate
from core.identity.models import Role
from dps.systems import content as contents
from dps.systems import cpv, rules, service
from dps.systems.details import CriterionDetails, PaymentDetails
from dps.systems.models import (
    CriterionKind,
    CriterionSubject,
    LegalMode,
    OrderingRule,
    PaymentKind,
    PurchasingSystem,
    SystemState,
)
from tests import people, worlds_dps
from tests.dps.test_api import category_body, system_body
from tests.pages import api_as, page_as

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def criterion(code, weight, kind=CriterionKind.QUALITY, **changes):
    details = CriterionDetails(
        code=code, kind=kind, text_fi=f"{code} fi", text_sv=f"{code} sv", text_en=code, weight=Decimal(weight)
    )
    return replace(details, **changes)


def strict(staff, *criteria, **changes):
    """A draft whose one category competes every purchase, with these award criteria."""
    system = worlds_dps.draft_system(
        staff.coordinator,
        cpv="79634000-7",
        legal_mode=LegalMode.DPS_STRICT,
        ordering_rule=OrderingRule.COMPETITION,
        **changes,
    )
    for each in criteria:
        service.put_item(system.categories[0], "award_criteria", each, by=staff.coordinator)
    return system


def refusal_of(system, staff):
    with pytest.raises(RuleBroken) as refused:
        service.submit(system, by=staff.coordinator)
    assert system.state is SystemState.DRAFT
    return refused.value.rule, refused.value.field


# ---- CPV ----


@pytest.mark.rule("R4")
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("työnhaku", "79611000-0"),
        ("arbetssökande", "79611000-0"),
        ("job search", "79611000-0"),
        ("8531251", "85312510-7"),
        ("KIELIKURSSIT", "80580000-3"),
        ("career guidance", "79634000-7"),
    ],
)
def test_a_cpv_code_is_found_by_word_in_three_languages_and_by_digits(words, first):
    assert cpv.search(words)[0].code == first


def test_a_search_for_nothing_finds_nothing():
    assert cpv.search("") == ()
    assert list(cpv.search("lentokone")) == []


def test_the_search_page_shows_the_point_of_annex_e_and_takes_the_code_back_to_the_form(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    coordinator = page_as(app, staff.coordinator)
    page = coordinator.get(f"/procurement/systems/{system.id}/categories/new").follow("Search CPV codes")

    page = page.press("Search", q="työnhaku")

    assert page.rows()[0][:4] == ["79611000-0", "Job search services", "point 1", "€400,000"]
    form = page.follow("Use the code 79611000-0")
    assert [node.get("value") for node in form.all("input") if node.get("name") == "cpv"] == ["79611000-0"]
    piece = coordinator.client.get("/procurement/cpv?q=career", headers={"HX-Request": "true"})
    assert "79634000-7" in piece.get_data(as_text=True)
    assert "<html" not in piece.get_data(as_text=True)
    foreign = coordinator.get("/procurement/cpv?q=career&back=https://evil.example/")
    assert "evil" not in foreign.text


@pytest.mark.rule("R4")
@pytest.mark.parametrize("code", ["79611000", "79611000-9", "not a code"])
def test_a_wrong_cpv_code_is_refused_at_its_field_by_page_and_api(app, staff, code):
    system = worlds_dps.draft_system(staff.coordinator)
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{system.categories[0].id}/what")
    page = page.press("Save and continue", cpv=code)
    body = {**category_body(str(system.id)), "code": "other", "cpv": code}
    answer = api_as(app, staff.coordinator).post("/categories", body)

    assert (page.status, answer.status_code) == (422, 422)
    assert page.link(page.messages[0].partition("point ")[2]).endswith("#cpv")
    assert answer.json["errors"][0]["field"] == "cpv"
    db.session.expire_all()
    assert system.categories[0].cpv == "79611000-0"
    assert len(system.categories) == 1


# ---- parts of a draft ----


def test_requirements_modules_criteria_and_payments_of_a_draft_are_changed_and_removed(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    service.put_item(category, "award_criteria", criterion("price", "100", CriterionKind.PRICE), by=staff.coordinator)
    coordinator = page_as(app, staff.coordinator)

    page = coordinator.get(f"/procurement/categories/{category.id}/requirements")
    page = page.follow("Change: Payment of taxes").press("Save", text_fi="Verot maksettu ajallaan")
    page = coordinator.get(f"/procurement/categories/{category.id}/prices").press("Remove: Language coaching")
    page = page.press(
        "Add the payment",
        **{
            "payment-code": "start",
            "payment-kind": "start_fee",
            "payment-text_fi": "Aloitus",
            "payment-text_sv": "Start",
            "payment-ceiling": "150,00",
        },
    )
    page = coordinator.get(f"/procurement/categories/{category.id}/ordering").press("Remove: price")

    db.session.expire_all()
    assert category.requirements[0].text_fi == "Verot maksettu ajallaan"
    assert (category.modules, category.award_criteria) == ([], [])
    assert [(each.kind, each.ceiling) for each in category.payments] == [(PaymentKind.START_FEE, Decimal("150.00"))]
    assert page.status == 200


def test_a_category_is_copied_with_everything_in_it_and_can_be_removed_from_a_draft(app, staff):
    source = worlds_dps.open_category(staff)
    system = service.create_system(worlds_dps.system_details(), by=staff.coordinator)
    page = page_as(app, staff.coordinator).get(f"/procurement/systems/{system.id}").follow("Copy a category")

    page = page.press("Copy", category_id=str(source.id))

    db.session.expire_all()
    copy = system.categories[0]
    assert contents.content_of(copy) == contents.content_of(source)
    service.submit(system, by=staff.coordinator)
    service.return_to_preparer(system, "Not this.", by=staff.decider)
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{copy.id}").press("Remove the category")
    assert "No category yet" in page.text


def test_a_category_of_another_authority_is_not_copied(app, staff):
    foreign = worlds_dps.open_category(worlds_dps.staff("City of Espoo"))
    system = service.create_system(worlds_dps.system_details(), by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.copy_category(system, foreign, by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("I4", "category_id")
    page = page_as(app, staff.coordinator).get(f"/procurement/systems/{system.id}/categories/copy")
    assert page.press("Copy", category_id=str(foreign.id)).status == 422


@pytest.mark.rule("R11")
def test_a_suitability_requirement_without_evidence_is_refused_at_its_field(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    texts = {"requirement-code": "references", "requirement-text_fi": "Viite", "requirement-text_sv": "Referens"}
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{category.id}/requirements")
    page = page.press("Add the requirement", **texts)
    body = category_body(str(system.id))
    del body["requirements"][1]["evidence_fi"]
    answer = api_as(app, staff.coordinator).post("/categories", {**body, "code": "other"})

    assert page.status == 422
    assert "needs the evidence that shows it" in page.messages[0]
    assert (answer.json["rule"], answer.json["errors"][0]["field"]) == ("R11", "evidence_fi")
    db.session.expire_all()
    assert len(category.requirements) == 3
    assert len(system.categories) == 1


# ---- award criteria ----


@pytest.mark.rule("R40")
def test_a_category_that_competes_needs_award_criteria(staff):
    assert refusal_of(strict(staff), staff) == ("R40", "award_criteria")


@pytest.mark.rule("R40")
@pytest.mark.parametrize("weights", [("60", "39.99"), ("60", "40.01")])
def test_weights_that_do_not_add_up_to_a_hundred_are_refused(staff, weights):
    system = strict(staff, criterion("price", weights[0], CriterionKind.PRICE), criterion("plan", weights[1]))

    assert refusal_of(system, staff) == ("R40", "award_criteria")


@pytest.mark.rule("R40")
def test_weights_that_add_up_to_a_hundred_are_taken(staff):
    system = strict(staff, criterion("price", "33.33", CriterionKind.PRICE), criterion("plan", "66.67"))

    service.submit(system, by=staff.coordinator)

    assert system.state is SystemState.SUBMITTED


@pytest.mark.rule("R42")
def test_price_alone_needs_a_reason(staff):
    system = strict(staff, criterion("price", "100", CriterionKind.PRICE))
    assert refusal_of(system, staff) == ("R42", "price_only_reason")
    category = system.categories[0]
    details = replace(service.content_of(category).details, price_only_reason="The content is fixed by the act.")
    service.save_details(category, details, by=staff.coordinator)

    service.submit(system, by=staff.coordinator)

    assert system.state is SystemState.SUBMITTED


@pytest.mark.rule("R44")
def test_a_score_of_the_provider_itself_as_award_criterion_is_warned_of(app, staff):
    own = criterion("reputation", "60", concerns=CriterionSubject.SUPPLIER)
    system = strict(staff, criterion("price", "40", CriterionKind.PRICE), own)

    page = page_as(app, staff.coordinator).get(f"/procurement/systems/{system.id}")

    assert "An award criterion is about the provider itself: reputation." in page.text
    named = criterion("staff", "60", concerns=CriterionSubject.NAMED_STAFF)
    assert (
        list(rules.category_warnings(contents.CategoryContent(worlds_dps.category_details(), (), (), (named,)))) == []
    )


# ---- ordering rules ----


@pytest.mark.rule("R3")
@pytest.mark.parametrize(
    ("rule", "parameters", "field"),
    [
        (OrderingRule.RANKING, {"by": "classes"}, "update_months"),
        (OrderingRule.RANKING, {"update_months": 3}, "ranking_by"),
        (OrderingRule.RANKING, {"by": "points", "update_months": 3}, "ranking_by"),
        (OrderingRule.ROTATION, {}, "rotation_start"),
    ],
)
def test_an_ordering_rule_without_its_published_parameters_is_refused(staff, rule, parameters, field):
    system = worlds_dps.draft_system(staff.coordinator, ordering_rule=rule, ordering_parameters=parameters)

    assert refusal_of(system, staff) == ("R3", field)


@pytest.mark.rule("R3")
def test_the_parameters_of_the_ordering_rule_are_typed_checked_and_published(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{category.id}/ordering")
    page = page.press("Save and continue", ordering_rule="ranking", ranking_by="classes", update_months="3")
    page = page.press("Save", record_uses="ranking")
    service.submit(system, by=staff.coordinator)
    service.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)

    assert category.ordering_parameters == {
        "by": "classes",
        "update_months": 3,
    }
    assert "The quality classes are made anew every 3 months." in page_as(app, None).get(f"/systems/{system.id}").text


# ---- turnover ----


@pytest.mark.rule("R32")
@pytest.mark.parametrize(("turnover", "is_taken"), [("200000.00", True), ("200000.01", False)])
def test_a_turnover_above_twice_the_largest_contract_needs_a_reason(staff, turnover, is_taken):
    system = worlds_dps.draft_system(
        staff.coordinator, largest_contract_value=Decimal("100000.00"), minimum_turnover=Decimal(turnover)
    )
    if not is_taken:
        assert refusal_of(system, staff) == ("R32", "turnover_reason")
        category = system.categories[0]
        details = replace(service.content_of(category).details, turnover_reason="A risk of large advance costs.")
        service.save_details(category, details, by=staff.coordinator)

    service.submit(system, by=staff.coordinator)

    assert system.state is SystemState.SUBMITTED


@pytest.mark.rule("R32")
def test_a_turnover_without_the_largest_contract_is_refused(staff):
    system = worlds_dps.draft_system(staff.coordinator, minimum_turnover=Decimal("1000.00"))

    assert refusal_of(system, staff) == ("R32", "largest_contract_value")


# ---- system facts ----


@pytest.mark.rule("R15")
@pytest.mark.parametrize("field", ["technical_fi", "technical_sv"])
def test_a_system_that_does_not_say_how_it_works_electronically_is_not_submitted(staff, field):
    system = worlds_dps.draft_system(staff.coordinator, system=worlds_dps.system_details(**{field: " "}))

    assert refusal_of(system, staff) == ("R15", "technical_fi")


@pytest.mark.rule("R15")
def test_a_category_without_a_price_ceiling_is_not_submitted(staff):
    system = worlds_dps.draft_system(staff.coordinator, price_ceiling=Decimal("0.00"))

    assert refusal_of(system, staff) == ("R15", "price_ceiling")


@pytest.mark.rule("R15")
@pytest.mark.parametrize("days", [0, -1])
def test_an_end_before_the_start_is_refused_at_its_field_by_page_and_api(app, staff, days):
    body = system_body()
    body["ends_on"] = (clock.date.fromisoformat(body["starts_on"]) + timedelta(days=days)).isoformat()

    answer = api_as(app, staff.coordinator).post("/purchasing-systems", body)
    page = page_as(app, staff.coordinator).get("/procurement/systems/new")
    page = page.press("Save and continue", **{name: str(value) for name, value in body.items() if value is not True})

    assert (answer.json["rule"], answer.json["errors"][0]["field"]) == ("R15", "ends_on")
    assert page.status == 422
    assert "The system ends before it starts." in page.messages[0]
    assert db.session.scalar(select(func.count()).select_from(PurchasingSystem)) == 0


@pytest.mark.rule("R25")
def test_a_longer_evaluation_period_is_announced_to_everybody_with_its_end(app, staff):
    system = worlds_dps.open_system(staff, system=worlds_dps.system_details(evaluation_period_days=60))
    opened = clock.helsinki_date(system.opened_at)

    assert system.evaluation_ends_on == opened + timedelta(days=60)
    assert "The evaluation period is 60 days long." in page_as(app, None).get(f"/systems/{system.id}").text
    assert worlds_dps.open_system(staff).evaluation_ends_on is None
    assert worlds_dps.approved_system(staff).evaluation_ends_on is None


@pytest.mark.rule("R14")
@pytest.mark.parametrize("name", ["max_suppliers", "cap", "limit"])
def test_no_input_limits_the_number_of_admitted(app, staff, name):
    client = api_as(app, staff.coordinator)
    assert client.post("/purchasing-systems", {**system_body(), name: 5}).status_code == 422
    system = worlds_dps.draft_system(staff.coordinator)

    assert client.post("/categories", {**category_body(str(system.id)), "code": "x", name: 5}).status_code == 422


# ---- the terms as a document ----


def test_the_terms_document_is_published_to_everybody_with_the_system(app, staff):
    system = worlds_dps.draft_system(staff.coordinator)
    category = system.categories[0]
    service.set_terms_file(category, PDF, "ehdot.pdf", by=staff.coordinator)
    address = f"/systems/categories/{category.id}/terms-file"
    visitor = page_as(app, None)
    assert visitor.client.get(address).status_code == 404
    service.submit(system, by=staff.coordinator)
    service.approve(system, by=staff.decider)
    worlds_dps.publish(system, staff)

    answer = visitor.client.get(address)

    assert (answer.status_code, answer.data) == (200, PDF)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "ehdot.pdf" in visitor.get(f"/systems/{system.id}").text


@pytest.mark.parametrize(
    ("content", "name"), [(b"MZ\x90\x00 program", "ehdot.pdf"), (PDF, "ehdot.exe"), (b"plain text", "ehdot.txt")]
)
def test_a_document_that_is_not_what_it_says_it_is_is_refused_at_its_field(app, staff, content, name):
    category = worlds_dps.draft_system(staff.coordinator).categories[0]
    page = page_as(app, staff.coordinator).get(f"/procurement/categories/{category.id}/terms")

    page = page.press("Add the document", terms_file=(io.BytesIO(content), name))

    assert page.status == 422
    assert "The file is not what it says it is" in page.messages[0]
    assert (category.terms_file_id, db.session.scalar(select(func.count()).select_from(StoredFile))) == (None, 0)


# ---- who, and when ----


def test_only_a_draft_is_edited_and_its_editors_do_not_approve_it(staff):
    person = people.person()
    both = Mandate.of(people.holding(Role.COORDINATOR, staff.authority, person))
    decider = Mandate.of(people.holding(Role.DECIDER, staff.authority, person))
    system = worlds_dps.draft_system(staff.coordinator, record_uses=["show", "pay"])
    category = system.categories[0]
    service.put_item(category, "payments", _payment(), by=both)
    service.submit(system, by=staff.coordinator)

    with pytest.raises(WrongState):
        service.remove_item(category, "payments", "result", by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        service.approve(system, by=decider)
    assert refused.value.rule == "four-eyes"


def _payment():
    return PaymentDetails(
        code="result",
        kind=PaymentKind.OUTCOME,
        text_fi="Työ kesti 6 kk",
        text_sv="Arbetet varade 6 mån.",
        text_en="The job lasted 6 months",
        ceiling=Decimal("500.00"),
    )


def test_content_comes_back_from_json_as_it_went(staff):
    category = worlds_dps.draft_system(staff.coordinator).categories[0]
    service.put_item(category, "payments", _payment(), by=staff.coordinator)
    service.put_item(category, "award_criteria", criterion("plan", "66.67"), by=staff.coordinator)
    content = contents.content_of_system(category.system)

    assert contents.load(contents.SystemContent, contents.dump(content)) == content
    assert contents.differences(content, content) == []
