"""The years of the capital region, seeded upon a demo whose cities and joint systems are there already."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from sqlalchemy import func, select

from core import clock
from core.db import db
from core.identity import queries as people
from core.identity.models import Authority, Role
from demo.seeding import times
from demo.seeding.chance import Skewed
from demo.seeding.diary import SYSTEM
from demo.seeding.ground import (
    DEMAND,
    ORDERS_OF_EXPERT,
    City,
    World,
    add_budget,
    add_person,
    add_system,
    market_of,
    name_of,
)
from demo.seeding.places import CAPITAL, Place
from demo.seeding.plan import Plan
from demo.seeding.run import Progress, fill_in
from dps.systems.models import Category, PurchasingSystem, SystemState
from orders.models import Budget, Need, Order

#: What each city still buys alone; the rest is bought together.
ALONE = ("job-finding", "assessment-period", "work-trial")
#: What the whole capital region may order of a joint category in a year, in euros.
JOINT_BUDGET = Decimal("40000000.00")


def seed_capital(plan: Plan, progress: Progress, password_hash: str | None) -> dict[str, int]:
    """Seed suppliers and orders for the cities of the capital region upon the demo's own rows."""
    plan.check()
    return fill_in(plan, partial(_lay, systems=_joint_systems()), progress, password_hash)


def _joint_systems() -> Sequence[PurchasingSystem]:
    """The open systems with named buyers."""
    return db.session.scalars(
        select(PurchasingSystem)
        .where(PurchasingSystem.state == SystemState.OPEN, PurchasingSystem.buyers.any())
        .order_by(PurchasingSystem.id)
    ).all()


def _lay(world: World, systems: Sequence[PurchasingSystem]) -> None:
    """Cities as they are, with as many experts as their orders need, their own systems and the joint markets."""
    for place in CAPITAL:
        world.cities.append(_city(world, place))
    for city in world.cities:
        add_system(world, city, ALONE)
    cities = {city.id: city for city in world.cities}
    for system in systems:
        if str(system.authority_id) in cities:
            for category in (each for each in system.categories if each.code not in ALONE):
                _join(world, category, [cities[str(each.id)] for each in system.all_buyers if str(each.id) in cities])


def _city(world: World, place: Place) -> City:
    authority = db.session.scalars(select(Authority).where(Authority.business_id == place.business_id)).one()
    city = City(str(authority.id), place, authority.competence)
    on = clock.helsinki_date(clock.now())

    def holders(role: Role) -> list[str]:
        return [str(person.id) for person in people.holders(authority.id, on, role)]

    city.coordinator, city.decider = holders(Role.COORDINATOR)[0], holders(Role.DECIDER)[0]
    city.experts = holders(Role.EXPERT)
    orders, begins = world.plan.orders * place.share, times.start_of(world.opens - 30) + 9 * times.HOUR
    for number in range(len(city.experts) + 1, max(3, round(orders / ORDERS_OF_EXPERT)) + 1):
        email = f"expert{number}@{place.key}.example"
        person = add_person(
            world, email, name_of(world.chance), city.id, Role.EXPERT, begins, SYSTEM, world.password_hash
        )
        city.experts.append(person)
    city.customers = max(20, round(orders * 0.7))
    city.needs = db.session.scalar(select(func.max(Need.number)).where(Need.authority_id == authority.id)) or 0
    city.orders = db.session.scalar(select(func.max(Order.number)).where(Order.authority_id == authority.id)) or 0
    return city


def _join(world: World, category: Category, buyers: list[City]) -> None:
    """A category of a joint system: all its buyers order, each with its own budget."""
    share = sum(city.place.share for city in buyers)
    keeper = buyers[0]
    skewed = Skewed(buyers, [city.place.share for city in buyers])
    market = market_of(category, keeper, category.modules, DEMAND.get(category.code, 0.1) * share, skewed)
    keeper.markets.append(market)
    at = times.start_of(world.opens) + 10 * times.HOUR
    known = {
        (str(row.authority_id), row.year): str(row.id)
        for row in db.session.scalars(select(Budget).where(Budget.category_id == category.id))
    }
    for city in buyers:
        for year in range(times.date_of(world.first).year, world.plan.today.year + 2):
            if (city.id, year) in known:
                market.budgets[city.id, year] = known[city.id, year]
            else:
                add_budget(world, market, city, year, at, _money(city))


def _money(city: City) -> Decimal:
    return (JOINT_BUDGET * Decimal(str(city.place.share))).quantize(Decimal(1))
