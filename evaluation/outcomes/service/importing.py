"""Results from the customer system: each line judged first, then a file is saved as a whole or not at all.

A batch of the API is judged in the same way; its good lines are saved, its wrong ones named. What is sent twice is the
same the second time (I6).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core import audit, clock
from core.db import db, lock, new_id, transaction
from core.errors import DomainError
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.sheets import FileRefused, Problem
from core.states import move
from evaluation.outcomes import import_queries, reading, rules
from evaluation.outcomes.import_queries import Known
from evaluation.outcomes.models import (
    EMPLOYED,
    IMPORT_TRANSITIONS,
    ImportState,
    Outcome,
    OutcomeImport,
    OutcomeState,
    Source,
)
from evaluation.outcomes.reading import Line
from evaluation.outcomes.service import recording
from orders import queries as order_queries

TAKEN = audit.declare("outcome_import.taken", "number", "size")
COMMITTED = audit.declare("outcome_import.committed", "before", "counts")
DROPPED = audit.declare("outcome_import.dropped", "before")
BATCH = audit.declare("outcome_batch.imported", "size", "counts")


class Happens(StrEnum):
    """What would come of a line."""

    NEW = "new"
    SAME = "same"
    #: The customer system said something else before.
    CORRECTS = "corrects"
    #: Another source says the opposite: somebody will have to settle it.
    CONTRADICTS = "contradicts"
    WRONG = "wrong"


HAPPENS_TITLES = {
    Happens.NEW: _l("New"),
    Happens.SAME: _l("As it is already"),
    Happens.CORRECTS: _l("Corrects what the customer system said before"),
    Happens.CONTRADICTS: _l("Contradicts another source; somebody will have to settle it"),
    Happens.WRONG: _l("Wrong"),
}


@dataclass(frozen=True)
class Judged:
    """A line, and what would come of it."""

    line: Line
    happens: Happens
    order: Known | None = None
    before: Outcome | None = None
    problem: Problem | None = None


def judge(lines: Sequence[Line], authority_id: uuid.UUID, today: date, *, locking: bool = False) -> list[Judged]:
    """What would come of each line; nothing is written.

    :param locking: hold the orders, as who writes must
    """
    numbers = [each.order for each in lines if isinstance(each.order, int)]
    ids = [each.order for each in lines if not isinstance(each.order, int)]
    orders = import_queries.orders_named(authority_id, numbers, ids, locking=locking)
    by_name: dict[uuid.UUID | int, Known] = {}
    for known in orders:
        by_name[known.id] = by_name[known.number] = known
    said = import_queries.of_orders([each.id for each in orders])
    seen: dict[tuple[uuid.UUID, int], Line] = {}
    found = []
    for each in lines:
        order = by_name.get(each.order)
        problem = _wrong(each, order, today) or (_twice(each, order, seen) if order else None)
        if problem is not None or order is None:
            found.append(Judged(each, Happens.WRONG, order, None, problem))
            continue
        seen[order.id, each.months] = each
        found.append(_compared(each, order, said.get((order.id, each.months), [])))
    return found


def _wrong(line: Line, order: Known | None, today: date) -> Problem | None:
    if order is None:
        return Problem(line.row, "order", "import-order", _l("There is no such order."), _l("Check the number."))
    if not order.began or order.started_on is None:
        message = _l("The service never began, so it has no result.")
        return Problem(line.row, "order", "outcome-window", message, _l("Leave the line out."))
    if order.is_excluded:
        message = _l("This service does not count, so it has no result.")
        return Problem(line.row, "order", "outcome-excluded", message, _l("Leave the line out."))
    try:
        rules.check_window(order.planned_end_on, line.months, today)
        rules.check_details(line.state, line.details)
        rules.check_since(line.details.since_on, order.started_on, rules.window_day(order.planned_end_on, line.months))
    except DomainError as refusal:
        return Problem(line.row, refusal.field or "", refusal.rule, refusal.message, refusal.next_step)
    return None


def _twice(line: Line, order: Known, seen: dict[tuple[uuid.UUID, int], Line]) -> Problem | None:
    other = seen.get((order.id, line.months))
    if other is None:
        return None
    if (other.state, other.details) == (line.state, line.details):
        message = _l("The same result stands on row %(row)s already.", row=other.row)
        return Problem(line.row, "order", "import-twice", message, _l("Leave one of them out."))
    message = _l("Row %(row)s says something else of the same order and window.", row=other.row)
    return Problem(line.row, "state", "import-contradictory", message, _l("Keep the one that is right."))


def _compared(line: Line, order: Known, said: Sequence[Outcome]) -> Judged:
    before = next((row for row in said if row.source is Source.REGISTER), None)
    if (
        before is not None
        and before.state is line.state
        and all(getattr(before, name) == value for name, value in line.details.values().items())
    ):
        return Judged(line, Happens.SAME, order, before)
    is_employed = line.state in EMPLOYED
    others = [row for row in said if row.source is not Source.REGISTER and row.is_known]
    if line.state is not OutcomeState.UNKNOWN and any(row.is_employed is not is_employed for row in others):
        return Judged(line, Happens.CONTRADICTS, order, before)
    return Judged(line, Happens.CORRECTS if before else Happens.NEW, order, before)


@dataclass(frozen=True)
class Batch:
    """What came of a batch: its lines that could be read, and those that could not."""

    judged: list[Judged]
    unread: list[Problem]


def counts(judged: Sequence[Judged]) -> dict[str, int]:
    """How many lines there are of each kind."""
    return {each.value: sum(row.happens is each for row in judged) for each in Happens}


def _save(judged: Sequence[Judged], reason: str, by: Mandate) -> None:
    now = clock.now()
    for each in judged:
        if each.happens in (Happens.SAME, Happens.WRONG):
            continue
        line, order = each.line, each.order
        assert order is not None
        if each.before is None:
            recording.write(order.id, line.months, Source.REGISTER, line.state, line.details, at=now, by=by)
        else:
            recording.rewrite(each.before, line.state, line.details, reason, at=now, by=by)
        recording.compare(order.id, line.months, at=now, by=by)


def _refused(problems: Sequence[Problem]) -> FileRefused:
    return FileRefused(
        _l("Nothing of the file was saved: lines of it must be mended first."),
        rule="import-file",
        field="file",
        next_step=_l("Mend the lines listed below and send the whole file again."),
        problems=list(problems),
    )


@transaction
def take_file(content: bytes, *, by: Mandate) -> OutcomeImport:
    """Check a whole file and keep it to be saved; nothing of it is a result yet.

    :raises FileRefused: with every problem by row, column and rule in ``data["problems"]``
    """
    now = clock.now()
    found = reading.read(content)
    judged = judge(found.lines, by.organisation_id, clock.helsinki_date(now))
    problems = [*found.problems, *(each.problem for each in judged if each.problem)]
    if problems:
        raise _refused(sorted(problems, key=lambda each: each.row))
    order_queries.hold_numbers(by.organisation_id)
    row = OutcomeImport(
        id=new_id(),
        authority_id=by.organisation_id,
        number=import_queries.last_import(by.organisation_id) + 1,
        state=ImportState.CHECKED,
        size=len(found.lines),
        lines=[reading.kept(each) for each in found.lines],
        counts=counts(judged),
        made_by=by.person_id,
        made_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(TAKEN, subject=row, actor=by, at=now, number=row.number, size=row.size)
    return row


def preview(row: OutcomeImport) -> list[Judged]:
    """What would come of each line if the file were saved now."""
    lines = [reading.restored(each) for each in row.lines]
    return judge(lines, row.authority_id, clock.helsinki_date(clock.now()))


@transaction
def commit(row: OutcomeImport, *, by: Mandate) -> None:
    """Save a checked file: all of it, or nothing.

    :raises FileRefused: a line of it is not in order any more
    :raises WrongState: it is saved or dropped already
    """
    lock(row)
    now = clock.now()
    before = row.state
    lines = [reading.restored(each) for each in row.lines]
    judged = judge(lines, row.authority_id, clock.helsinki_date(now), locking=True)
    if problems := [each.problem for each in judged if each.problem]:
        raise _refused(problems)
    with db.session.no_autoflush:
        move(row, IMPORT_TRANSITIONS, "commit")
        row.done_at, row.lines, row.counts = now, [], counts(judged)
    db.session.flush()
    _save(judged, row.reference, by)
    audit.record(COMMITTED, subject=row, actor=by, at=now, before=before, counts=row.counts)


@transaction
def drop(row: OutcomeImport, *, by: Mandate) -> None:
    """Save nothing of a checked file, and forget its lines.

    :raises WrongState: it is saved or dropped already
    """
    lock(row)
    now = clock.now()
    before = row.state
    with db.session.no_autoflush:
        move(row, IMPORT_TRANSITIONS, "drop")
        row.lines = []
    audit.record(DROPPED, subject=row, actor=by, at=now, before=before)


@transaction
def import_batch(cells: Sequence[Mapping[str, str]], *, is_dry: bool, by: Mandate) -> Batch:
    """A batch of the customer system: the good lines are saved, the wrong ones named; sent again it changes nothing."""
    now = clock.now()
    found = reading.parse(enumerate(cells, 1))
    judged = judge(found.lines, by.organisation_id, clock.helsinki_date(now), locking=not is_dry)
    if not is_dry:
        _save(judged, "API", by)
        audit.record(BATCH, subject="outcome", actor=by, at=now, size=len(cells), counts=counts(judged))
    return Batch(judged, found.problems)
