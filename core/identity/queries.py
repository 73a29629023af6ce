"""Every SELECT about people, roles and sessions, named by what it answers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.identity.models import (
    ApiToken,
    Authority,
    LoginSession,
    OneTimeToken,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    RoleHolding,
)
from core.identity.passwords import hash_token


def person(person_id: uuid.UUID) -> Person | None:
    return db.session.get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    return db.session.scalars(select(Person).where(func.lower(Person.email) == email.strip().lower())).one_or_none()


def organisation(organisation_id: uuid.UUID) -> Organisation | None:
    return db.session.get(Organisation, organisation_id)


def authority(authority_id: uuid.UUID) -> Authority | None:
    return db.session.get(Authority, authority_id)


def holding(holding_id: uuid.UUID) -> RoleHolding | None:
    return db.session.get(RoleHolding, holding_id)


def holdings_in_force(person_id: uuid.UUID, on: date) -> Sequence[RoleHolding]:
    """The roles a person holds on a day, the newest last."""
    return db.session.scalars(
        select(RoleHolding)
        .options(joinedload(RoleHolding.person), joinedload(RoleHolding.organisation))
        .where(
            RoleHolding.person_id == person_id,
            RoleHolding.starts_on <= on,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
        )
        .order_by(RoleHolding.id)
    ).all()


def holders(organisation_id: uuid.UUID, on: date, *roles: Role) -> Sequence[Person]:
    """The people who hold one of the roles in an organisation on a day."""
    return db.session.scalars(
        select(Person)
        .join(RoleHolding, RoleHolding.person_id == Person.id)
        .where(
            RoleHolding.organisation_id == organisation_id,
            RoleHolding.role.in_(roles),
            RoleHolding.starts_on <= on,
            or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= on),
            Person.is_active,
        )
        .distinct()
        .order_by(Person.id)
    ).all()


def live_session(token: str) -> tuple[LoginSession, RoleHolding | None, datetime] | None:
    """The login session of a cookie's token, if it goes on and the account is open; the role acted in, if it is in
    force today; and the database's time. One question, as every page asks it."""
    row = db.session.execute(
        select(LoginSession, RoleHolding, func.avoin_now())
        .join(LoginSession.person)
        .outerjoin(RoleHolding, and_(RoleHolding.id == LoginSession.holding_id, *_in_force_today()))
        .options(contains_eager(LoginSession.person), joinedload(RoleHolding.organisation))
        .where(
            LoginSession.token_hash == hash_token(token),
            LoginSession.ended_at.is_(None),
            LoginSession.expires_at > func.avoin_now(),
            Person.is_active,
        )
    ).one_or_none()
    return (row[0], row[1], row[2]) if row is not None else None


def _in_force_today() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """That a role has begun and has not ended, by the database's day in Helsinki."""
    today = cast(func.timezone("Europe/Helsinki", func.avoin_now()), Date)
    return RoleHolding.starts_on <= today, or_(RoleHolding.ends_on.is_(None), RoleHolding.ends_on >= today)


def holding_in_force(holding_id: uuid.UUID) -> RoleHolding | None:
    """A role with its person and organisation, if it is in force today."""
    return db.session.scalars(
        select(RoleHolding)
        .options(joinedload(RoleHolding.person), joinedload(RoleHolding.organisation))
        .where(RoleHolding.id == holding_id, *_in_force_today())
    ).one_or_none()


def open_sessions(person_id: uuid.UUID, now: datetime) -> Sequence[LoginSession]:
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None), LoginSession.expires_at > now)
        .order_by(LoginSession.started_at.desc())
    ).all()


def one_time_token(token: str) -> OneTimeToken | None:
    return db.session.scalars(select(OneTimeToken).where(OneTimeToken.token_hash == hash_token(token))).one_or_none()


def live_api_token(token: str) -> ApiToken | None:
    """A bearer token that is valid now, with its role in force and its person's account open."""
    return db.session.scalars(
        select(ApiToken)
        .join(ApiToken.holding)
        .join(RoleHolding.person)
        .options(contains_eager(ApiToken.holding).contains_eager(RoleHolding.person))
        .options(contains_eager(ApiToken.holding).joinedload(RoleHolding.organisation))
        .where(
            ApiToken.token_hash == hash_token(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > func.avoin_now(),
            *_in_force_today(),
            Person.is_active,
        )
    ).one_or_none()


def people_page(after: uuid.UUID | None, search: str, size: int = 50) -> Sequence[Person]:
    """People by id, newest first; ``search`` looks into names and addresses."""
    query = select(Person).order_by(Person.id.desc()).limit(size + 1)
    if after:
        query = query.where(Person.id < after)
    if search:
        like = f"%{search.lower()}%"
        query = query.where(or_(func.lower(Person.name).like(like), func.lower(Person.email).like(like)))
    return db.session.scalars(query).all()


def holdings_of(person_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[RoleHolding]]:
    """All roles, past and present, by person."""
    found: dict[uuid.UUID, list[RoleHolding]] = {person_id: [] for person_id in person_ids}
    for row in db.session.scalars(
        select(RoleHolding)
        .options(joinedload(RoleHolding.organisation))
        .where(RoleHolding.person_id.in_(person_ids))
        .order_by(RoleHolding.starts_on)
    ):
        found[row.person_id].append(row)
    return found


def organisations(*kinds: OrganisationKind, limit: int = 500) -> Sequence[Organisation]:
    return db.session.scalars(
        select(Organisation).where(Organisation.kind.in_(kinds)).order_by(Organisation.name).limit(limit)
    ).all()


def authorities() -> Sequence[Authority]:
    return db.session.scalars(select(Authority).order_by(Authority.name_fi)).all()
