"""Pages of presentations: the public list and seats without names; behind them announcing and presenting."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for

from core import audit, clock, policy
from core.i18n import gettext as _
from core.identity.forms import EmptyForm
from core.identity.models import Role
from core.web.access import mandate, public, requires
from core.web.submitting import status_of, submitted
from orders import links
from orders.presentations import queries, service
from orders.presentations.forms import CancelForm, PresentationForm, ReferenceForm
from orders.presentations.models import Presentation, SignUp
from orders.presentations.policy import Permission
from orders.views.choose import customer_page, over

bp = Blueprint("presentations", __name__)

#: The places taken in this browser: one a presentation.
PLACES = "presentation_places"


@bp.get("/presentations")
@customer_page
@public
def presentations() -> Any:
    """The events to come, for anybody."""
    skip = max(0, request.args.get("first", 0, type=int) or 0)
    rows = queries.to_come_page(clock.now(), request.args.get("category", type=uuid.UUID), skip)
    return render_template(
        "presentations/presentations.html",
        rows=rows[: queries.PAGE_SIZE],
        following=skip + queries.PAGE_SIZE if len(rows) > queries.PAGE_SIZE else None,
    )


def _public(presentation_id: uuid.UUID) -> Presentation:
    row = queries.presentation(presentation_id)
    if row is None:
        raise links.unknown()
    return row


@bp.route("/presentations/<uuid:presentation_id>", methods=["GET", "POST"])
@customer_page
@public
def presentation(presentation_id: uuid.UUID) -> Any:
    """One event; a place is taken without a name."""
    form = EmptyForm()
    try:
        row = _public(presentation_id)
    except links.LinkUnknown as error:
        return over(error)
    taken = session.get(PLACES, {}).get(str(row.id))
    if taken and request.method == "POST":
        return redirect(url_for(".place", token=taken))
    done = submitted(form, lambda: service.sign_up(row))
    if done:
        session[PLACES] = {**session.get(PLACES, {}), str(row.id): done[1]}
        return redirect(url_for(".place", token=done[1]))
    page = render_template(
        "presentations/presentation.html", row=row, form=form, now=clock.now(), is_signed_up=bool(taken)
    )
    return page, status_of(form)


@bp.route("/presentations/place/<token>", methods=["GET", "POST"])
@customer_page
@public
def place(token: str) -> Any:
    """The customer's own place: where and when, the link of a remote event, giving it up."""
    form = EmptyForm()
    try:
        row = service.place_of(token)
    except links.LinkUnknown as error:
        return over(error)
    if submitted(form, lambda: service.give_up(row, by=None)):
        session[PLACES] = {key: value for key, value in session.get(PLACES, {}).items() if value != token}
        return redirect(url_for(".place", token=token))
    return render_template("presentations/place.html", row=row, token=token, form=form), status_of(form)


@bp.get("/presentations/own")
@requires(Permission.PRESENTATION_LIST)
def own() -> Any:
    """The events of the authority, or those a supplier may come to."""
    rows = queries.page_of(mandate(), request.args.get("after", type=uuid.UUID))
    shown = rows[: queries.PAGE_SIZE]
    return render_template(
        "presentations/own.html", rows=shown, more=shown[-1].id if len(rows) > queries.PAGE_SIZE else None
    )


@bp.route("/presentations/own/new", methods=["GET", "POST"])
@requires(Permission.PRESENTATION_ANNOUNCE)
def announce() -> Any:
    """Announce an event."""
    categories = queries.categories_for(mandate())
    form = PresentationForm().offer_choices(categories)

    def verb() -> Presentation:
        category = next(each for each in categories if str(each.id) == form.category.data)
        return service.announce(category, form.details(), by=mandate())

    done = submitted(form, verb)
    if done:
        flash(_("The event is announced."), "success")
        return redirect(url_for(".manage", presentation_id=done.id))
    return render_template("presentations/announce.html", form=form), status_of(form)


def _page(row: Presentation, **forms: Any) -> str:
    actor = mandate()
    seats: list[SignUp] = []
    if actor.role is Role.EXPERT:
        seats = list(queries.references_of(row.id, actor.person_id))
        for each in seats:
            audit.saw("presentation_sign_up.customer_reference", each, actor=actor)
    mine = next((each for each in row.presenters if each.supplier_id == actor.supplier_id), None)
    return render_template(
        "presentations/manage.html",
        row=row,
        seats=seats,
        presents=mine is not None and mine.withdrawn_at is None,
        is_to_come=row.state == "announced" and row.starts_at > clock.now(),
        may_cancel=policy.is_allowed(actor, Permission.PRESENTATION_CANCEL, row),
        may_present=actor.role is Role.PROVIDER and row.supplier_id is None,
        may_sign_up=policy.is_allowed(actor, Permission.PRESENTATION_SIGN_UP, row),
        cancel_form=forms.get("cancel_form") or CancelForm(prefix="cancel-"),
        reference_form=forms.get("reference_form") or ReferenceForm(prefix="reference-"),
        form=forms.get("form"),
    )


@bp.get("/presentations/<uuid:presentation_id>/own")
@requires(Permission.PRESENTATION_READ, on=queries.presentation)
def manage(row: Presentation) -> Any:
    """One event for those who work with it."""
    return _page(row)


def _done(row: Presentation, text: str) -> Any:
    flash(text, "success")
    return redirect(url_for(".manage", presentation_id=row.id))


@bp.post("/presentations/<uuid:presentation_id>/present")
@requires(Permission.PRESENTATION_PRESENT, on=queries.presentation)
def present(row: Presentation) -> Any:
    """The supplier presents itself."""
    form = EmptyForm()
    if submitted(form, lambda: service.present(row, by=mandate())):
        return _done(row, _("You present yourself in this event."))
    return _page(row, form=form), 422


@bp.post("/presentations/<uuid:presentation_id>/withdraw")
@requires(Permission.PRESENTATION_PRESENT, on=queries.presentation)
def withdraw(row: Presentation) -> Any:
    """The supplier does not come after all."""
    form = EmptyForm()
    if submitted(form, lambda: service.withdraw_presenter(row, by=mandate())):
        return _done(row, _("You do not present yourself in this event."))
    return _page(row, form=form), 422


@bp.post("/presentations/<uuid:presentation_id>/cancel")
@requires(Permission.PRESENTATION_CANCEL, on=queries.presentation)
def cancel(row: Presentation) -> Any:
    """Cancel the event."""
    form = CancelForm(prefix="cancel-")
    if submitted(form, lambda: service.cancel(row, form.reason.data.strip(), by=mandate())):
        return _done(row, _("The event is cancelled. Presenters and experts get a message."))
    return _page(row, cancel_form=form), 422


@bp.post("/presentations/<uuid:presentation_id>/sign-up")
@requires(Permission.PRESENTATION_SIGN_UP, on=queries.presentation)
def sign_up(row: Presentation) -> Any:
    """A seat for a customer's reference."""
    form = ReferenceForm(prefix="reference-")
    if submitted(form, lambda: service.sign_up_for(row, form.customer_reference.data.strip(), by=mandate())):
        return _done(row, _("The customer has a place."))
    return _page(row, reference_form=form), 422


@bp.post("/presentations/seats/<uuid:sign_up_id>/give-up")
@requires(Permission.PRESENTATION_SIGN_UP, on=queries.sign_up)
def give_up(seat: SignUp) -> Any:
    """The customer does not come."""
    form = EmptyForm()
    if submitted(form, lambda: service.give_up(seat, by=mandate())):
        return _done(seat.presentation, _("The place is free again."))
    return _page(seat.presentation, form=form), 422
