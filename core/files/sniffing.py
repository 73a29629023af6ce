"""What a file really is, by its content; its name proves nothing."""

from __future__ import annotations

import io
import zipfile

import puremagic

#: Media types we take, with the endings a file of that type may have.
ACCEPTED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "application/xml": (".xml",),
    "text/plain": (".txt", ".csv"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
}

#: The marks of PDF, PNG and JPEG stand at the beginning.
_HEAD = 8192


def media_type(content: bytes) -> str | None:
    """The media type of ``content`` if it is one we take, else ``None``."""
    if content.startswith(b"%PDF-"):  # what most uploads are: known without trying all other marks
        return "application/pdf"
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _office_type(content)
    if content[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<")):
        start = content[:200].lower()
        return None if b"<html" in start or b"<!doctype html" in start or b"<svg" in start else "application/xml"
    try:
        found = puremagic.from_string(content[:_HEAD], mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found in ("application/pdf", "image/png", "image/jpeg"):
        return str(found)
    return "text/plain" if _is_text(content) else None


def _office_type(content: bytes) -> str | None:
    """OOXML and ODF are decided from what the package says of itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "mimetype" in names:
                declared = package.read("mimetype")[:200].decode("ascii", "replace")
                return declared if declared in ACCEPTED else None
            if "word/document.xml" in names:
                return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            if "xl/workbook.xml" in names:
                return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    except (zipfile.BadZipFile, RuntimeError):
        return None
    return None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(character.isprintable() or character in "\r\n\t\ufeff" for character in text)
