"""The companies: registered, their people verified, their self-declarations confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core.identity.models import Organisation, OrganisationKind, Role
from demo.seeding import times
from demo.seeding.diary import NOBODY, SYSTEM, Actor, Said, as_declared
from demo.seeding.ground import City, World, add_person, name_of
from demo.seeding.sheets import ready
from demo.seeding.words import KINDS, WORDS
from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.models import ActingRightState, DeclarationSource, IdentifierScheme

#: The first business id that is given to a seeded company; no real one starts like this.
FIRST_NUMBER = 8_000_001
DECLARED = ready(
    {
        "exclusion": {code: {"applies": False, "explanation": ""} for code in EXCLUSION},
        "selection": {code: {"fulfilled": True, "description": "Kuvattu hakemuksessa."} for code in SELECTION},
    }
)


@dataclass(slots=True, eq=False)
class Company:
    """A supplier while it is set up; ``place`` is where it stands among the asked for."""

    place: int
    number: str
    id: str
    person: str
    right: str
    #: Whose coordinator verifies its person.
    city: City
    declaration: str
    #: When it has declared what it must, and can apply.
    ready: int
    quality: float
    #: The authorities it has promised secrecy to.
    promised: set[str] = field(default_factory=set)

    @property
    def actor(self) -> Actor:
        return self.person, "provider", self.id


def business_id(number: int) -> str | None:
    """A Finnish business id with its check digit; ``None`` where there is none."""
    rest = sum(int(digit) * weight for digit, weight in zip(f"{number:07}", (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return None if rest == 1 else f"{number:07}-{0 if rest == 0 else 11 - rest}"


def register(world: World, place: int, number: str, at: int) -> Company:
    """Registered, its person verified, its declaration confirmed."""
    chance, loader, diary = world.chance, world.loader, world.diary
    supplier = chance.id(at)
    alone = place > 20 and chance.random() < 0.25
    person_name = name_of(chance)
    name = f"Tmi {person_name}" if alone else f"{chance.one(WORDS)}{chance.one(WORDS).lower()} {chance.one(KINDS)}"
    city = chance.one(world.cities)
    email = f"info@yritys{place + 1:05}.example"
    loader.sheet("organisation").add_row(Organisation(id=supplier, kind=OrganisationKind.SUPPLIER, name=name))
    person = add_person(world, email, person_name, supplier, Role.PROVIDER, at, SYSTEM)
    confirmed = at + 2 * times.DAY
    company = Company(
        place=place,
        number=number,
        id=supplier,
        person=person,
        right=chance.id(at),
        city=city,
        declaration=chance.id(confirmed),
        ready=confirmed + 60,
        quality=chance.gauss(0, 0.06),
    )
    loader.sheet("supplier").add(
        id=supplier,
        name=name,
        scheme=IdentifierScheme.FI_BUSINESS_ID,
        registration_number=number,
        country="FI",
        street=f"Esimerkkikatu {1 + place % 90}",
        postal_code=f"{100 + place % 900:03}00",
        city=city.place.city,
        emails=[email],
        language="sv" if chance.random() < 0.06 else "fi",
        is_sole_trader=alone,
        registered_at=times.text(at),
    )
    loader.sheet("acting_right").add(
        id=company.right,
        person_id=person,
        supplier_id=supplier,
        state=ActingRightState.VERIFIED,
        basis="Toimitusjohtaja kaupparekisterissä",
        stated_at=times.text(at),
        decided_at=times.text(at + times.DAY),
        decided_by=city.coordinator,
        decision_note="Kaupparekisteriote tarkistettu",
    )
    loader.sheet("declaration").add(
        id=company.declaration,
        supplier_id=supplier,
        number=1,
        source=DeclarationSource.FORM,
        answers=DECLARED,
        made_by=person,
        made_at=times.text(confirmed),
        confirmed_by=person,
        confirmed_at=times.text(confirmed + 60),
    )
    diary.note(at, _registration, company, "supplier.registered")
    diary.note(at, _right, company, "acting_right.stated")
    diary.note(at + times.DAY, _right, company, "acting_right.verified")
    diary.note(confirmed, _declaration, company, "declaration.saved")
    diary.note(confirmed + 60, _declaration, company, "declaration.confirmed")
    return company


def _registration(company: Company, kind: Any) -> Said:
    return kind, SYSTEM, ("supplier", company.id), {"country": "FI", "number": company.number}, NOBODY


def _right(company: Company, kind: Any) -> Said:
    actor = company.city.as_coordinator if kind == "acting_right.verified" else SYSTEM
    facts = {"supplier": company.id, "person": company.person, "is_claim": False}
    return kind, actor, ("acting_right", company.right), as_declared(kind, facts), NOBODY


def _declaration(company: Company, kind: Any) -> Said:
    facts = {"supplier": company.id, "number": 1, "source": DeclarationSource.FORM.value}
    return kind, company.actor, ("declaration", company.declaration), as_declared(kind, facts), NOBODY
