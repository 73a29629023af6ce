"""Suppliers in a state, made by the verbs of the room."""

from __future__ import annotations

from itertools import count

from core.identity import queries as people_queries
from core.identity.mandates import Mandate
from suppliers import queries, service
from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.models import IdentifierScheme, Supplier
from tests import people

_numbers = count(1_000_000)


def business_id() -> str:
    """A new Finnish business id with a right check digit."""
    while True:
        digits = f"{next(_numbers):07d}"
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"


def details(number: str | None = None, name: str = "Savon Valmennus Oy") -> service.CompanyDetails:
    return service.CompanyDetails(
        scheme=IdentifierScheme.FI_BUSINESS_ID,
        country="FI",
        number=number or business_id(),
        name=name,
        street="Puijonkatu 1",
        postal_code="70100",
        city="Kuopio",
        language="fi",
    )


def registration(number: str | None = None, name: str = "Savon Valmennus Oy") -> service.Registration:
    number = number or business_id()
    email = f"person{next(_numbers)}@savo.example"
    return service.register(
        details(number, name), basis="Toimitusjohtaja", person_name="Sari Savolainen", person_email=email
    )


def mandate_of(done: service.Registration) -> Mandate:
    """The mandate of the person who registered."""
    from core import clock

    holdings = people_queries.holdings_in_force(done.person.id, clock.helsinki_date(clock.now()))
    return Mandate.of(holdings[-1])


def verified_provider(name: str = "Savon Valmennus Oy") -> tuple[Supplier, Mandate]:
    """A supplier whose person was verified to act."""
    done = registration(name=name)
    service.verify_right(done.right, "kaupparekisteriote", by=people.coordinator())
    return done.supplier, mandate_of(done)


def clean_answers() -> dict[str, dict[str, dict[str, object]]]:
    """Answers of a supplier without any ground that fulfils everything."""
    return {
        "exclusion": {code: {"applies": False, "explanation": ""} for code in EXCLUSION},
        "selection": {code: {"fulfilled": True, "description": "Kuvaus"} for code in SELECTION},
    }


def confirmed_declaration(supplier: Supplier, by: Mandate):  # type: ignore[no-untyped-def]
    """A confirmed self-declaration."""
    draft = service.save_draft(supplier.id, clean_answers(), by=by)
    service.confirm(draft, by=by)
    return queries.confirmed_declaration(supplier.id)
