"""The meetings of experts and customers: needs, links to choose by, and orders with their lives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from demo.seeding import times
from demo.seeding.aftermath import LANGUAGES_SHOWN, Aftermath
from demo.seeding.chance import Skewed
from demo.seeding.diary import NOBODY, SYSTEM, Said, as_declared
from demo.seeding.ground import City, Market, World
from demo.seeding.lives import Life, Living, path_to
from demo.seeding.market import AHEAD, Slot, Starts, cents
from demo.seeding.sheets import Ready, ready
from demo.seeding.tallies import Money, Standings
from dps.systems.models import OrderingRule
from orders.life import Side
from orders.models import (
    BEGUN,
    NOT_BOUGHT,
    AgeBand,
    ChoiceAnswer,
    ChosenBy,
    EducationBand,
    NeedState,
    OrderState,
    UnemploymentBand,
)
from orders.service.choices import ANSWERED, LINK_LENGTH, OFFERED

_CHOICE_SECONDS = int(LINK_LENGTH.total_seconds())
#: How much is ordered in each month, and on the way from the first year to the last.
SEASON = (1.15, 1.1, 1.05, 1.0, 1.0, 0.75, 0.3, 1.15, 1.25, 1.2, 1.05, 0.65)
GROWTH = 0.45
BANDS = {
    "age_band": (AgeBand, (2, 3, 4, 3, 1)),
    "unemployment_band": (UnemploymentBand, (2, 3, 4, 3, 1)),
    "education_band": (EducationBand, (3, 5, 2, 1)),
}
#: How much less likely a job is, by band: what a fair comparison of providers has to take into account.
HARDER = {
    UnemploymentBand.UNDER_6_MONTHS.value: -0.12,
    UnemploymentBand.FROM_1_TO_2_YEARS.value: 0.06,
    UnemploymentBand.OVER_2_YEARS.value: 0.14,
    AgeBand.UNDER_25.value: -0.05,
    AgeBand.FROM_50.value: 0.06,
    EducationBand.BASIC.value: 0.05,
    EducationBand.HIGHER.value: -0.06,
}
SEEDS = 2**31
#: After so many full starts the provider finds a seat after all.
MOST_FULL_STARTS = 4
NO_MODULES = ready([])


class Meetings:
    """One stream of meetings, day after day; what is written is handed over as it grows."""

    def __init__(self, world: World, slots: list[Slot]) -> None:
        self._plan, self._world, self._slots, self._now = world.plan, world, slots, world.now
        self._chance, self._loader, self._diary = world.chance, world.loader, world.diary
        self._starts = Starts(world.plan.seed, world.loader, world.diary)
        self._living = Living(world.chance)
        self._aftermath = Aftermath(world)
        self._standings, self._money = Standings(world), Money()
        markets = [market for market in world.markets if market.slots]
        weights = [market.demand for market in markets]
        self._markets = Skewed(markets, weights) if markets else None
        self._bands = {name: Skewed([each.value for each in kind], weights) for name, (kind, weights) in BANDS.items()}
        #: Of the customer who is being met.
        self._hardness = 0.0
        self.placed = 0
        self._languages: dict[tuple[str, ...], Ready] = {}

    # ---- the days ----

    def days(self) -> Iterator[tuple[int, int]]:
        """Each day with the number of orders to have been placed by its end."""
        world, whole = self._world, self._plan.orders
        working = [day for day in range(world.first, world.today) if times.is_working(day)]
        weights = []
        for day in working:
            grown = 1 + GROWTH * ((day - world.first) / (world.today - world.first) - 0.5)
            weights.append(SEASON[times.date_of(day).month - 1] * grown)
        reached, all_of_it = 0.0, sum(weights)
        for day, weight in zip(working, weights, strict=True):
            reached += weight
            yield day, round(whole * reached / all_of_it)

    def live(self) -> Iterator[int]:
        """All meetings, day by day; nothing will be added to a day that was given."""
        specimens = self._specimens()
        announce_on = self._world.today - 14
        for day, due in self.days():
            if self._markets is not None:
                for state in specimens.pop(day, ()):
                    self._meet(day, path_to(state))
                due = min(due, self._plan.orders - sum(map(len, specimens.values())))
                while self.placed < due:
                    self._meet(day)
            if day >= announce_on:
                announce_on = self._world.today + 1
                self._announce(day)
            yield day

    def finish(self) -> None:
        """What follows from all orders together; their rows must be on their way."""
        self._standings.write()

    def add_up(self) -> None:
        """Sums that are known only now, in rows that are in the database."""
        self._money.write()
        self._aftermath.invoices.add_up()

    def _announce(self, day: int) -> None:
        """Everybody tells the days on which their services start next."""
        at = times.start_of(day) + 8 * times.HOUR
        for slot in self._slots:
            number = slot.start_number(self._world.today)
            last = self._world.today + AHEAD
            while slot.start_day(number) <= last:
                self._starts.id_of(slot, number, max(at, slot.opens + 60))
                number += 1
        self._loader.flush()

    def _specimens(self) -> dict[int, list[OrderState]]:
        """One order of each state, so that even a small seeding has them all: begun ones long ago, others lately."""
        if self._plan.orders < len(self._living.states):
            return {}
        found: dict[int, list[OrderState]] = {}
        last = self._world.today - 1
        while not times.is_working(last):
            last -= 1
        for state in self._living.states:
            day = times.working_day(self._world.today - 190) if state in BEGUN else last
            found.setdefault(day, []).append(state)
        return found

    # ---- one meeting ----

    def _meet(self, day: int, path: list[str] | None = None) -> None:
        assert self._markets is not None
        chance = self._chance
        at = times.start_of(day) + chance.between(8 * 3600, 16 * 3600)
        market = self._markets.draw(chance)
        slot = self._slot(market, at)
        if slot is None:
            return self._meet_any(day, path)
        city = market.buyers.draw(chance)
        expert = chance.one(city.experts)
        city.needs += 1
        need, number, seed = chance.id(at), city.needs, chance.between(0, SEEDS - 1)
        bands = {name: skewed.draw(chance) for name, skewed in self._bands.items()}
        self._hardness = sum(HARDER.get(band, 0.0) for band in bands.values())
        language = "fi" if chance.random() < 0.85 else chance.one(slot.languages)
        modules = [code for code in slot.modules if chance.random() < 0.25]
        state = NeedState.OPEN
        self._tell_need(need, at, city, market, expert, number)
        latest = day
        if path is None and chance.random() < 0.06:  # nothing came of it
            latest = day + 42
            if self._link(need, city, expert, at, market, slot, None, None) is None and at < self._now - 21 * times.DAY:
                state = NeedState.CLOSED
                self._diary.note_plain(
                    at + 20 * times.DAY,
                    "need.closed",
                    city.as_expert(expert),
                    ("need", need),
                    {"before": NeedState.OPEN.value},
                )
        else:
            tried = self._try_until_bought(need, city, expert, market, slot, at, modules, seed, path)
            lives = [life for life, _ in tried]
            latest = max(life.start_day for life in lives) + 14
            bought = [life for life in lives if life.state not in NOT_BOUGHT]
            state = NeedState.ORDERED if bought else NeedState.OPEN
        self._loader.sheet("need").add(
            id=need,
            authority_id=city.id,
            number=number,
            expert_id=expert,
            category_id=market.id,
            customer_reference=f"A-{chance.between(10_000, 10_000 + city.customers)}",
            municipality=city.home(chance) or chance.one(slot.places),
            place=chance.one(slot.places),
            is_remote=False,
            languages=self._list((language,)),
            latest_start=Ready(times.day_text(latest)),
            modules=self._list(tuple(modules)) if modules else NO_MODULES,
            accessibility="",
            **bands,
            seed=seed,
            state=state.value,
            made_at=Ready(times.text(at)),
        )
        return None

    def _meet_any(self, day: int, path: list[str] | None) -> None:
        """Where nobody offers yet what was drawn: another market, so that a day has its orders."""
        assert self._markets is not None
        at = times.start_of(day) + 8 * 3600
        if all(slot.opens >= at for slot in self._slots):
            self._slots[0].opens = at - times.DAY  # a country of late-comers: its first is there from the start
        self._meet(day, path)

    def _slot(self, market: Market, at: int) -> Slot | None:
        """Who is chosen: by turn under rotation, else by how much each is asked for."""
        assert market.popular is not None
        for _ in range(12):
            if market.category.ordering_rule is OrderingRule.ROTATION:
                market.turn = (market.turn + 1) % len(market.slots)
                slot: Slot = market.slots[market.turn]
            else:
                slot = market.popular.draw(self._chance)
            if slot.opens < at:
                return slot
        return next((slot for slot in market.slots if slot.opens < at), None)

    def _list(self, values: tuple[str, ...]) -> Ready:
        if values not in self._languages:
            self._languages[values] = ready(list(values))
        return self._languages[values]

    def _tell_need(self, need: str, at: int, city: City, market: Market, expert: str, number: int) -> None:
        said = {"category": market.id, "number": number}
        self._diary.note_plain(at, "need.stated", city.as_expert(expert), ("need", need), said)

    def _try_until_bought(
        self,
        need: str,
        city: City,
        expert: str,
        market: Market,
        slot: Slot,
        at: int,
        modules: list[str],
        seed: int,
        path: list[str] | None,
    ) -> list[tuple[Life, str | None]]:
        """Orders for a need, one after the other, until somebody takes it or the expert gives up."""
        tried: list[tuple[Life, str | None]] = []
        chance = self._chance
        moment = at + chance.between(300, 1_800)
        while True:
            life, choice = self._order(need, city, expert, market, slot, moment, modules, seed, path)
            tried.append((life, choice))
            if life.state not in NOT_BOUGHT or path is not None or chance.random() < 0.3:
                return tried
            ended = life.reported or moment + 5 * times.DAY
            moment = times.start_of(times.working_day(times.local_day(ended) + 1)) + chance.between(8, 15) * times.HOUR
            other = self._slot(market, moment)
            if moment >= self._now or other is None or len(tried) > 3 or self.placed >= self._plan.orders:
                return tried
            slot = other
            modules = [code for code in modules if code in slot.modules]

    def _order(
        self,
        need: str,
        city: City,
        expert: str,
        market: Market,
        slot: Slot,
        at: int,
        modules: list[str],
        seed: int,
        path: list[str] | None,
    ) -> tuple[Life, str | None]:
        """One order with its whole life so far."""
        chance = self._chance
        by_customer = market.category.ordering_rule is OrderingRule.CUSTOMER_CHOICE
        number = slot.start_number(times.local_day(at) + chance.between(3, 25))
        for _ in range(MOST_FULL_STARTS):
            if self._starts.has_seat(slot, number):
                break
            number += 1
        start, start_day = self._starts.id_of(slot, number, at), slot.start_day(number)
        price = slot.price + sum(slot.modules[code] for code in modules)
        city.orders += 1
        self.placed += 1
        life = Life(
            id=chance.id(at),
            need=need,
            city=city,
            expert=expert,
            slot=slot,
            start=start,
            start_day=start_day,
            placed=at,
            accept_by=at + market.category.accept_within_hours * times.HOUR,
            price=price,
            budget=market.budgets[city.id, times.date_of(start_day).year],
            chosen_by=(ChosenBy.CUSTOMER if by_customer else ChosenBy.RULE).value,
            hardness=self._hardness,
        )
        choice, considered = None, self._others(market, slot, at)
        if by_customer:
            choice = self._link(need, city, expert, at, market, slot, life, considered)
        self._diary.note(at, self._living.tell_placed[Side.SYSTEM if by_customer else Side.EXPERT], life)
        hurry = path is not None
        self._living.live(life, path if hurry else self._living.draw(), self._now, self._diary.note, hurry=hurry)  # type: ignore[arg-type]
        self._write_order(life, choice, modules, seed, considered)
        self._standings.count(life)
        if life.state not in NOT_BOUGHT:
            self._starts.take(slot, number)
            self._money.count(life)
        if life.state in BEGUN:
            self._aftermath.follow(life)
        life.columns = None  # its events are still to come, and need them no more
        return life, choice

    def _others(self, market: Market, slot: Slot, at: int) -> list[Slot]:
        """The chosen and some others that fitted, in no order of merit."""
        assert market.popular is not None
        found = {slot.number: slot}
        for _ in range(self._chance.between(0, 3)):
            other = market.popular.draw(self._chance)
            if other.opens < at:
                found.setdefault(other.number, other)
        return sorted(found.values(), key=lambda each: each.number ^ slot.number & 0xFF)

    def _link(
        self,
        need: str,
        city: City,
        expert: str,
        at: int,
        market: Market,
        slot: Slot,
        life: Life | None,
        considered: list[Slot] | None,
    ) -> str | None:
        """The customer's link; with an order it was chosen by, else unanswered or "none of these"."""
        if market.category.ordering_rule is not OrderingRule.CUSTOMER_CHOICE:
            return None
        chance = self._chance
        options = []
        for each in considered or self._others(market, slot, at):
            number = each.start_number(times.local_day(at) + 7)
            start = self._starts.id_of(each, number, at) if life is None or each is not slot else life.start
            price = each.price if life is None or each is not slot else life.price
            options.append({"offering": each.id, "start": start, "price": cents(price)})
        made = at - chance.between(120, 280)
        choice = chance.id(made)
        answer = ChoiceAnswer.CHOSEN if life else chance.one((ChoiceAnswer.NONE_FITS, ChoiceAnswer.TALK_FIRST, None))
        cancelled = times.text(at + 20 * times.DAY) if answer is None and at < self._now - 21 * times.DAY else None
        self._loader.sheet("choice").add(
            id=choice,
            need_id=need,
            token_hash=chance.token_hash(),
            options=options,
            made_at=times.text(made),
            expires_at=times.text(made + _CHOICE_SECONDS),
            cancelled_at=cancelled,
            answer=answer.value if answer else None,
            offering_id=slot.id if life else None,
            start_id=life.start if life else None,
            answered_at=times.text(at) if answer else None,
            language=chance.one(LANGUAGES_SHOWN) if answer else None,
        )
        self._diary.note(made, _tell_offered, (choice, need, expert, city, len(options), made))
        if answer:
            told = (choice, need, city.id, answer.value, slot.id if life else None, life is not None)
            self._diary.note(at, _tell_answered, told)
        return choice if life else None

    def _write_order(
        self, life: Life, choice: str | None, modules: list[str], seed: int, considered: list[Slot]
    ) -> None:
        slot, market = life.slot, life.slot.market
        ids = ", ".join(f'"{each.id}"' for each in considered)
        rule = Ready(f'{market.rule_head}, "seed": {seed}, "considered": [{ids}]}}')
        assert life.columns is not None
        self._loader.sheet("order").add(
            id=life.id,
            authority_id=life.city.id,
            number=life.city.orders,
            need_id=life.need,
            expert_id=life.expert,
            category_id=market.id,
            supplier_id=slot.supplier,
            contract_id=slot.contract,
            offering_id=slot.id,
            start_id=life.start,
            budget_id=life.budget,
            choice_id=choice,
            chosen_by=life.chosen_by,
            rule=rule,
            price=cents(life.price),
            vat_rate=Decimal("0.0"),
            modules=self._list(tuple(modules)) if modules else NO_MODULES,
            state=life.state.value,
            placed_at=Ready(times.text(life.placed)),
            accept_by=Ready(times.text(life.accept_by)),
            planned_start_on=Ready(times.day_text(life.start_day)),
            planned_end_on=Ready(times.day_text(life.planned_end)),
            **life.columns,
        )


def _tell_offered(about: Any, _: Any) -> Said:
    choice, need, expert, city, options, made = about
    facts = {
        "need": need,
        "options": options,
        "pointed_out": True,
        "filters": {},
        "expires_at": times.text(made + _CHOICE_SECONDS),
    }
    return OFFERED, city.as_expert(expert), ("choice", choice), as_declared(OFFERED, facts), NOBODY


def _tell_answered(about: Any, _: Any) -> Said:
    choice, need, city, answer, offering, is_ordered = about
    facts = {"need": need, "answer": answer, "reasons": [], "offering": offering, "ordered": is_ordered}
    return ANSWERED, SYSTEM, ("choice", choice), as_declared(ANSWERED, facts), (city,)
