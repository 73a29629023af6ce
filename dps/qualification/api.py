"""JSON: applications and qualifications."""

from __future__ import annotations

import uuid
from typing import Any

from core.errors import NotFound, RuleBroken
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.decisions.schemas import DecisionSchema
from dps.qualification import queries, service
from dps.qualification.grounds import GroundFinding
from dps.qualification.models import Application, ApplicationParty, Clarification, Qualification
from dps.qualification.policy import Permission
from dps.qualification.registers import Extract
from dps.qualification.schemas import (
    ApplicationCreateSchema,
    ApplicationPage,
    ApplicationSchema,
    CheckSchema,
    ClarificationAnswerSchema,
    ClarificationCreateSchema,
    ClarificationSchema,
    ClearSchema,
    ExtractCreateSchema,
    ExtractSchema,
    FindingSchema,
    ProposalSchema,
    QualificationPage,
    RecordCreateSchema,
    RecordSchema,
)
from dps.systems import queries as systems
from dps.systems.models import Requirement
from dps.systems.schemas import ReasonSchema
from suppliers import queries as suppliers
from suppliers.models import Document

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
    enclosures = service.Enclosures(
        documents={code: _documents(ids) for code, ids in data["documents"].items()},
        parties=data["parties"],
        secrets=data["secrets"],
        confirmed=data["confirmed"],
    )
    return service.send_application(category, actor.organisation_id, declaration, data["answers"], enclosures, by=actor)


def _not_found(field: str) -> NotFound:
    return NotFound(_l("There is no such page or record."), rule="not-found", field=field)


def _documents(ids: list[uuid.UUID]) -> list[Document]:
    found = [suppliers.document(each) for each in ids]
    if None in found:
        raise _not_found("documents")
    return [each for each in found if each is not None]


def _requirement(application: Application, wanted: uuid.UUID) -> Requirement:
    found = next((each for each in application.category.requirements if each.id == wanted), None)
    if found is None:
        raise _not_found("requirement_id")
    return found


def _party(application: Application, wanted: uuid.UUID | None) -> ApplicationParty | None:
    found = next((each for each in application.parties if each.id == wanted), None)
    if wanted is not None and found is None:
        raise _not_found("party_id")
    return found


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
    return service.check_requirement(
        application,
        _requirement(application, data["requirement_id"]),
        data["result"],
        data["note"],
        GroundFinding(**data["ground"]) if data["ground"] else None,
        party=_party(application, data["party_id"]),
        by=mandate(),
    )


@bp.post("/applications/<uuid:application_id>/clear-grounds")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
@bp.arguments(ClearSchema)
@bp.response(200, ApplicationSchema)
def clear_grounds(application: Application, data: dict[str, Any]) -> Any:
    """Find that no ground without a finding applies to the applicant or a party, where none was declared."""
    service.clear_grounds(application, _party(application, data["party_id"]), by=mandate())
    return application


@bp.post("/applications/<uuid:application_id>/take")
@requires(Permission.APPLICATION_HANDLE, on=queries.application)
@bp.response(200, ApplicationSchema)
def take(application: Application) -> Any:
    """Take an application that nobody handles."""
    service.take(application, by=mandate())
    return application


@bp.post("/applications/<uuid:application_id>/take-over")
@requires(Permission.APPLICATION_HANDLE, on=queries.application)
@bp.response(200, ApplicationSchema)
def take_over(application: Application) -> Any:
    """Take over a colleague's application."""
    service.take_over(application, by=mandate())
    return application


@bp.post("/applications/<uuid:application_id>/clarifications")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
@bp.arguments(ClarificationCreateSchema)
@bp.response(201, ClarificationSchema)
def ask(application: Application, data: dict[str, Any]) -> Any:
    """Ask the applicant to complete, clarify or replace, or hear it about an exclusion ground."""
    question = service.Question(
        kind=data["kind"],
        requirements=[_requirement(application, each) for each in data["requirement_ids"]],
        party=_party(application, data["party_id"]),
        text=data["question"],
        due_on=data["due_on"],
    )
    return service.ask(application, question, by=mandate())


@bp.get("/clarifications/<uuid:clarification_id>")
@requires(Permission.CLARIFICATION_FETCH, on=queries.clarification)
@bp.response(200, ClarificationSchema)
def get_clarification(clarification: Clarification) -> Any:
    """One question."""
    return clarification


@bp.post("/clarifications/<uuid:clarification_id>/answer")
@requires(Permission.CLARIFICATION_ANSWER, on=queries.clarification)
@bp.arguments(ClarificationAnswerSchema)
@bp.response(200, ClarificationSchema)
def answer(clarification: Clarification, data: dict[str, Any]) -> Any:
    """Answer a question in its time."""
    given = service.Answer(
        text=data["answer"],
        documents=_documents(data["document_ids"]),
        replacement=data["replacement"],
        does_without=data["does_without"],
    )
    service.answer(clarification, given, by=mandate())
    return clarification


@bp.post("/applications/<uuid:application_id>/register-extracts")
@requires(Permission.APPLICATION_HANDLE, on=queries.application)
@bp.arguments(ExtractCreateSchema)
@bp.response(201, ExtractSchema)
def record_extract(application: Application, data: dict[str, Any]) -> Any:
    """Note what a register says of the applicant."""
    kind = data.pop("kind")
    return service.record_extract(application, kind, Extract(**data), by=mandate())


@bp.post("/applications/<uuid:application_id>/criminal-record-checks")
@requires(Permission.APPLICATION_HANDLE, on=queries.full_application)
@bp.arguments(RecordCreateSchema)
@bp.response(201, RecordSchema)
def record_criminal_check(application: Application, data: dict[str, Any]) -> Any:
    """Note that an extract was looked at: its day of issue, obstacle or none, and nothing else (R67)."""
    seen = service.RecordCheck(issued_on=data["issued_on"], result=data["result"])
    return service.record_criminal_check(application, seen, party=_party(application, data["party_id"]), by=mandate())


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
