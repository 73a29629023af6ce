"""Setting up the purchasing system, and how each company comes into it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from core import clock
from core.db import db
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Authority, Person
from demo import aftermath, changes, competing, course, services
from demo.cast import COMING, COMPANIES, COORDINATOR, DECIDER, HOME, NEWCOMER, QUIET, Company
from demo.papers import fill_vault
from dps.contracts import gates
from dps.contracts import queries as contract_queries
from dps.contracts import service as contracts
from dps.contracts.models import LIABILITY_KINDS
from dps.decisions import service as decisions
from dps.decisions.models import Decision
from dps.notices import service as notices
from dps.offerings import service as offerings
from dps.offerings.models import Offering
from dps.qualification import queries as qualification_queries
from dps.qualification import service as qualification
from dps.qualification.models import Application, CheckResult, ClarificationKind, ExtractResult, RegisterKind
from dps.qualification.registers import Extract
from dps.systems import service as systems
from dps.systems.models import Category
from orders.service import budgets
from suppliers import queries as supplier_queries
from suppliers import service as suppliers
from suppliers.criteria import EXCLUSION, SELECTION
from suppliers.models import IdentifierScheme, Supplier

if TYPE_CHECKING:
    from demo.story import Story

#: Further starts are published while the year goes on, so many days ahead.
STARTS_EVERY, STARTS_AHEAD = 14, 70


def set_up(story: Story) -> None:
    """Prepare the system, approve it, publish its notice; companies come from the day it opens."""
    coordinator, decider = story.mandates[COORDINATOR], story.mandates[DECIDER]
    system = systems.create_system(services.system(story.first_day + timedelta(days=5)), by=coordinator)
    for details in services.CATEGORIES:
        category = systems.add_category(system, details, by=coordinator)
        story.categories[details.code] = category.id
        for requirement in services.requirements():
            systems.add_requirement(category, requirement, by=coordinator)
        for module in services.MODULES.get(details.code, ()):
            systems.add_module(category, module, by=coordinator)
    systems.submit(system, by=coordinator)
    systems.approve(system, by=decider)
    notice = notices.record_sent(system, by=coordinator)
    opened = story.first_day + timedelta(days=5)
    year = opened.year
    story.on(
        opened,
        lambda: notices.record_published(
            db.session.merge(notice), f"{year}-114207", clock.now() - timedelta(minutes=30), by=coordinator
        ),
    )
    story.on(opened, lambda: set_budgets(story), hour=17)
    changes.live_on(story, opened, system.id)
    _invite_companies(story, opened)
    aftermath.plan(story)
    competing.plan(story)
    course.plan(story)


def set_budgets(story: Story) -> None:
    """Money for every category in every year of the story."""
    coordinator = story.mandates[COORDINATOR]
    authority = db.session.get(Authority, coordinator.organisation_id)
    assert authority is not None
    shares = {"job-finding": 620_000, "work-coaching": 420_000, "assessment-period": 180_000}
    for code, category_id in story.categories.items():
        category = db.session.get(Category, category_id)
        assert category is not None
        for year in range(story.first_day.year, story.today.year + 2):
            budgets.set_budget(authority, category, year, Decimal(shares.get(code, 260_000)), by=coordinator)


def _invite_companies(story: Story, opened: date) -> None:
    """Most companies come in the first weeks, some later; the newest are still on their way."""
    days = (story.today - opened).days
    for place, company in enumerate(COMPANIES):
        wait = 1 + place // 2 if place < 22 else 40 + place * 6
        story.on(opened + timedelta(days=wait), partial(register, story, company))
    for place, company in enumerate(QUIET):
        story.on(opened + timedelta(days=days - 60 + 8 * place), partial(register, story, company))
    for place, company in enumerate(COMING):
        story.on(story.today - timedelta(days=(24, 9, 35, 3)[place]), partial(register, story, company))
    story.on(story.today - timedelta(days=2), lambda: register(story, NEWCOMER))


def _coordinator(story: Story, company: Company) -> Mandate:
    return story.mandates[f"coordinator@{company.buyer}.example"]


def _decider(story: Story, company: Company) -> Mandate:
    return story.mandates[f"decider@{company.buyer}.example"]


def category_of(story: Story, company: Company, code: str) -> UUID:
    """The category of this code in the system of the authority that the company works for."""
    return story.categories[code] if company.buyer == HOME else story.joint_categories[company.buyer, code]


def register(story: Story, company: Company) -> None:
    """A company registers; on the next working days its person is verified and it applies."""
    done = suppliers.register(
        suppliers.CompanyDetails(
            scheme=IdentifierScheme.FI_BUSINESS_ID,
            country="FI",
            number=company.number,
            name=company.name,
            street="Esimerkkikatu 5",
            postal_code="70100",
            city=company.places[0],
            language="fi",
            is_sole_trader=company.is_sole_trader,
        ),
        basis="Yrittäjä itse" if company.is_sole_trader else "Toimitusjohtaja kaupparekisterissä",
        person_name=company.person,
        person_email=company.email,
    )
    story.suppliers[company.number] = done.supplier.id
    admin_hash = _shared_hash(story)
    done.person.password_hash = admin_hash
    story.mandates[company.email] = Mandate.of(
        people.holdings_in_force(done.person.id, clock.helsinki_date(clock.now()))[0]
    )
    right_id = done.right.id
    story.after(1, lambda: verify(story, company, right_id))


def _shared_hash(story: Story) -> str | None:
    row = db.session.get(Person, story.mandates["admin@avoin.example"].person_id)
    return row.password_hash if row else None


def verify(story: Story, company: Company, right_id: object) -> None:
    """An official verifies who acts; the newcomer stops here, the others go on."""
    right = supplier_queries.acting_right(right_id)  # type: ignore[arg-type]
    assert right is not None
    suppliers.verify_right(right, "Kaupparekisteriote tarkistettu", by=_coordinator(story, company))
    if company is not NEWCOMER:
        story.after(1, lambda: apply(story, company))


def apply(story: Story, company: Company) -> None:
    """Declare and apply to every category of the company."""
    provider = story.mandates[company.email]
    supplier = db.session.get(Supplier, story.suppliers[company.number])
    assert supplier is not None
    fill_vault(supplier.id, company, provider)
    draft = suppliers.save_draft(supplier.id, _clean_answers(), by=provider)
    suppliers.confirm(draft, by=provider)
    for code in company.categories:
        category = db.session.get(Category, category_of(story, company, code))
        assert category is not None
        answers = {
            requirement.code: "Kuvaus ja viitteet: kaksi vastaavaa palvelua, kaksi koulutettua valmentajaa."
            for requirement in category.requirements
            if requirement.code in SELECTION
        }
        enclosed = qualification.Enclosures(confirmed=True)
        application = qualification.send_application(category, supplier.id, draft, answers, enclosed, by=provider)
        if company.name != COMING[3].name:
            story.after(3 + story.chance.random() * 4, partial(examine, story, company, code, application.id))
        if company in (COMPANIES[0], COMING[1]) and code == company.categories[0]:
            story.after(1, partial(ask, story, company, application.id))


def _clean_answers() -> dict[str, dict[str, dict[str, object]]]:
    return {
        "exclusion": {code: {"applies": False, "explanation": ""} for code in EXCLUSION},
        "selection": {code: {"fulfilled": True, "description": "Kuvattu hakemuksessa."} for code in SELECTION},
    }


def ask(story: Story, company: Company, application_id: object) -> None:
    """The coordinator takes an application and asks about a reference; the first company answers the next day."""
    application = db.session.get(Application, application_id)
    assert application is not None
    coordinator = _coordinator(story, company)
    qualification.take(application, by=coordinator)
    seen = Extract(
        issued_on=clock.helsinki_date(clock.now()), result=ExtractResult.CLEAR, source="vero.fi, verovelkarekisteri"
    )
    qualification.record_extract(application, RegisterKind.TAX_DEBT, seen, by=coordinator)
    question = qualification.Question(
        kind=ClarificationKind.CLARIFICATION,
        requirements=[each for each in application.category.requirements if each.code == "references"],
        text="Kertokaa toisen viitteen tilaaja ja ajankohta.",
    )
    asked_id = qualification.ask(application, question, by=coordinator).id
    if company is COMPANIES[0]:
        story.after(1, partial(answer, story, company, asked_id))


def answer(story: Story, company: Company, question_id: UUID) -> None:
    """The company answers in time."""
    question = qualification_queries.clarification(question_id)
    assert question is not None
    given = qualification.Answer(text="Tilaaja oli Siilinjärven kunta, kevät 2024.")
    qualification.answer(question, given, by=story.mandates[company.email])


def examine(story: Story, company: Company, code: str, application_id: object) -> None:
    """The coordinator looks at every requirement; one company lacks references and is refused."""
    coordinator = _coordinator(story, company)
    application = db.session.get(Application, application_id)
    assert application is not None
    if company is COMING[1]:
        return
    is_refused = company is COMING[2]
    for requirement in application.category.requirements:
        lacks = is_refused and requirement.code == "references"
        qualification.check_requirement(
            application,
            requirement,
            CheckResult.NOT_MET if lacks else CheckResult.MET,
            "Hakemuksessa on yksi referenssi, vaatimus on kaksi." if lacks else "Tarkistettu hakemuksesta.",
            by=coordinator,
        )
    summary = (
        "Vaatimus oli kaksi referenssiä kolmen viime vuoden ajalta; hakemuksessa oli yksi."
        if is_refused
        else "Hakija täyttää kaikki vaatimukset, eikä sitä rasita mikään poissulkemisperuste."
    )
    decision_id = qualification.propose(application, summary, by=coordinator).id
    if company is not COMING[0]:
        story.after(1, lambda: decide(story, company, code, decision_id))


def decide(story: Story, company: Company, code: str, decision_id: object) -> None:
    """The decision maker signs; an admitted company signs its contract, and the city after it."""
    decision = db.session.get(Decision, decision_id)
    assert decision is not None
    decisions.sign(decision, by=_decider(story, company))
    if company is not COMING[2]:
        story.after(1, lambda: contract(story, company, code))


def contract(story: Story, company: Company, code: str) -> None:
    """Both sign the frame contract, and the company publishes its service."""
    category_id = category_of(story, company, code)
    held = qualification_queries.qualification_in_force(story.suppliers[company.number], category_id)
    assert held is not None
    row = contract_queries.contract_of_qualification(held.id)
    assert row is not None
    contracts.sign_for_supplier(row, by=story.mandates[company.email])
    day = clock.helsinki_date(clock.now()) - timedelta(days=20)
    gates.check_liability(row, dict.fromkeys(LIABILITY_KINDS, day), by=_coordinator(story, company))
    contracts.sign_for_authority(row, by=_decider(story, company))
    publish(story, company, code, row)


def publish(story: Story, company: Company, code: str, row: object) -> None:
    """Publish one offering, with starts every second week from then on."""
    provider = story.mandates[company.email]
    category = db.session.get(Category, category_of(story, company, code))
    assert category is not None
    price, days = services.PRICES[code]
    meetings = max(4, days // 7)
    offering = offerings.create_offering(
        row,  # type: ignore[arg-type]
        offerings.Description(
            name_fi=f"{category.name_fi}, {meetings} tapaamista" if days > 7 else category.name_fi,
            name_sv=f"{category.name_sv}, {meetings} möten" if days > 7 else category.name_sv,
            name_en=f"{category.name_en}, {meetings} meetings" if days > 7 else category.name_en,
            description_fi=f"{company.name} kulkee asiakkaan rinnalla alusta loppuun.",
            description_sv=f"{company.name} går vid kundens sida från början till slut.",
            description_en=f"{company.name} walks beside the customer from beginning to end.",
            languages=list(company.languages),
            places=list(company.places),
            is_remote=company.is_remote,
            duration_days=days,
            price=_price(story, price, category.price_ceiling),
            vat_rate=Decimal("0.0"),
            vat_exemption="AVL 39 §",
            accessibility="Esteetön sisäänkäynti" if story.chance.random() < 0.7 else "",
        ),
        by=provider,
    )
    for module in category.modules:
        if story.chance.random() < 0.6:
            offerings.set_module_price(offering, module, _price(story, 420, module.price_ceiling), by=provider)
    _add_starts(story, company, offering)
    offerings.publish(offering, by=provider)
    _keep_adding_starts(story, company, offering.id)


def _price(story: Story, usual: float, ceiling: Decimal) -> Decimal:
    drawn = Decimal(round(usual * (0.9 + 0.25 * story.chance.random()) / 10) * 10)
    return min(drawn, ceiling).quantize(Decimal("0.01"))


def _add_starts(story: Story, company: Company, offering: Offering) -> None:
    """Every second Monday within the next ten weeks that is not there yet."""
    today = clock.helsinki_date(clock.now())
    known = {start.starts_on for start in offering.starts}
    day = today + timedelta(days=7 - today.weekday())
    if (day.isocalendar().week + int(company.number[4:7])) % 2:
        day += timedelta(days=7)
    while day <= today + timedelta(days=STARTS_AHEAD):
        if day not in known:
            offerings.add_start(offering, day, 4 + round(4 * company.pull), by=story.mandates[company.email])
        day += timedelta(days=STARTS_EVERY)


def _keep_adding_starts(story: Story, company: Company, offering_id: object) -> None:
    def add() -> None:
        offering = db.session.get(Offering, offering_id)
        assert offering is not None
        _add_starts(story, company, offering)
        story.after(20, add)

    story.after(20, add)
