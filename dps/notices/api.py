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
    """Record that the contract notice of an approved system was sent."""
    system = systems.system(data["system_id"])
    if system is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="system_id")
    check(mandate(), Permission.NOTICE_RECORD, system)
    return service.record_sent(system, data.get("sent_at"), by=mandate())


@bp.post("/notices/<uuid:notice_id>/publish")
@requires(Permission.NOTICE_RECORD, on=queries.notice)
@bp.arguments(PublishedSchema)
@bp.response(200, NoticeSchema)
def publish(notice: Notice, data: dict[str, Any]) -> Any:
    """Record number and time; the system opens."""
    service.record_published(notice, data["number"], data["published_at"], by=mandate())
    return notice
