"""What grants reach: later rooms name their things here, since core knows nothing of systems and groups."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.identity.grants.models import Grant, ScopeKind, Task

#: A kind and an id: what a grant names, and what a thing lies in.
Scope = tuple[ScopeKind, uuid.UUID]


@dataclass(frozen=True)
class Asked:
    """For which grant somebody looks for a scope: whose things, seen by whom; ``only`` asks about one of them."""

    task: Task
    owner_id: uuid.UUID
    reader_id: uuid.UUID
    only: uuid.UUID | None = None


#: Things of the owner that the other authority knows of anyway: published, or bought from together.
Choices = Callable[[Asked], Sequence[tuple[uuid.UUID, str]]]
#: The names of things, by id.
Titles = Callable[[Sequence[uuid.UUID]], Mapping[uuid.UUID, str]]

_choices: dict[ScopeKind, Choices] = {}
_titles: dict[ScopeKind, Titles] = {}
_reach: dict[type, Callable[[Any], frozenset[Scope]]] = {}
_pages: dict[Task, Callable[[Grant], str]] = {}


def declare(kind: ScopeKind, choices: Choices, titles: Titles) -> None:
    """Let a room say which of its things can be a scope, and what they are called."""
    _choices[kind], _titles[kind] = choices, titles


def lies_in(model: type, reach: Callable[[Any], frozenset[Scope]]) -> None:
    """Let a room say by which scopes a row of a model is reached."""
    _reach[model] = reach


def opens(task: Task, page: Callable[[Grant], str]) -> None:
    """Let the room that honours a task say where it is done."""
    _pages[task] = page


def of(subject: Any) -> frozenset[Scope]:
    """The scopes that reach a thing; none for what no grant opens."""
    reach = _reach.get(type(subject))
    return reach(subject) if reach else frozenset()


def choices(kind: ScopeKind, asked: Asked) -> Sequence[tuple[uuid.UUID, str]]:
    return _choices[kind](asked)


def titles(grants: Sequence[Grant]) -> dict[uuid.UUID, str]:
    """The names of what these grants reach, one question a kind."""
    found: dict[uuid.UUID, str] = {}
    for kind in ScopeKind:
        ids = [each.scope_id for each in grants if each.scope_kind is kind]
        if ids:
            found.update(_titles[kind](ids))
    return found


def page_of(grant: Grant) -> str:
    """Where the task of a grant is done."""
    return _pages[grant.task](grant)
