"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import current_language
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from dps.decisions import api, jobs, letters, queries, views  # noqa: F401 - the jobs register themselves
from dps.decisions.models import DECISION_KIND_TITLES, REMEDY_KIND_TITLES
from dps.decisions.policy import RULES

#: A correction is handled as soon as possible; the desk asks for it within so many working days.
HANDLED_WITHIN = 10


def decisions_to_sign(mandate: Mandate, today: date) -> Iterator[Act]:
    """Prepared decisions wait for a signature."""
    for decision in queries.waiting_for_signature(mandate.organisation_id):
        name = letters.headline(decision)
        yield Act(
            title=_("Decide: %(supplier)s", supplier=name),
            href=url_for("decisions.show", decision_id=decision.id),
            due_on=clock.helsinki_date(decision.prepared_at),
            text=_(
                "%(kind)s · %(category)s",
                kind=DECISION_KIND_TITLES[decision.kind],
                category=letters.matter_of(decision, current_language()),
            ),
            button_label=_("Read and sign"),
            aria_label=_("Read and sign: %(supplier)s", supplier=name),
        )


def remedies_pending(mandate: Mandate, today: date) -> Iterator[Act]:
    """Appeals and corrections without an outcome (R77)."""
    for remedy in queries.pending_remedies(mandate.organisation_id):
        name = letters.headline(remedy.decision)
        yield Act(
            title=_("%(what)s: %(supplier)s", what=REMEDY_KIND_TITLES[remedy.kind], supplier=name),
            href=url_for("decisions.remedy", remedy_id=remedy.id),
            due_on=clock.add_working_days(remedy.registered_on, HANDLED_WITHIN, clock.authority_days),
            text=letters.matter_of(remedy.decision, current_language()),
            button_label=_("Handle"),
            aria_label=_("Handle: %(supplier)s", supplier=name),
        )


def reasons_to_give(mandate: Mandate, today: date) -> Iterator[Act]:
    """Requests for reasons without an answer (R73)."""
    for request in queries.unanswered_explanations(mandate.organisation_id):
        yield Act(
            title=_("Give the reasons: %(supplier)s", supplier=request.supplier.name),
            href=url_for("decisions.answer_reasons", explanation_id=request.id),
            due_on=request.due_on,
            text=request.question,
            button_label=_("Write the answer"),
            aria_label=_("Answer %(supplier)s", supplier=request.supplier.name),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    nav.add(
        "decisions.index",
        _l("Decisions"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=40,
        also=("/procurement/remedies", "/procurement/delegations"),
    )
    workspaces.contribute(remedies_pending, Role.COORDINATOR)
    workspaces.contribute(reasons_to_give, Role.COORDINATOR)
    workspaces.contribute(decisions_to_sign, Role.DECIDER)
