"""Pages of the company: registering, who acts, contacts, self-declaration; and the official's check of who acts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user

from core import audit, clock
from core.i18n import gettext as _
from core.web.access import mandate, public, requires
from core.web.submitting import status_of, submitted
from suppliers import espd, queries, rules, service
from suppliers.criteria import ALL, EXCLUSION, SELECTION
from suppliers.forms import (
    CompanyForm,
    ContactForm,
    ImportForm,
    NoteForm,
    RegisterForm,
    answers_of,
    declaration_form,
)
from suppliers.models import CERTIFICATE_KINDS, DOCUMENT_KIND_TITLES, ActingRight, IdentifierScheme, Supplier
from suppliers.policy import Permission

bp = Blueprint("suppliers", __name__)


def own_supplier() -> Supplier | None:
    """The supplier the visitor acts for; providers have one, others none."""
    actor = g.mandate
    return queries.supplier(actor.supplier_id) if actor and actor.supplier_id else None


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Any:
    """Register a company; with an account of one's own if one has not logged in."""
    if current_user.is_authenticated and current_user.waits_for_second_factor:
        return redirect(url_for("identity.second_factor"))
    person = current_user.person if current_user.is_authenticated else None
    form = CompanyForm() if person else RegisterForm()

    def do() -> service.Registration:
        return service.register(
            service.CompanyDetails(
                scheme=IdentifierScheme(form.scheme.data),
                country=form.country.data,
                number=form.number.data,
                name=form.name.data,
                street=form.street.data,
                postal_code=form.postal_code.data,
                city=form.city.data,
                language=form.language.data,
                is_sole_trader=form.is_sole_trader.data,
            ),
            basis=form.basis.data,
            person_name="" if person else form.person_name.data,
            person_email="" if person else form.person_email.data,
            by_person=person,
        )

    if done := submitted(form, do):
        kind = "claim" if done.right.is_claim else "new"
        return redirect(url_for(".registered", kind=kind))
    return render_template("suppliers/register.html", form=form, person=person), status_of(form)


@bp.get("/registered/<any(new, claim):kind>")
@public
def registered(kind: str) -> Any:
    """What happens next after registering."""
    return render_template("suppliers/registered.html", is_claim=kind == "claim")


@bp.route("/provider/company", methods=["GET", "POST"])
@requires(Permission.SUPPLIER_MANAGE, on=own_supplier)
def company(supplier: Supplier) -> Any:
    """The company's contacts, and who acts for it."""
    form = ContactForm(
        data={
            "street": supplier.street,
            "postal_code": supplier.postal_code,
            "city": supplier.city,
            "emails": "\n".join(supplier.emails),
            "language": supplier.language,
        }
    )

    def change() -> None:
        service.change_contacts(
            supplier,
            street=form.street.data,
            postal_code=form.postal_code.data,
            city=form.city.data,
            emails=form.addresses(),
            language=form.language.data,
            by=mandate(),
        )

    if submitted(form, change):
        flash(_("The contacts are saved."), "success")
        return redirect(url_for(".company"))
    right = queries.acting_right_of(mandate().person_id, supplier.id)
    return render_template("suppliers/company.html", supplier=supplier, form=form, right=right), status_of(form)


@bp.route("/provider/declaration", methods=["GET", "POST"])
@requires(Permission.DECLARATION_MAKE, on=own_supplier)
def declaration(supplier: Supplier) -> Any:
    """The guided self-declaration: saved as one goes, prefilled from the last one, confirmed at the end."""
    draft = queries.draft_declaration(supplier.id)
    confirmed = queries.confirmed_declaration(supplier.id)
    start = draft or confirmed
    form = declaration_form(start.answers if start else rules.empty_answers())

    def save() -> Any:
        row = service.save_draft(supplier.id, answers_of(form), by=mandate())
        if "confirm" in request.form:
            service.confirm(row, by=mandate())
        return row

    if done := submitted(form, save):
        if done.confirmed_at is not None:
            flash(_("The self-declaration is confirmed. You can now apply."), "success")
            return redirect(url_for(".declarations"))
        flash(_("The draft is saved. It has not been confirmed yet."), "success")
        return redirect(url_for(".declaration"))
    missing = rules.missing_answers(
        answers_of(form) if form.is_submitted() else start.answers if start else rules.empty_answers()
    )
    return (
        render_template(
            "suppliers/declaration.html",
            form=form,
            draft=draft,
            confirmed=confirmed,
            exclusion=EXCLUSION,
            selection=SELECTION,
            missing=missing,
            titles=ALL,
        ),
        status_of(form),
    )


@bp.route("/provider/declaration/import", methods=["GET", "POST"])
@requires(Permission.DECLARATION_MAKE, on=own_supplier)
def import_declaration(supplier: Supplier) -> Any:
    """Fill the self-declaration from an ESPD Response file."""
    form = ImportForm()

    def load() -> Any:
        upload = form.file.data
        return service.import_espd(
            supplier.id, upload.stream.read(espd.MAX_SIZE + 1), upload.filename or "", by=mandate()
        )

    if submitted(form, load):
        flash(_("The file is read. Check the answers and confirm them."), "success")
        return redirect(url_for(".declaration"))
    return render_template("suppliers/import.html", form=form), status_of(form)


@bp.get("/provider/declarations")
@requires(Permission.DECLARATION_READ, on=own_supplier)
def declarations(supplier: Supplier) -> Any:
    """Every self-declaration given so far."""
    return render_template("suppliers/declarations.html", declarations=queries.declarations_of(supplier.id))


# ---- the official's side ----


@bp.get("/procurement/acting-rights")
@requires(Permission.ACTING_RIGHT_VERIFY)
def acting_rights() -> Any:
    """Who says that they act for a company, and waits to be verified."""
    return render_template("suppliers/acting_rights.html", rights=queries.pending_rights())


@bp.route("/procurement/acting-rights/<uuid:right_id>", methods=["GET", "POST"])
@requires(Permission.ACTING_RIGHT_VERIFY, on=queries.acting_right)
def acting_right(right: ActingRight) -> Any:
    """Verify or refuse one right to act."""
    form = NoteForm()
    verb = service.refuse_right if "refuse" in request.form else service.verify_right
    if submitted(form, lambda: verb(right, form.note.data or "", by=mandate())):
        flash(_("The decision is saved and the person is told."), "success")
        return redirect(url_for(".acting_rights"))
    return render_template("suppliers/acting_right.html", right=right, form=form), status_of(form)


@bp.get("/procurement/suppliers/<uuid:supplier_id>")
@requires(Permission.SUPPLIER_INSPECT, on=queries.supplier)
def supplier_page(supplier: Supplier) -> Any:
    """A company as the officials see it who handle its application."""
    audit.saw("declaration", supplier, actor=mandate())
    return render_template(
        "suppliers/supplier.html",
        supplier=supplier,
        declaration=queries.confirmed_declaration(supplier.id),
        certificates=[
            each
            for each in queries.documents_in_use(supplier.id, clock.helsinki_date(clock.now()))
            if each.kind in CERTIFICATE_KINDS
        ],
        kinds=DOCUMENT_KIND_TITLES,
        titles=ALL,
    )
