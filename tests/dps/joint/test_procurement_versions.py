"""A newer version of the agreement binds running procurements only where it says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from core import clock
from core.db import db
from dps.joint.agreements import service as agreements
from dps.joint.agreements.details import StageDetails, of_version
from dps.joint.procurements import queries, service
from dps.joint.stages import ApprovalRule, Stage
from tests import worlds_joint
from tests import worlds_procurements as worlds


@pytest.mark.parametrize("binds", [True, False])
def test_given_a_newer_version_when_it_is_in_force_then_it_binds_a_running_procurement_only_where_it_says_so(
    app: Flask, binds: bool
) -> None:
    line = worlds.state_all(worlds.begun())
    together, row = line.together, line.procurement
    before = queries.announced(row.id)
    draft = agreements.start_version(together.agreement, by=together.helsinki.coordinator)
    today = clock.helsinki_date(clock.now())
    said = replace(of_version(draft), starts_on=today, binds_running=binds, withdrawal_days=90)
    agreements.change(draft, said, by=together.helsinki.coordinator)
    agreements.propose(draft, by=together.helsinki.coordinator)
    worlds_joint.approve_all(draft, [each.decider for each in together.cities])
    service.bind(row)
    db.session.refresh(row)
    assert (row.version_id == draft.id) is binds
    parties = [each.party for each in queries.participations_of(row.id)]
    assert {each.version_id for each in parties} == {row.version_id}
    assert [each.key for each in parties] == ["helsinki", "espoo", "kauniainen", "vantaa"]
    after = queries.announced(row.id)
    assert list(after.values()) == list(before.values())
    service.approve(row, by=together.vantaa.coordinator)


@pytest.mark.rule("R103")
def test_given_endorsements_when_a_newer_version_names_another_approver_then_the_stage_ends_as_it_was_begun(
    app: Flask,
) -> None:
    line = worlds.in_proposal()
    together, row = line.together, line.procurement
    service.propose(row, "Hankitaan yhdessä.", by=together.helsinki.coordinator)
    service.approve(row, by=together.vantaa.coordinator)
    draft = agreements.start_version(together.agreement, by=together.helsinki.coordinator)
    said = of_version(draft)
    named = StageDetails(Stage.PROPOSAL, ApprovalRule.NAMED, 7, together.vantaa.decider.person_id)
    steps = [named if each.stage is Stage.PROPOSAL else replace(each, days=3) for each in said.stages]
    today = clock.helsinki_date(clock.now())
    agreements.change(
        draft, replace(said, starts_on=today, binds_running=True, stages=steps), by=together.helsinki.coordinator
    )
    agreements.propose(draft, by=together.helsinki.coordinator)
    worlds_joint.approve_all(draft, [each.decider for each in together.cities])

    service.approve(row, by=together.espoo.coordinator)
    service.approve(row, by=together.helsinki.coordinator)

    assert row.stage is Stage.STEERING
    assert row.version_id == draft.id, "the next stage goes by the newer version"
    assert queries.stage_entry(row.id, Stage.STEERING).due_on == today + timedelta(days=3)
