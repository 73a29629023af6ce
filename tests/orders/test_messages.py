"""Messages between expert and provider inside an order."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.db import db
from core.errors import RuleBroken, WrongState
from core.identity.models import Role
from core.mail.models import Mail
from core.mail.service import body_of
from dps.systems.models import OrderingRule
from orders import attachments, service
from orders.life import Side
from orders.messages import queries
from orders.messages import service as messages
from orders.models import Order
from tests import people
from tests import worlds_orders as worlds
from tests.pages import api_as, page_as

Made = tuple[worlds.World, Order, worlds.Mandate]
WORDS = "Sopiiko tiistai kello yhdeksän?"


@pytest.fixture
def accepted(app: Flask) -> Made:
    made = worlds.world(rule=OrderingRule.RANKING)
    worlds.offering(made)
    order = worlds.order_by_rule(made)
    provider = worlds.provider_of(order, made)
    with pytest.raises(WrongState):
        messages.send(order, WORDS, by=made.expert)
    service.accept(order, by=provider)
    return made, order, provider


def test_a_message_is_sealed_and_no_mail_or_event_carries_its_words(accepted: Made) -> None:
    made, order, _provider = accepted
    message = messages.send(order, WORDS, by=made.expert)

    assert messages.words(message) == WORDS
    assert WORDS.encode() not in message.sealed_text
    sent = db.session.scalars(select(Mail).where(Mail.template == "order_message")).all()
    assert sorted(mail.to_address for mail in sent) == sorted(order.supplier.emails)
    told = [f"{mail.subject} {body_of(mail)}" for mail in sent]
    told += [str(event.data) for event in db.session.scalars(select(AuditEvent))]
    assert not [each for each in told if "tiistai" in each]


def test_what_the_other_side_wrote_is_unread_until_it_is_marked_or_answered(accepted: Made) -> None:
    made, order, provider = accepted
    messages.send(order, WORDS, by=made.expert)
    assert [number for _order, number in queries.orders_with_unread(provider)] == [1]
    assert queries.orders_with_unread(made.expert) == []

    messages.send(order, "Sopii.", by=provider)
    assert queries.orders_with_unread(provider) == []
    assert messages.mark_read(order, by=made.expert) == 1
    assert queries.unread_of(order.id, Side.EXPERT) == []


@pytest.mark.rule("R118")
def test_who_has_not_promised_secrecy_neither_writes_nor_reads(app: Flask, accepted: Made) -> None:
    made, order, _provider = accepted
    messages.send(order, WORDS, by=made.expert)
    colleague = people.mandate(Role.PROVIDER, order.supplier.organisation)

    with pytest.raises(RuleBroken) as refused:
        messages.send(order, "Kuka?", by=colleague)
    assert refused.value.rule == "R118"
    assert api_as(app, colleague).get(f"/orders/{order.id}/messages").get_json()["rule"] == "R118"
    assert WORDS not in page_as(app, colleague).get(f"/provider/orders/{order.id}/messages").text


@pytest.mark.parametrize(
    ("text", "file", "rule", "field"),
    [
        ("131052-308T", None, "I8", "text"),
        ("Hei", (b"Koodi 131052-308T", "muistio.txt"), "I8", "file"),
        ("Hei", (b"x", "rikosrekisteriote.txt"), "R67", "file"),
        ("Hei", (b"MZ\x90\x00", "ohjelma.pdf"), "file-type", "file"),
        ("Hei", (b"a" * (attachments.LARGEST + 1), "iso.txt"), "file-size", "file"),
    ],
)
@pytest.mark.rule("R67")
def test_what_may_not_be_sent_is_refused_by_rule_and_field(
    accepted: Made, text: str, file: tuple[bytes, str] | None, rule: str, field: str
) -> None:
    made, order, _provider = accepted
    with pytest.raises(RuleBroken) as refused:
        messages.send(order, text, by=made.expert, file=file)

    assert (refused.value.rule, refused.value.field) == (rule, field)
    assert list(queries.messages_of(order.id)) == []


def test_on_the_page_a_file_travels_with_the_message(app: Flask, accepted: Made) -> None:
    made, order, provider = accepted
    expert = page_as(app, made.expert)
    page = expert.get(f"/expert/orders/{order.id}").follow("Messages")
    page = page.press("Send the message", text=WORDS, file=(BytesIO(b"Esityslista"), "lista.txt"))
    assert WORDS in page.text

    theirs = page_as(app, provider)
    assert "1 unread message" in theirs.get("/provider").text
    page = theirs.get(f"/provider/orders/{order.id}/messages")
    assert theirs.fetch(page.link("lista.txt")).data == b"Esityslista"
    assert "unread" not in page.press("Mark as read").text
    assert "unread message" not in theirs.get("/provider").text


def test_the_api_writes_reads_and_marks(app: Flask, accepted: Made) -> None:
    made, order, provider = accepted
    expert, supplier = api_as(app, made.expert), api_as(app, provider)
    sent = expert.post(f"/orders/{order.id}/send-message", {"text": WORDS})
    assert sent.status_code == 201, sent.data

    assert supplier.get(f"/orders/{order.id}/messages").get_json()["items"][0]["text"] == WORDS
    assert supplier.post(f"/orders/{order.id}/read-messages").get_json() == {"read": 1}
