"""Any life of a system, its applications and admissions, in any order and time: what always holds, holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from core import clock
from core.audit import service as audit_service
from core.db import db
from core.errors import DomainError
from core.jobs.models import OutboxEntry
from core.mail.models import Mail
from dps.contracts import queries as contract_queries
from dps.contracts.models import ContractState, FrameContract
from dps.decisions import service as decisions
from dps.decisions.models import Decision, DecisionKind, DecisionState, Remedy, RemedyKind, RemedyOutcome, RemedyState
from dps.notices import service as notices
from dps.notices.models import Notice, NoticeState
from dps.qualification import matters, rules
from dps.qualification import service as qualification
from dps.qualification.models import (
    AdmissionMatter,
    Application,
    ApplicationState,
    CheckResult,
    Clarification,
    ClarificationKind,
    MatterKind,
    Qualification,
    QualificationState,
    RenewalRequest,
)
from dps.qualification.service import renewing, standing
from dps.systems import service as systems
from dps.systems.models import ChangeState, SystemChange, SystemState
from tests import worlds_dps as worlds
from tests.gates.test_transitions import check_states_follow_from_the_trail

PICK = st.integers(0, 30)


class Lives(RuleBasedStateMachine):
    """One system with the categories added to it, three providers, two deciders, and everything they do."""

    @initialize()
    def begin(self) -> None:
        self.staff = worlds.staff()
        self.other = worlds.other_decider(self.staff)
        self.system = worlds.open_system(self.staff)
        self.providers = [worlds.provider(name) for name in ("Yksi Oy", "Kaksi Oy", "Kolme Oy")]
        self.now = clock.now()
        self.decided: dict[Any, tuple[Any, ...]] = {}
        self.numbers = 0
        category = self.system.categories[0]
        worlds.contract_in_force(category, self.providers[0], self.staff)
        refusal = worlds.proposed(category, self.providers[1], self.staff, CheckResult.NOT_MET)
        decisions.sign(refusal, by=self.staff.decider)
        worlds.application(category, self.providers[2])

    # ---- helpers ----

    def _all(self, model: Any) -> Sequence[Any]:
        """The rows of this system, not those of earlier lives."""
        rows = db.session.scalars(select(model).order_by(model.id)).unique()
        return [row for row in rows if self._system_of(row) == self.system.id]

    @staticmethod
    def _system_of(row: Any) -> Any:
        owner = {
            Clarification: "application",
            Remedy: "decision",
            AdmissionMatter: "qualification",
            RenewalRequest: "qualification",
        }.get(type(row))
        row = getattr(row, owner) if owner else row
        return row.system_id if hasattr(row, "system_id") else row.category.system_id

    def _one(self, model: Any, pick: int, wanted: Callable[[Any], bool] = lambda row: True) -> Any:
        """One of the rows, mostly one for which the act is possible."""
        rows = self._all(model)
        if pick % 4:
            rows = [row for row in rows if wanted(row)] or rows
        return rows[pick % len(rows)] if rows else None

    def _try(self, act: Callable[[], object]) -> None:
        """Do it at the machine's time; what is refused leaves nothing behind."""
        with clock.at(self.now):
            try:
                act()
            except DomainError:
                db.session.rollback()
                db.session.expire_all()

    def _provider(self, supplier_id: Any) -> worlds.Provider:
        return next(each for each in self.providers if each.supplier.id == supplier_id)

    # ---- time and the system ----

    @rule(hours=st.sampled_from([1, 20, 24 * 3, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(action=st.sampled_from(["close", "reopen", "reopen"]))
    def close_or_reopen(self, action: str) -> None:
        self._try(lambda: getattr(systems, action)(self.system, by=self.staff.coordinator))

    @rule(number=st.integers(0, 25))
    def end(self, number: int) -> None:
        if number == 0:
            self._try(lambda: systems.end_system(self.system, by=self.staff.decider))

    @rule(kind=st.sampled_from(["category", "end"]), pick=PICK)
    def propose_change(self, kind: str, pick: int) -> None:
        def act() -> None:
            if kind == "category":
                self.numbers += 1
                details = worlds.category_details(code=f"lisa-{self.numbers}")
                systems.propose_category(self.system, details, "Uusi tarve.", by=self.staff.coordinator)
            else:
                category = self.system.categories[pick % len(self.system.categories)]
                systems.propose_category_end(category, "Ei tarvetta.", by=self.staff.coordinator)

        self._try(act)

    @rule(pick=PICK, by_preparer=st.booleans())
    def carry_change_on(self, pick: int, by_preparer: bool) -> None:
        change = self._one(SystemChange, pick, lambda row: row.state is not ChangeState.IN_FORCE)
        if change is None:
            return
        decider = self.staff.coordinator if by_preparer else self.staff.decider
        steps = {
            ChangeState.DRAFT: lambda: systems.submit_change(change, by=self.staff.coordinator),
            ChangeState.SUBMITTED: lambda: systems.approve_change(change, by=decider),
            ChangeState.APPROVED: lambda: notices.record_change_sent(change, by=self.staff.coordinator),
        }
        self._try(steps.get(change.state, lambda: systems.approve_change(change, by=decider)))

    @rule(pick=PICK)
    def publish(self, pick: int) -> None:
        notice = self._one(Notice, pick, lambda row: row.state is NoticeState.SENT)
        self.numbers += 1
        if notice is not None:
            self._try(
                lambda: notices.record_published(
                    notice, f"2026-9{self.numbers:05d}", clock.now(), by=self.staff.coordinator
                )
            )

    # ---- applications ----

    @rule(who=st.integers(0, 2), where=st.integers(0, 3))
    def apply(self, who: int, where: int) -> None:
        provider = self.providers[who]
        category = self.system.categories[where % len(self.system.categories)]
        self._try(lambda: worlds.application(category, provider))

    @rule(pick=PICK, stranger=st.booleans())
    def withdraw(self, pick: int, stranger: bool) -> None:
        row = self._one(Application, pick)
        if row is not None and pick % 5 == 0:
            by = self.providers[0].mandate if stranger else self._provider(row.supplier_id).mandate
            self._try(lambda: qualification.withdraw_application(row, by=by))

    @rule(pick=PICK)
    def extend(self, pick: int) -> None:
        row = self._one(Application, pick, lambda each: each.state is ApplicationState.RECEIVED)
        if row is not None:
            self._try(lambda: qualification.extend(row, "Lisäselvitys.", by=self.staff.coordinator))

    @rule(pick=PICK)
    def ask(self, pick: int) -> None:
        row = self._one(Application, pick, lambda each: each.state is ApplicationState.RECEIVED)
        if row is None:
            return
        question = qualification.Question(
            kind=ClarificationKind.CLARIFICATION, requirements=[row.category.requirements[-1]], text="Mikä koulutus?"
        )
        self._try(lambda: qualification.ask(row, question, by=self.staff.coordinator))

    @rule(pick=PICK)
    def answer(self, pick: int) -> None:
        row = self._one(Clarification, pick, lambda each: each.answered_at is None)
        if row is not None:
            by = self._provider(row.application.supplier_id).mandate
            self._try(lambda: qualification.answer(row, qualification.Answer(text="Tutkinto."), by=by))

    @rule(pick=PICK, met=st.sampled_from([True, True, False]))
    def check_and_propose(self, pick: int, met: bool) -> None:
        row = self._one(Application, pick, lambda each: each.state is ApplicationState.RECEIVED)
        if row is None:
            return

        def act() -> None:
            worlds.check_all(row, self.staff, CheckResult.MET if met else CheckResult.NOT_MET)
            qualification.propose(row, "Tarkistettu.", by=self.staff.coordinator)

        self._try(act)

    # ---- decisions ----

    @rule(pick=PICK, who=st.sampled_from(["decider", "decider", "other", "preparer"]))
    def sign(self, pick: int, who: str) -> None:
        row = self._one(Decision, pick, lambda each: each.state is DecisionState.PREPARED)
        if row is not None:
            by = {"decider": self.staff.decider, "other": self.other, "preparer": self.staff.coordinator}[who]
            self._try(lambda: decisions.sign(row, by=by))

    @rule()
    def sign_all_that_wait(self) -> None:
        for row in self._all(Decision):
            if row.state is DecisionState.PREPARED:
                self._try(lambda row=row: decisions.sign(row, by=self.staff.decider))  # type: ignore[misc]

    @rule(pick=PICK)
    def return_decision(self, pick: int) -> None:
        row = self._one(Decision, pick, lambda each: each.state is DecisionState.PREPARED)
        if row is not None and pick % 3 == 0:
            self._try(lambda: decisions.return_decision(row, "Täsmennä.", by=self.staff.decider))

    @rule(pick=PICK, kind=st.sampled_from(list(RemedyKind)))
    def register_remedy(self, pick: int, kind: RemedyKind) -> None:
        row = self._one(Decision, pick, lambda each: each.state is DecisionState.SIGNED)
        if row is None or pick % 2:
            return
        details = decisions.RemedyDetails(
            kind=kind, claims="Vaatimus.", claimant="Yksi Oy", received_on=clock.helsinki_date(self.now)
        )
        self._try(lambda: decisions.register_remedy(row, details, by=self.staff.coordinator))

    @rule(pick=PICK, is_met=st.booleans(), outcome=st.sampled_from(list(RemedyOutcome)))
    def carry_remedy_on(self, pick: int, is_met: bool, outcome: RemedyOutcome) -> None:
        row = self._one(Remedy, pick, lambda each: each.state is RemedyState.PENDING)
        if row is None:
            return
        if pick % 2:
            findings = [decisions.CorrectedFinding(is_met, "Syy.") for _ in row.decision.reasons]
            self._try(lambda: decisions.prepare_correction(row, findings, "Korjattu.", by=self.staff.coordinator))
        else:
            self._try(lambda: decisions.close_remedy(row, outcome, "Perustelu.", by=self.staff.coordinator))

    # ---- admissions and contracts ----

    @rule(pick=PICK)
    def sign_contract(self, pick: int) -> None:
        row = self._one(FrameContract, pick, lambda each: each.state is ContractState.OFFERED)
        if row is None:
            return

        def act() -> None:
            from dps.contracts import service as contracts

            contracts.sign_for_supplier(row, by=self._provider(row.supplier_id).mandate)
            worlds.liability_checked(row, self.staff)
            contracts.sign_for_authority(row, by=self.staff.coordinator)

        self._try(act)

    @rule(pick=PICK)
    def ask_renewal(self, pick: int) -> None:
        row = self._one(Qualification, pick)
        if row is not None:
            day = matters.earliest_renewal(clock.helsinki_date(self.now)) - timedelta(days=pick % 2)
            self._try(lambda: renewing.ask_renewal(row, day, "Tarkistus.", by=self.staff.coordinator))

    @rule(pick=PICK)
    def review_renewal(self, pick: int) -> None:
        row = self._one(RenewalRequest, pick)
        if row is not None:
            self._try(lambda: renewing.review_renewal(row, "Ei vastausta.", by=self.staff.coordinator))

    @rule(pick=PICK, kind=st.sampled_from([MatterKind.SUSPENSION_REQUESTED, MatterKind.LIFTING, MatterKind.WITHDRAWAL]))
    def request(self, pick: int, kind: MatterKind) -> None:
        row = self._one(Qualification, pick, lambda each: each.state is not QualificationState.ENDED)
        if row is not None:
            by = self._provider(row.supplier_id).mandate
            self._try(lambda: standing.request_matter(row, kind, "Syy.", by=by))

    @rule(pick=PICK)
    def hear(self, pick: int) -> None:
        row = self._one(Qualification, pick, lambda each: each.state is not QualificationState.ENDED)
        if row is None:
            return
        day = matters.earliest_hearing(clock.helsinki_date(self.now))
        requirement = next(each for each in row.category.requirements if each.code == "qualified-staff")
        ground = standing.RemovalGround(requirement=requirement)
        self._try(lambda: standing.open_removal(row, ground, "Syy.", day, by=self.staff.coordinator))

    @rule(pick=PICK, act=st.sampled_from(["answer", "propose", "propose", "drop"]))
    def carry_matter_on(self, pick: int, act: str) -> None:
        row = self._one(AdmissionMatter, pick, lambda each: each.closed_at is None)
        if row is None:
            return
        by = self._provider(row.supplier_id).mandate
        acts = {
            "answer": lambda: standing.answer_hearing(row, "Selvitys.", by=by),
            "propose": lambda: standing.propose_matter(row, "Perustelu.", by=self.staff.coordinator),
            "drop": lambda: standing.drop_matter(row, "Ei aihetta.", by=self.staff.coordinator),
        }
        self._try(acts[act])

    # ---- whole ways at once, so that the far ends are not rare ----

    @rule(pick=PICK)
    def conclude_matter(self, pick: int) -> None:
        row = self._one(AdmissionMatter, pick, lambda each: each.closed_at is None)
        if row is None:
            return
        if row.due_at is not None:
            self.now = max(self.now, row.due_at)

        def act() -> None:
            decisions.sign(standing.propose_matter(row, "Perustelu.", by=self.staff.coordinator), by=self.staff.decider)

        self._try(act)

    @rule(pick=PICK, is_met=st.booleans())
    def correct(self, pick: int, is_met: bool) -> None:
        old = self._one(Decision, pick, lambda each: each.state is DecisionState.SIGNED)
        if old is None:
            return
        details = decisions.RemedyDetails(
            kind=RemedyKind.OWN_CORRECTION, claims="Virhe.", received_on=clock.helsinki_date(self.now)
        )

        def act() -> None:
            remedy = decisions.register_remedy(old, details, by=self.staff.coordinator)
            findings = [decisions.CorrectedFinding(is_met, "Syy.") for _ in old.reasons]
            new = decisions.prepare_correction(remedy, findings, "Korjattu.", by=self.staff.coordinator)
            decisions.sign(new, by=self.staff.decider)

        self._try(act)

    @rule(pick=PICK)
    def admit(self, pick: int) -> None:
        row = self._one(Application, pick, lambda each: each.state is ApplicationState.RECEIVED)
        if row is None:
            return

        def act() -> None:
            worlds.check_all(row, self.staff)
            decision = qualification.propose(row, "Tarkistettu.", by=self.staff.coordinator)
            decisions.sign(decision, by=self.staff.decider)

        self._try(act)

    @rule(pick=PICK)
    def put_change_in_force(self, pick: int) -> None:
        change = self._one(SystemChange, pick, lambda each: each.state is ChangeState.DRAFT)
        if change is None:
            return
        self.numbers += 1

        def act() -> None:
            systems.submit_change(change, by=self.staff.coordinator)
            systems.approve_change(change, by=self.staff.decider)
            notice = notices.record_change_sent(change, by=self.staff.coordinator)
            notices.record_published(notice, f"2026-8{self.numbers:05d}", clock.now(), by=self.staff.coordinator)

        self._try(act)

    # ---- what always holds ----

    @invariant()
    def one_live_application_and_one_admission_a_supplier_and_category(self) -> None:
        if not hasattr(self, "system"):
            return
        live = [
            (row.supplier_id, row.category_id)
            for row in self._all(Application)
            if row.state in (ApplicationState.RECEIVED, ApplicationState.PROPOSED)
        ]
        admitted = [(row.supplier_id, row.category_id) for row in self._all(Qualification) if row.ended_at is None]
        assert len(live) == len(set(live))
        assert len(admitted) == len(set(admitted))

    @invariant()
    def an_admission_begins_and_ends_by_a_signed_decision_of_that_kind(self) -> None:
        if not hasattr(self, "system"):
            return
        ending = {
            DecisionKind.REMOVAL,
            DecisionKind.WITHDRAWAL,
            DecisionKind.OPERATOR_CHANGE,
            DecisionKind.REFUSAL,
        }
        for row in self._all(Qualification):
            begun = db.session.get_one(Decision, row.decision_id)
            assert (begun.state, begun.kind) == (DecisionState.SIGNED, DecisionKind.ADMISSION)
            assert (row.state is QualificationState.ENDED) == (row.end_decision_id is not None)
            if row.end_decision_id is not None:
                ended = db.session.get_one(Decision, row.end_decision_id)
                assert ended.state is DecisionState.SIGNED
                assert ended.kind in ending

    @invariant()
    def a_signed_decision_never_changes_and_was_signed_by_another_than_its_preparer(self) -> None:
        if not hasattr(self, "system"):
            return
        for row in self._all(Decision):
            if row.state is not DecisionState.SIGNED:
                continue
            content = (row.summary, str(row.reasons), row.kind, row.legal_basis, row.signed_at, row.section_number)
            assert self.decided.setdefault(row.id, content) == content
            assert row.signed_by != row.prepared_by
            told = db.session.scalars(select(Mail.to_address).where(Mail.about_id == row.id)).all()
            assert set(row.supplier.emails) <= set(told)
        numbers = sorted(row.section_number for row in self._all(Decision) if row.section_number)
        assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def nothing_can_be_ordered_without_an_admission_that_takes_orders(self) -> None:
        if not hasattr(self, "system"):
            return
        today = clock.helsinki_date(self.now)
        for row in self._all(Qualification):
            contract = contract_queries.contract_for_orders(row.supplier_id, row.category_id, today)
            if contract is not None and contract.qualification_id == row.id:
                assert row.state is QualificationState.IN_FORCE

    @invariant()
    def the_time_to_decide_runs_while_the_system_is_open_and_is_ten_or_fifteen_working_days(self) -> None:
        if not hasattr(self, "system"):
            return
        db.session.refresh(self.system)
        for row in self._all(Application):
            if row.decision_due_on is None:
                assert row.state in (ApplicationState.RECEIVED, ApplicationState.PROPOSED, ApplicationState.WITHDRAWN)
                if row.state is not ApplicationState.WITHDRAWN:
                    assert self.system.state in (SystemState.CLOSED, SystemState.ENDED)
            elif row.extended_at is not None:
                assert row.decision_due_on > rules.decision_due(row.received_at)

    @invariant()
    def a_promise_is_kept_once(self) -> None:
        if hasattr(self, "system"):
            keys = [key for key in db.session.scalars(select(OutboxEntry.key)) if key]
            assert len(keys) == len(set(keys))

    def teardown(self) -> None:
        if hasattr(self, "system"):
            check_states_follow_from_the_trail()
            assert audit_service.verify().faults == []


@pytest.mark.rule("R10", "R19", "R22", "R23", "R26", "R30", "R34", "R65", "R70", "R77")
def test_what_always_holds_holds_whatever_happens_to_a_system(app: Flask) -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=10,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
