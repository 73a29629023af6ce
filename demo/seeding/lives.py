"""The lives an order may have, as tables: a new state needs its step here, and a life that leads to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.audit import declared_events
from demo.seeding import times
from demo.seeding.chance import Chance
from demo.seeding.diary import SYSTEM, Actor, Tell
from demo.seeding.ground import City
from demo.seeding.market import Slot, cents
from dps.systems.models import DeclineReason
from evaluation import measures
from orders.life import MAY, Side
from orders.models import ORDER_TRANSITIONS, EndKind, InterruptionReason, OrderState

#: How often orders live how; each life is the actions of ``ORDER_TRANSITIONS`` in their order.
LIVES: Sequence[tuple[float, str]] = (
    (0.56, "accept start report complete close"),
    (0.14, "accept schedule start report complete close"),
    (0.05, "accept start pause resume report complete close"),
    (0.03, "accept start report return_report report complete close"),
    (0.01, "accept start report dispute settle complete close"),
    (0.06, "decline"),
    (0.03, "expire"),
    (0.03, "cancel"),
    (0.03, "accept cancel"),
    (0.03, "accept schedule cancel"),
    (0.03, "accept schedule miss"),
)

#: Columns of an order that its steps fill in.
UNFILLED: Mapping[str, Any] = dict.fromkeys(
    (
        *("accepted_at", "decline_reason", "closed_at", "meeting_at", "meeting_place", "tried_on", "paused_until"),
        *("cancel_fee", "started_on", "completed_at"),
    )
)

DECLINE_REASONS = (DeclineReason.NO_CAPACITY.value, DeclineReason.START_NOT_POSSIBLE.value)
INTERRUPTED = (
    (InterruptionReason.FOUND_WORK.value, 0.35),
    (InterruptionReason.HEALTH.value, 0.2),
    (InterruptionReason.DID_NOT_ATTEND.value, 0.2),
    (InterruptionReason.STUDIES.value, 0.1),
    (InterruptionReason.MOVED.value, 0.05),
    (InterruptionReason.OTHER.value, 0.1),
)


@dataclass(slots=True, eq=False)
class Life:
    """One order: what its events tell of it, and the columns its steps have filled in so far."""

    id: str
    need: str
    #: Who orders.
    city: City
    expert: str
    slot: Slot
    start: str
    start_day: int
    placed: int
    accept_by: int
    price: int
    budget: str
    chosen_by: str
    #: How much less likely a job is for this customer than for the average one.
    hardness: float = 0.0
    state: OrderState = OrderState.PLACED
    columns: dict[str, Any] | None = field(default_factory=lambda: dict(UNFILLED))
    #: The report: when it came, the last day, how it ended, what is paid, its id, who took it and when.
    reported: int = 0
    ended: int = 0
    end_kind: str = EndKind.FINISHED.value
    interruption: str | None = None
    amount: int = 0
    delivery: str = ""
    started: int = 0
    completed: int = 0
    disputed: int = 0
    settled: int = 0
    dispute: str = ""
    #: What was reported, where it was disputed, and what the expert would pay.
    claimed: int = 0
    proposed: int = 0
    meeting: int = 0
    return_reason: str | None = None
    declined: str = ""
    until: int = 0
    tried: list[str] | None = None

    @property
    def planned_end(self) -> int:
        return self.start_day + self.slot.days - 1

    def put(self, column: str, value: Any) -> None:
        assert self.columns is not None
        self.columns[column] = value


@dataclass(frozen=True)
class Step:
    """An action: its event, when it happens after the one before, and what it leaves in the order's columns."""

    event: str
    when: Callable[[Life, Chance, int], int]
    leave: Callable[[Life, Chance, int], None] = lambda life, chance, at: None


def _hours(low: int, high: int) -> Callable[[Life, Chance, int], int]:
    return lambda life, chance, at: at + chance.between(low * 60, high * 60) * 60


def _days(low: int, high: int) -> Callable[[Life, Chance, int], int]:
    return lambda life, chance, at: at + chance.between(low * 24 * 60, high * 24 * 60) * 60


def _start(life: Life, chance: Chance, at: int) -> int:
    day = times.local_day(life.meeting) if life.meeting else life.start_day
    return max(at + times.HOUR, times.start_of(day) + chance.between(9 * 60, 15 * 60) * 60)


def _missed(life: Life, chance: Chance, at: int) -> int:
    return max(at, life.meeting or times.start_of(life.start_day)) + chance.between(33, 60) * times.HOUR


def _report(life: Life, chance: Chance, at: int) -> int:
    last = times.start_of(life.ended or life.planned_end) + 16 * times.HOUR
    return max(at + times.HOUR, last + chance.between(4, 12 * 24) * times.HOUR)


def invoiced_at(completed: int) -> int:
    """On the fifth of the next month the accepted lines of a month are taken for invoicing."""
    day = times.date_of(times.local_day(completed)).replace(day=1)
    return times.start_of(times.day_of((day + timedelta(days=32)).replace(day=5))) + 9 * times.HOUR


def _invoiced_long_ago(life: Life, chance: Chance, at: int) -> int:
    return invoiced_at(life.completed) + 30 * times.DAY + chance.between(1, 20) * times.HOUR


def _left_started(life: Life, chance: Chance, at: int) -> None:
    life.started = times.local_day(at)
    life.put("started_on", times.day_text(life.started))
    life.ended = max(life.started, life.planned_end)
    finishes = 0.84 + life.slot.quality
    if chance.random() > finishes:
        life.end_kind = EndKind.INTERRUPTED.value
        draw = chance.random()
        for reason, share in INTERRUPTED:
            life.interruption = reason
            draw -= share
            if draw < 0:
                break
        life.ended = life.started + int((life.ended - life.started) * (0.1 + 0.8 * chance.random()))


def _left_report(life: Life, chance: Chance, at: int) -> None:
    is_first = not life.delivery
    life.delivery = life.delivery or chance.id(at)
    life.reported, life.return_reason = at, None
    life.ended = min(life.ended, times.local_day(at))
    whole = life.end_kind == EndKind.FINISHED.value or chance.random() < 0.2
    if is_first:
        life.amount = life.price if whole else round(life.price * (0.3 + 0.6 * chance.random()))


def _left_pause(life: Life, chance: Chance, at: int) -> None:
    life.until = times.local_day(at) + 14
    life.put("paused_until", times.day_text(life.until))


def _left_meeting(life: Life, chance: Chance, at: int) -> None:
    life.meeting = max(at + times.DAY, times.start_of(life.start_day) + chance.between(9, 14) * times.HOUR)
    life.put("meeting_at", times.text(life.meeting))
    life.put("meeting_place", f"Esimerkkikatu 5, {life.slot.places[0]}")


def _left_no_show(life: Life, chance: Chance, at: int) -> None:
    day = times.local_day(at)
    life.tried = [times.day_text(day - 1), times.day_text(day)]
    life.put("tried_on", life.tried)
    _left_closed(life, chance, at)


def _left_closed(life: Life, chance: Chance, at: int) -> None:
    life.put("closed_at", times.text(at))


def _left_declined(life: Life, chance: Chance, at: int) -> None:
    life.declined = chance.one(DECLINE_REASONS)
    life.put("decline_reason", life.declined)
    _left_closed(life, chance, at)


def _left_completed(life: Life, chance: Chance, at: int) -> None:
    life.completed = at
    life.put("completed_at", times.text(at))


def _left_dispute(life: Life, chance: Chance, at: int) -> None:
    life.disputed, life.dispute = at, chance.id(at)
    life.claimed, life.proposed = life.amount, life.amount * 4 // 5


def _left_settled(life: Life, chance: Chance, at: int) -> None:
    life.settled, life.amount = at, life.proposed


def _left_return(life: Life, chance: Chance, at: int) -> None:
    life.return_reason = "Kertokaa, miten harjoittelu eteni."


STEPS: Mapping[str, Step] = {
    "accept": Step("order.accepted", _hours(2, 70), lambda life, chance, at: life.put("accepted_at", times.text(at))),
    "decline": Step("order.declined", _hours(2, 70), _left_declined),
    "expire": Step("order.expired", lambda life, chance, at: life.accept_by + chance.between(60, 900), _left_closed),
    "cancel": Step("order.cancelled", _hours(3, 40), _left_closed),
    "schedule": Step("order.scheduled", _hours(2, 40), _left_meeting),
    "miss": Step("order.no_show", _missed, _left_no_show),
    "start": Step("order.started", _start, _left_started),
    "pause": Step("order.paused", _days(2, 12), _left_pause),
    "resume": Step("order.resumed", _days(7, 14), lambda life, chance, at: life.put("paused_until", None)),
    "report": Step("order.reported", _report, _left_report),
    "return_report": Step("order.report_returned", _days(1, 5), _left_return),
    "dispute": Step("order.disputed", _days(1, 6), _left_dispute),
    "settle": Step("order.settled", _days(2, 6), _left_settled),
    "complete": Step("order.completed", _days(1, 9), _left_completed),
    "close": Step("order.closed", _invoiced_long_ago, _left_closed),
}

#: What an event of an order may tell, by the declared name; a name that is not here is told as nothing.
FACTS: Mapping[str, Callable[[Life, Any], Any]] = {
    "before": lambda life, before: before,
    "need": lambda life, before: life.need,
    "offering": lambda life, before: life.slot.id,
    "start": lambda life, before: life.start,
    "budget": lambda life, before: life.budget,
    "price": lambda life, before: cents(life.price),
    "chosen_by": lambda life, before: life.chosen_by,
    "rule": lambda life, before: life.slot.market.category.ordering_rule.value,
    "accept_by": lambda life, before: times.text(life.accept_by),
    "reason": lambda life, before: life.declined,
    "started_on": lambda life, before: times.day_text(life.started),
    "fee": lambda life, before: "0",
    "tried_on": lambda life, before: life.tried,
    "until": lambda life, before: times.day_text(life.until),
    "from": lambda life, before: times.day_text(life.until),
    "meeting_at": lambda life, before: times.text(life.meeting),
    "delivery": lambda life, before: life.delivery,
    "amount": lambda life, before: cents(life.claimed or life.amount),
    "dispute": lambda life, before: life.dispute,
    "reported": lambda life, before: cents(life.claimed),
    "proposed": lambda life, before: cents(life.proposed),
    "how": lambda life, before: "agreed",
    "end_kind": lambda life, before: life.end_kind,
    "lines": lambda life, before: 1,
    "ordered": lambda life, before: cents(life.price),
    "spent": lambda life, before: cents(life.amount),
    "outcomes": lambda life, before: 0,
}


#: What an event tells otherwise than the others do.
_SETTLED: Mapping[str, Callable[[Life, Any], Any]] = {"amount": lambda life, before: cents(life.amount)}


def by(side: Side, life: Life) -> Actor:
    """Who acts."""
    if side is Side.PROVIDER:
        return life.slot.as_provider
    return life.city.as_expert(life.expert) if side is Side.EXPERT else SYSTEM


def teller(event: str, side: Side) -> Tell:
    """The words of an event of an order, as the event was declared."""
    facts = [(key, _SETTLED.get(key) if event == "order.settled" else None) for key in sorted(declared_events()[event])]
    facts = [(key, own or FACTS.get(key)) for key, own in facts]

    def tell(life: Life, before: Any) -> Any:
        data = {key: None if fact is None else fact(life, before) for key, fact in facts}
        return event, by(side, life), ("order", life.id), data, (life.city.id, life.slot.supplier)

    return tell


def path_to(state: OrderState) -> list[str]:
    """The shortest life that ends in a state."""
    waiting: deque[tuple[OrderState, list[str]]] = deque([(OrderState.PLACED, [])])
    seen = {OrderState.PLACED}
    while waiting:
        at, path = waiting.popleft()
        if at is state:
            return path
        for action, (sources, target) in ORDER_TRANSITIONS.items():
            if at in sources and target not in seen:
                seen.add(target)
                waiting.append((target, [*path, action]))
    raise LookupError(f"no life of an order leads to {state}")


def unknown_steps() -> set[str]:
    """Actions of orders that have no step here, or whose event is not declared."""
    events = declared_events()
    return {action for action in ORDER_TRANSITIONS if action not in STEPS or STEPS[action].event not in events}


class Living:
    """Lets orders live: the tables above, with who may do what."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        lacking = unknown_steps()
        self._tell = {
            action: teller(step.event, MAY[action]) for action, step in STEPS.items() if action not in lacking
        }
        self.tell_placed = {side: teller("order.placed", side) for side in Side}
        self._lives = [(share, path.split()) for share, path in LIVES if not lacking & set(path.split())]
        self._whole = sum(share for share, _ in self._lives)
        self.states = [state for state in OrderState if not lacking & set(path_to(state))]

    def draw(self) -> list[str]:
        """A life."""
        left = self._chance.random() * self._whole
        for share, path in self._lives:
            left -= share
            if left < 0:
                return path
        return self._lives[0][1]

    def live(self, life: Life, path: Sequence[str], now: int, note: Callable[..., None], *, hurry: bool) -> None:
        """Take the steps that lie before ``now``; ``hurry`` takes all of them, the last ones just before it."""
        at = life.placed
        for place, action in enumerate(path):
            step = STEPS[action]
            due = step.when(life, self._chance, at)
            latest = now - 3_600 * (len(path) - place)
            if hurry and due > latest:
                due = max(at + 60, latest)
            if due >= now:
                return
            before, at = life.state, due
            step.leave(life, self._chance, at)
            life.state = OrderState(ORDER_TRANSITIONS[action][1])
            note(at, self._tell[action], life, before.value)


def months_after(day: int, months: int) -> int:
    """The same-numbered day some months later."""
    return times.day_of(measures.months_after(times.date_of(day), months))
