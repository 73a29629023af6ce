"""Self-declarations: the guided form, and ESPD files, good and hostile (R66)."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.files.models import StoredFile
from suppliers import espd, queries, service
from suppliers.models import Declaration
from tests import worlds_suppliers
from tests.conftest import SHARED
from tests.pages import api_as, page_as

SAMPLES = SHARED / "standards" / "espd" / "examples"
RESPONSES = ["BASIC-ESPDResponse-2.1.1.xml", "ESPD-Response-3.3.0.xml"]


def sample(name: str, number: str) -> bytes:
    """An official sample, made out to the operator ``number``."""
    text = (SAMPLES / name).read_text("utf-8")
    operator = text.index("EconomicOperatorParty>")
    head, tail = text[:operator], text[operator:]
    return (
        head + re.sub(r"(<cac:PartyIdentification>\s*<cbc:ID[^>]*>)[^<]*", rf"\g<1>{number}", tail, count=1)
    ).encode()


@pytest.mark.shared
@pytest.mark.rule("R66")
@pytest.mark.parametrize("name", RESPONSES)
def test_given_a_real_espd_response_of_the_company_then_its_answers_make_the_draft(app: Flask, name: str) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    content = sample(name, f"FI{supplier.registration_number}")

    draft = service.import_espd(supplier.id, content, "espd.xml", by=own)

    assert draft.espd_version == name.removesuffix(".xml").rpartition("-")[2]
    assert draft.confirmed_at is None
    assert draft.answers["exclusion"]["corruption"]["applies"] is True
    assert draft.answers["exclusion"]["payment-of-taxes"]["applies"] is True
    assert "references" in draft.answers["selection"]
    stored = db.session.get(StoredFile, draft.file_id)
    assert stored is not None
    assert files.content_of(stored) == content


@pytest.mark.shared
def test_given_a_file_of_another_operator_then_it_is_refused_and_nothing_changes(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    with pytest.raises(RuleBroken) as refused:
        service.import_espd(supplier.id, sample(RESPONSES[1], "FI01120389"), "espd.xml", by=own)
    assert refused.value.rule == "espd-operator"
    assert db.session.scalar(select(func.count()).select_from(Declaration)) == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


HOSTILE = {
    "espd-well-formed": b"<a><b></a>",
    "espd-entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "espd-kind": b'<?xml version="1.0"?><a xmlns="urn:x"/>',
    "espd-size": b" " * (espd.MAX_SIZE + 1),
    "espd-version": (
        b'<QualificationApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:'
        b'QualificationApplicationResponse-2"/>'
    ),
    "espd-references": b'<?xml version="1.0"?><?xml-stylesheet href="http://evil.example/x"?><a/>',
}


@pytest.mark.parametrize("rule", HOSTILE)
def test_a_hostile_file_is_refused_with_the_reason(rule: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        espd.read(HOSTILE[rule])
    assert (refused.value.rule, refused.value.field) == (rule, "file")


def test_a_billion_laughs_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{lines}]><a>&l9;</a>'.encode()
    with pytest.raises(RuleBroken):
        espd.read(bomb)


_UBL = "urn:oasis:names:specification:ubl:schema:xsd"


def _response(criteria: str, answers: str) -> bytes:
    return (
        f'<r:QualificationApplicationResponse xmlns:r="{_UBL}:QualificationApplicationResponse-2" '
        f'xmlns:a="{_UBL}:CommonAggregateComponents-2" xmlns="{_UBL}:CommonBasicComponents-2">'
        f"<VersionID>2.1.1</VersionID><IssueDate>2026-01-01</IssueDate>{criteria}{answers}"
        "</r:QualificationApplicationResponse>"
    ).encode()


CORRUPTION = "c27b7c4e-c837-4529-b867-ed55ce639db5"


def _question(properties: str) -> str:
    return f"<a:TenderingCriterion><ID>{CORRUPTION}</ID>{properties}</a:TenderingCriterion>"


def _answer(values: str) -> str:
    return (
        "<a:TenderingCriterionResponse><ValidatedCriterionPropertyID>p</ValidatedCriterionPropertyID>"
        f"{values}</a:TenderingCriterionResponse>"
    )


def _text(words: str) -> str:
    return f"<a:ResponseValue><Description>{words}</Description></a:ResponseValue>"


PROPERTY = "<a:TenderingCriterionProperty><ID>p</ID></a:TenderingCriterionProperty>"


@pytest.mark.parametrize(
    "content",
    [
        _response(_question(PROPERTY * 20_000), _answer("<a:ResponseValue/>" * 100_000)),
        _response(_question(PROPERTY) * 10_000, _answer("<a:ResponseValue/>" * 100_000)),
        _response(
            _question(PROPERTY),
            _answer(
                "".join(f"<a:ResponseValue><Description>{n}</Description></a:ResponseValue>" for n in range(50_000))
            ),
        ),
    ],
    ids=["one question many times", "one criterion many times", "many texts"],
)
def test_a_file_that_multiplies_questions_by_answers_costs_no_more_than_its_size(content: bytes) -> None:
    assert len(content) < espd.MAX_SIZE
    begun = time.process_time()
    answer = espd.read(content).answers["corruption"]
    assert time.process_time() - begun < 10
    assert len(answer.words) <= espd.MAX_TEXTS


def test_a_file_with_a_personal_identity_code_anywhere_is_refused() -> None:
    with pytest.raises(RuleBroken) as refused:
        espd.read(
            _response(_question(PROPERTY), _answer("<a:ResponseValue><Note>131052–308T</Note></a:ResponseValue>"))
        )
    assert (refused.value.rule, refused.value.field) == ("I8", "file")


def test_an_external_entity_is_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("very secret")
    attack = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode()
    with pytest.raises(RuleBroken) as refused:
        espd.read(attack)
    assert "secret" not in str(refused.value.message)


def test_given_a_missing_answer_then_the_draft_cannot_be_confirmed(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    answers = worlds_suppliers.clean_answers()
    del answers["exclusion"]["corruption"]
    answers["exclusion"]["bankruptcy"] = {"applies": True, "explanation": " "}
    draft = service.save_draft(supplier.id, answers, by=own)

    with pytest.raises(RuleBroken) as refused:
        service.confirm(draft, by=own)
    assert refused.value.data["missing"] == ["corruption", "bankruptcy"]


def test_given_a_confirmed_declaration_then_it_never_changes_and_the_next_draft_begins_from_it(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    first = worlds_suppliers.confirmed_declaration(supplier, own)
    with pytest.raises(WrongState):
        service.confirm(first, by=own)

    answers = worlds_suppliers.clean_answers()
    answers["selection"]["references"] = {"fulfilled": True, "description": "Uusi viite"}
    second = service.save_draft(supplier.id, answers, by=own)
    assert (first.number, second.number) == (1, 2)
    assert first.answers["selection"]["references"]["description"] == "Kuvaus"


def test_another_company_may_not_declare_for_us(app: Flask) -> None:
    supplier, _ = worlds_suppliers.verified_provider()
    _, other = worlds_suppliers.verified_provider("Toinen Oy")
    with pytest.raises(NotAllowed):
        service.save_draft(supplier.id, worlds_suppliers.clean_answers(), by=other)


def test_the_form_keeps_a_draft_and_names_what_is_missing(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    visitor = page_as(app, own)
    page = visitor.get("/provider/declaration").press("Save draft", **{"x-corruption": "no"})
    assert any("has not been confirmed" in message for message in page.messages)
    draft = queries.draft_declaration(supplier.id)
    assert draft is not None
    assert draft.answers["exclusion"] == {"corruption": {"applies": False, "explanation": ""}}

    refused = page.press("Confirm the declaration")
    assert refused.status == 422
    assert any("Answer also" in message for message in refused.messages)


def test_a_provider_fills_in_and_confirms_through_the_page(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    page = page_as(app, own).get("/provider/declaration")
    answers = worlds_suppliers.clean_answers()
    values = {f"x-{code}": "no" for code in answers["exclusion"]} | {
        f"s-{code}": "yes" for code in answers["selection"]
    }
    done = page.press("Confirm the declaration", **values)
    assert done.heading == "Self-declarations"
    assert queries.confirmed_declaration(supplier.id) is not None


@pytest.mark.shared
def test_the_api_imports_and_confirms_with_the_same_verbs(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    content = sample(RESPONSES[1], supplier.registration_number)
    made = api.post("/declarations/import", data=content, content_type="application/xml")
    assert made.status_code == 201, made.json
    refused = api.post(f"/declarations/{made.json['id']}/confirm")
    assert (refused.status_code, refused.json["rule"]) == (422, "R66")

    saved = api.post("/declarations", json={"answers": worlds_suppliers.clean_answers()})
    assert saved.status_code == 201, saved.json
    confirmed = api.post(f"/declarations/{saved.json['id']}/confirm")
    assert confirmed.json["confirmed_at"]
    wrong = api.post("/declarations", json={"answers": {"exclusion": {"nonsense": {"applies": True}}}})
    assert (wrong.status_code, wrong.content_type) == (422, "application/problem+json")
