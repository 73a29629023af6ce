"""Meeting the customer: who may know whom, when, and what of their health (R108, R109, R113, R118)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from core import clock
from core.audit.models import AccessRecord, AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.identity.models import Role
from core.jobs.models import OutboxEntry
from core.mail.models import Mail
from core.mail.service import body_of
from dps.contracts import gates
from dps.systems.models import OrderingRule
from orders import service
from orders.meeting import jobs, queries
from orders.meeting import service as meeting
from orders.meeting.models import ConsentWay, Source
from orders.meeting.service import Contact
from orders.models import CustomerQuestion, Order, OrderState
from orders.service.choices import ask_expert
from suppliers.models import ActingRight, ActingRightState
from tests import people
from tests import worlds_orders as worlds
from tests.orders.test_handling import run_jobs
from tests.pages import api_as, page_as

Made = tuple[worlds.World, Order, worlds.Mandate]
SECRET = Contact(name="Aino Salainen", phone="040 555 0199", language="fi")
NOTE = "Selkä ei kestä nostamista."


@pytest.fixture
def placed(app: Flask) -> Made:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made, customer_reference="AS-4712")
    return made, order, worlds.provider_of(order, made)


@pytest.fixture
def accepted(placed: Made) -> Made:
    _made, order, provider = placed
    service.accept(order, by=provider)
    return placed


def released(accepted: Made) -> Made:
    made, order, provider = accepted
    meeting.release_contact(order, SECRET, Source.CUSTOMER, by=made.expert)
    meeting.name_staff(order, [provider.person_id], by=made.expert)
    return accepted


@pytest.mark.rule("R109")
def test_before_acceptance_nobody_of_the_provider_learns_who_the_customer_is(placed: Made) -> None:
    made, order, provider = placed
    for act in (
        lambda: meeting.release_contact(order, SECRET, Source.CUSTOMER, by=made.expert),
        lambda: meeting.name_staff(order, [provider.person_id], by=made.expert),
        lambda: meeting.read_contact(order, by=provider),
    ):
        with pytest.raises(WrongState) as refused:
            act()
        assert refused.value.rule == "R109"


@pytest.mark.rule("R109")
def test_before_acceptance_the_providers_page_shows_what_the_service_needs_and_no_more(
    app: Flask, placed: Made
) -> None:
    made, order, provider = placed
    page = page_as(app, provider).get(f"/provider/orders/{order.id}")

    for shown in ("Job coaching", "Kuopio", "Finnish"):
        assert shown in page.text
    for hidden in ("AS-4712", "25–34", "1–2 years", "Upper secondary", "Home municipality"):
        assert hidden not in page.text
    assert "Home municipality" in page_as(app, made.expert).get(f"/expert/orders/{order.id}").text


@pytest.mark.rule("R113", "R118", "R114")
def test_only_named_people_who_promised_secrecy_read_the_contact_and_every_read_is_logged(accepted: Made) -> None:
    made, order, provider = released(accepted)
    colleague = people.mandate(Role.PROVIDER, order.supplier.organisation)

    shown = meeting.read_contact(order, by=provider)
    assert (shown.reference, shown.contact, shown.health_note) == ("AS-4712", SECRET, None)
    with pytest.raises(NotAllowed) as not_named:
        meeting.read_contact(order, by=colleague)
    meeting.name_staff(order, [provider.person_id, colleague.person_id], by=made.expert)
    with pytest.raises(RuleBroken) as no_secrecy:
        meeting.read_contact(order, by=colleague)
    gates.undertake_secrecy(order.supplier, made.authority, by=colleague)
    assert meeting.read_contact(order, by=colleague).contact == SECRET
    meeting.name_staff(order, [provider.person_id], by=made.expert)
    with pytest.raises(NotAllowed):
        meeting.read_contact(order, by=colleague)

    assert (not_named.value.rule, no_secrecy.value.rule) == ("R113", "R118")
    seen = db.session.execute(
        select(AccessRecord.person_id).where(
            AccessRecord.what == "order.contact", AccessRecord.subject_id == str(order.id)
        )
    ).all()
    assert [row.person_id for row in seen] == [provider.person_id, colleague.person_id]


@pytest.mark.rule("R113")
def test_of_the_provider_its_main_users_name_people_and_only_their_own(accepted: Made) -> None:
    made, order, provider = accepted
    with pytest.raises(NotAllowed):
        meeting.name_staff(order, [provider.person_id], by=provider)
    db.session.add(
        ActingRight(
            person_id=provider.person_id,
            supplier_id=order.supplier_id,
            basis="CEO",
            is_claim=False,
            stated_at=worlds.LONG_AGO,
            state=ActingRightState.VERIFIED,
            decided_at=worlds.LONG_AGO,
            decided_by=made.coordinator.person_id,
        )
    )
    meeting.name_staff(order, [provider.person_id], by=provider)
    with pytest.raises(RuleBroken) as stranger:
        meeting.name_staff(order, [made.coordinator.person_id], by=provider)

    assert [row.person_id for row in queries.staff_of(order.id)] == [provider.person_id]
    assert (stranger.value.rule, stranger.value.field) == ("R113", "people")


@pytest.mark.rule("R109", "R113")
def test_the_contact_stands_nowhere_in_the_clear(accepted: Made) -> None:
    _made, order, provider = released(accepted)
    meeting.read_contact(order, by=provider)

    told = [str(each.data) for each in db.session.scalars(select(AuditEvent))]
    told += [f"{each.subject} {body_of(each)}" for each in db.session.scalars(select(Mail))]
    told += [json.dumps(each.arguments, default=str) for each in db.session.scalars(select(OutboxEntry))]
    told += [str(each) for each in db.session.execute(text("SELECT * FROM access_record"))]
    release = queries.release_of(order.id)
    assert release is not None
    assert release.sealed_contact is not None
    for words in (SECRET.name, SECRET.phone):
        assert not [each for each in told if words in each]
        assert words.encode() not in release.sealed_contact


@pytest.mark.rule("R113")
def test_the_contact_is_erased_a_set_time_after_the_end_and_not_before(accepted: Made) -> None:
    made, order, provider = released(accepted)
    meeting.note_health(order.need, NOTE, Source.CUSTOMER, by=made.expert)
    service.cancel(order, by=made.expert)
    assert order.closed_at is not None

    with clock.at(order.closed_at + timedelta(days=29)):
        jobs.promise_erasing()
        assert meeting.erase_contact(order) is False
    with clock.at(order.closed_at + timedelta(days=32)):
        jobs.promise_erasing()
        run_jobs("meeting.erase_one")

    release, note = queries.release_of(order.id), queries.note_of(order.need_id)
    assert release is not None
    assert note is not None
    assert (release.sealed_contact, note.sealed_note) == (None, None)
    with pytest.raises(WrongState):
        meeting.read_contact(order, by=provider)


@pytest.mark.rule("R113")
def test_what_a_customer_told_for_a_need_that_was_never_ordered_is_erased_a_set_time_after_its_last_start(
    app: Flask,
) -> None:
    made = worlds.world()
    worlds.offering(made)
    need = worlds.need(made)
    choice = service.offer_choice(need, by=made.expert)
    ask_expert(choice.token, "Voinko tulla bussilla?", language="fi")
    meeting.note_health(need, NOTE, Source.CUSTOMER, by=made.expert)
    service.close_need(need, by=made.expert)

    with clock.at(worlds.noon(need.latest_start + timedelta(days=29))):
        assert meeting.erase_words(need) is False
    with clock.at(worlds.noon(need.latest_start + timedelta(days=31))):
        jobs.promise_erasing()
        run_jobs("meeting.erase_words")

    note = queries.note_of(need.id)
    assert note is not None
    assert note.sealed_note is None
    assert [each.sealed_text for each in db.session.query(CustomerQuestion)] == [None]


def test_where_the_citys_own_system_tells_only_the_reference_travels(accepted: Made) -> None:
    made, order, provider = accepted
    meeting.release_contact(order, None, Source.CUSTOMER_SYSTEM, by=made.expert)
    meeting.name_staff(order, [provider.person_id], by=made.expert)

    shown = meeting.read_contact(order, by=provider)

    assert (shown.reference, shown.contact) == ("AS-4712", None)


# ---- health ----


@pytest.mark.rule("R109")
def test_without_stored_consent_health_is_absent_from_the_providers_response(app: Flask, accepted: Made) -> None:
    made, order, provider = released(accepted)
    meeting.note_health(order.need, NOTE, Source.CUSTOMER, by=made.expert)
    api = api_as(app, provider)

    before = api.get(f"/orders/{order.id}/contact").get_json()
    meeting.record_consent(order, worlds.today(), ConsentWay.PAPER, "D-77", by=made.expert)
    given = api.get(f"/orders/{order.id}/contact").get_json()
    meeting.withdraw_consent(order, by=made.expert)
    after = api.get(f"/orders/{order.id}/contact").get_json()

    assert set(before) == set(after) == {"reference", "name", "phone", "language"}
    assert given["health_note"] == NOTE
    page = page_as(app, provider).get(f"/provider/orders/{order.id}/customer")
    assert SECRET.name in page.text
    assert "ealth" not in page.text


@pytest.mark.rule("R109")
def test_a_consent_is_of_one_order_has_a_day_and_a_document_and_is_taken_back_once(accepted: Made) -> None:
    made, order, _provider = accepted
    with pytest.raises(WrongState):
        meeting.record_consent(order, worlds.today(), ConsentWay.PAPER, "D-1", by=made.expert)
    meeting.note_health(order.need, NOTE, Source.CUSTOMER, by=made.expert)
    with pytest.raises(RuleBroken) as future:
        meeting.record_consent(order, worlds.today() + timedelta(days=1), ConsentWay.PAPER, "D-1", by=made.expert)
    meeting.record_consent(order, worlds.today(), ConsentWay.PAPER, "D-1", by=made.expert)
    with pytest.raises(WrongState):
        meeting.record_consent(order, worlds.today(), ConsentWay.PAPER, "D-2", by=made.expert)
    meeting.withdraw_consent(order, by=made.expert)
    with pytest.raises(WrongState):
        meeting.withdraw_consent(order, by=made.expert)

    assert (future.value.rule, future.value.field) == ("R109", "given_on")


@pytest.mark.rule("R108")
def test_what_does_not_come_from_the_customer_says_where_from_and_who_entered_it(accepted: Made) -> None:
    made, order, _provider = accepted
    release = meeting.release_contact(order, SECRET, Source.CUSTOMER_SYSTEM, by=made.expert)
    note = meeting.note_health(order.need, NOTE, Source.OTHER_AUTHORITY, by=made.expert)

    assert (release.source, release.entered_by) == (Source.CUSTOMER_SYSTEM, made.expert.person_id)
    assert (note.source, note.entered_by) == (Source.OTHER_AUTHORITY, made.expert.person_id)
    for table in ("contact_release", "health_note"):
        for column in ("source", "entered_by"):
            nullable = text(
                "SELECT is_nullable FROM information_schema.columns WHERE table_name = :t AND column_name = :c"
            )
            assert db.session.scalar(nullable, {"t": table, "c": column}) == "NO"


def test_no_identity_code_passes(accepted: Made) -> None:
    made, order, _provider = accepted
    for act, field in (
        (lambda: meeting.note_health(order.need, "131052-308T", Source.CUSTOMER, by=made.expert), "note"),
        (
            lambda: meeting.release_contact(
                order, Contact(name="131052-308T", phone="", language="fi"), Source.CUSTOMER, by=made.expert
            ),
            "name",
        ),
    ):
        with pytest.raises(RuleBroken) as refused:
            act()
        assert (refused.value.rule, refused.value.field) == ("I8", field)


def test_expert_and_provider_meet_the_customer_on_pages(app: Flask, accepted: Made) -> None:
    made, order, provider = accepted
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}").follow("Meeting the customer")
    page = page.press("Save the people", people=str(provider.person_id))
    refused = page.press("Release to the named people", way="here")
    assert "Enter the customer's name" in refused.text.replace("’", "'")
    page = page.press("Release to the named people", way="here", name=SECRET.name, phone=SECRET.phone)
    note = page.follow("Note of the customer's health").press("Save the note", note=NOTE)
    assert NOTE in note.text
    page = page_as(app, made.expert).get(f"/expert/orders/{order.id}/customer")
    page = page.press("Record the consent", given_on=str(worlds.today()), document_reference="D-9")
    assert "D-9" in page.text

    theirs = page_as(app, provider).get(f"/provider/orders/{order.id}").follow("Meeting the customer")

    assert SECRET.name in theirs.text
    assert NOTE in theirs.text
    assert order.state is OrderState.ACCEPTED
