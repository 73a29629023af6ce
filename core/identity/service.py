"""The verbs of identity: logging in and out, roles, passwords, tokens."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyotp
from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from core import audit, clock, mail
from core.db import affected, db, lock, new_id, transaction
from core.errors import NotFound, RuleBroken, TooMany, WrongState
from core.i18n import lazy_gettext as _l
from core.identity import queries
from core.identity.mandates import Mandate
from core.identity.models import (
    ROLES_OF_KIND,
    ApiToken,
    Authority,
    LoginAttempt,
    LoginSession,
    OneTimeToken,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    RoleHolding,
    TokenPurpose,
)
from core.identity.passwords import MAX_LENGTH, MIN_LENGTH, hash_password, hash_token, matches, new_token
from core.sealing import derived_key, seal, unseal

SESSION_LENGTH = timedelta(hours=12)
THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
#: Links for a new password within the time one works; more would only fill somebody's mailbox.
LINKS_AT_ONCE = 5
FAILURES_PER_SOURCE = 30
TOKEN_LENGTH = {
    TokenPurpose.PASSWORD_RESET: timedelta(hours=1),
    TokenPurpose.EMAIL_CONFIRMATION: timedelta(days=3),
    TokenPurpose.INVITATION: timedelta(days=7),
}

LOGGED_IN = audit.declare("session.started")
LOGGED_OUT = audit.declare("session.ended", "sessions")
PERSON_ADDED = audit.declare("person.added")
PERSON_CHANGED = audit.declare("person.changed", "is_active")
PASSWORD_CHANGED = audit.declare("person.password_changed")
SECOND_FACTOR_SET = audit.declare("person.second_factor_changed", "is_set")
ROLE_GIVEN = audit.declare("role.given", "person", "organisation", "role", "starts_on", "ends_on")
ROLE_ENDED = audit.declare("role.ended", "person", "organisation", "role", "ends_on")
API_TOKEN_ISSUED = audit.declare("api_token.issued", "holding")
AUTHORITY_ADDED = audit.declare("authority.added", "business_id")
AUTHORITY_CHANGED = audit.declare("authority.changed", "second_factor_required")
COMPETENCE_STATED = audit.declare("authority.competence_stated", "competence")


@dataclass(frozen=True)
class LoggedIn:
    """A fresh session: the token goes into the cookie, and nowhere else."""

    token: str
    person: Person
    needs_second_factor: bool


def _keyed(value: str) -> str:
    return hmac.new(derived_key("throttle"), value.strip().lower().encode(), hashlib.sha256).hexdigest()


def _failures(column: InstrumentedAttribute[str], value: str, since: datetime) -> int:
    last_success = (
        select(func.max(LoginAttempt.at))
        .where(LoginAttempt.account_hash == value, LoginAttempt.succeeded)
        .scalar_subquery()
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(LoginAttempt)
            .where(
                column == value,
                LoginAttempt.at > since,
                LoginAttempt.at > func.coalesce(last_success, since),
                ~LoginAttempt.succeeded,
            )
        )
        or 0
    )


def log_in(email: str, password: str, *, source: str) -> LoggedIn:
    """Start a session, or say only that address and password do not fit together.

    Every try is kept, also the failed one; that is why this is two transactions.

    :param source: the network address the try comes from
    :raises TooMany: too many failures for this account or from this address; wait a quarter of an hour
    :raises RuleBroken: wrong address or password, or the account is closed
    """
    _refuse_if_throttled(email, source)
    person = queries.person_by_email(email)
    fits = matches(person.password_hash if person else None, password[:MAX_LENGTH])
    if person is None or not fits or not person.is_active:
        _note_attempt(email, source, succeeded=False)
        raise RuleBroken(
            _l("The e-mail address and the password do not fit together."),
            rule="login",
            field="password",
            next_step=_l("Check both, or ask for a new password."),
        )
    return _start_session(person, email, source)


@transaction
def _refuse_if_throttled(email: str, source: str) -> None:
    since = clock.now() - THROTTLE_WINDOW
    if (
        _failures(LoginAttempt.account_hash, _keyed(email), since) >= FAILURES_PER_ACCOUNT
        or _failures(LoginAttempt.source_hash, _keyed(source), since) >= FAILURES_PER_SOURCE
    ):
        raise TooMany(
            _l("There were too many failed log-ins."),
            rule="login-throttle",
            field="password",
            next_step=_l("Wait 15 minutes, or ask for a new password."),
        )


@transaction
def _note_attempt(email: str, source: str, *, succeeded: bool) -> None:
    db.session.add(
        LoginAttempt(account_hash=_keyed(email), source_hash=_keyed(source), at=clock.now(), succeeded=succeeded)
    )


@transaction
def _start_session(person: Person, email: str, source: str) -> LoggedIn:
    now = clock.now()
    _note_attempt(email, source, succeeded=True)
    token = new_token()
    roles = queries.holdings_in_force(person.id, clock.helsinki_date(now))
    db.session.add(
        LoginSession(
            token_hash=hash_token(token),
            person_id=person.id,
            holding_id=roles[0].id if roles else None,
            started_at=now,
            expires_at=now + SESSION_LENGTH,
        )
    )
    audit.record(LOGGED_IN, subject=person, actor=Mandate.of(roles[0]) if roles else None, at=now)
    return LoggedIn(token, person, needs_second_factor(person, roles))


def needs_second_factor(person: Person, roles: object) -> bool:
    """A second factor is asked when the person has set one, or an authority of theirs requires it."""
    if person.sealed_totp_secret is not None:
        return True
    organisation_ids = [
        holding.organisation_id
        for holding in roles  # type: ignore[attr-defined]
        if holding.organisation.kind is OrganisationKind.AUTHORITY
    ]
    return bool(
        organisation_ids
        and db.session.scalar(
            select(Authority.id).where(Authority.id.in_(organisation_ids), Authority.second_factor_required).limit(1)
        )
    )


def confirm_second_factor(session: LoginSession, code: str) -> str:
    """Accept a TOTP code once, and rotate the session; returns the new token.

    Every wrong code is kept, so that codes cannot be guessed one after the other; hence two transactions.

    :raises TooMany: too many wrong codes; wait a quarter of an hour
    :raises RuleBroken: the code is wrong, old, or was used already
    """
    account = f"second-factor/{session.person_id}"
    _refuse_if_throttled(account, account)
    try:
        return _confirm_code(session, code)
    except RuleBroken:
        _note_attempt(account, account, succeeded=False)
        raise


@transaction
def _confirm_code(session: LoginSession, code: str) -> str:
    lock(session.person)
    now = clock.now()
    person = session.person
    if person.sealed_totp_secret is None:
        raise WrongState(_l("The second factor has not been set up."), rule="second-factor")
    _accept_code(person, unseal(person.sealed_totp_secret, f"totp/{person.id}").decode(), code, now)
    _note_attempt(f"second-factor/{person.id}", f"second-factor/{person.id}", succeeded=True)
    session.second_factor_at = now
    return _rotate(session)


def _accept_code(person: Person, secret: str, code: str, now: datetime) -> None:
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // totp.interval
    for candidate in (step - 1, step, step + 1):
        fits = hmac.compare_digest(totp.generate_otp(candidate), code.replace(" ", ""))
        if fits and candidate > (person.totp_last_step or 0):
            person.totp_last_step = candidate
            return
    raise RuleBroken(
        _l("The code is wrong or was used already."),
        rule="second-factor",
        field="code",
        next_step=_l("Wait for the next code in your application and enter that one."),
    )


@transaction
def set_second_factor(session: LoginSession, secret: str, code: str) -> str:
    """Set up TOTP: the first code proves that the application has the secret; rotates the session."""
    lock(session.person)
    now = clock.now()
    person = session.person
    if person.sealed_totp_secret is not None:
        raise WrongState(_l("The second factor is already set up."), rule="second-factor")
    _accept_code(person, secret, code, now)
    person.sealed_totp_secret = seal(secret.encode(), f"totp/{person.id}")
    session.second_factor_at = now
    audit.record(SECOND_FACTOR_SET, subject=person, actor=None, at=now, is_set=True)
    return _rotate(session)


@transaction
def reset_second_factor(person: Person, *, by: Mandate) -> None:
    """Remove a lost second factor; the person sets a new one at the next log-in."""
    lock(person)
    now = clock.now()
    person.sealed_totp_secret, person.totp_last_step = None, None
    _end_sessions(person.id, now)
    audit.record(SECOND_FACTOR_SET, subject=person, actor=by, at=now, is_set=False)


def _rotate(session: LoginSession) -> str:
    """Give the session a new token, so that an old one is worth nothing."""
    token = new_token()
    session.token_hash = hash_token(token)
    return token


@transaction
def switch_role(session: LoginSession, holding: RoleHolding) -> str:
    """Act in another of one's own roles from now on; rotates the session."""
    today = clock.helsinki_date(clock.now())
    if holding.person_id != session.person_id or not holding.is_in_force(today):
        raise NotFound(_l("You do not hold this role."), rule="I4")
    session.holding_id = holding.id
    return _rotate(session)


@transaction
def log_out(session: LoginSession) -> None:
    """End this session."""
    now = clock.now()
    session.ended_at = now
    audit.record(LOGGED_OUT, subject=session.person, actor=None, at=now, sessions=1)


@transaction
def log_out_everywhere(person: Person) -> None:
    """End every session of a person."""
    now = clock.now()
    count = _end_sessions(person.id, now)
    audit.record(LOGGED_OUT, subject=person, actor=None, at=now, sessions=count)


def _end_sessions(person_id: uuid.UUID, now: datetime) -> int:
    result = db.session.execute(
        update(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
    return affected(result)


def check_password(password: str, field: str = "password") -> None:
    """:raises RuleBroken: too short, too long, or made of one character"""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH or len(set(password)) < 5:
        raise RuleBroken(
            _l("The password is too easy to guess."),
            rule="password",
            field=field,
            next_step=_l("Use at least %(count)s characters, for example four words.", count=MIN_LENGTH),
        )


@transaction
def add_person(email: str, name: str, language: str, *, by: Mandate | None) -> Person:
    """Add somebody who can be given roles; they set their password by a link.

    :raises RuleBroken: the address is known already
    """
    if queries.person_by_email(email) is not None:
        raise RuleBroken(
            _l("There is already a person with this e-mail address."),
            rule="person-email",
            field="email",
            next_step=_l("Give the role to the existing person."),
        )
    now = clock.now()
    row = Person(id=new_id(), email=email.strip(), name=name.strip(), language=language)
    db.session.add(row)
    db.session.flush()
    audit.record(PERSON_ADDED, subject=row, actor=by, at=now)
    return row


@transaction
def set_active(person: Person, is_active: bool, *, by: Mandate) -> None:
    """Close or open an account; closing ends every session."""
    lock(person)
    now = clock.now()
    person.is_active = is_active
    if not is_active:
        _end_sessions(person.id, now)
    audit.record(PERSON_CHANGED, subject=person, actor=by, at=now, is_active=is_active)


@transaction
def change_language(person: Person, language: str) -> None:
    """Remember the language a person works and gets mail in."""
    person.language = language


@transaction
def set_password(person: Person, password: str) -> None:
    """Set a password; every session ends.

    :raises RuleBroken: too easy to guess
    """
    check_password(password)
    lock(person)
    now = clock.now()
    person.password_hash = hash_password(password)
    _end_sessions(person.id, now)
    db.session.execute(  # a link mailed earlier must not undo this
        update(OneTimeToken)
        .where(
            OneTimeToken.person_id == person.id,
            OneTimeToken.purpose.in_((TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION)),
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=now)
    )
    audit.record(PASSWORD_CHANGED, subject=person, actor=None, at=now)


@transaction
def give_role(
    person: Person, organisation: Organisation, role: Role, *, starts_on: date, ends_on: date | None, by: Mandate | None
) -> RoleHolding:
    """Give a role in an organisation from a day to a day.

    :raises RuleBroken: the role does not exist in that kind of organisation, the days are the wrong way
        round, or the person holds it already
    """
    if role not in ROLES_OF_KIND[organisation.kind]:
        raise RuleBroken(
            _l("This role does not exist in this organisation."),
            rule="role-kind",
            field="role",
            next_step=_l("Choose another role or another organisation."),
        )
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(
            _l("The role would end before it starts."),
            rule="role-days",
            field="ends_on",
            next_step=_l("Choose a later end."),
        )
    now = clock.now()
    lock(person)
    if any(
        held.organisation_id == organisation.id and held.role is role
        for held in queries.holdings_in_force(person.id, starts_on)
    ):
        raise RuleBroken(_l("The person already holds this role."), rule="role-twice", field="role")
    row = RoleHolding(
        id=new_id(),
        person_id=person.id,
        organisation_id=organisation.id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        person=person,
        organisation=organisation,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        ROLE_GIVEN,
        subject=row,
        actor=by,
        at=now,
        person=person.id,
        organisation=organisation.id,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return row


@transaction
def end_role(holding: RoleHolding, *, by: Mandate) -> None:
    """End a role at once: yesterday is its last day (on its first day it ends that same day)."""
    lock(holding)
    now = clock.now()
    today = clock.helsinki_date(now)
    if not holding.is_in_force(today):
        raise WrongState(_l("The role is not in force."), rule="role-days")
    holding.ends_on = max(holding.starts_on, today - timedelta(days=1))
    if holding.ends_on == today:
        holding.starts_on = holding.ends_on = today - timedelta(days=1)
    audit.record(
        ROLE_ENDED,
        subject=holding,
        actor=by,
        at=now,
        person=holding.person_id,
        organisation=holding.organisation_id,
        role=holding.role,
        ends_on=holding.ends_on,
    )


@transaction
def add_authority(
    *,
    name_fi: str,
    name_sv: str,
    name_en: str,
    business_id: str,
    service_address: str,
    service_email: str,
    competence: str = "",
    by: Mandate | None,
) -> Authority:
    """Add a contracting authority."""
    now = clock.now()
    organisation = Organisation(id=new_id(), kind=OrganisationKind.AUTHORITY, name=name_fi)
    db.session.add(organisation)
    db.session.flush()
    row = Authority(
        id=organisation.id,
        name_fi=name_fi,
        name_sv=name_sv,
        name_en=name_en,
        business_id=business_id,
        service_address=service_address,
        service_email=service_email,
        competence=competence,
        organisation=organisation,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(AUTHORITY_ADDED, subject=row, actor=by, at=now, business_id=business_id)
    return row


@transaction
def require_second_factor(authority: Authority, required: bool, *, by: Mandate) -> None:
    """Switch the second factor on or off for the staff of an authority."""
    lock(authority)
    now = clock.now()
    authority.second_factor_required = required
    audit.record(AUTHORITY_CHANGED, subject=authority, actor=by, at=now, second_factor_required=required)


@transaction
def state_competence(authority: Authority, competence: str, *, by: Mandate) -> None:
    """State the rule on which the power of the authority's decision makers rests; its decisions name it (R70)."""
    lock(authority)
    now = clock.now()
    authority.competence = competence.strip()
    audit.record(COMPETENCE_STATED, subject=authority, actor=by, at=now, competence=authority.competence)


@transaction
def send_link(person: Person, purpose: TokenPurpose) -> None:
    """Mail a one-time link; an older unused one of the same purpose stops working."""
    now = clock.now()
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.person_id == person.id, OneTimeToken.purpose == purpose, OneTimeToken.used_at.is_(None))
        .values(used_at=now)
    )
    token = new_token()
    db.session.add(
        OneTimeToken(
            token_hash=hash_token(token), purpose=purpose, person_id=person.id, expires_at=now + TOKEN_LENGTH[purpose]
        )
    )
    base = current_app.config["BASE_URL"]
    path = "confirm-email" if purpose is TokenPurpose.EMAIL_CONFIRMATION else "new-password"
    mail.send(
        person.email,
        purpose.value,
        language=person.language,
        at=now,
        about_id=person.id,
        person=person,
        link=f"{base}/{path}/{token}",
        expires_at=now + TOKEN_LENGTH[purpose],
    )


@transaction
def ask_new_password(email: str) -> None:
    """Mail a link if the account exists; the answer is the same if it does not, or if too many were asked for."""
    person = queries.person_by_email(email)
    if person is None or not person.is_active:
        return
    asked = db.session.scalar(
        select(func.count())
        .select_from(OneTimeToken)
        .where(
            OneTimeToken.person_id == person.id,
            OneTimeToken.purpose == TokenPurpose.PASSWORD_RESET,
            OneTimeToken.expires_at > clock.now(),
        )
    )
    if (asked or 0) < LINKS_AT_ONCE:
        send_link(person, TokenPurpose.PASSWORD_RESET)


def usable_token(token: str, *purposes: TokenPurpose) -> OneTimeToken:
    """The token of a link, if it can still be used.

    :raises NotFound: forged, of another purpose, used or expired
    """
    row = queries.one_time_token(token)
    now = clock.now()
    if row is None or row.purpose not in purposes or row.used_at is not None or row.expires_at <= now:
        raise NotFound(
            _l("The link no longer works: it was used already, or its time has run out."),
            rule="one-time-link",
            next_step=_l("Ask for a new link."),
        )
    return row


@transaction
def use_password_link(token: str, password: str) -> Person:
    """Set the password that the link was asked for; the link is used up."""
    row = usable_token(token, TokenPurpose.PASSWORD_RESET, TokenPurpose.INVITATION)
    lock(row)
    if row.used_at is not None:
        raise NotFound(
            _l("This link has already been used."), rule="one-time-link", next_step=_l("Ask for a new link.")
        )
    now = clock.now()
    set_password(row.person, password)
    row.used_at = now
    row.person.email_confirmed_at = row.person.email_confirmed_at or now
    return row.person


@transaction
def confirm_email(token: str) -> Person:
    """Confirm the address that the link was sent to."""
    row = usable_token(token, TokenPurpose.EMAIL_CONFIRMATION)
    lock(row)
    now = clock.now()
    row.used_at = now
    row.person.email_confirmed_at = now
    return row.person


@transaction
def issue_api_token(holding: RoleHolding, label: str, *, length: timedelta, by: Mandate | None) -> str:
    """Make a bearer token for one role; it is shown once and stored as a hash."""
    now = clock.now()
    token = "avoin_" + new_token()
    row = ApiToken(
        id=new_id(),
        token_hash=hash_token(token),
        holding_id=holding.id,
        label=label,
        made_at=now,
        expires_at=now + length,
        holding=holding,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(API_TOKEN_ISSUED, subject=row, actor=by, at=now, holding=holding.id)
    return token
