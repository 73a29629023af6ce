"""JSON: applications and qualifications."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound, RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.decisions.schemas import DecisionSchema
from dps.qualification import queries, service
from dps.qualification.models import Application, Qualification
from dps.qualification.policy import Permission
from dps.qualification.schemas import (
    ApplicationCreateSchema,
    ApplicationPage,
    ApplicationSchema,
    CheckSchema,
    FindingSchema,
    ProposalSchema,
    QualificationPage,
)
from dps.systems import queries as systems
from dps.systems.schemas import ReasonSchema
from suppliers import queries as suppliers

bp = api_blueprint("applications", __name__, "Requests to participate, and the admissions in force")


@bp.get("/applications")
@requires(Permission.APPLICATION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, ApplicationPage)
def list_applications(query: dict[str, Any]) -> Any:
    """Those to your authority, or your own."""
    found = queries.browsable_applications(mandate())
    return page(found, Application, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/applications/<uuid:application_id>")
@requires(Permission.APPLICATION_FETCH, on=queries.application)
@bp.response(200, ApplicationSchema)
def get_application(application: Application) -> Any:
    """One application."""
    return application


@bp.post("/applications")
@requires(Permission.APPLICATION_SEND)
@bp.arguments(ApplicationCreateSchema)
@bp.response(201, ApplicationSchema)
def send_application(data: dict[str, Any]) -> Any:
    """Apply to a category on the newest confirmed self-declaration."""
    actor = mandate()
    category = systems.public_category(data["category_id"])
    if category is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="category_id")
    declaration = suppliers.confirmed_declaration(actor.organisation_id)
    if declaration is None:
        raise RuleBroken(
            _l("A confirmed self-declaration is missing."),
            rule="R66",
            next_step=_l("Fill in and confirm the self-declaration first."),
        )
    return service.send_application(category, actor.organisation_id, declaration, data["answers"], by=actor)


@bp.post("/applications/<uuid:application_id>/withdraw")
@requires(Permission.APPLICATION_WITHDRAW, on=queries.application)
@bp.response(200, ApplicationSchema)
def withdraw(application: Application) -> Any:
    """Take the application back."""
    service.withdraw_application(application, by=mandate())
    return application


@bp.post("/applications/<uuid:application_id>/extend")
@requires(Permission.APPLICATION_HANDLE, on=queries.application)
@bp.arguments(ReasonSchema)
@bp.response(200, ApplicationSchema)
def extend(application: Application, data: dict[str, str]) -> Any:
    """Extend the time to 15 working days in total."""
    service.extend(application, data["reason"], by=mandate())
    return application


@bp.post("/applications/<uuid:application_id>/checks")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
@bp.arguments(FindingSchema)
@bp.response(200, CheckSchema)
def check(application: Application, data: dict[str, Any]) -> Any:
    """Write down the finding on one requirement."""
    wanted = data["requirement_id"]
    requirement = next((each for each in application.category.requirements if each.id == wanted), None)
    if requirement is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="requirement_id")
    return service.check_requirement(application, requirement, data["result"], data["note"], by=mandate())


@bp.post("/applications/<uuid:application_id>/propose")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
@bp.arguments(ProposalSchema)
@bp.response(201, DecisionSchema)
def propose(application: Application, data: dict[str, str]) -> Any:
    """Propose the decision that the findings allow."""
    return service.propose(application, data["summary"], by=mandate())


@bp.get("/qualifications")
@requires(Permission.QUALIFICATION_BROWSE)
@bp.arguments(PageQuery, location="query")
@bp.response(200, QualificationPage)
def list_qualifications(query: dict[str, Any]) -> Any:
    """The admissions in force of all published systems."""
    return page(queries.public_qualifications(), Qualification, cursor=query.get("cursor"), limit=query["limit"])
