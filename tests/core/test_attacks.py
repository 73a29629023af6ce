"""What an attacker sends to the web: odd characters, foreign addresses, guesses, replays."""

from __future__ import annotations

import threading
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DataError

from core import clock, mail
from core.db import db
from core.errors import RuleBroken, TooMany
from core.identity import queries, service
from core.identity.models import LoginSession, Person, Role
from core.identity.passwords import hash_token
from core.mail import service as mail_service
from core.web.text_checks import contains_identity_code
from suppliers.models import Supplier
from tests import people, worlds_orders, worlds_suppliers
from tests.pages import api_as, page_as

PASSWORD = people.PASSWORD


@pytest.mark.parametrize(
    "target",
    ["///evil.example", "////evil.example/x", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "https:evil"],
)
def test_logging_in_never_sends_anybody_to_another_site(app: Flask, target: str) -> None:
    person = people.holding(Role.COORDINATOR).person
    service.set_password(person, PASSWORD)
    visitor = page_as(app, None)
    answer = visitor.client.get("/login", query_string={"next": target})
    token = answer.get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    done = visitor.client.post(
        "/login",
        query_string={"next": target},
        data={"email": person.email, "password": PASSWORD, "csrf_token": token},
    )
    assert (done.status_code, done.location) == (302, "/procurement")


@pytest.mark.parametrize(
    "address",
    [
        "/services?place=%00",
        "/services?language=%00",
        "/login?next=%00",
        "/admin/people?q=%00",
        "/admin/mail?q=%00",
        "/admin/audit?type=%00",
        "/admin/audit?before=99999999999999999999999999",
    ],
)
def test_a_character_that_cannot_be_stored_in_an_address_is_no_fault_of_ours(app: Flask, address: str) -> None:
    answer = page_as(app, people.admin()).client.get(address)
    assert answer.status_code in (200, 302, 400)


def test_a_nul_in_the_query_of_the_api_is_refused(app: Flask) -> None:
    answer = api_as(app, people.coordinator()).get("/offerings?place=%00")
    assert answer.status_code in (400, 422)


def test_half_a_character_in_json_is_refused_at_its_field(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    body = {"street": "A\ud800", "postal_code": "7", "city": "K", "emails": ["a@savo.example"], "language": "fi"}
    answer = api_as(app, own).call("PUT", f"/suppliers/{supplier.id}", json=body)
    assert answer.status_code == 422
    assert [row["field"] for row in answer.json["errors"]] == ["street"]


def test_json_nested_without_end_is_refused(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    answer = api_as(app, own).call(
        "PUT", f"/suppliers/{supplier.id}", data=b"[" * 200_000, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("amount", ["10.005", "0.001", 10.005, "1e-3"])
def test_money_with_parts_of_a_cent_is_refused_not_rounded(app: Flask, amount: Any) -> None:
    made = worlds_orders.world()
    body = {"category_id": str(made.category.id), "year": 2030, "amount": amount}
    assert api_as(app, made.coordinator).post("/budgets", json=body).status_code == 422


@pytest.mark.parametrize(
    "text",
    [
        "hetu131052-308T",
        "131052-308Tja muuta",
        "131052–308T",
        "131052‑308T",
        "131052−308T",
        "１３１０５２－３０８Ｔ",
        "131052\u200b-308T",
        "131052\u00ad-308T",
        "131052 - 308 T",
        "131052  -  308t",
        "131052-\n308T",
        "١٣١٠٥٢-٣٠٨T",
        "131052-308\u0422",
        "131052-308\u0442",
        "1\ufe0f31052-308T",
    ],
)
def test_a_disguised_identity_code_is_found(text: str) -> None:
    assert contains_identity_code(f"Asiakas {text}.")


@pytest.mark.parametrize("text", ["0131052-308T1234", "AS-2026/131052", "131052-308X", "1310521308T"])
def test_what_only_looks_like_an_identity_code_is_taken(text: str) -> None:
    assert not contains_identity_code(text)


def _session_of(person: Person) -> LoginSession:
    token = service.log_in(person.email, PASSWORD, source="10.0.0.1").token
    return db.session.scalars(select(LoginSession).where(LoginSession.token_hash == hash_token(token))).one()


def test_the_second_factor_cannot_be_guessed_for_long(app: Flask) -> None:
    person = people.holding(Role.COORDINATOR).person
    service.set_password(person, PASSWORD)
    secret = pyotp.random_base32()
    session = _session_of(person)
    service.set_second_factor(session, secret, pyotp.TOTP(secret).at(clock.now()))
    right = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(service.FAILURES_PER_ACCOUNT):
        with pytest.raises(RuleBroken):
            service.confirm_second_factor(_session_of(person), wrong)
    with pytest.raises(TooMany):
        service.confirm_second_factor(_session_of(person), right)
    with clock.at(clock.now() + service.THROTTLE_WINDOW + timedelta(minutes=1)):
        later = pyotp.TOTP(secret).at(clock.now())
        assert service.confirm_second_factor(_session_of(person), later)


def test_wrong_codes_on_the_page_count_too(app: Flask) -> None:
    person = people.holding(Role.COORDINATOR).person
    service.set_password(person, PASSWORD)
    secret = pyotp.random_base32()
    service.set_second_factor(_session_of(person), secret, pyotp.TOTP(secret).at(clock.now()))
    visitor = page_as(app, None)
    page = visitor.get("/login").press("Log in", email=person.email, password=PASSWORD)
    assert page.url == "/second-factor"
    for _ in range(service.FAILURES_PER_ACCOUNT):
        page = visitor.get("/second-factor").press("Continue", code="000000")
        assert page.status == 422
    right = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    page = visitor.get("/second-factor").press("Continue", code=right)
    assert page.url == "/second-factor"


def test_who_has_not_shown_the_second_factor_registers_no_company(app: Flask) -> None:
    person = people.holding(Role.COORDINATOR).person
    service.set_password(person, PASSWORD)
    secret = pyotp.random_base32()
    service.set_second_factor(_session_of(person), secret, pyotp.TOTP(secret).at(clock.now()))
    visitor = page_as(app, None)
    visitor.get("/login").press("Log in", email=person.email, password=PASSWORD)
    assert visitor.get("/register").url == "/second-factor"


def test_a_form_sent_again_with_other_content_is_another_act(app: Flask) -> None:
    visitor = page_as(app, people.admin())
    page = visitor.get("/admin/people/new")
    page.press("Add the person", name="Liisa", email="liisa@avoin.example")
    page.press("Add the person", name="Pekka", email="pekka@avoin.example")
    names = select(func.count()).select_from(Person).where(Person.name.in_(["Liisa", "Pekka"]))
    assert db.session.scalar(names) == 2


def test_a_stored_answer_is_not_given_to_another_role_of_the_same_person(app: Flask) -> None:
    made, other = worlds_orders.world(), worlds_orders.world()
    person = queries.person(made.expert.person_id)
    assert person is not None
    elsewhere = people.mandate(Role.EXPERT, other.authority, person)
    body = {
        "category_id": str(made.category.id),
        "customer_reference": "AS-1",
        "municipality": "Kuopio",
        "place": "Kuopio",
        "languages": ["fi"],
        "latest_start": (worlds_orders.today() + timedelta(days=30)).isoformat(),
        "age_band": "under_25",
        "unemployment_band": "1_to_2_years",
        "education_band": "basic",
    }
    headers = {"Idempotency-Key": "one"}
    assert api_as(app, made.expert).post("/needs", json=body, headers=headers).status_code == 201
    assert api_as(app, elsewhere).post("/needs", json=body, headers=headers).status_code == 403


CONTACTS = {"street": "A", "postal_code": "70100", "city": "Kuopio", "emails": ["a@savo.example"], "language": "sv"}


def test_a_repeated_change_with_its_version_gets_its_first_answer(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    headers = {"If-Match": api.get(f"/suppliers/{supplier.id}").headers["ETag"], "Idempotency-Key": "again"}
    first = api.call("PUT", f"/suppliers/{supplier.id}", json=CONTACTS, headers=headers)
    again = api.call("PUT", f"/suppliers/{supplier.id}", json=CONTACTS, headers=headers)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)


def test_of_two_changes_to_one_version_at_once_only_one_is_taken(committed_app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    holding = queries.holding(own.holding_id)
    assert holding is not None
    token = service.issue_api_token(holding, "t", length=timedelta(days=1), by=None)
    supplier_id, version = supplier.id, supplier.version
    db.session.commit()
    answers: list[int] = []
    together = threading.Barrier(6)

    def change(number: int) -> None:
        client = committed_app.test_client()
        together.wait()
        answer = client.put(
            f"/api/v1/suppliers/{supplier_id}",
            json={**CONTACTS, "street": f"Street {number}"},
            headers={"Authorization": f"Bearer {token}", "If-Match": f'"{version}"'},
        )
        answers.append(answer.status_code)

    threads = [threading.Thread(target=change, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [412] * 5
    db.session.expire_all()
    found = db.session.get(Supplier, supplier_id)
    assert found is not None
    assert found.version == version + 1


@pytest.mark.parametrize("mark", ["\r", "\x0b", "\x1c", "\u2028", "\x85"])
def test_no_name_breaks_or_stops_a_mail(app: Flask, monkeypatch: pytest.MonkeyPatch, mark: str) -> None:
    sent: list[EmailMessage] = []
    monkeypatch.setattr(mail_service, "_hand_to_server", lambda message: sent.append(message) or "accepted")
    supplier, _ = worlds_suppliers.verified_provider(name=f"Savon{mark}Bcc: everybody@avoin.example{mark}Oy")
    row = mail.send(
        "a@savo.example",
        "acting_right_verified",
        language="en",
        at=clock.now(),
        right=type("Right", (), {"supplier": supplier})(),
    )
    mail_service.deliver(str(row.id))
    assert sent[0]["Bcc"] is None
    assert "Oy" in sent[0]["Subject"]


def test_an_error_of_the_database_does_not_carry_values_into_the_log(app: Flask) -> None:
    with pytest.raises(DataError) as failed, db.session.begin_nested():
        db.session.execute(db.text("SELECT 1 / CAST(:zero AS int), CAST(:name AS text)"), {"zero": 0, "name": "Maija"})
    assert "Maija" not in str(failed.value)
