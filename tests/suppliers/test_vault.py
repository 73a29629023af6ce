"""The document vault: what it takes, what the law forbids it to keep (R67), who opens it, what expires."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
import typst
from flask import Flask
from sqlalchemy import func, select

from core import audit, clock
from core.db import db
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.files.models import StoredFile
from core.files.store import filesystem
from core.jobs.models import OutboxEntry
from core.mail.models import Mail
from suppliers import forbidden, vault
from suppliers.models import Document, DocumentKind, DocumentState
from tests import people, worlds_dps, worlds_suppliers
from tests.pages import api_as, page_as


def pdf(text: str) -> bytes:
    """A real PDF with these words."""
    return bytes(typst.compile(text.encode()))


def docx(text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", f"<document><body><p>{text}</p></body></document>")
    return target.getvalue()


def today() -> date:
    return clock.helsinki_date(clock.now())


def details(**changes: object) -> vault.DocumentDetails:
    values = {"kind": DocumentKind.REFERENCES, "title": "Referenssit 2026", "issued_on": today()} | changes
    return vault.DocumentDetails(**values)  # type: ignore[arg-type]


def test_given_a_pdf_when_added_then_it_lies_in_the_vault_sealed_and_can_be_opened_by_its_company(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    content = pdf("Referenssit: kolme valmennusta")

    document = vault.add_document(supplier.id, details(), content, "referenssit.pdf", by=own)

    page = page_as(app, own).get("/provider/documents")
    assert [row[0] for row in page.rows()] == ["Referenssit 2026 References"]
    place, root = filesystem()
    assert document.file is not None
    assert b"Referenssit" not in place.cat_file(f"{root}/{document.file.key}")
    answer = page_as(app, own).fetch(f"/documents/{document.id}")
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")


FORBIDDEN = [
    ("Rikosrekisteriote lasten kanssa toimimista varten", "ote.pdf"),
    ("Oikeusrekisterikeskus. Ote rikosrekisteristä 1.11.2026. Ei merkintöjä.", "liite.pdf"),
    ("Straffregisterutdrag för arbete med barn", "bilaga.pdf"),
    ("Extract from the criminal records", "annex.pdf"),
    ("Hyvä palvelu", "rikosrekisteriote_2026.pdf"),
]


@pytest.mark.rule("R67")
@pytest.mark.parametrize(("words", "name"), FORBIDDEN)
def test_given_an_extract_of_the_criminal_record_when_added_then_refused_and_nothing_is_kept(
    app: Flask, words: str, name: str
) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    before = db.session.scalar(select(func.count()).select_from(StoredFile))

    with pytest.raises(RuleBroken) as refused:
        vault.add_document(supplier.id, details(), pdf(words), name, by=own)

    assert (refused.value.rule, refused.value.field) == ("R67", "file")
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == before
    assert db.session.scalar(select(func.count()).select_from(Document)) == 0


@pytest.mark.rule("R67")
def test_given_an_extract_as_a_word_file_then_it_is_refused_too(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    with pytest.raises(RuleBroken) as refused:
        vault.add_document(supplier.id, details(), docx("Rikosrekisteriote"), "liite.docx", by=own)
    assert refused.value.rule == "R67"


@pytest.mark.rule("R67")
def test_there_is_no_kind_of_document_for_criminal_record_extracts(app: Flask) -> None:
    assert not [kind for kind in DocumentKind if "crim" in kind or "record" in kind]


def test_a_document_that_only_speaks_of_extracts_is_no_extract() -> None:
    text = "Laatukäsikirja. " * 80 + "Työntekijöiltä pyydetään rikosrekisteriote nähtäväksi."
    assert not forbidden.is_extract(text)
    assert not forbidden.names_extract("Laatukäsikirja")


@pytest.mark.rule("R67")
def test_given_forbidden_content_kept_twice_when_removed_then_every_copy_goes_and_the_events_stay(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    other, other_own = worlds_suppliers.verified_provider("Kallavesi Oy")
    content = pdf("Skannattu todistus")
    first = vault.add_document(supplier.id, details(title="Todistus"), content, "a.pdf", by=own)
    second = vault.add_document(other.id, details(title="Toinen"), content, "b.pdf", by=other_own)
    assert first.file is not None
    assert second.file is not None
    keys = [first.file.key, second.file.key]

    assert vault.purge_document(first, by=own) == 2
    for promise in db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == "files.destroy")):
        files.destroy_content(**promise.arguments)

    place, root = filesystem()
    assert [place.exists(f"{root}/{key}") for key in keys] == [False, False]
    for document in (first, second):
        db.session.refresh(document)
        assert (document.state, document.file_id, document.title) == (DocumentState.PURGED, None, "")
        event = audit.trail(document)[-1]
        assert event.type == "document.purged"
        assert "Todistus" not in str(event.data)
    page = page_as(app, own).get("/provider/documents")
    assert page.rows()[0][0].startswith("Removed document")


def test_given_a_withdrawn_document_then_it_cannot_be_withdrawn_again_but_still_be_opened(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    document = vault.add_document(supplier.id, details(), pdf("Sisältö"), "a.pdf", by=own)

    vault.withdraw_document(document, by=own)

    assert not document.is_good(today())
    assert page_as(app, own).fetch(f"/documents/{document.id}").status_code == 200
    with pytest.raises(WrongState):
        vault.withdraw_document(document, by=own)


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"issued_on": date(2100, 1, 1)}, "issued_on", "document-dates"),
        ({"issued_on": date(2026, 2, 1), "expires_on": date(2026, 1, 1)}, "expires_on", "document-dates"),
        ({"issued_on": date(2020, 1, 1), "expires_on": date(2021, 1, 1)}, "expires_on", "document-expired"),
    ],
)
def test_given_dates_that_cannot_be_then_the_message_names_field_and_rule(
    app: Flask, changes: dict[str, date], field: str, rule: str
) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    with pytest.raises(RuleBroken) as refused:
        vault.add_document(supplier.id, details(**changes), pdf("x"), "a.pdf", by=own)
    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize(("content", "name"), [(b"MZ\x90\x00", "a.pdf"), (b"<html></html>", "a.pdf")])
def test_given_a_file_that_is_not_what_it_says_then_the_page_says_so_at_its_field(
    app: Flask, content: bytes, name: str
) -> None:
    _, own = worlds_suppliers.verified_provider()
    page = page_as(app, own).get("/provider/documents")
    answer = page.press(
        "Add the document",
        file=(io.BytesIO(content), name),
        kind="references",
        title="Referenssit",
        issued_on=today().isoformat(),
    )
    assert answer.status == 422
    assert any("not what it says it is" in message for message in answer.messages)
    assert answer.rows() == []


def test_another_company_neither_opens_nor_withdraws_nor_removes_a_document(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    _, foreign = worlds_suppliers.verified_provider("Kallavesi Oy")
    document = vault.add_document(supplier.id, details(), pdf("Sisältö"), "a.pdf", by=own)

    assert page_as(app, foreign).fetch(f"/documents/{document.id}").status_code == 403
    assert page_as(app, people.coordinator()).fetch(f"/documents/{document.id}").status_code == 403
    with pytest.raises(NotAllowed):
        vault.withdraw_document(document, by=foreign)


def test_given_a_document_that_ends_in_30_and_7_days_then_each_address_is_reminded_once_each_time(app: Flask) -> None:
    supplier, own = worlds_suppliers.verified_provider()
    end = today() + timedelta(days=30)
    document = vault.add_document(supplier.id, details(expires_on=end), pdf("x"), "a.pdf", by=own)

    def reminded(moment: object = None) -> int:
        vault.remind_of_expiry()
        vault.remind_of_expiry()
        waiting = db.session.scalars(select(OutboxEntry).where(OutboxEntry.job == "documents.remind_one")).all()
        return len(waiting)

    assert reminded() == 1
    with clock.at(clock.now() + timedelta(days=23)):
        assert reminded() == 2
        vault.remind_one(str(document.id))
    mails = db.session.scalars(select(Mail).where(Mail.about_id == document.id)).all()
    assert [mail.to_address for mail in mails] == supplier.emails
    with clock.at(clock.now() + timedelta(days=10)):
        assert reminded() == 2


def test_a_machine_adds_a_document_as_the_body_and_gets_the_same_refusals(app: Flask) -> None:
    _, own = worlds_suppliers.verified_provider()
    api = api_as(app, own)
    facts = {
        "kind": "references",
        "title": "Referenssit",
        "issued_on": today().isoformat(),
        "file_name": "referenssit.pdf",
    }
    done = api.call("POST", "/documents", query_string=facts, data=pdf("Referenssit"))
    assert done.status_code == 201, done.text
    assert done.json["state"] == "in_use"
    refused = api.call("POST", "/documents", query_string=facts, data=pdf("Rikosrekisteriote"))
    assert refused.status_code == 422
    assert refused.json["errors"][0]["rule"] == "R67"
    assert api.get("/documents").json["items"][0]["id"] == done.json["id"]


@pytest.mark.rule("R113")
def test_an_official_with_a_matter_opens_what_was_given_and_certificates_but_nothing_else(app: Flask) -> None:
    staff, provider = worlds_dps.staff(), worlds_dps.provider()
    category = worlds_dps.open_category(staff)

    def add(title: str, kind: DocumentKind) -> Document:
        return vault.add_document(
            provider.supplier.id, details(title=title, kind=kind), pdf(title), "a.pdf", by=provider.mandate
        )

    given, kept, certificate = (
        add("Annettu", DocumentKind.REFERENCES),
        add("Oma", DocumentKind.FINANCIAL_STATEMENT),
        add("Verot", DocumentKind.TAX_CERTIFICATE),
    )
    worlds_dps.application(category, provider, documents={"qualified-staff": [given]})

    official = page_as(app, staff.coordinator)
    assert official.fetch(f"/documents/{given.id}").status_code == 200
    assert official.fetch(f"/documents/{certificate.id}").status_code == 200
    assert official.fetch(f"/documents/{kept.id}").status_code == 403
    assert "Verot" in official.get(f"/procurement/suppliers/{provider.supplier.id}").text
    assert official.get(f"/documents/{kept.id}/remove-forbidden").status == 403
