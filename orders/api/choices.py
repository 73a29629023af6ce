"""The customer's answer as JSON, for a kiosk or a city's own application: the link's token is the credential."""

from __future__ import annotations

from typing import Any

from core.web.access import public
from core.web.api import api_blueprint
from orders import service
from orders.schemas import AnswerIn, AnswerOut

blp = api_blueprint("choices", __name__, "What customers chose")


@blp.post("/choices/answer")
@public
@blp.arguments(AnswerIn)
@blp.response(201, AnswerOut)
def answer(data: dict[str, Any]) -> Any:
    """Answer once; a chosen service is ordered at once where seat and money are free."""
    choice, order = service.answer_choice(
        data["token"], data["answer"], option=data["option"], language=data["language"]
    )
    return {"answer": choice.answer, "answered_at": choice.answered_at, "is_ordered": order is not None}
