"""Competitions in words: tags, the track of stages, differences between two versions of the documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.mail.models import Mail, MailState
from core.web.formatting import date_plain, deadline, language_name, listing, moment, money, number
from dps.competitions.documents import Difference
from dps.competitions.models import (
    COMPETITION_QUESTION_STATE_TITLES,
    COMPETITION_STATE_TITLES,
    PRICE_FORMULA_TITLES,
    TIE_RULE_TITLES,
    Competition,
    CompetitionQuestionState,
    CompetitionState,
    DocumentsVersion,
    PriceFormula,
    TieRule,
)
from dps.competitions.service.inviting import AUTOMATIC_REASONS
from dps.systems.compared import Line
from dps.systems.models import (
    CRITERION_KIND_TITLES,
    CRITERION_SUBJECT_TITLES,
    PRICE_UNIT_TITLES,
    CriterionKind,
    CriterionSubject,
    PriceUnit,
)

_KINDS = {
    CompetitionState.DRAFT: "draft",
    CompetitionState.SUBMITTED: "waiting",
    CompetitionState.SENT: "go",
    CompetitionState.OPENED: "go",
    CompetitionState.DECIDED: "ok",
    CompetitionState.CANCELLED: "stop",
    CompetitionState.DROPPED: "paused",
}

QUESTION_TAGS = {
    state: (kind, COMPETITION_QUESTION_STATE_TITLES[state])
    for state, kind in {CompetitionQuestionState.ASKED: "warn", CompetitionQuestionState.ANSWERED: "ok"}.items()
}

#: How each formula works, in words that a tenderer can count by.
FORMULA_TEXTS = {
    PriceFormula.LOWEST_OVER_PRICE: _l(
        "Price points = weight of the price × lowest price ÷ the tender's price. The lowest price gets the full weight."
    ),
    PriceFormula.LINEAR: _l(
        "The lowest price gets the full weight, and the named multiple of it no points; between them the points fall "
        "on a straight line."
    ),
    PriceFormula.POINTS_PER_EURO: _l("The quality points are divided by the price: most points for a euro is best."),
    PriceFormula.FIXED_PRICE: _l("The authority has set the prices. Quality alone decides."),
}


def tag_of(competition: Competition, now: datetime) -> tuple[str, Any]:
    """The state as it is now: that the time for tenders has ended follows from the clock."""
    if competition.state is CompetitionState.SENT and not competition.takes_tenders(now):
        return "sealed", _l("Time for tenders ended, sealed")
    return _KINDS[competition.state], COMPETITION_STATE_TITLES[competition.state]


def track(competition: Competition, now: datetime) -> list[dict[str, Any]]:
    """The stages for ``components/timeline.html``: what has been, what is now, what comes."""
    state = competition.state
    sent, runs = competition.sent_at is not None, competition.takes_tenders(now)
    due = competition.tenders_due_at or competition.planned_due_at
    steps = [
        {"title": _("Prepared"), "when": moment(competition.prepared_at), "state": "done"},
        {
            "title": _("Sent for approval"),
            "when": moment(competition.submitted_at) if competition.submitted_at else "",
            "state": "done" if sent or state is CompetitionState.SUBMITTED else "",
        },
        {
            "title": _("Invitation sent to all at once"),
            "when": moment(competition.sent_at) if sent else "",
            "state": "done" if sent else "now" if state is CompetitionState.SUBMITTED else "",
        },
        {
            "title": _("Tenders are taken"),
            "when": _("until %(time)s", time=deadline(due)) if due else "",
            "state": "now" if runs else "done" if sent else "",
        },
        {
            "title": _("Tenders opened by two people"),
            "when": moment(competition.opened_at) if competition.opened_at else "",
            "state": "done" if competition.opened_at else "now" if sent and not runs else "",
        },
        {
            "title": _("Decided"),
            "when": moment(competition.decided_at) if competition.decided_at else "",
            "state": "done" if competition.decided_at else "now" if state is CompetitionState.OPENED else "",
        },
    ]
    if competition.cancelled_at is not None:
        kept = [step for step in steps if step["state"] == "done"]
        return [*kept, {"title": _("Cancelled"), "when": moment(competition.cancelled_at), "state": "done"}]
    return steps


def reason_of(version: DocumentsVersion) -> str:
    """Why there is a version."""
    return str(AUTOMATIC_REASONS.get(version.reason, version.reason))


def delivery_of(mails: Sequence[Mail]) -> tuple[str, Any]:
    """What has become of the mails to one supplier, as a tag."""
    states = {mail.state for mail in mails}
    if MailState.FAILED in states:
        return "stop", _l("A message could not be delivered")
    if not mails:
        return "warn", _l("No message")
    if states == {MailState.SENT}:
        return "ok", _l("Delivered")
    return "waiting", _l("On its way")


# ---- differences ----

_FIELDS: dict[str, Any] = {
    "name": _l("Name"),
    "description": _l("Description"),
    "terms": _l("Contract terms"),
    "terms_version": _l("Version of the contract terms"),
    "text": _l("Question"),
    "scale": _l("What earns points"),
    "places": _l("Places"),
    "customers": _l("How many customers"),
    "groups": _l("How many groups"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "option_days": _l("Options, in days each"),
    "winners": _l("Suppliers chosen in each lot"),
    "price_formula": _l("Price formula"),
    "linear_zero_at": _l("No price points at so many times the lowest price"),
    "price_only_reason": _l("Why price alone decides"),
    "scale_max": _l("Evaluators give points from 0 to"),
    "tie_rule": _l("If the points are equal"),
    "low_price_percent": _l("A price is looked into below this percent of the median"),
    "questions_until": _l("Last day for questions"),
    "maximum_quantity": _l("Maximum quantity of the contract"),
    "unit": _l("Unit of price"),
    "quantity": _l("Quantity"),
    "ceiling": _l("Price ceiling without value added tax"),
    "fixed_price": _l("Fixed price without value added tax"),
    "module_code": _l("Module that it prices"),
    "parent": _l("Criterion of the notice"),
    "kind": _l("Price or quality"),
    "concerns": _l("What it is about"),
    "weight": _l("Weight in percent"),
    "minimum": _l("Least points"),
}
_PARTS = {"lots": _l("Lot"), "lines": _l("Price table"), "criteria": _l("Criterion")}
#: By their class: members of two classes may be the same text.
_TITLES: dict[type[StrEnum], Any] = {
    PriceFormula: PRICE_FORMULA_TITLES,
    TieRule: TIE_RULE_TITLES,
    PriceUnit: PRICE_UNIT_TITLES,
    CriterionKind: CRITERION_KIND_TITLES,
    CriterionSubject: CRITERION_SUBJECT_TITLES,
}


def lines(found: Iterable[Difference]) -> list[Line]:
    """Differences in words, side by side."""
    return [_line(each) for each in found]


def _line(each: Difference) -> Line:
    base, _sep, language = each.field.rpartition("_")
    is_text = base in _FIELDS and language in ("fi", "sv", "en")
    title = str(_FIELDS[base if is_text else each.field]) if each.field else ""
    if is_text:
        title = _("%(field)s in %(language)s", field=title, language=language_name(language))
    item = f"{_PARTS[each.part]} {each.item}" if each.item else ""
    return Line(
        " · ".join(part for part in (item, title) if part),
        shown(each.field, each.before),
        shown(each.field, each.after),
    )


def shown(field: str, value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, StrEnum):
        return str(_TITLES[type(value)][value])
    if field in ("ceiling", "fixed_price"):
        return money(value)
    if isinstance(value, datetime):
        return deadline(value)
    if isinstance(value, date):
        return date_plain(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, list):
        return listing(value)
    if dataclasses.is_dataclass(value):
        return localized(value, "text" if hasattr(value, "text_fi") else "name")
    return str(value)
