"""A provider's verbs: send an application, withdraw it; and what the system's reopening does."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from core import audit, clock
from core.db import db, lock, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.states import move
from dps.decisions import service as decisions
from dps.qualification import queries, rules
from dps.qualification.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationState,
)
from dps.systems import service as systems
from dps.systems.models import Category, SystemState
from dps.systems.signals import SystemReopened
from suppliers import queries as suppliers
from suppliers.models import Declaration

SENT = audit.declare("application.sent", "category", "supplier", "declaration", "decision_due_on")
WITHDRAWN = audit.declare("application.withdrawn", "before", "after")
TIME_STARTED = audit.declare("application.time_started", "decision_due_on")


def _check_can_apply(category: Category, supplier_id: uuid.UUID, today: date, by: Mandate) -> None:
    if by.supplier_id != supplier_id:
        raise NotAllowed(_l("You can send an application only for the provider you act for."), rule="I4")
    is_over = today > category.system.ends_on
    if is_over or category.system.state not in (SystemState.OPEN, SystemState.CLOSED):
        raise WrongState(
            _l("The purchasing system does not take applications."),
            rule="R10",
            next_step=_l("Look for a system that is open."),
        )
    systems.check_not_ended(category)
    if not suppliers.is_verified_to_act(by.person_id, supplier_id):
        raise RuleBroken(
            _l("Your right to act for the provider has not been verified yet."),
            rule="acting-right",
            next_step=_l("The city verifies it before the first application. You get a message."),
        )
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
    if declaration.supplier_id != supplier_id:
        raise NotAllowed(_l("The self-declaration belongs to another provider."), rule="I4")
    if declaration.confirmed_at is None:
        raise RuleBroken(
            _l("The self-declaration has not been confirmed."),
            rule="R66",
            field="declaration",
            next_step=_l("Fill in and confirm the self-declaration first."),
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


@transaction
def send_application(
    category: Category, supplier_id: uuid.UUID, declaration: Declaration, answers: dict[str, str], *, by: Mandate
) -> Application:
    """Send a request to participate, at any hour (R10, R22); while the system is closed it is queued (R19).

    The supplier's row is locked meanwhile, so that two sent at once cannot both be received. Who was
    refused may send a new one at any time (R30).

    :raises WrongState: not open, admitted already, or a live application exists
    :raises RuleBroken: acting right, declaration or an answer is missing
    """
    supplier = suppliers.supplier(supplier_id)
    if supplier is None:
        raise NotAllowed(_l("You can send an application only for the provider you act for."), rule="I4")
    lock(supplier)
    db.session.refresh(category.system, with_for_update={"read": True, "of": type(category.system)})
    now = clock.now()
    _check_can_apply(category, supplier_id, clock.helsinki_date(now), by)
    _check_declaration(declaration, supplier_id)
    application = Application(
        supplier=supplier,
        category=category,
        declaration=declaration,
        answers=_kept_answers(category, answers),
        sent_by=by.person_id,
        received_at=now,
        decision_due_on=rules.decision_due(now) if category.system.state is SystemState.OPEN else None,
    )
    db.session.add(application)
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
    )
    return application


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
        application.decision_due_on = rules.decision_due(signal.at)
        audit.record(
            TIME_STARTED,
            subject=application,
            actor=signal.by,
            at=signal.at,
            decision_due_on=application.decision_due_on,
        )
