"""The customer's own pages: no login, eight languages, one question."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from flask import make_response, redirect, render_template, request, session, url_for

from core.errors import DomainError
from core.i18n import cgettext as _c
from core.i18n import current_language
from core.identity.forms import EmptyForm
from core.web.access import public
from core.web.submitting import submitted
from dps.offerings.models import Offering, OfferingStart
from orders import links, queries, service
from orders.models import Choice, ChoiceAnswer, PublishedRecord
from orders.service.choices import usable
from orders.views import bp

ANSWERED = "answered_choice"


class Option(NamedTuple):
    """One service as the customer sees it; ``is_free`` while a seat is left."""

    place: int
    offering: Offering
    start: OfferingStart
    record: PublishedRecord | None
    is_free: bool


def customer_page(view: Any) -> Any:
    """The page speaks all languages of the customers."""
    view.customer_page = True
    return view


def over(error: DomainError) -> Any:
    """What is shown when a link cannot be used: why, and what to do."""
    return make_response(render_template("customer/link_over.html", error=error), error.status)


def options_of(choice: Choice) -> list[Option]:
    """The services of a choice in the order shown."""
    offerings = queries.offerings_by_id([uuid.UUID(each["offering"]) for each in choice.options])
    starts = queries.starts_by_id([uuid.UUID(each["start"]) for each in choice.options])
    records = queries.records_of([each.supplier_id for each in offerings.values()])
    rows = []
    for index, each in enumerate(choice.options):
        offering, start = offerings[uuid.UUID(each["offering"])], starts[uuid.UUID(each["start"])]
        record = records.get((offering.supplier_id, offering.category_id))
        is_free = start.seats_left > 0 and offering.state == "published"
        rows.append(Option(index, offering, start, record, is_free))
    return rows


def _page(choice: Choice, token: str, message: str = "") -> str:
    return render_template(
        "customer/choose.html", choice=choice, token=token, options=options_of(choice), message=message
    )


@bp.get("/choose/<token>")
@customer_page
@public
def choose(token: str) -> Any:
    """The services to choose from; looking changes nothing."""
    if session.get(ANSWERED) == token:
        session.pop(ANSWERED)
        return render_template("customer/thanks.html")
    try:
        return _page(usable(token), token)
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)


@bp.get("/choose/<token>/<int:index>")
@customer_page
@public
def confirm(token: str, index: int) -> Any:
    """Is this the right one?"""
    try:
        choice = usable(token)
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    options = options_of(choice)
    if index >= len(options) or not options[index].is_free:
        return redirect(url_for(".choose", token=token))
    return render_template("customer/confirm.html", choice=choice, token=token, option=options[index])


@bp.post("/choose/<token>")
@customer_page
@public
def answer(token: str) -> Any:
    """Take the answer; only this uses the link up."""
    form = EmptyForm()
    given = request.form.get("answer", type=ChoiceAnswer)
    option = request.form.get("option", type=int)
    try:
        choice = usable(token)
        if given is None:
            return redirect(url_for(".choose", token=token))
        done = submitted(form, lambda: service.answer_choice(token, given, option=option, language=current_language()))
        if done:
            session[ANSWERED] = token
            return redirect(url_for(".choose", token=token))
        choice = usable(token)
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    return _page(choice, token, _c("This service is no longer free. Choose another one.")), 409
