"""Competitions of the demo: a strict system whose purchases are competed, some waiting, one running, one opened."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from core import clock
from core.db import db
from core.identity import queries as people
from demo import judging, services
from demo.cast import COLLEAGUE, COMPANIES, COORDINATOR, DECIDER, Company
from dps.competitions import documents as papers
from dps.competitions import queries_preparing as asked
from dps.competitions import rules
from dps.competitions.documents import CriterionDetails, Documents
from dps.competitions.models import Competition
from dps.competitions.service import asking, committee, inviting, opening, preparing, tendering
from dps.decisions import service as decisions
from dps.notices import service as notices
from dps.qualification import service as qualification
from dps.qualification.models import CheckResult
from dps.systems import service as systems
from dps.systems.details import CriterionDetails as NoticeCriterion
from dps.systems.models import Category, CriterionKind, LegalMode, OrderingRule, PriceUnit, ServiceType
from suppliers import queries as suppliers
from suppliers.criteria import SELECTION
from suppliers.models import Supplier

if TYPE_CHECKING:
    from demo.story import Story

OPENER, EXPERT = "opener@kuopio.example", "expert@kuopio.example"
#: Who is admitted to the competed category; the second company of the demo is not.
TENDERERS = (COMPANIES[0], COMPANIES[2], COMPANIES[3])
#: Days before today: the system opens, suppliers apply, the first competition is sent, the running one is.
OPENS, APPLY, FIRST, RUNNING = 80, 78, 45, 4


def plan(story: Story) -> None:
    """What happens when; the category's id is known once the system is there."""
    found: dict[str, uuid.UUID] = {}
    story.on(story.today - timedelta(days=OPENS), partial(_set_up, story, found), hour=8)
    for company in TENDERERS:
        story.on(story.today - timedelta(days=APPLY), partial(_admit, story, found, company))
    story.on(
        story.today - timedelta(days=FIRST), partial(_send, story, found, "first", "Hitsauksen perusteet"), hour=10
    )
    for place, company in enumerate(TENDERERS):
        story.on(story.today - timedelta(days=FIRST - 6), partial(_tender, story, found, company, place))
    story.on(story.today - timedelta(days=FIRST - 20), partial(_open, story, found), hour=9)
    judging.plan(story, found)
    story.on(
        story.today - timedelta(days=RUNNING), partial(_send, story, found, "running", "Varastoalan koulutus"), hour=9
    )
    story.on(story.today - timedelta(days=RUNNING - 1), partial(_ask, story, found), hour=9)
    story.on(story.today - timedelta(days=1), partial(_wait, story, found), hour=9)
    story.on(story.today - timedelta(days=1), partial(_agree, story, found), hour=10)


def _set_up(story: Story, found: dict[str, uuid.UUID]) -> None:
    coordinator, decider = story.mandates[COORDINATOR], story.mandates[DECIDER]
    system = systems.create_system(
        replace(
            services.system(clock.helsinki_date(clock.now())),
            name_fi="Kuopion työvoimakoulutukset",
            name_sv="Arbetskraftsutbildningar i Kuopio",
            name_en="Labour-market training in Kuopio",
            description_fi="Lyhyitä ammatillisia koulutuksia, jotka kilpailutetaan ryhmä kerrallaan.",
            description_sv="Korta yrkesutbildningar som konkurrensutsätts en grupp i taget.",
            description_en="Short vocational courses, competed one group at a time.",
            estimated_value=Decimal("1600000.00"),
        ),
        by=coordinator,
    )
    category = systems.add_category(
        system,
        replace(
            services.CATEGORIES[0],
            code="short-courses",
            name_fi="Lyhyet ammatilliset koulutukset",
            name_sv="Korta yrkesutbildningar",
            name_en="Short vocational courses",
            description_fi="Koulutus 10–60 päivää, työssä oppimista mukana.",
            description_sv="Utbildning i 10–60 dagar, med lärande i arbete.",
            description_en="10–60 days of training, with learning at work.",
            service_type=ServiceType.LABOUR_MARKET_TRAINING,
            cpv="80530000-8",
            legal_mode=LegalMode.DPS_STRICT,
            ordering_rule=OrderingRule.COMPETITION,
            price_unit=PriceUnit.DAY,
            price_ceiling=Decimal("1400.00"),
            newcomer_share=Decimal("0.000"),
        ),
        by=coordinator,
    )
    for requirement in services.requirements():
        systems.add_requirement(category, requirement, by=coordinator)
    for code, kind, weight, texts in _CRITERIA:
        fi, sv, en = texts
        notice_criterion = NoticeCriterion(
            code=code, kind=kind, weight=Decimal(weight), text_fi=fi, text_sv=sv, text_en=en
        )
        systems.put_item(category, "award_criteria", notice_criterion, by=coordinator)
    systems.submit(system, by=coordinator)
    systems.approve(system, by=decider)
    notice = notices.record_sent(system, by=coordinator)
    now = clock.now()
    notices.record_published(notice, f"{now.year}-118930", now, by=coordinator)
    found["category"] = category.id


_CRITERIA = (
    ("price", CriterionKind.PRICE, "40", ("Hinta", "Pris", "Price")),
    ("plan", CriterionKind.QUALITY, "60", ("Koulutuksen sisältö", "Utbildningens innehåll", "Content of the training")),
)


def _category(found: dict[str, uuid.UUID]) -> Category:
    return db.session.get_one(Category, found["category"])


def _competition(found: dict[str, uuid.UUID], name: str) -> Competition:
    return db.session.get_one(Competition, found[name])


def _admit(story: Story, found: dict[str, uuid.UUID], company: Company) -> None:
    supplier = db.session.get_one(Supplier, story.suppliers[company.number])
    declaration = suppliers.confirmed_declaration(supplier.id)
    assert declaration is not None
    category, provider, coordinator = _category(found), story.mandates[company.email], story.mandates[COORDINATOR]
    answers = {
        each.code: "Kuvaus ja viitteet: kaksi vastaavaa koulutusta, kolme kouluttajaa."
        for each in category.requirements
        if each.code in SELECTION
    }
    application = qualification.send_application(
        category, supplier.id, declaration, answers, qualification.Enclosures(confirmed=True), by=provider
    )
    for requirement in category.requirements:
        qualification.check_requirement(
            application, requirement, CheckResult.MET, "Tarkistettu hakemuksesta.", by=coordinator
        )
    decision = qualification.propose(application, "Hakija täyttää kaikki vaatimukset.", by=coordinator)
    decisions.sign(decision, by=story.mandates[DECIDER])


def _more_precise(name: str, old: Documents) -> Documents:
    """The draft of a course: the published quality in two parts, with what earns points."""
    quality = [
        ("content", "35", "Miten koulutus etenee päivä päivältä?", "Hur framskrider utbildningen dag för dag?"),
        ("support", "25", "Miten osallistujaa tuetaan kohti työtä?", "Hur stöds deltagaren mot arbete?"),
    ]
    parts = tuple(
        CriterionDetails(
            code=code,
            parent="plan",
            kind=CriterionKind.QUALITY,
            weight=Decimal(weight),
            text_fi=fi,
            text_sv=sv,
            text_en="",
            scale_fi="10: konkreettinen ja perusteltu, 5: yleisluonteinen, 0: puuttuu",
            scale_sv="10: konkret och motiverad, 5: allmän, 0: saknas",
        )
        for code, weight, fi, sv in quality
    )
    line = replace(old.lots[0].lines[0], quantity=Decimal("40.00"), name_fi=name, name_sv=name, name_en=name)
    lot = replace(
        old.lots[0], name_fi=name, name_sv=name, name_en=name, maximum_quantity=Decimal("120.00"), lines=(line,)
    )
    details = replace(
        old.details,
        name_fi=name,
        name_sv=name,
        name_en=name,
        places=["Kuopio"],
        customers=16,
        groups=1,
        option_days=[180],
    )
    return Documents(details, (lot,), (old.criteria[0], *parts))


def _drafted(story: Story, found: dict[str, uuid.UUID], key: str, name: str) -> Competition:
    coordinator = story.mandates[COORDINATOR]
    competition = preparing.begin(_category(found), by=coordinator)
    preparing.replace_documents(competition, _more_precise(name, papers.of(competition)), by=coordinator)
    for email in (OPENER, COLLEAGUE[0], EXPERT):
        person = people.person(story.mandates[email].person_id)
        assert person is not None
        member = committee.name_member(
            competition, person, opens=email != EXPERT, evaluates=email != OPENER, by=coordinator
        )
        committee.declare_interest(member, False, by=story.mandates[email])
    found[key] = competition.id
    return competition


def _send(story: Story, found: dict[str, uuid.UUID], key: str, name: str) -> None:
    competition = _drafted(story, found, key, name)
    preparing.submit(competition, by=story.mandates[COORDINATOR])
    due_at = rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(clock.now()))
    inviting.send(competition, due_at, by=story.mandates[DECIDER])


def _tender(story: Story, found: dict[str, uuid.UUID], company: Company, place: int) -> None:
    written: dict[str, Any] = {
        "lots": {
            "1": {
                "prices": {"service": ("920.00", "985.00", "1040.00")[place]},
                "answers": {
                    "content": "Neljäkymmentä päivää: teoria, harjoitukset ja työssä oppiminen vuorottelevat.",
                    "support": "Jokaisella on oma ohjaaja, joka etsii työpaikan osallistujan kanssa.",
                },
            }
        },
        "secrets": {"answer:1:support": "Oma ohjausmallimme, jota emme ole julkaisseet."} if place == 0 else {},
        "note": "",
    }
    tendering.submit_whole(_competition(found, "first"), written, (), by=story.mandates[company.email])


def _open(story: Story, found: dict[str, uuid.UUID]) -> None:
    for email in (OPENER, COLLEAGUE[0]):
        opening.confirm_opening(_competition(found, "first"), by=story.mandates[email])


def _ask(story: Story, found: dict[str, uuid.UUID]) -> None:
    competition = _competition(found, "running")
    for company, text in zip(
        TENDERERS, ("Saako osan koulutuksesta pitää verkossa?", "Onko trukkikortti osa koulutusta?"), strict=False
    ):
        asking.ask(competition, text, by=story.mandates[company.email])
    first = asked.questions_of(competition.id)[-1]
    asking.answer(
        first,
        asking.AnswerTexts(
            "Kyllä, enintään viidennes päivistä.",
            "Ja, högst en femtedel av dagarna.",
            "Yes, a fifth of the days at most.",
        ),
        by=story.mandates[COORDINATOR],
    )


def _wait(story: Story, found: dict[str, uuid.UUID]) -> None:
    """One waits for the decision maker; a shorter time is asked for another one."""
    waiting = _drafted(story, found, "waiting", "Keittiöalan koulutus")
    preparing.submit(waiting, by=story.mandates[COORDINATOR])
    draft = _drafted(story, found, "draft", "Siivousalan koulutus")
    due_at = clock.end_of_day(clock.next_weekday(clock.helsinki_date(clock.now()) + timedelta(days=5)))
    inviting.ask_time_consent(draft, due_at, by=story.mandates[COORDINATOR])


def _agree(story: Story, found: dict[str, uuid.UUID]) -> None:
    """One of the candidates has agreed already."""
    company = TENDERERS[1]
    consent = next(
        each for each in asked.consents_of(found["draft"]) if each.supplier_id == story.suppliers[company.number]
    )
    inviting.answer_time_consent(consent, True, by=story.mandates[company.email])
