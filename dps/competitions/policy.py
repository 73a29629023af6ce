"""Who may do what with competitions and tenders. Nobody is past a sealed tender, administrators neither (I3, R52)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of
from dps.competitions import queries
from dps.competitions.models import CommitteeMember, Competition


class Permission(StrEnum):
    """What can be done with competitions."""

    #: Lists and pages of the authority's staff.
    COMPETITION_LIST = "competition:list"
    COMPETITION_READ = "competition:read"
    #: Begin a draft; that the category is one's own is asked with ``COMPETITION_PREPARE``.
    COMPETITION_BEGIN = "competition:begin"
    #: Draft, submit, amend, answer questions, name the committee, propose decisions.
    COMPETITION_PREPARE = "competition:prepare"
    #: Approve and send a submitted one, or return it; never the preparer (four eyes, in the verb).
    COMPETITION_SEND = "competition:send"
    #: Declare conflicts, make a committee key, look at one's task.
    COMMITTEE_SERVE = "committee:serve"
    #: Confirm the opening, and see its record.
    COMPETITION_OPEN = "competition:open"
    #: Read opened tenders, ask tenderers, exclude, score.
    TENDER_JUDGE = "tender:judge"
    #: Read opened tenders without judging: coordinators who write the decision.
    TENDER_READ = "tender:read"
    #: A provider looks at a competition: the documents if invited, else why it is not.
    COMPETITION_MEET = "competition:meet"
    #: Documents, questions and one's own tender: invited providers only.
    TENDER_GIVE = "tender:give"
    TENDER_OWN_LIST = "tender:own-list"
    #: Answer what is asked about one's own opened tender.
    TENDER_REQUEST_ANSWER = "tender-request:answer"
    #: Data: staff of the authority, and providers for those they are invited to.
    COMPETITION_BROWSE = "competition:browse"
    COMPETITION_FETCH = "competition:fetch"
    TIME_CONSENT_ANSWER = "time-consent:answer"
    #: Prepare the choice after the opening, or a cancellation once it was sent; without a declared conflict.
    DECISION_PREPARE = "competition:prepare-decision"
    CANCELLATION_PREPARE = "competition:prepare-cancellation"
    #: Requests to tenderers as data: one's own, or those of competitions one judges or prepares.
    TENDER_REQUEST_BROWSE = "tender-request:browse"
    TENDER_REQUEST_FETCH = "tender-request:fetch"
    #: A tenderer looks at the others' tenders, as far as they are open to the parties.
    TENDER_PARTY_READ = "tender:party-read"
    #: Ask for documents; answer that; ask for a formal decision; make it.
    DOCUMENT_REQUEST_MAKE = "document-request:make"
    DOCUMENT_REQUEST_BROWSE = "document-request:browse"
    DOCUMENT_REQUEST_HANDLE = "document-request:handle"
    DOCUMENT_REQUEST_INSIST = "document-request:insist"
    DOCUMENT_REQUEST_DECIDE = "document-request:decide"
    OUTAGE_REGISTER = "outage:register"


_coordinates = holds_in_authority_of(Role.COORDINATOR)
_reads = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)

#: Roles in which an official of the authority may sit on a committee.
COMMITTEE_ROLES = (Role.OPENER, Role.COORDINATOR, Role.EXPERT)


def serves(mandate: Mandate, subject: Any) -> bool:
    """A person named for this competition, acting for its authority (R53)."""
    member = _member(mandate, subject)
    return member is not None and member.removed_at is None


def may_open(mandate: Mandate, subject: Any) -> bool:
    """Named to open; without a conflict of interest is checked where the act is (R50, R54)."""
    member = _member(mandate, subject)
    return member is not None and member.removed_at is None and member.opens


def _competition(subject: Any) -> Competition:
    """The competition itself, or that of a tender, request, exclusion."""
    of_tender = getattr(subject, "tender", subject)
    found: Competition = getattr(of_tender, "competition", of_tender)
    return found


def may_judge(mandate: Mandate, subject: Any) -> bool:
    """Named to judge, declared without a conflict, and the tenders have been opened (R50, R55)."""
    subject = _competition(subject)
    member = _member(mandate, subject)
    if member is None or subject.opened_at is None:
        return False
    return member.may_act and member.evaluates


def may_read_tenders(mandate: Mandate, subject: Any) -> bool:
    """After the opening: who judges, who opened, and those who prepare or sign the decision (R55)."""
    subject = _competition(subject)
    if subject.opened_at is None:
        return False
    member = _member(mandate, subject)
    if member is not None and (member.removed_at is None or member.has_conflict):
        return member.may_act
    return _reads(mandate, subject)


def is_invited(mandate: Mandate, subject: Any) -> bool:
    """The provider was invited to this competition (R35)."""
    return mandate.role is Role.PROVIDER and queries.is_invited(subject.id, mandate.organisation_id)


def may_fetch(mandate: Mandate, subject: Any) -> bool:
    """Staff of the authority, or an invited provider."""
    return _reads(mandate, subject) or serves(mandate, subject) or is_invited(mandate, subject)


def is_asked(mandate: Mandate, subject: Any) -> bool:
    """The provider that a request or a question of consent was sent to (``subject.supplier_id``)."""
    return mandate.role is Role.PROVIDER and mandate.organisation_id == subject.supplier_id


def is_party(mandate: Mandate, subject: Any) -> bool:
    """The provider has a tender among the opened ones (R85)."""
    return mandate.supplier_id is not None and (
        queries.opened_tender_of(_competition(subject).id, mandate.supplier_id) is not None
    )


def may_read(mandate: Mandate, subject: Any) -> bool:
    """Coordinators and decision makers of the authority, and the committee."""
    return _reads(mandate, subject) or serves(mandate, subject)


def _member(mandate: Mandate, subject: Any) -> CommitteeMember | None:
    if mandate.role not in COMMITTEE_ROLES or mandate.organisation_id != subject.authority_id:
        return None
    loaded: Any = vars(subject).get("committee")
    if loaded is not None:
        return next((each for each in loaded if each.person_id == mandate.person_id), None)
    return queries.member_of(subject.id, mandate.person_id)


RULES = {
    Permission.COMPETITION_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.OPENER, Role.EXPERT),
    Permission.COMPETITION_READ: may_read,
    Permission.COMPETITION_BEGIN: holds(Role.COORDINATOR),
    Permission.COMPETITION_PREPARE: _coordinates,
    Permission.COMPETITION_SEND: _reads,
    Permission.COMMITTEE_SERVE: serves,
    Permission.COMPETITION_OPEN: may_open,
    Permission.TENDER_JUDGE: may_judge,
    Permission.TENDER_READ: may_read_tenders,
    Permission.COMPETITION_MEET: holds(Role.PROVIDER),
    Permission.TENDER_GIVE: is_invited,
    Permission.TENDER_OWN_LIST: holds(Role.PROVIDER),
    Permission.TENDER_REQUEST_ANSWER: is_asked,
    Permission.COMPETITION_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.OPENER, Role.EXPERT, Role.PROVIDER),
    Permission.COMPETITION_FETCH: may_fetch,
    Permission.TIME_CONSENT_ANSWER: is_asked,
    Permission.DECISION_PREPARE: lambda mandate, subject: (
        _coordinates(mandate, subject) and may_read_tenders(mandate, subject)
    ),
    Permission.CANCELLATION_PREPARE: _coordinates,
    Permission.TENDER_REQUEST_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.OPENER, Role.EXPERT, Role.PROVIDER),
    Permission.TENDER_REQUEST_FETCH: lambda mandate, subject: (
        is_asked(mandate, subject) or may_read_tenders(mandate, subject)
    ),
    Permission.TENDER_PARTY_READ: is_party,
    Permission.DOCUMENT_REQUEST_MAKE: holds(Role.PROVIDER, Role.COORDINATOR),
    Permission.DOCUMENT_REQUEST_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.DOCUMENT_REQUEST_HANDLE: _coordinates,
    Permission.DOCUMENT_REQUEST_INSIST: is_asked,
    Permission.DOCUMENT_REQUEST_DECIDE: holds_in_authority_of(Role.DECIDER),
    Permission.OUTAGE_REGISTER: holds(Role.COORDINATOR, Role.ADMIN),
}
