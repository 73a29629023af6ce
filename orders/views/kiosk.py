"""The customer's choice on the office's tablet: no login, no token in the address, nothing left afterwards.

The expert hands the device over and is logged out on it. The choice lives in the browser's session for a while;
answering, its end, or the next customer empties it, and whoever goes back finds an empty page.
"""

from __future__ import annotations

import uuid
from typing import Any

from flask import make_response, redirect, render_template, session, url_for

from core import clock
from core.web.access import public
from orders import links
from orders.models import Choice
from orders.service.choices import usable
from orders.views import bp, choose
from orders.views.choose import customer_page

KIOSK = "kiosk_choice"
MINUTES = 20


class KioskWays:
    """The addresses on a tablet."""

    is_kiosk = True
    minutes = MINUTES

    def page(self, name: str, **words: Any) -> str:
        endpoint = {"list": "kiosk", "confirm": "kiosk_confirm", "answer": "kiosk_answer", "question": "kiosk_ask"}
        return url_for(f"orders.{endpoint.get(name, 'kiosk_none')}", **words)


WAYS = KioskWays()


def begin(token: str) -> None:
    """Give the browser to a customer."""
    session[KIOSK] = [token, clock.now().timestamp() + MINUTES * 60]


def _current() -> tuple[str, Choice] | None:
    """The choice on this device, if it still waits; each page gives the customer the whole time again."""
    kept = session.get(KIOSK)
    if not kept:
        return None
    token, until = kept
    try:
        choice = usable(token) if clock.now().timestamp() < until else None
    except (links.LinkOver, links.LinkUnknown):
        choice = None
    if choice is None:
        session.pop(KIOSK, None)
        return None
    begin(token)
    return token, choice


def _closing(page: Any) -> Any:
    """The page gives way to the empty one when the time is over; the page itself says so (WCAG 2.2.1)."""
    response = make_response(page)
    response.headers["Refresh"] = f"{MINUTES * 60 + 1}; url={url_for('orders.kiosk')}"
    return response


def _empty() -> str:
    return render_template("customer/kiosk.html", was_answered=False)


@bp.get("/kiosk")
@customer_page
@public
def kiosk() -> Any:
    """The services on the tablet, or an empty page."""
    current = _current()
    return _closing(choose.list_page(current[1], WAYS)) if current else _empty()


@bp.get("/kiosk/service/<uuid:offering_id>")
@customer_page
@public
def kiosk_confirm(offering_id: uuid.UUID) -> Any:
    """Is this the right one?"""
    current = _current()
    return _closing(choose.confirm_page(current[1], WAYS, offering_id)) if current else redirect(url_for(".kiosk"))


@bp.get("/kiosk/none")
@customer_page
@public
def kiosk_none() -> Any:
    """None of these."""
    current = _current()
    return _closing(choose.none_page(current[1], WAYS)) if current else redirect(url_for(".kiosk"))


@bp.route("/kiosk/question", methods=["GET", "POST"])
@customer_page
@public
def kiosk_ask() -> Any:
    """Ask the expert."""
    current = _current()
    if not current:
        return redirect(url_for(".kiosk"))
    return _closing(choose.question_page(current[1], WAYS, current[0]))


@bp.post("/kiosk/answer")
@customer_page
@public
def kiosk_answer() -> Any:
    """Take the answer, and forget it on this device."""
    current = _current()
    if not current:
        return redirect(url_for(".kiosk"))
    done = choose.take_answer(current[0], WAYS)
    if done is not True:
        return done
    session.pop(KIOSK, None)
    return redirect(url_for(".kiosk_thanks"))


@bp.get("/kiosk/thanks")
@customer_page
@public
def kiosk_thanks() -> Any:
    """Thank you; what was chosen stands nowhere."""
    return render_template("customer/kiosk.html", was_answered=True)
