"""Registering a company, claiming one, and who may act for it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from core.errors import DomainError, RuleBroken, WrongState
from core.identity import queries as people_queries
from core.mail.models import Mail
from suppliers import queries, service
from suppliers.identifiers import normalise, same_operator
from suppliers.models import IdentifierScheme, Supplier
from tests import people, worlds_suppliers
from tests.pages import api_as, page_as


@pytest.mark.parametrize(
    ("scheme", "country", "number", "stored"),
    [
        (IdentifierScheme.FI_BUSINESS_ID, "FI", "2077474-0", ("FI", "2077474-0")),
        (IdentifierScheme.FI_BUSINESS_ID, "FI", " 20774740 ", ("FI", "2077474-0")),
        (IdentifierScheme.VAT_NUMBER, "DE", "DE136695976", ("DE", "DE136695976")),
        (IdentifierScheme.VAT_NUMBER, "DE", "136 695 976", ("DE", "DE136695976")),
        (IdentifierScheme.FOREIGN_REGISTRATION, "EE", "1234 5678", ("EE", "12345678")),
    ],
)
def test_numbers_are_stored_in_one_shape(scheme, country, number, stored) -> None:  # type: ignore[no-untyped-def]
    assert normalise(scheme, country, number) == stored


@pytest.mark.parametrize(
    ("scheme", "country", "number", "field"),
    [
        (IdentifierScheme.FI_BUSINESS_ID, "FI", "2077474-1", "number"),
        (IdentifierScheme.FI_BUSINESS_ID, "FI", "abc", "number"),
        (IdentifierScheme.VAT_NUMBER, "DE", "DE136695970", "number"),
        (IdentifierScheme.VAT_NUMBER, "FI", "FI20774740", "scheme"),
        (IdentifierScheme.FOREIGN_REGISTRATION, "EE", "x", "number"),
        (IdentifierScheme.FOREIGN_REGISTRATION, "E1", "12345678", "country"),
    ],
)
def test_a_wrong_number_is_refused_at_its_field(scheme, country, number, field) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RuleBroken) as refused:
        normalise(scheme, country, number)
    assert refused.value.field == field


@pytest.mark.parametrize("other", ["2077474-0", "20774740", "FI20774740", "FI 2077474-0"])
def test_one_operator_is_known_by_all_its_spellings(other: str) -> None:
    assert same_operator("FI", "2077474-0", other)
    assert not same_operator("FI", "2077474-0", "FI01120389")
    assert not same_operator("FI", "2077474-0", "")


def test_given_a_new_number_when_registering_then_the_person_has_the_role_and_a_link_is_mailed(app: Flask) -> None:
    done = worlds_suppliers.registration()

    assert not done.right.is_claim
    assert worlds_suppliers.mandate_of(done).supplier_id == done.supplier.id
    assert not queries.is_verified_to_act(done.person.id, done.supplier.id)
    assert db.session.scalars(select(Mail.template).where(Mail.to_address == done.person.email)).all() == ["invitation"]


def test_given_a_taken_number_when_registering_then_it_is_a_claim_without_a_role(app: Flask) -> None:
    first = worlds_suppliers.registration()
    claim = worlds_suppliers.registration(first.supplier.registration_number, "Toinen nimi Oy")

    assert claim.supplier.id == first.supplier.id
    assert claim.right.is_claim
    assert people_queries.holdings_in_force(claim.person.id, people.LONG_AGO) == []
    assert db.session.scalars(select(Mail.template).where(Mail.to_address == first.supplier.emails[0])).all() == [
        "invitation",
        "supplier_claimed",
    ]

    service.verify_right(claim.right, "valtakirja", by=people.coordinator())
    assert worlds_suppliers.mandate_of(claim).supplier_id == first.supplier.id
    assert queries.is_verified_to_act(claim.person.id, first.supplier.id)


def test_given_a_refused_claim_then_no_role_comes_and_the_reason_is_mailed(app: Flask) -> None:
    first = worlds_suppliers.registration()
    claim = worlds_suppliers.registration(first.supplier.registration_number)

    with pytest.raises(RuleBroken):
        service.refuse_right(claim.right, " ", by=people.coordinator())
    service.refuse_right(claim.right, "Ei valtakirjaa", by=people.coordinator())

    assert not queries.is_verified_to_act(claim.person.id, first.supplier.id)
    with pytest.raises(WrongState):
        service.verify_right(claim.right, "", by=people.coordinator())
    assert db.session.scalar(select(func.count()).select_from(Mail).where(Mail.template == "acting_right_refused")) == 1


def test_given_an_address_with_an_account_then_registering_asks_to_log_in(app: Flask) -> None:
    known = people.person()
    with pytest.raises(DomainError) as refused:
        service.register(worlds_suppliers.details(), basis="x", person_name="X", person_email=known.email.upper())
    assert refused.value.field == "person_email"
    assert db.session.scalar(select(func.count()).select_from(Supplier)) == 0


def test_a_visitor_registers_through_the_page(app: Flask) -> None:
    number = worlds_suppliers.business_id()
    page = page_as(app, None).get("/register")
    values = {
        "number": number,
        "name": "Uusi Polku Oy",
        "street": "Kauppakatu 1",
        "postal_code": "70100",
        "city": "Kuopio",
        "person_name": "Uuno Uusi",
        "person_email": "uuno@uusi.example",
        "basis": "Managing director in the trade register",
    }
    wrong = page.press("Register the company", **{**values, "number": "1234567-8"})
    assert wrong.status == 422
    assert any("Check the business ID" in message for message in wrong.messages)

    done = wrong.press("Register the company", number=number)
    assert done.heading == "The company is registered"
    stored = queries.supplier_by_number(IdentifierScheme.FI_BUSINESS_ID, "FI", number)
    assert stored is not None
    assert stored.emails == ["uuno@uusi.example"]


def test_an_identity_code_in_free_text_is_refused(app: Flask) -> None:
    page = page_as(app, None).get("/register").press("Register the company", basis="Hetu 131052-308T")
    assert any("personal identity code" in message for message in page.messages)


def test_a_coordinator_verifies_on_the_page_and_others_may_not(app: Flask) -> None:
    done = worlds_suppliers.registration()
    coordinator = people.coordinator()
    page = page_as(app, coordinator).get("/procurement/acting-rights")
    assert page.rows()[0][0] == done.supplier.name
    after = page.follow(done.supplier.name).press("Verify the right", note="register extract")
    assert after.heading == "Who acts for a company"
    assert queries.is_verified_to_act(done.person.id, done.supplier.id)
    assert page_as(app, people.expert()).get("/procurement/acting-rights").status == 403


def test_the_api_tells_a_provider_of_its_own_company_only(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    other, _ = worlds_suppliers.verified_provider("Toinen Oy")
    api = api_as(app, own)

    assert [row["id"] for row in api.get("/suppliers").json["items"]] == [str(supplier.id)]
    assert api.get(f"/suppliers/{supplier.id}").json["registration_number"] == supplier.registration_number
    refused = api.get(f"/suppliers/{other.id}")
    assert (refused.status_code, refused.content_type) == (403, "application/problem+json")


def test_a_provider_registers_a_further_company_through_the_api(app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    body = {
        "scheme": "fi_business_id",
        "country": "FI",
        "number": worlds_suppliers.business_id(),
        "name": "Sisaryhtiö Oy",
        "street": "Kauppakatu 2",
        "postal_code": "70100",
        "city": "Kuopio",
        "language": "fi",
        "basis": "Toimitusjohtaja",
    }
    api = api_as(app, own)
    made = api.post("/suppliers", json=body)
    assert (made.status_code, made.json["is_claim"], made.json["acting_right"]["state"]) == (201, False, "pending")
    wrong = api.post("/suppliers", json={**body, "number": "1234567-8"})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "number")
