"""A provider's verbs: send an application, withdraw it; and what the system's reopening does."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.states import move
from core.web.formatting import date as date_words
from core.web.formatting import listing
from dps.decisions import service as decisions
from dps.qualification import parties, queries, rules
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationDocument,
    ApplicationState,
)
from dps.qualification.parties import PartyDetails
from dps.systems import service as systems
from dps.systems.models import Category, SystemState
from dps.systems.signals import SystemReopened
from suppliers import queries as suppliers
from suppliers.models import Declaration, Document, Supplier

SENT = audit.declare("application.sent", "category", "supplier", "declaration", "decision_due_on", "parties")
WITHDRAWN = audit.declare("application.withdrawn", "before", "after")
TIME_STARTED = audit.declare("application.time_started", "decision_due_on")

#: What may have been taken over from an earlier application or declaration.
PART_TITLES = {
    "answers": _l("answers"),
    "declaration": _l("self-declaration"),
    "parties": _l("other operators"),
}


@dataclass(frozen=True, kw_only=True)
class Enclosures:
    """What goes with the answers: documents by requirement code, other operators, and business secrets."""

    documents: Mapping[str, Sequence[Document]] = field(default_factory=dict)
    parties: Sequence[PartyDetails] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    #: The sender has looked at everything that was filled in beforehand: it is still true.
    confirmed: bool = False


def check_may_act(supplier_id: uuid.UUID, by: Mandate) -> None:
    """:raises RuleBroken: nobody has verified that the person may act for the supplier"""
    if not suppliers.is_verified_to_act(by.person_id, supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("The city verifies it before the first application. You get a message."),
        )


def _check_can_apply(category: Category, supplier_id: uuid.UUID, today: date, by: Mandate) -> None:
    is_over = today > category.system.ends_on
    if is_over or category.system.state not in (SystemState.OPEN, SystemState.CLOSED):
        raise WrongState(
            _l("The purchasing system does not take applications."),
            rule="R10",
            next_step=_l("Look for a system that is open."),
        )
    systems.check_not_ended(category)
    check_may_act(supplier_id, by)
    if queries.qualification_in_force(supplier_id, category.id) is not None:
        raise WrongState(
            _l("The provider is admitted to this category already."),
            rule="R11",
            next_step=_l("Sign the contract and add your services."),
        )
    if queries.live_application(supplier_id, category.id) is not None:
        raise WrongState(
            _l("An application to this category is being processed already."),
            rule="one-live-application",
            next_step=_l("Wait for the decision, or withdraw the application first."),
        )


def _check_declaration(declaration: Declaration, supplier_id: uuid.UUID) -> None:
    """A confirmed declaration is enough at this stage; an earlier one as long as no newer replaced it (R66)."""
    if declaration.supplier_id != supplier_id:
        raise NotAllowed(_l("The self-declaration belongs to another provider."), rule="I4")
    if declaration.confirmed_at is None:
        raise RuleBroken(
            _l("The self-declaration has not been confirmed."),
            rule="R66",
            field="declaration",
            next_step=_l("Fill in and confirm the self-declaration first."),
        )
    newest = suppliers.confirmed_declaration(supplier_id)
    if newest is not None and newest.id != declaration.id:
        raise RuleBroken(
            _l("A newer self-declaration has replaced this one."),
            rule="R66",
            field="declaration",
            next_step=_l("Send the application with the newest declaration."),
        )


def _kept_answers(category: Category, answers: dict[str, str]) -> dict[str, Any]:
    """The answers to this category's requirements, all of them given and none too long."""
    if missing := rules.unanswered(category.requirements, answers):
        raise RuleBroken(
            _l("An answer is missing: %(requirement)s", requirement=localized(missing[0], "text")),
            rule="R11",
            field=missing[0].code,
            next_step=_l("Describe how you meet the requirement."),
        )
    known = {requirement.code for requirement in category.requirements}
    kept = {code: text.strip() for code, text in answers.items() if code in known}
    if too_long := next((code for code, text in kept.items() if len(text) > rules.ANSWER_LENGTH), None):
        raise RuleBroken(
            _l("The answer is too long: at most %(count)s characters.", count=rules.ANSWER_LENGTH),
            rule="R11",
            field=too_long,
        )
    return kept


def _kept_secrets(secrets: Mapping[str, str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Why an answer is a business secret, by field; a mark without a reason has no effect (R86)."""
    kept = {code: reason.strip() for code, reason in secrets.items() if reason.strip()}
    if unknown := next((code for code in kept if code not in answers), None):
        raise RuleBroken(
            _l("Only an answer you have given can be marked as a business secret."),
            rule="R86",
            field=f"secret-{unknown}",
        )
    return kept


def check_documents(documents: Sequence[Document], supplier_id: uuid.UUID, today: date, *, field: str) -> None:
    """:raises RuleBroken: a document was withdrawn or has expired; of another supplier NotAllowed"""
    for document in documents:
        if document.supplier_id != supplier_id:
            raise NotAllowed(_l("The document belongs to another provider."), rule="I4")
        if document.expires_on is not None and document.expires_on < today:
            raise RuleBroken(
                _l(
                    "The document %(title)s expired on %(date)s.",
                    title=document.title,
                    date=date_words(document.expires_on),
                ),
                rule="document-expired",
                field=field,
                next_step=_l("Add a document that is in force."),
            )
        if not document.is_good(today):
            raise RuleBroken(
                _l("The document %(title)s was withdrawn.", title=document.title),
                rule="document-state",
                field=field,
                next_step=_l("Choose another document."),
            )


def _document_rows(
    category: Category, documents: Mapping[str, Sequence[Document]], supplier_id: uuid.UUID, today: date
) -> list[ApplicationDocument]:
    known = {requirement.code: requirement for requirement in category.requirements}
    rows = []
    for code, chosen in documents.items():
        if code not in known:
            raise RuleBroken(_l("The requirement belongs to another category."), rule="R11", field=f"documents-{code}")
        check_documents(chosen, supplier_id, today, field=f"documents-{code}")
        rows += [ApplicationDocument(document=each, requirement=known[code]) for each in dict.fromkeys(chosen)]
    return rows


def carried_over(
    last: Application | None, declaration: Declaration, answers: Mapping[str, Any], others: Sequence[PartyDetails]
) -> list[str]:
    """Which parts stand as they stood in the supplier's last application or declaration."""
    earlier = {code: {each["description"]} for code, each in declaration.answers["selection"].items()}
    numbers: set[str] = set()
    if last is not None:
        for code, text in last.answers.items():
            earlier.setdefault(code, set()).add(text)
        numbers = {party.registration_number for party in last.present_parties}
    found = {
        "answers": any(text in earlier.get(code, ()) for code, text in answers.items()),
        "declaration": last is not None and last.declaration_id == declaration.id,
        "parties": any(each.number in numbers for each in others),
    }
    return [part for part, is_old in found.items() if is_old]


def _check_confirmed(parts: list[str], *, is_confirmed: bool) -> None:
    """What was filled in beforehand counts only when it is confirmed anew (R66)."""
    if parts and not is_confirmed:
        raise RuleBroken(
            _l(
                "Something was filled in from earlier: %(parts)s. Confirm that it is still true.",
                parts=listing(PART_TITLES[part] for part in parts),
            ),
            rule="R66",
            field="confirmed",
        )


def _checked_parties(details: Sequence[PartyDetails], category: Category, applicant: Supplier) -> list[PartyDetails]:
    if len(details) > parties.MOST:
        raise RuleBroken(
            _l("An application names at most %(count)s operators.", count=parties.MOST), rule="R31", field="parties"
        )
    found = [parties.checked(each, category, applicant) for each in details]
    keys = [(each.role, each.country, each.number, each.relied_on_for) for each in found]
    if len(set(keys)) < len(keys):
        raise RuleBroken(_l("The same operator is named twice in the same role."), rule="R31", field="parties")
    return found


@transaction
def send_application(
    category: Category,
    supplier_id: uuid.UUID,
    declaration: Declaration,
    answers: dict[str, str],
    enclosures: Enclosures | None = None,
    *,
    by: Mandate,
) -> Application:
    """Send a request to participate, at any hour (R10, R22); while the system is closed it is queued (R19).

    The supplier's row is locked meanwhile, so that two sent at once cannot both be received. Who was
    refused may send a new one at any time (R30). There is no other way in than this verb of the
    supplier's own (R12). The draft, if there is one, is deleted.

    :raises WrongState: not open, admitted already, or a live application exists
    :raises RuleBroken: acting right, declaration or an answer is missing, a document has expired, a party's
        declaration is not complete (R31), or what was taken over has not been confirmed (R66)
    """
    enclosed = enclosures or Enclosures()
    supplier = suppliers.supplier(supplier_id)
    if supplier is None or by.supplier_id != supplier_id:
        raise NotAllowed(_l("You can send an application only for the provider you act for."), rule="R12")
    lock(supplier)
    db.session.refresh(category.system, with_for_update={"read": True, "of": type(category.system)})
    now = clock.now()
    today = clock.helsinki_date(now)
    _check_can_apply(category, supplier_id, today, by)
    _check_declaration(declaration, supplier_id)
    kept = _kept_answers(category, answers)
    others = _checked_parties(enclosed.parties, category, supplier)
    parts = carried_over(queries.last_application(supplier_id), declaration, kept, others)
    _check_confirmed(parts, is_confirmed=enclosed.confirmed)
    application = Application(
        supplier=supplier,
        category=category,
        declaration=declaration,
        answers=kept,
        secrets=_kept_secrets(enclosed.secrets, kept),
        confirmed_parts=parts,
        sent_by=by.person_id,
        received_at=now,
        decision_due_on=_due(category, now),
        documents=_document_rows(category, enclosed.documents, supplier_id, today),
        parties=[parties.row(each, category, now) for each in others],
    )
    db.session.add(application)
    if (draft := queries.draft_of(supplier_id, category.id)) is not None:
        db.session.delete(draft)
    db.session.flush()
    audit.record(
        SENT,
        subject=application,
        actor=by,
        at=now,
        category=category.id,
        supplier=supplier_id,
        declaration=declaration.id,
        decision_due_on=application.decision_due_on,
        parties=[party.id for party in application.parties],
    )
    return application


def _due(category: Category, started_at: Any) -> date | None:
    """When the decision is due; not yet known while the system is closed (R19, R23, R25)."""
    if category.system.state is not SystemState.OPEN:
        return None
    return rules.decision_due(started_at, category.system.evaluation_ends_on)


@transaction
def withdraw_application(application: Application, *, by: Mandate) -> None:
    """Take the application back; a decision prepared about it lapses.

    The decision is locked first, as its signing does.
    """
    if application.state is ApplicationState.PROPOSED and application.decision is not None:
        lock(application.decision)
    lock(application)
    now = clock.now()
    if by.supplier_id != application.supplier_id:
        raise NotAllowed(_l("Only the provider withdraws its application."), rule="I4")
    before, was_proposed = application.state, application.state is ApplicationState.PROPOSED
    move(application, APPLICATION_TRANSITIONS, "withdraw")
    application.withdrawn_at = now
    if was_proposed and application.decision is not None:
        decisions.drop(application.decision, str(_l("The application was withdrawn.")), by=by)
    audit.record(WITHDRAWN, subject=application, actor=by, at=now, before=before, after=application.state)


def on_system_reopened(signal: SystemReopened) -> None:
    """The time of what arrived while the system was closed starts now (R23)."""
    for application in queries.queued_applications(signal.system_id):
        lock(application)
        application.decision_due_on = rules.decision_due(signal.at, application.category.system.evaluation_ends_on)
        audit.record(
            TIME_STARTED,
            subject=application,
            actor=signal.by,
            at=signal.at,
            decision_due_on=application.decision_due_on,
        )
