"""Flags as JSON."""

from __future__ import annotations

from typing import Any

from core import clock
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from evaluation.watching import queries, service
from evaluation.watching.models import WatchFlag
from evaluation.watching.policy import Permission
from evaluation.watching.schemas import (
    AskedFlagOut,
    AskedFlagPage,
    WatchAnswerIn,
    WatchAskIn,
    WatchCloseIn,
    WatchFlagOut,
    WatchFlagPage,
    WatchLooksOut,
)

blp = api_blueprint("watch-flags", __name__, "Figures that look like gaming, for the coordinator")


@blp.get("/watch-flags")
@requires(Permission.FLAG_LIST)
@blp.arguments(PageQuery, location="query")
@blp.response(200, WatchFlagPage)
def list_flags(query: dict[str, Any]) -> Any:
    """The authority's flags."""
    rows = queries.flags_of(mandate().organisation_id)
    return page(rows, WatchFlag, cursor=query.get("cursor"), limit=query["limit"])


@blp.get("/watch-flags/asked")
@requires(Permission.FLAG_LIST_ASKED)
@blp.arguments(PageQuery, location="query")
@blp.response(200, AskedFlagPage)
def list_asked(query: dict[str, Any]) -> Any:
    """What the provider was asked."""
    rows = queries.flags_asked_of(mandate().organisation_id)
    return page(rows, WatchFlag, cursor=query.get("cursor"), limit=query["limit"])


@blp.post("/watch-flags/look")
@requires(Permission.FLAG_LOOK)
@blp.response(200, WatchLooksOut)
def look() -> Any:
    """Look at the authority's categories now; flags appear when the look is done."""
    key = f"{mandate().person_id}:{clock.now().isoformat(timespec='minutes')}"
    return {"promised": service.promise_looks(mandate().organisation_id, key=key)}


@blp.get("/watch-flags/<uuid:flag_id>")
@requires(Permission.FLAG_READ, on=queries.flag)
@blp.response(200, WatchFlagOut)
def show_flag(flag: WatchFlag) -> Any:
    """One flag with its numbers."""
    return flag


@blp.post("/watch-flags/<uuid:flag_id>/ask")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
@blp.arguments(WatchAskIn)
@blp.response(200, WatchFlagOut)
def ask(flag: WatchFlag, data: dict[str, str]) -> Any:
    """Ask the provider for an explanation."""
    service.ask(flag, data["question"], by=mandate())
    return flag


@blp.post("/watch-flags/<uuid:flag_id>/answer")
@requires(Permission.FLAG_ANSWER, on=queries.flag)
@blp.arguments(WatchAnswerIn)
@blp.response(200, AskedFlagOut)
def answer(flag: WatchFlag, data: dict[str, str]) -> Any:
    """The provider explains."""
    service.answer(flag, data["answer"], by=mandate())
    return flag


@blp.post("/watch-flags/<uuid:flag_id>/explain")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
@blp.arguments(WatchCloseIn)
@blp.response(200, WatchFlagOut)
def explain(flag: WatchFlag, data: dict[str, str]) -> Any:
    """There is an honest explanation: the flag is closed with it."""
    service.explain(flag, data["reason"], by=mandate())
    return flag


@blp.post("/watch-flags/<uuid:flag_id>/act")
@requires(Permission.FLAG_HANDLE, on=queries.flag)
@blp.arguments(WatchCloseIn)
@blp.response(200, WatchFlagOut)
def act(flag: WatchFlag, data: dict[str, str]) -> Any:
    """Something is done about it elsewhere, after the provider was heard."""
    service.act(flag, data["reason"], by=mandate())
    return flag
