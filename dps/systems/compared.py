"""Differences between two contents in words, for the pages that show a change or a notice (R18, R20)."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.web.formatting import date_plain, language_name, listing, money, number, percent
from dps.systems.content import CategoryContent, Difference, SystemContent
from dps.systems.models import (
    AWARD_NOTICE_METHOD_TITLES,
    CRITERION_KIND_TITLES,
    CRITERION_SUBJECT_TITLES,
    DECLINE_REASON_TITLES,
    LEGAL_MODE_TITLES,
    ORDERING_RULE_TITLES,
    PAYMENT_KIND_TITLES,
    PRICE_UNIT_TITLES,
    RECORD_USE_TITLES,
    SERVICE_TYPE_TITLES,
    RecordUse,
    RequirementKind,
)
from suppliers import criteria

_TITLES: Mapping[Any, Any] = {
    **AWARD_NOTICE_METHOD_TITLES,
    **CRITERION_KIND_TITLES,
    **CRITERION_SUBJECT_TITLES,
    **LEGAL_MODE_TITLES,
    **ORDERING_RULE_TITLES,
    **PAYMENT_KIND_TITLES,
    **PRICE_UNIT_TITLES,
    **SERVICE_TYPE_TITLES,
    RequirementKind.EXCLUSION: _l("Ground for exclusion"),
    RequirementKind.SELECTION: _l("Suitability requirement"),
}

#: What each field is called; a text per language has its name without the language.
_FIELDS: Mapping[str, Any] = {
    "name": _l("Name"),
    "description": _l("Description"),
    "technical": _l("How the system works electronically"),
    "starts_on": _l("First day"),
    "ends_on": _l("Last day"),
    "estimated_value": _l("Estimated value without VAT"),
    "closing_announced": _l("The system may be closed temporarily"),
    "evaluation_period_days": _l("Longer evaluation period, in days"),
    "questions_until": _l("Last day for questions"),
    "award_notice_method": _l("Award notices"),
    "answer_within_days": _l("Working days to answer a question"),
    "code": _l("Code"),
    "service_type": _l("Kind of service"),
    "cpv": _l("CPV code"),
    "legal_mode": _l("Legal mode"),
    "ordering_rule": _l("Ordering rule"),
    "ordering_parameters": _l("Parameters of the ordering rule"),
    "newcomer_share": _l("Share of searches in which new providers come first"),
    "price_unit": _l("Unit of price"),
    "price_ceiling": _l("Price ceiling"),
    "accept_within_hours": _l("Hours to accept an order"),
    "start_within_days": _l("Days until the service starts"),
    "report_within_days": _l("Days to report after the service"),
    "max_duration_days": _l("Longest service in days"),
    "has_work_trial": _l("The customer does work tasks at a workplace"),
    "areas": _l("Municipalities"),
    "languages": _l("Languages of service"),
    "decline_reasons": _l("Reasons for which an order may be declined"),
    "record_uses": _l("What the quality record is used for"),
    "quality": _l("Quality rules"),
    "largest_contract_value": _l("Expected largest value of one contract"),
    "minimum_turnover": _l("Minimum turnover"),
    "turnover_reason": _l("Why a higher turnover is needed"),
    "price_only_reason": _l("Why price alone decides"),
    "terms_version": _l("Version of the contract terms"),
    "terms": _l("Contract terms"),
    "terms_file": _l("Contract terms as a document"),
    "ended": _l("Category ends"),
    "category": _l("Category"),
    "requirements": _l("Requirement"),
    "modules": _l("Module"),
    "award_criteria": _l("Award criterion"),
    "payments": _l("Payment"),
    "text": _l("Text"),
    "evidence": _l("Evidence"),
    "kind": _l("Kind"),
    "concerns": _l("What it is about"),
    "weight": _l("Weight in percent"),
    "ceiling": _l("Highest amount"),
}

_MONEY = frozenset({"estimated_value", "price_ceiling", "largest_contract_value", "minimum_turnover", "ceiling"})


@dataclass(frozen=True)
class Line:
    """One difference in words."""

    what: str
    before: str
    after: str


def lines(found: Iterable[Difference], *contents: SystemContent) -> list[Line]:
    """Differences in words; ``contents`` name the categories they are in."""
    names = {each.details.code: localized(each.details, "name") for content in contents for each in content.categories}
    return [_line(each, names) for each in found]


def _line(each: Difference, names: Mapping[str, str]) -> Line:
    base, _sep, language = each.field.rpartition("_")
    is_text = base in _FIELDS and language in ("fi", "sv", "en")
    title = str(_FIELDS[base if is_text else each.field])
    if is_text:
        title = _("%(field)s in %(language)s", field=title, language=language_name(language))
    path = [names.get(each.category, each.category) if each.category else "", _item_name(each.item), title]
    return Line(
        " · ".join(part for part in path if part), shown(each.field, each.before), shown(each.field, each.after)
    )


def _item_name(code: str | None) -> str:
    known = criteria.ALL.get(code) if code else None
    return str(known.title) if known else code or ""


def shown(field: str, value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field in _MONEY:
        return money(value)
    if field == "newcomer_share":
        return percent(value)
    if field in ("languages", "decline_reasons", "areas", "record_uses"):
        return listing(_word(field, each) for each in value) or "–"
    if isinstance(value, CategoryContent):
        return localized(value.details, "name")
    if dataclasses.is_dataclass(value):
        return _item_text(value)
    if isinstance(value, StrEnum):
        return str(_TITLES[value])
    if isinstance(value, date):
        return date_plain(value)
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {each}" for name, each in value.items()) or "–"
    return _("a document") if field == "terms_file" else str(value)


def _word(field: str, each: str) -> str:
    if field == "languages":
        return language_name(each)
    if field == "record_uses":
        return str(RECORD_USE_TITLES[RecordUse(each)])
    return str({str(reason): title for reason, title in DECLINE_REASON_TITLES.items()}.get(each, each))


def _item_text(item: Any) -> str:
    """A whole item in one line: its words, and its amount or weight."""
    words = localized(item, "text") or localized(item, "name")
    for name in ("price_ceiling", "ceiling", "weight"):
        if hasattr(item, name):
            return f"{words}, {shown(name, getattr(item, name))}{' %' if name == 'weight' else ''}"
    return words
