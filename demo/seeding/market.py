"""The services on offer, and the days on which they start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from demo import services
from demo.seeding import times
from demo.seeding.chance import Skewed, uuid7, zipf
from demo.seeding.companies import FIRST_NUMBER, business_id, register
from demo.seeding.diary import NOBODY, Actor, Diary, Said, as_declared
from demo.seeding.entries import Entry, admit
from demo.seeding.ground import Market, World
from demo.seeding.plan import OFFERINGS_OF_ONE
from demo.seeding.sheets import Loader, Ready
from dps.offerings.models import OfferingState
from dps.systems.models import OrderingRule

#: Of a hundred companies so many come while the system opens, the others while the years pass.
COMES_AT_ONCE, OPENING = 85, 28
#: Starts are announced so many days ahead.
AHEAD = 84
LANGUAGES = ("sv", "en", "ar", "ru", "so", "uk", "et")
MOST_PLACES = 20


@dataclass(slots=True, eq=False)
class Slot:
    """An offering as the meetings need it; money in cents, days since 1970."""

    number: int
    id: str
    supplier: str
    person: str
    market: Market
    contract: str
    price: int
    days: int
    places: list[str]
    languages: list[str]
    modules: dict[str, int]
    opens: int
    first: int
    every: int
    seats: int
    quality: float
    weight: float

    @property
    def as_provider(self) -> Actor:
        return self.person, "provider", self.supplier

    def start_number(self, day: int) -> int:
        """The first start on or after a day, counted from the offering's first."""
        return max(0, -(-(day - self.first) // self.every))

    def start_day(self, number: int) -> int:
        return self.first + number * self.every


class Starts:
    """The days on which services begin: written down when they are first asked for, with their seats."""

    def __init__(self, seed: int, loader: Loader, diary: Diary) -> None:
        self._seed = seed
        self._sheet = loader.sheet("offering_start")
        self._diary = diary
        self._taken: dict[int, int] = {}

    def id_of(self, slot: Slot, number: int, at: int) -> str:
        """The id of a start; one nobody has asked for before is written down now."""
        key = slot.number << 12 | number
        start = uuid7(times.start_of(slot.start_day(number) - AHEAD), _mixed(self._seed, key))
        if key not in self._taken:
            self._taken[key] = 0
            day = times.day_text(slot.start_day(number))
            self._sheet.add(id=start, offering_id=slot.id, starts_on=Ready(day), seats=slot.seats, seats_taken=0)
            self._diary.note(at, _tell_start, slot, (start, day))
        return start

    def has_seat(self, slot: Slot, number: int) -> bool:
        return self._taken.get(slot.number << 12 | number, 0) < slot.seats

    def take(self, slot: Slot, number: int) -> None:
        self._taken[slot.number << 12 | number] += 1


def _tell_start(slot: Slot, start: Any) -> Said:
    facts = {"start": start[0], "starts_on": start[1], "seats": slot.seats}
    return "offering.start_added", slot.as_provider, ("offering", slot.id), facts, NOBODY


def _mixed(seed: int, key: int) -> int:
    """74 bits that look like chance and follow from the seed and the key (splitmix64, twice)."""
    found = 0
    state = (seed * 0x9E3779B97F4A7C15 + key) & 0xFFFFFFFFFFFFFFFF
    for _ in range(2):
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        z = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        z = (z ^ z >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        found = found << 37 | (z ^ z >> 31) & ((1 << 37) - 1)
    return found


def fill(world: World, close_day: Callable[[int], None]) -> list[Slot]:
    """All companies with their services, in the order in which they come.

    ``close_day`` is called when nothing will be added to a day any more, as long as no order has been placed.
    """
    cities = Skewed(world.cities, [city.place.share for city in world.cities])
    wanted = {city.id: Skewed(city.markets, [each.demand for each in city.markets]) for city in world.cities}
    slots: list[Slot] = []
    number = FIRST_NUMBER
    for count, (day, place) in enumerate(_arrivals(world)):
        if day < world.opens + OPENING:
            close_day(day - 1)
        at = times.start_of(day) + world.chance.between(8 * 60, 15 * 60) * 60
        while business_id(number) is None:
            number += 1
        company = register(world, place, business_id(number) or "", at)
        number += 1
        home = cities.draw(world.chance)
        entries: dict[str, Entry] = {}
        for _ in range(OFFERINGS_OF_ONE):
            city = home if world.chance.random() < 0.7 else cities.draw(world.chance)
            market = wanted[city.id].draw(world.chance)
            if market.id not in entries:
                entries[market.id] = admit(world, company, market)
            slots.append(_offer(world, len(slots), entries[market.id]))
        if count % 500 == 499:
            world.loader.flush()
    whole = sum(market.demand for market in world.markets if market.slots)
    for market in world.markets:
        _make_popular(market)
        _make_room(market, world.plan.orders * market.demand / (whole or 1), world.plan.history)
    return slots


def _arrivals(world: World) -> list[tuple[int, int]]:
    """When each company comes, by its place among the asked for; the biggest are there from the start."""
    chance, found = world.chance, []
    for place in range(world.plan.suppliers):
        at_once = chance.random() * 100 < COMES_AT_ONCE or place < 5
        last = world.today - 3 - world.first
        day = world.opens + chance.between(0, OPENING - 3) if at_once else world.first + chance.between(0, last)
        found.append((times.working_day(day), place))
    return sorted(found)


def _make_popular(market: Market) -> None:
    """Under an order of preference the cheapest are asked for most, else the best known."""
    if market.category.ordering_rule is OrderingRule.RANKING:
        market.slots.sort(key=lambda slot: (slot.price, slot.number))
        for rank, slot in enumerate(market.slots):
            slot.weight = zipf(rank)
    if market.category.ordering_rule is OrderingRule.ROTATION:
        for slot in market.slots:
            slot.weight = 1.0
    market.popular = Skewed(market.slots, [slot.weight for slot in market.slots]) if market.slots else None


def _make_room(market: Market, orders: float, days: int) -> None:
    """An offering's starts take twice what it is likely to be asked for: some months are fuller than others."""
    whole = sum(slot.weight for slot in market.slots)
    for slot in market.slots:
        slot.seats += round(2 * orders * slot.weight / whole * slot.every / days)


def _offer(world: World, number: int, entry: Entry) -> Slot:
    """A service, described and published."""
    chance, company, market = world.chance, entry.company, entry.market
    opens = entry.under_contract + times.HOUR * chance.between(1, 40)
    usual, days = services.PRICES[market.code]
    area = market.category.areas
    others = chance.sample(area, min(len(area), chance.between(0, MOST_PLACES - 1)))
    every = 14 if days <= 28 else 28
    weight = zipf(company.place) * (0.5 + chance.random())
    slot = Slot(
        number=number,
        id=chance.id(opens),
        supplier=company.id,
        person=company.person,
        market=market,
        contract=entry.contract,
        price=min(round(usual * (0.8 + 0.25 * chance.random())) * 100, int(market.category.price_ceiling * 100)),
        days=days,
        places=sorted({market.keeper.place.city, *others}),
        languages=["fi", *(code for code in LANGUAGES if chance.random() < 0.18)],
        modules={code: round(400 + 200 * chance.random()) * 100 for code in market.modules if chance.random() < 0.6},
        opens=opens + 600,
        first=_monday(max(world.first, times.local_day(opens) + 4)) + 7 * chance.between(0, every // 7 - 1),
        every=every,
        seats=4,
        quality=company.quality,
        weight=weight,
    )
    market.slots.append(slot)
    _describe(world, slot, opens)
    return slot


def _describe(world: World, slot: Slot, at: int) -> None:
    chance, market, category = world.chance, slot.market, slot.market.category
    meetings = max(4, slot.days // 7)
    world.loader.sheet("offering").add(
        id=slot.id,
        supplier_id=slot.supplier,
        category_id=market.id,
        contract_id=slot.contract,
        state=OfferingState.PUBLISHED,
        name_fi=f"{category.name_fi}, {meetings} tapaamista",
        name_sv=f"{category.name_sv}, {meetings} möten",
        name_en=f"{category.name_en}, {meetings} meetings",
        description_fi="Kuljemme asiakkaan rinnalla alusta loppuun.",
        description_sv="Vi går vid kundens sida från början till slut.",
        description_en="We walk beside the customer from beginning to end.",
        languages=slot.languages,
        places=slot.places,
        is_remote=chance.random() < 0.3,
        duration_days=slot.days,
        price=cents(slot.price),
        vat_rate=Decimal("0.0"),
        vat_exemption="AVL 39 §",
        accessibility="Esteetön sisäänkäynti" if chance.random() < 0.7 else "",
        published_at=times.text(slot.opens),
    )
    world.diary.note(at, _tell_offering, slot, "offering.created")
    for code, amount in slot.modules.items():
        world.loader.sheet("offering_module").add(
            id=chance.id(at), offering_id=slot.id, module_id=market.modules[code], price=cents(amount)
        )
        world.diary.note(at + 300, _tell_module, slot, code)
    world.diary.note(slot.opens, _tell_offering, slot, "offering.published")


def _tell_offering(slot: Slot, kind: Any) -> Said:
    facts = {
        "contract": slot.contract,
        "category": slot.market.id,
        "price": cents(slot.price),
        "before": OfferingState.DRAFT.value,
    }
    return kind, slot.as_provider, ("offering", slot.id), as_declared(kind, facts), NOBODY


def _tell_module(slot: Slot, code: Any) -> Said:
    facts = {"module": code, "before": None, "after": cents(slot.modules[code])}
    return "offering.module_priced", slot.as_provider, ("offering", slot.id), facts, NOBODY


def _monday(day: int) -> int:
    """The first Monday on or after a day; 1 January 1970 was a Thursday."""
    return day + (4 - day) % 7


def cents(amount: int) -> str:
    """Euros and cents, as the database writes them."""
    return f"{amount // 100}.{amount % 100:02}"
