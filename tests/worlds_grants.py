"""Worlds for the tests of access between authorities: two cities, their people, a system that both buy from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.identity.grants import service
from core.identity.grants.models import Grant, ScopeKind, Task
from core.identity.grants.service import GrantDetails
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from tests import people, worlds_groups
from tests import worlds_orders as worlds


@dataclass
class TwoCities:
    """The owner with its world, and another city whose people may be given access."""

    owner: worlds.World
    decider: Mandate
    other: Authority
    coordinator: Mandate
    expert: Mandate
    steering: Mandate


def two_cities() -> TwoCities:
    """Vantaa, whose data it is, and Espoo."""
    owner, other = worlds_groups.world(), people.authority("City of Espoo")
    return TwoCities(
        owner,
        people.decider(owner.authority),
        other,
        people.coordinator(other),
        people.expert(other),
        people.mandate(Role.STEERING, other),
    )


def details(made: TwoCities, task: Task, **changes: Any) -> GrantDetails:
    """What Espoo's coordinator asks for by default: for herself, with the whole system or category, for 30 days."""
    kinds = {
        Task.PREPARE: (ScopeKind.SYSTEM, made.owner.category.system_id),
        Task.FILL_GROUPS: (ScopeKind.CATEGORY, made.owner.category.id),
        Task.FOLLOW_ORDERS: (ScopeKind.CATEGORY, made.owner.category.id),
    }
    given: dict[str, Any] = {
        "person_id": made.coordinator.person_id,
        "owner_id": made.owner.authority.id,
        "task": task,
        "scope_kind": kinds[task][0],
        "scope_id": kinds[task][1],
        "purpose": "The joint training of the autumn.",
        "first_day": worlds.today(),
        "last_day": worlds.today() + timedelta(days=30),
    }
    return GrantDetails(**{**given, **changes})


def proposed(made: TwoCities, task: Task = Task.FOLLOW_ORDERS, **changes: Any) -> Grant:
    return service.propose(details(made, task, **changes), by=made.coordinator)


def given(made: TwoCities, task: Task = Task.FOLLOW_ORDERS, **changes: Any) -> Grant:
    """A grant in force, asked by Espoo and given by Vantaa's coordinator."""
    grant = proposed(made, task, **changes)
    service.give(grant, by=made.owner.coordinator)
    return grant


def days(first: date, number: int) -> dict[str, date]:
    """The days of a grant."""
    return {"first_day": first, "last_day": first + timedelta(days=number - 1)}
