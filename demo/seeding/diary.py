"""What happened when: events are noted as they are thought of, and linked into the chain day by day, in order."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from core.audit import declared_events
from core.audit.bulk import Links
from demo.seeding import times

#: Person, role, organisation.
Actor = tuple[str | None, str, str | None]
SYSTEM: Actor = (None, "system", None)
#: Type, actor, subject and data of an event, and the organisations that follow what happens to the subject.
Said = tuple[str, Actor, tuple[str, str], dict[str, Any], tuple[str, ...]]
NOBODY: tuple[str, ...] = ()
#: Makes an event's words of what it is about, and of what else was noted: the state before, or its type.
Tell = Callable[[Any, Any], Said]


class Diary:
    """Events to come, by day; a noted event is small, and its words are made when its day comes."""

    def __init__(self) -> None:
        self._days: dict[int, list[tuple[int, Tell, Any, Any]]] = defaultdict(list)

    def note(self, instant: int, tell: Tell, about: Any, before: Any = None) -> None:
        """Let ``tell`` give the event's words on its day."""
        self._days[instant // times.DAY].append((instant, tell, about, before))

    def note_plain(
        self, instant: int, kind: str, actor: Actor, subject: tuple[str, str], data: dict[str, Any] | None = None
    ) -> None:
        """An event whose words are known already."""
        self.note(instant, _as_said, (kind, actor, subject, data or {}))

    def close(self, through: int, links: Links, lines: list[str], followers: list[str]) -> None:
        """Link the events of all days through this one, in the order of their instants."""
        for day in sorted(day for day in self._days if day <= through):
            entries = self._days.pop(day)
            entries.sort(key=itemgetter(0))  # stable: of one instant, in the order they were noted
            for instant, tell, about, before in entries:
                kind, actor, subject, data, following = tell(about, before)
                lines.append(links.line(kind, times.text(instant), actor, subject, data))
                followers += [f"{each}\t{links.seq}" for each in following if each != actor[2]]


@functools.cache
def _keys(kind: str) -> tuple[str, ...]:
    return tuple(sorted(declared_events()[kind]))


def as_declared(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of these facts those that the event was declared with; one that nobody knows here is told as nothing."""
    return {key: facts.get(key) for key in _keys(kind)}


def _as_said(about: tuple[str, Actor, tuple[str, str], dict[str, Any]], before: Any) -> Said:
    kind, actor, subject, facts = about
    return kind, actor, subject, as_declared(kind, facts), NOBODY
