"""Competitions for tests, made by the verbs of their room: draft, submitted, sent to admitted suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.identity import queries as people_queries
from core.identity.mandates import Mandate
from core.identity.models import Person, Role
from dps.competitions import documents as papers
from dps.competitions import queries, rules
from dps.competitions.documents import Documents, LotDetails
from dps.competitions.models import CommitteeMember, Competition
from dps.competitions.service import committee, inviting, preparing
from dps.systems.models import Category, CriterionKind, LegalMode, OrderingRule
from tests import people, worlds_dps
from tests.worlds_dps import Provider, Staff


@dataclass(frozen=True)
class Contest:
    """A competition with everybody who has to do with it."""

    staff: Staff
    category: Category
    competition: Competition
    #: The admitted suppliers.
    providers: Sequence[Provider]
    #: Two members who open and evaluate, as they log in.
    members: Sequence[Mandate]
    #: Who approves and sends.
    sender: Mandate

    def member(self, place: int) -> CommitteeMember:
        """The member's place on the committee."""
        row = queries.member_of(self.competition.id, self.members[place].person_id)
        assert row is not None
        return row


def open_category(by: Staff, **changes: Any) -> Category:
    """A published category of a strict system, with price 40 and quality 60."""
    values = {"legal_mode": LegalMode.DPS_STRICT, "ordering_rule": OrderingRule.COMPETITION}
    return worlds_dps.open_category(by, **{**values, **changes})


def with_scales(documents: Documents) -> Documents:
    """The documents with what earns points written for every question."""
    words: dict[str, Any] = {f"scale_{code}": "10 = more than asked, 0 = nothing" for code in ("fi", "sv", "en")}
    criteria = tuple(
        replace(each, **words) if each.kind is CriterionKind.QUALITY else each for each in documents.criteria
    )
    return replace(documents, criteria=criteria)


def draft_competition(
    category: Category,
    *,
    by: Mandate,
    lots: Sequence[LotDetails] = (),
    criteria: Sequence[papers.CriterionDetails] = (),
    **changes: Any,
) -> Competition:
    """A draft that lacks its committee only; ``changes`` are those of the details."""
    competition = preparing.begin(category, by=by)
    wanted = with_scales(papers.of(competition))
    line = replace(wanted.lots[0].lines[0], quantity=Decimal("100.00"))
    lot = replace(wanted.lots[0], maximum_quantity=Decimal("500.00"), lines=(line,))
    preparing.replace_documents(
        competition,
        replace(
            wanted,
            details=replace(wanted.details, **{"customers": 20, **changes}),
            lots=tuple(lots) or (lot,),
            criteria=tuple(criteria) or wanted.criteria,
        ),
        by=by,
    )
    return competition


def named(competition: Competition, who: Mandate, *, by: Mandate, **tasks: bool) -> CommitteeMember:
    """A member of the committee who opens and evaluates, unless told otherwise, and has declared no conflict."""
    person = people_queries.person(who.person_id)
    assert isinstance(person, Person)
    row = committee.name_member(competition, person, **{"opens": True, "evaluates": True, **tasks}, by=by)
    committee.declare_interest(row, False, by=who)
    return row


def submitted_competition(
    category: Category, staff: Staff, members: Sequence[Mandate] = (), **changes: Any
) -> Competition:
    """A competition that waits to be sent."""
    competition = draft_competition(category, by=staff.coordinator, **changes)
    for who in members or committee_of(staff):
        named(competition, who, by=staff.coordinator)
    preparing.submit(competition, by=staff.coordinator)
    return competition


def committee_of(staff: Staff) -> list[Mandate]:
    """Two people of the opening committee."""
    return [people.mandate(Role.OPENER, staff.authority) for _ in range(2)]


def earliest_due(competition: Competition) -> datetime:
    """The earliest end of the time if the invitation is sent now."""
    return rules.earliest_due(competition.category.legal_mode, clock.helsinki_date(clock.now()))


def contest(
    staff: Staff | None = None,
    category: Category | None = None,
    *,
    suppliers: int = 3,
    providers: Sequence[Provider] = (),
    **changes: Any,
) -> Contest:
    """A submitted competition and its admitted suppliers, not yet sent."""
    staff = staff or worlds_dps.staff()
    category = category or open_category(staff)
    given = list(providers) or [worlds_dps.provider(f"Palvelu {number + 1} Oy") for number in range(suppliers)]
    for each in given:
        worlds_dps.admitted(category, each, staff)
    members = committee_of(staff)
    competition = submitted_competition(category, staff, members, **changes)
    return Contest(staff, category, competition, given, members, people.coordinator(staff.authority))


def sent_competition(
    staff: Staff | None = None,
    category: Category | None = None,
    *,
    suppliers: int = 3,
    providers: Sequence[Provider] = (),
    due_at: datetime | None = None,
    **changes: Any,
) -> Contest:
    """A competition whose invitation has been sent to so many admitted suppliers; ``changes`` are of the details."""
    made = contest(staff, category, suppliers=suppliers, providers=providers, **changes)
    inviting.send(made.competition, due_at or earliest_due(made.competition), by=made.sender)
    return made


def after_due(made: Contest, hours: int = 1) -> datetime:
    """An instant after the time for tenders has ended; for ``clock.at``."""
    assert made.competition.tenders_due_at is not None
    return made.competition.tenders_due_at + timedelta(hours=hours)
