"""Pages of meeting the customer, and of declared interests."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.errors import DomainError
from core.i18n import gettext as _
from core.identity import queries as people
from core.identity.forms import EmptyForm
from core.identity.models import Role
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from orders import queries as orders
from orders.meeting import conflicts, queries, service
from orders.meeting.forms import ConsentForm, InterestForm, NoteForm, ReleaseForm, StaffForm
from orders.meeting.models import CONSENT_WAY_TITLES, GROUND_TITLES, ConsentWay, Ground, InterestDeclaration, Source
from orders.meeting.policy import Permission
from orders.models import Need, Order
from suppliers.models import Supplier

bp = Blueprint("meeting", __name__)


def _staff_form(order: Order, named: list[Any]) -> StaffForm:
    able = people.holders(order.supplier_id, clock.helsinki_date(clock.now()), Role.PROVIDER)
    return StaffForm().offer_choices(able, [row.person_id for row in named])


def _expert_page(order: Order, status: int = 200, **forms: Any) -> Any:
    named = list(queries.staff_of(order.id))
    return (
        render_template(
            "meeting/expert_customer.html",
            order=order,
            release=queries.release_of(order.id),
            named=named,
            note=queries.note_of(order.need_id),
            consent=queries.consent_of(order.id),
            release_form=forms.get("release_form") or ReleaseForm(formdata=None).offer_choices(order.need.languages),
            staff_form=forms.get("staff_form") or _staff_form(order, named),
            consent_form=forms.get("consent_form") or ConsentForm(formdata=None),
            interest_form=forms.get("interest_form") or InterestForm(formdata=None),
            form=forms.get("form"),
            ways=CONSENT_WAY_TITLES,
        ),
        status,
    )


@bp.get("/expert/orders/<uuid:order_id>/customer")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def expert_customer(order: Order) -> Any:
    """Who of the provider may know the customer, and what."""
    return _expert_page(order)


def _expert_done(order: Order, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".expert_customer", order_id=order.id))


@bp.post("/expert/orders/<uuid:order_id>/release-contact")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def release_contact(order: Order) -> Any:
    """Let the named people know who the customer is."""
    form = ReleaseForm().offer_choices(order.need.languages)
    if submitted(form, lambda: service.release_contact(order, form.contact(), Source(form.source.data), by=mandate())):
        return _expert_done(order, _("The customer's details are released to the named people."))
    return _expert_page(order, 422, release_form=form)


@bp.post("/expert/orders/<uuid:order_id>/staff")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def expert_staff(order: Order) -> Any:
    """Name the provider's people who meet the customer."""
    form = _staff_form(order, [])
    if submitted(form, lambda: service.name_staff(order, form.ids(), by=mandate())):
        return _expert_done(order, _("The people are named."))
    return _expert_page(order, 422, staff_form=form)


@bp.post("/expert/orders/<uuid:order_id>/consent")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def record_consent(order: Order) -> Any:
    """Record the customer's written consent."""
    form = ConsentForm()

    def record() -> Any:
        return service.record_consent(
            order, form.given_on.data, ConsentWay(form.way.data), form.document_reference.data, by=mandate()
        )

    if submitted(form, record):
        return _expert_done(order, _("The consent is recorded. The named people can read the note of health."))
    return _expert_page(order, 422, consent_form=form)


@bp.post("/expert/orders/<uuid:order_id>/withdraw-consent")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def withdraw_consent(order: Order) -> Any:
    """The customer takes the consent back."""
    form = EmptyForm()
    if submitted(form, lambda: service.withdraw_consent(order, by=mandate())):
        return _expert_done(order, _("The consent is withdrawn. The provider gets nothing of health any more."))
    return _expert_page(order, 422, form=form)


@bp.post("/expert/orders/<uuid:order_id>/interest")
@requires(Permission.CUSTOMER_RELEASE, on=orders.order)
def declare_on_order(order: Order) -> Any:
    """Declare an interest in the provider of an order."""
    form = InterestForm()
    if submitted(form, lambda: conflicts.declare_interest(order.supplier, Ground(form.ground.data), by=mandate())):
        return _expert_done(order, _("Your interest is declared. Another expert handles this provider's orders."))
    return _expert_page(order, 422, interest_form=form)


@bp.route("/expert/needs/<uuid:need_id>/health", methods=["GET", "POST"])
@requires(Permission.HEALTH_NOTE, on=orders.need)
def health_note(need: Need) -> Any:
    """The note of the customer's health: written, read and erased by experts."""
    form = NoteForm()
    if submitted(
        form, lambda: service.note_health(need, form.note.data.strip(), Source(form.source.data), by=mandate())
    ):
        flash(_("The note is saved, sealed."), "success")
        return redirect(url_for(".health_note", need_id=need.id))
    words = service.read_note(need, by=mandate())
    return render_template("meeting/health.html", need=need, form=form, words=words), status_of(form)


@bp.post("/expert/needs/<uuid:need_id>/health/erase")
@requires(Permission.HEALTH_NOTE, on=orders.need)
def erase_note(need: Need) -> Any:
    """Forget the note."""
    service.erase_note(need, by=mandate())
    flash(_("The note is erased."), "success")
    return redirect(url_for(".health_note", need_id=need.id))


# ---- the provider ----


def _shown(order: Order) -> tuple[service.Shown | None, DomainError | None]:
    """What the reader may know of the customer, or why nothing."""
    try:
        return service.read_contact(order, by=mandate()), None
    except DomainError as reason:
        return None, reason


def _provider_page(order: Order, status: int = 200, staff_form: StaffForm | None = None) -> Any:
    named = list(queries.staff_of(order.id))
    shown, reason = _shown(order)
    can_name = service.may_name(order, mandate())
    return (
        render_template(
            "meeting/provider_customer.html",
            order=order,
            shown=shown,
            reason=reason,
            named=named,
            can_name=can_name,
            staff_form=staff_form or (_staff_form(order, named) if can_name else None),
        ),
        status,
    )


@bp.get("/provider/orders/<uuid:order_id>/customer")
@requires(Permission.CUSTOMER_MEET, on=orders.order)
def provider_customer(order: Order) -> Any:
    """Who the customer is, for named people after their undertaking; every read is logged."""
    return _provider_page(order)


@bp.post("/provider/orders/<uuid:order_id>/staff")
@requires(Permission.CUSTOMER_MEET, on=orders.order)
def provider_staff(order: Order) -> Any:
    """The provider's main user names who meets the customer."""
    form = _staff_form(order, [])
    if submitted(form, lambda: service.name_staff(order, form.ids(), by=mandate())):
        flash(_("The people are named."), "success")
        return redirect(url_for(".provider_customer", order_id=order.id))
    return _provider_page(order, 422, form)


# ---- interests ----


@bp.get("/expert/interests")
@requires(Permission.INTEREST_DECLARE)
def interests() -> Any:
    """The expert's declared interests, and finding a provider to declare one in."""
    words = request.args.get("q", "").strip()
    return render_template(
        "meeting/interests.html",
        declared=queries.interests_of(mandate()),
        grounds=GROUND_TITLES,
        words=words,
        found=queries.suppliers_named(words) if words else [],
    )


@bp.route("/expert/interests/<uuid:supplier_id>", methods=["GET", "POST"])
@requires(Permission.INTEREST_DECLARE, on=queries.supplier)
def declare_interest(supplier: Supplier) -> Any:
    """Declare an interest in a provider."""
    form = InterestForm()
    if submitted(form, lambda: conflicts.declare_interest(supplier, Ground(form.ground.data), by=mandate())):
        flash(_("Your interest is declared. Another expert handles this provider's orders."), "success")
        return redirect(url_for(".interests"))
    return render_template("meeting/declare.html", supplier=supplier, form=form), status_of(form)


@bp.post("/expert/interests/<uuid:interest_id>/end")
@requires(Permission.INTEREST_END, on=queries.declaration)
def end_interest(declaration: InterestDeclaration) -> Any:
    """The interest has ended."""
    conflicts.end_interest(declaration, by=mandate())
    flash(_("The interest has ended. You may order from this provider again."), "success")
    return redirect(url_for(".interests"))
