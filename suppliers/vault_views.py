"""Pages of the document vault."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.helpers import send_file

from core import audit, clock
from core.files import service as files
from core.i18n import gettext as _
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from suppliers import queries, vault
from suppliers.forms import DocumentForm
from suppliers.models import DOCUMENT_KIND_TITLES, DOCUMENT_STATE_TITLES, Document, DocumentKind, Supplier
from suppliers.policy import Permission
from suppliers.views import bp, own_supplier

#: A document that ends this soon is marked on the page.
SOON = timedelta(days=30)


@bp.route("/provider/documents", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_ADD, on=own_supplier)
def documents(supplier: Supplier) -> Any:
    """The vault: what is there, what expires, and adding a document."""
    form = DocumentForm()

    def add() -> Document:
        details = vault.DocumentDetails(
            kind=DocumentKind(form.kind.data),
            title=form.title.data,
            issued_on=form.issued_on.data,
            expires_on=form.expires_on.data,
            secret_reason=form.secret_reason.data or "",
        )
        upload = form.file.data
        content = files.read_limited(upload.stream, limit=vault.MAX_SIZE, field="file")
        return vault.add_document(supplier.id, details, content, upload.filename or "", by=mandate())

    if submitted(form, add):
        flash(_("The document is in the vault. You can use it in your applications."), "success")
        return redirect(url_for(".documents"))
    today = clock.helsinki_date(clock.now())
    return (
        render_template(
            "suppliers/documents.html",
            form=form,
            documents=queries.documents_of(supplier.id),
            kinds=DOCUMENT_KIND_TITLES,
            states=DOCUMENT_STATE_TITLES,
            today=today,
            soon=today + SOON,
        ),
        status_of(form),
    )


@bp.post("/provider/documents/<uuid:document_id>/withdraw")
@requires(Permission.DOCUMENT_WITHDRAW, on=queries.document)
def withdraw_document(document: Document) -> Any:
    """Use the document no more in new applications."""
    vault.withdraw_document(document, by=mandate())
    flash(_("The document is withdrawn. It keeps its place in the applications already sent."), "success")
    return redirect(url_for(".documents"))


@bp.get("/documents/<uuid:document_id>")
@requires(Permission.DOCUMENT_READ, on=queries.document)
def document_content(document: Document) -> Response:
    """The file itself; the reading is recorded."""
    if document.file is None:
        abort(404)
    audit.saw("document", document, actor=mandate())
    return send_file(
        BytesIO(files.content_of(document.file)),
        mimetype=document.file.media_type,
        as_attachment=True,
        download_name=document.file.name,
    )


@bp.route("/documents/<uuid:document_id>/remove-forbidden", methods=["GET", "POST"])
@requires(Permission.DOCUMENT_PURGE, on=queries.document)
def purge_document(document: Document) -> Any:
    """Remove forbidden content for good (R67): asked once more before it is done."""
    if request.method == "POST":
        count = vault.purge_document(document, by=mandate())
        flash(_("The forbidden document was removed for good, with every copy: %(count)s.", count=count), "success")
        return redirect(_back(document))
    return render_template("suppliers/document_remove.html", document=document, back=_back(document))


def _back(document: Document) -> str:
    if mandate().supplier_id == document.supplier_id:
        return url_for(".documents")
    return url_for(".supplier_page", supplier_id=document.supplier_id)
