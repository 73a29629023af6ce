"""Any sequence of proposals, answers, withdrawals, leavings and days: nobody sees another authority's object without a
grant in force for that task and that thing (I4, R103, R107)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core import clock, policy
from core.db import db
from core.errors import DomainError
from core.identity import queries as identity
from core.identity import service as identity_service
from core.identity.grants import service
from core.identity.grants.models import Grant, GrantState, ScopeKind, Task
from core.identity.grants.rules import TASK_ROLES
from core.identity.mandates import Mandate
from dps.systems.policy import Permission as SystemPermission
from orders.groups.models import Group
from orders.groups.policy import Permission as GroupPermission
from orders.helping import queries as helping
from orders.helping.policy import Permission as HelpPermission
from tests import people, worlds_groups
from tests import worlds_orders as order_worlds
from tests.pages import api_as, page_as

SECRETS = ("VANTAA-777", "HELSINKI-888")


@dataclass
class City:
    """A city with a group, customers in its queue and an order."""

    world: order_worlds.World
    decider: Mandate
    groups: list[Group]

    @property
    def id(self) -> Any:
        return self.world.authority.id


def city(secret: str) -> City:
    world = worlds_groups.world()
    groups = [worlds_groups.group(world), worlds_groups.group(world)]
    worlds_groups.seat(world, groups[0], customer_reference=secret)
    worlds_groups.waiting(world, groups[1], customer_reference=secret)
    return City(world, people.decider(world.authority), groups)


class Access(RuleBasedStateMachine):
    """Two cities with customers, and the people of a third one who ask both for access."""

    app: Flask
    cities: tuple[City, City]

    @initialize()
    def begin(self) -> None:
        other = people.authority("City of Espoo")
        self.people = [people.coordinator(other), people.expert(other), people.decider(other)]
        self.asking = self.people[0]
        self.gone: set[Any] = set()
        self.grants: list[Grant] = []
        self.now = clock.now()

    def _today(self) -> date:
        return clock.helsinki_date(self.now)

    def _try(self, act: Callable[[], Any]) -> Any:
        with clock.at(self.now):
            try:
                return act()
            except DomainError:
                db.session.rollback()
                return None

    def _scope(self, kind: ScopeKind, whose: City, which: int) -> Any:
        category = whose.world.category
        return {
            ScopeKind.SYSTEM: category.system_id,
            ScopeKind.CATEGORY: category.id,
            ScopeKind.GROUP: whose.groups[which].id,
        }[kind]

    @rule(
        who=st.integers(0, 2),
        owner=st.integers(0, 1),
        named=st.integers(0, 1),
        task=st.sampled_from(Task),
        kind=st.sampled_from(ScopeKind),
        starts=st.integers(0, 3),
        lasts=st.integers(1, 6),
        gives=st.booleans(),
    )
    def ask(
        self, who: int, owner: int, named: int, task: Task, kind: ScopeKind, starts: int, lasts: int, gives: bool
    ) -> None:
        """Also with a thing of the wrong kind or of another city; often given at once."""
        details = service.GrantDetails(
            person_id=self.people[who].person_id,
            owner_id=self.cities[owner].id,
            task=task,
            scope_kind=kind,
            scope_id=self._scope(kind, self.cities[owner if named else 1 - owner], starts % 2),
            purpose="Joint work.",
            first_day=self._today() + timedelta(days=starts),
            last_day=self._today() + timedelta(days=starts + lasts),
        )
        grant = self._try(lambda: service.propose(details, by=self.asking))
        if grant is not None:
            self.grants.append(grant)
            if gives:
                self._try(lambda: service.give(grant, by=self.cities[owner].decider))

    @rule(pick=st.integers(0, 9), by=st.integers(0, 4), verb=st.sampled_from(("give", "refuse", "withdraw")))
    def answer(self, pick: int, by: int, verb: str) -> None:
        """By anybody: of the owner, of the other city, of the authority that asked."""
        if not self.grants:
            return
        grant = self.grants[pick % len(self.grants)]
        actor = [*self.people, self.cities[0].decider, self.cities[1].decider][by]
        before = grant.state
        words = ("No.",) if verb == "refuse" else ()
        self._try(lambda: getattr(service, verb)(grant, *words, by=actor))
        answered = before is not grant.state and grant.state in (GrantState.GIVEN, GrantState.REFUSED)
        assert not answered or actor.organisation_id == grant.owner_id

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(who=st.integers(1, 2))
    def somebody_leaves(self, who: int) -> None:
        holding = identity.holding(self.people[who].holding_id)
        assert holding is not None
        if holding.id not in self.gone:
            self._try(lambda: identity_service.end_role(holding, by=people.admin()))
            self.gone.add(holding.id)

    def _may(self, mandate: Mandate, task: Task, owner: City, *scopes: tuple[ScopeKind, Any]) -> bool:
        """What the agreements say, reckoned from the grants themselves."""
        return mandate.holding_id not in self.gone and any(
            grant.person_id == mandate.person_id
            and grant.owner_id == owner.id
            and grant.task is task
            and mandate.role in TASK_ROLES[task]
            and grant.state is GrantState.GIVEN
            and grant.first_day <= self._today() <= grant.last_day
            and (grant.scope_kind, grant.scope_id) in scopes
            for grant in self.grants
        )

    @invariant()
    def policies_open_what_grants_in_force_say_and_nothing_else(self) -> None:
        if not hasattr(self, "people"):
            return
        with clock.at(self.now):
            for mandate in self.people:
                for whose in self.cities:
                    self._check(mandate, whose)

    def _check(self, mandate: Mandate, whose: City) -> None:
        category = whose.world.category
        system, in_category = (ScopeKind.SYSTEM, category.system_id), (ScopeKind.CATEGORY, category.id)
        reads = self._may(mandate, Task.PREPARE, whose, system)
        assert policy.is_allowed(mandate, SystemPermission.SYSTEM_READ, category.system) is reads
        assert not policy.is_allowed(mandate, SystemPermission.SYSTEM_PREPARE, category.system)
        for group in whose.groups:
            fills = self._may(mandate, Task.FILL_GROUPS, whose, in_category, (ScopeKind.GROUP, group.id))
            assert policy.is_allowed(mandate, HelpPermission.GROUP_HELP, group) is fills
            assert policy.is_allowed(mandate, GroupPermission.GROUP_RUN, group) is fills
            assert not policy.is_allowed(mandate, GroupPermission.GROUP_READ_AS_BUYER, group)
        given = helping.grants_for(mandate, Task.FOLLOW_ORDERS)
        followed = any(helping.orders_by(each, None) for each in given if each.owner_id == whose.id)
        assert followed is self._may(mandate, Task.FOLLOW_ORDERS, whose, system, in_category)

    @rule(who=st.integers(0, 2), whose=st.integers(0, 1))
    def look(self, who: int, whose: int) -> None:
        """Whatever is opened, no page and no operation tells of a customer."""
        mandate, owner = self.people[who], self.cities[whose]
        group = owner.groups[1]
        with clock.at(self.now):
            visitor, machine = page_as(self.app, mandate), api_as(self.app, mandate)
            answers = [
                visitor.fetch(path)
                for path in (
                    "/joint/grants",
                    "/joint/orders",
                    "/joint/groups-to-fill",
                    f"/joint/groups-to-fill/{group.id}",
                    f"/procurement/systems/{owner.world.category.system_id}",
                )
            ] + [machine.get(path) for path in ("/joint-orders", f"/groups-to-fill/{group.id}", "/grants")]
        told = "".join(each.get_data(as_text=True) for each in answers)
        assert not any(secret in told for secret in SECRETS)
        fills = self._may(
            mandate,
            Task.FILL_GROUPS,
            owner,
            (ScopeKind.CATEGORY, owner.world.category.id),
            (ScopeKind.GROUP, group.id),
        )
        assert (answers[3].status_code == 200, answers[6].status_code == 200) == (fills, fills)


@pytest.mark.rule("R103", "R107")
def test_no_sequence_of_grants_lets_anybody_see_more_than_is_in_force(app: Flask) -> None:
    Access.app, Access.cities = app, (city(SECRETS[0]), city(SECRETS[1]))
    run_state_machine_as_test(
        Access,
        settings=settings(
            max_examples=5, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
