"""Announcing events, presenting, taking seats: every admitted supplier alike (I5), no seat twice (I7)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from core import audit, clock, jobs, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_cgettext as _c
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Authority, Role
from core.identity.passwords import hash_token, new_token
from core.identity.queries import person
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.qualification import queries as qualification_queries
from dps.systems import buyers
from dps.systems.models import Category
from orders import links, rules
from orders.presentations import queries
from orders.presentations.models import (
    PRESENTATION_TRANSITIONS,
    Presentation,
    PresentationState,
    Presenter,
    SignUp,
)
from suppliers.mailing import tell
from suppliers.models import Supplier

ANNOUNCED = audit.declare("presentation.announced", "category", "supplier", "starts_at", "seats")
INVITED = audit.declare("presentation.invited", "suppliers")
CANCELLED = audit.declare("presentation.cancelled", "before")
PRESENTS = audit.declare("presenter.signed_up", "presentation", "supplier")
LEFT = audit.declare("presenter.withdrew", "presentation", "supplier")
TAKEN = audit.declare("presentation_sign_up.made", "presentation", "by_expert")
GIVEN_UP = audit.declare("presentation_sign_up.cancelled", "presentation")

INVITE = "presentations.invite"


class Full(RuleBroken):
    """No seat is left."""


@dataclass(frozen=True, kw_only=True)
class Details:
    """What, when, where, for how many."""

    title_fi: str
    title_sv: str
    title_en: str
    place: str
    link: str
    languages: list[str]
    starts_at: datetime
    ends_at: datetime
    seats: int


def _check(details: Details, category: Category, now: datetime) -> None:
    for name in ("title_fi", "title_sv", "title_en", "place", "link"):
        if contains_identity_code(getattr(details, name)):
            raise RuleBroken(MESSAGE, rule="I8", field=name)
    if not details.place and not details.link:
        raise RuleBroken(
            _l("The place is missing."),
            rule="presentation-place",
            field="place",
            next_step=_l("Enter a place, or a link for a remote event."),
        )
    if details.link and not details.link.startswith("https://"):
        raise RuleBroken(
            _l("The link does not begin with https://"),
            rule="presentation-place",
            field="link",
            next_step=_l("Copy the whole address of the remote event."),
        )
    if details.starts_at <= now:
        raise RuleBroken(
            _l("The event begins in the past."),
            rule="presentation-time",
            field="starts_at",
            next_step=_l("Enter a time to come."),
        )
    if details.ends_at <= details.starts_at:
        raise RuleBroken(
            _l("The event ends before it begins."),
            rule="presentation-time",
            field="ends_at",
            next_step=_l("Enter a later end."),
        )
    if not set(details.languages):
        raise RuleBroken(_l("Choose at least one language"), rule="R102", field="languages")


def _refuse_not_admitted(supplier_id: uuid.UUID, category_id: uuid.UUID) -> None:
    if qualification_queries.qualification_in_force(supplier_id, category_id) is None:
        raise NotAllowed(
            _l("Only providers admitted to the category present themselves here."),
            rule="I4",
            field="category",
            next_step=_l("Apply to the category first. You can do so at any time."),
        )


@transaction
def announce(category: Category, details: Details, *, by: Mandate) -> Presentation:
    """Announce an event: of the authority, to which all admitted suppliers are invited at once, or of one supplier.

    :raises NotAllowed: another authority's category, or the supplier is not admitted to it
    :raises RuleBroken: time, place, languages, or an identity code (I8)
    """
    supplier_id = by.supplier_id
    if supplier_id is not None:
        _refuse_not_admitted(supplier_id, category.id)
    now = clock.now()
    authority_id = by.authority_id or category.authority_id
    if supplier_id is None:
        buyers.refuse_others(category.system, by.authority_id, clock.helsinki_date(now))
    _check(details, category, now)
    row = Presentation(
        id=new_id(),
        authority_id=authority_id,
        category_id=category.id,
        supplier_id=supplier_id,
        **{name: getattr(details, name) for name in Details.__dataclass_fields__},
        seats_taken=0,
        state=PresentationState.ANNOUNCED,
        announced_at=now,
        announced_by=by.person_id,
        cancel_reason="",
        category=category,
        authority=db.session.get_one(Authority, authority_id),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        ANNOUNCED,
        subject=row,
        actor=by,
        at=now,
        category=category.id,
        supplier=supplier_id,
        starts_at=row.starts_at,
        seats=row.seats,
    )
    if supplier_id is not None:
        _join(row, supplier_id, now, by)
    else:
        jobs.add(INVITE, at=now, key=f"{INVITE}:{row.id}", presentation_id=row.id)
    return row


@transaction
def invite_all(presentation: Presentation) -> int:
    """Mail every supplier admitted to the category the same invitation (I5), once; returns how many."""
    lock(presentation)
    now = clock.now()
    if presentation.invited_at is not None or presentation.state is PresentationState.CANCELLED:
        return 0
    rows = queries.admitted_to(presentation.category_id)
    presentation.invited_at = now
    audit.record(INVITED, subject=presentation, actor=None, at=now, suppliers=len(rows))
    for each in rows:
        _tell(each.supplier, "presentation_invited", presentation, now)
    return len(rows)


def _tell(supplier: Supplier, template: str, presentation: Presentation, at: datetime) -> None:
    path = f"/presentations/{presentation.id}/own"
    tell(supplier, template, at=at, about_id=presentation.id, path=path, presentation=presentation)


def _refuse_over(presentation: Presentation, now: datetime) -> None:
    if presentation.state is PresentationState.CANCELLED or presentation.starts_at <= now:
        raise WrongState(
            _c("The event is cancelled or has begun."),
            rule="presentation-state",
            next_step=_c("Look at the events to come."),
        )


def _join(presentation: Presentation, supplier_id: uuid.UUID, now: datetime, by: Mandate) -> Presenter:
    known = queries.presenter(presentation.id, supplier_id)
    if known is not None and known.withdrawn_at is None:
        return known
    if known is None:
        known = Presenter(id=new_id(), presentation=presentation, supplier_id=supplier_id, signed_up_at=now)
        db.session.add(known)
    known.signed_up_at, known.withdrawn_at = now, None
    db.session.flush()
    audit.record(PRESENTS, subject=known, actor=by, at=now, presentation=presentation.id, supplier=supplier_id)
    return known


@transaction
def present(presentation: Presentation, *, by: Mandate) -> Presenter:
    """An admitted supplier presents itself; a second time changes nothing.

    :raises NotAllowed: it is not admitted to the category, or it is another supplier's own event
    :raises WrongState: the event is cancelled or has begun
    """
    _refuse_not_admitted(by.organisation_id, presentation.category_id)
    if presentation.supplier_id not in (None, by.organisation_id):
        raise NotAllowed(_l("This is another provider's own event."), rule="I4")
    lock(presentation)
    now = clock.now()
    _refuse_over(presentation, now)
    return _join(presentation, by.organisation_id, now, by)


@transaction
def withdraw_presenter(presentation: Presentation, *, by: Mandate) -> None:
    """The supplier does not come after all; a second time changes nothing."""
    lock(presentation)
    now = clock.now()
    row = queries.presenter(presentation.id, by.organisation_id)
    if row is None or row.withdrawn_at is not None:
        return
    row.withdrawn_at = now
    audit.record(LEFT, subject=row, actor=by, at=now, presentation=presentation.id, supplier=row.supplier_id)


def _take(presentation: Presentation, now: datetime) -> None:
    _refuse_over(presentation, now)
    if presentation.seats_left < 1:
        raise Full(
            _c("All places are taken."), rule="I7", field="seats", next_step=_c("Look at the other events to come.")
        )
    presentation.seats_taken += 1


@transaction
def sign_up(presentation: Presentation) -> tuple[SignUp, str]:
    """A customer takes a seat without a name; the token is theirs to come back with.

    :raises Full: no seat is left (I7)
    :raises WrongState: the event is cancelled or has begun
    """
    lock(presentation)
    now = clock.now()
    _take(presentation, now)
    token = new_token()
    return _signed_up(presentation, now, None, token_hash=hash_token(token)), token


@transaction
def sign_up_for(presentation: Presentation, customer_reference: str, *, by: Mandate) -> SignUp:
    """The expert takes a seat for a customer's reference; a second time gives the same seat.

    :raises RuleBroken: no reference (I8); ``Full`` when no seat is left (I7)
    :raises WrongState: the event is cancelled or has begun
    """
    if contains_identity_code(customer_reference):
        raise RuleBroken(MESSAGE, rule="I8", field="customer_reference")
    if not rules.is_reference(customer_reference):
        raise RuleBroken(
            _l("The reference has other characters than letters, digits, hyphen, slash and point."),
            rule="I8",
            field="customer_reference",
            next_step=_l("Enter the reference of your customer system, like AS-2026/118. Do not enter a name."),
        )
    lock(presentation)
    now = clock.now()
    known = queries.sign_up_of_reference(presentation.id, customer_reference)
    if known is not None:
        return known
    _take(presentation, now)
    return _signed_up(presentation, now, by, customer_reference=customer_reference, expert_id=by.person_id)


def _signed_up(presentation: Presentation, now: datetime, by: Mandate | None, **whose: object) -> SignUp:
    row = SignUp(id=new_id(), presentation_id=presentation.id, made_at=now, presentation=presentation, **whose)
    db.session.add(row)
    db.session.flush()
    audit.record(TAKEN, subject=row, actor=by, at=now, presentation=presentation.id, by_expert=by is not None)
    return row


@transaction
def give_up(row: SignUp, *, by: Mandate | None) -> None:
    """The seat is free again; a second time changes nothing."""
    lock(row.presentation)
    lock(row)
    now = clock.now()
    if row.cancelled_at is not None:
        return
    row.cancelled_at = now
    row.presentation.seats_taken -= 1
    audit.record(GIVEN_UP, subject=row, actor=by, at=now, presentation=row.presentation_id)


def place_of(token: str) -> SignUp:
    """The seat behind a token.

    :raises LinkUnknown: there is none
    """
    row = queries.sign_up_of_token(token)
    if row is None:
        raise links.unknown()
    return row


@transaction
def cancel(presentation: Presentation, reason: str, *, by: Mandate) -> None:
    """Cancel the event; presenters and experts are told, customers see it on their page.

    :raises WrongState: it is cancelled already
    """
    if contains_identity_code(reason):
        raise RuleBroken(MESSAGE, rule="I8", field="reason")
    lock(presentation)
    now, before = clock.now(), presentation.state
    with db.session.no_autoflush:
        move(presentation, PRESENTATION_TRANSITIONS, "cancel")
        presentation.cancelled_at, presentation.cancel_reason = now, reason
    for each in presentation.presenters:
        if each.withdrawn_at is None and not (by.role is Role.PROVIDER and each.supplier_id == by.organisation_id):
            _tell(each.supplier, "presentation_cancelled", presentation, now)
    for expert_id in dict.fromkeys(row.expert_id for row in queries.references_of(presentation.id)):
        expert = person(expert_id) if expert_id else None
        if expert is not None:
            mail.send(
                expert.email,
                "presentation_cancelled_expert",
                language=expert.language,
                at=now,
                about_id=presentation.id,
                presentation=presentation,
            )
    audit.record(CANCELLED, subject=presentation, actor=by, at=now, before=before)
