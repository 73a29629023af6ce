"""Applications with documents, parties, findings and questions, made by the verbs of the room."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from typing import Any

from core import clock
from dps.qualification import rules, service
from dps.qualification.grounds import GroundFinding
from dps.qualification.models import (
    Application,
    ApplicationParty,
    CheckResult,
    Clarification,
    ClarificationKind,
    PartyRole,
    SanctionKind,
)
from dps.qualification.parties import PartyDetails
from dps.systems.models import Category, Requirement
from suppliers import vault
from suppliers.models import Document, DocumentKind, IdentifierScheme
from tests import worlds_suppliers
from tests.worlds_dps import Provider, Staff

TAXES, TERMINATION, SKILLS = "payment-of-taxes", "early-termination", "qualified-staff"


def today() -> date:
    return clock.helsinki_date(clock.now())


def picture() -> bytes:
    """A real PNG of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x00")) + chunk(b"IEND", b"")
    )


def document(of: Provider, title: str = "Todistukset 2026", expires_on: date | None = None) -> Document:
    """A document of the provider's vault."""
    details = vault.DocumentDetails(
        kind=DocumentKind.STAFF_QUALIFICATIONS, title=title, issued_on=today(), expires_on=expires_on
    )
    return vault.add_document(of.supplier.id, details, picture(), "todistukset.png", by=of.mandate)


def party(role: PartyRole = PartyRole.SUBCONTRACTOR, **changes: Any) -> PartyDetails:
    """Another operator without any ground."""
    values: dict[str, Any] = {
        "role": role,
        "name": "Kallaveden Kurssit Oy",
        "scheme": IdentifierScheme.FI_BUSINESS_ID,
        "country": "FI",
        "number": worlds_suppliers.business_id(),
        "task": "Korttikoulutukset",
        "grounds": {code: {"applies": False, "explanation": ""} for code in (TAXES, TERMINATION)},
    }
    if role is PartyRole.RELIED_ON:
        values |= {"relied_on_for": SKILLS, "performs_service": True}
    return PartyDetails(**values | changes)


def requirement(where: Application | Category, code: str) -> Requirement:
    category = where.category if isinstance(where, Application) else where
    return next(each for each in category.requirements if each.code == code)


def applies(**changes: Any) -> GroundFinding:
    """A ground that applies since a month, with all that the law wants to know of it."""
    values: dict[str, Any] = {
        "event_on": today() - clock.timedelta(days=30),
        "assessment": "Vakava ja toistuva, poissulkeminen on oikeasuhtaista.",
    }
    return GroundFinding(**values | changes)


def exclude(row: Application, code: str, by: Staff, of: ApplicationParty | None = None, **changes: Any) -> None:
    """Find that a ground applies and excludes; everything else is met."""
    if code == TERMINATION:
        changes = {"sanction_kind": SanctionKind.EARLY_TERMINATION, "contract_reference": "KUO-2025-12"} | changes
    for slot in rules.slots(row):
        if slot.requirement.code == code and slot.party is of:
            service.check_requirement(
                row,
                slot.requirement,
                CheckResult.NOT_MET,
                "Peruste on olemassa.",
                applies(**changes),
                party=of,
                by=by.coordinator,
            )
        else:
            service.check_requirement(
                row, slot.requirement, CheckResult.MET, "Tarkistettu.", party=slot.party, by=by.coordinator
            )


def ask(row: Application, code: str, by: Staff, **changes: Any) -> Clarification:
    """A question about one requirement."""
    values: dict[str, Any] = {
        "kind": ClarificationKind.CLARIFICATION,
        "requirements": [requirement(row, code)],
        "text": "Lisätkää todistus valmentajien koulutuksesta.",
    }
    return service.ask(row, service.Question(**values | changes), by=by.coordinator)


def hear(row: Application, code: str, by: Staff, **changes: Any) -> Clarification:
    """A hearing about an exclusion ground."""
    return ask(row, code, by, kind=ClarificationKind.SELF_CLEANING_HEARING, **changes)


def answer(question: Clarification, of: Provider, text: str = "Tässä vastaus.", **changes: Any) -> None:
    service.answer(question, service.Answer(text=text, **changes), by=of.mandate)
