"""The papers of the demo's companies: small real PDFs in their vaults."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import typst

from core import clock
from core.identity.mandates import Mandate
from demo.cast import Company
from suppliers import vault
from suppliers.models import DocumentKind

_PAGE = b"""#let d = json(bytes(sys.inputs.data))
#set document(title: d.title)
#set text(lang: "fi")
= #d.title
#d.company

#d.words
"""


def _pdf(company: str, title: str, words: str) -> bytes:
    data = json.dumps({"company": company, "title": title, "words": words}, ensure_ascii=False)
    return bytes(typst.compile(_PAGE, sys_inputs={"data": data}, ignore_system_fonts=True))


def fill_vault(supplier_id: uuid.UUID, company: Company, by: Mandate) -> None:
    """References that do not expire, and a tax certificate that does."""
    today = clock.helsinki_date(clock.now())
    papers = (
        (DocumentKind.REFERENCES, "Referenssit", "Valmennuksia ja arviointeja neljältä vuodelta.", None),
        (DocumentKind.TAX_CERTIFICATE, "Todistus maksetuista veroista", "Ei verovelkaa.", today + timedelta(days=380)),
    )
    for kind, title, words, expires_on in papers:
        vault.add_document(
            supplier_id,
            vault.DocumentDetails(kind=kind, title=title, issued_on=today, expires_on=expires_on),
            _pdf(company.name, title, words),
            f"{title.lower().replace(' ', '-')}.pdf",
            by=by,
        )
