"""Agreements: nothing in force before every authority has approved it, each with its own voice (R103)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core import clock
from core.audit.models import AuditEvent
from core.db import db, savepoint
from core.errors import DomainError, NotAllowed, RuleBroken, WrongState
from dps.joint.agreements import queries, rules, seating, service
from dps.joint.agreements.details import AgreementDetails, CostDetails, PartyDetails, of_version
from dps.joint.agreements.models import AgreementVersion, VersionState
from dps.joint.stages import ApprovalRule, CostBasis, CostKind, Group
from tests import people, worlds_joint
from tests.worlds_joint import Together


def refused(error: type[DomainError], verb: object) -> DomainError:
    """What the verb refuses with; it must name a rule and a next step."""
    with pytest.raises(error) as caught:
        verb()  # type: ignore[operator]
    assert caught.value.rule
    assert str(caught.value.next_step)
    return caught.value


def said(world: Together) -> AgreementDetails:
    return of_version(world.version)


def with_party(world: Together, key: str, **changed: object) -> AgreementDetails:
    """The details with one party changed."""
    agreed = said(world)
    parties = [replace(each, **changed) if each.key == key else each for each in agreed.parties]  # type: ignore[arg-type]
    return replace(agreed, parties=parties)


def propose(world: Together) -> None:
    service.propose(world.version, by=world.helsinki.coordinator)


def change(world: Together, details: AgreementDetails) -> None:
    service.change(world.version, details, by=world.helsinki.coordinator)


@pytest.mark.rule("R103")
def test_given_a_proposal_when_the_last_authority_approves_then_it_is_in_force(app: Flask) -> None:
    world = worlds_joint.draft()
    propose(world)
    service.approve(world.version, "§ 1", by=world.helsinki.decider)
    service.approve(world.version, "§ 2", by=world.espoo.decider)
    assert world.version.state is VersionState.PROPOSED
    assert queries.version_in_force(world.agreement.id, date(2026, 1, 1)) is None
    service.approve(world.version, "§ 3", by=world.vantaa.decider)
    assert queries.version_in_force(world.agreement.id, date(2026, 1, 1)) is world.version
    assert queries.version_in_force(world.agreement.id, date(2024, 12, 31)) is None
    events = db.session.scalars(select(AuditEvent.type).order_by(AuditEvent.seq)).all()
    assert events[-4:] == ["agreement_version.approved"] * 3 + ["agreement_version.came_in_force"]


@pytest.mark.rule("R103")
def test_given_a_proposal_when_somebody_without_mandate_or_twice_then_it_is_refused(app: Flask) -> None:
    world = worlds_joint.draft()
    refused(WrongState, lambda: service.approve(world.version, "§ 1", by=world.helsinki.decider))
    propose(world)
    stranger = people.decider()
    for nobody in (world.helsinki.coordinator, world.espoo.steering, stranger):
        assert refused(NotAllowed, lambda who=nobody: service.approve(world.version, "§ 1", by=who)).rule == "R103"
        refused(NotAllowed, lambda who=nobody: service.return_version(world.version, "Ei", by=who))
    assert refused(RuleBroken, lambda: service.approve(world.version, "  ", by=world.espoo.decider)).field == "decision"
    service.approve(world.version, "§ 1", by=world.helsinki.decider)
    again = refused(WrongState, lambda: service.approve(world.version, "§ 9", by=world.helsinki.decider))
    assert again.field == "decision"


def test_given_approvals_when_a_party_returns_it_then_they_are_void_and_it_can_be_changed(app: Flask) -> None:
    world = worlds_joint.draft()
    propose(world)
    refused(WrongState, lambda: change(world, said(world)))
    service.approve(world.version, "§ 1", by=world.helsinki.decider)
    service.return_version(world.version, "Osuus on liian suuri.", by=world.vantaa.decider)
    assert world.version.state is VersionState.DRAFT
    assert queries.approvals_of([world.version.id])[world.version.id] == []
    change(world, with_party(world, "helsinki", person_years_min=Decimal(21)))
    propose(world)
    assert world.version.return_reason is None
    worlds_joint.approve_all(world.version, [each.decider for each in world.cities])
    assert world.version.state is VersionState.IN_FORCE


@pytest.mark.rule("R103")
def test_given_a_new_version_when_all_approve_then_it_replaces_the_old_from_its_first_day(app: Flask) -> None:
    world = worlds_joint.agreement_in_force(with_members=False)
    old, begins = world.version, worlds_joint.tomorrow()
    new = service.start_version(world.agreement, by=world.vantaa.coordinator)
    assert (new.number, [each.key for each in new.parties]) == (2, ["helsinki", "espoo", "kauniainen", "vantaa"])
    refused(WrongState, lambda: service.start_version(world.agreement, by=world.espoo.coordinator))
    without_vantaa = [each for each in of_version(new).parties if each.key != "vantaa"]
    shares = {"helsinki": Decimal(60), "espoo": Decimal(40), "kauniainen": Decimal(0)}
    parties = [replace(each, share=shares[each.key], cost_share=shares[each.key]) for each in without_vantaa]
    service.change(new, replace(of_version(new), parties=parties, starts_on=begins), by=world.vantaa.coordinator)
    service.propose(new, by=world.vantaa.coordinator)
    worlds_joint.approve_all(new, [world.helsinki.decider, world.espoo.decider])
    assert new.state is VersionState.PROPOSED, "who is put out of the agreement has a voice, too"
    service.approve(new, "§ 3", by=world.vantaa.decider)
    assert (old.state, new.state) == (VersionState.SUPERSEDED, VersionState.IN_FORCE)
    assert queries.version_in_force(world.agreement.id, begins - timedelta(days=1)) is old
    assert queries.version_in_force(world.agreement.id, begins) is new


def test_given_a_draft_when_it_is_withdrawn_then_what_is_in_force_stays(app: Flask) -> None:
    world = worlds_joint.agreement_in_force(with_members=False)
    new = service.start_version(world.agreement, by=world.espoo.coordinator)
    service.withdraw(new, by=world.espoo.coordinator)
    assert queries.approved_version(world.agreement.id) is world.version
    refused(WrongState, lambda: service.propose(new, by=world.espoo.coordinator))
    refused(WrongState, lambda: service.withdraw(world.version, by=world.helsinki.coordinator))


def test_given_a_draft_with_something_impossible_when_it_is_saved_then_it_is_refused_by_its_field(app: Flask) -> None:
    world = worlds_joint.draft()
    agreed = said(world)
    cases = [
        ("parties", with_party(world, "vantaa", municipalities=[" kauniainen"])),
        ("parties", with_party(world, "vantaa", municipalities=[])),
        ("parties", with_party(world, "kauniainen", is_own=True)),
        ("parties", with_party(world, "vantaa", authority_id=uuid.uuid4())),
        ("ends_on", replace(agreed, ends_on=agreed.starts_on)),
        ("stages", replace(agreed, stages=[*agreed.stages, agreed.stages[0]])),
        ("need_person", replace(agreed, stages=[replace(agreed.stages[0], rule=ApprovalRule.NAMED)])),
        (
            "need_person",
            replace(agreed, stages=[replace(agreed.stages[0], rule=ApprovalRule.NAMED, named_person_id=uuid.uuid4())]),
        ),
        ("costs", replace(agreed, costs=[*agreed.costs, CostDetails(CostKind.MARKETING, CostBasis.BY_USE)])),
    ]
    for field, details in cases:
        assert refused(RuleBroken, lambda what=details: change(world, what)).field == field
    assert [each.key for each in world.version.parties] == ["helsinki", "espoo", "kauniainen", "vantaa"]


def test_given_a_draft_that_lacks_something_when_it_is_proposed_then_it_is_refused_by_its_field(app: Flask) -> None:
    world = worlds_joint.draft()
    agreed = said(world)
    stranger = people.expert()
    named = replace(agreed.stages[0], rule=ApprovalRule.NAMED, named_person_id=stranger.person_id)
    cases = [
        ("I9", "parties", with_party(world, "kauniainen", share=Decimal("0.01"))),
        ("I9", "parties", with_party(world, "vantaa", cost_share=Decimal(24))),
        ("R103", "parties", with_party(world, "vantaa", is_own=False)),
        ("agreement-terms", "parties", replace(agreed, parties=[replace(agreed.parties[0], share=Decimal(100))])),
        ("agreement-terms", "decisions_rule", replace(agreed, stages=agreed.stages[:-1])),
        ("agreement-terms", "marketing_basis", replace(agreed, costs=agreed.costs[:-1])),
        ("agreement-terms", "tasks", replace(agreed, tasks=[])),
        ("R103", "need_person", replace(agreed, stages=[named, *agreed.stages[1:]])),
    ]
    for rule, field, details in cases:
        change(world, details)
        found = refused(RuleBroken, lambda: propose(world))
        assert (found.rule, found.field) == (rule, field)
    assert world.version.state is VersionState.DRAFT


def test_given_an_agreement_in_force_when_a_version_has_another_name_then_it_is_refused(app: Flask) -> None:
    world = worlds_joint.agreement_in_force(with_members=False)
    new = service.start_version(world.agreement, by=world.helsinki.coordinator)
    other = replace(of_version(new), name=replace(of_version(new).name, fi="Muu"))
    assert refused(RuleBroken, lambda: service.change(new, other, by=world.helsinki.coordinator)).field == "name_fi"


@pytest.mark.rule("R104")
def test_given_four_parties_when_a_customer_comes_then_the_home_municipality_says_whose_it_is(app: Flask) -> None:
    world = worlds_joint.draft()
    espoo, vantaa = world.espoo.authority.id, world.vantaa.authority.id
    parties = world.version.parties

    def whose(authority_id: uuid.UUID, municipality: str) -> str | None:
        found = rules.party_of(parties, authority_id, municipality)
        return found.key if found else None

    assert whose(espoo, "Kauniainen") == "kauniainen"
    assert whose(espoo, " kauniainen ") == "kauniainen"
    assert whose(espoo, "Espoo") == "espoo"
    assert whose(espoo, "Kirkkonummi") == "espoo"
    assert whose(vantaa, "Kauniainen") == "vantaa"
    assert whose(uuid.uuid4(), "Espoo") is None


def test_given_an_agreement_when_people_are_named_then_only_their_own_authority_does_it(app: Flask) -> None:
    world = worlds_joint.agreement_in_force()
    today = clock.helsinki_date(clock.now())
    espoo, agreement = world.espoo, world.agreement
    member = world.members["espoo", Group.STEERING]
    found = queries.membership(agreement.id, Group.STEERING, espoo.steering.person_id, today)
    assert found is member
    substitute = queries.membership(agreement.id, Group.STEERING, espoo.decider.person_id, today)
    assert substitute is not None
    assert substitute.substitutes_id == member.id
    assert queries.membership(agreement.id, Group.COORDINATION, espoo.decider.person_id, today) is None

    def name(who: object, group: Group = Group.STEERING, day: date = today, **words: object) -> None:
        by = words.pop("by", espoo.coordinator)
        seating.name_member(agreement, group, worlds_joint.person_of(who), day, by=by, **words)  # type: ignore[arg-type]

    assert refused(RuleBroken, lambda: name(espoo.steering)).field == "person"
    assert refused(RuleBroken, lambda: name(espoo.expert)).field == "person"
    assert refused(RuleBroken, lambda: name(world.vantaa.steering)).field == "person"
    assert refused(RuleBroken, lambda: name(espoo.decider, Group.COORDINATION, today - timedelta(days=1))).field
    wrong = world.members["vantaa", Group.COORDINATION]
    assert refused(RuleBroken, lambda: name(espoo.decider, Group.COORDINATION, substitutes=wrong)).field
    refused(NotAllowed, lambda: name(espoo.decider, Group.COORDINATION, by=espoo.decider))
    refused(NotAllowed, lambda: name(espoo.decider, Group.COORDINATION, by=people.coordinator()))

    refused(NotAllowed, lambda: seating.end_membership(member, today, by=world.vantaa.coordinator))
    seating.end_membership(member, today, by=espoo.coordinator)
    tomorrow = worlds_joint.tomorrow()
    assert queries.membership(agreement.id, Group.STEERING, espoo.steering.person_id, today) is member
    assert queries.membership(agreement.id, Group.STEERING, espoo.steering.person_id, tomorrow) is None
    assert queries.membership(agreement.id, Group.STEERING, espoo.decider.person_id, tomorrow) is None
    refused(WrongState, lambda: seating.end_membership(member, today, by=espoo.coordinator))


def test_the_database_itself_refuses_a_second_version_in_force_and_a_second_own_party(app: Flask) -> None:
    world = worlds_joint.agreement_in_force(with_members=False)
    new = service.start_version(world.agreement, by=world.helsinki.coordinator)

    def force() -> None:
        with savepoint():
            new.state, new.in_force_at = VersionState.IN_FORCE, clock.now()
            db.session.flush()

    with pytest.raises(IntegrityError, match="one_in_force"):
        force()
    db.session.expire_all()
    party = db.session.get_one(AgreementVersion, world.version.id).parties[2]

    def own() -> None:
        with savepoint():
            party.is_own = True
            db.session.flush()

    with pytest.raises(IntegrityError, match="party_own"):
        own()


def test_a_key_of_a_party_is_short_plain_and_its_own() -> None:
    assert rules.key_of("Työnhakijoiden valmennus", []) == "tyonhakijoiden-valmennus"
    assert rules.key_of("Espoo", ["espoo", "espoo-2"]) == "espoo-3"
    assert rules.key_of("!!!", []) == "party"


def test_details_of_a_party_survive_a_copy(app: Flask) -> None:
    world = worlds_joint.agreement_in_force(with_members=False)
    new = service.start_version(world.agreement, by=world.espoo.coordinator)
    first, copy = of_version(world.version), of_version(new)
    assert isinstance(copy.parties[0], PartyDetails)
    assert (copy.parties, copy.tasks) == (first.parties, first.tasks)
    assert copy.stages == first.stages
    assert copy.costs == first.costs
