"""The report on the procedure, made on demand from what is stored (R82, HL 124 §): eleven items, none left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import gettext as _
from core.i18n import localized
from core.web.formatting import date as date_words
from core.web.formatting import listing, moment, money
from dps.competitions import award_text, queries, results
from dps.competitions import queries_judging as judged
from dps.competitions.models import EXCLUSION_GROUND_TITLES, Award, Competition, ExclusionGround, RequestKind
from dps.competitions.results import Board, LotResult
from dps.decisions.models import Decision, DecisionKind, DecisionState
from dps.systems.models import LEGAL_MODE_TITLES, CriterionKind

_LOW = (ExclusionGround.LOW_PRICE, ExclusionGround.LOW_PRICE_UNLAWFUL)


@dataclass(frozen=True, kw_only=True)
class ReportItem:
    """One of the eleven items of the law, in words; an item with nothing to tell says so."""

    number: int
    title: str
    paragraphs: list[str]


@dataclass(frozen=True)
class _Case:
    competition: Competition
    board: Board
    results: list[LotResult]
    decision: Decision | None
    awards: Sequence[Award]


def signed_decision(competition: Competition) -> Decision | None:
    """The choice or cancellation in force; while a correction is prepared, the one it corrects."""
    decision = competition.decision
    if decision is None or decision.state is DecisionState.SIGNED:
        return decision
    return decision.corrects


def report(competition: Competition) -> list[ReportItem]:
    """The eleven items in the reader's language."""
    board = results.board_of(competition)
    decision = signed_decision(competition)
    awards = judged.awards_of(decision.id if decision else None)
    case = _Case(competition, board, results.results_of(board), decision, awards)
    titles: list[tuple[str, Callable[[_Case], list[str]]]] = [
        (_("Contracting authority, object and value"), _object),
        (_("Candidates that were invited, and why"), _invited),
        (_("Excluded tenders and the reasons"), _excluded),
        (_("Abnormally low tenders"), _low_prices),
        (_("Chosen tenders, the reasons, and subcontracting"), _chosen),
        (_("Grounds for the procedure used"), _procedure),
        (_("Direct award"), _direct),
        (_("Cancellation"), _cancellation),
        (_("Other than electronic means"), _electronic),
        (_("Conflicts of interest and what was done"), _conflicts),
        (_("Price as the only criterion, and division into lots"), _price_and_lots),
    ]
    nothing = _("Nothing to report.")
    return [
        ReportItem(number=number, title=title, paragraphs=give(case) or [nothing])
        for number, (title, give) in enumerate(titles, start=1)
    ]


def _object(case: _Case) -> list[str]:
    competition = case.competition
    authority = competition.category.system.authority
    words = [
        f"{localized(authority, 'name')}, {authority.service_address}",
        f"{localized(competition, 'name')}: {localized(competition, 'description')}",
        _(
            "The contract runs from %(start)s to %(end)s.",
            start=date_words(competition.starts_on),
            end=date_words(competition.ends_on),
        ),
    ]
    for award in case.awards:
        words.append(
            _(
                "%(lot)s: %(name)s, price compared %(price)s",
                lot=localized(award.lot, "name"),
                name=_name(award.tender),
                price=money(award.price),
            )
        )
    return words


def _name(tender: Any) -> str:
    return str(tender.supplier.name)


def _invited(case: _Case) -> list[str]:
    found = queries.invitations_of(case.competition.id)
    names = listing([each.supplier.name for each in found])
    return [
        _("All suppliers admitted to the category were invited: %(names)s.", names=names),
        _(
            "Sent %(sent)s, tenders until %(due)s, opened %(opened)s.",
            sent=moment(case.competition.sent_at),
            due=moment(case.competition.tenders_due_at),
            opened=moment(case.competition.opened_at) or "–",
        ),
    ]


def _excluded(case: _Case) -> list[str]:
    return [
        f"{_name(each.tender)}: {EXCLUSION_GROUND_TITLES[each.ground]}. {each.reason}"
        for each in case.board.exclusions
        if each.ground not in _LOW
    ]


def _low_prices(case: _Case) -> list[str]:
    words = []
    for each in case.board.requests:
        if each.kind is RequestKind.PRICE_EXPLANATION:
            words.append(
                _(
                    "%(name)s was asked on %(time)s to explain its price: %(conclusion)s",
                    name=_name(each.tender),
                    time=moment(each.asked_at),
                    conclusion=each.conclusion or "–",
                )
            )
    words += [
        f"{_name(each.tender)}: {EXCLUSION_GROUND_TITLES[each.ground]}. {each.reason}"
        for each in case.board.exclusions
        if each.ground in _LOW
    ]
    return words


def _chosen(case: _Case) -> list[str]:
    if case.decision is None or case.decision.kind is not DecisionKind.AWARD:
        return []
    words = [case.decision.summary]
    for award in case.awards:
        words.append(
            _(
                "%(lot)s: place %(rank)s, %(name)s, compared %(total)s, price %(price)s.",
                lot=localized(award.lot, "name"),
                rank=award.rank,
                name=_name(award.tender),
                total=award_text.points_words(award.comparison),
                price=money(award.price),
            )
        )
    words.append(_("Subcontractors are those of the admissions to the category."))
    return words


def _procedure(case: _Case) -> list[str]:
    category = case.competition.category
    return [
        _(
            "A competition within %(system)s, category %(category)s: %(mode)s.",
            system=localized(category.system, "name"),
            category=localized(category, "name"),
            mode=LEGAL_MODE_TITLES[category.legal_mode],
        )
    ]


def _direct(case: _Case) -> list[str]:
    return [_("The purchase was competed, it was not a direct award.")]


def _cancellation(case: _Case) -> list[str]:
    if case.decision is None or case.decision.kind is not DecisionKind.CANCELLATION:
        return []
    return [case.decision.summary]


def _electronic(case: _Case) -> list[str]:
    return [_("Invitations, tenders, opening and decision were electronic.")]


def _conflicts(case: _Case) -> list[str]:
    return [
        _(
            "%(name)s declared a conflict of interest on %(time)s and took no part.",
            name=each.person.name,
            time=moment(each.declared_at),
        )
        for each in case.competition.committee
        if each.has_conflict
    ]


def _price_and_lots(case: _Case) -> list[str]:
    competition = case.competition
    words = []
    if all(each.kind is CriterionKind.PRICE for each in competition.criteria):
        words.append(competition.price_only_reason)
    if len(competition.lots) > 1:
        words.append(_("The purchase was divided into %(number)s lots.", number=len(competition.lots)))
    else:
        words.append(
            _("The purchase has one lot: the category is itself one part of the system, divided when it was published.")
        )
    return words
