"""Inviting a customer to prepare, keeping what they answer, handing it to the expert, erasing it (I8, R112)."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from core import audit, clock, law
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.passwords import hash_token, new_token
from core.identity.queries import authority as authority_of
from core.sealing import seal, unseal
from core.web.text_checks import MESSAGE, contains_identity_code
from orders import links, rules
from orders.models import Goal, Need
from orders.preparing import queries
from orders.preparing.models import Company, PreparedAnswers, When, Where

INVITED = audit.declare("preparation.invited", "meeting_on", "expires_at")
SAVED = audit.declare("preparation.saved", "has_health")
USED = audit.declare("preparation.used", "need")
ERASED = audit.declare("preparation.erased")

#: A link is made at most so long before the meeting.
LONGEST = timedelta(days=60)
#: So far ahead the need's latest start is proposed, by what the customer answered.
STARTS = {When.SOON: timedelta(days=30), When.IN_A_MONTH: timedelta(days=60), When.LATER: timedelta(days=120)}


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a customer answered; everything is voluntary."""

    goal: Goal | None = None
    can: str = ""
    want: str = ""
    in_the_way: str = ""
    place: str = ""
    where: Where | None = None
    languages: list[str] = field(default_factory=list)
    when: When | None = None
    company: Company | None = None
    accessibility: str = ""
    #: Sealed apart, read by the expert only.
    health: str = ""


@dataclass(frozen=True)
class Invited:
    """A fresh link; its token is shown to the expert for a short while and stored nowhere."""

    prepared: PreparedAnswers
    token: str


def purpose(prepared_id: uuid.UUID, part: str) -> str:
    """What answers (``answers``) and health (``health``) are sealed for."""
    return f"prepared/{part}/{prepared_id}"


@transaction
def invite(customer_reference: str, meeting_on: date, *, by: Mandate) -> Invited:
    """Make a link for a customer's reference; one made before stops working.

    :raises RuleBroken: no reference (I8), or the meeting is past or too far
    """
    authority_id = by.organisation_id
    if contains_identity_code(customer_reference):
        raise RuleBroken(MESSAGE, rule="I8", field="customer_reference")
    if not rules.is_reference(customer_reference):
        raise RuleBroken(
            _l("The reference has other characters than letters, digits, hyphen, slash and point."),
            rule="I8",
            field="customer_reference",
            next_step=_l("Enter the reference of your customer system, like AS-2026/118. Do not enter a name."),
        )
    now = clock.now()
    today = clock.helsinki_date(now)
    if not today <= meeting_on <= today + LONGEST:
        raise RuleBroken(
            _l("The meeting must be within the next 60 days."),
            rule="preparation-meeting",
            field="meeting_on",
            next_step=_l("Enter the day of the meeting."),
        )
    queries.cancel_open(authority_id, customer_reference, now)
    token, authority = new_token(), authority_of(authority_id)
    assert authority is not None
    prepared = PreparedAnswers(
        id=new_id(),
        authority_id=authority_id,
        expert_id=by.person_id,
        customer_reference=customer_reference,
        meeting_on=meeting_on,
        token_hash=hash_token(token),
        made_at=now,
        expires_at=clock.end_of_day(meeting_on),
        authority=authority,
    )
    db.session.add(prepared)
    db.session.flush()
    audit.record(
        INVITED, subject=prepared, actor=by, at=now, meeting_on=str(meeting_on), expires_at=prepared.expires_at
    )
    return Invited(prepared, token)


def usable(token: str) -> PreparedAnswers:
    """The preparation behind a token, while the customer may still change it.

    :raises LinkUnknown: there is no such link
    :raises LinkOver: replaced, used by the expert, or the meeting is past
    """
    prepared = queries.prepared_of_token(token)
    if prepared is None:
        raise links.unknown()
    if prepared.used_at is not None:
        raise links.used()
    if prepared.cancelled_at is not None or prepared.erased_at is not None or clock.now() >= prepared.expires_at:
        raise links.over()
    return prepared


@transaction
def save(token: str, answers: Answers, *, language: str) -> PreparedAnswers:
    """Keep what the customer answers, sealed; it can be changed until the meeting.

    :raises RuleBroken: an identity code in a text (I8)
    :raises LinkOver, LinkUnknown: as ``usable``
    """
    lock(usable(token))
    prepared = usable(token)
    for name in ("can", "want", "in_the_way", "accessibility", "health"):
        if contains_identity_code(getattr(answers, name)):
            raise RuleBroken(links.NO_IDENTITY_CODE, rule="I8", field=name)
    given: dict[str, Any] = asdict(answers)
    health = given.pop("health")
    now = clock.now()
    prepared.sealed_answers = seal(json.dumps(given).encode(), purpose(prepared.id, "answers"))
    prepared.sealed_health = seal(health.encode(), purpose(prepared.id, "health")) if health else None
    prepared.saved_at, prepared.language = now, language
    audit.record(SAVED, subject=prepared, actor=None, at=now, has_health=bool(health))
    return prepared


def opened(prepared: PreparedAnswers) -> Answers | None:
    """What was answered; ``None`` when nothing was, or it is erased. The caller says who saw it."""
    if prepared.sealed_answers is None:
        return None
    given = json.loads(unseal(prepared.sealed_answers, purpose(prepared.id, "answers")))
    health = unseal(prepared.sealed_health, purpose(prepared.id, "health")).decode() if prepared.sealed_health else ""
    kinds: dict[str, Any] = {"goal": Goal, "where": Where, "when": When, "company": Company}
    return Answers(**{name: kinds.get(name, lambda v: v)(v) if v else v for name, v in given.items()}, health=health)


def prefill(prepared: PreparedAnswers) -> dict[str, Any]:
    """The fields of a new need, as far as the customer answered; never what they wrote of their health (R109)."""
    answers = opened(prepared)
    known: dict[str, Any] = {"customer_reference": prepared.customer_reference}
    if answers is None:
        return known
    meeting = max(prepared.meeting_on, clock.helsinki_date(clock.now()))
    forms = {Company.ALONE: "individual", Company.GROUP: "group"}
    return known | {
        "goal": answers.goal.value if answers.goal else "",
        "place": "" if answers.where is Where.REMOTE else answers.place,
        "is_remote": answers.where in (Where.REMOTE, Where.EITHER),
        "languages": answers.languages or ["fi"],
        "latest_start": meeting + STARTS[answers.when or When.SOON],
        "form": forms.get(answers.company, "") if answers.company else "",
        "accessibility": answers.accessibility,
    }


@transaction
def use(prepared: PreparedAnswers, need: Need, *, by: Mandate) -> None:
    """The expert has made a need of it: the link is over; a second time changes nothing.

    :raises NotAllowed: it was written for another authority or another customer
    """
    lock(prepared)
    if (prepared.authority_id, prepared.customer_reference) != (need.authority_id, need.customer_reference):
        raise NotAllowed(_l("The answers were written for another customer."), rule="I4", field="customer_reference")
    if prepared.used_at is not None:
        return
    prepared.used_at, prepared.need_id = clock.now(), need.id
    audit.record(USED, subject=prepared, actor=by, at=prepared.used_at, need=need.id)


def erased_after(today: date) -> timedelta:
    """How long after the meeting the answers are kept."""
    return timedelta(days=int(law.number("R112.prepared_answers", today)))


@transaction
def erase(prepared: PreparedAnswers) -> bool:
    """Erase what is no longer needed; ``False`` if there is nothing to do."""
    lock(prepared)
    now = clock.now()
    if prepared.erased_at is not None or prepared.expires_at + erased_after(clock.helsinki_date(now)) > now:
        return False
    prepared.sealed_answers = prepared.sealed_health = None
    prepared.erased_at = now
    audit.record(ERASED, subject=prepared, actor=None, at=now)
    return True
