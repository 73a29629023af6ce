"""The committee: named people of the authority who open and judge, each after a declaration (R50, R53-R55)."""

from __future__ import annotations

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Person
from dps.competitions import queries
from dps.competitions import queries_preparing as asked
from dps.competitions.models import CommitteeMember, Competition, CompetitionState
from dps.competitions.policy import COMMITTEE_ROLES

NAMED = audit.declare("committee_member.named", "competition", "person", "opens", "evaluates")
REMOVED = audit.declare("committee_member.removed", "competition", "person")
DECLARED = audit.declare("committee_member.declared", "competition", "has_conflict")

#: States in which the committee may still be changed.
_CHANGEABLE = frozenset(
    {CompetitionState.DRAFT, CompetitionState.SUBMITTED, CompetitionState.SENT, CompetitionState.OPENED}
)


def _open(competition: Competition, *, touches_openers: bool) -> None:
    """Lock the competition and see that its committee may be changed."""
    lock(competition)
    if competition.state not in _CHANGEABLE:
        raise WrongState(
            _l("The committee has done its work."), rule="R53", next_step=_l("The competition has been decided.")
        )
    if touches_openers and competition.has_committee_keys and competition.state is not CompetitionState.DRAFT:
        raise WrongState(
            _l("The opening members hold the keys, so they cannot be changed any more."),
            rule="R57",
            next_step=_l("Any two of the three open."),
        )
    if touches_openers and competition.opened_at is not None:
        raise WrongState(_l("The tenders have been opened."), rule="R53")


@transaction
def name_member(
    competition: Competition, person: Person, *, opens: bool, evaluates: bool, by: Mandate
) -> CommitteeMember:
    """Name a person to open, to evaluate, or both; or change what a member does (R53).

    :raises RuleBroken: not a person of the authority with a role that may sit on a committee, or no task
    """
    row = queries.member_of(competition.id, person.id)
    was_opener = row is not None and row.removed_at is None and row.opens
    _open(competition, touches_openers=opens != was_opener)
    now = clock.now()
    allowed = people.holders(competition.authority_id, clock.helsinki_date(now), *COMMITTEE_ROLES)
    if person not in allowed:
        raise RuleBroken(
            _l("Only opening members, coordinators and experts of the authority sit on a committee."),
            rule="R53",
            field="person_id",
            next_step=_l("Choose a person from the list."),
        )
    if not (opens or evaluates):
        raise RuleBroken(
            _l("A member opens, evaluates, or both."), rule="R53", field="opens", next_step=_l("Choose a task.")
        )
    if row is not None and row.has_conflict and person.id == by.person_id:
        raise NotAllowed(
            _l("You have declared a conflict of interest, so you take no part."),
            rule="R50",
            next_step=_l("If this is a mistake, somebody else names you again."),
        )
    if row is None:
        row = CommitteeMember(
            competition=competition,
            person=person,
            opens=opens,
            evaluates=evaluates,
            named_by=by.person_id,
            named_at=now,
        )
        db.session.add(row)
    else:
        lock(row)
        if row.removed_at is not None:
            row.removed_at = row.declared_at = row.has_conflict = None
        row.opens, row.evaluates, row.named_by, row.named_at = opens, evaluates, by.person_id, now
    db.session.flush()
    audit.record(
        NAMED,
        subject=row,
        actor=by,
        at=now,
        competition=competition.id,
        person=person.id,
        opens=opens,
        evaluates=evaluates,
    )
    db.session.expire(competition, ["committee"])
    return row


@transaction
def remove_member(member: CommitteeMember, *, by: Mandate) -> None:
    """Take a person off the committee; what they have done stays."""
    _open(member.competition, touches_openers=member.opens)
    lock(member)
    now = clock.now()
    if member.removed_at is not None:
        raise WrongState(_l("This has already been done, or it is not possible any more."), rule="R53")
    member.removed_at = now
    audit.record(REMOVED, subject=member, actor=by, at=now, competition=member.competition_id, person=member.person_id)


@transaction
def declare_interest(member: CommitteeMember, has_conflict: bool, *, by: Mandate) -> None:
    """Declare, for oneself, whether there is a conflict of interest; one locks the member out (R50).

    :raises RuleBroken: no conflict is declared, but the person acts for a supplier of the category
    """
    lock(member)
    now = clock.now()
    if member.person_id != by.person_id:
        raise NotAllowed(_l("Everyone declares for themselves."), rule="R50")
    if member.removed_at is not None or member.has_conflict:
        raise WrongState(
            _l("You do not take part in this competition any more."),
            rule="R50",
            next_step=_l("Tell the procurement coordinator if this is a mistake."),
        )
    if not has_conflict and asked.speaks_for_candidate(member.competition, by.person_id):
        raise RuleBroken(
            _l("You act for a provider of this category, so there is a conflict of interest."),
            rule="R50",
            field="has_conflict",
            next_step=_l("Declare the conflict. Somebody else is named in your place."),
        )
    member.has_conflict, member.declared_at = has_conflict, now
    audit.record(
        DECLARED, subject=member, actor=by, at=now, competition=member.competition_id, has_conflict=has_conflict
    )
