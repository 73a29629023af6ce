"""Every route with every role, on own and foreign objects, against one table (I4)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from werkzeug.routing import Rule

from core.db import db
from core.identity import queries, service
from core.identity.passwords import new_token
from core.web import access
from tests import town
from tests.pages import _session_for

TABLE_FILE = Path(__file__).with_name("access.txt")


def table() -> dict[tuple[str, str], str]:
    """``{(method, endpoint): letters of who may}`` of ``access.txt``; ``*`` is everybody, ``+`` whoever logged in."""
    found = {}
    for line in TABLE_FILE.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            method, endpoint, letters = line.split()
            found[(method, endpoint)] = "" if letters == "-" else letters
    return found


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint):
        for method in sorted(set(rule.methods or ()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield method, rule


class Walker:
    """Asks every route as one actor and undoes what the asking did."""

    def __init__(self, app: Flask, letter: str, objects: town.Objects) -> None:
        self.app = app
        self.objects = objects
        self.cookie: str | None = None
        self.bearer = ""
        if letter:
            mandate = town.mandate_of(town.ACTORS[letter])
            self.cookie = _session_for(mandate)
            holding = queries.holding(mandate.holding_id)
            assert holding is not None
            self.bearer = service.issue_api_token(holding, "walk", length=service.SESSION_LENGTH, by=None)

    def ask(self, method: str, rule: Rule) -> Any:
        adapter = self.app.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, self.objects.fill(rule), method=method)
        if rule.endpoint == "offerings.new":  # the contract is asked for in the query
            address += f"?contract={self.objects.values['contract_id']}"
        client = self.app.test_client()
        if self.cookie and not address.startswith("/api/"):
            with client.session_transaction() as session:
                session["_user_id"] = self.cookie
        headers = {"Authorization": f"Bearer {self.bearer}"} if address.startswith("/api/") and self.bearer else {}
        for name in list(g):
            g.pop(name)
        db.session.remove()
        inner = db.engine.begin_nested()  # the test's one connection (conftest.rolled_back)
        try:
            return client.open(address, method=method, headers=headers, **self._body(method, address))
        finally:
            db.session.remove()
            inner.rollback()

    @staticmethod
    def _body(method: str, address: str) -> dict[str, Any]:
        if method == "GET":
            return {}
        return {"json": {}} if address.startswith("/api/") else {"data": {"x": new_token()}}


def outcome(response: Any) -> str:
    """``yes`` when the route let the actor in, ``no`` when it refused or asked to log in."""
    if response.status_code in (401, 403):
        return "no"
    if response.status_code in (302, 303) and response.location.partition("?")[0] == "/login":
        return "no"
    return "yes"


def test_every_route_names_its_permission(app: Flask) -> None:
    silent = {endpoint for endpoint, permission in access.endpoint_permissions().items() if permission is None}
    assert silent == set()


def test_every_route_is_in_the_table_and_the_table_has_no_other(app: Flask) -> None:
    assert {(method, rule.endpoint) for method, rule in routes(app)} == set(table())


@pytest.mark.parametrize("letter", ["", *town.ACTORS])
def test_each_role_gets_exactly_where_the_table_lets_it(town_app: Flask, letter: str) -> None:
    town_app.config["WTF_CSRF_ENABLED"] = False
    objects = town.objects()
    expected = table()
    walker = Walker(town_app, letter, objects)
    wrong = []
    try:
        for method, rule in routes(town_app):
            if rule.endpoint in ("identity.log_out", "identity.log_out_everywhere"):
                continue  # would end the walk; tests/core/test_login.py walks them
            letters = expected[(method, rule.endpoint)]
            may = "*" in letters or ("+" in letters and letter != "") or (letter != "" and letter in letters)
            response = walker.ask(method, rule)
            assert response.status_code < 500, f"{method} {rule} as {letter or 'nobody'}"
            if (outcome(response) == "yes") is not may:
                wrong.append(f"{method} {rule.endpoint}: {letter or 'nobody'} got {response.status_code}")
    finally:
        town_app.config["WTF_CSRF_ENABLED"] = True
    assert wrong == []


def test_reading_changes_nothing(town_app: Flask) -> None:
    """A GET writes nothing but the access log and the session (I2)."""
    from sqlalchemy import text

    objects = town.objects()
    tables = [
        name
        for name in db.metadata.tables
        if name not in ("access_record", "login_session", "login_attempt", "api_token", "audit_event", "audit_head")
    ]
    count = "SELECT " + ", ".join(f'(SELECT count(*) FROM "{name}")' for name in tables)
    before = db.session.execute(text(count)).one()
    for letter in ("c", "e", "p", "a"):
        walker = Walker(town_app, letter, objects)
        for method, rule in routes(town_app):
            if method == "GET":
                walker.ask(method, rule)
    assert db.session.execute(text(count)).one() == before
