"""JSON: notices."""

from __future__ import annotations

from typing import Any

from core.errors import NotFound
from core.i18n import lazy_gettext as _l
from core.policy import check
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page
from dps.notices import queries, service
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
    """Record that a notice was sent: of an approved or ended system, or of an approved change."""
    field = "change_id" if "change_id" in data else "system_id"
    about: SystemChange | PurchasingSystem | None
    about = systems.change(data[field]) if field == "change_id" else systems.full_system(data[field])
    if about is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field=field)
    check(mandate(), Permission.NOTICE_RECORD, about)
    if isinstance(about, SystemChange):
        return service.record_change_sent(about, data.get("sent_at"), by=mandate())
    verb = service.record_award_sent if about.state is SystemState.ENDED else service.record_sent
    return verb(about, data.get("sent_at"), by=mandate())


@bp.post("/notices/<uuid:notice_id>/publish")
@requires(Permission.NOTICE_RECORD, on=queries.notice)
@bp.arguments(PublishedSchema)
@bp.response(200, NoticeSchema)
def publish(notice: Notice, data: dict[str, Any]) -> Any:
    """Record number and time; what was announced takes effect."""
    service.record_published(notice, data["number"], data["published_at"], by=mandate())
    return notice
