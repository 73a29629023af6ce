"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act, Due
from core.web.formatting import moment
from dps.systems import api, changes_api, public, queries, scopes, views
from dps.systems.models import CHANGE_KIND_TITLES, ChangeState
from dps.systems.policy import RULES


def systems_to_approve(mandate: Mandate, today: date) -> Iterator[Act]:
    """Submitted systems wait for the decision maker."""
    for system in queries.waiting_for_approval(mandate.organisation_id):
        name = localized(system, "name")
        assert system.submitted_at is not None
        yield Act(
            title=_("Approve the system %(name)s", name=name),
            href=url_for("systems.show", system_id=system.id),
            due_on=clock.helsinki_date(system.submitted_at),
            button_label=_("Read and approve"),
            aria_label=_("Read and approve the system %(name)s", name=name),
        )


def changes_to_approve(mandate: Mandate, today: date) -> Iterator[Act]:
    """Submitted changes wait for the decision maker."""
    for change in queries.changes_in(mandate.organisation_id, ChangeState.SUBMITTED):
        name = localized(change.system, "name")
        assert change.submitted_at is not None
        yield Act(
            title=_("Approve a change of the system %(name)s", name=name),
            href=url_for("systems.show_change", change_id=change.id),
            due_on=clock.helsinki_date(change.submitted_at),
            text=str(CHANGE_KIND_TITLES[change.kind]),
            button_label=_("Read and approve"),
            aria_label=_("Read and approve the change of the system %(name)s", name=name),
        )


def questions_to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """Questions wait for their answer within the published time."""
    for question in queries.unanswered_questions(mandate.organisation_id):
        left = clock.working_days_between(today, question.answer_due_on, clock.authority_days)
        yield Act(
            title=_("Answer a question: %(name)s", name=localized(question.category or question.system, "name")),
            href=url_for("systems.answer", question_id=question.id),
            due_on=question.answer_due_on,
            text=question.text[:140],
            due=Due.in_working_days(left, limit=question.system.answer_within_days),
            button_label=_("Write the answer"),
            aria_label=_("Answer the question of %(date)s", date=moment(question.asked_at)),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    scopes.declare()
    app.register_blueprint(views.bp)
    app.register_blueprint(public.bp)
    for blueprint in (api.bp, changes_api.changes, changes_api.questions):
        register_api(blueprint)
    nav.add(
        "systems.index",
        _l("Systems"),
        Role.COORDINATOR,
        Role.DECIDER,
        order=10,
        also=("/procurement/categories", "/procurement/system-changes", "/procurement/cpv"),
    )
    nav.add("systems.questions", _l("Questions"), Role.COORDINATOR, Role.DECIDER, order=15)
    nav.add_public("public.front", _l("Purchasing systems"))
    nav.add_footer("public.open_data", _l("Open data"))
    nav.add_footer("public.accessibility", _l("Accessibility statement"))
    nav.add_footer("public.privacy", _l("Privacy notice"))
    workspaces.contribute(systems_to_approve, Role.DECIDER)
    workspaces.contribute(changes_to_approve, Role.DECIDER)
    workspaces.contribute(questions_to_answer, Role.COORDINATOR)
