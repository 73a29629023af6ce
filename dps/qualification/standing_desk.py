"""What admissions put on the desks, in the bar and in the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from flask import url_for

from core import clock
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.mandates import Mandate
from core.identity.models import Role
from core.web import nav, workspaces
from core.web.desk import Act
from dps.qualification import admissions, standing_api
from dps.qualification.models import MATTER_KIND_TITLES, Qualification
from dps.qualification.standing_words import due_chip, last_day


def _href(qualification: Qualification) -> str:
    return url_for("qualification.admission", qualification_id=qualification.id)


def renewals_to_review(mandate: Mandate, today: date) -> Iterator[Act]:
    """Renewed declarations that came, and those that did not come in time."""
    for request in admissions.renewals_to_review(mandate.organisation_id):
        name = request.qualification.supplier.name
        came = request.answered_at is not None
        yield Act(
            title=_("Check the renewed declaration: %(supplier)s", supplier=name)
            if came
            else _("No renewed declaration came: %(supplier)s", supplier=name),
            href=_href(request.qualification),
            due_on=clock.helsinki_date(request.answered_at or request.due_at),
            text=localized(request.qualification.category, "name"),
            button_label=_("Check"),
            aria_label=_("Check the renewed declaration of %(supplier)s", supplier=name),
        )


def matters_to_prepare(mandate: Mandate, today: date) -> Iterator[Act]:
    """Requests of providers and heard matters that wait for a proposal."""
    for matter in admissions.matters_to_prepare(mandate.organisation_id):
        name = matter.qualification.supplier.name
        since = matter.answered_at or matter.due_at or matter.opened_at
        yield Act(
            title=_("%(matter)s: %(supplier)s", matter=MATTER_KIND_TITLES[matter.kind], supplier=name),
            href=_href(matter.qualification),
            due_on=clock.add_working_days(clock.helsinki_date(since), 5, clock.authority_days),
            text=localized(matter.qualification.category, "name"),
            button_label=_("Prepare the decision"),
            aria_label=_("Prepare the decision about %(supplier)s", supplier=name),
        )


def renewals_asked(mandate: Mandate, today: date) -> Iterator[Act]:
    """Renewed declarations that the provider has to give."""
    if mandate.supplier_id is None:
        return
    for request in admissions.renewals_asked_of(mandate.supplier_id):
        yield Act(
            title=_("Renew your self-declaration: %(name)s", name=localized(request.qualification.category, "name")),
            href=url_for("qualification.own_admission", qualification_id=request.qualification_id),
            due_on=last_day(request.due_at),
            text=request.reason,
            due=due_chip(request, today),
            button_label=_("Write the answer"),
            aria_label=_("Renew the self-declaration"),
        )


def hearings_to_answer(mandate: Mandate, today: date) -> Iterator[Act]:
    """Hearings that the provider can answer."""
    if mandate.supplier_id is None:
        return
    for matter in admissions.hearings_of(mandate.supplier_id):
        assert matter.due_at is not None
        yield Act(
            title=_("You are heard: %(name)s", name=localized(matter.qualification.category, "name")),
            href=url_for("qualification.own_admission", qualification_id=matter.qualification_id),
            due_on=last_day(matter.due_at),
            text=matter.reason,
            due=due_chip(matter, today),
            button_label=_("Write the answer"),
            aria_label=_("Answer the hearing"),
        )


def init_app(register_api: Callable[[Any], None]) -> None:
    register_api(standing_api.bp)
    nav.add("qualification.admitted", _l("Admissions"), Role.COORDINATOR, Role.DECIDER, order=25)
    nav.add("qualification.own_admissions", _l("Admissions"), Role.PROVIDER, order=25)
    workspaces.contribute(renewals_to_review, Role.COORDINATOR)
    workspaces.contribute(matters_to_prepare, Role.COORDINATOR)
    workspaces.contribute(renewals_asked, Role.PROVIDER)
    workspaces.contribute(hearings_to_answer, Role.PROVIDER)
