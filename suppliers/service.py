"""The verbs of suppliers: register, claim, verify who acts, declare."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from core import audit, clock, mail
from core.db import db, lock, new_id, transaction
from core.errors import NotAllowed, RuleBroken, WrongState
from core.files import service as files
from core.i18n import lazy_gettext as _l
from core.identity import queries as people
from core.identity import service as identity
from core.identity.mandates import Mandate
from core.identity.models import Organisation, OrganisationKind, Person, Role, TokenPurpose
from suppliers import espd, queries, rules
from suppliers.criteria import ALL
from suppliers.identifiers import normalise, same_operator
from suppliers.models import ActingRight, Declaration, DeclarationSource, IdentifierScheme, Supplier
from suppliers.rights import refuse_right as refuse_right
from suppliers.rights import state_right
from suppliers.rights import verify_right as verify_right

REGISTERED = audit.declare("supplier.registered", "country", "number")
CHANGED = audit.declare("supplier.changed", "fields")
DECLARATION_SAVED = audit.declare("declaration.saved", "supplier", "number", "source")
DECLARATION_IMPORTED = audit.declare("declaration.imported", "supplier", "number", "file", "espd_version")
DECLARATION_CONFIRMED = audit.declare("declaration.confirmed", "supplier", "number")

MAX_EMAILS = 10


@dataclass(frozen=True, kw_only=True)
class CompanyDetails:
    """What a company tells about itself at registration."""

    scheme: IdentifierScheme
    country: str
    number: str
    name: str
    street: str
    postal_code: str
    city: str
    language: str
    is_sole_trader: bool = False
    emails: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Registration:
    """What came of a registration: a new supplier, or a claim to one that is registered already."""

    supplier: Supplier
    right: ActingRight
    person: Person


@transaction
def register(
    details: CompanyDetails,
    *,
    basis: str,
    person_name: str = "",
    person_email: str = "",
    by_person: Person | None = None,
) -> Registration:
    """Register a company and state one's right to act for it.

    If the number is taken the statement becomes a claim: the company's own addresses are told, and the
    person gets a role only once an official has verified it.

    :param by_person: somebody who has logged in; otherwise an account is made and a link mailed
    :raises RuleBroken: a wrong number, or an e-mail address that has an account already
    """
    country, number = normalise(details.scheme, details.country, details.number)
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": f"supplier/{country}/{number}"})
    now = clock.now()
    person = by_person or _new_person(person_name, person_email, details.language)
    existing = queries.supplier_by_number(details.scheme, country, number)
    supplier = existing or _new_supplier(details, country, number, person.email)
    right = state_right(person, supplier, basis, is_claim=existing is not None)
    if existing is None:
        identity.give_role(
            person,
            supplier.organisation,
            Role.PROVIDER,
            starts_on=clock.helsinki_date(now),
            ends_on=None,
            by=None,
        )
        audit.record(REGISTERED, subject=supplier, actor=None, at=now, country=country, number=number)
    else:
        for address in existing.emails:
            mail.send(
                address,
                "supplier_claimed",
                language=existing.language,
                at=now,
                about_id=existing.id,
                supplier=existing,
            )
    if by_person is None:
        identity.send_link(person, TokenPurpose.INVITATION)
    return Registration(supplier, right, person)


def _new_person(name: str, email: str, language: str) -> Person:
    if people.person_by_email(email) is not None:
        raise RuleBroken(
            _l("There is already an account with this e-mail address."),
            rule="person-email",
            field="person_email",
            next_step=_l("Log in first, then register the company."),
        )
    return identity.add_person(email, name, language, by=None)


def _new_supplier(details: CompanyDetails, country: str, number: str, email: str) -> Supplier:
    organisation = Organisation(id=new_id(), kind=OrganisationKind.SUPPLIER, name=details.name.strip())
    db.session.add(organisation)
    db.session.flush()
    row = Supplier(
        id=organisation.id,
        organisation=organisation,
        name=details.name.strip(),
        scheme=details.scheme,
        registration_number=number,
        country=country,
        street=details.street.strip(),
        postal_code=details.postal_code.strip(),
        city=details.city.strip(),
        emails=checked_emails(details.emails or [email]),
        language=details.language,
        is_sole_trader=details.is_sole_trader,
        registered_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def checked_emails(emails: list[str]) -> list[str]:
    """The addresses without doubles; the first one is the address of service (R72).

    :raises RuleBroken: none, or too many
    """
    found = list(dict.fromkeys(address.strip() for address in emails if address.strip()))
    if not 1 <= len(found) <= MAX_EMAILS:
        raise RuleBroken(
            _l("Give 1 to %(count)s e-mail addresses.", count=MAX_EMAILS), rule="supplier-emails", field="emails"
        )
    return found


@transaction
def change_contacts(
    supplier: Supplier, *, street: str, postal_code: str, city: str, emails: list[str], language: str, by: Mandate
) -> None:
    """Change where a supplier is reached and in which language."""
    lock(supplier)
    now = clock.now()
    new = {
        "street": street.strip(),
        "postal_code": postal_code.strip(),
        "city": city.strip(),
        "emails": checked_emails(emails),
        "language": language,
    }
    changed = [name for name, value in new.items() if getattr(supplier, name) != value]
    for name in changed:
        setattr(supplier, name, new[name])
    audit.record(CHANGED, subject=supplier, actor=by, at=now, fields=changed)


def _draft(supplier_id: uuid.UUID, by: Mandate) -> Declaration:
    """The supplier's draft, made from its last confirmed declaration if there is none."""
    supplier = queries.supplier(supplier_id)
    assert supplier is not None
    lock(supplier)
    row = queries.draft_declaration(supplier_id)
    if row is None:
        last = queries.confirmed_declaration(supplier_id)
        row = Declaration(
            id=new_id(),
            supplier=supplier,
            number=queries.next_declaration_number(supplier_id),
            source=DeclarationSource.FORM,
            answers=last.answers if last else rules.empty_answers(),
            made_by=by.person_id,
            made_at=clock.now(),
        )
        db.session.add(row)
    return row


@transaction
def save_draft(supplier_id: uuid.UUID, answers: dict[str, Any], *, by: Mandate) -> Declaration:
    """Keep what was answered so far; nothing is submitted.

    :raises NotAllowed: of another supplier
    """
    _check_own(supplier_id, by)
    row = _draft(supplier_id, by)
    now = clock.now()
    row.answers = _known(answers)
    row.made_by, row.made_at = by.person_id, now
    db.session.flush()
    audit.record(
        DECLARATION_SAVED, subject=row, actor=by, at=now, supplier=supplier_id, number=row.number, source=row.source
    )
    return row


def _known(answers: dict[str, Any]) -> dict[str, Any]:
    """Only answers to criteria we know, in the shape of the model."""
    return {
        kind: {code: answer for code, answer in answers.get(kind, {}).items() if code in ALL}
        for kind in ("exclusion", "selection")
    }


def _check_own(supplier_id: uuid.UUID, by: Mandate) -> None:
    if by.supplier_id != supplier_id:
        raise NotAllowed(_l("You act for another company."), rule="I4")


@transaction
def import_espd(supplier_id: uuid.UUID, content: bytes, file_name: str, *, by: Mandate) -> Declaration:
    """Make a draft from an ESPD Response file (R66); it counts only once it is confirmed.

    :raises RuleBroken: see ``suppliers.espd.read``; or the file is of another operator
    """
    _check_own(supplier_id, by)
    response = espd.read(content)
    supplier = queries.supplier(supplier_id)
    assert supplier is not None
    if not any(
        same_operator(supplier.country, supplier.registration_number, number) for number in response.operator_ids
    ):
        raise RuleBroken(
            _l(
                "The file belongs to another operator: it names %(theirs)s, and your company is %(yours)s.",
                theirs=", ".join(response.operator_ids)[:100] or "?",
                yours=supplier.registration_number,
            ),
            rule="espd-operator",
            field=espd.FIELD,
            next_step=_l("Choose the file of your own company."),
        )
    row = _draft(supplier_id, by)
    now = clock.now()
    stored = files.store(
        content, file_name, owner_id=supplier_id, at=now, accepted=("application/xml",), field=espd.FIELD
    )
    db.session.flush()
    row.source, row.file_id, row.espd_version = DeclarationSource.ESPD_XML, stored.id, response.version
    row.issued_on = response.issued_on
    row.answers = rules.answers_from_espd(response)
    row.made_by, row.made_at = by.person_id, now
    db.session.flush()
    audit.record(
        DECLARATION_IMPORTED,
        subject=row,
        actor=by,
        at=now,
        supplier=supplier_id,
        number=row.number,
        file=stored.id,
        espd_version=response.version,
    )
    return row


@transaction
def confirm(declaration: Declaration, *, by: Mandate) -> None:
    """Confirm that everything in the draft is true and up to date; from then on it never changes.

    :raises RuleBroken: an answer is missing, or a ground applies without an explanation
    """
    _check_own(declaration.supplier_id, by)
    lock(declaration)
    now = clock.now()
    if declaration.confirmed_at is not None:
        raise WrongState(_l("This declaration is confirmed already."), rule="declaration-state")
    missing = rules.missing_answers(declaration.answers)
    if missing:
        raise RuleBroken(
            _l("Answer also: %(names)s.", names=", ".join(str(ALL[code].title) for code in missing)),
            rule="R66",
            field="answers",
            missing=missing,
        )
    declaration.confirmed_at, declaration.confirmed_by = now, by.person_id
    audit.record(
        DECLARATION_CONFIRMED,
        subject=declaration,
        actor=by,
        at=now,
        supplier=declaration.supplier_id,
        number=declaration.number,
    )
