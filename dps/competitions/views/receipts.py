"""The public page where anybody who has a receipt can check it (R51, R88)."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from core.errors import NotFound
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.web.access import current_mandate, public
from core.web.submitting import status_of
from dps.competitions import sealing, tender_queries
from dps.competitions.forms.tendering import CopyForm, ReceiptForm
from dps.competitions.models import RECEIPT_KIND_TITLES, Receipt

bp = Blueprint("receipts", __name__)


@bp.get("/receipts")
@public
def check() -> Any:
    """Ask for a receipt by its number."""
    form = ReceiptForm(request.args, meta={"csrf": False})
    if request.args and form.validate():
        return redirect(url_for(".receipt", number=(form.number.data or "").strip()))
    return render_template("competitions/receipts.html", form=form)


def _home_of(receipt: Receipt) -> str | None:
    """The way back for the tenderer itself; to others a receipt does not say of which competition it is (I3)."""
    actor, tender = current_mandate(), receipt.tender
    if actor is None or actor.supplier_id is None:
        return None
    if tender.supplier_mark != sealing.supplier_mark(tender.competition_id, actor.supplier_id):
        return None
    return url_for("invited.own_competition", competition_id=tender.competition_id)


@bp.route("/receipts/<number>", methods=["GET", "POST"])
@public
def receipt(number: str) -> Any:
    """Time, hash and signature of a receipt; a copy of the tender can be compared with it."""
    found = tender_queries.receipt(number)
    if found is None:
        raise NotFound(_l("There is no receipt with this number."), rule="not-found", next_step=_l("Check the number."))
    form = CopyForm()
    is_same = None
    if form.validate_on_submit():
        content = files.read_limited(form.copy.data.stream, limit=files.MEGABYTE, field="copy")
        is_same = hashlib.sha256(content).hexdigest() == found.content_sha256
    return render_template(
        "competitions/receipt.html",
        receipt=found,
        kind=RECEIPT_KIND_TITLES[found.kind],
        is_genuine=sealing.receipt_is_genuine(found),
        signed_text=sealing.receipt_text(found).decode(),
        signature=found.signature.hex(),
        verify_key=bytes(sealing.verify_key()).hex(),
        form=form,
        is_same=is_same,
        home=_home_of(found),
    ), (status_of(form) if is_same is None else 200)
