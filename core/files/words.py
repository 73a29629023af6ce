"""The words of an uploaded document, as far as they can be read without running anything."""

from __future__ import annotations

import io
import zipfile

from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

#: Only so many pages and characters are looked at: enough for a heading and its text.
_PAGES = 4
_CHARACTERS = 40_000
_UNPACKED = 20 * 1024 * 1024

#: Where the text of an office file lies.
_OFFICE_TEXT = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "word/document.xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xl/sharedStrings.xml",
    "application/vnd.oasis.opendocument.text": "content.xml",
    "application/vnd.oasis.opendocument.spreadsheet": "content.xml",
}


def words_of(content: bytes, media_type: str) -> str:
    """The beginning of the text of a PDF, office or text file; empty for a picture or an unreadable file."""
    if media_type == "application/pdf":
        return _of_pdf(content)
    if media_type in _OFFICE_TEXT:
        return _of_office(content, _OFFICE_TEXT[media_type])
    if media_type in ("text/plain", "application/xml"):
        return content[: 4 * _CHARACTERS].decode("utf-8", "replace")[:_CHARACTERS]
    return ""


def _of_pdf(content: bytes) -> str:
    try:
        pages = PdfReader(io.BytesIO(content)).pages
        return "\n".join(pages[number].extract_text() for number in range(min(_PAGES, len(pages))))[:_CHARACTERS]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # A file that readers cannot open holds no words we could judge; people see it as it is.
        return ""


def _of_office(content: bytes, member: str) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if package.getinfo(member).file_size > _UNPACKED:
                return ""
            tree = etree.fromstring(package.read(member), parser)
    except (zipfile.BadZipFile, KeyError, RuntimeError, etree.XMLSyntaxError):
        return ""
    return " ".join(" ".join(tree.itertext()).split())[:_CHARACTERS]
