"""Suppliers, declarations and acting rights as JSON; the same verbs as the pages."""

from __future__ import annotations

from typing import Any

from flask import request
from sqlalchemy import false, select

from core.errors import RuleBroken
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.api import PageQuery, api_blueprint, page, page_schema
from suppliers import espd, queries, service
from suppliers.models import ActingRight, ActingRightState, Declaration, Supplier
from suppliers.policy import Permission
from suppliers.schemas import (
    ActingRightOut,
    ContactsIn,
    DeclarationIn,
    DeclarationOut,
    NoteIn,
    RegistrationIn,
    RegistrationOut,
    SupplierOut,
)
from suppliers.views import own_supplier

bp = api_blueprint("suppliers", __name__, "Registered economic operators and their self-declarations.")


@bp.route("/suppliers")
@requires(Permission.SUPPLIER_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, page_schema(SupplierOut, "SupplierPage"))
def list_suppliers(query: dict[str, Any], **words: Any) -> Any:
    """Officials see all, a provider its own company."""
    rows = select(Supplier)
    if mandate().role is Role.PROVIDER:
        rows = rows.where(Supplier.id == mandate().organisation_id)
    return page(rows, Supplier, cursor=query.get("cursor"), limit=query["limit"])


@bp.route("/suppliers", methods=["POST"])
@requires(Permission.SUPPLIER_REGISTER)
@bp.arguments(RegistrationIn)
@bp.response(201, RegistrationOut)
def register_supplier(data: dict[str, Any]) -> Any:
    """Register a further company, or claim one; an official verifies that the caller may act for it."""
    basis = data.pop("basis")
    done = service.register(service.CompanyDetails(**data), basis=basis, by_person=people.person(mandate().person_id))
    return {"supplier": done.supplier, "acting_right": done.right, "is_claim": done.right.is_claim}


@bp.route("/suppliers/<uuid:supplier_id>")
@requires(Permission.SUPPLIER_READ, on=queries.supplier)
@bp.response(200, SupplierOut)
def show_supplier(supplier: Supplier) -> Any:
    """One supplier."""
    return supplier


@bp.route("/suppliers/<uuid:supplier_id>", methods=["PUT"])
@requires(Permission.SUPPLIER_MANAGE, on=queries.supplier)
@bp.arguments(ContactsIn)
@bp.response(200, SupplierOut)
def change_supplier(supplier: Supplier, data: dict[str, Any]) -> Any:
    """Change where the company is reached."""
    service.change_contacts(supplier, **data, by=mandate())
    return supplier


@bp.route("/declarations")
@requires(Permission.DECLARATION_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, page_schema(DeclarationOut, "DeclarationPage"))
def list_declarations(query: dict[str, Any], **words: Any) -> Any:
    """The company's own declarations."""
    rows = select(Declaration).where(Declaration.supplier_id == mandate().organisation_id)
    return page(rows, Declaration, cursor=query.get("cursor"), limit=query["limit"])


@bp.route("/declarations", methods=["POST"])
@requires(Permission.DECLARATION_MAKE, on=own_supplier)
@bp.arguments(DeclarationIn)
@bp.response(201, DeclarationOut)
def save_declaration(supplier: Supplier, data: dict[str, Any]) -> Any:
    """Save the draft of the self-declaration."""
    return service.save_draft(supplier.id, data["answers"], by=mandate())


@bp.route("/declarations/import", methods=["POST"])
@requires(Permission.DECLARATION_MAKE, on=own_supplier)
@bp.response(201, DeclarationOut)
def import_declaration(supplier: Supplier) -> Any:
    """Make the draft from an ESPD Response, sent as the body (``application/xml``)."""
    content = request.get_data()
    if not content:
        raise RuleBroken(_l("The file is empty."), rule="file-empty", field=espd.FIELD)
    return service.import_espd(supplier.id, content, "espd.xml", by=mandate())


@bp.route("/declarations/<uuid:declaration_id>")
@requires(Permission.DECLARATION_READ, on=queries.declaration)
@bp.response(200, DeclarationOut)
def show_declaration(declaration: Declaration) -> Any:
    """One declaration."""
    return declaration


@bp.route("/declarations/<uuid:declaration_id>/confirm", methods=["POST"])
@requires(Permission.DECLARATION_MAKE, on=queries.declaration)
@bp.response(200, DeclarationOut)
def confirm_declaration(declaration: Declaration) -> Any:
    """Confirm that every answer is true and up to date."""
    service.confirm(declaration, by=mandate())
    return declaration


@bp.route("/acting-rights")
@requires(Permission.ACTING_RIGHT_LIST)
@bp.arguments(PageQuery, location="query")
@bp.response(200, page_schema(ActingRightOut, "ActingRightPage"))
def list_acting_rights(query: dict[str, Any], **words: Any) -> Any:
    """Coordinators see those to be verified, a provider those of its company."""
    rows = select(ActingRight)
    if mandate().role is Role.COORDINATOR:
        rows = rows.where(ActingRight.state == ActingRightState.PENDING)
    elif mandate().role is Role.PROVIDER:
        rows = rows.where(ActingRight.supplier_id == mandate().organisation_id)
    else:
        rows = rows.where(false())
    return page(rows, ActingRight, cursor=query.get("cursor"), limit=query["limit"])


@bp.route("/acting-rights/<uuid:right_id>/verify", methods=["POST"])
@requires(Permission.ACTING_RIGHT_VERIFY, on=queries.acting_right)
@bp.arguments(NoteIn)
@bp.response(200, ActingRightOut)
def verify_acting_right(right: ActingRight, data: dict[str, Any]) -> Any:
    """Verify that the person may act for the supplier."""
    service.verify_right(right, data["note"], by=mandate())
    return right


@bp.route("/acting-rights/<uuid:right_id>/refuse", methods=["POST"])
@requires(Permission.ACTING_RIGHT_VERIFY, on=queries.acting_right)
@bp.arguments(NoteIn)
@bp.response(200, ActingRightOut)
def refuse_acting_right(right: ActingRight, data: dict[str, Any]) -> Any:
    """Say that the right could not be verified."""
    service.refuse_right(right, data["note"], by=mandate())
    return right
