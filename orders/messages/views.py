"""Pages of messages inside an order, one for each side."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.helpers import send_file

from core import audit
from core.files import service as files
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.contracts import gates
from orders import attachments
from orders import queries as orders
from orders.life import Side
from orders.messages import queries, service
from orders.messages.forms import MessageForm
from orders.messages.models import OrderMessage
from orders.messages.policy import Permission
from orders.models import Order

bp = Blueprint("messages", __name__)


def _may_read(order: Order) -> bool:
    """The provider's people read after their secrecy undertaking (R118)."""
    actor = mandate()
    return service.side_of(actor) is Side.EXPERT or gates.has_undertaken(actor, order.supplier_id, order.authority_id)


def _page(order: Order) -> Any:
    form = MessageForm()
    side = service.side_of(mandate())

    def send() -> OrderMessage:
        upload = form.file.data
        found = None
        if upload:
            content = files.read_limited(upload.stream, limit=attachments.LARGEST, field="file")
            found = (content, upload.filename or "")
        return service.send(order, form.text.data.strip(), by=mandate(), file=found)

    if submitted(form, send):
        flash(_("The message is sent."), "success")
        return redirect(url_for(f".{side}_messages", order_id=order.id))
    may_read = _may_read(order)
    rows = queries.messages_of(order.id) if may_read else []
    if rows:
        audit.saw("order.messages", order, actor=mandate())
    return (
        render_template(
            "messages/messages.html",
            order=order,
            side=side,
            form=form,
            may_read=may_read,
            can_write=may_read and service.may_write(order),
            messages=[(row, service.words(row)) for row in rows],
            unread=sum(row.read_at is None and row.from_side is not side for row in rows),
        ),
        status_of(form),
    )


@bp.route("/expert/orders/<uuid:order_id>/messages", methods=["GET", "POST"])
@requires(Permission.MESSAGE_AS_EXPERT, on=orders.order)
def expert_messages(order: Order) -> Any:
    """The messages of an order, and writing one."""
    return _page(order)


@bp.route("/provider/orders/<uuid:order_id>/messages", methods=["GET", "POST"])
@requires(Permission.MESSAGE_AS_PROVIDER, on=orders.order)
def provider_messages(order: Order) -> Any:
    """The messages of an order, and writing one."""
    return _page(order)


@bp.post("/orders/<uuid:order_id>/messages/read")
@requires(Permission.MESSAGE_TAKE_PART, on=orders.order)
def mark_read(order: Order) -> Any:
    """What the other side has written is read."""
    service.mark_read(order, by=mandate())
    flash(_("The messages are marked as read."), "success")
    return redirect(url_for(f".{service.side_of(mandate())}_messages", order_id=order.id))


@bp.get("/order-messages/<uuid:order_message_id>/file")
@requires(Permission.MESSAGE_TAKE_PART, on=queries.message)
def message_file(message: OrderMessage) -> Response:
    """The file of a message; the reading is recorded."""
    if message.file is None or not _may_read(message.order):
        abort(404)
    audit.saw("order_message.file", message, actor=mandate())
    return send_file(
        BytesIO(files.content_of(message.file)),
        mimetype=message.file.media_type,
        as_attachment=True,
        download_name=message.file.name,
    )
