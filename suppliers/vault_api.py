"""The document vault as JSON; a file travels as the body, what it is in the address."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import request
from sqlalchemy import select

from core.files import service as files
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page, page_schema
from suppliers import queries, vault
from suppliers.models import Document, Supplier
from suppliers.policy import Permission
from suppliers.schemas import DocumentIn, DocumentOut
from suppliers.views import own_supplier

bp = api_blueprint("documents", __name__, "The company's vault of documents for its applications.")


@bp.route("/documents")
@requires(Permission.DOCUMENT_ADD, on=own_supplier)
@bp.arguments(PageQuery, location="query")
@bp.response(200, page_schema(DocumentOut, "DocumentPage"))
def list_documents(supplier: Supplier, query: dict[str, Any]) -> Any:
    """The company's own documents."""
    rows = select(Document).where(Document.supplier_id == supplier.id)
    return page(rows, Document, cursor=query.get("cursor"), limit=query["limit"])


@bp.route("/documents", methods=["POST"])
@requires(Permission.DOCUMENT_ADD, on=own_supplier)
@bp.arguments(DocumentIn, location="query")
@bp.response(201, DocumentOut)
def add_document(supplier: Supplier, data: dict[str, Any]) -> Any:
    """Add a document, sent as the body; an extract from the criminal record is refused (R67)."""
    file_name = data.pop("file_name")
    content = files.read_limited(BytesIO(request.get_data()), limit=vault.MAX_SIZE, field="file")
    return vault.add_document(supplier.id, vault.DocumentDetails(**data), content, file_name, by=mandate())


@bp.route("/documents/<uuid:document_id>")
@requires(Permission.DOCUMENT_READ, on=queries.document)
@bp.response(200, DocumentOut)
def show_document(document: Document) -> Any:
    """What a document is; its content is at ``/documents/ID``."""
    return document


@bp.route("/documents/<uuid:document_id>/withdraw", methods=["POST"])
@requires(Permission.DOCUMENT_WITHDRAW, on=queries.document)
@bp.response(200, DocumentOut)
def withdraw_document(document: Document) -> Any:
    """Use the document no more in new applications."""
    vault.withdraw_document(document, by=mandate())
    return document


@bp.route("/documents/<uuid:document_id>/purge", methods=["POST"])
@requires(Permission.DOCUMENT_PURGE, on=queries.document)
@bp.response(200, DocumentOut)
def purge_document(document: Document) -> Any:
    """Remove forbidden content with every copy (R67)."""
    vault.purge_document(document, by=mandate())
    return document
