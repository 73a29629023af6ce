"""Files are what they say, within their size, and unreadable in the store."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from moto.server import ThreadedMotoServer

from core import clock
from core.db import transaction
from core.errors import RuleBroken
from core.files import service
from core.files.models import StoredFile
from core.files.sniffing import media_type
from core.sealing import CannotOpen, seal, unseal
from tests import people

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def package(**parts: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b'<?xml version="1.0"?><a/>', "application/xml"),
        (b"plain words", "text/plain"),
        (b"<html><script>alert(1)</script>", None),
        (b"<svg onload='x'/>", None),
        (b"MZ\x90\x00\x03\x00\x00\x00", None),
        (package(evil="x"), None),
        (
            package(**{"word__document.xml": "x"}),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (package(mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_the_content_decides_what_a_file_is(content: bytes, kind: str | None) -> None:
    assert media_type(content) == kind


@transaction
def keep(content: bytes, name: str, owner: uuid.UUID) -> StoredFile:
    return service.store(content, name, owner_id=owner, at=clock.now(), accepted=("application/pdf",), field="file")


@pytest.mark.parametrize(("content", "name"), [(PDF, "x.exe"), (b"words", "x.pdf"), (b"MZ", "x.pdf"), (PDF, "pdf")])
def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(app: Flask, content: bytes, name: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        keep(content, name, people.organisation().id)
    assert (refused.value.rule, refused.value.field) == ("file-type", "file")


def test_a_file_too_large_or_empty_is_refused() -> None:
    for content, rule in ((b"x" * 11, "file-size"), (b"", "file-empty")):
        with pytest.raises(RuleBroken) as refused:
            service.read_limited(io.BytesIO(content), limit=10, field="file")
        assert refused.value.rule == rule


def test_a_stored_file_comes_back_and_lies_encrypted(app: Flask, tmp_path: Path) -> None:
    row = keep(PDF, "../../etc/todistus.pdf", people.organisation().id)
    assert (row.name, row.size) == ("todistus.pdf", len(PDF))
    assert service.content_of(row) == PDF
    on_disk = (tmp_path / row.key).read_bytes()
    assert PDF not in on_disk


@pytest.fixture
def bucket(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    import boto3

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-north-1",
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3", endpoint_url=address).create_bucket(
        Bucket="avoin-files", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    )
    monkeypatch.setitem(app.config, "FILES_URL", "s3://avoin-files/one")
    monkeypatch.setitem(app.config, "FILES_OPTIONS", {"client_kwargs": {"endpoint_url": address}})
    yield address
    server.stop()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_same_code_keeps_files_in_an_s3_store(bucket: str, app: Flask) -> None:
    row = keep(PDF, "todistus.pdf", people.organisation().id)
    assert service.content_of(row) == PDF


def test_what_was_sealed_for_one_purpose_cannot_be_opened_for_another(app: Flask) -> None:
    sealed = seal(b"secret", "mail/1")
    assert unseal(sealed, "mail/1") == b"secret"
    for wrong in ((sealed, "mail/2"), (sealed[:-1] + bytes([sealed[-1] ^ 1]), "mail/1"), (b"", "mail/1")):
        with pytest.raises(CannotOpen):
            unseal(*wrong)
