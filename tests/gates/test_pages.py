"""Every page as somebody who may read it: accessible, quiet, not too wide, and few queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask, g
from playwright.sync_api import Browser, Page
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from core.db import db
from core.web import workspaces
from orders import panels
from tests import town
from tests.gates.visits import Visit, visits
from tests.pages import _session_for

MOST_QUERIES = 12
LAPTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
#: What makes a page too wide, said by name: the elements that reach beyond the window.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.scroll, .rooms'))
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120));
}"""
AXE = """async rules => {
  const found = await axe.run({runOnly: rules, resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.target.join(' ') + ' ' + n.html.slice(0, 160)));
}"""
#: Empties every field of the page's form and sends it; false where there is nothing to fill.
SEND_EMPTY = """() => {
  const form = [...document.querySelectorAll('main form[method=post]')]
    .find(f => f.querySelector('input:not([type=hidden]), textarea, select') && !f.querySelector('button:disabled'));
  if (!form) return false;
  for (const e of form.querySelectorAll('input:not([type=hidden]), textarea'))
    if (e.type === 'checkbox' || e.type === 'radio') e.checked = false; else e.value = '';
  HTMLFormElement.prototype.submit.call(form);
  return true;
}"""


# ---- queries ----


@dataclass
class Asked:
    """The statements sent meanwhile, but for savepoints of the test and the clock's own setting."""

    all: list[str] = field(default_factory=list)
    #: Those that SQLAlchemy writes anew each time: it takes longer than reading the rows.
    written_anew: list[str] = field(default_factory=list)


@contextmanager
def counted() -> Iterator[Asked]:
    seen = Asked()

    def note(_c: Any, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool) -> None:
        if statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")):
            return
        seen.all.append(statement)
        if context.compiled is not None and context.cache_hit is CacheStats.NO_CACHE_KEY:
            seen.written_anew.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def most_queries(visit: Visit) -> int:
    """Twelve; whatever the number of rows.

    A page that gathers may ask more: a desk one for each room that answers and three more (who is there, a room's
    second; the agreements at the common desk), the expert's page of an order one more for each room with a panel there.
    """
    is_common = visit.endpoint == "agreements.workspace"
    if is_common or visit.endpoint.startswith("workspaces."):
        role = town.mandate_of(town.ACTORS[visit.letter]).role
        return max(MOST_QUERIES, 3 + workspaces.gathered_for(role, together=is_common))
    if visit.endpoint == "orders.expert_order":
        return MOST_QUERIES + panels.rooms_of_order()
    return MOST_QUERIES


def test_no_page_asks_the_database_more_than_twelve_times(town_app: Flask) -> None:
    cookies = {letter: _session_for(town.mandate_of(email)) for letter, email in town.ACTORS.items()}
    too_many, wrong = [], []
    for visit in list(visits(town_app, everybody=True)):
        client = town_app.test_client()
        if visit.letter:
            with client.session_transaction() as session:
                session["_user_id"] = cookies[visit.letter]
        for name in list(g):
            g.pop(name)
        db.session.remove()
        with counted() as asked:
            response = client.get(visit.path)
        if response.status_code not in (200, 302):
            wrong.append(f"{visit.endpoint} as {visit.letter}: {response.status_code}")
        if len(asked.all) > most_queries(visit):
            too_many.append(f"{visit.endpoint} as {visit.letter or 'nobody'}: {len(asked.all)}")
        wrong += [f"{visit.endpoint}: written anew each time: {each[:120]}" for each in asked.written_anew]
    if wrong or too_many:
        pytest.fail("\n".join([*wrong, *too_many]), pytrace=False)


# ---- a real browser ----


class Reader:
    """Somebody at a browser: opens pages and notes what is wrong with them."""

    def __init__(self, app: Flask, browser: Browser, base: str, letter: str) -> None:
        self.base = base
        self.context = browser.new_context(locale="fi-FI", viewport=LAPTOP)  # type: ignore[arg-type]
        if letter:
            serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
            with app.app_context():
                token = _session_for(town.mandate_of(town.ACTORS[letter]))
            value = serializer.dumps({"_user_id": token, "_fresh": True})
            self.context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": value, "url": base}])
        self.page: Page = self.context.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.wrong: list[str] = []

    def open(self, path: str, status: int = 200) -> None:
        """Open a page at a laptop's width, then at a phone's, and note everything that is wrong."""
        self.said.clear()
        self.page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
        response = self.page.goto(self.base + path, wait_until="load")
        if response is None or response.status != status:
            self.wrong.append(f"{path}: {response and response.status}")
        if status == 200:
            self.wrong += [f"{path}: the console says {each}" for each in self.said]
        self.page.evaluate(AXE_SCRIPT)
        self.look(f"{path} at 1280 px")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        self.look(f"{path} at 390 px")

    def look(self, where: str) -> None:
        self.wrong += [f"{where}: {each}" for each in self.page.evaluate(AXE, RULES)]
        self.wrong += [f"{where}: too wide: {each}" for each in self.page.evaluate(TOO_WIDE)]

    def send_empty(self, path: str) -> None:
        """Send the page's form, if there is something to fill, with nothing in it, and read the errors."""
        self.page.goto(self.base + path, wait_until="load")
        with self.page.expect_navigation(wait_until="load") as sent:
            if not self.page.evaluate(SEND_EMPTY):
                self.page.reload()
                return
        if sent.value.status != 422:
            self.wrong.append(f"{path}: an empty form gives {sent.value.status}")
            return
        self.page.evaluate(AXE_SCRIPT)
        self.look(f"{path} with errors")
        focused = self.page.evaluate("document.activeElement.className")
        if "errsum" not in focused:
            self.wrong.append(f"{path}: the summary of errors has no focus")


@contextmanager
def reading(app: Flask, browser: Browser, letter: str) -> Iterator[tuple[Reader, list[Visit]]]:
    """A reader of one class, and the pages they open."""
    with app.app_context():
        mine = [visit for visit in visits(app) if visit.letter == letter]
        db.session.remove()
    with town.serving(app) as base:
        reader = Reader(app, browser, base, letter)
        try:
            yield reader, mine
        finally:
            reader.context.close()
    if reader.wrong:
        pytest.fail("\n".join(reader.wrong), pytrace=False)


@pytest.mark.browser
@pytest.mark.parametrize("letter", ["", "c", "d", "e", "p", "a", "s"])
def test_every_page_is_accessible_quiet_and_no_wider_than_the_window(
    lived_in: Flask, browser: Browser, letter: str
) -> None:
    with reading(lived_in, browser, letter) as (reader, mine):
        for visit in mine:
            reader.open(visit.path)


CUSTOMERS = ("orders.choose", "orders.confirm", "feedback_pages.feedback")


@pytest.mark.browser
def test_customers_pages_read_from_right_to_left_in_arabic(lived_in: Flask, browser: Browser) -> None:
    with reading(lived_in, browser, "") as (reader, mine):
        for path in (visit.path for visit in mine if visit.endpoint in CUSTOMERS):
            reader.open(f"{path}?lang=ar")
            assert reader.page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        reader.open("/choose/forged?lang=ar", status=404)


#: Forms that may be sent with nothing in them: a draft is saved as it is, no customer must answer, and of customers
#: whose state the expert does not know (there are some in some towns) nothing is said.
MAY_BE_EMPTY = {"suppliers.declaration", "competitions.new", "preparing.prepare", "outcomes.where_now"}


@pytest.mark.browser
@pytest.mark.parametrize("letter", ["", "c", "d", "e", "p", "a"])
def test_every_form_sent_empty_says_what_is_missing(lived_in: Flask, browser: Browser, letter: str) -> None:
    with reading(lived_in, browser, letter) as (reader, mine):
        for visit in mine:
            rule = next(rule for rule in lived_in.url_map.iter_rules() if rule.endpoint == visit.endpoint)
            if "POST" in (rule.methods or ()) and visit.endpoint not in MAY_BE_EMPTY:
                reader.send_empty(visit.path)
