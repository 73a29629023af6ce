"""The expert's side of the customer's choice: make the link, print it, hand a tablet over, read questions."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_login import current_user, logout_user

from core import audit, clock
from core.errors import NotFound
from core.i18n import CUSTOMER_LANGUAGES, using_language
from core.i18n import gettext as _
from core.i18n import lazy_gettext as _l
from core.identity import service as identity
from core.identity.forms import EmptyForm
from core.sealing import unseal
from core.web.access import mandate, requires
from core.web.submitting import status_of, submitted
from dps.systems.production import PRODUCTION_TITLES
from orders import links, queries, search, service
from orders.forms_choices import ChoiceForm
from orders.models import CustomerQuestion, Need
from orders.policy import Permission
from orders.service.choices import MOST_OPTIONS, for_customer, handle_question, offer_again, question_purpose
from orders.views import bp, kiosk

#: Where the browser keeps a fresh link, so that the next pages can show and print it.
FRESH_LINK = "fresh_choice_link"
#: So long it is shown there, in seconds.
SHOWN_FOR = 15 * 60
#: So many services may be ticked on the page.
SHOWN = 100


def _keep(need: Need, token: str) -> Any:
    session[FRESH_LINK] = [str(need.id), token, clock.now().timestamp() + SHOWN_FOR]
    return redirect(url_for("orders.show_choice", need_id=need.id))


def _fresh_address(need: Need) -> str | None:
    fresh = session.get(FRESH_LINK)
    if not fresh or fresh[0] != str(need.id) or clock.now().timestamp() >= fresh[2]:
        return None
    return links.address("choose", fresh[1])


def _picked(values: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(text) for text in values]
    except ValueError:
        raise NotFound(
            _l("There is no such service."), rule="not-found", next_step=_l("Look at the list anew and pick again.")
        ) from None


def _made(need: Need, form: ChoiceForm) -> Any:
    made = service.offer_choice(need, _picked(form.offerings.data), filters=form.filters(), by=mandate())
    if form.on_tablet.data:
        return _hand_over(made.token)
    return _keep(need, made.token)


def _hand_over(token: str) -> Any:
    """The browser forgets the expert and knows the customer's choice instead."""
    identity.log_out(current_user.session)
    logout_user()
    session.clear()
    kiosk.begin(token)
    return redirect(url_for("orders.kiosk"))


@bp.route("/expert/needs/<uuid:need_id>/choice/new", methods=["GET", "POST"])
@requires(Permission.NEED_CHANGE, on=queries.need)
def make_choice(need: Need) -> Any:
    """What the customer's link opens with: all that fit, all under filters, or some pointed out."""
    given = request.form if request.method == "POST" else request.args
    form = ChoiceForm(given)
    form.offer_choices(need.category)
    done = submitted(form, lambda: _made(need, form))
    if done:
        return done
    hits = for_customer(need)
    shown = search.shown(need, [*hits[:SHOWN], *(each for each in hits[SHOWN:] if each.is_apart)])
    page = render_template(
        "orders/choice_new.html",
        need=need,
        form=form,
        number=len(hits),
        hits=shown,
        productions=PRODUCTION_TITLES,
        most=MOST_OPTIONS,
    )
    return page, status_of(form)


@bp.post("/expert/needs/<uuid:need_id>/choice/again")
@requires(Permission.NEED_CHANGE, on=queries.need)
def choice_again(need: Need) -> Any:
    """A new link in one act, after a refusal or when the old one was lost."""
    form = EmptyForm()
    done = submitted(form, lambda: _keep(need, offer_again(need, by=mandate()).token))
    if done:
        return done
    flash(" ".join(str(each) for each in form.form_errors), "error")
    return redirect(url_for(".need", need_id=need.id))


@bp.get("/expert/needs/<uuid:need_id>/choice")
@requires(Permission.NEED_READ, on=queries.need)
def show_choice(need: Need) -> Any:
    """The fresh link with its QR code."""
    address = _fresh_address(need)
    return render_template(
        "orders/choice_link.html",
        need=need,
        choice=queries.newest_choice(need.id),
        address=address,
        picture=links.qr_code(address) if address else None,
        languages=CUSTOMER_LANGUAGES,
    )


@bp.get("/expert/needs/<uuid:need_id>/choice/sheet")
@requires(Permission.NEED_READ, on=queries.need)
def choice_sheet(need: Need) -> Any:
    """The link on a sheet to print, in the customer's language, with nothing about the person."""
    address, language = _fresh_address(need), request.args.get("words", "fi")
    if address is None:
        return redirect(url_for(".show_choice", need_id=need.id))
    with using_language(language if language in CUSTOMER_LANGUAGES else "fi"):
        return render_template(
            "customer/sheet.html",
            choice=queries.newest_choice(need.id),
            address=address,
            picture=links.qr_code(address),
            languages=CUSTOMER_LANGUAGES,
        )


@bp.get("/expert/needs/<uuid:need_id>/questions")
@requires(Permission.NEED_READ, on=queries.need)
def questions(need: Need) -> Any:
    """What the customer asked, opened for the expert; who reads it is logged."""
    rows = []
    for each in queries.questions_of(need.id):
        audit.saw("customer_question.text", each, actor=mandate())
        words = unseal(each.sealed_text, question_purpose(each.id)).decode() if each.sealed_text else None
        rows.append((each, words))
    return render_template("orders/questions.html", need=need, rows=rows)


@bp.post("/expert/questions/<uuid:customer_question_id>/handle")
@requires(Permission.NEED_CHANGE, on=queries.customer_question)
def question_handled(question: CustomerQuestion) -> Any:
    """The customer has been answered."""
    if submitted(EmptyForm(), lambda: handle_question(question, by=mandate())):
        flash(_("The question is marked as answered."), "success")
    return redirect(url_for(".questions", need_id=question.need_id))
