"""The ground all else stands on: authorities, their staff, their purchasing systems and what they buy."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.identity.models import Authority, Organisation, OrganisationKind, Role
from demo import services
from demo.cast import ADMIN, STAFF
from demo.seeding import times
from demo.seeding.chance import Chance, Skewed
from demo.seeding.diary import SYSTEM, Actor, Diary
from demo.seeding.places import PLACES, Place
from demo.seeding.plan import Plan
from demo.seeding.sheets import Loader
from demo.seeding.words import FIRST_NAMES, LAST_NAMES
from dps.notices.models import Notice, NoticeKind, NoticeState
from dps.systems.details import CategoryDetails
from dps.systems.models import Category, CategoryModule, OrderingRule, PurchasingSystem, Requirement, SystemState
from orders.models import Budget

#: How often each service is asked for, among those of an authority.
DEMAND = {"job-finding": 0.42, "work-coaching": 0.24, "assessment-period": 0.12, "work-trial": 0.12, "work-cards": 0.10}
#: The system opens so many days before the first order, and lasts for years to come.
OPENS_BEFORE, LASTS = 45, 365 * 6
#: An expert's orders in all the years of the story.
ORDERS_OF_EXPERT = 250


@dataclass(eq=False)
class Market:
    """What is bought of one service in a system, and who offers it; ``slots`` are ``market.Slot``."""

    id: str
    #: The authority that keeps the system: it decides and signs.
    keeper: City
    category: Category
    #: The published rule as orders keep it, up to the need's own seed.
    rule_head: str
    modules: dict[str, str]
    #: Its part of all orders.
    demand: float
    #: Who orders: the keeper, in a joint system the others, too.
    buyers: Skewed[City]
    #: By buyer and year.
    budgets: dict[tuple[str, int], str] = field(default_factory=dict)
    slots: list[Any] = field(default_factory=list)
    popular: Skewed[Any] | None = None
    turn: int = 0

    @property
    def code(self) -> str:
        return self.category.code


@dataclass(eq=False)
class City:
    """An authority with its staff."""

    id: str
    place: Place
    competence: str
    experts: list[str] = field(default_factory=list)
    coordinator: str = ""
    decider: str = ""
    needs: int = 0
    orders: int = 0
    customers: int = 1
    markets: list[Market] = field(default_factory=list)
    #: The last number of a case and of a section, by year.
    cases: dict[int, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        homes = self.place.homes
        self._homes = Skewed([name for name, _ in homes], [weight for _, weight in homes]) if homes else None

    def home(self, chance: Chance) -> str | None:
        """The home municipality of a customer; nothing where it is drawn from the places of the services."""
        return self._homes.draw(chance) if self._homes else None

    def as_expert(self, person: str) -> Actor:
        """One tuple an expert: a million orders refer to it."""
        if person not in self.actors:
            self.actors[person] = (person, "expert", self.id)
        return self.actors[person]

    @property
    def as_coordinator(self) -> Actor:
        return self.coordinator, "coordinator", self.id

    @property
    def as_decider(self) -> Actor:
        return self.decider, "decider", self.id


@dataclass(eq=False)
class World:
    """Everything the seeding works with: the plan, the days, chance, and where rows and events go."""

    plan: Plan
    chance: Chance
    loader: Loader
    diary: Diary
    #: With it the staff can log in.
    password_hash: str | None
    cities: list[City] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.today = times.day_of(self.plan.today)
        self.first = self.today - self.plan.history
        self.opens = times.working_day(self.first - OPENS_BEFORE)
        #: The data end where today begins.
        self.now = times.start_of(self.today)

    @property
    def markets(self) -> list[Market]:
        return [market for city in self.cities for market in city.markets]


def lay(world: World) -> None:
    """Write down the authorities and what they buy."""
    plan = world.plan
    begins = times.start_of(world.opens - 30) + 9 * times.HOUR
    admin = _operator(world, begins)
    for place in PLACES[:1] if plan.in_one_category else PLACES:
        city = _authority(world, place, begins, admin)
        orders = plan.orders * place.share
        add_staff(world, city, max(3, round(orders / ORDERS_OF_EXPERT)), begins, admin)
        city.customers = max(20, round(orders * 0.7))
        add_system(world, city)
        world.cities.append(city)


def _operator(world: World, at: int) -> Actor:
    operator = world.chance.id(at)
    world.loader.sheet("organisation").add_row(Organisation(id=operator, kind=OrganisationKind.OPERATOR, name="Avoin"))
    person = add_person(world, *ADMIN, operator, Role.ADMIN, at, SYSTEM, world.password_hash)
    return person, "admin", operator


def _authority(world: World, place: Place, at: int, by: Actor) -> City:
    city = City(world.chance.id(at), place, "Hallintosääntö 24 §")
    world.loader.sheet("organisation").add_row(
        Organisation(id=city.id, kind=OrganisationKind.AUTHORITY, name=place.name_fi)
    )
    world.loader.sheet("authority").add_row(
        Authority(
            id=city.id,
            name_fi=place.name_fi,
            name_sv=place.name_sv,
            name_en=place.name_en,
            business_id=place.business_id,
            service_address=f"Esimerkkikatu 1, {place.city}",
            service_email=f"kirjaamo@{place.key}.example",
            competence=city.competence,
        )
    )
    world.diary.note_plain(at, "authority.added", by, ("authority", city.id), {"business_id": place.business_id})
    return city


def add_staff(world: World, city: City, experts: int, at: int, by: Actor) -> None:
    key = city.place.key
    known = {member.email: member.name for member in STAFF}

    def add(email: str, role: Role) -> str:
        name = known.get(email) or name_of(world.chance)
        return add_person(world, email, name, city.id, role, at, by, world.password_hash)

    city.coordinator = add(f"coordinator@{key}.example", Role.COORDINATOR)
    city.decider = add(f"decider@{key}.example", Role.DECIDER)
    add(f"opener@{key}.example", Role.OPENER)
    add(f"steering@{key}.example", Role.STEERING)
    for number in range(1, experts + 1):
        city.experts.append(add(f"expert{number if number > 1 else ''}@{key}.example", Role.EXPERT))


def name_of(chance: Chance) -> str:
    return f"{chance.one(FIRST_NAMES)} {chance.one(LAST_NAMES)}"


def add_person(
    world: World,
    email: str,
    name: str,
    organisation: str,
    role: Role,
    at: int,
    by: Actor,
    password_hash: str | None = None,
) -> str:
    """Somebody with a role; the id of the person."""
    person, holding = world.chance.id(at), world.chance.id(at)
    on = times.date_of(times.local_day(at))
    world.loader.sheet("person").add(
        id=person,
        email=email,
        name=name,
        language="fi",
        password_hash=password_hash,
        email_confirmed_at=times.text(at),
    )
    world.loader.sheet("role_holding").add(
        id=holding, person_id=person, organisation_id=organisation, role=role, starts_on=on, ends_on=None
    )
    world.diary.note_plain(at, "person.added", by, ("person", person))
    said = {"person": person, "organisation": organisation, "role": role.value, "starts_on": str(on), "ends_on": None}
    world.diary.note_plain(at, "role.given", by, ("role_holding", holding), said)
    return person


def add_system(world: World, city: City, codes: Collection[str] = DEMAND) -> None:
    """A purchasing system from its draft to its notice, its categories and their budgets."""
    opened_on = times.date_of(world.opens)
    drafted = times.start_of(world.opens - 25) + 10 * times.HOUR
    opened = times.start_of(world.opens) + 10 * times.HOUR
    system = world.chance.id(drafted)
    value = Decimal(max(1_000_000, round(world.plan.orders * city.place.share) * 4_000))
    name = city.place.city
    described = replace(
        services.system(opened_on),
        ends_on=opened_on + timedelta(days=LASTS),
        name_fi=f"{name}: työllisyyspalvelut",
        name_sv=f"{name}: sysselsättningstjänster",
        name_en=f"{name}: employment services",
        description_fi="Valmennusta, kartoitusjaksoja ja korttikoulutuksia työnhakijoille.",
        description_sv="Träning, kartläggning och kortutbildningar för arbetssökande.",
        description_en="Coaching, assessment periods and card courses for job seekers.",
        estimated_value=value,
    )
    world.loader.sheet("purchasing_system").add_row(
        PurchasingSystem(
            id=system,
            authority_id=city.id,
            **asdict(described),
            state=SystemState.OPEN,
            prepared_by=city.coordinator,
            prepared_at=moment(drafted),
            submitted_at=moment(drafted + times.DAY),
            approved_by=city.decider,
            approved_at=moment(drafted + 3 * times.DAY),
            opened_at=moment(opened),
        )
    )
    about = ("purchasing_system", system)
    by, decider = city.as_coordinator, city.as_decider
    world.diary.note_plain(drafted, "system.created", by, about, {"authority": city.id})
    wanted: Sequence[CategoryDetails] = [each for each in services.CATEGORIES if each.code in codes]
    if world.plan.in_one_category:
        wanted = [each for each in wanted if each.ordering_rule is OrderingRule.RANKING]
    for position, details in enumerate(wanted, 1):
        _category(world, city, system, position, details, drafted)
    moves = (
        (drafted + times.DAY, "system.submitted", by, SystemState.DRAFT, SystemState.SUBMITTED),
        (drafted + 3 * times.DAY, "system.approved", decider, SystemState.SUBMITTED, SystemState.APPROVED),
        (opened, "system.opened", by, SystemState.APPROVED, SystemState.OPEN),
    )
    for at, kind, actor, before, after in moves:
        world.diary.note_plain(at, kind, actor, about, {"before": before.value, "after": after.value})
    _notice(world, city, system, drafted + 4 * times.DAY, opened)
    years = range(times.date_of(world.first).year, world.plan.today.year + 2)
    for market in city.markets:
        for year in years:
            add_budget(world, market, city, year, opened, value)


def _category(world: World, city: City, system: str, position: int, details: CategoryDetails, at: int) -> None:
    category = Category(
        id=world.chance.id(at),
        system_id=system,
        position=position,
        **{**asdict(details), "areas": list(city.place.area)},
    )
    category.modules = [
        CategoryModule(id=world.chance.id(at), category_id=category.id, **asdict(each))
        for each in services.MODULES.get(details.code, ())
    ]
    world.loader.sheet("category").add_row(category)
    for module in category.modules:
        world.loader.sheet("category_module").add_row(module)
    for place, requirement in enumerate(services.requirements(), 1):
        world.loader.sheet("requirement").add_row(
            Requirement(id=world.chance.id(at), category_id=category.id, position=place, **asdict(requirement))
        )
    said = {"system": system, "code": details.code}
    world.diary.note_plain(at, "category.added", city.as_coordinator, ("category", str(category.id)), said)
    demand = DEMAND[details.code] * city.place.share
    city.markets.append(market_of(category, city, category.modules, demand, Skewed([city], [1.0])))


def market_of(
    category: Category, keeper: City, modules: Sequence[CategoryModule], demand: float, buyers: Skewed[City]
) -> Market:
    """What is bought in a category."""
    rule = {
        "rule": category.ordering_rule.value,
        "parameters": category.ordering_parameters,
        "legal_mode": category.legal_mode.value,
        "terms_version": category.terms_version,
        "category_version": 1,
    }
    ids = {module.code: str(module.id) for module in modules}
    return Market(str(category.id), keeper, category, json.dumps(rule)[:-1], ids, demand, buyers)


def _notice(world: World, city: City, system: str, sent: int, published: int) -> None:
    notice = world.chance.id(sent)
    year = times.date_of(times.local_day(published)).year
    number = f"{year}-{114_001 + world.loader.sheet('notice').count}"
    kind = NoticeKind.CONTRACT_NOTICE.value
    world.loader.sheet("notice").add_row(
        Notice(
            id=notice,
            system_id=system,
            kind=NoticeKind.CONTRACT_NOTICE,
            state=NoticeState.PUBLISHED,
            sent_at=moment(sent),
            sent_by=city.coordinator,
            number=number,
            published_at=moment(published),
            published_by=city.coordinator,
        )
    )
    about = ("notice", notice)
    told = {"system": system, "kind": kind, "sent_at": times.text(sent)}
    world.diary.note_plain(sent, "notice.sent", city.as_coordinator, about, told)
    told = {"system": system, "number": number, "published_at": times.text(published)}
    world.diary.note_plain(published - 60, "notice.published", city.as_coordinator, about, told)


def add_budget(world: World, market: Market, city: City, year: int, at: int, value: Decimal) -> None:
    """The money of a buyer for a year."""
    budget = world.chance.id(at)
    amount = value.quantize(Decimal("0.01"))
    market.budgets[city.id, year] = budget
    world.loader.sheet("budget").add_row(
        Budget(id=budget, authority_id=city.id, category_id=market.id, year=year, amount=amount)
    )
    said = {"category": market.id, "year": year, "before": None, "after": str(amount), "beyond": "refuse"}
    world.diary.note_plain(at, "budget.set", city.as_coordinator, ("budget", budget), said)


def moment(instant: int) -> datetime:
    """An instant as the models want it."""
    return datetime.fromtimestamp(instant, clock.UTC)
