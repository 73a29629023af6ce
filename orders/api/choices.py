"""The customer's choice as JSON, for a kiosk or a city's own application: the link's token is the credential."""

from __future__ import annotations

from typing import Any

from core import audit
from core.sealing import unseal
from core.web.access import mandate, public, requires
from core.web.api import api_blueprint
from orders import links, queries, search, service
from orders.models import CustomerQuestion, Need
from orders.policy import Permission
from orders.schemas import AnswerIn, AnswerOut, ChoiceOut
from orders.schemas_choices import CustomerQuestionIn, CustomerQuestionKept, CustomerQuestions, OptionsOut, TokenIn
from orders.service.choices import (
    Picked,
    ask_expert,
    handle_question,
    offer_again,
    question_purpose,
    shown_hits,
    usable,
)

blp = api_blueprint("choices", __name__, "What customers chose")


@blp.post("/choices/options")
@public
@blp.arguments(TokenIn)
@blp.response(200, OptionsOut)
def options(data: dict[str, Any]) -> Any:
    """What the customer may choose now, in the drawn order; ``everything`` shows all that fit. Changes nothing."""
    choice = usable(data["token"])
    hits, fitting = shown_hits(choice, everything=data["everything"])
    return {
        "expires_at": choice.expires_at,
        "is_pointed_out": choice.is_pointed_out,
        "filters": choice.filters,
        "fitting": fitting,
        "options": search.shown(choice.need, hits[data["first"] : data["first"] + data["limit"]]),
    }


@blp.post("/choices/answer")
@public
@blp.arguments(AnswerIn)
@blp.response(201, AnswerOut)
def answer(data: dict[str, Any]) -> Any:
    """Answer once; a chosen service is ordered at once where seat and money are free."""
    picked = Picked(data["offering_id"], data["start_id"]) if data["offering_id"] and data["start_id"] else None
    choice, order = service.answer_choice(
        data["token"],
        data["answer"],
        option=data["option"],
        picked=picked,
        reasons=data["reasons"],
        language=data["language"],
    )
    return {"answer": choice.answer, "answered_at": choice.answered_at, "is_ordered": order is not None}


@blp.post("/choices/ask")
@public
@blp.arguments(CustomerQuestionIn)
@blp.response(201, CustomerQuestionKept)
def ask(data: dict[str, Any]) -> Any:
    """Ask the expert; the link is not used up."""
    return ask_expert(data["token"], data["text"], language=data["language"])


@blp.post("/needs/<uuid:need_id>/choice-again")
@requires(Permission.NEED_CHANGE, on=queries.need)
@blp.response(201, ChoiceOut)
def choice_again(need: Need) -> Any:
    """A new link after a refusal, by the filters of the last one; for a city that sends the link itself."""
    made = offer_again(need, by=mandate())
    return {
        "id": made.choice.id,
        "url": links.address("choose", made.token),
        "expires_at": made.choice.expires_at,
    }


def _opened(question: CustomerQuestion) -> dict[str, Any]:
    audit.saw("customer_question.text", question, actor=mandate())
    words = unseal(question.sealed_text, question_purpose(question.id)).decode() if question.sealed_text else None
    return {
        "id": question.id,
        "asked_at": question.asked_at,
        "handled_at": question.handled_at,
        "language": question.language,
        "text": words,
    }


@blp.get("/needs/<uuid:need_id>/questions")
@requires(Permission.NEED_READ, on=queries.need)
@blp.response(200, CustomerQuestions)
def questions(need: Need) -> Any:
    """What the customer asked; who reads it is logged."""
    return {"items": [_opened(each) for each in queries.questions_of(need.id)]}


@blp.post("/customer-questions/<uuid:customer_question_id>/handle")
@requires(Permission.NEED_CHANGE, on=queries.customer_question)
@blp.response(200, CustomerQuestionKept)
def handle(question: CustomerQuestion) -> Any:
    """The customer has been answered."""
    handle_question(question, by=mandate())
    return question
