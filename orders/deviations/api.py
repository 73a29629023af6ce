"""Deviations as JSON."""

from __future__ import annotations

from typing import Any

from core import audit, policy
from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.api import api_blueprint, page
from dps.qualification import queries as qualification_queries
from orders import queries as order_queries
from orders.deviations import queries, service
from orders.deviations.models import Deviation
from orders.deviations.policy import Permission
from orders.deviations.schemas import (
    DeviationAnswerIn,
    DeviationCloseIn,
    DeviationConfirmIn,
    DeviationIn,
    DeviationOut,
    DeviationPage,
    DeviationQuery,
    DeviationSteps,
    DeviationWordsIn,
)

blp = api_blueprint("deviations", __name__, "What went wrong, answered and settled")


@blp.get("/deviations")
@requires(Permission.DEVIATION_LIST)
@blp.arguments(DeviationQuery, location="query")
@blp.response(200, DeviationPage)
def list_deviations(query: dict[str, Any]) -> Any:
    """The deviations of the authority, or of the supplier."""
    found = queries.filtered(
        mandate(), state=query["state"], severity=query["severity"], category_id=query["category_id"]
    )
    return page(found, Deviation, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/deviations")
@requires(Permission.DEVIATION_LIST)
@blp.arguments(DeviationIn)
@blp.response(201, DeviationOut)
def open_deviation(data: dict[str, Any]) -> Any:
    """Open a deviation; a provider reports its own."""
    actor = mandate()
    if data["order_id"]:
        order = order_queries.order(data["order_id"])
        if order is not None:
            is_own = actor.role is Role.PROVIDER
            policy.check(actor, Permission.DEVIATION_REPORT if is_own else Permission.DEVIATION_OPEN, order)
            verb = service.report_own if is_own else service.open_on_order
            return verb(order, data["severity"], data["text"], by=actor)
    elif data["qualification_id"]:
        found = qualification_queries.qualification(data["qualification_id"])
        if found is not None:
            policy.check(actor, Permission.DEVIATION_OPEN_IN_GENERAL)
            return service.open_in_general(found, data["severity"], data["text"], by=actor)
    raise RuleBroken(
        _l("A deviation is about an order or an admission."),
        rule="not-found",
        field="order_id",
        next_step=_l("Check the id."),
    )


@blp.get("/deviations/<uuid:deviation_id>")
@requires(Permission.DEVIATION_READ, on=queries.deviation)
@blp.response(200, DeviationOut)
def show_deviation(deviation: Deviation) -> Any:
    """One deviation."""
    return deviation


@blp.get("/deviations/<uuid:deviation_id>/steps")
@requires(Permission.DEVIATION_READ, on=queries.deviation)
@blp.response(200, DeviationSteps)
def show_steps(deviation: Deviation) -> Any:
    """The steps with their words; who reads them is logged."""
    audit.saw("deviation.words", deviation, actor=mandate())
    rows = queries.steps_of(deviation.id)
    return {"items": [{"action": each.action, "at": each.at, "text": service.words_of(each)} for each in rows]}


@blp.post("/deviations/<uuid:deviation_id>/answer")
@requires(Permission.DEVIATION_ANSWER, on=queries.deviation)
@blp.arguments(DeviationAnswerIn)
@blp.response(200, DeviationOut)
def answer(deviation: Deviation, data: dict[str, Any]) -> Any:
    """The provider answers: it puts it right, or disputes."""
    service.answer(deviation, data["text"], disputes=data["disputes"], by=mandate())
    return deviation


@blp.post("/deviations/<uuid:deviation_id>/correct")
@requires(Permission.DEVIATION_ANSWER, on=queries.deviation)
@blp.arguments(DeviationWordsIn)
@blp.response(200, DeviationOut)
def correct(deviation: Deviation, data: dict[str, Any]) -> Any:
    """The provider tells that it is put right."""
    service.correct(deviation, data["text"], by=mandate())
    return deviation


@blp.post("/deviations/<uuid:deviation_id>/confirm")
@requires(Permission.DEVIATION_SETTLE, on=queries.deviation)
@blp.arguments(DeviationConfirmIn)
@blp.response(200, DeviationOut)
def confirm(deviation: Deviation, data: dict[str, Any]) -> Any:
    """Confirm it after the provider was heard; from now on it counts."""
    service.confirm(deviation, data["severity"], data["text"], by=mandate())
    return deviation


@blp.post("/deviations/<uuid:deviation_id>/withdraw")
@requires(Permission.DEVIATION_WITHDRAW, on=queries.deviation)
@blp.arguments(DeviationWordsIn)
@blp.response(200, DeviationOut)
def withdraw(deviation: Deviation, data: dict[str, Any]) -> Any:
    """Withdraw it; it never counts."""
    service.withdraw(deviation, data["text"], by=mandate())
    return deviation


@blp.post("/deviations/<uuid:deviation_id>/close")
@requires(Permission.DEVIATION_SETTLE, on=queries.deviation)
@blp.arguments(DeviationCloseIn)
@blp.response(200, DeviationOut)
def close(deviation: Deviation, data: dict[str, Any]) -> Any:
    """Say what follows."""
    service.close(deviation, data["consequence"], data["text"], by=mandate())
    return deviation
