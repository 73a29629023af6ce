"""Tenders: sealed from the first word, in time or not at all, answered by a receipt (R51, R52, R60, R88)."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from core import clock, mail
from core.audit.models import AuditEvent
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.mail.models import Mail
from dps.competitions import content as contents
from dps.competitions import sealing, tender_jobs, tender_queries, tender_rules
from dps.competitions.models import Receipt, ReceiptKind, Tender, TenderState
from dps.competitions.service import tendering
from tests import worlds_competitions, worlds_dps
from tests.pages import api_as, page_as
from tests.worlds_competitions import Contest
from tests.worlds_judging import written

MICROSECOND = timedelta(microseconds=1)


def submit(made: Contest, price: str = "70.00", place: int = 0, **more: Any) -> Receipt:
    """One provider's whole tender."""
    return tendering.submit_whole(
        made.competition, written(made.competition, price, **more), [], by=made.providers[place].mandate
    )


def own(made: Contest, place: int = 0) -> Tender:
    row = tendering.own_tender(made.competition, made.providers[place].mandate)
    assert row is not None
    return row


# ---- in time or not at all ----


@pytest.mark.rule("R60")
def test_given_the_deadline_when_a_tender_comes_at_that_very_instant_then_it_is_not_taken(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    due = made.competition.tenders_due_at
    assert due is not None
    assert made.competition.takes_tenders(due - MICROSECOND)
    assert not made.competition.takes_tenders(due)
    with clock.at(due), pytest.raises(WrongState) as refusal:
        submit(made)
    assert refusal.value.rule == "R60"
    assert tendering.own_tender(made.competition, made.providers[0].mandate) is None or own(made).sealed is None


@pytest.mark.rule("R60")
def test_the_database_itself_refuses_a_tender_after_the_deadline(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    due = made.competition.tenders_due_at
    assert due is not None
    submit(made)
    row = own(made)
    late = clock.at(due + MICROSECOND)
    with pytest.raises(IntegrityError, match="the time for tenders has ended"), late, db.session.begin_nested():
        db.session.execute(
            text("UPDATE tender SET sealed = 'x', submitted_at = avoin_now() WHERE id = :id"), {"id": row.id}
        )


@pytest.mark.rule("R53", "R60")
def test_the_database_itself_refuses_a_deadline_that_moves_back(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    with pytest.raises(IntegrityError, match="never shortened"):
        db.session.execute(
            text("UPDATE competition SET tenders_due_at = tenders_due_at - interval '1 second' WHERE id = :id"),
            {"id": made.competition.id},
        )


@pytest.mark.rule("R51")
def test_the_receipt_has_the_time_of_the_database_whatever_the_client_says(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    before = clock.now()
    answer = api_as(app, made.providers[0].mandate).call(
        "POST",
        f"/competitions/{made.competition.id}/submit-tender",
        data={"content": _json(written(made.competition, "70.00"))},
        headers={"Date": "Mon, 01 Jan 2001 00:00:00 GMT"},
    )
    assert answer.status_code == 201, answer.json
    assert before.isoformat()[:16] == answer.json["at"][:16]


def _json(content: dict[str, Any]) -> str:
    import json

    return json.dumps({key: content[key] for key in ("lots", "secrets", "note")})


# ---- drafts ----


@pytest.mark.rule("R52")
def test_a_draft_is_encrypted_from_the_first_word_and_comes_back_as_it_was_typed(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    typed = written(made.competition, "70,5x", answer="Ensimmäinen sana")
    tendering.save_draft(made.competition, typed, by=actor)
    row = own(made)
    assert row.draft is not None
    assert b"sana" not in row.draft
    assert tendering.draft_content(made.competition, actor)["lots"] == typed["lots"]
    assert row.state is TenderState.DRAFT


def test_another_provider_sees_nothing_of_a_draft(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    tendering.save_draft(made.competition, written(made.competition, "70.00"), by=made.providers[0].mandate)
    other = page_as(app, made.providers[1].mandate).get(f"/provider/competitions/{made.competition.id}/tender")
    assert "70.00" not in other.text
    assert "We coach in small groups" not in other.text


def test_a_provider_who_was_not_invited_cannot_even_draft(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    stranger = worlds_dps.provider("Muu Oy")
    with pytest.raises(NotAllowed) as refusal:
        tendering.save_draft(made.competition, written(made.competition, "70.00"), by=stranger.mandate)
    assert refusal.value.rule == "R35"
    answer = api_as(app, stranger.mandate).post(f"/competitions/{made.competition.id}/send-draft")
    assert answer.status_code == 403


def test_the_page_saves_as_one_goes_and_says_loudly_that_saved_is_not_sent(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    page = page_as(app, made.providers[0].mandate).get(f"/provider/competitions/{made.competition.id}/tender")
    assert "Saved is not sent." in page.text
    line = made.competition.lots[0].lines[0]
    field = tender_rules.price_field(made.competition.lots[0], line)
    saved = page.press("Save draft", **{field: "72,40"})
    assert "The draft is saved. The tender has not been sent yet." in saved.messages
    assert "7,240.00" in saved.text


def test_files_of_a_draft_can_be_read_and_removed_by_their_provider_only(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    file_id = tendering.add_file(made.competition, b"Our plan in words", "plan.txt", by=actor)
    assert tendering.own_file(made.competition, file_id, actor)[1] == b"Our plan in words"
    row = tender_queries.files_of(own(made).id)[0]
    assert row.name is None
    assert b"plan" not in files.get(row.store_key)
    answer = page_as(app, made.providers[1].mandate).fetch(
        f"/provider/competitions/{made.competition.id}/tender/files/{file_id}"
    )
    assert answer.status_code == 404
    tendering.remove_file(made.competition, file_id, by=actor)
    assert tender_queries.files_of(own(made).id) == []


# ---- sending ----


@pytest.mark.rule("R52")
def test_what_was_sent_is_not_in_the_row_and_nobody_else_is_told_whose_it_is(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    submit(made, answer="Salainen suunnitelma")
    row = own(made)
    assert row.sealed is not None
    assert b"Salainen" not in row.sealed
    assert (row.supplier_id, row.submitted_by, row.content) == (None, None, None)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.type == "tender.submitted")).one()
    assert (event.person_id, event.organisation_id) == (None, None)
    assert str(made.competition.id) not in str(event.data)
    assert str(made.providers[0].supplier.id) not in str(event.data)


@pytest.mark.rule("R51", "R88")
def test_the_receipt_proves_what_was_received_and_when(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    tendering.save_draft(made.competition, written(made.competition, "70.00"), by=actor)
    copy = page_as(app, actor).fetch(f"/provider/competitions/{made.competition.id}/tender/copy").data
    receipt = tendering.submit(made.competition, by=actor)
    assert hashlib.sha256(copy).hexdigest() == receipt.content_sha256
    shown = api_as(app, actor).get(f"/receipts/{receipt.number}").json
    key = VerifyKey(bytes.fromhex(shown["verify_key"]))
    key.verify(shown["signed_text"].encode(), bytes.fromhex(shown["signature"]))
    with pytest.raises(BadSignatureError):
        key.verify(shown["signed_text"].replace("2", "3", 1).encode(), bytes.fromhex(shown["signature"]))
    page = page_as(app, None).get(f"/receipts/{receipt.number}")
    assert "The signature is genuine" in page.text
    same = page.press("Compare", copy=(io.BytesIO(copy), "tender.json"))
    assert "The copy is what was received" in same.text
    other = page.press("Compare", copy=(io.BytesIO(copy + b" "), "tender.json"))
    assert "The copy is not what was received" in other.text


@pytest.mark.rule("R56")
def test_a_receipt_changed_in_the_database_is_found_out(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    receipt = submit(made)
    db.session.execute(text("UPDATE tender_receipt SET at = at - interval '1 day' WHERE id = :id"), {"id": receipt.id})
    db.session.expire_all()
    assert "The signature does not match" in page_as(app, None).get(f"/receipts/{receipt.number}").text


def test_the_receipt_is_mailed_without_words_that_say_who_tenders(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    receipt = submit(made)
    for _ in range(2):
        tendering.tell_receipt(str(receipt.id))
    row = db.session.scalars(select(Mail).where(Mail.about_id == receipt.id)).one()
    assert not any(word in row.subject.lower() for word in (made.competition.name_fi.lower(), "tarjou", "tender"))
    assert receipt.number in mail.service.body_of(row)
    assert mail.mails_about(made.competition.id) == []


@pytest.mark.rule("R60")
def test_the_last_tender_counts_and_there_is_one_row(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    first = submit(made, "70.00")
    second = submit(made, "65.00")
    rows = db.session.scalars(select(Tender).where(Tender.competition_id == made.competition.id)).all()
    assert [row.receipt_number for row in rows] == [second.number]
    assert first.content_sha256 != second.content_sha256
    envelope = sealing.open_tender(rows[0].sealed or b"", sealing.private_key_of(made.competition))
    assert envelope.content["lots"][made.competition.lots[0].code]["prices"].popitem()[1] == "65.00"


@pytest.mark.rule("R60")
def test_a_withdrawn_tender_is_gone_and_a_new_one_may_come(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    submit(made)
    receipt = tendering.withdraw(made.competition, by=made.providers[0].mandate)
    assert receipt.kind is ReceiptKind.WITHDRAWN
    assert (own(made).state, own(made).sealed) == (TenderState.WITHDRAWN, None)
    with pytest.raises(WrongState):
        tendering.withdraw(made.competition, by=made.providers[0].mandate)
    submit(made, "66.00")
    assert own(made).state is TenderState.SUBMITTED


def test_a_provider_whose_admission_ended_meanwhile_cannot_send(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    db.session.execute(
        text("UPDATE qualification SET state = 'suspended' WHERE supplier_id = :id"),
        {"id": made.providers[0].supplier.id},
    )
    db.session.expire_all()
    with pytest.raises(NotAllowed) as refusal:
        submit(made)
    assert refusal.value.rule == "R35"


def test_somebody_whose_right_to_act_was_not_verified_cannot_send(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    db.session.execute(
        text("UPDATE acting_right SET state = 'pending', decided_at = NULL WHERE person_id = :id"),
        {"id": made.providers[0].mandate.person_id},
    )
    db.session.expire_all()
    with pytest.raises(RuleBroken) as refusal:
        submit(made)
    assert refusal.value.rule == "acting-right"


def test_given_a_draft_changed_by_a_colleague_when_the_old_preview_is_sent_then_it_is_refused(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    tendering.save_draft(made.competition, written(made.competition, "70.00"), by=actor)
    read = contents.digest(tender_rules.as_sent(made.competition, tendering.draft_content(made.competition, actor)))
    tendering.save_draft(made.competition, written(made.competition, "7.00"), by=actor)
    with pytest.raises(WrongState, match="tender-draft"):
        tendering.submit(made.competition, read=read, by=actor)
    assert own(made).sealed is None


# ---- bad and hostile input ----


@pytest.mark.rule("R45")
@pytest.mark.parametrize(
    "price", ["NaN", "-5", "1e9", "70 €", "$70", "=1+1", "0", "0.00", "0.001", "1.250,00", "Infinity", "٧"]
)
def test_what_is_not_a_price_is_refused_at_its_field(app: Flask, price: str) -> None:
    made = worlds_competitions.sent_competition()
    with pytest.raises(RuleBroken) as refusal:
        submit(made, price)
    lot = made.competition.lots[0]
    assert refusal.value.field == tender_rules.price_field(lot, lot.lines[0])
    assert refusal.value.rule == "R45"


@pytest.mark.rule("R45")
def test_a_price_above_the_ceiling_is_told_before_it_is_sent(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    ceiling = made.competition.lots[0].lines[0].ceiling
    assert ceiling is not None
    submit(made, str(ceiling))
    with pytest.raises(RuleBroken) as refusal:
        submit(made, str(ceiling + 1))
    assert refusal.value.rule == "R45"


def test_a_tender_for_lots_of_another_competition_is_refused_by_name(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    tender = written(made.competition, "70.00")
    tender["lots"]["foreign-lot"] = {"prices": {}, "answers": {"x": "y"}}
    with pytest.raises(RuleBroken) as refusal:
        tendering.submit_whole(made.competition, tender, [], by=made.providers[0].mandate)
    assert refusal.value.field == "lots"
    assert "foreign-lot" in str(refusal.value.message)


@pytest.mark.rule("R86")
def test_only_answers_and_files_that_are_there_can_be_marked_as_secret(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    lot = made.competition.lots[0]
    for field in ("answer:1:no-such-question", tender_rules.price_field(lot, lot.lines[0]), "file:other.txt"):
        tender = {**written(made.competition, "70.00"), "secrets": {field: "All of it."}}
        with pytest.raises(RuleBroken) as refusal:
            tendering.submit_whole(made.competition, tender, [("plan.txt", b"words")], by=actor)
        assert refusal.value.field == "secrets"
    tender = {**written(made.competition, "70.00"), "secrets": {"file:plan.txt": "Our way of working."}}
    tendering.submit_whole(made.competition, tender, [("plan.txt", b"words")], by=actor)
    (row,) = tender_queries.files_of(own(made).id)
    assert tendering.draft_content(made.competition, actor)["secrets"] == {f"file:{row.id}": "Our way of working."}


def test_ten_thousand_lines_are_refused_and_nothing_is_kept(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    tender = written(made.competition, "70.00")
    lot = made.competition.lots[0].code
    tender["lots"][lot]["prices"].update({f"line-{number}": "1.00" for number in range(10_000)})
    with pytest.raises(RuleBroken):
        tendering.submit_whole(made.competition, tender, [], by=made.providers[0].mandate)
    assert db.session.scalars(select(Tender).where(Tender.sealed.is_not(None))).all() == []


def test_a_file_that_is_not_what_it_says_or_too_large_is_refused(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    actor = made.providers[0].mandate
    with pytest.raises(RuleBroken) as refusal:
        tendering.add_file(made.competition, b"MZ\x90\x00\x03", "plan.pdf", by=actor)
    assert refusal.value.rule == "file-type"
    with pytest.raises(RuleBroken) as refusal:
        files.read_limited(io.BytesIO(b"x" * (files.MEGABYTE + 1)), limit=files.MEGABYTE, field="file")
    assert refusal.value.rule == "file-size"


def test_a_request_beyond_the_limit_is_refused_unread(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    answer = api_as(app, made.providers[0].mandate).call(
        "POST",
        f"/competitions/{made.competition.id}/submit-tender",
        input_stream=io.BytesIO(b"--b\r\n" + b"x" * (17 * files.MEGABYTE)),
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 413, answer.json
    assert answer.json["title"]
    assert tendering.own_tender(made.competition, made.providers[0].mandate) is None


def test_a_personal_identity_code_in_an_answer_is_refused(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    with pytest.raises(RuleBroken) as refusal:
        submit(made, answer="Our coach is 131052-308T")
    assert refusal.value.rule == "I8"


def test_given_a_refused_try_then_its_event_names_nobody(app: Flask, committed_app: Flask) -> None:
    with committed_app.app_context():
        made = worlds_competitions.sent_competition()
        answer = api_as(committed_app, made.providers[0].mandate).post(
            f"/competitions/{made.competition.id}/send-draft"
        )
        assert answer.status_code == 422
        event = db.session.scalars(
            select(AuditEvent).where(AuditEvent.type == "act.refused").order_by(AuditEvent.seq.desc()).limit(1)
        ).one()
        assert (event.person_id, event.organisation_id) == (None, None)
        assert event.data["rule"] == "tender-empty"


def test_given_a_repeated_request_then_there_is_one_tender_and_the_same_receipt(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    client = api_as(app, made.providers[0].mandate)
    path = f"/competitions/{made.competition.id}/submit-tender"
    answers = [
        client.call(
            "POST",
            path,
            data={"content": _json(written(made.competition, "70.00"))},
            headers={"Idempotency-Key": "the-same"},
        )
        for _ in range(2)
    ]
    assert answers[0].json["number"] == answers[1].json["number"]
    assert len(db.session.scalars(select(Receipt)).all()) == 1


# ---- after a change of the documents, and drafts ----


def test_a_draft_is_reminded_of_once_before_the_deadline(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    due = made.competition.tenders_due_at
    assert due is not None
    tendering.save_draft(made.competition, written(made.competition, "70.00"), by=made.providers[0].mandate)
    submit(made, place=1)
    tender_jobs.remind_drafts()
    assert mail.mails_about(own(made).id) == []
    with clock.at(due - timedelta(hours=20)):
        tender_jobs.remind_drafts()
        tender_jobs.remind_drafts()
    assert len(mail.mails_about(own(made).id)) == 1
    assert mail.mails_about(own(made, 1).id) == []


def test_an_unsent_draft_is_destroyed_in_the_end(app: Flask) -> None:
    made = worlds_competitions.sent_competition()
    due = made.competition.tenders_due_at
    assert due is not None
    actor = made.providers[0].mandate
    tendering.save_draft(made.competition, written(made.competition, "70.00"), by=actor)
    tendering.add_file(made.competition, b"words", "plan.txt", by=actor)
    with clock.at(due + tendering.DRAFTS_KEPT - timedelta(days=1)):
        tender_jobs.forget_drafts()
        assert own(made).draft is not None
    with clock.at(due + tendering.DRAFTS_KEPT + timedelta(days=1)):
        tender_jobs.forget_drafts()
    assert own(made).draft is None
    assert tender_queries.files_of(own(made).id) == []
