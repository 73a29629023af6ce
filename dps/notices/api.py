"""JSON: notices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.policy import check
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.contracts import queries as contracts
from dps.contracts.models import FrameContract
from dps.decisions import queries as decisions
from dps.decisions.models import Decision
from dps.notices import awards, queries, service
from dps.notices.models import Notice
from dps.notices.policy import Permission
from dps.notices.schemas import NoticePage, NoticeSchema, PublishedSchema, SentSchema
from dps.systems import queries as systems
from dps.systems.models import PurchasingSystem, SystemChange, SystemState

bp = api_blueprint("notices", __name__, "Notices about purchasing systems")


@bp.get("/notices")
@requires(Permission.NOTICE_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, NoticePage)
def list_notices(query: dict[str, Any]) -> Any:
    """The notices of your authority."""
    return page(queries.notices_of_authority(mandate()), Notice, cursor=query.get("cursor"), limit=query["limit"])


@bp.get("/notices/<uuid:notice_id>")
@requires(Permission.NOTICE_READ, on=queries.notice)
@bp.response(200, NoticeSchema)
def get_notice(notice: Notice) -> Any:
    """One notice."""
    return notice


@bp.post("/notices")
@requires(Permission.NOTICE_LIST)
@bp.arguments(SentSchema)
@bp.response(201, NoticeSchema)
def record_sent(data: dict[str, Any]) -> Any:
    """Record that a notice was sent: of a system, a change, a contract, the contracts of a quarter, a cancellation."""
    field = next(name for name in _FIND if name in data)
    about = _FIND[field](data[field])
    if about is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field=field)
    check(mandate(), Permission.NOTICE_RECORD, about)
    return _record(about, data)


#: How each thing that a notice can be about is found.
_FIND: dict[str, Callable[[Any], Any]] = {
    "change_id": systems.change,
    "contract_id": contracts.contract,
    "decision_id": decisions.decision,
    "system_id": systems.full_system,
}


def _record(about: SystemChange | PurchasingSystem | FrameContract | Decision, data: dict[str, Any]) -> Notice:
    at, by = data.get("sent_at"), mandate()
    if isinstance(about, SystemChange):
        return service.record_change_sent(about, at, by=by)
    if isinstance(about, FrameContract):
        return awards.record_contract_sent(about, at, by=by)
    if isinstance(about, Decision):
        return awards.record_cancellation_sent(about, at, by=by)
    if "quarter_starts_on" in data:
        return awards.record_quarter_sent(about, data["quarter_starts_on"], at, by=by)
    verb = service.record_award_sent if about.state is SystemState.ENDED else service.record_sent
    return verb(about, at, by=by)


@bp.post("/notices/<uuid:notice_id>/publish")
@requires(Permission.NOTICE_RECORD, on=queries.notice)
@bp.arguments(PublishedSchema)
@bp.response(200, NoticeSchema)
def publish(notice: Notice, data: dict[str, Any]) -> Any:
    """Record number and time; what was announced takes effect."""
    service.record_published(notice, data["number"], data["published_at"], by=mandate())
    return notice
