"""Joint procurements of the capital region, one in each stage of the agreed way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import clock
from core.db import db
from core.identity.models import Authority
from demo import capital, casework, opening, services
from demo.capital import ESPOO, HELSINKI, KEYS, VANTAA, staff
from demo.cast import CAPITAL_AREA, CAPITAL_COMPANIES, CARDS, MAP, TRIAL, WORK
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements import rules
from dps.joint.procurements import service as procurements
from dps.joint.procurements.models import JointProcurement, TargetGroup
from dps.joint.stages import Group, Stage
from dps.notices import service as notices
from dps.systems import service as systems
from dps.systems.models import Category, PurchasingSystem, ServiceType
from orders.models import AgeBand, EducationBand, UnemploymentBand
from orders.service import budgets, needs

if TYPE_CHECKING:
    from demo.story import Story

#: So many days after the story's first one the system that is in use is open.
OPEN_AFTER = 42
#: A city's money for a category in a year, in euros, where little was announced: for a shared group or two.
LEAST_BUDGET = 90_000
#: Of a hundred services: by party, and in the order of the agreement.
PARTS = {"helsinki": 52, "espoo": 22, "kauniainen": 1, "vantaa": 25}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A joint procurement as the demo tells it."""

    names: tuple[str, str, str]
    purpose: str
    service_type: ServiceType
    lead: str
    #: The day it begins, the first and the last day of use.
    begins: date
    starts_on: date
    ends_on: date
    #: How many services all parties together need in a quarter, and what one costs.
    amount: int
    unit_price: int
    target: TargetGroup = TargetGroup.ALL
    #: What of the usual services is bought in it.
    codes: tuple[str, ...] = ()


def find(line: Line) -> JointProcurement:
    """The procurement as it stands."""
    return db.session.scalars(select(JointProcurement).where(JointProcurement.name_fi == line.names[0])).one()


def begin(story: Story, line: Line) -> None:
    fi, sv, en = line.names
    agreement = db.session.scalars(select(CooperationAgreement)).one()
    procurements.begin(
        agreement,
        procurements.ProcurementDetails(
            name_fi=fi,
            name_sv=sv,
            name_en=en,
            purpose=line.purpose,
            service_type=line.service_type,
            lead_id=staff(story, "coordinator", line.lead).organisation_id,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        ),
        by=staff(story, "coordinator", line.lead),
    )


def state(story: Story, line: Line, cities: Sequence[str] = KEYS, *, ready: bool = True) -> None:
    """The cities state the needs of their parties, from the register of customers and the year before."""
    row = find(line)
    for city in cities:
        by = staff(story, "coordinator", city)
        for each in row.participations:
            if each.party.authority_id == by.organisation_id:
                procurements.state_need(each, _need(line, each.party.key, each.party.municipalities[0]), by=by)
        if ready:
            procurements.approve(row, by=by)


def _need(line: Line, key: str, municipality: str) -> procurements.NeedDetails:
    volumes = []
    for place, quarter in enumerate(rules.quarters(line.starts_on, line.ends_on)):
        season = 0.8 if quarter.month == 7 else 1.0 + 0.05 * (place % 3)
        whole = max(1, round(line.amount * PARTS[key] / 100 * season))
        swedish = round(whole * 0.08)
        volumes += [
            procurements.Volume(line.target, municipality, "fi", quarter, whole - swedish),
            procurements.Volume(line.target, municipality, "sv", quarter, swedish),
        ]
    money = sum(each.amount for each in volumes) * line.unit_price
    return procurements.NeedDetails(
        forecast_source="Asiakasrekisterin ennuste ja edellisen vuoden käyttö",
        unit_price=Decimal(line.unit_price),
        budget=Decimal(money),
        volumes=[each for each in volumes if each.amount],
    )


def propose(story: Story, line: Line) -> None:
    """The lead writes the proposal."""
    text = (
        "Koordinaatioryhmä ehdottaa, että palvelu hankitaan yhdessä. Yhteinen hankinta tuo asiakkaille enemmän "
        "aloituspäiviä ja kieliä kuin kaupungit saisivat yksin, ja tuottajille yhden sopimuksen."
    )
    procurements.propose(find(line), text, by=staff(story, "coordinator", line.lead))


def approve(story: Story, line: Line, role: str, cities: Sequence[str] = KEYS) -> None:
    """Somebody of each city approves the stage: its member of a group, or its decision maker."""
    row = find(line)
    today = clock.helsinki_date(clock.now())
    for number, city in enumerate(cities):
        decision = f"§ {40 + 9 * number}/{today.year}" if row.stage is Stage.DECISIONS else ""
        procurements.approve(row, decision=decision, by=staff(story, role, city))


def meet(story: Story, line: Line) -> None:
    """The steering group has met; its minutes tell what it decided."""
    row = find(line)
    everybody = [staff(story, "steering", city).person_id for city in KEYS]
    item = procurements.Item(
        title=f"{row.reference} {row.name_fi}",
        text="Johtoryhmä hyväksyi ehdotuksen. Kaupungit tekevät omat päätöksensä sovitussa ajassa.",
        procurement_id=row.id,
    )
    procurements.record_meeting(
        row.agreement,
        Group.STEERING,
        clock.helsinki_date(clock.now()),
        everybody,
        [item],
        by=staff(story, "steering", line.lead),
    )


def stay_out(story: Story, line: Line, key: str, city: str) -> None:
    """A party stays out, and its volumes with it; the others decide on the new calculation."""
    row = find(line)
    party = next(each for each in row.participations if each.party.key == key)
    reason = "Kauniainen hankkii palvelun tänä vuonna itse: tarve on kahdeksan jaksoa."
    procurements.leave(party, reason, "§ 77", by=staff(story, "decider", city))


def set_up(story: Story, line: Line) -> None:
    """The lead makes a draft of what was decided, with its categories."""
    by = staff(story, "coordinator", line.lead)
    system = procurements.set_up_system(find(line), by=by)
    for details in services.CATEGORIES:
        if details.code in line.codes:
            category = systems.add_category(system, replace(details, areas=list(CAPITAL_AREA)), by=by)
            for requirement in services.requirements():
                systems.add_requirement(category, requirement, by=by)
            for module in services.MODULES.get(details.code, ()):
                systems.add_module(category, module, by=by)


def _system(line: Line) -> PurchasingSystem:
    found = find(line).system
    assert found is not None
    return found


def publish(story: Story, line: Line) -> None:
    """Submitted, approved, and the notice sent."""
    by = staff(story, "coordinator", line.lead)
    systems.submit(_system(line), by=by)
    systems.approve(_system(line), by=staff(story, "decider", line.lead))
    notice = notices.record_sent(_system(line), by=by)
    number = f"{line.starts_on.year}-{118_000 + find(line).number}"
    later = clock.helsinki_date(clock.now()) + timedelta(days=2)

    def published() -> None:
        notices.record_published(db.session.merge(notice), number, clock.now() - timedelta(minutes=30), by=by)

    story.on(later, published, hour=9)


def set_budgets(story: Story, line: Line) -> None:
    """Each city puts its own money to the categories of the joint system, half as much again as it announced."""
    for city in KEYS:
        by = staff(story, "coordinator", city)
        authority = db.session.get_one(Authority, by.organisation_id)
        for category in _system(line).categories:
            for year in range(line.starts_on.year, story.today.year + 2):
                money = Decimal(max(LEAST_BUDGET, line.amount * line.unit_price * 6 * capital.PERCENT[city] // 100))
                budgets.set_budget(authority, category, year, money, by=by)


def move_on(story: Story, line: Line) -> None:
    procurements.move_on(find(line), by=staff(story, "coordinator", line.lead))


def know_categories(story: Story, line: Line) -> None:
    """The companies of the region come to this system."""
    known = {(line.lead, category.code): category.id for category in _system(line).categories}
    story.joint_categories.update(known)


def tell_until(story: Story, line: Line, stage: Stage, days: Sequence[int]) -> None:
    """Put a line on the calendar until it stands in a stage: so many days after the beginning each step is taken."""
    steps = (
        partial(state, story, line),
        partial(propose, story, line),
        partial(approve, story, line, "coordinator"),
        partial(approve, story, line, "steering"),
        partial(approve, story, line, "decider"),
        partial(set_up, story, line),
        partial(publish, story, line),
    )
    at = {Stage.NEED: 0, Stage.PROPOSAL: 1, Stage.STEERING: 3, Stage.DECISIONS: 4, Stage.PROCUREMENT: 6}
    story.on(line.begins, partial(begin, story, line), hour=9)
    for step, day in zip(steps[: at.get(stage, len(steps))], days, strict=False):
        story.on(clock.next_weekday(line.begins + timedelta(days=day)), step, hour=10)
    if stage.number >= Stage.DECISIONS.number:
        story.on(clock.next_weekday(line.begins + timedelta(days=days[3])), partial(meet, story, line), hour=14)


def serve(story: Story) -> None:
    """A customer of one of the cities gets a service of the joint system."""
    draw = story.chance
    city = draw.choices(KEYS, [capital.PERCENT[each] for each in KEYS])[0]
    expert = staff(story, "expert", city)
    category = db.session.get_one(Category, story.joint_categories[HELSINKI, draw.choice((WORK, WORK, CARDS))])
    need = needs.state_need(
        category,
        needs.NeedDetails(
            customer_reference=story.customer(f"{city[0].upper()}-{draw.randrange(10_000, 99_999)}"),
            municipality="Kauniainen" if city == ESPOO and draw.random() < 0.15 else city.capitalize(),
            place=city.capitalize(),
            is_remote=False,
            languages=["fi"] if draw.random() < 0.9 else ["sv"],
            latest_start=clock.helsinki_date(clock.now()) + timedelta(days=42),
            modules=[],
            accessibility="",
            age_band=draw.choice([each for each in AgeBand if each is not AgeBand.UNKNOWN]),
            unemployment_band=draw.choices(list(UnemploymentBand), (2, 3, 4, 3, 0))[0],
            education_band=draw.choice(list(EducationBand)),
        ),
        by=expert,
    )
    casework.order_service(story, need, expert)


def plan(story: Story, amount: int, *, with_orders: bool) -> None:
    """The agreement, and a joint procurement in each stage.

    :param amount: how many services all together need in a quarter of the one that is in use
    :param with_orders: let the cities' experts order; else that is written in bulk
    """
    first, today = story.first_day, story.today
    story.on(first + timedelta(days=1), partial(capital.agree, story), hour=8)
    _plan_use(story, amount)
    if with_orders:
        _plan_orders(story, amount)
    _plan_follow_up(story)
    need, proposal, steering, decisions, procurement, contracts = _lines(today)
    ago = (14, 24, 31, 45, 70, 78, 82)
    tell_until(story, need, Stage.NEED, ago)
    story.on(today - timedelta(days=6), partial(state, story, need, [HELSINKI]))
    story.on(today - timedelta(days=3), partial(state, story, need, [ESPOO], ready=False))
    tell_until(story, proposal, Stage.PROPOSAL, ago)
    story.on(today - timedelta(days=9), partial(propose, story, proposal), hour=9)
    story.on(today - timedelta(days=7), partial(approve, story, proposal, "coordinator", [HELSINKI, ESPOO]))
    tell_until(story, steering, Stage.STEERING, ago)
    story.on(today - timedelta(days=4), partial(approve, story, steering, "steering", [HELSINKI]))
    tell_until(story, decisions, Stage.DECISIONS, ago)
    story.on(today - timedelta(days=8), partial(approve, story, decisions, "decider", [HELSINKI]))
    tell_until(story, procurement, Stage.PROCUREMENT, ago)
    stays_out = partial(stay_out, story, procurement, "kauniainen", ESPOO)
    story.on(procurement.begins + timedelta(days=50), stays_out)
    tell_until(story, contracts, Stage.CONTRACTS, ago)


def _plan_use(story: Story, amount: int) -> None:
    """What all use now: coaching and card courses."""
    begins = story.first_day + timedelta(days=3)
    opens = begins + timedelta(days=35)
    line = Line(
        names=("Valmennus ja korttikoulutus", "Träning och kortutbildning", "Coaching and card courses"),
        purpose="Työssävalmennus ja työkorttikoulutukset kaikkien neljän kaupungin asiakkaille.",
        service_type=ServiceType.JOB_COACHING,
        lead=HELSINKI,
        begins=begins,
        starts_on=opens - timedelta(days=1),
        ends_on=date(opens.year + 3, 12, 31),
        amount=amount,
        unit_price=1450,
        codes=(WORK, CARDS),
    )
    tell_until(story, line, Stage.USE, (3, 6, 10, 16, 24, 27, 31))
    story.on(opens, partial(know_categories, story, line), hour=16)
    story.on(opens, partial(set_budgets, story, line), hour=17)
    for place, company in enumerate(CAPITAL_COMPANIES):
        story.on(opens + timedelta(days=1 + place), partial(opening.register, story, company))
    story.on(opens + timedelta(days=40), partial(move_on, story, line))


def _plan_orders(story: Story, amount: int) -> None:
    """A little less than was announced, from three months after the opening on."""
    first = story.first_day + timedelta(days=OPEN_AFTER + 60)
    days = (story.today - first).days - 1
    for _ in range(round(amount * 0.9 * days / 91)):
        day = clock.next_weekday(first + timedelta(days=story.chance.randrange(days)))
        story.on(day, partial(serve, story))


def _plan_follow_up(story: Story) -> None:
    """A short procurement that is over: guidance of work trials in the spring."""
    begins = story.first_day + timedelta(days=5)
    line = Line(
        names=("Työkokeilun ohjaus", "Handledning av arbetsprövning", "Guidance of work trials"),
        purpose="Työkokeilujen ohjaus kevään ajan; kokeiltiin, kannattaako se hankkia yhdessä.",
        service_type=ServiceType.JOB_COACHING,
        lead=VANTAA,
        begins=begins,
        starts_on=begins + timedelta(days=34),
        ends_on=story.today - timedelta(days=40),
        amount=8,
        unit_price=2700,
        codes=(TRIAL,),
    )
    tell_until(story, line, Stage.FOLLOW_UP, (3, 6, 10, 16, 24, 27, 31))
    opens = begins + timedelta(days=35)
    story.on(opens, partial(know_categories, story, line), hour=16)
    story.on(opens, partial(set_budgets, story, line), hour=17)
    company = replace(CAPITAL_COMPANIES[2], categories=(TRIAL,), buyer=VANTAA)
    story.on(opens + timedelta(days=20), partial(opening.apply, story, company))
    for day in (opens + timedelta(days=80), line.ends_on + timedelta(days=2)):
        story.on(day, partial(move_on, story, line))


def _lines(today: date) -> tuple[Line, ...]:
    """The others, in the order of their stages."""

    def line(names: tuple[str, str, str], purpose: str, lead: str, ago: int, **more: object) -> Line:
        begins = clock.next_weekday(today - timedelta(days=ago))
        starts_on = date(today.year + 1, 4 if today.month < 10 else 7, 1)
        values: dict[str, object] = {
            "service_type": ServiceType.LABOUR_MARKET_TRAINING,
            "ends_on": date(starts_on.year + 2, 12, 31),
            "amount": 60,
            "unit_price": 2400,
            **more,
        }
        return Line(names=names, purpose=purpose, lead=lead, begins=begins, starts_on=starts_on, **values)  # type: ignore[arg-type]

    return (
        line(
            ("Yrittäjäkoulutus", "Företagarutbildning", "Entrepreneurship training"),
            "Alkavien yrittäjien koulutus suomeksi, ruotsiksi ja englanniksi.",
            ESPOO,
            14,
            target=TargetGroup.ENTREPRENEURS,
        ),
        line(
            ("Nuorten uravalmennus", "Karriärträning för unga", "Career coaching for the young"),
            "Valmennus alle 30-vuotiaille, jotka etsivät alaa.",
            VANTAA,
            45,
            service_type=ServiceType.CAREER_COACHING,
            target=TargetGroup.YOUNG,
            unit_price=1200,
        ),
        line(
            ("Hoiva-alan lyhytkoulutus", "Kort utbildning i vårdbranschen", "Short training in care work"),
            "Hoiva-avustajan koulutus ja kielituki.",
            HELSINKI,
            60,
        ),
        line(
            (
                "Työhönvalmennus maahan muuttaneille",
                "Arbetsträning för personer som flyttat till landet",
                "Job coaching for people who have moved to the country",
            ),
            "Työhönvalmennus monella kielellä; ryhmät täytetään yhteisestä jonosta.",
            HELSINKI,
            75,
            service_type=ServiceType.JOB_COACHING,
            target=TargetGroup.IMMIGRANTS,
            amount=88,
        ),
        line(
            ("Työkyvyn arviointi", "Bedömning av arbetsförmåga", "Assessment of work ability"),
            "Kartoitusjaksot asiakkaille, joiden työkyky on selvitettävä.",
            ESPOO,
            95,
            service_type=ServiceType.EXPERT_ASSESSMENT,
            target=TargetGroup.WORK_ABILITY,
            unit_price=1450,
            codes=(MAP,),
        ),
        line(
            ("Logistiikan ammattikortit", "Yrkeskort inom logistik", "Vocational cards in logistics"),
            "Trukki-, tieturva- ja työturvallisuuskortit samalla sopimuksella.",
            VANTAA,
            100,
            amount=120,
            unit_price=240,
            codes=(CARDS,),
        ),
    )
