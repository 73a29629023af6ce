"""Opening the room: policy, pages, API, navigation, desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from core import clock, policy
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from core.web.formatting import deadline, moment
from dps.qualification import api, jobs, queries, standing_desk, views, wording
from dps.qualification.models import CLARIFICATION_KIND_TITLES
from dps.qualification.policy import RULES

#: Imported so that the worker knows them.
JOBS = (jobs.watch_time,)


def applications_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Applications to be checked, by due date."""
    for application in queries.due_applications(mandate.organisation_id, mandate.person_id):
        supplier = application.supplier.name
        yield Act(
            title=_("Check the application: %(supplier)s", supplier=supplier),
            href=url_for("qualification.show", application_id=application.id),
            due_on=application.decision_due_on or today,
            text=_(
                "%(category)s · received %(time)s",
                category=localized(application.category, "name"),
                time=moment(application.received_at),
            ),
            due=wording.due(application, today),
            button_label=_("Check"),
            aria_label=_("Check the application of %(supplier)s", supplier=supplier),
        )


def own_applications(mandate: Mandate, today: date) -> Iterator[Act]:
    """Where the provider's live applications stand."""
    for application in queries.live_applications_of(mandate.organisation_id):
        yield Act(
            title=_("Your application: %(name)s", name=localized(application.category, "name")),
            href=url_for("qualification.own_application", application_id=application.id),
            due_on=application.decision_due_on or today,
            text=wording.standing(application),
            primary=False,
        )


def questions_to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """What a provider is asked, by the end of its time."""
    for question in queries.questions_to(mandate.organisation_id):
        kind = CLARIFICATION_KIND_TITLES[question.kind]
        category = localized(question.application.category, "name")
        yield Act(
            title=_("%(kind)s: %(category)s", kind=kind, category=category),
            href=url_for("qualification.answer", clarification_id=question.id),
            due_on=clock.helsinki_date(question.due_at - timedelta(seconds=1)),
            text=_("Answer by %(time)s", time=deadline(question.due_at)),
            button_label=_("Write the answer"),
            aria_label=_("Answer: %(category)s", category=category),
        )


def questions_closed(mandate: Mandate, today: date) -> Iterator[Act]:
    """Answers that have come, and questions whose time has ended, since the application was last looked at."""
    for question in queries.closed_questions(mandate.organisation_id, mandate.person_id):
        supplier = question.application.supplier.name
        title = (
            _("An answer has come: %(supplier)s", supplier=supplier)
            if question.answered_at
            else _("No answer in time: %(supplier)s", supplier=supplier)
        )
        yield Act(
            title=title,
            href=url_for("qualification.show", application_id=question.application_id),
            due_on=today,
            text=str(CLARIFICATION_KIND_TITLES[question.kind]),
            button_label=_("Look"),
            aria_label=_("Look at the application of %(supplier)s", supplier=supplier),
        )


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    policy.merge(RULES)
    app.register_blueprint(views.bp)
    register_api(api.bp)
    standing_desk.init_app(register_api)
    nav.add("qualification.index", _l("Applications"), Role.COORDINATOR, Role.DECIDER, order=20)
    nav.add(
        "qualification.own",
        _l("Applications"),
        Role.PROVIDER,
        order=20,
        also=("/provider/apply", "/provider/clarifications", "/provider/decisions"),
    )
    workspaces.contribute(applications_due, Role.COORDINATOR)
    workspaces.contribute(questions_closed, Role.COORDINATOR)
    workspaces.contribute(questions_to_answer, Role.PROVIDER)
    workspaces.contribute(own_applications, Role.PROVIDER)
