"""Saving as one goes: the draft of an application, prefilled from the last one; only its supplier ever sees it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, NotFound, RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from dps.qualification import parties, queries, rules
from dps.qualification.models import Application, ApplicationDraft
from dps.qualification.parties import PartyDetails
from dps.systems.models import Category, RequirementKind
from suppliers import queries as suppliers
from suppliers.models import Declaration, Document

SAVED = audit.declare("application_draft.saved", "supplier", "category")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an application holds so far: written, or taken over from earlier."""

    answers: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    documents: dict[str, list[str]] = field(default_factory=dict)
    parties: list[PartyDetails] = field(default_factory=list)
    saved_at: Any = None


@dataclass(frozen=True)
class Earlier:
    """What a supplier has given before: its declaration and its last application, as they stand on a day."""

    declaration: Declaration | None
    application: Application | None
    today: date

    @classmethod
    def of(cls, supplier_id: uuid.UUID) -> Earlier:
        return cls(
            suppliers.confirmed_declaration(supplier_id),
            queries.last_application(supplier_id),
            clock.helsinki_date(clock.now()),
        )


def content_of(category: Category, supplier_id: uuid.UUID, earlier: Earlier) -> Content:
    """The draft; without one, what can be taken over from the last application and the self-declaration."""
    draft = queries.draft_of(supplier_id, category.id)
    if draft is not None:
        return Content(
            answers=dict(draft.answers),
            secrets=dict(draft.secrets),
            documents={code: list(ids) for code, ids in draft.documents.items()},
            parties=[PartyDetails.from_json(each) for each in draft.parties],
            saved_at=draft.saved_at,
        )
    return _taken_over(category, earlier)


def _taken_over(category: Category, earlier: Earlier) -> Content:
    declared = earlier.declaration.answers["selection"] if earlier.declaration else {}
    last = earlier.application
    codes = [each.code for each in category.requirements if each.kind is RequirementKind.SELECTION]
    answers = {code: declared[code]["description"] for code in codes if declared.get(code, {}).get("description")}
    if last is None:
        return Content(answers=answers)
    answers |= {code: text for code, text in last.answers.items() if code in codes}
    documents: dict[str, list[str]] = {}
    for each in last.documents:
        if each.requirement is not None and each.requirement.code in codes and each.document.is_good(earlier.today):
            documents.setdefault(each.requirement.code, []).append(str(each.document_id))
    return Content(
        answers=answers,
        secrets={code: reason for code, reason in last.secrets.items() if code in codes},
        documents=documents,
        parties=[PartyDetails.of(each) for each in last.present_parties],
    )


def _own_draft(category: Category, supplier_id: uuid.UUID, by: Mandate) -> ApplicationDraft:
    """The draft to be written, made from what can be taken over; its supplier's row is locked meanwhile."""
    if by.supplier_id != supplier_id:
        raise NotAllowed(_l("You act for another company."), rule="I4")
    supplier = suppliers.supplier(supplier_id)
    assert supplier is not None
    lock(supplier)
    now = clock.now()
    draft = queries.draft_of(supplier_id, category.id)
    if draft is None:
        start = _taken_over(category, Earlier.of(supplier_id))
        draft = ApplicationDraft(
            supplier_id=supplier_id,
            category=category,
            answers=dict(start.answers),
            secrets=dict(start.secrets),
            documents=dict(start.documents),
            parties=[each.as_json() for each in start.parties],
        )
        db.session.add(draft)
    draft.saved_by, draft.saved_at = by.person_id, now
    return draft


def _keep(draft: ApplicationDraft, by: Mandate) -> ApplicationDraft:
    db.session.flush()
    audit.record(
        SAVED, subject=draft, actor=by, at=draft.saved_at, supplier=draft.supplier_id, category=draft.category_id
    )
    return draft


@transaction
def save_draft(
    category: Category,
    supplier_id: uuid.UUID,
    answers: Mapping[str, str],
    documents: Mapping[str, Sequence[Document]],
    secrets: Mapping[str, str],
    *,
    by: Mandate,
) -> ApplicationDraft:
    """Keep what was written so far; nothing is sent. The parties are kept by verbs of their own."""
    draft = _own_draft(category, supplier_id, by)
    codes = {each.code for each in category.requirements}
    if too_long := next((code for code, text in answers.items() if len(text) > rules.ANSWER_LENGTH), None):
        raise RuleBroken(
            _l("The answer is too long: at most %(count)s characters.", count=rules.ANSWER_LENGTH),
            rule="R11",
            field=too_long,
        )
    draft.answers = {code: text for code, text in answers.items() if code in codes and text.strip()}
    draft.secrets = {code: text for code, text in secrets.items() if code in codes and text.strip()}
    draft.documents = {
        code: [str(each.id) for each in chosen if each.supplier_id == supplier_id]
        for code, chosen in documents.items()
        if code in codes and chosen
    }
    return _keep(draft, by)


@transaction
def add_party(category: Category, supplier_id: uuid.UUID, details: PartyDetails, *, by: Mandate) -> ApplicationDraft:
    """Name another operator in the draft (R31).

    :raises RuleBroken: see ``parties.checked``; or too many
    """
    draft = _own_draft(category, supplier_id, by)
    supplier = suppliers.supplier(supplier_id)
    assert supplier is not None
    if len(draft.parties) >= parties.MOST:
        raise RuleBroken(
            _l("An application names at most %(count)s operators.", count=parties.MOST), rule="R31", field="number"
        )
    checked = parties.checked(details, category, supplier)
    for each in map(PartyDetails.from_json, draft.parties):
        if (each.role, each.number, each.relied_on_for) == (checked.role, checked.number, checked.relied_on_for):
            raise RuleBroken(_l("The same operator is named twice in the same role."), rule="R31", field="number")
    draft.parties = [*draft.parties, checked.as_json()]
    return _keep(draft, by)


@transaction
def remove_party(category: Category, supplier_id: uuid.UUID, place: int, *, by: Mandate) -> ApplicationDraft:
    """Take an operator out of the draft, by its place."""
    draft = _own_draft(category, supplier_id, by)
    if not 0 <= place < len(draft.parties):
        raise NotFound(_l("There is no such page or record."), rule="not-found")
    draft.parties = [each for index, each in enumerate(draft.parties) if index != place]
    return _keep(draft, by)
