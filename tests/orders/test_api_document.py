"""The examples of docs/api-orders.md, run in their order against a real database."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask import Flask

from core.db import db, new_id, transaction
from dps.offerings import service as offering_service
from dps.systems.models import OrderingRule, PaymentKind, PaymentPart
from tests import worlds_orders as worlds
from tests.pages import api_as

DOCUMENT = Path(__file__).parents[2] / "docs" / "api-orders.md"
EXAMPLE = re.compile(r"```http\n(GET|POST) (\S+)\n(.*?)```\s+```json (\d+)\n(.*?)```", re.S)
NAME = re.compile(r"<([\w ]+)>")
ANY = "…"


@transaction
def _result(made: worlds.World) -> PaymentPart:
    part = PaymentPart(
        id=new_id(),
        category_id=made.category.id,
        position=1,
        code="result",
        kind=PaymentKind.OUTCOME,
        text_fi="Työssä",
        text_sv="I arbete",
        text_en="In work",
        ceiling=Decimal("500.00"),
    )
    db.session.add(part)
    return part


class Reader:
    """Puts known ids into what is sent, learns those that come back, and compares the rest."""

    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def filled(self, text: str) -> str:
        return NAME.sub(lambda found: self.known[found[1]], text)

    def check(self, told: Any, got: Any, where: str) -> None:
        """What the document tells must be in what came; lists item by item, in their order."""
        if isinstance(told, dict):
            for name, value in told.items():
                assert name in got, f"{where}.{name} is missing from {got}"
                self.check(value, got[name], f"{where}.{name}")
        elif isinstance(told, list):
            rest = iter(got)
            for place, value in enumerate(told):
                self.check_one_of(value, rest, f"{where}[{place}]")
        elif isinstance(told, str) and (name := NAME.fullmatch(told)):
            assert self.known.setdefault(name[1], str(got)) == str(got), where
        elif told != ANY:
            assert got == told, where

    def check_one_of(self, told: Any, rest: Any, where: str) -> None:
        """The next of the rest that is as told; what stands between is not shown in the document."""
        for each in rest:
            before = dict(self.known)
            try:
                return self.check(told, each, where)
            except AssertionError:
                self.known = before
        raise AssertionError(f"nothing is as {where} tells: {told}")


def test_given_the_documented_way_when_each_example_is_sent_then_the_answers_are_those_of_the_document(
    app: Flask,
) -> None:
    made = worlds.world(rule=OrderingRule.RANKING)
    offering = worlds.offering(made, name="Tuulenpesä Valmennus Oy", starts_in_days=(30,))
    provider = worlds.provider_of(offering, made)
    offering_service.set_payment_price(offering, _result(made), Decimal("300.00"), by=provider)
    in_40_days = (worlds.today() + timedelta(days=40)).isoformat()
    reader = Reader({"category": str(made.category.id), "in 40 days": in_40_days})
    machine = api_as(app, made.expert)
    examples = EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8"))
    assert len(examples) == 10

    for number, (method, address, body, status, told) in enumerate(examples, start=1):
        path = reader.filled(address).removeprefix("/api/v1")
        sent = json.loads(reader.filled(body)) if body.strip() else {}
        answer = machine.get(path) if method == "GET" else machine.post(path, sent)
        assert answer.status_code == int(status), f"example {number}: {answer.get_json()}"
        reader.check(json.loads(told), answer.get_json(), f"example {number}")
