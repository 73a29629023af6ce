"""Letting the provider's named people know the customer, and of their health only with consent (R108, R109, R113)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.contracts import gates
from orders.meeting import queries
from orders.meeting.conflicts import refuse_conflicted
from orders.meeting.models import (
    ConsentWay,
    ContactRelease,
    HealthConsent,
    HealthNote,
    OrderStaff,
    ReleaseWay,
    Source,
)
from orders.models import NOT_BOUGHT, Need, Order, OrderState
from suppliers.models import ActingRightState
from suppliers.queries import acting_right_of

RELEASED = audit.declare("contact.released", "order", "way", "source")
ERASED = audit.declare("contact.erased", "order")
NAMED = audit.declare("order.staff_named", "added", "ended")
NOTED = audit.declare("health.noted", "need", "source")
NOTE_ERASED = audit.declare("health.erased", "need")
QUESTIONS_ERASED = audit.declare("need.questions_erased", "questions")
CONSENTED = audit.declare("health.consented", "order", "given_on", "way")
WITHDRAWN = audit.declare("health.consent_withdrawn", "order")

#: Before acceptance and after the end nobody of the provider learns who the customer is.
_ENDED = frozenset({*NOT_BOUGHT, OrderState.CLOSED})


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach the customer."""

    name: str
    phone: str
    #: The language the customer is spoken to in, ISO 639-1.
    language: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a named person of the provider may know; ``health_note`` is ``None`` without the customer's consent."""

    reference: str
    contact: Contact | None
    health_note: str | None


def _contact_purpose(release_id: uuid.UUID) -> str:
    return f"contact_release/{release_id}"


def _note_purpose(note_id: uuid.UUID) -> str:
    return f"health_note/{note_id}"


def _refuse_before_acceptance(order: Order) -> None:
    if order.accepted_at is None or order.state in _ENDED:
        raise WrongState(
            _l("The customer is told of only after the order is confirmed, and not after its end."),
            rule="R109",
            next_step=_l("Open the order to see where it stands."),
        )


def _refuse_codes(**texts: str) -> None:
    for field, words in texts.items():
        if contains_identity_code(words):
            raise RuleBroken(MESSAGE, rule="I8", field=field)


@transaction
def release_contact(order: Order, contact: Contact | None, source: Source, *, by: Mandate) -> ContactRelease:
    """The expert lets the provider's named people know the customer; a second release replaces the first.

    ``contact`` is ``None`` where the city's own system tells them, and only the reference travels.

    :raises WrongState: before acceptance, or after the end (R109)
    :raises RuleBroken: an identity code (I8), or a conflict of interest (R50)
    """
    lock(order)
    now = clock.now()
    refuse_conflicted(by, order.supplier_id)
    _refuse_before_acceptance(order)
    if contact is not None:
        _refuse_codes(name=contact.name, phone=contact.phone)
    row = queries.release_of(order.id) or ContactRelease(id=new_id(), order_id=order.id)
    row.way = ReleaseWay.HERE if contact else ReleaseWay.OWN_SYSTEM
    row.sealed_contact = seal(json.dumps(asdict(contact)).encode(), _contact_purpose(row.id)) if contact else None
    row.source, row.entered_by, row.released_at, row.erased_at = source, by.person_id, now, None
    db.session.add(row)
    db.session.flush()
    audit.record(RELEASED, subject=row, actor=by, at=now, order=order.id, way=row.way, source=source)
    return row


@transaction
def name_staff(order: Order, person_ids: Collection[uuid.UUID], *, by: Mandate) -> None:
    """Say which people of the provider may know the customer of this order (R113).

    :raises NotAllowed: of the provider, only who has a verified right to act for it names them
    :raises RuleBroken: somebody does not work for the provider
    """
    lock(order)
    now = clock.now()
    _refuse_namer(order, by)
    _refuse_before_acceptance(order)
    able = {each.id for each in people.holders(order.supplier_id, clock.helsinki_date(now), Role.PROVIDER)}
    if not set(person_ids) <= able:
        raise RuleBroken(
            _l("Somebody on the list does not act for the provider."),
            rule="R113",
            field="people",
            next_step=_l("Choose among the provider's people."),
        )
    named = {row.person_id: row for row in queries.staff_of(order.id)}
    ended = [row for person_id, row in named.items() if person_id not in person_ids]
    for row in ended:
        row.ended_at = now
    added = sorted(set(person_ids) - set(named))
    db.session.add_all(
        OrderStaff(id=new_id(), order_id=order.id, person_id=each, named_by=by.person_id, named_at=now)
        for each in added
    )
    db.session.flush()
    audit.record(NAMED, subject=order, actor=by, at=now, added=added, ended=sorted(row.person_id for row in ended))


def may_name(order: Order, by: Mandate) -> bool:
    """The ordering authority's expert, and of the provider its main users."""
    if by.role is Role.EXPERT:
        return by.organisation_id == order.authority_id
    right = acting_right_of(by.person_id, order.supplier_id)
    return by.supplier_id == order.supplier_id and right is not None and right.state is ActingRightState.VERIFIED


def _refuse_namer(order: Order, by: Mandate) -> None:
    if not may_name(order, by):
        raise NotAllowed(
            _l("Only the provider's main users and the expert name who may know the customer."),
            rule="R113",
            next_step=_l("Ask one of them."),
        )
    if by.role is Role.EXPERT:
        refuse_conflicted(by, order.supplier_id)


def read_contact(order: Order, *, by: Mandate) -> Shown:
    """What a named person of the provider may know of the customer; every read is logged (R109, R113, R114).

    :raises NotAllowed: not named for this order (R113)
    :raises RuleBroken: no secrecy undertaking (R118)
    :raises WrongState: before acceptance, after the end, or nothing is released
    """
    _refuse_before_acceptance(order)
    if by.person_id not in {row.person_id for row in queries.staff_of(order.id)}:
        raise NotAllowed(
            _l("You are not named to meet the customer of this order."),
            rule="R113",
            next_step=_l("Ask your main user or the expert to name you."),
        )
    gates.refuse_without_secrecy(by, order.supplier_id, order.authority_id)
    release = queries.release_of(order.id)
    if release is None or release.erased_at is not None:
        raise WrongState(
            _l("The expert has not released the customer's details."),
            rule="R109",
            next_step=_l("Write to the expert inside the order."),
        )
    contact = None
    if release.sealed_contact is not None:
        contact = Contact(**json.loads(unseal(release.sealed_contact, _contact_purpose(release.id))))
        audit.saw("order.contact", order, actor=by)
    note = _note_with_consent(order)
    if note is not None:
        audit.saw("order.health_note", order, actor=by)
    return Shown(reference=order.need.customer_reference, contact=contact, health_note=note)


def _note_with_consent(order: Order) -> str | None:
    """The note of the customer's health, only where consent is recorded and not withdrawn (R109)."""
    if queries.consent_of(order.id) is None:
        return None
    note = queries.note_of(order.need_id)
    if note is None or note.sealed_note is None:
        return None
    return unseal(note.sealed_note, _note_purpose(note.id)).decode()


# ---- health ----


@transaction
def note_health(need: Need, words: str, source: Source, *, by: Mandate) -> HealthNote:
    """Keep what of the customer's health the service must know; sealed, for the experts only (I8, R108).

    :raises RuleBroken: an identity code in the note
    """
    lock(need)
    now = clock.now()
    _refuse_codes(note=words)
    row = queries.note_of(need.id) or HealthNote(id=new_id(), need_id=need.id)
    row.sealed_note = seal(words.encode(), _note_purpose(row.id))
    row.source, row.entered_by, row.entered_at, row.erased_at = source, by.person_id, now, None
    db.session.add(row)
    db.session.flush()
    audit.record(NOTED, subject=row, actor=by, at=now, need=need.id, source=source)
    return row


def read_note(need: Need, *, by: Mandate) -> str | None:
    """The note for an expert of the authority; every read is logged."""
    note = queries.note_of(need.id)
    if note is None or note.sealed_note is None:
        return None
    audit.saw("need.health_note", need, actor=by)
    return unseal(note.sealed_note, _note_purpose(note.id)).decode()


@transaction
def erase_note(need: Need, *, by: Mandate) -> None:
    """Forget the note of the customer's health.

    :raises WrongState: there is none
    """
    lock(need)
    now = clock.now()
    note = queries.note_of(need.id)
    if note is None or note.erased_at is not None:
        raise WrongState(_l("There is no note of health."), rule="R109")
    _erase(note, now, by)


def _erase(note: HealthNote, now: datetime, by: Mandate | None) -> None:
    note.sealed_note, note.erased_at = None, now
    audit.record(NOTE_ERASED, subject=note, actor=by, at=now, need=note.need_id)


@transaction
def record_consent(order: Order, given_on: date, way: ConsentWay, document: str, *, by: Mandate) -> HealthConsent:
    """Record the customer's written consent that this provider gets the note of their health (R109).

    :raises WrongState: there is a consent already, or no note
    :raises RuleBroken: a day to come, or an identity code (I8)
    """
    lock(order)
    now = clock.now()
    refuse_conflicted(by, order.supplier_id)
    _refuse_before_acceptance(order)
    note = queries.note_of(order.need_id)
    if queries.consent_of(order.id) is not None or note is None or note.erased_at is not None:
        raise WrongState(
            _l("There is a consent already, or no note of health to consent to."),
            rule="R109",
            next_step=_l("Write the note first."),
        )
    if given_on > clock.helsinki_date(now):
        raise RuleBroken(
            _l("The consent cannot be given in the future."),
            rule="R109",
            field="given_on",
            next_step=_l("Enter the day on which the customer signed it."),
        )
    _refuse_codes(document_reference=document)
    row = HealthConsent(
        id=new_id(),
        order_id=order.id,
        given_on=given_on,
        way=way,
        document_reference=document.strip(),
        recorded_by=by.person_id,
        recorded_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(CONSENTED, subject=row, actor=by, at=now, order=order.id, given_on=given_on, way=way)
    return row


@transaction
def withdraw_consent(order: Order, *, by: Mandate) -> None:
    """The customer takes the consent back: from now on the provider gets nothing of their health (R109).

    :raises WrongState: there is none
    """
    lock(order)
    now = clock.now()
    row = queries.consent_of(order.id)
    if row is None:
        raise WrongState(_l("There is no consent in force."), rule="R109")
    row.withdrawn_by, row.withdrawn_at = by.person_id, now
    audit.record(WITHDRAWN, subject=row, actor=by, at=now, order=order.id)


# ---- the end ----


@transaction
def erase_words(need: Need) -> bool:
    """Forget the note of health and the customer's questions of a need that has come to nothing or ended long ago.

    :returns: ``False`` if it is too early (R113)
    """
    lock(need)
    now = clock.now()
    if not queries.is_quiet(need, now):
        return False
    note, questions = queries.note_of(need.id), queries.questions_to_erase(need.id)
    if note is not None and note.erased_at is None:
        _erase(note, now, None)
    for question in questions:
        question.sealed_text = None
    if questions:
        audit.record(QUESTIONS_ERASED, subject=need, actor=None, at=now, questions=len(questions))
    return True


@transaction
def erase_contact(order: Order) -> bool:
    """Forget name, phone and health a set time after the order's end; ``False`` if it is too early (R109, R113)."""
    lock(order)
    now = clock.now()
    if not queries.is_to_be_erased(order, clock.helsinki_date(now)):
        return False
    release = queries.release_of(order.id)
    if release is not None and release.erased_at is None:
        release.sealed_contact, release.erased_at = None, now
        audit.record(ERASED, subject=release, actor=None, at=now, order=order.id)
    note = queries.note_of(order.need_id)
    if note is not None and note.erased_at is None and queries.live_order_of(order.need_id) is None:
        _erase(note, now, None)
    return True
