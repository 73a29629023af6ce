"""Pages of a provider's services, and the public list."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from core import clock
from core.db import db
from core.errors import NotFound
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.i18n import localized
from core.identity.forms import EmptyForm
from core.web.access import mandate, requires
from core.web.options import options
from core.web.submitting import status_of, submitted
from dps.contracts.models import FrameContract
from dps.contracts.rules import Ceilings, ceilings_on
from dps.offerings import queries, service
from dps.offerings.forms import ModuleForm, OfferingForm, PaymentForm, SeatsForm, StartForm
from dps.offerings.models import OFFERING_STATE_TITLES, SERVICE_FORM_TITLES, Offering, OfferingStart, OfferingState
from dps.offerings.policy import Permission
from dps.systems.models import PAYMENT_KIND_TITLES, CategoryModule, PaymentPart

bp = Blueprint("offerings", __name__)

TONES = {OfferingState.DRAFT: "draft", OfferingState.PUBLISHED: "ok", OfferingState.WITHDRAWN: "paused"}


def _asked_contract() -> FrameContract | None:
    contract_id = request.args.get("contract", type=uuid.UUID)
    return queries.contract(contract_id) if contract_id else None


@bp.get("/provider/offerings")
@requires(Permission.OFFERING_LIST)
def own() -> Any:
    """The supplier's services, and the contracts under which more can be offered."""
    supplier_id, today = mandate().organisation_id, clock.helsinki_date(clock.now())
    rows = queries.own(supplier_id, request.args.get("after", type=uuid.UUID))
    return render_template(
        "offerings/own.html",
        offerings=rows[: queries.PAGE_SIZE],
        more=rows[queries.PAGE_SIZE - 1].id if len(rows) > queries.PAGE_SIZE else None,
        today=today,
        contracts=queries.contracts_to_offer_under(supplier_id, today),
        titles=OFFERING_STATE_TITLES,
        tones=TONES,
    )


@bp.route("/provider/offerings/new", methods=["GET", "POST"])
@requires(Permission.OFFERING_CREATE, on=_asked_contract)
def new(contract: FrameContract) -> Any:
    """Describe a new service under a contract."""
    form = OfferingForm(vat_rate=0).offer_choices(contract.category)
    done = submitted(form, lambda: service.create_offering(contract, form.description(), by=mandate()))
    if done:
        flash(_("The draft is saved. Add starts, then publish the service."), "success")
        return redirect(url_for(".show", offering_id=done.id))
    return render_template(
        "offerings/edit.html",
        form=form,
        category=contract.category,
        ceilings=_ceilings(contract),
        offering=None,
        action=url_for(".new", contract=contract.id),
    ), status_of(form)


def _ceilings(contract: FrameContract) -> Ceilings:
    return ceilings_on(contract, clock.helsinki_date(clock.now()))


def _page(offering: Offering, **forms: Any) -> str:
    modules = offering.category.modules
    module_form = forms.get("module_form") or ModuleForm()
    module_form.module.choices = options((each.id, localized(each, "name")) for each in modules)
    payments = offering.category.payments
    payment_form = forms.get("payment_form") or PaymentForm()
    payment_form.part.choices = options((each.id, localized(each, "text")) for each in payments)
    return render_template(
        "offerings/show.html",
        offering=offering,
        today=clock.helsinki_date(clock.now()),
        titles=OFFERING_STATE_TITLES,
        tones=TONES,
        modules=modules,
        form_titles=SERVICE_FORM_TITLES,
        ceilings=_ceilings(offering.contract),
        prices={each.module_id: each.price for each in offering.modules},
        payments=payments,
        part_prices={each.part_id: each.price for each in offering.payments},
        payment_titles=PAYMENT_KIND_TITLES,
        payment_form=payment_form,
        start_form=forms.get("start_form") or StartForm(),
        seats_form=SeatsForm(),
        module_form=module_form,
        publish_form=forms.get("publish_form"),
    )


@bp.get("/provider/offerings/<uuid:offering_id>")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def show(offering: Offering) -> Any:
    """One service: what is said of it, its starts, modules and state."""
    return _page(offering)


@bp.route("/provider/offerings/<uuid:offering_id>/edit", methods=["GET", "POST"])
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def edit(offering: Offering) -> Any:
    """Change what is said of a service."""
    form = OfferingForm(obj=offering).offer_choices(offering.category)
    if submitted(form, lambda: service.change_offering(offering, form.description(), by=mandate())):
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return render_template(
        "offerings/edit.html",
        form=form,
        category=offering.category,
        ceilings=_ceilings(offering.contract),
        offering=offering,
        action=url_for(".edit", offering_id=offering.id),
    ), status_of(form)


@bp.post("/provider/offerings/<uuid:offering_id>/starts")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def add_start(offering: Offering) -> Any:
    """Add a start."""
    form = StartForm()
    if submitted(form, lambda: service.add_start(offering, form.starts_on.data, form.seats.data, by=mandate())):
        flash(_("The start is added."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, start_form=form), 422


def _start_of(offering: Offering) -> OfferingStart:
    """The start that the address names, one of the offering's own."""
    start_id = (request.view_args or {}).get("start_id")
    return next(each for each in offering.starts if each.id == start_id)


@bp.post("/provider/offerings/<uuid:offering_id>/starts/<uuid:start_id>")
@requires(Permission.OFFERING_CHANGE, on=queries.start_of)
def change_seats(offering: Offering) -> Any:
    """Change the seats of a start."""
    form, start = SeatsForm(), _start_of(offering)
    if submitted(form, lambda: service.change_start_seats(start, form.seats.data, by=mandate())):
        flash(_("The seats are saved."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, publish_form=form), 422


def _module(module_id: str) -> CategoryModule:
    found = db.session.get(CategoryModule, uuid.UUID(module_id))
    if found is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    return found


@bp.post("/provider/offerings/<uuid:offering_id>/modules")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def set_module_price(offering: Offering) -> Any:
    """Offer a module at a price, or stop offering it."""
    form = ModuleForm()
    form.module.choices = options((each.id, each.code) for each in offering.category.modules)
    if submitted(
        form,
        lambda: service.set_module_price(offering, _module(form.module.data), form.module_price.data, by=mandate()),
    ):
        flash(_("The module is saved."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, module_form=form), 422


@bp.post("/provider/offerings/<uuid:offering_id>/payments")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def set_payment_price(offering: Offering) -> Any:
    """Ask a start fee or a payment for a milestone or a result, or stop asking it."""
    form = PaymentForm()
    form.part.choices = options((each.id, each.code) for each in offering.category.payments)
    if submitted(
        form,
        lambda: service.set_payment_price(offering, _part(form.part.data), form.part_price.data, by=mandate()),
    ):
        flash(_("The payment is saved."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, payment_form=form), 422


def _part(part_id: str) -> PaymentPart:
    found = db.session.get(PaymentPart, uuid.UUID(part_id))
    if found is None:
        raise NotFound(_l("There is no such page or record."), rule="not-found", next_step=_l("Check the address."))
    return found


@bp.post("/provider/offerings/<uuid:offering_id>/publish")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def publish(offering: Offering) -> Any:
    """Let the service be found and ordered."""
    form = EmptyForm()
    if submitted(form, lambda: service.publish(offering, by=mandate())):
        flash(_("The service is published. It can be ordered now."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, publish_form=form), 422


@bp.post("/provider/offerings/<uuid:offering_id>/withdraw")
@requires(Permission.OFFERING_CHANGE, on=queries.offering)
def withdraw(offering: Offering) -> Any:
    """Stop offering the service."""
    form = EmptyForm()
    if submitted(form, lambda: service.withdraw(offering, by=mandate())):
        flash(_("The service is no longer offered. Orders already placed go on."), "success")
        return redirect(url_for(".show", offering_id=offering.id))
    return _page(offering, publish_form=form), 422
