"""What follows the opening in words: tags of requests and of requests for documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.i18n import gettext as _
from core.i18n import localized
from dps.competitions.models import (
    DOCUMENT_REQUEST_STATE_TITLES,
    TENDER_REQUEST_STATE_TITLES,
    Competition,
    DocumentRequest,
    DocumentRequestState,
    Tender,
    TenderRequest,
    TenderRequestState,
)

_REQUESTS = {
    TenderRequestState.ASKED: "waiting",
    TenderRequestState.ANSWERED: "warn",
    TenderRequestState.CONCLUDED: "ok",
}

_DOCUMENT_REQUESTS = {
    DocumentRequestState.ASKED: "warn",
    DocumentRequestState.GIVEN: "ok",
    DocumentRequestState.REFUSED: "stop",
    DocumentRequestState.DECISION_ASKED: "warn",
    DocumentRequestState.DECIDED: "ok",
}


def request_tag(row: TenderRequest, now: datetime) -> tuple[str, Any]:
    """The state as it is now: that the time has ended follows from the clock."""
    if row.state is TenderRequestState.ASKED and now >= row.due_at:
        return "warn", _("No answer in time")
    return _REQUESTS[row.state], TENDER_REQUEST_STATE_TITLES[row.state]


def document_tag(row: DocumentRequest) -> tuple[str, Any]:
    return _DOCUMENT_REQUESTS[row.state], DOCUMENT_REQUEST_STATE_TITLES[row.state]


def field_words(tender: Tender, field: str) -> str:
    """What a mark is on: the question of a lot, or a file."""
    kind, _colon, rest = field.partition(":")
    if kind == "file":
        files = {each["id"]: each["name"] for each in (tender.content or {}).get("files", [])}
        return _("File %(name)s", name=files.get(rest, rest))
    lot, _colon, code = rest.partition(":")
    return _("%(question)s, lot %(lot)s", question=question_words(tender.competition, code), lot=lot)


def question_words(competition: Competition, code: str) -> str:
    criterion = next((each for each in competition.criteria if each.code == code), None)
    return localized(criterion, "text") if criterion else code
