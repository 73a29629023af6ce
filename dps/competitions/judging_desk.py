"""What of judging, deciding and publicity stands on desks and on the pages of a competition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from flask import Flask, url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import workspaces
from core.web.desk import Act
from core.web.formatting import deadline, moment
from dps.competitions import parts, policy
from dps.competitions import queries_judging as judged
from dps.competitions.api import judging as judging_api
from dps.competitions.api import publicity as publicity_api
from dps.competitions.models import REQUEST_KIND_TITLES, Competition, CompetitionState
from dps.competitions.parts import Part
from dps.competitions.policy import COMMITTEE_ROLES
from dps.competitions.publicity import Kind
from dps.competitions.service import judging as verbs
from dps.competitions.service import publishing
from dps.competitions.views import answering, judging, publicity


def competitions_to_judge(mandate: Mandate, today: date) -> Iterator[Act]:
    """Opened tenders that this evaluator has not finished scoring."""
    for each in judged.competitions_to_judge(mandate.person_id, mandate.organisation_id):
        name = localized(each, "name")
        yield Act(
            title=_("Judge the tenders: %(name)s", name=name),
            href=url_for("judging.overview", competition_id=each.id),
            due_on=today,
            text=_("Opened %(time)s", time=moment(each.opened_at)),
            button_label=_("Judge"),
            aria_label=_("Judge the tenders: %(name)s", name=name),
        )


def requests_to_conclude(mandate: Mandate, today: date) -> Iterator[Act]:
    """Answers of tenderers, and requests whose time has ended."""
    for row in judged.requests_to_conclude(mandate.person_id):
        assert row.tender.supplier is not None
        supplier = row.tender.supplier.name
        title = (
            _("An answer has come: %(supplier)s", supplier=supplier)
            if row.answered_at
            else _("No answer in time: %(supplier)s", supplier=supplier)
        )
        yield Act(
            title=title,
            href=url_for("judging.conclude", tender_request_id=row.id),
            due_on=today,
            text=str(REQUEST_KIND_TITLES[row.kind]),
            button_label=_("Conclude"),
            aria_label=_("Conclude the request to %(supplier)s", supplier=supplier),
        )


def competitions_to_decide(mandate: Mandate, today: date) -> Iterator[Act]:
    """Scored by everybody: the joint points and the decision are next."""
    for each in judged.competitions_to_decide(mandate.organisation_id):
        name = localized(each, "name")
        yield Act(
            title=_("Prepare the decision: %(name)s", name=name),
            href=url_for("judging.overview", competition_id=each.id),
            due_on=today,
            text=_("Everybody has finished scoring."),
            button_label=_("Open"),
            aria_label=_("Prepare the decision: %(name)s", name=name),
        )


def secrets_to_decide(mandate: Mandate, today: date) -> Iterator[Act]:
    """Marked business secrets nobody has decided on (R86)."""
    for each in judged.competitions_with_secrets(mandate):
        name = localized(each, "name")
        yield Act(
            title=_("Decide on marked business secrets: %(name)s", name=name),
            href=url_for("disclosures.register", competition_id=each.id),
            due_on=today,
            button_label=_("Decide"),
            aria_label=_("Decide on marked business secrets: %(name)s", name=name),
        )


def document_requests(mandate: Mandate, today: date) -> Iterator[Act]:
    """Requests for documents, by the end of their two weeks (R87)."""
    for row in judged.unanswered_document_requests(mandate.organisation_id):
        asks_decision = row.state == "decision_asked"
        if asks_decision is not (mandate.role is Role.DECIDER):
            continue
        endpoint = "disclosures.decide_document" if asks_decision else "disclosures.answer_document"
        name = localized(row.competition, "name")
        yield Act(
            title=_("Decide formally on a request for documents: %(name)s", name=name)
            if asks_decision
            else _("Answer a request for documents: %(name)s", name=name),
            href=url_for(endpoint, document_request_id=row.id),
            due_on=publishing.due_on(row),
            text=row.text[:140],
            button_label=_("Write the answer"),
            aria_label=_("Answer a request for documents: %(name)s", name=name),
        )


def questions_to_tenderers(mandate: Mandate, today: date) -> Iterator[Act]:
    """What a tenderer is asked about its tender, by the end of its time."""
    for row in judged.questions_to_supplier(mandate.organisation_id):
        name = localized(row.tender.competition, "name")
        yield Act(
            title=_("%(kind)s: %(competition)s", kind=REQUEST_KIND_TITLES[row.kind], competition=name),
            href=url_for("answers.answer", tender_request_id=row.id),
            due_on=clock.helsinki_date(row.due_at - timedelta(seconds=1)),
            text=_("Answer by %(time)s", time=deadline(row.due_at)),
            button_label=_("Write the answer"),
            aria_label=_("Answer: %(category)s", category=name),
        )


# ---- sections of other pages ----


def working_part(competition: Competition, mandate: Mandate | None) -> Part | None:
    """On the staff's page: the way to judging, to the decision, to cancelling."""
    assert mandate is not None
    if competition.sent_at is None:
        return None
    may_read = policy.may_read_tenders(mandate, competition)
    is_live = competition.state in (CompetitionState.SENT, CompetitionState.OPENED)
    coordinates = policy.RULES[policy.Permission.CANCELLATION_PREPARE](mandate, competition)
    waits = verbs.decision_waits(competition)
    may_cancel = is_live and not waits and coordinates
    if not (may_read or may_cancel or waits):
        return None
    values = {"may_read": may_read, "may_cancel": may_cancel, "waits": waits}
    return Part("competitions/_judging_part.html", values)


def invited_part(competition: Competition, mandate: Mandate | None) -> Part | None:
    """On the invited provider's page: the way to the tenders, for a party."""
    if mandate is None or not policy.is_party(mandate, competition):
        return None
    return Part("competitions/_party_part.html", {})


def public_part(competition: Competition, mandate: Mandate | None) -> Part | None:
    """On the public page: the way to decision and tenders."""
    if not publishing.sees(Kind.DECISION, competition, None):
        return None
    return Part("competitions/_outcome_part.html", {"phase": publishing.phase_of(competition).name.lower()})


def init_app(app: Flask, register_api: Callable[[Any], None]) -> None:
    for pages in (judging, answering, publicity):
        app.register_blueprint(pages.bp)
    register_api(judging_api.bp)
    register_api(publicity_api.bp)
    parts.add_working("judging", working_part)
    parts.add_invited("judging", invited_part)
    parts.add_public("judging", public_part)
    workspaces.contribute(competitions_to_judge, *COMMITTEE_ROLES)
    workspaces.contribute(requests_to_conclude, *COMMITTEE_ROLES)
    workspaces.contribute(competitions_to_decide, Role.COORDINATOR)
    workspaces.contribute(secrets_to_decide, Role.COORDINATOR)
    workspaces.contribute(document_requests, Role.COORDINATOR, Role.DECIDER)
    workspaces.contribute(questions_to_tenderers, Role.PROVIDER)
