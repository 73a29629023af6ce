"""Every SELECT about suppliers, acting rights and declarations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.files.models import StoredFile
from suppliers.models import (
    ActingRight,
    ActingRightState,
    Declaration,
    Document,
    DocumentState,
    IdentifierScheme,
    Supplier,
)


def supplier(supplier_id: uuid.UUID) -> Supplier | None:
    return db.session.get(Supplier, supplier_id)


def supplier_by_number(scheme: IdentifierScheme, country: str, number: str) -> Supplier | None:
    return db.session.scalars(
        select(Supplier).where(
            Supplier.scheme == scheme, Supplier.country == country, Supplier.registration_number == number
        )
    ).one_or_none()


def supplier_by_registration(number: str) -> Supplier | None:
    """The supplier with this business id or registration number, whatever its country."""
    return db.session.scalars(
        select(Supplier).where(func.upper(Supplier.registration_number) == number.strip().upper()).limit(1)
    ).one_or_none()


def acting_right(right_id: uuid.UUID) -> ActingRight | None:
    return db.session.get(ActingRight, right_id)


def acting_right_of(person_id: uuid.UUID, supplier_id: uuid.UUID) -> ActingRight | None:
    """The newest statement of a person about a supplier that was not refused."""
    return db.session.scalars(
        select(ActingRight).where(
            ActingRight.person_id == person_id,
            ActingRight.supplier_id == supplier_id,
            ActingRight.state != ActingRightState.REFUSED,
        )
    ).one_or_none()


def is_verified_to_act(person_id: uuid.UUID, supplier_id: uuid.UUID) -> bool:
    """Whether an official verified that the person may act for the supplier."""
    right = acting_right_of(person_id, supplier_id)
    return right is not None and right.state is ActingRightState.VERIFIED


def pending_rights(limit: int = 60) -> Sequence[ActingRight]:
    """Rights that wait to be verified, the oldest first."""
    return db.session.scalars(
        select(ActingRight)
        .options(joinedload(ActingRight.person), joinedload(ActingRight.supplier))
        .where(ActingRight.state == ActingRightState.PENDING)
        .order_by(ActingRight.stated_at)
        .limit(limit)
    ).all()


def pending_rights_of(supplier_id: uuid.UUID) -> Sequence[ActingRight]:
    """Rights to act for one supplier that wait to be verified, the oldest first."""
    return db.session.scalars(
        select(ActingRight)
        .where(ActingRight.supplier_id == supplier_id, ActingRight.state == ActingRightState.PENDING)
        .order_by(ActingRight.stated_at)
    ).all()


def speaks_for(person_id: uuid.UUID, supplier_id: uuid.UUID) -> bool:
    """Whether the person has stated a right to act for the supplier, verified or not: then it is their own matter."""
    return acting_right_of(person_id, supplier_id) is not None


def declaration(declaration_id: uuid.UUID) -> Declaration | None:
    return db.session.get(Declaration, declaration_id)


def draft_declaration(supplier_id: uuid.UUID) -> Declaration | None:
    return db.session.scalars(
        select(Declaration).where(Declaration.supplier_id == supplier_id, Declaration.confirmed_at.is_(None))
    ).one_or_none()


def confirmed_declaration(supplier_id: uuid.UUID) -> Declaration | None:
    """The newest confirmed declaration."""
    return db.session.scalars(
        select(Declaration)
        .where(Declaration.supplier_id == supplier_id, Declaration.confirmed_at.is_not(None))
        .order_by(Declaration.number.desc())
        .limit(1)
    ).one_or_none()


def declarations_of(supplier_id: uuid.UUID) -> Sequence[Declaration]:
    return db.session.scalars(
        select(Declaration).where(Declaration.supplier_id == supplier_id).order_by(Declaration.number.desc()).limit(50)
    ).all()


def next_declaration_number(supplier_id: uuid.UUID) -> int:
    newest = db.session.scalar(select(func.max(Declaration.number)).where(Declaration.supplier_id == supplier_id))
    return (newest or 0) + 1


def document(document_id: uuid.UUID) -> Document | None:
    return db.session.get(Document, document_id)


def documents_of(supplier_id: uuid.UUID) -> Sequence[Document]:
    """A company's vault: what is in use first, the newest first."""
    return db.session.scalars(
        select(Document)
        .options(joinedload(Document.file))
        .where(Document.supplier_id == supplier_id)
        .order_by(Document.state != DocumentState.IN_USE, Document.id.desc())
        .limit(300)
    ).all()


def documents_in_use(supplier_id: uuid.UUID, on: date) -> Sequence[Document]:
    """The documents that can be used in something new on a day."""
    return [document for document in documents_of(supplier_id) if document.is_good(on)]


def documents_with_content(sha256: str) -> Sequence[Document]:
    """Every document that holds this very content, whoever added it."""
    return db.session.scalars(
        select(Document).join(Document.file).where(StoredFile.sha256 == sha256).order_by(Document.id)
    ).all()


def documents_expiring(on: date) -> Sequence[Document]:
    """Documents in use whose last day this is."""
    return db.session.scalars(
        select(Document).where(Document.state == DocumentState.IN_USE, Document.expires_on == on).order_by(Document.id)
    ).all()


def documents_ending_by(supplier_id: uuid.UUID, until: date) -> Sequence[Document]:
    """A company's documents that expire by a day, the first to expire first."""
    return db.session.scalars(
        select(Document)
        .where(
            Document.supplier_id == supplier_id,
            Document.state == DocumentState.IN_USE,
            Document.expires_on.is_not(None),
            Document.expires_on <= until,
        )
        .order_by(Document.expires_on)
        .limit(40)
    ).all()
