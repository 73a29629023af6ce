"""Reading pages as a person does: by headings, labels, table cells; and checking what every page must hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import clock
from core.db import db, transaction
from core.identity.mandates import Mandate
from core.identity.models import LoginSession
from core.identity.passwords import hash_token, new_token

_NS = "{http://www.w3.org/1999/xhtml}"


def text_of(node: Any) -> str:
    """The words of an element, with single spaces."""
    return re.sub(r"\s+", " ", "".join(node.itertext()).replace("\xa0", " ")).strip()


@dataclass
class Page:
    """One answered page."""

    url: str
    response: TestResponse
    root: Any
    visitor: Visitor

    @property
    def status(self) -> int:
        return self.response.status_code

    def all(self, tag: str) -> list[Any]:
        return list(self.root.iter(_NS + tag))

    @property
    def heading(self) -> str:
        return text_of(self.all("h1")[0])

    @property
    def text(self) -> str:
        return text_of(next(iter(self.all("main")), self.root))

    @property
    def messages(self) -> list[str]:
        """What a flash or an error summary says."""
        return [
            text_of(node)
            for node in self.root.iter()
            if isinstance(node.tag, str) and {"flash", "errsum", "err"} & set(node.get("class", "").split())
        ]

    def rows(self) -> list[list[str]]:
        """The cells of every body row of every table."""
        return [
            [text_of(cell) for cell in row if cell.tag in (_NS + "td", _NS + "th")]
            for body in self.all("tbody")
            for row in body.iter(_NS + "tr")
        ]

    def link(self, words: str) -> str:
        """The address of the link with these words."""
        for node in self.all("a"):
            if words in (text_of(node), node.get("aria-label")):
                return urljoin(self.url, node.get("href"))
        raise AssertionError(f"no link «{words}» on {self.url}: {[text_of(a) for a in self.all('a')]}")

    def follow(self, words: str) -> Page:
        return self.visitor.get(self.link(words))

    def press(self, words: str, **values: Any) -> Page:
        """Fill the fields with these labels or names and press the button with these words."""
        for form in self.all("form"):
            outside = [each for each in self.all("button") if form.get("id") and each.get("form") == form.get("id")]
            for button in [*form.iter(_NS + "button"), *outside]:
                if words in (text_of(button), button.get("aria-label")):
                    return self._send(form, button, values)
        raise AssertionError(f"no button «{words}» on {self.url}: {[text_of(b) for b in self.all('button')]}")

    def _send(self, form: Any, button: Any, values: dict[str, Any]) -> Page:
        data = _values_of(form)
        if button.get("name"):
            data[button.get("name")] = [button.get("value", "")]
        for key, value in values.items():
            name = self._name_of(form, key)
            data[name] = value if isinstance(value, list) else [value]
        address = urljoin(self.url, button.get("formaction") or form.get("action") or self.url)
        if form.get("method", "get").lower() == "get":
            return self.visitor.get(address, query_string=data)
        return self.visitor.post(address, data)

    def _name_of(self, form: Any, key: str) -> str:
        names = {node.get("name") for node in form.iter() if isinstance(node.tag, str) and node.get("name")}
        for candidate in (key, key.replace("__", "-")):
            if candidate in names:
                return candidate
        raise AssertionError(f"no field {key} in the form: {sorted(names)}")


def _values_of(form: Any) -> dict[str, list[Any]]:
    """What a browser would send of an untouched form."""
    data: dict[str, list[Any]] = {}
    for node in form.iter():
        name = node.get("name") if isinstance(node.tag, str) else None
        if not name:
            continue
        if node.tag == _NS + "textarea":
            data.setdefault(name, []).append("".join(node.itertext()).lstrip("\n"))
        elif node.tag == _NS + "select":
            chosen = [o for o in node.iter(_NS + "option") if o.get("selected") is not None]
            options = list(node.iter(_NS + "option"))
            chosen = chosen or ([] if node.get("multiple") is not None else options[:1])
            for option in chosen:
                data.setdefault(name, []).append(option.get("value", text_of(option)))
        elif node.tag == _NS + "input":
            kind = node.get("type", "text")
            if kind in ("submit", "file") or (kind in ("checkbox", "radio") and node.get("checked") is None):
                continue
            data.setdefault(name, []).append(node.get("value", "on" if kind == "checkbox" else ""))
    return data


def _forget() -> None:
    """Let each request begin with an empty ``g``: inside a test's own context Flask would keep it."""
    for name in list(g):
        g.pop(name)


@dataclass
class Visitor:
    """Somebody with a browser; every page they get is checked for what every page must hold."""

    client: FlaskClient
    language: str = "en"
    visited: list[str] = field(default_factory=list)

    def get(self, url: str, **words: Any) -> Page:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        _forget()
        return self._page(self._follow(self.client.get(path, headers=self._headers(), **words)))

    def fetch(self, url: str) -> TestResponse:
        """What is no page: a file."""
        _forget()
        return self.client.get(url, headers=self._headers())

    def post(self, url: str, data: dict[str, Any]) -> Page:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        _forget()
        return self._page(self._follow(self.client.post(path, data=data, headers=self._headers())))

    def _follow(self, response: TestResponse) -> TestResponse:
        """Go where the answer sends, as a browser does."""
        for _ in range(5):
            if response.status_code not in (301, 302, 303, 307, 308):
                return response
            _forget()
            response = self.client.get(response.location, headers=self._headers())
        raise AssertionError(f"redirected in circles at {response.location}")

    def _headers(self) -> dict[str, str]:
        return {"Accept-Language": self.language}

    def _page(self, response: TestResponse) -> Page:
        url = response.request.path
        self.visited.append(url)
        root = html5lib.parse(response.get_data(as_text=True), treebuilder="etree")
        page = Page(url, response, root, self)
        check(page)
        return page


def check(page: Page) -> None:
    """What every page must hold: one h1 in the title, unique ids, labelled inputs, forms with tokens."""
    assert page.response.content_type.startswith("text/html"), page.response.content_type
    headings = page.all("h1")
    assert len(headings) == 1, f"{page.url} has {len(headings)} h1"
    assert text_of(page.all("title")[0]).endswith(" – Avoin"), page.url
    ids = [node.get("id") for node in page.root.iter() if isinstance(node.tag, str) and node.get("id")]
    assert len(ids) == len(set(ids)), f"{page.url} repeats ids {[i for i in ids if ids.count(i) > 1]}"
    labelled = {node.get("for") for node in page.all("label")}
    for node in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        if node.get("type") in ("hidden", "submit"):
            continue
        assert node.get("id") in labelled or node.get("aria-label") or node.get("aria-labelledby"), (
            f"{page.url}: {node.get('name')} has no label"
        )
    for form in page.all("form"):
        if form.get("method", "get").lower() == "post":
            names = {node.get("name") for node in form.iter(_NS + "input")}
            assert "csrf_token" in names, f"{page.url}: a form without CSRF token"
    assert page.status != 500, page.url


@transaction
def _session_for(mandate: Mandate) -> str:
    token = new_token()
    now = clock.now()
    db.session.add(
        LoginSession(
            token_hash=hash_token(token),
            person_id=mandate.person_id,
            holding_id=mandate.holding_id,
            started_at=now,
            expires_at=now + clock.timedelta(hours=12),
        )
    )
    return token


def page_as(app: Flask, mandate: Mandate | None, language: str = "en") -> Visitor:
    """A visitor who has logged in with this mandate (or nobody); forms' CSRF tokens are checked for real."""
    client = app.test_client()
    client.set_cookie("lang", language)
    if mandate is not None:
        token = _session_for(mandate)
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
    return Visitor(client, language)


def api_as(app: Flask, mandate: Mandate) -> ApiClient:
    """A machine with a bearer token of this mandate."""
    from core.identity import queries, service

    holding = queries.holding(mandate.holding_id)
    assert holding is not None
    token = service.issue_api_token(holding, "test", length=clock.timedelta(days=1), by=None)
    return ApiClient(app.test_client(), token)


@dataclass
class ApiClient:
    """Calls ``/api/v1`` with a token."""

    client: FlaskClient
    token: str

    def call(self, method: str, path: str, **words: Any) -> TestResponse:
        _forget()
        headers = {"Authorization": f"Bearer {self.token}", **words.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **words)

    def get(self, path: str, **words: Any) -> TestResponse:
        return self.call("GET", path, **words)

    def post(self, path: str, json: Any = None, **words: Any) -> TestResponse:
        if json is not None:
            words["json"] = json
        return self.call("POST", path, **words)
