"""What the cities of the capital region do together once they buy: shared groups, money, staff, access, a review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from core import clock
from core.db import db
from core.identity import queries as people
from core.identity.grants import service as grants
from core.identity.grants.models import Grant, ScopeKind, Task
from core.identity.mandates import Mandate
from core.quarters import next_quarter, quarter_of
from demo.capital import ESPOO, HELSINKI, KEYS, VANTAA, staff
from demo.cast import CAPITAL_COMPANIES, COORDINATOR, DECIDER, MAP, WORK
from dps.contracts import gates
from dps.contracts import service as contracts
from dps.contracts.models import LIABILITY_KINDS
from dps.contracts.production import service as production
from dps.contracts.production.rules import Facts
from dps.joint.agreements import details as agreed
from dps.joint.agreements import service as agreements
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements.models import JointProcurement
from dps.joint.stages import CostKind, Stage
from dps.offerings import service as offerings
from dps.offerings.models import Offering, OfferingState
from dps.systems.models import Category, ServiceType
from dps.systems.production import Production
from evaluation.together import service as together
from evaluation.together.followed import Followed, of_agreement
from evaluation.together.rules import half_of
from orders.groups import service as groups
from orders.groups.models import Group
from orders.models import AgeBand, EducationBand, Order, UnemploymentBand
from orders.readiness import service as readiness
from orders.service import answering, needs
from orders.sharing import service as sharing
from orders.sharing.service import CostDetails
from suppliers import service as suppliers
from suppliers.models import IdentifierScheme

if TYPE_CHECKING:
    from demo.story import Story

LENGTH = 28
#: A company that Kuopio owns, and who acts for it.
UNIT_NUMBER, UNIT_EMAIL = "9990304-9", "info@kallanpalvelut.example"
HOMES = {HELSINKI: "Helsinki", ESPOO: "Espoo", VANTAA: "Vantaa"}
#: Person-years by party and task in the demo's half-years; Espoo stays below what was agreed.
PERSON_YEARS = {
    "helsinki": ("9.0", "7.5", "3.0", "2.0"),
    "espoo": ("4.0", "3.4", "1.5", "0.5"),
    "kauniainen": ("0", "0", "0", "0"),
    "vantaa": ("4.2", "3.9", "1.5", "1.0"),
}


def plan(story: Story) -> None:
    """Put on the calendar what follows from the agreement and the joint system."""
    today = story.today
    for half in _halves(story):
        for city in KEYS:
            story.on(half + timedelta(days=14), partial(report_staff, story, city), hour=11)
    for quarter in _quarters(story):
        story.on(clock.next_weekday(next_quarter(quarter) + timedelta(days=9)), partial(state, story, quarter), hour=12)
    for ago, kind, words, amount, city in (
        (250, CostKind.MARKETING, "Kevään koulutusten esite ja ilmoitukset", "3250.55", VANTAA),
        (200, CostKind.PROCUREMENT_WORK, "Sopimusten hallinta, ensimmäinen puolivuosi", "9800.00", HELSINKI),
        (100, CostKind.MARKETING, "Syksyn koulutusten esite", "1999.99", ESPOO),
    ):
        story.on(today - timedelta(days=ago), partial(share_cost, story, kind, words, amount, city), hour=13)
    review_on = date(today.year, 2, 16)
    story.on(review_on, partial(review, story, today.year - 1), hour=10)
    story.on(review_on + timedelta(days=9), partial(comment, story), hour=10)
    past = clock.next_weekday(today - timedelta(days=60))
    story.on(past - timedelta(days=30), partial(organise, story, HELSINKI, past, 6, 4), hour=9)
    story.on(past - timedelta(days=12), partial(fill, story, past, (HELSINKI, HELSINKI, ESPOO, VANTAA)), hour=10)
    story.on(past, partial(begin, past), hour=16)
    story.on(past + timedelta(days=3), partial(share_empty_seats, story, past), hour=9)
    soon, later = (clock.next_weekday(today + timedelta(days=days)) for days in (20, 34))
    story.on(today - timedelta(days=14), partial(organise, story, HELSINKI, soon, 8, 2), hour=9)
    story.on(today - timedelta(days=5), partial(fill, story, soon, (HELSINKI, HELSINKI, HELSINKI, VANTAA)), hour=10)
    waiting = (VANTAA, ESPOO, ESPOO, VANTAA, HELSINKI, ESPOO)
    story.on(today - timedelta(days=3), partial(queue, story, soon, waiting), hour=10)
    story.on(today - timedelta(days=2), partial(organise, story, ESPOO, later, 6, 5), hour=9)
    story.on(today - timedelta(days=1), partial(queue, story, later, (VANTAA, ESPOO, HELSINKI)), hour=10)
    story.on(today - timedelta(days=30), partial(give_access, story), hour=9)
    story.on(today - timedelta(days=8), partial(lay_off, story), hour=9)
    story.on(today - timedelta(days=5), partial(change_agreement, story), hour=9)
    story.on(today - timedelta(days=50), partial(found_unit, story), hour=9)
    story.on(today - timedelta(days=45), partial(produce, story), hour=9)


def _quarters(story: Story) -> list[date]:
    """The closed quarters since the agreement, first days, oldest first."""
    found = [quarter_of(story.first_day)]
    while next_quarter(found[-1]) < quarter_of(story.today):
        found.append(next_quarter(found[-1]))
    return found


def _halves(story: Story) -> list[date]:
    """The days on which a half-year begins, from the first whole one on."""
    days = [date(year, month, 1) for year in range(story.first_day.year, story.today.year + 1) for month in (1, 7)]
    return [day for day in days if day > story.first_day + timedelta(days=30)]


def _agreement() -> CooperationAgreement:
    return db.session.scalars(select(CooperationAgreement)).one()


def _followed() -> Followed:
    found = of_agreement(_agreement().id)
    assert found is not None
    return found


def _in_use() -> JointProcurement:
    using = select(JointProcurement).where(JointProcurement.stage == Stage.USE)
    return db.session.scalars(using.order_by(JointProcurement.id).limit(1)).one()


# ---- staff, money, review ----


def report_staff(story: Story, city: str) -> None:
    """A city tells how much its people worked for all in the half-year that has ended."""
    by, followed = staff(story, "coordinator", city), _followed()
    period = half_of(clock.helsinki_date(clock.now()) - timedelta(days=30))
    tasks = [task.code for task in followed.version.tasks]
    numbers = {
        (party.key, task): Decimal(years)
        for party in followed.version.parties
        if party.authority_id == by.organisation_id
        for task, years in zip(tasks, PERSON_YEARS[party.key], strict=True)
    }
    together.report_resourcing(followed, period, numbers, "", by=by)


def state(story: Story, quarter: date) -> None:
    """The statement of a quarter that is over."""
    sharing.make_statement(_agreement(), quarter, by=staff(story, "coordinator", HELSINKI))


def share_cost(story: Story, kind: CostKind, words: str, amount: str, city: str) -> None:
    """A city paid for all."""
    day = clock.helsinki_date(clock.now())
    details = CostDetails(kind=kind, purpose=words, day=day, amount=Decimal(amount), vat_rate=Decimal("25.5"))
    sharing.record_cost(_in_use(), details, by=staff(story, "coordinator", city))


def review(story: Story, year: int) -> None:
    """Helsinki, which keeps the agreement, looks back at the year."""
    words = "Vuosi sujui sovitusti. Espoon henkilötyö jäi alle sovitun, ja Vantaan käyttö kasvoi."
    together.make(_followed(), year, words, by=staff(story, "coordinator", HELSINKI))


def comment(story: Story) -> None:
    from evaluation.together import queries

    row = queries.open_review(_agreement().id)
    assert row is not None
    words = "Espoo palkkaa kaksi koulutusasiantuntijaa elokuusta alkaen."
    together.comment(row, words, by=staff(story, "coordinator", ESPOO))


def change_agreement(story: Story) -> None:
    """A longer window for the organiser's own customers is proposed; Espoo and Vantaa have not approved it yet."""
    by = staff(story, "coordinator", HELSINKI)
    version = agreements.start_version(_agreement(), by=by)
    agreements.change(
        version,
        replace(agreed.of_version(version), own_window_days=10, starts_on=date(story.today.year + 1, 1, 1)),
        by=by,
    )
    agreements.propose(version, by=by)
    agreements.approve(version, f"§ 203/{story.today.year}", by=staff(story, "decider", HELSINKI))


# ---- shared groups ----


def _joint_category(story: Story) -> Category:
    return db.session.get_one(Category, story.joint_categories[HELSINKI, WORK])


def _group(first: date) -> Group:
    return db.session.scalars(
        select(Group).where(Group.first_day == first, Group.place.in_(HOMES.values())).order_by(Group.id.desc())
    ).first() or _missing(first)


def _missing(first: date) -> Group:
    raise LookupError(f"no shared group begins on {first}")


def organise(story: Story, city: str, first: date, seats: int, own_days: int) -> None:
    """A city orders seats of a course and opens it to all; for so many days they are for its own customers."""
    provider = story.mandates[CAPITAL_COMPANIES[0].email]
    offering = db.session.scalars(
        select(Offering).where(
            Offering.supplier_id == provider.organisation_id,
            Offering.category_id == _joint_category(story).id,
            Offering.state == OfferingState.PUBLISHED,
        )
    ).one()
    known = next((each for each in offering.starts if each.starts_on == first), None)
    start = known or offerings.add_start(offering, first, 20, by=provider)
    if start.seats_left < seats:
        offerings.change_start_seats(start, start.seats_taken + seats, by=provider)
    today = clock.helsinki_date(clock.now())
    days = [first + timedelta(days=n) for n in range(min(LENGTH, offering.category.max_duration_days))]
    by = staff(story, "coordinator", city)
    found = groups.set_up(
        start,
        groups.GroupDetails(
            seats_min=2,
            seats_max=seats,
            languages=["fi"],
            place=HOMES[city],
            is_remote=False,
            days=[day for day in days if clock.supplier_days.is_working_day(day)],
            own_until=today + timedelta(days=own_days),
            release_on=first - timedelta(days=2),
            aims_at_qualification=False,
            rule_reason="Ryhmä on yksi vaihtoehto muiden rinnalla; asiakas valitsee sen itse.",
            prerequisites_fi="Suomen kielen perustaidot.",
            prerequisites_sv="Grundläggande kunskaper i finska.",
            prerequisites_en="Basic skills in Finnish.",
        ),
        by=by,
    )
    groups.open_group(found, by=by)


def _join(story: Story, found: Group, city: str, number: int) -> tuple[UUID, str]:
    """A customer of a city waits for a seat; every fifth of Espoo's lives in Kauniainen."""
    expert = staff(story, "expert", city)
    need = needs.state_need(
        found.category,
        needs.NeedDetails(
            customer_reference=f"{city[0].upper()}-G{found.number}{number}{found.first_day:%m%d}",
            municipality="Kauniainen" if city == ESPOO and number % 2 else HOMES[city],
            place=found.place,
            is_remote=False,
            languages=["fi"],
            latest_start=found.first_day + timedelta(days=7),
            modules=[],
            accessibility="",
            age_band=AgeBand.FROM_35_TO_49,
            unemployment_band=UnemploymentBand.FROM_6_TO_12_MONTHS,
            education_band=EducationBand.SECONDARY,
        ),
        by=expert,
    )
    return groups.join(need, found, by=expert).id, city


def queue(story: Story, first: date, cities: Sequence[str]) -> None:
    """Customers of several cities wait; free seats are kept for those whose turn it is."""
    found = _group(first)
    for number, city in enumerate(cities, 10):
        _join(story, found, city, number)
    groups.offer_seats(found, by=None)


def fill(story: Story, first: date, cities: Sequence[str]) -> None:
    """Customers take their seats, each on the money of their own city."""
    from orders.groups.models import QueueEntry

    found = _group(first)
    provider = story.mandates[CAPITAL_COMPANIES[0].email]
    for number, city in enumerate(cities):
        entry_id, _ = _join(story, found, city, number)
        groups.offer_seats(found, by=None)
        entry = db.session.get_one(QueueEntry, entry_id)
        order: Order = groups.take_seat(entry, customer_agrees=True, by=staff(story, "expert", city), wanted=found)
        answering.accept(order, by=provider)


def begin(first: date) -> None:
    groups.begin(_group(first), by=None)


def share_empty_seats(story: Story, first: date) -> None:
    """The course began with seats that nobody took; those whose customers use the service share them."""
    found = _group(first)
    details = CostDetails(
        kind=CostKind.EMPTY_SEATS,
        purpose=f"Vajaaksi jäänyt ryhmä {found.reference}",
        day=clock.helsinki_date(clock.now()),
        group=found,
        evidence=f"Lasku {found.first_day.year}-{1180 + found.number}",
        seats=1,
    )
    sharing.record_cost(_in_use(), details, by=staff(story, "coordinator", HELSINKI))


# ---- access, sudden change ----


def give_access(story: Story) -> None:
    """Espoo's coordinator helps Helsinki with its groups, and follows its orders of the joint system for a while."""
    category = _joint_category(story)
    by, owner = staff(story, "coordinator", ESPOO), staff(story, "coordinator", HELSINKI)
    today = clock.helsinki_date(clock.now())

    def ask(task: Task, kind: ScopeKind, thing: UUID, days: int) -> Grant:
        return grants.propose(
            grants.GrantDetails(
                person_id=by.person_id,
                owner_id=owner.organisation_id,
                task=task,
                scope_kind=kind,
                scope_id=thing,
                purpose="Syksyn yhteiset ryhmät täytetään yhdessä.",
                first_day=today,
                last_day=today + timedelta(days=days),
            ),
            by=by,
        )

    grants.give(ask(Task.FILL_GROUPS, ScopeKind.CATEGORY, category.id, 180), by=owner)
    grants.give(ask(Task.FOLLOW_ORDERS, ScopeKind.CATEGORY, category.id, 40), by=staff(story, "decider", HELSINKI))
    ask(Task.FOLLOW_ORDERS, ScopeKind.SYSTEM, category.system_id, 200)


def lay_off(story: Story) -> None:
    """An aircraft-maintenance company of Vantaa lets people go in the spring; the cities plan together."""
    month = story.today.replace(day=1)
    months = [(month + timedelta(days=32 * n)).replace(day=1) for n in (1, 2, 3)]
    by = staff(story, "coordinator", VANTAA)
    for name, force, unemployed in (
        ("Vantaa", 128_000, 15_900),
        ("Helsinki", 372_000, 42_300),
        ("Espoo", 165_000, 16_800),
        ("Kauniainen", 4_700, 270),
    ):
        readiness.enter_figure(name, force, unemployed, story.today - timedelta(days=30), by=by)
    lines = [
        readiness.LineDetails(place, occupation, kind, months[when], people)
        for place, occupation, kind, when, people in (
            ("Vantaa", "lentokoneasentaja", ServiceType.JOB_COACHING, 0, 24),
            ("Vantaa", "varastotyöntekijä", ServiceType.LABOUR_MARKET_TRAINING, 1, 18),
            ("Helsinki", "lentokoneasentaja", ServiceType.JOB_COACHING, 1, 12),
            ("Espoo", "suunnittelija", ServiceType.JOB_COACHING, 2, 7),
            ("Kauniainen", "suunnittelija", ServiceType.JOB_COACHING, 2, 2),
            ("Kerava", "varastotyöntekijä", None, 1, 4),
        )
    ]
    details = readiness.PlanDetails(
        employer="Pohjantuuli Lentohuolto Oy",
        note="Muutosneuvottelut päättyivät. Työt loppuvat portaittain.",
        agreement=_agreement(),
        lines=lines,
    )
    found = readiness.write(details, by=by)
    readiness.share(found, by=by)
    readiness.answer(found, 12, "Otamme kaikki.", by=staff(story, "coordinator", HELSINKI))


# ---- own production ----


def found_unit(story: Story) -> None:
    """A company that Kuopio owns registers, and somebody of the city verifies who acts for it."""
    done = suppliers.register(
        suppliers.CompanyDetails(
            scheme=IdentifierScheme.FI_BUSINESS_ID,
            country="FI",
            number=UNIT_NUMBER,
            name="Kallan Palvelutuotanto Oy",
            street="Esimerkkikatu 8",
            postal_code="70100",
            city="Kuopio",
            language="fi",
            is_sole_trader=False,
        ),
        basis="Toimitusjohtaja kaupparekisterissä",
        person_name="Kerttu Kallio",
        person_email=UNIT_EMAIL,
    )
    suppliers.verify_right(done.right, "Kaupparekisteriote tarkistettu", by=story.mandates[COORDINATOR])
    story.suppliers[UNIT_NUMBER] = done.supplier.id
    today = clock.helsinki_date(clock.now())
    story.mandates[UNIT_EMAIL] = Mandate.of(people.holdings_in_force(done.person.id, today)[0])


def produce(story: Story) -> None:
    """Kuopio agrees with its own company on assessment periods, which then stand beside what others offer."""
    today = clock.helsinki_date(clock.now())
    coordinator, decider, unit = story.mandates[COORDINATOR], story.mandates[DECIDER], story.mandates[UNIT_EMAIL]
    agreement = production.prepare(
        production.AgreementDetails(
            kind=Production.IN_HOUSE,
            business_id=UNIT_NUMBER,
            reference=f"KUO {today.year}-000417",
            starts_on=today,
            ends_on=today + timedelta(days=900),
            facts=Facts(
                statement="Kaupunki käyttää määräysvaltaa yhtiökokouksessa ja nimeää hallituksen.",
                owners="Kuopio 85 %, Siilinjärvi 15 %",
                owned_share=Decimal(85),
                outside_share=Decimal("2.4"),
                outside_sales=Decimal(61_000),
            ),
            prices={story.categories[MAP]: Decimal("1350.00")},
        ),
        by=coordinator,
    )
    for contract in production.approve(agreement, f"§ 31/{today.year}", by=decider):
        contracts.sign_for_supplier(contract, by=unit)
        gates.check_liability(contract, dict.fromkeys(LIABILITY_KINDS, today - timedelta(days=9)), by=coordinator)
        contracts.sign_for_authority(contract, by=decider)
        offering = offerings.create_offering(
            contract,
            offerings.Description(
                name_fi="Kartoitusjakso kaupungin pajalla",
                name_sv="Kartläggningsperiod vid stadens verkstad",
                name_en="Assessment period at the city's workshop",
                description_fi="Neljän viikon jakso kaupungin omalla pajalla.",
                description_sv="En period på fyra veckor vid stadens egen verkstad.",
                description_en="A period of four weeks at the city's own workshop.",
                languages=["fi", "en"],
                places=["Kuopio"],
                is_remote=False,
                duration_days=28,
                price=Decimal("1290.00"),
                vat_rate=Decimal("25.5"),
                vat_exemption="",
                accessibility="Esteetön sisäänkäynti",
            ),
            by=unit,
        )
        for weeks in (2, 5, 8, 11):
            day = clock.next_weekday(story.today + timedelta(days=7 * weeks))
            offerings.add_start(offering, day, 6, by=unit)
        offerings.publish(offering, by=unit)
