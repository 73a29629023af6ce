"""What a matter of an admission makes of its decision, and what one may rest on: pure (R34, R62)."""

from __future__ import annotations

from datetime import date
from typing import Any

from core import clock, law
from core.i18n import LANGUAGES, using_language
from core.i18n import lazy_gettext as _l
from dps.decisions.service import DecisionDetails
from dps.qualification.models import MATTER_DECISIONS, MATTER_KIND_TITLES, AdmissionMatter, MatterKind
from dps.systems import legal_mode
from dps.systems.models import Category, RequirementKind

#: Heading of what the supplier said when heard.
STATEMENT = _l("What the provider said when heard")


def is_published_term(category: Category, term: str) -> bool:
    """Whether these very words stand in the category's published terms, in any language."""
    wanted = " ".join(term.split()).casefold()
    texts = (category.terms_fi, category.terms_sv, category.terms_en)
    return bool(wanted) and any(wanted in " ".join(text.split()).casefold() for text in texts)


def earliest_renewal(asked_on: date) -> date:
    """The first day to whose end a renewed declaration may be asked: the fifth working day (R33, R91, R93)."""
    return clock.add_working_days(asked_on, int(law.number("R33.renewed_declaration", asked_on)), clock.supplier_days)


def earliest_hearing(opened_on: date) -> date:
    """The first day to whose end an admitted supplier may be heard (HallL 34 §, R65)."""
    return clock.add_working_days(opened_on, int(law.number("R34.hearing", opened_on)), clock.supplier_days)


def details(matter: AdmissionMatter, summary: str) -> DecisionDetails:
    """The decision a matter ends in, with its grounds as reasons (R70)."""
    category = matter.qualification.category
    is_exclusion = matter.requirement is not None and matter.requirement.kind is RequirementKind.EXCLUSION
    basis = legal_mode.legal_basis(category.legal_mode, is_exclusion=is_exclusion)
    return DecisionDetails(
        authority_id=category.authority_id,
        supplier_id=matter.supplier_id,
        category_id=category.id,
        kind=MATTER_DECISIONS[matter.kind],
        matter={"fi": category.name_fi, "sv": category.name_sv, "en": category.name_en},
        reasons=_reasons(matter),
        summary=summary,
        legal_basis=f"{basis}, HallL 34 §" if matter.due_at else basis,
        instruction_kind=legal_mode.instruction_kind(category.legal_mode),
        language=matter.qualification.supplier.language,
    )


def _reasons(matter: AdmissionMatter) -> list[dict[str, Any]]:
    """The requirement, term or request a decision rests on, then what the supplier said about it."""
    requirement = matter.requirement
    if requirement is not None:
        text = {"fi": requirement.text_fi, "sv": requirement.text_sv, "en": requirement.text_en}
        grounds = [_reason(requirement.code, text, matter.reason)]
    else:
        reason = f"«{matter.term}» {matter.reason}" if matter.term else matter.reason
        grounds = [_reason(matter.kind.value, _in_languages(MATTER_KIND_TITLES[matter.kind]), reason)]
    if matter.new_supplier is not None:
        name = f"{matter.new_supplier.name} ({matter.new_supplier.registration_number})"
        grounds.append(_reason("new-operator", _in_languages(MATTER_KIND_TITLES[MatterKind.OPERATOR_CHANGE]), name))
    if matter.statement is not None:
        grounds.append(_reason("statement", _in_languages(STATEMENT), matter.statement))
    elif matter.due_at is not None:
        grounds.append(_reason("statement", _in_languages(STATEMENT), "–"))
    return grounds


def _reason(code: str, text: dict[str, str], reason: str) -> dict[str, Any]:
    return {"requirement": code, "text": text, "is_met": False, "reason": reason}


def _in_languages(title: Any) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with using_language(language):
            found[language] = str(title)
    return found
