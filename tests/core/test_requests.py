"""What holds for every request: nothing twice, nothing half, versions, tokens, headers, errors that explain."""

from __future__ import annotations

import threading
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from core import clock
from core.db import db
from core.identity import queries, service
from core.identity.models import Person
from core.web import once
from core.web.models import IdempotencyRecord
from suppliers.models import Declaration
from tests import people, worlds_suppliers
from tests.pages import api_as, page_as


def test_a_form_sent_twice_has_one_effect_and_the_same_answer(app: Flask) -> None:
    visitor = page_as(app, people.admin())
    page = visitor.get("/admin/people/new")
    first = page.press("Add the person", name="Liisa", email="liisa@avoin.example")
    second = page.press("Add the person", name="Liisa", email="liisa@avoin.example")
    assert first.url == second.url
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.name == "Liisa")) == 1


def test_parallel_requests_with_one_key_have_one_effect(committed_app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    token = service.issue_api_token(queries.holding(own.holding_id), "t", length=timedelta(days=1), by=None)
    db.session.commit()
    answers: list[tuple[int, str]] = []

    def send() -> None:
        answer = committed_app.test_client().post(
            "/api/v1/declarations",
            json={"answers": worlds_suppliers.clean_answers()},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "one"},
        )
        answers.append((answer.status_code, answer.json["id"]))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.count()).select_from(Declaration)) == 1


def test_one_key_for_two_contents_is_refused(app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    headers = {"Idempotency-Key": "k"}
    api.post("/declarations", json={"answers": {}}, headers=headers)
    refused = api.post("/declarations", json={"answers": worlds_suppliers.clean_answers()}, headers=headers)
    assert (refused.status_code, refused.json["rule"]) == (422, "I6")


def test_a_refused_request_keeps_nothing_not_even_its_key(app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    draft = api.post("/declarations", json={"answers": {}}).json
    refused = api.post(f"/declarations/{draft['id']}/confirm", headers={"Idempotency-Key": "z"})
    assert refused.status_code == 422
    assert refused.json["next_step"] if "next_step" in refused.json else refused.json["errors"]
    assert db.session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 0


def test_old_keys_are_forgotten(app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    api_as(app, own).post("/declarations", json={"answers": {}}, headers={"Idempotency-Key": "old"})
    once.forget_old()
    assert db.session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 1
    with clock.at(clock.now() + once.KEEP + timedelta(days=1)):
        once.forget_old()
    assert db.session.scalar(select(func.count()).select_from(IdempotencyRecord)) == 0


def test_a_change_against_an_old_version_is_refused(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    etag = api.get(f"/suppliers/{supplier.id}").headers["ETag"]
    body = {"street": "A", "postal_code": "70100", "city": "Kuopio", "emails": ["a@savo.example"], "language": "sv"}
    changed = api.call("PUT", f"/suppliers/{supplier.id}", json=body, headers={"If-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
    stale = api.call("PUT", f"/suppliers/{supplier.id}", json=body, headers={"If-Match": etag})
    assert (stale.status_code, stale.json["rule"]) == (412, "If-Match")


def test_the_api_wants_a_token_and_takes_no_cookie(app: Flask) -> None:
    visitor = page_as(app, people.coordinator())
    answer = visitor.client.get("/api/v1/suppliers")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    forged = app.test_client().get("/api/v1/suppliers", headers={"Authorization": "Bearer avoin_forged"})
    assert forged.status_code == 401


def test_a_token_dies_with_its_day_its_role_and_its_person(app: Flask) -> None:
    coordinator = people.coordinator()
    api = api_as(app, coordinator)
    assert api.get("/suppliers").status_code == 200
    with clock.at(clock.now() + timedelta(days=2)):
        assert api.get("/suppliers").status_code == 401
    holding = queries.holding(coordinator.holding_id)
    assert holding is not None
    service.end_role(holding, by=people.admin())
    assert api.get("/suppliers").status_code == 401


def test_a_form_without_its_token_is_refused_and_says_what_to_do(app: Flask) -> None:
    answer = page_as(app, people.admin()).client.post(
        "/admin/people/new", data={"name": "x"}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 400
    assert "load the page again" in answer.get_data(as_text=True)


def test_an_api_error_names_field_and_rule(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    body = {"street": "A", "postal_code": "7", "city": "Kuopio", "emails": ["no"], "language": "xx", "odd": 1}
    answer = api_as(app, own).call("PUT", f"/suppliers/{supplier.id}", json=body)
    assert answer.status_code == 422
    assert {row["field"] for row in answer.json["errors"]} == {"emails.0", "language", "odd"}


def test_an_unknown_page_is_explained_in_both_shapes(app: Flask) -> None:
    assert page_as(app, None).get("/no/such/page").status == 404
    assert app.test_client().get("/api/v1/nothing").content_type == "application/problem+json"
    wrong = app.test_client().delete("/api/v1/suppliers")
    assert (wrong.status_code, "GET" in wrong.headers["Allow"]) == (405, True)


def test_every_answer_carries_the_headers_that_keep_scripts_out(app: Flask) -> None:
    headers = app.test_client().get("/login").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_health_says_alive_and_ready_and_metrics_count(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}
    assert b"avoin_outbox_pending" in client.get("/metrics").data
