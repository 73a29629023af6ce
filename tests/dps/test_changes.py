"""Changes after the opening: four eyes, a notice of their own, nothing silently (R18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from core import clock
from core.audit.chain import trail
from core.db import db
from core.errors import RuleBroken, WrongState
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.mail.models import Mail
from dps.contracts import queries as contract_queries
from dps.notices import queries as notice_queries
from dps.notices import rules as notice_rules
from dps.notices import service as notices
from dps.notices.models import NoticeKind
from dps.systems import content as contents
from dps.systems import queries, service
from dps.systems.models import ChangeKind, ChangeState, LegalMode, Requirement, SystemState
from orders import rules as order_rules
from tests import people, worlds_dps
from tests.pages import api_as, page_as


@pytest.fixture
def staff(app):
    return worlds_dps.staff()


def approved(change, staff):
    service.submit_change(change, by=staff.coordinator)
    service.approve_change(change, by=staff.decider)
    return change


def published(change, staff, number="2026-900001"):
    """Approved, announced, published: the change is in force."""
    if change.state is ChangeState.DRAFT:
        approved(change, staff)
    notice = notices.record_change_sent(change, by=staff.coordinator)
    notices.record_published(notice, number, clock.now(), by=staff.coordinator)
    return notice


def later(system, days=400):
    return system.ends_on + timedelta(days=days)


def validity(system, staff):
    return service.propose_validity(
        system, later(system), Decimal("5000000.00"), "The services are needed longer.", by=staff.coordinator
    )


def with_price(category, price, staff):
    """A change of the price ceiling of a category."""
    change = service.propose_category_change(category, "Costs have risen.", by=staff.coordinator)
    details = replace(service.content_of(change).details, price_ceiling=Decimal(price))
    service.save_details(change, details, by=staff.coordinator)
    return change


@pytest.mark.rule("R18")
def test_a_changed_last_day_is_in_force_only_from_the_publication_of_its_notice_on(staff):
    system = worlds_dps.open_system(staff)
    old, new = system.ends_on, later(system)
    change = approved(validity(system, staff), staff)
    assert system.ends_on == old
    notice = notices.record_change_sent(change, by=staff.coordinator)
    assert (system.ends_on, change.state) == (old, ChangeState.ANNOUNCED)

    notices.record_published(notice, "2026-900002", clock.now(), by=staff.coordinator)

    assert (system.ends_on, change.state) == (new, ChangeState.IN_FORCE)


@pytest.mark.rule("R18")
def test_a_changed_duration_needs_a_new_contract_notice_and_other_changes_a_change_notice(staff):
    system = worlds_dps.open_system(staff)

    duration = published(validity(system, staff), staff)
    price = published(with_price(system.categories[0], "95.00", staff), staff, "2026-900003")

    assert (duration.kind, price.kind) == (NoticeKind.CONTRACT_NOTICE, NoticeKind.CHANGE_NOTICE)


@pytest.mark.rule("R18")
def test_nothing_else_than_the_notice_puts_a_change_in_force(staff):
    category = worlds_dps.open_category(staff)
    change = with_price(category, "120.00", staff)

    for act in (
        lambda: service.take_effect(change, by=staff.coordinator),
        lambda: notices.record_change_sent(change, by=staff.coordinator),
    ):
        with pytest.raises(WrongState):
            act()
    approved(change, staff)
    with pytest.raises(WrongState):
        service.take_effect(change, by=staff.coordinator)
    assert category.price_ceiling == Decimal("90.00")


@pytest.mark.rule("R17", "R18")
def test_a_prepared_change_is_seen_by_nobody_outside_until_its_notice_is_published(app, staff):
    system = worlds_dps.open_system(staff)
    change = approved(with_price(system.categories[0], "123.00", staff), staff)
    visitor, provider = page_as(app, None), api_as(app, worlds_dps.provider().mandate)
    assert "123.00" not in visitor.get(f"/systems/{system.id}").text
    assert provider.get(f"/system-changes/{change.id}").status_code == 403
    assert provider.get("/system-changes").json["items"] == []

    published(change, staff)

    page = visitor.get(f"/systems/{system.id}")
    assert "€123.00" in page.text
    assert "Costs have risen." in page.text
    assert provider.get(f"/system-changes/{change.id}").json["state"] == "in_force"


@pytest.mark.rule("R18")
def test_a_new_category_appears_with_its_notice_and_can_then_be_applied_to(staff):
    system = worlds_dps.open_system(staff)
    content = contents.content_of(system.categories[0])
    details = replace(content.details, code="career", name_en="Career coaching")
    change = service.propose_category(system, replace(content, details=details), "A new need.", by=staff.coordinator)
    approved(change, staff)
    assert [each.code for each in system.categories] == ["job-coaching"]

    published(change, staff)

    db.session.expire(system, ["categories"])
    new = system.categories[1]
    assert (new.code, change.category) == ("career", new)
    assert len(new.requirements) == 3
    assert worlds_dps.application(new, worlds_dps.provider()).category is new


@pytest.mark.rule("R18")
def test_an_ended_category_takes_no_applications_and_no_orders_while_its_contracts_go_on(staff):
    system = worlds_dps.open_system(staff)
    category, provider = system.categories[0], worlds_dps.provider()
    contract = worlds_dps.contract_in_force(category, provider, staff)
    change = service.propose_category_end(category, "No customers any more.", by=staff.coordinator)
    approved(change, staff)
    assert queries.system_is_open(category)

    published(change, staff)

    assert category.ended_at is not None
    assert not queries.system_is_open(category)
    assert queries.system_is_open(system)
    with pytest.raises(WrongState) as refused:
        worlds_dps.application(category, worlds_dps.provider("Myöhäinen Oy"))
    assert (refused.value.rule, refused.value.field) == ("R18", "category")
    with pytest.raises(WrongState) as refused:
        service.check_not_ended(category)
    today = clock.helsinki_date(clock.now())
    assert contract_queries.contract_in_force(provider.supplier.id, category.id, today) is contract


@pytest.mark.rule("R18")
def test_contracts_and_orders_keep_the_terms_they_were_made_under(staff):
    category = worlds_dps.open_category(staff)
    contract = worlds_dps.contract_in_force(category, worlds_dps.provider(), staff)
    before = order_rules.snapshot(category, seed=1, considered=[])
    change = service.propose_category_change(category, "Better terms.", by=staff.coordinator)
    details = replace(service.content_of(change).details, terms_version="2.0", price_ceiling=Decimal("80.00"))
    service.save_details(change, details, by=staff.coordinator)

    published(change, staff)

    after = order_rules.snapshot(category, seed=1, considered=[])
    assert (before["terms_version"], after["terms_version"]) == ("1.0", "2.0")
    assert after["category_version"] > before["category_version"]
    assert (contract.terms_version, contract.price_list["ceiling"]) == ("1.0", "90.00")


@pytest.mark.rule("R18")
def test_a_reworded_requirement_leaves_the_old_words_to_the_findings_made_on_them(staff):
    category = worlds_dps.open_category(staff)
    application = worlds_dps.application(category, worlds_dps.provider())
    worlds_dps.check_all(application, staff)
    old = {each.requirement_id for each in application.checks}
    change = service.propose_category_change(category, "Clearer words.", by=staff.coordinator)
    item = service.content_of(change).item("requirements", "qualified-staff")
    service.put_item(
        change,
        "requirements",
        replace(item, text_fi="Kaksi valmentajaa"),
        replacing="qualified-staff",
        by=staff.coordinator,
    )
    service.remove_item(change, "requirements", "early-termination", by=staff.coordinator)
    assert "Kaksi valmentajaa" not in {each.text_fi for each in category.requirements}
    version = category.version

    published(change, staff)

    assert category.version > version
    assert {each.code: each.text_fi for each in category.requirements} == {
        "payment-of-taxes": "Vaatimus payment-of-taxes",
        "qualified-staff": "Kaksi valmentajaa",
    }
    kept = db.session.scalars(select(Requirement).where(Requirement.id.in_(old), Requirement.removed_at.is_not(None)))
    assert {each.code for each in kept} == {"qualified-staff", "early-termination"}


@pytest.mark.rule("R1")
def test_the_legal_mode_of_a_published_category_never_changes(staff):
    category = worlds_dps.open_category(staff)
    change = service.propose_category_change(category, "Another way.", by=staff.coordinator)
    details = replace(service.content_of(change).details, legal_mode=LegalMode.SMALL_PURCHASE)

    with pytest.raises(RuleBroken) as refused:
        service.save_details(change, details, by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R1", "legal_mode")


def test_a_change_is_not_approved_by_anybody_who_prepared_it(staff):
    person = people.person()
    both = Mandate.of(people.holding(Role.COORDINATOR, staff.authority, person))
    decider = Mandate.of(people.holding(Role.DECIDER, staff.authority, person))
    category = worlds_dps.open_category(staff)
    change = with_price(category, "99.00", staff)
    service.save_details(change, replace(service.content_of(change).details, max_duration_days=90), by=both)
    service.submit_change(change, by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.approve_change(change, by=decider)
    assert refused.value.rule == "four-eyes"
    assert change.state is ChangeState.SUBMITTED


def test_a_change_without_a_reason_is_refused_and_nothing_is_kept(staff):
    category = worlds_dps.open_category(staff)

    with pytest.raises(RuleBroken) as refused:
        service.propose_category_end(category, "  ", by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("I10", "reason")
    assert queries.changes_of(category.system_id) == []


@pytest.mark.rule("R18")
def test_a_change_that_changes_nothing_or_breaks_a_rule_is_not_submitted(staff):
    category = worlds_dps.open_category(staff)
    change = service.propose_category_change(category, "Nothing yet.", by=staff.coordinator)
    with pytest.raises(RuleBroken) as refused:
        service.submit_change(change, by=staff.coordinator)
    assert refused.value.rule == "R18"
    service.remove_item(change, "requirements", "qualified-staff", by=staff.coordinator)

    with pytest.raises(RuleBroken) as refused:
        service.submit_change(change, by=staff.coordinator)
    assert refused.value.rule == "R11"


@pytest.mark.rule("R18")
def test_one_change_at_a_time_is_under_way_about_a_category(staff):
    category = worlds_dps.open_category(staff)
    change = with_price(category, "99.00", staff)
    with pytest.raises(WrongState):
        service.propose_category_end(category, "Enough.", by=staff.coordinator)

    service.drop_change(change, "Not needed.", by=staff.coordinator)

    assert service.propose_category_end(category, "Enough.", by=staff.coordinator).state is ChangeState.DRAFT
    assert queries.published_changes(category.system_id) == []


@pytest.mark.rule("R18")
def test_a_draft_and_an_ended_system_are_not_changed_by_a_notice(staff):
    draft = worlds_dps.draft_system(staff.coordinator)
    ended = worlds_dps.open_system(staff)
    waiting = approved(validity(ended, staff), staff)
    service.end_system(ended, by=staff.decider)

    with pytest.raises(WrongState):
        validity(draft, staff)
    with pytest.raises(WrongState):
        notices.record_change_sent(waiting, by=staff.coordinator)


@pytest.mark.rule("R19")
def test_temporary_closing_cannot_be_announced_after_the_opening(staff):
    system = worlds_dps.open_system(staff, system=worlds_dps.system_details(closing_announced=False))
    details = replace(contents.read(worlds_dps.SystemDetails, system), closing_announced=True)

    with pytest.raises(RuleBroken) as refused:
        service.propose_system_change(system, details, "We want to close.", by=staff.coordinator)
    assert (refused.value.rule, refused.value.field) == ("R19", "closing_announced")


def test_suppliers_in_the_category_are_told_what_changed_and_why_others_are_not(staff):
    category = worlds_dps.open_category(staff)
    admitted, applying, stranger = (worlds_dps.provider(name) for name in ("Sisällä Oy", "Hakee Oy", "Muualla Oy"))
    worlds_dps.admitted(category, admitted, staff)
    worlds_dps.application(category, applying)
    worlds_dps.contract_in_force(worlds_dps.open_category(staff), stranger, staff)

    change = with_price(category, "101.00", staff)
    published(change, staff)

    told = db.session.scalars(select(Mail.to_address).where(Mail.template == "system_changed")).all()
    assert sorted(told) == sorted([*admitted.supplier.emails, *applying.supplier.emails])


def test_everybody_in_the_system_is_told_of_a_new_category(staff):
    system = worlds_dps.open_system(staff)
    provider = worlds_dps.provider()
    worlds_dps.admitted(system.categories[0], provider, staff)
    content = contents.content_of(system.categories[0])
    content = replace(content, details=replace(content.details, code="other"))

    published(service.propose_category(system, content, "A new need.", by=staff.coordinator), staff)

    told = db.session.scalars(select(Mail).where(Mail.template == "system_changed")).all()
    assert [mail.to_address for mail in told] == list(provider.supplier.emails)


@pytest.mark.rule("R18")
def test_ending_the_system_needs_an_award_notice_that_stands_on_the_desk_until_it_is_published(app, staff):
    system = worlds_dps.open_system(staff)
    desk = page_as(app, staff.coordinator)
    with pytest.raises(WrongState):
        notices.record_award_sent(system, by=staff.coordinator)
    service.end_system(system, by=staff.decider)
    assert "Send the award notice of the system" in desk.get("/procurement").text
    due = notice_rules.award_notice_due(system.ended_at)
    assert due == clock.helsinki_date(system.ended_at) + timedelta(days=30)

    page = desk.get(f"/procurement/systems/{system.id}").press("Record: award notice sent for publication")
    assert "Record the publication of a notice" in desk.get("/procurement").text
    now = clock.now().astimezone(clock.HELSINKI).strftime("%Y-%m-%dT%H:%M")
    page = page.follow("Record: published").press("Record the publication", number="2026-77", published_at=now)

    assert "notice" not in desk.get("/procurement").text.lower()
    assert notice_queries.award_notice(system.id).number == "2026-77"
    assert "Award notice" in page_as(app, None).get(f"/systems/{system.id}").text
    assert system.state is SystemState.ENDED
    assert "Award notice" in page.text


@pytest.mark.rule("R20")
def test_where_the_live_data_differ_from_the_notice_the_coordinator_is_shown_both(app, staff):
    system = worlds_dps.open_system(staff)
    published(with_price(system.categories[0], "95.00", staff), staff)
    address = f"/procurement/systems/{system.id}"
    assert "differs from what was announced" not in page_as(app, staff.coordinator).get(address).text
    db.session.execute(db.text("UPDATE category SET price_ceiling = 200"))
    db.session.expire_all()

    page = page_as(app, staff.coordinator).get(address)

    assert "differs from what was announced. The notice prevails." in page.text
    assert ["Job coaching · Price ceiling", "€95.00", "€200.00"] in page.rows()


def test_the_whole_life_of_a_change_stands_in_the_audit_trail(staff):
    change = with_price(worlds_dps.open_category(staff), "97.00", staff)
    service.submit_change(change, by=staff.coordinator)
    service.return_change(change, "Say more.", by=staff.decider)
    published(change, staff)

    assert [event.type.partition(".")[2] for event in trail(change)] == [
        "prepared",
        "changed",
        "submitted",
        "returned",
        "submitted",
        "approved",
        "announced",
        "in_force",
    ]


@pytest.mark.rule("R18")
def test_a_category_is_added_to_an_open_system_through_the_pages(app, staff):
    system = worlds_dps.open_system(staff)
    coordinator, decider = page_as(app, staff.coordinator), page_as(app, staff.decider)
    page = coordinator.get(f"/procurement/systems/{system.id}").follow("Add a category")
    page = page.press(
        "Save and continue",
        reason="Young people need their own service.",
        name_fi="Nuorten valmennus",
        name_sv="Träning för unga",
        name_en="Coaching for the young",
        code="young",
        description_fi="Valmennusta",
        description_sv="Träning",
        cpv="85312310-5",
        area_names="Kuopio",
        languages=["fi", "sv"],
    )
    texts = {"text_fi": "Vaatimus", "text_sv": "Krav", "evidence_fi": "Kuvaus", "evidence_sv": "Beskrivning"}
    for code in ("payment-of-taxes", "qualified-staff"):
        page = page.press("Add the requirement", **{f"requirement-{k}": v for k, v in {"code": code, **texts}.items()})
    page = page.press("Save and continue").press("Save and continue", price_ceiling="70.00")
    page = page.press("Save and continue").press("Save and continue", terms_fi="Ehdot", terms_sv="Villkor")
    assert "Nothing has changed yet." in page.text
    page.press("Send for approval")
    change_page = decider.get("/procurement").follow("Read and approve the change of the system " + system.name_en)
    change_page.press("Approve the change")
    page = coordinator.get(f"/procurement/systems/{system.id}").press(
        "Record: notice of the change sent for publication (New category)"
    )
    assert "Coaching for the young" not in page_as(app, None).get(f"/systems/{system.id}").text
    now = clock.now().astimezone(clock.HELSINKI).strftime("%Y-%m-%dT%H:%M")
    page.follow("Record: published").press("Record and put the change in force", number="2026-12345", published_at=now)

    text = page_as(app, None).get(f"/systems/{system.id}").text
    assert "Coaching for the young" in text
    assert "Young people need their own service." in text


@pytest.mark.rule("R18")
def test_a_change_is_made_through_the_api(app, staff):
    system = worlds_dps.open_system(staff)
    coordinator, decider = api_as(app, staff.coordinator), api_as(app, staff.decider)
    body = {"kind": "validity_changed", "system_id": str(system.id), "reason": "Longer."}
    assert coordinator.post("/system-changes", body).status_code == 422
    body["validity"] = {"ends_on": later(system).isoformat(), "estimated_value": "4500000.00"}
    change = coordinator.post("/system-changes", body).json
    assert coordinator.post(f"/system-changes/{change['id']}/submit").json["state"] == "submitted"
    assert coordinator.post(f"/system-changes/{change['id']}/approve").status_code == 403
    assert decider.post(f"/system-changes/{change['id']}/approve").json["state"] == "approved"
    notice = coordinator.post("/notices", {"change_id": change["id"]}).json
    assert (notice["kind"], notice["content"]["kind"]) == ("contract_notice", ChangeKind.VALIDITY_CHANGED)
    assert system.estimated_value == Decimal("4000000.00")

    body = {"number": "2026-5", "published_at": clock.now().isoformat()}
    assert coordinator.post(f"/notices/{notice['id']}/publish", body).json["state"] == "published"

    assert coordinator.get(f"/system-changes/{change['id']}").json["state"] == "in_force"
    assert system.estimated_value == Decimal("4500000.00")
