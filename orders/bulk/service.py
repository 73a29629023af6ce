"""The verbs of bulk orders: take a file, begin, do one line, finish.

Nothing of a file is kept unless all of it is in order. Needs are stated first, all numbers under one lock; then each
line is one job and one transaction, so that a kill loses nothing and repeats nothing (I6), and the locks of an order
are taken in their one order.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask_babel.speaklater import LazyString

from core import audit, clock, jobs
from core.db import db, lock, new_id, savepoint, transaction
from core.errors import DomainError, NotAllowed, NotFound, RuleBroken
from core.i18n import LANGUAGES, using_language
from core.i18n import lazy_gettext as _l
from core.identity import queries as identity_queries
from core.identity.mandates import Mandate
from core.sealing import seal, unseal
from core.sheets import FileRefused, Problem
from core.states import move
from core.web.formatting import money
from dps.systems import buyers
from dps.systems.models import Category
from orders import queries as order_queries
from orders import search
from orders.bulk import queries, reading
from orders.bulk.models import BULK_TRANSITIONS, BulkFile, BulkLine, BulkLineState, BulkState
from orders.bulk.reading import Line
from orders.buying import refuse_no_buyer
from orders.groups.models import Group
from orders.groups.service import queueing
from orders.models import Need, NeedState
from orders.service.choices import offer_choice
from orders.service.needs import NeedDetails, state_need
from orders.service.placing import BY_RULE, order_first

TAKEN = audit.declare("bulk_file.taken", "number", "category", "size", "group")
BEGUN = audit.declare("bulk_file.begun", "before")
FINISHED = audit.declare("bulk_file.finished", "before", "counts")
DROPPED = audit.declare("bulk_file.dropped", "before")
DONE = audit.declare("bulk_line.done", "file", "row", "state", "rule")

STATE_NEEDS = "bulk.state_needs"
DO_LINE = "bulk.do_line"


def _imagined(authority_id: uuid.UUID, category: Category, details: NeedDetails) -> Need:
    """A need that is nowhere: to ask what would fit it."""
    return Need(
        id=new_id(),
        authority_id=authority_id,
        category_id=category.id,
        category=category,
        municipality=details.municipality,
        place=details.place,
        is_remote=details.is_remote,
        languages=details.languages,
        latest_start=details.latest_start,
        modules=details.modules,
        age_band=details.age_band,
        unemployment_band=details.unemployment_band,
        education_band=details.education_band,
        form=None,
        seed=0,
    )


def _key(details: NeedDetails) -> tuple[Any, ...]:
    """What two lines must share to fit the same services."""
    return (details.place, details.is_remote, *details.languages, "", *details.modules, details.latest_start)


_NOTHING_FITS = (_l("No service fits this line."), _l("Try a later start, another place or a remote service."))


def _refused_municipalities(
    authority_id: uuid.UUID, category: Category, municipalities: Collection[str]
) -> dict[str, RuleBroken]:
    """The municipalities whose party orders no more from the category's system, and what is said of it (R103)."""
    found = {}
    for name in municipalities:
        try:
            refuse_no_buyer(category, authority_id, name, clock.helsinki_date(clock.now()))
        except RuleBroken as refusal:
            found[name] = refusal
    return found


def _unfitting(
    authority_id: uuid.UUID, category: Category, group: Group | None, lines: Sequence[Line]
) -> tuple[list[Problem], dict[int, Decimal]]:
    """Lines nothing fits, and by year what the others cost at the prices of now (under a rule that orders)."""
    problems: list[Problem] = []
    costs: dict[int, Decimal] = defaultdict(Decimal)
    hits: dict[tuple[Any, ...], search.Hit | None] = {}
    outside = _refused_municipalities(authority_id, category, {line.details.municipality for line in lines})
    for line in lines:
        if refusal := outside.get(line.details.municipality):
            problems.append(Problem(line.row, "municipality", refusal.rule, refusal.message, refusal.next_step))
            continue
        need = _imagined(authority_id, category, line.details)
        if group is not None:
            try:
                queueing.refuse_misfit(need, group)
            except DomainError as refusal:
                problems.append(
                    Problem(line.row, refusal.field or "", refusal.rule, refusal.message, refusal.next_step)
                )
            continue
        key = _key(line.details)
        if key not in hits:
            found = search.fitting(need).hits
            hits[key] = found[0] if found else None
        hit = hits[key]
        if hit is None:
            problems.append(Problem(line.row, "", "need-fit", *_NOTHING_FITS))
        elif category.ordering_rule in BY_RULE:
            costs[hit.starts_on.year] += hit.price
    return problems, costs


def _refuse_poor(authority_id: uuid.UUID, category: Category, costs: dict[int, Decimal]) -> None:
    """The money of the whole file, before any of it is ordered (I7)."""
    for year, cost in costs.items():
        budget = order_queries.budget(authority_id, category.id, year)
        left = budget.left if budget else Decimal(0)
        if cost > left:
            raise FileRefused(
                _l(
                    "The file would cost %(cost)s in %(year)s, but %(left)s of the budget is left.",
                    cost=LazyString(money, cost),
                    year=year,
                    left=LazyString(money, left),
                ),
                rule="I7",
                field="file",
                next_step=_l("Ask for more money first, or leave lines out."),
                problems=[],
            )


@transaction
def take_file(category: Category, content: bytes, *, group: Group | None = None, by: Mandate) -> BulkFile:
    """Check a whole file; only if every line of it is in order is anything of it kept.

    :raises FileRefused: with every problem by row, column and rule in ``data["problems"]``
    :raises NotAllowed: the category or the group belongs to another authority
    """
    if group and group.authority_id != by.organisation_id:
        raise NotAllowed(
            _l("The group belongs to another authority."),
            rule="I4",
            field="group",
            next_step=_l("Choose a group of your own authority."),
        )
    now = clock.now()
    buyers.refuse_others(category.system, by.authority_id, clock.helsinki_date(now))
    found = reading.read(reading.SHEET.text_of(content), category, clock.helsinki_date(now))
    problems = found.problems
    costs: dict[int, Decimal] = {}
    if not problems:
        problems, costs = _unfitting(by.organisation_id, category, group, found.lines)
    if problems:
        raise FileRefused(
            _l("Nothing of the file was done: lines of it must be mended first."),
            rule="bulk-file",
            field="file",
            next_step=_l("Mend the lines listed below and send the whole file again."),
            problems=problems,
        )
    _refuse_poor(by.organisation_id, category, costs)
    order_queries.hold_numbers(by.organisation_id)
    row = BulkFile(
        id=new_id(),
        authority_id=by.organisation_id,
        number=queries.last_number(by.organisation_id) + 1,
        category_id=category.id,
        group_id=group.id if group else None,
        holding_id=by.holding_id,
        expert_id=by.person_id,
        state=BulkState.CHECKED,
        size=len(found.lines),
        estimate=sum(costs.values(), Decimal(0)) if costs else None,
        made_at=now,
        category=category,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        BulkLine(
            id=new_id(),
            file_id=row.id,
            number=each.row,
            details=reading.kept(each.details),
            state=BulkLineState.WAITING,
        )
        for each in found.lines
    )
    db.session.flush()
    audit.record(
        TAKEN, subject=row, actor=by, at=now, number=row.number, category=category.id, size=row.size, group=row.group_id
    )
    return row


@transaction
def begin(file: BulkFile, *, by: Mandate) -> None:
    """Let the lines of a checked file be done, one after another.

    :raises WrongState: it is begun or dropped already
    """
    lock(file)
    now = clock.now()
    before = file.state
    with db.session.no_autoflush:
        move(file, BULK_TRANSITIONS, "run")
        file.begun_at = now
        file.holding_id = by.holding_id
    jobs.add(STATE_NEEDS, at=now, key=f"{STATE_NEEDS}:{file.id}", file_id=file.id)
    audit.record(BEGUN, subject=file, actor=by, at=now, before=before)


@transaction
def drop(file: BulkFile, *, by: Mandate) -> None:
    """Do nothing of a checked file.

    :raises WrongState: it is begun or dropped already
    """
    lock(file)
    now = clock.now()
    before = file.state
    move(file, BULK_TRANSITIONS, "drop")
    audit.record(DROPPED, subject=file, actor=by, at=now, before=before)


def _mandate(file: BulkFile) -> Mandate | None:
    holding = identity_queries.holding_in_force(file.holding_id)
    return Mandate.of(holding) if holding else None


@transaction
def state_needs(file: BulkFile) -> None:
    """State the needs of the lines that have none, and promise a job for each; a second run finds nothing to state."""
    lock(file)
    if file.state is not BulkState.RUNNING:
        return
    by = _mandate(file)
    for line in queries.waiting_lines(file.id, without_need=True):
        if by is None:
            _fail(line, _no_mandate())
            continue
        try:
            with savepoint():
                line.need_id = state_need(file.category, reading.restored(line.details), by=by).id
        except DomainError as refusal:
            _fail(line, refusal)
    promise_lines(file, "first")


def promise_lines(file: BulkFile, key: str) -> None:
    """Promise a job for each line that waits; ``key`` keeps one round from being promised twice."""
    now = clock.now()
    for line in queries.waiting_lines(file.id):
        jobs.add(DO_LINE, at=now, key=f"{DO_LINE}:{line.id}:{key}", line_id=line.id)


def _no_mandate() -> NotFound:
    return NotFound(
        _l("The one who began the file does not have the role any more."),
        rule="I4",
        next_step=_l("Send the lines that were not done again."),
    )


@transaction
def do_line(line: BulkLine) -> None:
    """Order, make the customer's link, or put into the queue; whatever comes of it, the line is done once."""
    lock(line)
    if line.state is not BulkLineState.WAITING or line.need_id is None:
        return
    by, need = _mandate(line.file), order_queries.need(line.need_id)
    assert need is not None
    try:
        if by is None:
            raise _no_mandate()
        with savepoint():
            state = _do(line, need, by)
        _done(line, state)
    except DomainError as refusal:
        _fail(line, refusal)


def _do(line: BulkLine, need: Need, by: Mandate) -> BulkLineState:
    group = line.file.group
    if group is not None:
        queueing.join(need, group, by=by)
        return BulkLineState.QUEUED
    if need.category.ordering_rule in BY_RULE:
        order = order_first(need, by=by) if need.state is NeedState.OPEN else None
        if order is None:
            raise NotFound(_NOTHING_FITS[0], rule="need-fit", next_step=_NOTHING_FITS[1])
        line.order_id = order.id
        return BulkLineState.ORDERED
    made = offer_choice(need, by=by)
    line.choice_id, line.sealed_token = made.choice.id, seal(made.token.encode(), _purpose(line))
    return BulkLineState.LINKED


def _purpose(line: BulkLine) -> str:
    return f"bulk/{line.id}"


def token_of(line: BulkLine) -> str | None:
    """The token of the customer's link, for the one who sent the file."""
    return unseal(line.sealed_token, _purpose(line)).decode() if line.sealed_token else None


def _fail(line: BulkLine, refusal: DomainError) -> None:
    db.session.refresh(line)
    line.rule, line.why = refusal.rule, _in_languages(refusal)
    _done(line, BulkLineState.FAILED)


def _in_languages(refusal: DomainError) -> dict[str, Any]:
    """What was refused and what to do next, in the languages of the house."""
    found = {}
    for language in LANGUAGES:
        with using_language(language):
            found[language] = " ".join(str(each) for each in (refusal.message, refusal.next_step) if each)
    return found


def _done(line: BulkLine, state: BulkLineState) -> None:
    now = clock.now()
    with db.session.no_autoflush:
        line.state, line.done_at = state, now
    db.session.flush()
    audit.record(
        DONE, subject=line, actor=None, at=now, file=line.file_id, row=line.number, state=state, rule=line.rule or ""
    )


@transaction
def finish(file: BulkFile) -> bool:
    """Everything is done; ``False`` while something waits."""
    lock(file)
    now = clock.now()
    counts = queries.counts(file.id)
    if file.state is not BulkState.RUNNING or counts.get(BulkLineState.WAITING):
        return False
    before = file.state
    with db.session.no_autoflush:
        move(file, BULK_TRANSITIONS, "finish")
        file.done_at = now
    audit.record(
        FINISHED,
        subject=file,
        actor=None,
        at=now,
        before=before,
        counts={state.value: number for state, number in counts.items()},
    )
    return True
