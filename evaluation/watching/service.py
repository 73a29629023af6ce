"""The verbs of watching: look, ask the provider, answer, close. Nothing follows from a flag by itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from core import audit, clock, jobs, law
from core.db import db, lock, new_id, transaction
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.states import move
from core.web.text_checks import MESSAGE, contains_identity_code
from dps.systems.models import Category
from evaluation.watching import queries, rules
from evaluation.watching.models import FLAG_TRANSITIONS, FlagKind, FlagState, WatchFlag
from evaluation.watching.rules import Evidence, Thresholds
from suppliers.mailing import tell

RAISED = audit.declare("watch_flag.raised", "kind", "supplier", "category")
ASKED = audit.declare("watch_flag.asked", "before", "supplier")
ANSWERED = audit.declare("watch_flag.answered", "before")
EXPLAINED = audit.declare("watch_flag.explained", "before")
ACTED = audit.declare("watch_flag.acted", "before")

LOOK = "watching.look"
Found = Mapping[tuple[FlagKind, uuid.UUID], Evidence]


def thresholds(on: date) -> Thresholds:
    """The published numbers of a day."""

    def number(name: str) -> float:
        return float(law.number(f"R105.watch_{name}", on))

    return Thresholds(
        false_alarm=number("false_alarm") / 100,
        confidence=number("confidence") / 100,
        least_referred=int(number("least_referred")),
        least_expected=number("least_expected"),
        least_events=int(number("least_events")),
        claims=number("claims") / 100,
        burst=int(number("burst")),
        share=number("share") / 100,
        least_asked=int(number("least_asked")),
    )


def _customers(category_id: uuid.UUID, from_on: date, until_on: date, limits: Thresholds) -> Found:
    """Cream-skimming and parking."""
    referred = queries.referrals(category_id, from_on, until_on)
    known = queries.results(category_id, from_on, until_on)
    whole: dict[rules.Cell, rules.Seen] = {}
    both: dict[uuid.UUID, dict[rules.Cell, rules.Seen]] = {}
    for part in (referred, known):
        for supplier_id, cells in part.items():
            mine = both.setdefault(supplier_id, {})
            for cell, seen in cells.items():
                mine[cell] = mine.get(cell, rules.Seen()).plus(seen)
                whole[cell] = whole.get(cell, rules.Seen()).plus(seen)
    expected = rules.expectations(whole)
    third_of = rules.thirds(whole, expected)
    is_probability = rules.is_probability(whole)
    found: dict[tuple[FlagKind, uuid.UUID], Evidence] = {}
    for supplier_id, cells in both.items():
        thirds = rules.rows_of_thirds(rules.by_third(cells, third_of))
        if evidence := rules.skimming(cells, expected, limits):
            found[FlagKind.SKIMMING, supplier_id] = evidence | {"thirds": thirds}
        if is_probability and (evidence := rules.parking(cells, expected, third_of, limits)):
            found[FlagKind.PARKING, supplier_id] = evidence | {"thirds": thirds}
    return found


def _days_and_claims(category_id: uuid.UUID, from_on: date, until_on: date, limits: Thresholds) -> Found:
    """Timing, and what other sources deny."""
    milestone, width = (int(law.number(f"R105.watch_{name}", until_on)) for name in ("milestone", "heap_days"))
    found: dict[tuple[FlagKind, uuid.UUID], Evidence] = {}
    heaps = queries.heaps(category_id, from_on, until_on, milestone=milestone, width=width)
    for supplier_id, mine in heaps.items():
        if evidence := rules.timing(mine, limits):
            found[FlagKind.TIMING, supplier_id] = evidence | {"days": width}
    for supplier_id, (compared, denied) in queries.claims(category_id, from_on, until_on).items():
        if evidence := rules.claims(compared, denied, limits):
            found[FlagKind.CLAIMS, supplier_id] = evidence
    return found


def _answers(category_id: uuid.UUID, from_on: date, until_on: date, limits: Thresholds) -> Found:
    """Bursts of answers, and shares near all; places are known only for a while (R112)."""
    found: dict[tuple[FlagKind, uuid.UUID], Evidence] = {}
    days = int(law.number("R112.place_hash", until_on))
    since = max(from_on, until_on - timedelta(days=days))
    for supplier_id, (whole, most) in queries.answers(category_id, since, until_on).items():
        if evidence := rules.burst(whole, most, days, limits):
            found[FlagKind.BURST, supplier_id] = evidence
    response = queries.response(category_id, from_on, until_on)
    asked_all, answered_all = (sum(each[at] for each in response.values()) for at in (0, 1))
    for supplier_id, (asked, answered) in response.items():
        if evidence := rules.share(asked, answered, asked_all - asked, answered_all - answered, limits):
            found[FlagKind.SHARE, supplier_id] = evidence
    return found


@transaction
def look(category: Category, *, by: Mandate | None = None) -> list[WatchFlag]:
    """Look at the providers of a category and raise a flag for each figure past its published threshold.

    What is flagged already, or was closed lately, is not raised anew.
    """
    lock(category)
    now = clock.now()
    until_on = clock.helsinki_date(now)
    from_on = until_on - timedelta(days=int(law.number("R105.watch_period", until_on)))
    limits = thresholds(until_on)
    found: dict[tuple[FlagKind, uuid.UUID], Evidence] = {}
    for indicator in (_customers, _days_and_claims, _answers):
        found |= indicator(category.id, from_on, until_on, limits)
    quiet = until_on - timedelta(days=int(law.number("R105.watch_quiet", until_on)))
    known = queries.flagged(category.id, quiet)
    raised = []
    for (kind, supplier_id), evidence in sorted(found.items()):
        if (kind, supplier_id) in known:
            continue
        row = WatchFlag(
            id=new_id(),
            authority_id=category.authority_id,
            kind=kind,
            supplier_id=supplier_id,
            category_id=category.id,
            from_on=from_on,
            until_on=until_on,
            evidence=evidence,
            state=FlagState.OPEN,
            raised_at=now,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(RAISED, subject=row, actor=by, at=now, kind=kind, supplier=supplier_id, category=category.id)
        raised.append(row)
    return raised


@transaction
def promise_looks(authority_id: uuid.UUID | None, *, key: str) -> int:
    """Promise one look for each category with orders; ``key`` keeps one round from being promised twice."""
    now = clock.now()
    today = clock.helsinki_date(now)
    since = today - timedelta(days=int(law.number("R105.watch_period", today)))
    ids = queries.categories_with_orders(authority_id, since)
    for category_id in ids:
        jobs.add(LOOK, at=now, key=f"{LOOK}:{category_id}:{key}", category_id=category_id)
    return len(ids)


def _checked(text: str, field: str) -> str:
    """:raises RuleBroken: nothing, or an identity code (I8)"""
    if not text.strip():
        raise RuleBroken(_l("Write a few words."), rule="I10", field=field)
    if contains_identity_code(text):
        raise RuleBroken(MESSAGE, rule="I8", field=field)
    return text.strip()


@transaction
def ask(flag: WatchFlag, question: str, *, by: Mandate) -> None:
    """Hear the provider: what does it say to the figures?

    :raises WrongState: it was asked or the flag is closed
    """
    lock(flag)
    now = clock.now()
    today = clock.helsinki_date(now)
    question = _checked(question, "question")
    before = flag.state
    with db.session.no_autoflush:
        move(flag, FLAG_TRANSITIONS, "ask")
        flag.question, flag.asked_by, flag.asked_at = question, by.person_id, now
        flag.answer_by = today + timedelta(days=int(law.number("R105.watch_answer", today)))
    audit.record(ASKED, subject=flag, actor=by, at=now, before=before, supplier=flag.supplier_id)
    tell(flag.supplier, "watch_asked", at=now, about_id=flag.id, path=f"/provider/questions/{flag.id}", flag=flag)


@transaction
def answer(flag: WatchFlag, text: str, *, by: Mandate) -> None:
    """The provider explains.

    :raises WrongState: it was not asked, has answered, or the flag is closed
    """
    lock(flag)
    now = clock.now()
    text = _checked(text, "answer")
    before = flag.state
    with db.session.no_autoflush:
        move(flag, FLAG_TRANSITIONS, "answer")
        flag.answer, flag.answered_by, flag.answered_at = text, by.person_id, now
    audit.record(ANSWERED, subject=flag, actor=by, at=now, before=before)


@transaction
def explain(flag: WatchFlag, reason: str, *, by: Mandate) -> None:
    """There is an honest explanation: the flag is closed with it.

    :raises WrongState: it is closed
    """
    _close(flag, "explain", reason, EXPLAINED, by)


@transaction
def act(flag: WatchFlag, reason: str, *, by: Mandate) -> None:
    """Something is done about it elsewhere (a quality talk, a deviation), after the provider was heard.

    :raises WrongState: the provider was not asked, or the flag is closed
    :raises RuleBroken: the provider has still time to answer
    """
    lock(flag)
    if flag.state is FlagState.ASKED and flag.answer_by and clock.helsinki_date(clock.now()) <= flag.answer_by:
        raise RuleBroken(
            _l("The provider has still time to answer."),
            rule="hearing",
            field="reason",
            next_step=_l("Wait for the answer, or for the end of the time."),
        )
    _close(flag, "act", reason, ACTED, by)


def _close(flag: WatchFlag, action: str, reason: str, event: str, by: Mandate) -> None:
    lock(flag)
    now = clock.now()
    reason = _checked(reason, "reason")
    before = flag.state
    with db.session.no_autoflush:
        move(flag, FLAG_TRANSITIONS, action)
        flag.reason, flag.closed_by, flag.closed_at = reason, by.person_id, now
    audit.record(event, subject=flag, actor=by, at=now, before=before)
