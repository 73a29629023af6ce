"""The customer's own pages: no login, eight languages, one question; by link, by QR code or on the office's tablet."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple, Protocol

from flask import make_response, redirect, render_template, request, session, url_for

from core.errors import DomainError
from core.i18n import cgettext as _c
from core.i18n import current_language
from core.web.access import public
from core.web.submitting import status_of, submitted
from orders import links, search, service
from orders.forms_customers import AnswerForm, QuestionForm
from orders.models import Choice, ChoiceAnswer
from orders.service.choices import Picked, ask_expert, shown_hits, usable
from orders.views import bp

ANSWERED = "answered_choice"
#: So many services on one screen of a phone.
PAGE_SIZE = 5


class Option(NamedTuple):
    """One service as the customer sees it."""

    place: int
    offering: search.Shown
    is_pointed_out: bool


class Ways(Protocol):
    """The addresses of the customer's pages: with the token of a link, or without one on a tablet."""

    is_kiosk: bool

    def page(self, name: str, **words: Any) -> str:
        """``page("list", everything=1)``; the names are list, confirm, none, answer and question."""


class LinkWays:
    """The addresses of a link."""

    is_kiosk = False

    def __init__(self, token: str) -> None:
        self.token = token

    def page(self, name: str, **words: Any) -> str:
        endpoint = {"list": "choose", "confirm": "confirm", "answer": "answer", "question": "ask", "none": "none_fits"}[
            name
        ]
        return url_for(f"orders.{endpoint}", token=self.token, **words)


def customer_page(view: Any) -> Any:
    """The page speaks all languages of the customers."""
    view.customer_page = True
    return view


def over(error: DomainError) -> Any:
    """What is shown when a link cannot be used: why, and what to do."""
    return make_response(render_template("customer/link_over.html", error=error), error.status)


def options_of(choice: Choice, hits: list[search.Hit], first: int = 0) -> list[Option]:
    """One screen of services in the drawn order, as they are now."""
    pointed_out = {each["offering"] for each in choice.options} if choice.is_pointed_out else set()
    return [
        Option(first + index, each, str(each.offering_id) in pointed_out)
        for index, each in enumerate(search.shown(choice.need, hits[first : first + PAGE_SIZE]))
    ]


def list_page(choice: Choice, ways: Ways, message: str = "") -> str:
    """The services to choose from, a screen at a time."""
    everything = bool(request.args.get("everything", type=int))
    first = max(0, request.args.get("first", 0, type=int) or 0)
    hits, fitting = shown_hits(choice, everything=everything)
    apart = next((place for place, each in enumerate(hits) if each.is_apart), None)
    return render_template(
        "customer/choose.html",
        choice=choice,
        ways=ways,
        options=options_of(choice, hits, first),
        everything=everything,
        number=len(hits),
        fitting=fitting,
        following=first + PAGE_SIZE if first + PAGE_SIZE < len(hits) else None,
        first=first,
        apart=apart if apart is not None and apart >= first + PAGE_SIZE else None,
        message=message,
    )


def confirm_page(choice: Choice, ways: Ways, offering_id: uuid.UUID) -> Any:
    """Is this the right one? A service that is gone leads back to the list."""
    hit = search.hit_of(choice.need, offering_id)
    if hit is None:
        return redirect(ways.page("list"))
    return render_template("customer/confirm.html", choice=choice, ways=ways, option=options_of(choice, [hit])[0])


def none_page(choice: Choice, ways: Ways) -> str:
    """Why none of them suits, if the customer likes to tell."""
    return render_template("customer/none_fits.html", choice=choice, ways=ways, form=AnswerForm())


def question_page(choice: Choice, ways: Ways, token: str) -> Any:
    """A question to the expert; the link stays open."""
    form = QuestionForm()
    if submitted(form, lambda: ask_expert(token, form.text.data.strip(), language=current_language())):
        return redirect(ways.page("question", sent=1))
    was_sent = bool(request.args.get("sent"))
    page = render_template("customer/question.html", choice=choice, ways=ways, form=form, was_sent=was_sent)
    return page, status_of(form)


def take_answer(token: str, ways: Ways) -> bool | Any:
    """``True`` once the answer is kept; else the page that says why not."""
    form = AnswerForm()
    given = request.form.get("answer", type=ChoiceAnswer)
    choice = usable(token)
    if given is None:
        return redirect(ways.page("list"))
    done = submitted(
        form,
        lambda: service.answer_choice(
            token, given, picked=_picked(), reasons=form.given_reasons(), language=current_language()
        ),
    )
    if done:
        return True
    choice = usable(token)
    return list_page(choice, ways, _c("This service is no longer free. Choose another one.")), 409


def _picked() -> Picked | None:
    offering, start = request.form.get("offering", type=uuid.UUID), request.form.get("start", type=uuid.UUID)
    return Picked(offering, start) if offering and start else None


@bp.get("/choose/<token>")
@customer_page
@public
def choose(token: str) -> Any:
    """The services to choose from; looking changes nothing."""
    if session.get(ANSWERED) == token:
        session.pop(ANSWERED)
        return render_template("customer/thanks.html")
    try:
        return list_page(usable(token), LinkWays(token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)


@bp.get("/choose/<token>/service/<uuid:offering_id>")
@customer_page
@public
def confirm(token: str, offering_id: uuid.UUID) -> Any:
    """Is this the right one?"""
    try:
        return confirm_page(usable(token), LinkWays(token), offering_id)
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)


@bp.get("/choose/<token>/none")
@customer_page
@public
def none_fits(token: str) -> Any:
    """None of these: why, if the customer likes to tell."""
    try:
        return none_page(usable(token), LinkWays(token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)


@bp.route("/choose/<token>/question", methods=["GET", "POST"])
@customer_page
@public
def ask(token: str) -> Any:
    """Ask the expert; the link is not used up."""
    try:
        return question_page(usable(token), LinkWays(token), token)
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)


@bp.post("/choose/<token>")
@customer_page
@public
def answer(token: str) -> Any:
    """Take the answer; only this uses the link up."""
    try:
        done = take_answer(token, LinkWays(token))
    except (links.LinkOver, links.LinkUnknown) as error:
        return over(error)
    if done is not True:
        return done
    session[ANSWERED] = token
    return redirect(url_for(".choose", token=token))
