"""Any life of a competition: invitations, tenders, amendments, time, openings, in any order (I1-I3, I5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
from core.mail.models import Mail
from dps.competitions import queries, rules
from dps.competitions.documents import Documents
from dps.competitions.models import CompetitionState, Invitation, Receipt, Tender, TenderState
from dps.competitions.service import amending, asking, opening, tendering
from tests import worlds_competitions, worlds_dps
from tests.gates.test_transitions import check_states_follow_from_the_trail
from tests.worlds_judging import written

WHO = st.integers(0, 3)


@dataclass
class Told:
    """What a supplier has been told of its tender."""

    price: str
    documents_number: int


class Contests(RuleBasedStateMachine):
    """One competition, three invited suppliers and one that is admitted later, and everything they do."""

    @initialize(lapses=st.booleans(), later=st.booleans())
    def begin(self, lapses: bool, later: bool) -> None:
        self.made = worlds_competitions.sent_competition(unconfirmed_lapses=lapses, invites_later_admitted=later)
        self.competition = self.made.competition
        self.suppliers = [*self.made.providers, worlds_dps.provider("Myöhäinen Oy")]
        self.now = clock.now()
        self.tenders: dict[Any, Told] = {}
        self.material = 0
        self.dues: list[datetime] = [self.due]

    @property
    def due(self) -> datetime:
        db.session.refresh(self.competition)
        assert self.competition.tenders_due_at is not None
        return self.competition.tenders_due_at

    def _try(self, act: Callable[[], object]) -> Any:
        """Do it at the machine's time; what is refused leaves nothing behind. Its result, or the rule that refused."""
        with clock.at(self.now):
            try:
                return act()
            except DomainError as error:
                db.session.rollback()
                db.session.expire_all()
                return error.rule

    # ---- time ----

    @rule(hours=st.sampled_from([1, 30, 24 * 4]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(microseconds=st.sampled_from([-1, 0, 1]))
    def time_comes_to_the_deadline(self, microseconds: int) -> None:
        self.now = max(self.now, self.due + timedelta(microseconds=microseconds))

    # ---- the authority ----

    @rule(is_material=st.booleans(), number=st.integers(0, 1000))
    def amend(self, is_material: bool, number: int) -> None:
        def alter(documents: Documents) -> Documents:
            return replace(documents, details=replace(documents.details, description_fi=f"Muutettu {number}."))

        mode = self.competition.category.legal_mode
        new_due = rules.earliest_due_after_change(mode, clock.helsinki_date(self.now), self.due)
        done = self._try(
            lambda: amending.amend(
                self.competition,
                alter,
                "Tarkennus.",
                is_material=is_material,
                new_due_at=new_due if is_material else None,
                by=self.made.staff.coordinator,
            )
        )
        if not isinstance(done, str) and is_material:
            self.material = done.number

    @rule(days=st.integers(-3, 3))
    def extend_or_try_to_shorten(self, days: int) -> None:
        before = self.due
        done = self._try(
            lambda: amending.extend(
                self.competition, before + timedelta(days=days), "Lisäaikaa.", by=self.made.staff.coordinator
            )
        )
        if days <= 0:
            assert isinstance(done, str)

    @rule()
    def admit_the_late_one(self) -> None:
        late = self.suppliers[3]
        if queries.is_admitted(late.supplier.id, self.made.category.id):
            return
        self._try(lambda: worlds_dps.admitted(self.made.category, late, self.made.staff))

    # ---- suppliers ----

    @rule(who=WHO)
    def ask(self, who: int) -> None:
        self._try(lambda: asking.ask(self.competition, "Onko paikka sovittu?", by=self.suppliers[who].mandate))

    @rule(who=WHO, price=st.integers(10, 80))
    def draft(self, who: int, price: int) -> None:
        tender = written(self.competition, f"{price}.50")
        self._try(lambda: tendering.save_draft(self.competition, tender, by=self.suppliers[who].mandate))

    @rule(who=WHO, price=st.integers(10, 80))
    def submit(self, who: int, price: int) -> None:
        supplier = self.suppliers[who]
        is_in_time = self.now < self.due and self.competition.opened_at is None
        tender = written(self.competition, f"{price}.00")
        done = self._try(lambda: tendering.submit_whole(self.competition, tender, [], by=supplier.mandate))
        if isinstance(done, Receipt):
            assert is_in_time
            assert queries.is_invited(self.competition.id, supplier.supplier.id)
            self.tenders[supplier.supplier.id] = Told(f"{price}.00", self.competition.documents_number)
        elif not is_in_time and queries.is_invited(self.competition.id, supplier.supplier.id):
            assert done == "R60"

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        supplier = self.suppliers[who]
        done = self._try(lambda: tendering.withdraw(self.competition, by=supplier.mandate))
        if isinstance(done, Receipt):
            del self.tenders[supplier.supplier.id]

    @rule(who=WHO)
    def confirm(self, who: int) -> None:
        supplier = self.suppliers[who]
        done = self._try(lambda: tendering.confirm(self.competition, by=supplier.mandate))
        if isinstance(done, Receipt):
            self.tenders[supplier.supplier.id].documents_number = self.competition.documents_number

    # ---- the committee ----

    @rule(who=st.integers(0, 1))
    def open(self, who: int) -> None:
        was_open = self.competition.opened_at is not None
        done = self._try(lambda: opening.confirm_opening(self.competition, by=self.made.members[who]))
        if done is True:
            assert not was_open
            assert self.competition.opened_at is not None
            assert self.competition.opened_at >= self.due  # by the database: time goes on while the act is done
            self._compare_opened()

    def _compare_opened(self) -> None:
        lot = self.competition.lots[0]
        found = {
            tender.supplier_id: tender.content["lots"][lot.code]["prices"][lot.lines[0].code]
            for tender in queries.opened_tenders(self.competition.id)
            if tender.content
        }
        lapses = self.competition.unconfirmed_lapses
        expected = {
            supplier: told.price
            for supplier, told in self.tenders.items()
            if not lapses or told.documents_number >= self.material
        }
        assert found == expected

    # ---- what always holds ----

    @invariant()
    def nothing_is_known_of_a_tender_before_two_have_opened(self) -> None:
        if not hasattr(self, "made"):
            return
        db.session.refresh(self.competition)
        rows = db.session.scalars(select(Tender).where(Tender.competition_id == self.competition.id)).all()
        assert len(rows) <= len(self.suppliers)
        for row in rows:
            if self.competition.opened_at is None or row.state is not TenderState.OPENED:
                assert (row.supplier_id, row.submitted_by, row.content) == (None, None, None)
        if self.competition.opened_at is not None:
            assert self.competition.first_opener_id != self.competition.second_opener_id
            assert self.competition.state is CompetitionState.OPENED

    @invariant()
    def the_time_is_never_shortened(self) -> None:
        if hasattr(self, "made"):
            assert self.due >= self.dues[-1]
            self.dues.append(self.due)

    @invariant()
    def all_who_were_invited_were_told_the_same(self) -> None:
        if not hasattr(self, "made"):
            return
        invited = db.session.scalars(select(Invitation).where(Invitation.competition_id == self.competition.id)).all()
        first = [each for each in invited if each.supplier_id != self.suppliers[3].supplier.id]
        told = [
            sorted(db.session.scalars(select(Mail.template).where(Mail.about_id == each.id)).all()) for each in first
        ]
        assert all(each == told[0] for each in told)

    def teardown(self) -> None:
        if hasattr(self, "made"):
            check_states_follow_from_the_trail()
            assert audit_service.verify().faults == []


@pytest.mark.rule("R35", "R36", "R52", "R53", "R57", "R60")
def test_what_always_holds_holds_whatever_happens_to_a_competition(app: Flask) -> None:
    run_state_machine_as_test(
        Contests,
        settings=settings(
            max_examples=10, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
