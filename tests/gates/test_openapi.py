"""The API's description is valid, and no request, however odd, brings the server down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from flask import Flask, g
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate

from core.db import db
from core.identity import queries, service
from tests import town

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_the_description_is_valid_openapi_and_names_every_operation(app: Flask) -> None:
    document = app.test_client().get("/api/v1/openapi.json").json
    validate(document)
    described = {
        (path, method.upper()) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    offered = {
        (rule.rule.replace("<uuid:", "{").replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith(("api-docs", "api-pages"))
    }
    assert described == offered


@pytest.fixture
def token_of(town_app: Flask) -> Any:
    def make(letter: str) -> str:
        holding = queries.holding(town.mandate_of(town.ACTORS[letter]).holding_id)
        assert holding is not None
        return service.issue_api_token(holding, "fuzz", length=timedelta(days=1), by=None)

    return make


@pytest.mark.parametrize("letter", ["c", "e", "p"])
def test_no_request_brings_the_server_down_and_every_error_is_a_problem(
    town_app: Flask, token_of: Any, letter: str
) -> None:
    headers = {"Authorization": f"Bearer {token_of(letter)}"}
    objects = town.objects().values
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", town_app)
    seen: list[str] = []

    for operation in schema.get_all_operations():

        @settings(
            max_examples=6,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.ok().as_strategy())
        def fuzz(case: Any) -> None:
            for name in list(case.path_parameters or {}):
                if name in objects and len(seen) % 3:
                    case.path_parameters[name] = str(objects[name])
            seen.append(case.path)
            for name in list(g):
                g.pop(name)
            answer = case.call(headers=headers)
            assert answer.status_code < 500
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == ["application/problem+json"], case.path

        fuzz()
    assert len(set(seen)) > 50
    db.session.rollback()
