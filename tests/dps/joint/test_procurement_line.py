"""The stages of a joint procurement: each approved by those who may, once, in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from core import audit, clock
from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.identity.models import Role
from dps.joint.agreements.details import StageDetails
from dps.joint.procurements import queries, service
from dps.joint.procurements.models import (
    JointApproval,
    ParticipationState,
    ProcurementState,
    StageEntry,
    TargetGroup,
)
from dps.joint.procurements.picture import Picture
from dps.joint.procurements.service import Volume
from dps.joint.stages import APPROVED_STAGES, ApprovalRule, Stage
from dps.systems import service as systems
from dps.systems.models import SystemState
from tests import people, worlds_dps, worlds_joint
from tests import worlds_procurements as worlds

# ---- beginning ----


def test_given_an_agreement_in_force_when_a_procurement_begins_then_every_party_is_in_it_and_its_need_is_due(
    app: Flask,
) -> None:
    line = worlds.begun()
    assert list(line.participations) == ["helsinki", "espoo", "kauniainen", "vantaa"]
    entry = db.session.scalars(select(StageEntry)).one()
    assert entry.stage is Stage.NEED
    assert entry.due_on == clock.helsinki_date(clock.now()) + timedelta(days=30)
    assert line.procurement.reference == f"YH-{line.procurement.year}-1"


@pytest.mark.rule("R103")
def test_given_an_authority_outside_the_agreement_when_it_begins_or_is_to_lead_then_it_is_refused(app: Flask) -> None:
    together = worlds_joint.agreement_in_force()
    stranger = people.coordinator()
    with pytest.raises(RuleBroken) as refusal:
        service.begin(together.agreement, worlds.details(together), by=stranger)
    assert (refusal.value.rule, refusal.value.field) == ("R103", "agreement")
    with pytest.raises(RuleBroken) as refusal:
        service.begin(
            together.agreement,
            worlds.details(together, lead_id=stranger.organisation_id),
            by=together.espoo.coordinator,
        )
    assert (refusal.value.rule, refusal.value.field) == ("R103", "lead")


# ---- needs ----


@pytest.mark.rule("R104")
def test_given_a_municipality_of_another_party_when_a_need_is_stated_then_it_is_refused(app: Flask) -> None:
    line = worlds.begun()
    said = worlds.need(line, "espoo", 3)
    wrong = replace(said, volumes=[replace(said.volumes[0], municipality="Kauniainen")])
    with pytest.raises(RuleBroken) as refusal:
        service.state_need(line.participations["espoo"], wrong, by=line.together.espoo.coordinator)
    assert (refusal.value.rule, refusal.value.field) == ("R104", "municipality")
    assert line.participations["espoo"].stated_at is None


def test_given_a_need_with_holes_when_it_is_stated_then_the_field_is_named(app: Flask) -> None:
    line = worlds.begun()
    said, by = worlds.need(line, "vantaa", 3), line.together.vantaa.coordinator
    first = said.volumes[0]
    for details, field in (
        (replace(said, unit_price=None), "unit_price"),
        (replace(said, forecast_source=" "), "forecast_source"),
        (replace(said, volumes=[first, first]), "target_group"),
        (replace(said, volumes=[replace(first, quarter=first.quarter - timedelta(days=1))]), "quarter"),
        (replace(said, volumes=[replace(first, language="xx")]), "language"),
    ):
        with pytest.raises(RuleBroken) as refusal:
            service.state_need(line.participations["vantaa"], details, by=by)
        assert refusal.value.field == field


def test_given_a_need_marked_ready_when_it_is_stated_again_then_it_stays_as_the_others_know_it(app: Flask) -> None:
    line = worlds.state_all(worlds.begun())
    by = line.together.vantaa.coordinator
    service.approve(line.procurement, by=by)
    with pytest.raises(WrongState):
        service.state_need(line.participations["vantaa"], worlds.need(line, "vantaa", 1), by=by)
    assert queries.announced(line.procurement.id)[line.participations["vantaa"].party_id][line.first_quarter] == 24


def test_given_espoo_without_the_need_of_kauniainen_when_it_marks_ready_then_that_is_refused(app: Flask) -> None:
    line = worlds.begun()
    service.state_need(line.participations["espoo"], worlds.need(line, "espoo", 3), by=line.together.espoo.coordinator)
    with pytest.raises(RuleBroken) as refusal:
        service.approve(line.procurement, by=line.together.espoo.coordinator)
    assert refusal.value.field == "need"


# ---- approvals ----


@pytest.mark.rule("R103")
def test_given_people_without_mandate_when_they_approve_then_each_is_refused(app: Flask) -> None:
    line = worlds.in_steering()
    for by in (line.together.espoo.coordinator, people.mandate(line.together.espoo.steering.role), people.expert()):
        with pytest.raises(NotAllowed) as refusal:
            service.approve(line.procurement, by=by)
        assert refusal.value.rule == "R103"
    substitute = line.together.espoo.decider
    row = service.approve(line.procurement, by=substitute)
    assert (row.person_id, row.authority_id) == (substitute.person_id, line.together.espoo.authority.id)
    assert row.member_id is not None


@pytest.mark.rule("R103")
def test_given_a_member_who_lost_the_role_of_the_group_when_they_approve_in_another_role_then_it_is_refused(
    app: Flask,
) -> None:
    line = worlds.in_steering()
    former = replace(line.together.helsinki.steering, role=Role.COORDINATOR)
    with pytest.raises(NotAllowed) as refusal:
        service.approve(line.procurement, by=former)
    assert refusal.value.rule == "R103"
    assert not Picture.of(line.procurement).may_approve(former)


def test_given_an_approval_when_the_authority_approves_again_then_it_counts_once(app: Flask) -> None:
    line = worlds.in_steering()
    service.approve(line.procurement, by=line.together.espoo.steering)
    for by in (line.together.espoo.steering, line.together.espoo.decider):
        with pytest.raises(WrongState) as refusal:
            service.approve(line.procurement, by=by)
        assert refusal.value.rule == "joint-approval"
    assert line.procurement.stage is Stage.STEERING


def test_given_a_majority_rule_when_two_of_three_approve_then_the_stage_is_done_but_never_the_decisions(
    app: Flask,
) -> None:
    stages = [StageDetails(each, ApprovalRule.MAJORITY, 30) for each in APPROVED_STAGES]
    together = worlds_joint.agreement_in_force(stages=stages)
    line = worlds.state_all(worlds.begun(together))
    worlds.approve_all(line, [together.helsinki])
    assert line.procurement.stage is Stage.NEED
    worlds.approve_all(line, [together.espoo])
    assert line.procurement.stage is Stage.PROPOSAL
    service.propose(line.procurement, "Yhdessä.", by=together.helsinki.coordinator)
    worlds.approve_all(line, [together.espoo, together.vantaa])
    worlds.approve_all(line, [together.espoo, together.vantaa])
    assert line.procurement.stage is Stage.DECISIONS
    worlds.approve_all(line, [together.helsinki, together.espoo])
    with pytest.raises(RuleBroken) as refusal:
        service.set_up_system(line.procurement, by=together.helsinki.coordinator)
    assert refusal.value.rule == "R103"


def test_given_a_named_person_when_others_approve_then_they_are_refused_and_the_named_one_suffices(app: Flask) -> None:
    line = worlds.in_steering()
    named = line.together.vantaa.steering
    agreed = queries.agreed_stage(line.procurement, Stage.STEERING)
    assert agreed is not None
    agreed.rule, agreed.named_person_id = ApprovalRule.NAMED, named.person_id
    db.session.commit()
    with pytest.raises(NotAllowed):
        service.approve(line.procurement, by=line.together.espoo.steering)
    service.approve(line.procurement, by=named)
    assert line.procurement.stage is Stage.DECISIONS


def test_given_no_proposal_when_somebody_endorses_then_it_is_refused_and_an_endorsed_one_stays_as_it_is(
    app: Flask,
) -> None:
    line = worlds.in_proposal()
    with pytest.raises(RuleBroken) as refusal:
        service.approve(line.procurement, by=line.together.espoo.coordinator)
    assert refusal.value.field == "proposal"
    lead = line.together.helsinki.coordinator
    service.propose(line.procurement, "Yhdessä.", by=lead)
    service.approve(line.procurement, by=line.together.espoo.coordinator)
    with pytest.raises(WrongState):
        service.propose(line.procurement, "Toisin.", by=lead)


def test_given_each_stage_when_what_comes_later_is_tried_then_no_stage_is_skipped(app: Flask) -> None:
    line = worlds.begun()
    lead, decider = line.together.helsinki.coordinator, line.together.espoo.decider
    for attempt in (
        lambda: service.propose(line.procurement, "x", by=lead),
        lambda: service.set_up_system(line.procurement, by=lead),
        lambda: service.leave(line.participations["espoo"], "x", "§ 1", by=decider),
        lambda: service.move_on(line.procurement, by=lead),
        lambda: service.end(line.procurement, "x", by=lead),
    ):
        with pytest.raises(WrongState) as refusal:
            attempt()
        assert refusal.value.rule == "joint-stage"
    assert line.procurement.stage is Stage.NEED


# ---- decisions and leaving ----


def test_given_a_party_that_leaves_then_its_volumes_leave_and_the_others_decide_again(app: Flask) -> None:
    line = worlds.in_decisions()
    row, together = line.procurement, line.together
    service.approve(row, decision="§ 214", by=together.helsinki.decider)
    estimate = queries.estimate(row.id)
    service.leave(line.participations["vantaa"], "Oma kilpailutus.", "§ 9", by=together.vantaa.decider)
    assert (row.round, row.stage) == (2, Stage.DECISIONS)
    assert line.participations["vantaa"].party_id not in queries.announced(row.id)
    assert queries.estimate(row.id) == estimate - 2 * 24 * worlds.PRICE
    with pytest.raises(NotAllowed):
        service.approve(row, decision="§ 1", by=together.vantaa.decider)
    service.approve(row, decision="§ 31", by=together.espoo.decider)
    with pytest.raises(RuleBroken):
        service.set_up_system(row, by=together.helsinki.coordinator)
    service.approve(row, decision="§ 230", by=together.helsinki.decider)
    system = service.set_up_system(row, by=together.helsinki.coordinator)
    assert [each.id for each in system.all_buyers] == [together.helsinki.authority.id, together.espoo.authority.id]
    assert system.estimated_value == row.estimate == 2 * (52 + 20 + 2) * worlds.PRICE
    given = db.session.scalars(select(JointApproval).where(JointApproval.stage == Stage.DECISIONS)).all()
    assert sorted((each.round, each.decision) for each in given) == [(1, "§ 214"), (2, "§ 230"), (2, "§ 31")]


def test_given_the_lead_or_all_but_one_leaving_then_the_lead_stays_and_nothing_is_bought_alone(app: Flask) -> None:
    line = worlds.in_decisions()
    together = line.together
    with pytest.raises(RuleBroken) as refusal:
        service.leave(line.participations["helsinki"], "x", "§ 1", by=together.helsinki.decider)
    assert refusal.value.rule == "R103"
    service.hand_over(line.procurement, together.espoo.authority, by=together.helsinki.coordinator)
    service.leave(line.participations["helsinki"], "x", "§ 1", by=together.helsinki.decider)
    service.leave(line.participations["vantaa"], "x", "§ 2", by=together.vantaa.decider)
    assert line.procurement.state is ProcurementState.ABANDONED
    with pytest.raises(WrongState):
        service.approve(line.procurement, decision="§ 3", by=together.espoo.decider)


def test_given_a_decision_without_number_when_it_is_recorded_then_the_field_is_named(app: Flask) -> None:
    line = worlds.in_decisions()
    with pytest.raises(RuleBroken) as refusal:
        service.approve(line.procurement, by=line.together.espoo.decider)
    assert refusal.value.field == "decision"


# ---- what is bought, and use ----


def test_given_all_decided_when_the_system_opens_and_a_contract_is_signed_then_the_use_begins(app: Flask) -> None:
    line = worlds.decided()
    row, lead = line.procurement, line.together.helsinki
    service.set_up_system(row, by=lead.coordinator)
    with pytest.raises(WrongState) as refusal:
        service.move_on(row, by=lead.coordinator)
    assert refusal.value.rule == "joint-stage"
    worlds.opened(line)
    assert row.system is not None
    assert row.system.state is SystemState.OPEN
    assert row.stage is Stage.CONTRACTS
    with pytest.raises(WrongState) as refusal:
        service.move_on(row, by=lead.coordinator)
    assert refusal.value.rule == "joint-stage"
    staff = worlds_dps.Staff(lead.authority, lead.coordinator, lead.decider)
    with clock.at(clock.start_of_day(row.starts_on) + timedelta(hours=9)):
        worlds_dps.contract_in_force(row.system.categories[0], worlds_dps.provider(), staff)
        service.move_on(row, by=lead.coordinator)
        assert row.stage is Stage.USE
        with pytest.raises(WrongState):
            service.move_on(row, by=lead.coordinator)
    with clock.at(clock.start_of_day(row.ends_on) + timedelta(hours=33)):
        service.move_on(row, by=lead.coordinator)
        service.end(row, "Tavoite täyttyi.", by=lead.coordinator)
    assert (row.stage, row.state) == (Stage.FOLLOW_UP, ProcurementState.ENDED)


def test_given_a_category_of_a_draft_when_it_is_taken_for_all_then_the_others_are_named_and_its_value_suffices(
    app: Flask,
) -> None:
    line = worlds.decided()
    lead = line.together.helsinki.coordinator
    small = worlds_dps.draft_system(lead, system=worlds_dps.system_details(estimated_value=Decimal("1000.00")))
    with pytest.raises(RuleBroken) as refusal:
        service.set_up_category(line.procurement, small.categories[0], by=lead)
    assert refusal.value.rule == "R7"
    foreign = worlds_dps.draft_system(line.together.espoo.coordinator)
    with pytest.raises(RuleBroken):
        service.set_up_category(line.procurement, foreign.categories[0], by=lead)
    system = worlds_dps.draft_system(lead)
    service.set_up_category(line.procurement, system.categories[0], by=lead)
    assert len(system.all_buyers) == 3
    assert line.procurement.stage is Stage.PROCUREMENT
    systems.submit(system, by=lead)


@pytest.mark.rule("R103")
def test_given_acts_of_one_and_of_all_then_the_trail_says_in_whose_name_each_was_done(app: Flask) -> None:
    line = worlds.decided()
    service.set_up_system(line.procurement, by=line.together.helsinki.coordinator)
    told = {
        (event.type, event.data["in_name_of"])
        for event in db.session.scalars(select(AuditEvent))
        if event.type.startswith("joint_procurement.")
    }
    assert told == {
        ("joint_procurement.begun", "own"),
        ("joint_procurement.approved", "own"),
        ("joint_procurement.stage_reached", "all"),
        ("joint_procurement.proposed", "all"),
        ("joint_procurement.set_up", "all"),
    }
    ours = ("joint_procurement.", "joint_participation.", "joint_transfer.", "joint_meeting.")
    every = {name: keys for name, keys in audit.declared_events().items() if name.startswith(ours)}
    system_acts = {"joint_procurement.bound", "joint_procurement.alarm_raised", "joint_meeting.minutes_made"}
    assert {name for name, keys in every.items() if "in_name_of" not in keys} == system_acts


# ---- the end ----


def test_given_a_procurement_before_it_is_bought_when_the_lead_gives_it_up_then_it_ends_and_later_not(
    app: Flask,
) -> None:
    line = worlds.in_proposal()
    service.abandon(line.procurement, "Tarve poistui.", by=line.together.helsinki.coordinator)
    assert line.procurement.state is ProcurementState.ABANDONED
    later = worlds.decided(line.together)
    service.set_up_system(later.procurement, by=line.together.helsinki.coordinator)
    with pytest.raises(WrongState):
        service.abandon(later.procurement, "x", by=line.together.helsinki.coordinator)


def test_given_a_stated_zero_need_then_the_party_is_in_without_volumes(app: Flask) -> None:
    line = worlds.begun()
    details = worlds.need(line, "kauniainen", 0, unit_price=None, volumes=[])
    service.state_need(line.participations["kauniainen"], details, by=line.together.espoo.coordinator)
    kauniainen = line.participations["kauniainen"]
    assert (kauniainen.state, kauniainen.volumes) == (ParticipationState.IN, [])
    some = Volume(TargetGroup.ALL, "Kauniainen", "sv", line.first_quarter, 4)
    anew = worlds.need(line, "kauniainen", 0, volumes=[some])
    service.state_need(kauniainen, anew, by=line.together.espoo.coordinator)
    assert [(each.language, each.amount) for each in queries.participation(kauniainen.id).volumes] == [("sv", 4)]  # type: ignore[union-attr]
