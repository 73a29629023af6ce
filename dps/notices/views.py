"""Recording what happened to a system's notice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.contracts import queries as contracts
from dps.contracts.models import FrameContract
from dps.decisions import queries as decisions
from dps.decisions.models import Decision
from dps.notices import awards, queries, service
from dps.notices.forms import PublishedForm
from dps.notices.models import NOTICE_KIND_TITLES, Notice, NoticeKind, NoticeState
from dps.notices.policy import Permission
from dps.notices.rules import first_applications_until
from dps.systems import queries as systems
from dps.systems.models import PRICE_UNIT_TITLES, PurchasingSystem, SystemChange, SystemState

bp = Blueprint("notices", __name__)


def finnish_time(value: datetime) -> datetime:
    """What was typed as Finnish time, as an instant."""
    return value.replace(tzinfo=clock.HELSINKI)


def _back(system: PurchasingSystem, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for("systems.show", system_id=system.id))


@bp.post("/procurement/systems/<uuid:system_id>/notice-sent")
@requires(Permission.NOTICE_RECORD, on=systems.full_system)
def sent(system: PurchasingSystem) -> Any:
    """The contract notice, or the award notice of an ended system, was sent for publication."""
    verb = service.record_award_sent if system.state is SystemState.ENDED else service.record_sent
    verb(system, by=mandate())
    return _back(system, _("Recorded: the notice was sent for publication."))


@bp.post("/procurement/system-changes/<uuid:change_id>/notice-sent")
@requires(Permission.NOTICE_RECORD, on=systems.change)
def change_sent(change: SystemChange) -> Any:
    """The notice of a change was sent for publication."""
    service.record_change_sent(change, by=mandate())
    return _back(change.system, _("Recorded: the notice was sent for publication."))


@bp.post("/procurement/contracts/<uuid:contract_id>/award-notice-sent")
@requires(Permission.NOTICE_RECORD, on=contracts.contract)
def contract_sent(contract: FrameContract) -> Any:
    """The award notice of one contract was sent for publication."""
    notice = awards.record_contract_sent(contract, by=mandate())
    return _back(notice.system, _("Recorded: the notice was sent for publication."))


@bp.post("/procurement/systems/<uuid:system_id>/quarter-notice-sent")
@requires(Permission.NOTICE_RECORD, on=systems.full_system)
def quarter_sent(system: PurchasingSystem) -> Any:
    """The contracts of the quarter that the button names were announced together."""
    try:
        quarter = date.fromisoformat(request.form.get("quarter", ""))
    except ValueError:
        raise NotFound(_l("There is no such page or record."), rule="not-found", field="quarter") from None
    awards.record_quarter_sent(system, quarter, by=mandate())
    return _back(system, _("Recorded: the notice was sent for publication."))


@bp.post("/procurement/decisions/<uuid:decision_id>/cancellation-notice-sent")
@requires(Permission.NOTICE_RECORD, on=decisions.decision)
def cancellation_sent(decision: Decision) -> Any:
    """The notice of a cancelled competition was sent for publication."""
    notice = awards.record_cancellation_sent(decision, by=mandate())
    return _back(notice.system, _("Recorded: the notice was sent for publication."))


@bp.get("/procurement/notices/<uuid:notice_id>")
@requires(Permission.NOTICE_READ, on=queries.notice)
def show(notice: Notice) -> Any:
    """What a notice of contracts or of a cancellation says, ready to be copied."""
    if notice.kind not in (NoticeKind.CONTRACT_AWARD_NOTICE, NoticeKind.CANCELLATION_NOTICE):
        return redirect(url_for("systems.show", system_id=notice.system_id))
    return render_template(
        "notices/show.html",
        notice=notice,
        system=notice.system,
        kinds=NOTICE_KIND_TITLES,
        units={kind.value: title for kind, title in PRICE_UNIT_TITLES.items()},
        day=date.fromisoformat,
    )


#: What recording the publication of a notice does: before, on the button, and afterwards.
_WORDS = {
    "opens": (
        _l("The system opens and its public page shows as soon as you record number and time."),
        _l("Record and open the system"),
        _l("The notice is published and the system is open."),
    ),
    "changes": (
        _l("The change takes effect as soon as you record number and time, and the providers are told."),
        _l("Record and put the change in force"),
        _l("The notice is published and the change is in force."),
    ),
    "awards": (
        _l("What the notice announces has been published as soon as you record number and time."),
        _l("Record the publication"),
        _l("The publication of the notice is recorded."),
    ),
    "ends": (
        _l("The end of the system has been announced as soon as you record number and time."),
        _l("Record the publication"),
        _l("The publication of the award notice is recorded."),
    ),
}


def _effect(notice: Notice) -> str:
    if notice.change_id is not None:
        return "changes"
    if notice.kind in (NoticeKind.CONTRACT_AWARD_NOTICE, NoticeKind.CANCELLATION_NOTICE):
        return "awards"
    return "ends" if notice.kind is NoticeKind.AWARD_NOTICE else "opens"


@bp.route("/procurement/notices/<uuid:notice_id>/publication", methods=["GET", "POST"])
@requires(Permission.NOTICE_RECORD, on=queries.notice)
def published(notice: Notice) -> Any:
    """Number and time of the publication; what was announced takes effect."""
    if notice.state is not NoticeState.SENT:
        return redirect(url_for("systems.show", system_id=notice.system_id))
    form = PublishedForm()
    lead, button, done = _WORDS[_effect(notice)]
    if submitted(
        form,
        lambda: service.record_published(notice, form.number.data, finnish_time(form.published_at.data), by=mandate()),
    ):
        return _back(notice.system, str(done))
    return (
        render_template(
            "notices/published.html",
            form=form,
            system=notice.system,
            notice=notice,
            kinds=NOTICE_KIND_TITLES,
            lead=lead,
            button_label=button,
            first_until=first_applications_until(notice.sent_at) if _effect(notice) == "opens" else None,
        ),
        status_of(form),
    )
