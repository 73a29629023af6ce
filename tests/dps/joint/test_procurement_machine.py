"""No sequence of acts skips a stage or counts an approval twice; announced are the volumes of those who stayed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.db import db
from core.errors import DomainError
from dps.joint.procurements import queries, rules, service
from dps.joint.procurements.models import JointApproval, ParticipationState, ProcurementState, StageEntry
from dps.joint.stages import APPROVED_STAGES, Stage
from tests import worlds_joint
from tests import worlds_procurements as worlds

PARTIES = st.sampled_from(["helsinki", "espoo", "kauniainen", "vantaa"])
CITIES = st.sampled_from(["helsinki", "espoo", "vantaa"])
ROLES = st.sampled_from(["coordinator", "decider", "steering", "expert"])
AMOUNTS = st.integers(0, 9)


def machine(together: worlds_joint.Together) -> type[RuleBasedStateMachine]:
    """The machine of one agreement; each example begins a procurement of its own under it."""

    class Procurement(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.line = worlds.begun(together)
            self.stated: dict[str, dict[date, int]] = {}
            self.moved: dict[str, dict[date, int]] = {}

        @initialize(stages=st.integers(0, 4), amount=st.integers(1, 9))
        def come_to(self, stages: int, amount: int) -> None:
            """So that examples begin in the later stages, too."""
            for _ in range(stages):
                self.all_do_their_part(amount)

        def _try(self, act: Any) -> bool:
            """Whether the act was done; a refusal leaves nothing behind."""
            try:
                act()
            except DomainError:
                db.session.rollback()
                return False
            return True

        def _person(self, city: str, role: str) -> Any:
            return getattr(getattr(together, city), role)

        @rule(key=PARTIES, amount=AMOUNTS)
        def state(self, key: str, amount: int) -> None:
            details = worlds.need(self.line, key, amount)
            by = self.line.city_of(key).coordinator
            if self._try(lambda: service.state_need(self.line.participations[key], details, by=by)):
                self.stated[key] = {each.quarter: each.amount for each in details.volumes if each.amount}

        @rule()
        def write(self) -> None:
            lead = together.helsinki.coordinator
            self._try(lambda: service.propose(self.line.procurement, "Yhdessä.", by=lead))

        @rule(city=CITIES, role=ROLES)
        def approve(self, city: str, role: str) -> None:
            by = self._person(city, role)
            self._try(lambda: service.approve(self.line.procurement, decision="§ 1", by=by))

        @rule(amount=st.integers(1, 9))
        def all_do_their_part(self, amount: int) -> None:
            """Everybody does what the present stage asks."""
            stage = self.line.procurement.stage
            if stage is Stage.NEED:
                for key in self.line.participations:
                    self.state(key, amount)
            self.write()
            role = {Stage.STEERING: "steering", Stage.DECISIONS: "decider"}.get(stage, "coordinator")
            for city in ("helsinki", "espoo", "vantaa"):
                if self.line.procurement.stage is stage:
                    self.approve(city, role)
            if stage is Stage.DECISIONS:
                self.set_up()

        @rule(key=PARTIES)
        def leave(self, key: str) -> None:
            by = self.line.city_of(key).decider
            self._try(lambda: service.leave(self.line.participations[key], "Oma.", "§ 2", by=by))

        @rule(key=PARTIES, days=st.sampled_from([10, 200, 400]))
        def withdraw(self, key: str, days: int) -> None:
            by, last = self.line.city_of(key).decider, clock.helsinki_date(clock.now()) + timedelta(days=days)
            self._try(lambda: service.withdraw(self.line.participations[key], last, "Oma.", "§ 3", by=by))

        @rule(giver=PARTIES, taker=PARTIES, amount=st.integers(1, 9))
        def transfer(self, giver: str, taker: str, amount: int) -> None:
            first, last = self.line.participations[giver], self.line.participations[taker]
            quarter = self.line.first_quarter

            def both() -> None:
                by, other = self.line.city_of(giver).coordinator, self.line.city_of(taker).coordinator
                offered = service.propose_transfer(first, last, quarter, amount, "Tarve.", by=by)
                service.agree_transfer(offered, by=other)

            if self._try(both):
                for key, change in ((giver, -amount), (taker, amount)):
                    self.moved.setdefault(key, {}).setdefault(quarter, 0)
                    self.moved[key][quarter] += change

        @rule()
        def set_up(self) -> None:
            lead = together.helsinki.coordinator
            self._try(lambda: service.set_up_system(self.line.procurement, by=lead))

        @rule()
        def move_on(self) -> None:
            lead = together.helsinki.coordinator
            self._try(lambda: service.move_on(self.line.procurement, by=lead))

        @invariant()
        def stages_follow_one_another(self) -> None:
            row = self.line.procurement
            entries = db.session.scalars(
                select(StageEntry).where(StageEntry.procurement_id == row.id).order_by(StageEntry.id)
            ).all()
            assert [each.stage for each in entries] == list(Stage)[: row.stage.number]
            assert all(each.done_at and each.done_by for each in entries[:-1])

        @invariant()
        def what_lies_behind_was_approved_by_all_once(self) -> None:
            row = self.line.procurement
            given = db.session.scalars(select(JointApproval).where(JointApproval.procurement_id == row.id)).all()
            keys = [(each.stage, each.round, each.authority_id) for each in given]
            assert len(keys) == len(set(keys))
            everybody = {each.authority.id for each in together.cities}
            for stage in list(Stage)[: row.stage.number - 1]:
                if stage in APPROVED_STAGES:
                    rows = rules.counted(given, stage, rules.round_of(row, stage))
                    needed = self._deciding() if stage is Stage.DECISIONS else everybody
                    assert needed <= {each.authority_id for each in rows}

        def _deciding(self) -> set[Any]:
            """The authorities with a party that did not leave: who withdrew later had decided."""
            rows = queries.participations_of(self.line.procurement.id)
            return {each.party.authority_id for each in rows if each.state is not ParticipationState.LEFT}

        @invariant()
        def announced_are_the_volumes_of_those_who_stayed(self) -> None:
            announced = queries.announced(self.line.procurement.id)
            for key, each in self.line.participations.items():
                found = announced.get(each.party_id)
                if each.state is ParticipationState.LEFT:
                    assert found is None
                    continue
                whole = dict(self.stated.get(key, {}))
                for quarter, change in self.moved.get(key, {}).items():
                    whole[quarter] = whole.get(quarter, 0) + change
                last = each.last_day or date.max
                assert found == {quarter: amount for quarter, amount in whole.items() if quarter <= last}
                assert all(amount >= 0 for amount in found.values())

        @invariant()
        def who_buys_is_who_stayed(self) -> None:
            row = self.line.procurement
            if row.system is not None:
                db.session.refresh(row.system, ["buyers"])
                assert {each.id for each in row.system.all_buyers} == self._deciding()
                assert len(self._deciding()) >= 2
            if row.state is ProcurementState.ABANDONED:
                assert row.system is None

    return Procurement


@pytest.mark.rule("R103")
def test_no_sequence_of_acts_skips_a_stage_or_counts_an_approval_twice(app: Flask) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine(worlds_joint.agreement_in_force()),
        settings=settings(
            max_examples=10, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
