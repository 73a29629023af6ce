"""What each reader sees of a queue and of the seats: of another authority's customers never more than filling the group
takes - the place in line, the authority, a pseudonym made for the purpose, the language, and whether the prerequisites
are met (R103, R107)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.identity.models import Authority
from orders.groups import queries, rules
from orders.groups.models import EntryState, Group, QueueEntry
from orders.groups.models_swaps import SeatSwap
from orders.groups.service import queueing
from orders.models import Order


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """A place in line."""

    place: int
    authority: Authority
    pseudonym: str
    languages: list[str]
    meets_prerequisites: bool
    #: Waiting, or offered a seat of this group.
    state: EntryState
    #: Everything about it; only where the customer is the reader's own.
    entry: QueueEntry | None

    @property
    def entry_id(self) -> uuid.UUID | None:
        return self.entry.id if self.entry else None


@dataclass(frozen=True, kw_only=True)
class SeatRow:
    """A filled seat."""

    authority: Authority
    pseudonym: str
    #: Only where the customer is the reader's own.
    order: Order | None


@dataclass(frozen=True)
class SwapSeen:
    """A swap as one of its two authorities sees it: its own order only."""

    swap: SeatSwap
    reader: uuid.UUID

    @property
    def is_asked(self) -> bool:
        return self.reader == self.swap.asked_id

    @property
    def own_order_id(self) -> uuid.UUID | None:
        return self.swap.taken_order_id if self.is_asked else self.swap.order_id

    @property
    def own_new_order_id(self) -> uuid.UUID | None:
        return self.swap.new_taken_order_id if self.is_asked else self.swap.new_order_id

    def __getattr__(self, name: str) -> Any:
        """What both see: the groups, the state, the times."""
        if name in _OF_A_SWAP:
            return getattr(self.swap, name)
        raise AttributeError(name)


_OF_A_SWAP = frozenset(
    {
        "id",
        "state",
        "authority_id",
        "asked_id",
        "authority",
        "asked",
        "given_group_id",
        "given_group",
        "group_id",
        "group",
        "reason",
        "proposed_at",
        "answer_by",
        "answered_at",
        "version",
    }
)


def authorities_of(group: Group) -> dict[uuid.UUID, Authority]:
    """The authorities whose customers may be in the group, by id."""
    return {each.id: each for each in [*group.category.system.all_buyers, group.authority]}


def _in_order(group: Group, entries: Sequence[QueueEntry]) -> list[QueueEntry]:
    """Everybody in line as they stand once the own window is over: the organiser's customers, then the partners'."""
    known = {each.id: each for each in entries}
    rows = [rules.InLine(entry_id=e.id, authority_id=e.authority_id, joined_at=e.joined_at) for e in entries]
    after = group.own_until + timedelta(microseconds=1)
    return [known[row.entry_id] for row in rules.line(rows, group.authority_id, after, group.own_until)]


def queue_rows(group: Group, reader: uuid.UUID) -> list[QueueRow]:
    """The queue as an authority may see it: the organiser the whole line, a partner its own customers."""
    names, course = authorities_of(group), queueing.course_of(group)
    chosen = queries.selections_of(group.id) if group.needs_selection else {}
    found = []
    for place, entry in enumerate(_in_order(group, queries.queue_of(group)), start=1):
        is_own = entry.authority_id == reader
        if not is_own and reader != group.authority_id:
            continue
        fits = rules.misfit(queueing.wish_of(entry.need), course) is None
        selected = not group.needs_selection or (entry.need_id in chosen and chosen[entry.need_id].is_chosen)
        here = entry.state is EntryState.OFFERED and entry.offer_id == group.id
        found.append(
            QueueRow(
                place=place,
                authority=names[entry.authority_id],
                pseudonym=entry.pseudonym,
                languages=list(entry.need.languages),
                meets_prerequisites=fits and selected,
                state=entry.state if is_own or here else EntryState.WAITING,
                entry=entry if is_own else None,
            )
        )
    return found


def seat_rows(group: Group, reader: uuid.UUID) -> list[SeatRow]:
    """The filled seats as an authority may see them: the organiser all of them, a partner its own."""
    names, pseudonyms = authorities_of(group), queries.pseudonyms_of_seats(group.id)
    return [
        SeatRow(
            authority=names[order.authority_id],
            pseudonym=pseudonyms.get(order.id, ""),
            order=order if order.authority_id == reader else None,
        )
        for order in queries.orders_of_group(group.id)
        if reader in (order.authority_id, group.authority_id)
    ]
