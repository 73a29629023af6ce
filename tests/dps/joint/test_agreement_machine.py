"""Whatever is edited, proposed, approved and returned in whatever order: what is proposed or in force adds up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from core.db import db, savepoint
from core.errors import DomainError
from dps.joint.agreements import queries, service
from dps.joint.agreements.details import of_version
from dps.joint.agreements.models import AgreementParty, AgreementVersion, VersionApproval, VersionState
from tests import worlds_joint

SHARES = st.lists(st.sampled_from([Decimal(each) for each in ("0", "25", "33.33", "33.34", "50", "100")]), min_size=8)


class Agreement(RuleBasedStateMachine):
    """Three cities, one agreement, every act in every order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = worlds_joint.draft()

    @property
    def open(self) -> AgreementVersion | None:
        return queries.open_version(self.world.agreement.id)

    def attempt(self, verb: Any, *words: Any, by: Any) -> None:
        """A refusal is an answer, too; it must leave nothing behind."""
        try:
            with savepoint():
                verb(*words, by=by)
        except DomainError:
            db.session.expire_all()

    @rule(pick=st.integers(0, 99), shares=SHARES, number=st.integers(0, 2))
    def act(self, pick: int, shares: list[Decimal], number: int) -> None:
        """One act; those that fit the state are tried more often than those it refuses."""
        version, pen, city = self.open, self.world.helsinki.coordinator, self.world.cities[number]
        if version is None:
            self.attempt(service.start_version, self.world.agreement, by=pen)
            return
        edits = [self.change, self.mend, lambda *_: self.attempt(service.propose, version, by=pen)]
        answers = [self.approve_by_all, lambda *_: self.attempt(service.approve, version, "§ 1", by=city.decider)]
        back = [lambda *_: self.attempt(service.return_version, version, "Ei vielä.", by=city.decider)]
        rare = [lambda *_: self.attempt(service.withdraw, version, by=pen)]
        likely = edits if version.state is VersionState.DRAFT else [*answers, *back]
        acts = [*likely * 4, *edits, *answers, *back, *rare]
        acts[pick % len(acts)](version, shares)

    def change(self, version: AgreementVersion, shares: list[Decimal]) -> None:
        """Other shares, and sometimes a party less."""
        details = of_version(version)
        rows = details.parties[:3] if shares[0] else details.parties
        pairs = zip(rows, shares[0::2], shares[1::2], strict=False)
        parties = [replace(row, share=share, cost_share=cost) for row, share, cost in pairs]
        self.attempt(service.change, version, replace(details, parties=parties), by=self.world.helsinki.coordinator)

    def mend(self, version: AgreementVersion, shares: list[Decimal]) -> None:
        """Back to what the three cities agreed."""
        agreed = worlds_joint.details(*(each.authority for each in self.world.cities))
        keys = {each.name: each.key for each in of_version(version).parties}
        parties = [replace(each, key=keys.get(each.name, "")) for each in agreed.parties]
        self.attempt(service.change, version, replace(agreed, parties=parties), by=self.world.helsinki.coordinator)

    def approve_by_all(self, version: AgreementVersion, shares: list[Decimal]) -> None:
        """One after the other."""
        for each in self.world.cities:
            self.attempt(service.approve, version, "§ 1", by=each.decider)

    @invariant()
    def shares_add_up(self) -> None:
        sums = (
            select(func.sum(AgreementParty.share), func.sum(AgreementParty.cost_share))
            .join(AgreementVersion, AgreementVersion.id == AgreementParty.version_id)
            .where(AgreementVersion.state.in_([VersionState.PROPOSED, *queries.AGREED]))
            .group_by(AgreementVersion.id)
        )
        for share, cost_share in db.session.execute(sums):
            assert (share, cost_share) == (100, 100)

    @invariant()
    def nothing_in_force_without_every_voice(self) -> None:
        agreed = select(AgreementVersion).where(AgreementVersion.state.in_(queries.AGREED))
        for version in db.session.scalars(agreed):
            given = select(VersionApproval.authority_id).where(VersionApproval.version_id == version.id)
            assert {each.id for each in version.authorities} <= set(db.session.scalars(given))


@pytest.mark.rule("R103")
def test_shares_always_add_up_and_nobody_is_bound_without_their_own_approval(app: Flask) -> None:
    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
