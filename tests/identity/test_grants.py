"""Access between authorities: asked by one, given by the other, over by itself (R103, R107)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core import audit, clock, policy
from core.audit.models import AuditFollower
from core.db import db, new_id
from core.errors import NotAllowed, RuleBroken, WrongState
from core.identity import queries as identity
from core.identity import service as identity_service
from core.identity.grants import queries, rules, service, using
from core.identity.grants.models import Grant, GrantState, ScopeKind, Task
from core.identity.models import Role
from core.mail.models import Mail
from dps.systems.models import SystemState
from dps.systems.policy import Permission as SystemPermission
from orders.groups.policy import Permission as GroupPermission
from orders.helping import queries as helping
from orders.helping.policy import Permission as HelpPermission
from tests import people, worlds_groups
from tests import worlds_grants as worlds
from tests import worlds_orders as order_worlds


@pytest.fixture
def made(app: Flask) -> worlds.TwoCities:
    return worlds.two_cities()


def _now(days: int = 0) -> clock.datetime:
    return clock.now() + timedelta(days=days)


def _may_read_system(made: worlds.TwoCities) -> bool:
    return policy.is_allowed(made.coordinator, SystemPermission.SYSTEM_READ, made.owner.category.system)


# ---- proposing ----


def test_given_a_coordinator_asks_then_the_owners_coordinators_and_decision_makers_are_told(
    made: worlds.TwoCities,
) -> None:
    grant = worlds.proposed(made)

    told = set(db.session.scalars(select(Mail.to_address).where(Mail.template == "grant_proposed")))
    assert told == {made.owner.coordinator.email, made.decider.email} | {
        each.email for each in identity.holders(made.owner.authority.id, order_worlds.today(), Role.DECIDER)
    }
    assert grant.state is GrantState.PROPOSED
    assert [event.type for event in audit.trail(grant)] == ["grant.proposed"]


@pytest.mark.rule("R103")
def test_given_the_own_authority_then_nothing_can_be_asked_of_it(made: worlds.TwoCities) -> None:
    with pytest.raises(RuleBroken) as refused:
        worlds.proposed(made, owner_id=made.other.id)

    assert (refused.value.rule, refused.value.field) == ("R103", "owner")
    assert refused.value.next_step


@pytest.mark.rule("R103")
def test_given_a_person_of_no_role_there_then_they_get_no_access(made: worlds.TwoCities) -> None:
    for stranger in (made.owner.expert.person_id, people.person().id, made.expert.person_id):
        with pytest.raises(RuleBroken) as refused:
            worlds.proposed(made, Task.PREPARE, person_id=stranger)
        assert (refused.value.rule, refused.value.field) == ("R103", "person")


@pytest.mark.rule("R103")
def test_given_no_coordinator_then_nothing_is_asked(made: worlds.TwoCities) -> None:
    for somebody in (made.expert, made.steering, people.decider(made.other)):
        with pytest.raises(NotAllowed) as refused:
            service.propose(worlds.details(made, Task.FOLLOW_ORDERS), by=somebody)
        assert refused.value.rule == "R103"


@pytest.mark.rule("R107")
def test_given_wrong_days_then_the_field_and_the_next_step_are_named(made: worlds.TwoCities) -> None:
    today = order_worlds.today()
    year = rules.latest_last_day(today, 12)
    worlds.proposed(made, first_day=today, last_day=year)
    for first, last, field in (
        (today - timedelta(days=9), today - timedelta(days=1), "last_day"),
        (today - timedelta(days=1), today + timedelta(days=1), "first_day"),
        (today + timedelta(days=2), today + timedelta(days=1), "last_day"),
        (today, year + timedelta(days=1), "last_day"),
    ):
        with pytest.raises(RuleBroken) as refused:
            worlds.proposed(made, first_day=first, last_day=last)
        assert (refused.value.rule, refused.value.field) == ("R107", field)
        assert refused.value.next_step


@pytest.mark.rule("R107")
def test_given_a_thing_the_other_authority_does_not_know_of_then_it_cannot_be_asked_for(
    made: worlds.TwoCities,
) -> None:
    draft = order_worlds.world()
    draft.category.system.state, draft.category.system.opened_at = SystemState.APPROVED, None
    db.session.commit()
    for changes in (
        {"scope_id": new_id()},
        {"scope_kind": ScopeKind.GROUP},
        {"scope_id": draft.category.id, "owner_id": draft.authority.id},
    ):
        with pytest.raises(RuleBroken) as refused:
            worlds.proposed(made, **changes)
        assert (refused.value.rule, refused.value.field) == ("R107", "scope")


def test_given_an_identity_code_in_the_purpose_then_it_is_refused(made: worlds.TwoCities) -> None:
    with pytest.raises(RuleBroken) as refused:
        worlds.proposed(made, purpose="131052-308T needs a course")
    assert (refused.value.rule, refused.value.field) == ("I8", "purpose")


# ---- answering ----


@pytest.mark.rule("R103")
def test_given_the_authority_that_asked_then_it_cannot_give_it_to_itself(made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made)
    strangers = (made.coordinator, people.decider(made.other), made.owner.expert, people.decider())
    for somebody in strangers:
        for act in (lambda by: service.give(grant, by=by), lambda by: service.refuse(grant, "No.", by=by)):
            with pytest.raises(NotAllowed) as refused:
                act(somebody)
            assert (refused.value.rule, refused.value.field) == ("R103", "owner")
            assert refused.value.next_step
    assert grant.state is GrantState.PROPOSED


@pytest.mark.rule("R107")
def test_given_somebody_with_roles_in_both_cities_then_they_do_not_give_what_they_asked_for_or_would_get(
    made: worlds.TwoCities,
) -> None:
    other = people.coordinator(made.other)
    asked = worlds.proposed(made, person_id=other.person_id)
    for person_id in (made.coordinator.person_id, other.person_id):
        with pytest.raises(RuleBroken) as refused:
            service.give(asked, by=replace(made.decider, person_id=person_id))
        assert (refused.value.rule, refused.value.field) == ("four-eyes", "owner")
        assert refused.value.next_step
    service.give(asked, by=made.decider)


def test_given_it_was_answered_then_it_is_not_answered_again(made: worlds.TwoCities) -> None:
    given, refused = worlds.given(made), worlds.proposed(made)
    service.refuse(refused, "Not needed.", by=made.decider)
    for grant in (given, refused):
        with pytest.raises(WrongState) as twice:
            service.give(grant, by=made.decider)
        assert twice.value.rule == "access_grant-state"
    with pytest.raises(WrongState):
        service.withdraw(refused, by=made.decider)
    assert [event.type for event in audit.trail(given)] == ["grant.proposed", "grant.given"]


@pytest.mark.rule("R107")
def test_given_a_proposal_past_its_end_then_it_cannot_be_given(made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made)
    with clock.at(_now(31)), pytest.raises(RuleBroken) as refused:
        service.give(grant, by=made.decider)
    assert (refused.value.rule, refused.value.field) == ("R107", "last_day")


@pytest.mark.rule("R103")
def test_given_the_person_left_before_the_answer_then_it_cannot_be_given(made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made)
    _leave(made)
    with pytest.raises(RuleBroken) as refused:
        service.give(grant, by=made.decider)
    assert (refused.value.rule, refused.value.field) == ("R103", "person")


def _leave(made: worlds.TwoCities) -> None:
    holding = identity.holding(made.coordinator.holding_id)
    assert holding is not None
    identity_service.end_role(holding, by=people.admin())


# ---- what it opens ----


@pytest.mark.rule("R107")
def test_given_a_grant_then_it_opens_its_task_from_its_first_day_to_its_last_and_no_longer(
    made: worlds.TwoCities,
) -> None:
    today = order_worlds.today()
    assert not _may_read_system(made)
    worlds.given(made, Task.PREPARE, **worlds.days(today + timedelta(days=2), 3))

    opened = []
    for day in range(7):
        with clock.at(_now(day)):
            opened.append(_may_read_system(made))
    assert opened == [False, False, True, True, True, False, False]


@pytest.mark.rule("R107")
def test_given_it_is_proposed_refused_or_withdrawn_then_it_opens_nothing(made: worlds.TwoCities) -> None:
    grant = worlds.proposed(made, Task.PREPARE)
    assert not _may_read_system(made)
    service.give(grant, by=made.decider)
    assert _may_read_system(made)
    service.withdraw(grant, by=made.owner.coordinator)
    assert not _may_read_system(made)
    service.refuse(worlds.proposed(made, Task.PREPARE), "No.", by=made.decider)
    assert not _may_read_system(made)


@pytest.mark.rule("R107")
def test_given_the_person_works_there_no_more_then_it_gives_nothing(made: worlds.TwoCities) -> None:
    worlds.given(made, Task.PREPARE)
    assert _may_read_system(made)
    _leave(made)
    assert not _may_read_system(made)


@pytest.mark.rule("R103")
def test_given_a_grant_then_it_opens_reading_and_not_changing_and_nothing_of_others(made: worlds.TwoCities) -> None:
    worlds.given(made, Task.PREPARE)
    system, foreign = made.owner.category.system, order_worlds.world()
    group = worlds_groups.group(made.owner)
    closed = (
        (SystemPermission.SYSTEM_PREPARE, system),
        (SystemPermission.SYSTEM_APPROVE, system),
        (SystemPermission.SYSTEM_CLOSE, system),
        (SystemPermission.SYSTEM_READ, foreign.category.system),
        (GroupPermission.GROUP_RUN, group),
        (HelpPermission.GROUP_HELP, group),
    )
    assert policy.is_allowed(made.coordinator, SystemPermission.SYSTEM_READ, made.owner.category)
    assert [each for each in closed if policy.is_allowed(made.coordinator, *each)] == []
    others = (made.expert, made.steering, people.coordinator(made.other))
    assert not any(policy.is_allowed(each, SystemPermission.SYSTEM_READ, system) for each in others)


@pytest.mark.rule("R107")
def test_given_one_task_then_the_same_things_stay_closed_for_the_other_tasks(made: worlds.TwoCities) -> None:
    category = made.owner.category
    group = worlds_groups.group(made.owner)
    worlds.given(made, Task.FOLLOW_ORDERS)
    worlds.given(made, Task.FOLLOW_ORDERS, scope_kind=ScopeKind.SYSTEM, scope_id=category.system_id)
    assert not policy.is_allowed(made.coordinator, HelpPermission.GROUP_HELP, group)
    assert not _may_read_system(made)


@pytest.mark.rule("R103")
def test_given_a_joint_system_then_only_the_owners_orders_are_followed(made: worlds.TwoCities) -> None:
    partner = order_worlds.partner(made.owner)
    group = worlds_groups.group(made.owner)
    order = worlds_groups.seat(made.owner, group)
    worlds.given(made)
    [own] = helping.grants_for(made.coordinator, Task.FOLLOW_ORDERS)
    assert [each.id for each in helping.orders_by(own, None)] == [order.id]
    order.authority_id = partner.authority.id
    db.session.flush()
    assert helping.orders_by(own, None) == []
    db.session.rollback()


@pytest.mark.rule("R103")
def test_given_one_group_then_the_other_groups_of_the_category_stay_closed(made: worlds.TwoCities) -> None:
    one, other = worlds_groups.group(made.owner), worlds_groups.group(made.owner)
    worlds.given(made, Task.FILL_GROUPS, person_id=made.expert.person_id, scope_kind=ScopeKind.GROUP, scope_id=one.id)
    assert [policy.is_allowed(made.expert, GroupPermission.GROUP_RUN, each) for each in (one, other)] == [True, False]


def test_given_a_partner_with_a_group_of_its_own_in_the_category_then_only_the_owners_group_is_opened(
    made: worlds.TwoCities,
) -> None:
    worlds.given(made, Task.FILL_GROUPS)
    group = worlds_groups.group(made.owner)
    assert policy.is_allowed(made.coordinator, HelpPermission.GROUP_HELP, group)
    group.authority_id = people.authority().id
    assert not policy.is_allowed(made.coordinator, HelpPermission.GROUP_HELP, group)
    db.session.rollback()


# ---- who sees it, and its trail ----


@pytest.mark.rule("R107")
def test_given_a_grant_then_both_authorities_see_it_and_nobody_else(made: worlds.TwoCities) -> None:
    grant = worlds.given(made)

    def sees(mandate: worlds.Mandate) -> bool:
        return list(db.session.scalars(queries.grants_seen_by(mandate))) == [grant]

    assert all(map(sees, (made.coordinator, made.owner.coordinator, made.decider)))
    assert not any(map(sees, (made.expert, made.steering, made.owner.expert, people.coordinator(), people.admin())))


@pytest.mark.rule("R107")
def test_given_a_policy_lets_somebody_in_by_a_grant_then_the_use_stands_in_the_owners_trail(
    made: worlds.TwoCities,
) -> None:
    grant = worlds.given(made, Task.PREPARE)
    system = made.owner.category.system
    policy.check(made.owner.coordinator, SystemPermission.SYSTEM_READ, system)
    policy.is_allowed(made.coordinator, SystemPermission.SYSTEM_READ, system)
    assert audit.trail(grant)[-1].type == "grant.given"

    policy.check(made.coordinator, SystemPermission.SYSTEM_READ, system)

    used = audit.trail(grant)[-1]
    assert (used.type, used.person_id, used.organisation_id) == (
        "grant.used",
        made.coordinator.person_id,
        made.other.id,
    )
    assert used.data == {
        "owner": str(made.owner.authority.id),
        "task": "prepare",
        "scope_kind": "system",
        "scope": str(system.id),
        "act": "",
        "object": str(system.id),
    }
    followers = db.session.scalars(select(AuditFollower.organisation_id).where(AuditFollower.seq == used.seq))
    assert list(followers) == [made.owner.authority.id]
    wanted = queries.UsesWanted(authority_id=made.other.id, task=Task.PREPARE)
    assert [row[0].seq for row in queries.uses_of(made.owner.authority.id, wanted, None, 10)] == [used.seq]
    assert queries.uses_of(made.other.id, queries.UsesWanted(), None, 10) == []


def test_given_people_without_joint_work_then_grants_are_never_asked_about(made: worlds.TwoCities) -> None:
    asked = []
    for mandate in (people.admin(), people.mandate(Role.OPENER, made.other), _provider(made)):
        assert using.in_force(mandate) == ()
        asked.append(mandate.role in rules.ROLES and mandate.authority_id is not None)
    assert not any(asked)


def _provider(made: worlds.TwoCities) -> worlds.Mandate:
    order_worlds.supplier(made.owner)
    return made.owner.suppliers[0]


def test_given_months_then_a_grant_ends_the_day_before_the_same_day_of_the_month() -> None:
    day = clock.date
    assert rules.latest_last_day(day(2027, 1, 1), 12) == day(2027, 12, 31)
    assert rules.latest_last_day(day(2028, 2, 29), 12) == day(2029, 2, 27)
    assert rules.latest_last_day(day(2026, 11, 30), 3) == day(2027, 2, 27)


def test_given_the_database_alone_then_no_grant_is_of_an_authority_to_itself(made: worlds.TwoCities) -> None:
    from sqlalchemy.exc import IntegrityError

    grant = worlds.proposed(made)
    with pytest.raises(IntegrityError, match="two_authorities"):
        db.session.execute(Grant.__table__.update().values(owner_id=grant.authority_id))
    db.session.rollback()
