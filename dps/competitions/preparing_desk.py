"""What of preparing, inviting and asking stands on desks and in the navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from core.web.formatting import deadline, moment
from dps.competitions import queries_due, rules
from dps.competitions import queries_preparing as asked
from dps.competitions.api import asking as asking_api
from dps.competitions.api import preparing as api
from dps.competitions.views import invited, preparing, running
from dps.systems import parts as system_parts
from dps.systems.models import PurchasingSystem
from dps.systems.parts import Part as SystemPart

#: Deadlines of so many days ahead stand on the desk.
_AHEAD = timedelta(days=2)
#: Imported so that their pages are known.
PAGES = (preparing, running)


def competitions_to_send(mandate: Mandate, today: date) -> Iterator[Act]:
    """Submitted competitions wait for another person than their preparer."""
    for each in queries_due.waiting_to_be_sent(mandate.organisation_id):
        if each.prepared_by == mandate.person_id:
            continue
        name = localized(each, "name")
        assert each.submitted_at is not None
        yield Act(
            title=_("Approve and send the competition %(name)s", name=name),
            href=url_for("competitions.show", competition_id=each.id),
            due_on=clock.helsinki_date(each.submitted_at),
            text=localized(each.category, "name"),
            button_label=_("Read and send"),
            aria_label=_("Read and send the competition %(name)s", name=name),
        )


def returned_competitions(mandate: Mandate, today: date) -> Iterator[Act]:
    """Drafts that came back with a reason."""
    for each in queries_due.returned_drafts(mandate.organisation_id, mandate.person_id):
        name = localized(each, "name")
        yield Act(
            title=_("Returned to you: the competition %(name)s", name=name),
            href=url_for("competitions.show", competition_id=each.id),
            due_on=today,
            text=(each.return_reason or "")[:140],
            button_label=_("Write on"),
            aria_label=_("Write on: %(name)s", name=name),
        )


def questions_to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """Questions, by the day until which the answer is in good time (R47)."""
    for each in queries_due.open_questions(mandate.organisation_id):
        assert each.competition.tenders_due_at is not None
        yield Act(
            title=_("Answer a question: %(name)s", name=localized(each.competition, "name")),
            href=url_for("competitions.answer", competition_question_id=each.id),
            due_on=rules.last_day(rules.answers_due(each.competition.tenders_due_at, today)),
            text=each.text[:140],
            button_label=_("Write the answer"),
            aria_label=_("Answer the question of %(date)s", date=moment(each.asked_at)),
        )


def times_that_end(mandate: Mandate, today: date) -> Iterator[Act]:
    """Competitions whose time for tenders ends today or tomorrow."""
    for each in queries_due.running_of_authority(mandate.organisation_id, clock.start_of_day(today) + _AHEAD):
        assert each.tenders_due_at is not None
        yield Act(
            title=_("The time for tenders ends: %(name)s", name=localized(each, "name")),
            href=url_for("competitions.show", competition_id=each.id),
            due_on=rules.last_day(each.tenders_due_at),
            text=_("Tenders until %(time)s", time=deadline(each.tenders_due_at)),
            primary=False,
        )


def declarations_due(mandate: Mandate, today: date) -> Iterator[Act]:
    """Committees on which one has not declared yet (R50)."""
    for each in queries_due.undeclared(mandate.person_id, mandate.organisation_id):
        name = localized(each.competition, "name")
        yield Act(
            title=_("Declare whether you have a conflict of interest: %(name)s", name=name),
            href=url_for("competitions.declare", competition_id=each.competition_id),
            due_on=today,
            button_label=_("Declare"),
            aria_label=_("Declare: %(name)s", name=name),
        )


def consents_to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """Shorter times that a provider is asked to agree to (R38)."""
    for each in asked.open_consents_of(mandate.organisation_id):
        name = localized(each.competition, "name")
        yield Act(
            title=_("A shorter time is asked of you: %(name)s", name=name),
            href=url_for("invited.time_consent", consent_id=each.id),
            due_on=today,
            text=_("Tenders until %(time)s", time=deadline(each.due_at)),
            button_label=_("Write the answer"),
            aria_label=_("Answer: %(category)s", category=name),
        )


def open_invitations(mandate: Mandate, today: date) -> Iterator[Act]:
    """What a provider can tender for, by the end of the time."""
    for each in asked.open_invitations(mandate.organisation_id):
        name = localized(each, "name")
        assert each.tenders_due_at is not None
        yield Act(
            title=_("Invitation to tender: %(competition)s", competition=name),
            href=url_for("invited.own_competition", competition_id=each.id),
            due_on=rules.last_day(each.tenders_due_at),
            text=_("Tenders until %(time)s", time=deadline(each.tenders_due_at)),
            button_label=_("Read"),
            aria_label=_("Read the documents: %(name)s", name=name),
        )


def competed_in(system: PurchasingSystem) -> SystemPart:
    """Opened competitions on the public page of a system: from then on everybody reads the documents."""
    return SystemPart("competitions/_of_system.html", {"competitions": asked.public_competitions_of(system.id)})


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    """Pages, navigation and desks of this part of the room."""
    app.register_blueprint(preparing.bp)
    app.register_blueprint(invited.bp)
    for blueprint in (api.bp, asking_api.questions, asking_api.consents, asking_api.outages):
        register_api(blueprint)
    system_parts.add_public("competitions", competed_in)
    nav.add(
        "competitions.index",
        _l("Competitions"),
        Role.COORDINATOR,
        Role.DECIDER,
        Role.OPENER,
        Role.EXPERT,
        order=25,
        also=(
            "/procurement/competition-questions",
            "/procurement/outages",
            "/procurement/tenders",
            "/procurement/tender-requests",
            "/procurement/tender-exclusions",
        ),
    )
    nav.add(
        "invited.own_index",
        _l("Competitions"),
        Role.PROVIDER,
        order=25,
        also=("/provider/time-consents", "/provider/tender-requests"),
    )
    nav.add("competitions.outages", _l("Outages"), Role.ADMIN, order=60)
    nav.add_footer("invited.how_sealed", _l("How tenders are sealed"))
    workspaces.contribute(competitions_to_send, Role.COORDINATOR, Role.DECIDER)
    workspaces.contribute(returned_competitions, Role.COORDINATOR)
    workspaces.contribute(questions_to_answer, Role.COORDINATOR)
    workspaces.contribute(times_that_end, Role.COORDINATOR, Role.DECIDER)
    workspaces.contribute(declarations_due, Role.COORDINATOR, Role.OPENER, Role.EXPERT)
    workspaces.contribute(consents_to_answer, Role.PROVIDER)
    workspaces.contribute(open_invitations, Role.PROVIDER)
