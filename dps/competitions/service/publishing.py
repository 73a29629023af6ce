"""What becomes public: phases, business secrets, files, and requests for documents (R84-R88)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, NotFound, RuleBroken, WrongState
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.i18n import localized, using_language
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.states import move
from dps.competitions import content, policy, publicity, queries, results, sealing
from dps.competitions import queries_judging as judging
from dps.competitions.models import (
    DOCUMENT_REQUEST_TRANSITIONS,
    Competition,
    CompetitionState,
    DocumentRequest,
    SecretDecision,
    Tender,
    TenderFile,
)
from dps.competitions.publicity import Kind, Phase, Viewer
from dps.competitions.results import LotResult
from dps.competitions.service.judging import needed
from dps.contracts import queries as contracts
from dps.contracts.models import ContractState
from dps.decisions.rules import days_after
from suppliers import mailing
from suppliers import queries as suppliers
from suppliers.rights import refuse_own_matter

SECRET_DECIDED = audit.declare("tender.secret_decided", "competition", "field", "before", "after")
REQUESTED = audit.declare("document_request.made", "competition", "supplier")
GIVEN = audit.declare("document_request.given", "before", "after")
REFUSED = audit.declare("document_request.refused", "before", "after")
INSISTED = audit.declare("document_request.decision_asked", "before", "after")
DECIDED = audit.declare("document_request.decided", "before", "after", "gives")


# ---- phases and viewers ----


def phase_of(competition: Competition) -> Phase:
    """How far it is, from what has happened: nothing is set by hand (R84)."""
    if competition.cancelled_at is not None or competition.decided_at is not None:
        return Phase.CONTRACTED if _is_contracted(competition) else Phase.DECIDED
    if competition.opened_at is not None:
        return Phase.OPENED
    is_running = competition.tenders_due_at is None or competition.takes_tenders(clock.now())
    return Phase.RUNNING if is_running else Phase.SEALED


def _is_contracted(competition: Competition) -> bool:
    """Every contract that follows the choice has been signed by both; what lapsed unsigned holds up nothing."""
    if competition.state is not CompetitionState.DECIDED or competition.decision_id is None:
        return False
    found = [
        each for each in contracts.contracts_of_award(competition.decision_id) if each.state is not ContractState.LAPSED
    ]
    return bool(found) and all(each.authority_signed_at is not None for each in found)


def viewer_of(
    competition: Competition,
    mandate: Mandate | None,
    tender: Tender | None = None,
    opened: Sequence[Tender] | None = None,
) -> Viewer:
    """As what somebody looks at the competition, or at one of its tenders.

    :param opened: the opened tenders, where they have been read already: who is a party stands there
    """
    if mandate is None:
        return Viewer.PUBLIC
    if mandate.supplier_id is not None:
        if tender is not None and tender.supplier_id == mandate.supplier_id:
            return Viewer.OWNER
        if _is_party(competition, mandate, opened):
            return Viewer.PARTY
        return Viewer.INVITED if policy.is_invited(mandate, competition) else Viewer.OTHER_SUPPLIER
    if mandate.authority_id != competition.authority_id:
        return Viewer.OTHER_CITY
    member = queries.member_of(competition.id, mandate.person_id)
    if member is not None:
        return Viewer.COMMITTEE if member.may_act else Viewer.OTHER_STAFF
    return Viewer.PREPARER if mandate.role in (Role.COORDINATOR, Role.DECIDER) else Viewer.OTHER_STAFF


def _is_party(competition: Competition, mandate: Mandate, opened: Sequence[Tender] | None) -> bool:
    if opened is None:
        return policy.is_party(mandate, competition)
    return any(each.supplier_id == mandate.supplier_id for each in opened)


def sees(kind: Kind, competition: Competition, mandate: Mandate | None, tender: Tender | None = None) -> bool:
    return publicity.visible(kind, viewer_of(competition, mandate, tender), phase_of(competition))


def must_see(kind: Kind, competition: Competition, mandate: Mandate | None, tender: Tender | None = None) -> None:
    """:raises NotAllowed: not yet, or not for this reader (R84)"""
    if not sees(kind, competition, mandate, tender):
        raise NotAllowed(
            _l("This is not public yet."),
            rule="R84",
            next_step=_l("Tenders become public to the tenderers with the decision, to all with the contract."),
        )


@dataclass(frozen=True, kw_only=True)
class SeenTender:
    """A tender as one reader may see it; ``content`` has the shape of ``publicity.redacted``."""

    tender: Tender
    content: dict[str, Any]
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What one reader sees of a competition: the phase, the opened tenders, and the comparison once it is open."""

    phase: Phase
    tenders: list[SeenTender]
    results: list[LotResult]


def sight_of(competition: Competition, mandate: Mandate | None) -> Sight:
    """The opened tenders and the comparison as far as this reader sees them; nothing while they are closed to it."""
    phase, board = phase_of(competition), results.board_of(competition)
    decided = decided_secrets(competition) if board.tenders else {}
    whole = viewer_of(competition, mandate, opened=board.tenders)
    seen = []
    for tender in board.tenders:
        is_own = mandate is not None and mandate.supplier_id == tender.supplier_id
        viewer = Viewer.OWNER if is_own else whole
        if publicity.visible(Kind.CONTENT, viewer, phase):
            written = _as_seen(tender, decided.get(tender.id, {}), viewer, phase)
            seen.append(SeenTender(tender=tender, content=written, is_own=is_own))
    is_compared = publicity.visible(Kind.COMPARISON, whole, phase)
    return Sight(phase=phase, tenders=seen, results=results.results_of(board) if is_compared else [])


def seen_tenders(competition: Competition, mandate: Mandate | None) -> list[SeenTender]:
    """The opened tenders as far as this reader sees them; none while they are closed to it."""
    return sight_of(competition, mandate).tenders


def _as_seen(tender: Tender, decided: Mapping[str, bool], viewer: Viewer, phase: Phase) -> dict[str, Any]:
    assert tender.content is not None
    if publicity.visible(Kind.KEPT_BACK, viewer, phase):
        return publicity.redacted({**tender.content, "secrets": {}}, {})
    return publicity.redacted(tender.content, decided)


def decided_secrets(competition: Competition) -> dict[uuid.UUID, dict[str, bool]]:
    """By tender: field → whether it stays secret."""
    found: dict[uuid.UUID, dict[str, bool]] = {}
    for (tender_id, field), row in judging.secret_decisions_of(competition.id).items():
        found.setdefault(tender_id, {})[field] = row.is_secret
    return found


def tender_file(tender: Tender, file_id: uuid.UUID, mandate: Mandate | None) -> tuple[TenderFile, bytes]:
    """A file of an opened tender with its content, for a reader who may see it.

    :raises NotFound: no such file, or kept back as a business secret
    :raises NotAllowed: tenders are closed to this reader
    """
    competition = tender.competition
    must_see(Kind.CONTENT, competition, mandate, tender)
    row = next((each for each in tender.files if each.id == file_id and each.sealed_key is not None), None)
    decided = decided_secrets(competition).get(tender.id, {})
    is_kept_back = publicity.is_secret(f"file:{file_id}", tender.content or {}, decided) if row else True
    if row is None or (is_kept_back and not sees(Kind.KEPT_BACK, competition, mandate, tender)):
        raise NotFound(_l("There is no such page or record."), rule="not-found")
    assert row.sealed_key is not None
    return row, sealing.open_file(files.get(row.store_key), sealing.kept_file_key(row.id, row.sealed_key))


# ---- business secrets ----


@transaction
def decide_secret(tender: Tender, field: str, is_secret: bool, reason: str, *, by: Mandate) -> SecretDecision:
    """Decide whether a marked field is a business secret; the mark alone has no effect (R86, JulkL 24.1 § 20).

    :raises NotFound: the field was not marked
    """
    competition = tender.competition
    lock(tender)
    now = clock.now()
    if not policy.may_read_tenders(by, competition):
        raise NotAllowed(_l("Only those who read the tenders decide this."), rule="R55")
    assert tender.supplier_id is not None
    refuse_own_matter(tender.supplier_id, by)
    if field not in publicity.written_marks(tender.content or content.empty()):
        raise NotFound(_l("This is not marked as a business secret."), rule="R86", field="field")
    words = needed(reason, _l("Write why it is, or is not, a business secret."), "R86")
    row = judging.secret_decision(tender.id, field)
    before = row.is_secret if row else None
    if row is None:
        row = SecretDecision(id=new_id(), tender_id=tender.id, field=field)
        db.session.add(row)
    row.is_secret, row.reason, row.decided_by, row.decided_at = is_secret, words, by.person_id, now
    db.session.flush()
    audit.record(
        SECRET_DECIDED,
        subject=tender,
        actor=by,
        at=now,
        competition=competition.id,
        field=field,
        before=before,
        after=is_secret,
    )
    if not is_secret:
        _tell_not_secret(tender, words, now)
    return row


def _tell_not_secret(tender: Tender, reason: str, now: datetime) -> None:
    assert tender.supplier is not None
    with using_language(tender.supplier.language):
        name = localized(tender.competition, "name")
    mailing.tell(
        tender.supplier,
        "tender_not_secret",
        at=now,
        about_id=tender.id,
        path=f"/provider/competitions/{tender.competition_id}/tenders",
        competition=name,
        reason=reason,
    )


# ---- requests for documents (R87) ----


@transaction
def ask_document(competition: Competition, text: str, *, by: Mandate, email: str | None = None) -> DocumentRequest:
    """Ask for documents: a provider for itself, or a coordinator who writes down what came by ``email``."""
    now = clock.now()
    if competition.sent_at is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found")
    words = needed(text, _l("Write what you would like to see."), "R87", "text")
    if by.supplier_id is None and (by.authority_id != competition.authority_id or not (email or "").strip()):
        raise RuleBroken(_l("Write the address of the one who asks."), rule="R87", field="email")
    row = DocumentRequest(
        id=new_id(),
        competition=competition,
        competition_id=competition.id,
        supplier_id=by.supplier_id,
        email=None if by.supplier_id else (email or "").strip(),
        text=words,
        asked_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(REQUESTED, subject=row, actor=by, at=now, competition=competition.id, supplier=row.supplier_id)
    return row


def _answer(row: DocumentRequest, action: str, event: str, reason: str, by: Mandate) -> None:
    lock(row)
    now = clock.now()
    if by.authority_id != row.authority_id:
        raise NotAllowed(_l("You act for another authority."), rule="I4")
    before = row.state
    move(row, DOCUMENT_REQUEST_TRANSITIONS, action)
    row.reason, row.answered_at, row.answered_by = reason, now, by.person_id
    audit.record(event, subject=row, actor=by, at=now, before=before, after=row.state)
    _tell_asker(row, now)


def _tell_asker(row: DocumentRequest, now: datetime) -> None:
    """The answer: what is given, or why not and what can be done about it (R87, JulkL 14.3 §)."""
    competition = row.competition
    supplier = suppliers.supplier(row.supplier_id) if row.supplier_id else None
    if supplier is None:
        return
    with using_language(supplier.language):
        name = localized(competition, "name")
    mailing.tell(
        supplier,
        "document_request_answered",
        at=now,
        about_id=row.id,
        path=f"/provider/competitions/{competition.id}/tenders",
        competition=name,
        reason=row.reason,
        decision=row.decision,
        is_refused=row.state == "refused",
    )


@transaction
def give_document(row: DocumentRequest, note: str, *, by: Mandate) -> None:
    """Say what was given and how."""
    words = needed(note, _l("Write what was given, and how."), "R87")
    _answer(row, "give", GIVEN, words, by)


@transaction
def refuse_document(row: DocumentRequest, reason: str, *, by: Mandate) -> None:
    """Refuse with the reason; the asker is told that a formal decision can be asked for (R87).

    :raises RuleBroken: no reason
    """
    words = needed(reason, _l("Write why it is not given: the reason and the provision."), "R87")
    _answer(row, "refuse", REFUSED, words, by)


@transaction
def ask_decision(row: DocumentRequest, *, by: Mandate) -> None:
    """The asker wants a formal decision (JulkL 14.3 §); a coordinator may write it down for one who wrote by mail."""
    lock(row)
    now = clock.now()
    is_own = by.supplier_id is not None and by.supplier_id == row.supplier_id
    is_written_down = row.supplier_id is None and by.authority_id == row.authority_id
    if not (is_own or is_written_down):
        raise NotAllowed(_l("Only the one who asked does this."), rule="I4")
    before = row.state
    move(row, DOCUMENT_REQUEST_TRANSITIONS, "ask_decision")
    audit.record(INSISTED, subject=row, actor=by, at=now, before=before, after=row.state)


@transaction
def decide_document(row: DocumentRequest, decision: str, *, gives: bool, by: Mandate) -> None:
    """The formal decision of the authority, by a decision maker (JulkL 14.3 §).

    :raises NotAllowed: not a decision maker, or the one who refused
    """
    lock(row)
    now = clock.now()
    if by.role is not Role.DECIDER or by.authority_id != row.authority_id:
        raise NotAllowed(_l("Only a decision maker of the authority decides this."), rule="R87")
    if row.answered_by == by.person_id:
        raise WrongState(_l("The one who refused does not decide."), rule="four-eyes")
    words = needed(decision, _l("Write the decision and its reasons."), "R87", "decision")
    before = row.state
    move(row, DOCUMENT_REQUEST_TRANSITIONS, "decide")
    row.decision, row.decided_at = words, now
    db.session.flush()
    audit.record(DECIDED, subject=row, actor=by, at=now, before=before, after=row.state, gives=gives)
    _tell_asker(row, now)


def due_on(row: DocumentRequest) -> date:
    """The last day to answer a request for documents: two weeks (R87)."""
    return days_after(clock.helsinki_date(row.asked_at), "R87.answer")
