"""JSON: changes of open systems, questions and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.policy import check
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.systems import content as contents
from dps.systems import editing, queries, service
from dps.systems.api import content_from
from dps.systems.changes_schemas import (
    AnswerCreateSchema,
    ChangeCreateSchema,
    ChangePage,
    ChangeSchema,
    QuestionCreateSchema,
    QuestionPage,
    QuestionSchema,
)
from dps.systems.details import SystemDetails
from dps.systems.models import Category, ChangeKind, PurchasingSystem, Question, QuestionState, SystemChange
from dps.systems.policy import Permission
from dps.systems.schemas import ReasonSchema

changes = api_blueprint("system-changes", __name__, "Changes of open purchasing systems")
questions = api_blueprint("questions", __name__, "Questions about purchasing systems, and their answers")


def _missing(field: str) -> NotFound:
    return NotFound(_l("There is no such page or record."), rule="not-found", field=field)


@changes.get("/system-changes")
@requires(Permission.SYSTEM_BROWSE)
@changes.arguments(PageQuery, location="query")
@changes.response(200, ChangePage)
def list_changes(query: dict[str, Any]) -> Any:
    """Changes in force, and every change of your own authority."""
    return page(queries.browsable_changes(mandate()), SystemChange, cursor=query.get("cursor"), limit=query["limit"])


@changes.get("/system-changes/<uuid:change_id>")
@requires(Permission.CHANGE_FETCH, on=queries.change)
@changes.response(200, ChangeSchema)
def get_change(change: SystemChange) -> Any:
    """One change."""
    return change


def _new_category(data: dict[str, Any], about: Any) -> SystemChange:
    return service.propose_category(about, content_from(data["category"]), data["reason"], by=mandate())


def _category_changed(data: dict[str, Any], about: Any) -> SystemChange:
    content = content_from(data["category"])
    content = replace(content, terms_file_id=contents.content_of(about).terms_file_id)
    return service.propose_category_change(about, data["reason"], content, by=mandate())


def _category_ended(data: dict[str, Any], about: Any) -> SystemChange:
    return service.propose_category_end(about, data["reason"], by=mandate())


def _validity(data: dict[str, Any], about: Any) -> SystemChange:
    return service.propose_validity(about, **data["validity"], reason=data["reason"], by=mandate())


def _facts(data: dict[str, Any], about: Any) -> SystemChange:
    details = replace(contents.read(SystemDetails, about), **data["facts"])
    return service.propose_system_change(about, details, data["reason"], by=mandate())


_BEGIN: dict[ChangeKind, Callable[[dict[str, Any], Any], SystemChange]] = {
    ChangeKind.NEW_CATEGORY: _new_category,
    ChangeKind.CATEGORY_CHANGED: _category_changed,
    ChangeKind.CATEGORY_ENDED: _category_ended,
    ChangeKind.VALIDITY_CHANGED: _validity,
    ChangeKind.SYSTEM_CHANGED: _facts,
}


@changes.post("/system-changes")
@requires(Permission.SYSTEM_CREATE)
@changes.arguments(ChangeCreateSchema)
@changes.response(201, ChangeSchema)
def propose(data: dict[str, Any]) -> Any:
    """Prepare a change; it takes effect when its own notice has been published."""
    field = "category_id" if "category_id" in data else "system_id"
    about: Category | PurchasingSystem | None
    about = queries.category(data[field]) if field == "category_id" else queries.full_system(data[field])
    if about is None:
        raise _missing(field)
    check(mandate(), Permission.SYSTEM_PREPARE, about)
    return _BEGIN[data["kind"]](data, about)


@changes.post("/system-changes/<uuid:change_id>/submit")
@requires(Permission.SYSTEM_PREPARE, on=queries.change)
@changes.response(200, ChangeSchema)
def submit(change: SystemChange) -> Any:
    """Send for approval."""
    service.submit_change(change, by=mandate())
    return change


@changes.post("/system-changes/<uuid:change_id>/approve")
@requires(Permission.SYSTEM_APPROVE, on=queries.change)
@changes.response(200, ChangeSchema)
def approve(change: SystemChange) -> Any:
    """Approve, so that the notice can be sent."""
    service.approve_change(change, by=mandate())
    return change


@changes.post("/system-changes/<uuid:change_id>/return")
@requires(Permission.SYSTEM_APPROVE, on=queries.change)
@changes.arguments(ReasonSchema)
@changes.response(200, ChangeSchema)
def return_change(change: SystemChange, data: dict[str, str]) -> Any:
    """Send back with a reason."""
    service.return_change(change, data["reason"], by=mandate())
    return change


@changes.post("/system-changes/<uuid:change_id>/drop")
@requires(Permission.SYSTEM_PREPARE, on=queries.change)
@changes.arguments(ReasonSchema)
@changes.response(200, ChangeSchema)
def drop(change: SystemChange, data: dict[str, str]) -> Any:
    """Give the change up."""
    service.drop_change(change, data["reason"], by=mandate())
    return change


@questions.get("/questions")
@requires(Permission.SYSTEM_BROWSE)
@questions.arguments(PageQuery, location="query")
@questions.response(200, QuestionPage)
def list_questions(query: dict[str, Any]) -> Any:
    """Answered questions, and every question to your own authority."""
    return page(queries.browsable_questions(mandate()), Question, cursor=query.get("cursor"), limit=query["limit"])


@questions.get("/questions/<uuid:question_id>")
@requires(Permission.QUESTION_FETCH, on=queries.question)
@questions.response(200, QuestionSchema)
def get_question(question: Question) -> Any:
    """One question with its answers."""
    return question


@questions.post("/questions")
@requires(Permission.QUESTION_ASK)
@questions.arguments(QuestionCreateSchema)
@questions.response(201, QuestionSchema)
def ask(data: dict[str, Any]) -> Any:
    """Ask about a published system; nobody is told who asked."""
    system = queries.public_system(data["system_id"])
    if system is None:
        raise _missing("system_id")
    about = editing.category_by_id(system, data["category_id"]) if data["category_id"] else None
    if data["category_id"] and about is None:
        raise _missing("category_id")
    return service.ask(system, about, data["text"], by=mandate())


@questions.post("/questions/<uuid:question_id>/answer")
@requires(Permission.QUESTION_ANSWER, on=queries.question)
@questions.arguments(AnswerCreateSchema)
@questions.response(200, QuestionSchema)
def answer(question: Question, data: dict[str, str]) -> Any:
    """Publish the answer; once there is one, a corrected answer that points to it."""
    texts = service.AnswerTexts(data["text_fi"], data["text_sv"], data["text_en"])
    verb = service.correct if question.state is QuestionState.ANSWERED else service.answer
    verb(question, texts, by=mandate())
    return question
