"""Logging in, being throttled, rotating, logging out everywhere, second factor, password links."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import DomainError, NotFound, RuleBroken, TooMany
from core.identity import queries, service
from core.identity.models import LoginSession, Person, Role, RoleHolding, TokenPurpose
from core.mail.models import Mail
from core.mail.service import body_of
from tests import people
from tests.pages import Page, Visitor, page_as

PASSWORD = people.PASSWORD


def member(role: Role = Role.COORDINATOR) -> tuple[Person, RoleHolding]:
    """Somebody with a password and one role."""
    holding = people.holding(role)
    service.set_password(holding.person, PASSWORD)
    return holding.person, holding


def log_in(visitor: Visitor, person: Person, password: str = PASSWORD) -> Page:
    return visitor.get("/login").press("Log in", email=person.email, password=password)


def test_a_coordinator_logs_in_and_sees_the_desk(app: Flask) -> None:
    person, _ = member()
    page = log_in(page_as(app, None), person)
    assert (page.status, page.url) == (200, "/procurement")


def test_a_wrong_password_says_only_that_both_do_not_fit(app: Flask) -> None:
    person, _ = member()
    visitor = page_as(app, None)
    known = log_in(visitor, person, "something else entirely")
    unknown = visitor.get("/login").press("Log in", email="nobody@avoin.example", password="something else entirely")
    assert known.status == unknown.status == 422
    assert known.messages == unknown.messages


def test_after_five_failures_the_account_waits_even_with_the_right_password(app: Flask) -> None:
    person, _ = member()
    for _ in range(service.FAILURES_PER_ACCOUNT):
        with pytest.raises(RuleBroken):
            service.log_in(person.email, "wrong wrong wrong", source="10.0.0.1")
    with pytest.raises(TooMany):
        service.log_in(person.email, PASSWORD, source="10.0.0.2")
    with clock.at(clock.now() + service.THROTTLE_WINDOW + timedelta(minutes=1)):
        assert service.log_in(person.email, PASSWORD, source="10.0.0.2").token


def test_one_source_is_throttled_over_all_accounts(app: Flask) -> None:
    for number in range(service.FAILURES_PER_SOURCE):
        with pytest.raises(RuleBroken):
            service.log_in(f"nobody{number}@avoin.example", "wrong wrong wrong", source="10.0.0.9")
    with pytest.raises(TooMany):
        service.log_in("nobody@avoin.example", "wrong wrong wrong", source="10.0.0.9")


def test_a_closed_account_and_an_ended_role_let_nobody_in(app: Flask) -> None:
    person, holding = member()
    visitor = page_as(app, None)
    log_in(visitor, person)
    assert visitor.get("/procurement").status == 200
    service.end_role(holding, by=people.admin())
    assert visitor.get("/procurement").url == "/account"
    service.set_active(person, False, by=people.admin())
    assert visitor.get("/procurement").url == "/login"
    with pytest.raises(RuleBroken):
        service.log_in(person.email, PASSWORD, source="x")


def test_logging_in_rotates_the_session_and_drops_what_an_anonymous_visitor_had(app: Flask) -> None:
    person, _ = member()
    visitor = page_as(app, None)
    with visitor.client.session_transaction() as before:
        before["planted"] = "by an attacker"
    log_in(visitor, person)
    with visitor.client.session_transaction() as after:
        assert "planted" not in after
        first = after["_user_id"]
    log_in(visitor, person)
    with visitor.client.session_transaction() as again:
        assert again["_user_id"] != first


def test_log_out_everywhere_ends_every_device(app: Flask) -> None:
    person, _ = member()
    one, two = page_as(app, None), page_as(app, None)
    log_in(one, person)
    log_in(two, person)
    one.get("/account").press("Log out on every device")
    assert two.get("/procurement").url == "/login"
    assert queries.open_sessions(person.id, clock.now()) == []


def test_logging_out_makes_the_old_cookie_worthless(app: Flask) -> None:
    person, _ = member()
    visitor = page_as(app, None)
    log_in(visitor, person)
    with visitor.client.session_transaction() as session:
        token = session["_user_id"]
    visitor.get("/account").press("Log out")
    with visitor.client.session_transaction() as session:
        session["_user_id"] = token
    assert visitor.get("/procurement").url == "/login"


def test_next_never_leads_to_another_site(app: Flask) -> None:
    person, _ = member()
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = page_as(app, None)
        page = answer.get("/login?next=" + target)
        assert page.press("Log in", email=person.email, password=PASSWORD).url == "/procurement"


def link_in_last_mail(person: Person) -> str:
    row = db.session.scalars(select(Mail).where(Mail.to_address == person.email).order_by(Mail.id.desc())).first()
    assert row is not None
    found = re.search(r"http://localhost(/\S+)", body_of(row))
    assert found is not None
    return found.group(1)


def test_a_forgotten_password_is_set_by_a_link_that_works_once(app: Flask) -> None:
    person, _ = member()
    visitor = page_as(app, None)
    sent = visitor.get("/forgotten-password").press("Send the link", email=person.email)
    assert sent.heading == "Look at your e-mail"
    unknown = visitor.get("/forgotten-password").press("Send the link", email="nobody@avoin.example")
    assert unknown.text == sent.text

    address = link_in_last_mail(person)
    assert visitor.get(address).status == 200
    assert visitor.get(address).status == 200  # a mail scanner's GET uses nothing up
    weak = visitor.get(address).press("Set the password", password="aaaaaaaaaaaa", again="aaaaaaaaaaaa")
    assert weak.status == 422
    done = weak.press("Set the password", password="a new long password", again="a new long password")
    assert done.url == "/login"
    assert visitor.get(address).status == 404
    assert service.log_in(person.email, "a new long password", source="x").token


def test_a_link_dies_with_time_and_with_the_next_one(app: Flask) -> None:
    person, _ = member()
    service.ask_new_password(person.email)
    first = link_in_last_mail(person).rpartition("/")[2]
    service.ask_new_password(person.email)
    second = link_in_last_mail(person).rpartition("/")[2]
    with pytest.raises(NotFound):
        service.usable_token(first, TokenPurpose.PASSWORD_RESET)
    with pytest.raises(NotFound):
        service.usable_token(second, TokenPurpose.EMAIL_CONFIRMATION)
    with clock.at(clock.now() + timedelta(hours=2)), pytest.raises(NotFound):
        service.usable_token(second, TokenPurpose.PASSWORD_RESET)


def test_where_the_authority_asks_for_it_the_second_factor_is_set_up_and_then_asked(app: Flask) -> None:
    person, holding = member()
    authority = queries.authority(holding.organisation_id)
    assert authority is not None
    service.require_second_factor(authority, True, by=people.admin())
    visitor = page_as(app, None)
    page = log_in(visitor, person)
    assert page.heading == "Set up the second factor"
    assert visitor.get("/procurement").heading == "Set up the second factor"

    secret = re.search(r"[A-Z2-7]{32}", page.text)
    assert secret is not None
    totp = pyotp.TOTP(secret.group())
    assert page.press("Continue", code="000000").status == 422
    code = totp.at(clock.now())
    assert visitor.get("/second-factor").press("Continue", code=code).url == "/procurement"

    other = page_as(app, None)
    asked = log_in(other, person)
    assert asked.heading == "Second factor"
    assert asked.press("Continue", code=code).status == 422, "a code counts once"
    with clock.at(clock.now() + timedelta(minutes=2)):
        fresh = totp.at(clock.now())
        assert other.get("/second-factor").press("Continue", code=fresh).url == "/procurement"


def test_a_role_has_a_beginning_and_an_end(app: Flask) -> None:
    person, holding = people.person(), people.authority()
    today = clock.helsinki_date(clock.now())
    service.give_role(
        person,
        holding.organisation,
        Role.EXPERT,
        starts_on=today + timedelta(days=3),
        ends_on=today + timedelta(days=5),
        by=None,
    )
    held = {n: len(queries.holdings_in_force(person.id, today + timedelta(days=n))) for n in (2, 3, 5, 6)}
    assert held == {2: 0, 3: 1, 5: 1, 6: 0}


@pytest.mark.parametrize(("role", "days", "field"), [(Role.PROVIDER, (0, 1), "role"), (Role.EXPERT, (5, 1), "ends_on")])
def test_an_impossible_role_is_refused_at_its_field(app: Flask, role: Role, days: tuple[int, int], field: str) -> None:
    today = clock.helsinki_date(clock.now())
    with pytest.raises(DomainError) as refused:
        service.give_role(
            people.person(),
            people.authority().organisation,
            role,
            starts_on=today + timedelta(days=days[0]),
            ends_on=today + timedelta(days=days[1]),
            by=None,
        )
    assert refused.value.field == field


def test_an_administrator_adds_a_person_and_gives_a_role(app: Flask) -> None:
    authority = people.authority("City of Mikkeli")
    visitor = page_as(app, people.admin())
    page = visitor.get("/admin/people").follow("Add a person")
    shown = page.press("Add the person", name="Liisa Uusi", email="liisa@mikkeli.example")
    assert shown.heading == "Liisa Uusi"
    given = shown.press("Give the role", organisation=str(authority.id), role="expert", starts_on="2026-01-01")
    assert given.rows()[0][:2] == ["City of Mikkeli fi", "employment expert"]
    again = given.press("Give the role", organisation=str(authority.id), role="expert", starts_on="2026-01-01")
    assert any("already holds" in message for message in again.messages)
    ended = visitor.get(given.url).press("End the role employment expert in City of Mikkeli fi")
    assert ended.rows()[0][4] == "Not in force"


def test_a_role_is_switched_and_its_session_rotates(app: Flask) -> None:
    person, _ = member()
    authority = people.authority("City of Mikkeli")
    service.give_role(
        person, authority.organisation, Role.EXPERT, starts_on=people.LONG_AGO, ends_on=None, by=people.admin()
    )
    visitor = page_as(app, None)
    log_in(visitor, person)
    before = db.session.scalars(select(LoginSession.token_hash).where(LoginSession.person_id == person.id)).one()
    page = visitor.get("/account").press("Use the role employment expert in City of Mikkeli fi")
    assert page.url == "/expert"
    after = db.session.scalars(select(LoginSession.token_hash).where(LoginSession.person_id == person.id)).one()
    assert before != after


def test_a_mailbox_is_not_filled_with_links(app: Flask) -> None:
    person, _ = member()
    for _ in range(service.LINKS_AT_ONCE + 3):
        service.ask_new_password(person.email)
    sent = db.session.scalars(select(Mail).where(Mail.to_address == person.email)).all()
    assert len(sent) == service.LINKS_AT_ONCE


def test_a_new_password_kills_the_links_that_were_mailed_before(app: Flask) -> None:
    person, _ = member()
    service.ask_new_password(person.email)
    token = link_in_last_mail(person).rpartition("/")[2]
    service.set_password(person, "quite another password")
    with pytest.raises(NotFound):
        service.usable_token(token, TokenPurpose.PASSWORD_RESET)
