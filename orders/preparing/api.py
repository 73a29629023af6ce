"""Preparations as JSON: a city's own system may invite, and a customer's application may answer."""

from __future__ import annotations

from typing import Any

from core import audit
from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, public, requires
from core.web.api import PageQuery, api_blueprint, page
from orders import links
from orders.preparing import queries, service
from orders.preparing.models import PreparedAnswers
from orders.preparing.policy import Permission
from orders.preparing.schemas import (
    AnswersSavedOut,
    InvitedOut,
    InviteIn,
    PreparedAnswersOut,
    PreparedPage,
    PrepareIn,
)

blp = api_blueprint("preparations", __name__, "What customers write before the meeting")


@blp.get("/preparations")
@requires(Permission.PREPARE_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, PreparedPage)
def list_preparations(query: dict[str, Any]) -> Any:
    """The expert's own invitations."""
    return page(queries.prepared_by(mandate()), PreparedAnswers, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/preparations")
@requires(Permission.PREPARE_INVITE)
@blp.arguments(InviteIn)
@blp.response(201, InvitedOut)
def invite(data: dict[str, Any]) -> Any:
    """Make the customer's link."""
    made = service.invite(data["customer_reference"], data["meeting_on"], by=mandate())
    url = links.address("prepare", made.token)
    return {"id": made.prepared.id, "url": url, "expires_at": made.prepared.expires_at}


@blp.get("/preparations/<uuid:prepared_id>/answers")
@requires(Permission.PREPARE_READ, on=queries.prepared)
@blp.response(200, PreparedAnswersOut)
def answers(prepared: PreparedAnswers) -> Any:
    """What the customer answered; who reads it is logged."""
    found = service.opened(prepared)
    if found is None:
        raise NotFound(_l("The customer has not answered, or the answers are erased."), rule="not-found")
    audit.saw("prepared_answers.answers", prepared, actor=mandate())
    return found


@blp.post("/preparations/save")
@public
@blp.arguments(PrepareIn)
@blp.response(201, AnswersSavedOut)
def save(data: dict[str, Any]) -> Any:
    """Keep the customer's answers; they can be changed until the meeting."""
    token, language = data.pop("token"), data.pop("language")
    return service.save(token, service.Answers(**data), language=language)
