"""The database: one engine (PostgreSQL), one declarative base, one way to commit (DESIGN.md §5, §6).

``@transaction`` makes a verb atomic: it flushes, lets the audit chain take its lock as the very last act
(I2) and commits; verbs that call verbs join the outer one.
"""

from __future__ import annotations

import functools
import secrets
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ParamSpec, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, Enum, MetaData, Numeric, String, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import CursorResult, Result
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column, registry

P = ParamSpec("P")
R = TypeVar("R")

#: Constraint names that can be mapped to a field error, and that migrations can find again.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def enum_column(kind: type[StrEnum]) -> Enum:
    """A text column that the database checks against the members of ``kind`` (their values, not names)."""
    return Enum(
        kind,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Maps plain annotations to columns: ``datetime`` with zone, ``Decimal`` with cents, ``dict`` as JSONB."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: DateTime(timezone=True),
            Decimal: Numeric(12, 2),
            dict[str, Any]: JSONB,
            list[str]: JSONB,
            list[dict[str, Any]]: JSONB,
            str: Text,
        },
    )


#: Values of a failed statement stay out of the log: they may be personal (``hide_parameters``).
db = SQLAlchemy(
    model_class=Base,
    engine_options={"pool_pre_ping": True, "hide_parameters": True},
    session_options={"expire_on_commit": False},
)


#: What PostgreSQL is told of our statements: many, short, with many tables joined by their keys as they are written.
#: Compiling them to machine code costs more than it saves, and so does weighing every order of eight joins: for a list
#: of orders that took ten times as long as reading it.
_PLANNING = "-c jit=off -c join_collapse_limit=5"


@event.listens_for(Engine, "do_connect")
def _tell_planning(_dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
    """Before what the operator's own address says, which so has the last word."""
    parameters["options"] = f"{_PLANNING} {parameters.get('options', '')}".strip()


def new_id() -> uuid.UUID:
    """A UUIDv7: random, but ordered by the time it was made, so that lists page by id."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0x2 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


class Model(db.Model):  # type: ignore[name-defined, misc]
    """A table of ours: UUID key and a version that guards against lost updates (``If-Match``)."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


def short_text(length: int) -> String:
    """A text with an upper limit the database keeps."""
    return String(length)


_DEPTH = "transaction_depth"


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction: commits on leaving, rolls back on an error; inside another one it joins it.

    On commit everything is flushed first, then ``core.audit`` appends the buffered events under the lock
    of the chain's head; after that nothing else is locked (I2). It takes part through ``on_commit``.
    """
    session = db.session()
    depth = session.info.get(_DEPTH, 0)
    session.info[_DEPTH] = depth + 1
    try:
        yield session
        if depth == 0:
            session.flush()
            for act in _before_commit:
                act(session)
            session.commit()
            for act in _after_commit:
                act(session)
    except BaseException as error:
        session.info[_DEPTH] = depth
        if depth == 0:
            session.rollback()
            for react in _after_rollback:
                react(session, error)
        raise
    finally:
        session.info[_DEPTH] = depth


@contextmanager
def savepoint() -> Iterator[None]:
    """Inside a unit of work: what fails here is undone by itself, with the events and promises it had buffered."""
    session = db.session()
    kept = {name: len(value) for name, value in session.info.items() if isinstance(value, list)}
    try:
        with session.begin_nested():
            yield
    except BaseException:
        for name, value in session.info.items():
            if isinstance(value, list):
                del value[kept.get(name, 0) :]
        raise


#: What must happen in the last moment before a commit, after it, and after a rollback (audit, outbox).
_before_commit: list[Callable[[Session], None]] = []
_after_commit: list[Callable[[Session], None]] = []
_after_rollback: list[Callable[[Session, BaseException], None]] = []


def on_commit(
    *,
    before: Callable[[Session], None] | None = None,
    after: Callable[[Session], None] | None = None,
    rolled_back: Callable[[Session, BaseException], None] | None = None,
) -> None:
    """Let a part of core take part in every unit of work; ``before`` acts run in the order they were added."""
    if before:
        _before_commit.append(before)
    if after:
        _after_commit.append(after)
    if rolled_back:
        _after_rollback.append(rolled_back)


def react_to_refusal(error: BaseException) -> None:
    """Let the parts of core react to an error that was answered on a page instead of raised further."""
    session = db.session()
    session.rollback()
    for react in _after_rollback:
        react(session, error)


def transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Make a verb one transaction (see ``unit_of_work``)."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit_of_work():
            return verb(*args, **kwargs)

    return run


def in_transaction() -> bool:
    """Whether a verb is under way in this session."""
    return bool(db.session().info.get(_DEPTH, 0))


def affected(result: Result[Any]) -> int:
    """How many rows an INSERT, UPDATE or DELETE touched."""
    return cast("CursorResult[Any]", result).rowcount


_EXPECTED = "expected_version"


@contextmanager
def expecting_version(row: Any, version: str, otherwise: Exception) -> Iterator[None]:
    """Inside, the first ``lock`` of ``row`` raises ``otherwise`` if it is not at this version any more."""
    info = db.session().info
    info[_EXPECTED] = (row, version, otherwise)
    try:
        yield
    finally:
        info.pop(_EXPECTED, None)


def lock(row: Any) -> None:
    """Take a row ``FOR UPDATE`` and read it anew: of two who click at once the second sees what the first did."""
    db.session.flush()
    db.session.refresh(row, with_for_update={"of": type(row)})
    info = db.session().info
    expected, version, otherwise = info.get(_EXPECTED, (None, "", None))
    if row is expected:
        del info[_EXPECTED]
        if str(row.version) != version:
            raise otherwise
