"""Preparing a competition: a draft from its category, submitted, returned or given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from dps.competitions import documents as papers
from dps.competitions import obstacles, rules
from dps.competitions.documents import CompetitionDetails, CriterionDetails, Documents, LineDetails, LotDetails
from dps.competitions.models import COMPETITION_TRANSITIONS, Competition, CompetitionState, PriceFormula
from dps.systems import content as contents
from dps.systems.legal_mode import Obstacle
from dps.systems.models import Category, CriterionKind, CriterionSubject

BEGUN = audit.declare("competition.begun", "category")
CHANGED = audit.declare("competition.changed", "before", "after")
PLANNED = audit.declare("competition.time_planned", "before", "after")
SUBMITTED = audit.declare("competition.submitted", "before", "after")
RETURNED = audit.declare("competition.returned", "before", "after", "reason")
DROPPED = audit.declare("competition.dropped", "before", "after", "reason")

#: Days from today to the suggested start of the contract.
_START_AFTER = 60


def refused(obstacle: Obstacle) -> RuleBroken:
    """An obstacle as the refusal of a verb."""
    return RuleBroken(obstacle.message, rule=obstacle.rule, field=obstacle.field, next_step=obstacle.next_step)


def needed(reason: str, message: Any) -> str:
    """A reason without the space around it; :raises RuleBroken: there is none (I10)"""
    if not reason.strip():
        raise RuleBroken(message, rule="I10", field="reason", next_step=_l("Write the reason"))
    return reason.strip()


def defaults(category: Category, now: datetime) -> Documents:
    """What a new competition of the category says before anybody has written: all that has been published."""
    today = clock.helsinki_date(now)
    starts_on = today + timedelta(days=_START_AFTER)
    competes_price = any(each.kind is CriterionKind.PRICE for each in category.award_criteria)
    details = CompetitionDetails(
        **{
            f"{name}_{code}": getattr(category, f"{name}_{code}")
            for name in ("name", "description", "terms")
            for code in ("fi", "sv", "en")
        },
        places=list(category.areas),
        customers=1,
        starts_on=starts_on,
        ends_on=min(starts_on + timedelta(days=365), max(category.system.ends_on, starts_on + timedelta(days=1))),
        terms_version=category.terms_version,
        price_only_reason=category.price_only_reason,
        price_formula=PriceFormula.LOWEST_OVER_PRICE if competes_price else PriceFormula.FIXED_PRICE,
    )
    line = LineDetails(
        code="service",
        name_fi=category.name_fi,
        name_sv=category.name_sv,
        name_en=category.name_en,
        unit=category.price_unit,
        quantity=Decimal("1.00"),
        ceiling=category.price_ceiling or None,
    )
    lot = LotDetails(
        code="1",
        name_fi=category.name_fi,
        name_sv=category.name_sv,
        name_en=category.name_en,
        maximum_quantity=Decimal("1.00"),
        lines=(line,),
    )
    criteria = tuple(
        CriterionDetails(
            code=each.code,
            parent=each.code,
            kind=each.kind,
            concerns=each.concerns,
            text_fi=each.text_fi,
            text_sv=each.text_sv,
            text_en=each.text_en,
            weight=each.weight,
        )
        for each in category.award_criteria
        if each.concerns is not CriterionSubject.SUPPLIER
    )
    return Documents(details, (lot,), criteria)


@transaction
def begin(category: Category, *, by: Mandate) -> Competition:
    """Begin a competition as a draft with everything that the category has published.

    :raises RuleBroken: orders of the category do not come from competitions (R2, R3)
    """
    now = clock.now()
    wanted = defaults(category, now)
    for obstacle in obstacles.of_category_rule(category):
        raise refused(obstacle)
    competition = Competition(
        **{name: getattr(wanted.details, name) for name in CompetitionDetails.__dataclass_fields__},
        category=category,
        planned_due_at=rules.earliest_due(category.legal_mode, clock.helsinki_date(now)),
        prepared_by=by.person_id,
        prepared_at=now,
    )
    db.session.add(competition)
    db.session.flush()
    papers.put(competition, wanted)
    audit.record(BEGUN, subject=competition, actor=by, at=now, category=category.id)
    return competition


def must_be_draft(competition: Competition) -> None:
    """:raises WrongState: it has left the preparer's desk; documents then change by amendments only (R40)"""
    if competition.state is not CompetitionState.DRAFT:
        raise WrongState(
            _l("Only a draft can be changed."),
            rule="R40",
            next_step=_l("Ask for its return, or amend the documents of a competition that has been sent."),
        )


def check_items(competition: Competition, documents: Documents) -> None:
    """:raises RuleBroken: what not even a draft may be; a criterion without parent (R41) or of the supplier (R44)"""
    for obstacle in obstacles.of_shape(documents):
        raise refused(obstacle)
    parents = papers.parents_of(competition)
    for each in documents.criteria:
        if each.concerns is CriterionSubject.SUPPLIER:
            raise refused(obstacles.about_supplier(each.code))
        if each.parent not in parents:
            raise refused(obstacles.no_parent(each.code))


def settled(competition: Competition, documents: Documents) -> Documents:
    """Each criterion compares what its parent in the notice does: price or quality (R41)."""
    parents = papers.parents_of(competition)
    return replace(
        documents,
        criteria=tuple(
            replace(each, kind=parents[each.parent].kind)
            if each.parent in parents and each.concerns is not CriterionSubject.SUPPLIER
            else each
            for each in documents.criteria
        ),
    )


@transaction
def change(competition: Competition, alter: Callable[[Documents], Documents], *, by: Mandate) -> None:
    """Change the documents of a draft; ``alter`` gets what stands there under the lock."""
    lock(competition)
    now = clock.now()
    must_be_draft(competition)
    before = papers.of(competition)
    after = settled(competition, alter(before))
    check_items(competition, after)
    if before == after:
        return
    papers.put(competition, after)
    changes = papers.differences(before, after)
    audit.record(
        CHANGED,
        subject=competition,
        actor=by,
        at=now,
        before=[[each.part, each.item, each.field, contents.dump(each.before)] for each in changes],
        after=[[each.part, each.item, each.field, contents.dump(each.after)] for each in changes],
    )


def replace_documents(competition: Competition, documents: Documents, *, by: Mandate) -> None:
    """Write the whole documents of a draft at once."""
    change(competition, lambda before: documents, by=by)


def save_details(competition: Competition, details: CompetitionDetails, *, by: Mandate) -> None:
    """Save the facts."""
    change(competition, lambda before: replace(before, details=details), by=by)


def put_lot(competition: Competition, lot: LotDetails, *, replacing: str | None = None, by: Mandate) -> None:
    """Add a lot, or put it in the place of another; one that is replaced keeps its price table."""

    def alter(before: Documents) -> Documents:
        old = before.lot(replacing) if replacing else None
        _must_be_there(old, replacing)
        return before.with_lot(replace(lot, lines=old.lines) if old and not lot.lines else lot, replacing)

    change(competition, alter, by=by)


def remove_lot(competition: Competition, code: str, *, by: Mandate) -> None:
    """Take a lot out."""
    change(competition, lambda before: before.without_lot(code), by=by)


def put_line(
    competition: Competition, lot_code: str, line: LineDetails, *, replacing: str | None = None, by: Mandate
) -> None:
    """Add a line to a price table, or put it in the place of another."""

    def alter(before: Documents) -> Documents:
        lot = before.lot(lot_code)
        _must_be_there(lot, lot_code)
        _must_be_there(lot.line(replacing) if lot and replacing else None, replacing)
        return before.with_line(lot_code, line, replacing)

    change(competition, alter, by=by)


def remove_line(competition: Competition, lot_code: str, code: str, *, by: Mandate) -> None:
    """Take a line out of a price table."""
    change(competition, lambda before: before.without_line(lot_code, code), by=by)


def put_criterion(
    competition: Competition, criterion: CriterionDetails, *, replacing: str | None = None, by: Mandate
) -> None:
    """Add a part of a published criterion, or put it in the place of another (R41)."""

    def alter(before: Documents) -> Documents:
        _must_be_there(before.criterion(replacing) if replacing else None, replacing)
        return before.with_criterion(criterion, replacing)

    change(competition, alter, by=by)


def remove_criterion(competition: Competition, code: str, *, by: Mandate) -> None:
    """Take a criterion out."""
    change(competition, lambda before: before.without_criterion(code), by=by)


def _must_be_there(item: object, code: str | None) -> None:
    if code is not None and item is None:
        raise WrongState(_l("This has already been done, or it is not possible any more."), rule="R41")


@transaction
def plan(competition: Competition, due_at: datetime | None, *, by: Mandate) -> None:
    """Plan when the time for tenders ends; the rule is looked at when the invitation is sent (R37)."""
    lock(competition)
    now = clock.now()
    must_be_draft(competition)
    if due_at is not None and due_at <= now:
        raise RuleBroken(
            _l("The end of the time for tenders is not in the future."),
            rule="R37",
            field="planned_due_on",
            next_step=_l("Choose a later day."),
        )
    before, competition.planned_due_at = competition.planned_due_at, due_at
    audit.record(PLANNED, subject=competition, actor=by, at=now, before=before, after=due_at)


def obstacles_of(competition: Competition, now: datetime, due_at: datetime | None = None) -> list[Obstacle]:
    """Everything that keeps the competition from being sent, as it stands."""
    return obstacles.found(
        papers.of(competition),
        competition.category,
        competition.committee,
        due_at or competition.planned_due_at,
        clock.helsinki_date(now),
    )


@transaction
def submit(competition: Competition, *, by: Mandate) -> None:
    """Hand the competition to the one who sends it; refused while anything is missing (R40-R44, R57)."""
    lock(competition)
    now = clock.now()
    if competition.state is CompetitionState.DRAFT:
        for obstacle in obstacles_of(competition, now):
            raise refused(obstacle)
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "submit")
    competition.submitted_at, competition.return_reason = now, None
    competition.prepared_by = by.person_id
    audit.record(SUBMITTED, subject=competition, actor=by, at=now, before=before, after=competition.state)


@transaction
def return_to_preparer(competition: Competition, reason: str, *, by: Mandate) -> None:
    """Send the competition back with the reason."""
    lock(competition)
    now = clock.now()
    text = needed(reason, _l("Write why the competition is returned."))
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "return")
    competition.return_reason = text
    audit.record(RETURNED, subject=competition, actor=by, at=now, before=before, after=competition.state, reason=text)


@transaction
def drop(competition: Competition, reason: str, *, by: Mandate) -> None:
    """Give a draft up; nobody outside has heard of it."""
    lock(competition)
    now = clock.now()
    text = needed(reason, _l("Write why the competition is given up."))
    before = competition.state
    move(competition, COMPETITION_TRANSITIONS, "drop")
    audit.record(DROPPED, subject=competition, actor=by, at=now, before=before, after=competition.state, reason=text)


#: The acts of those who prepare a competition; whoever did one of them does not send it (four eyes).
PREPARING = frozenset({BEGUN, CHANGED, PLANNED, SUBMITTED})


def preparers(competition: Competition) -> set[Any]:
    """Everybody who had a hand in the draft, by the audit trail; not only the one who sent it on."""
    return {competition.prepared_by} | {
        event.person_id for event in audit.trail(competition) if event.type in PREPARING
    }
