"""Who may see and change what of a supplier."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds
from suppliers.models import CERTIFICATE_KINDS


class Permission(StrEnum):
    """What can be done with suppliers and declarations."""

    SUPPLIER_MANAGE = "supplier:manage"
    SUPPLIER_READ = "supplier:read"
    #: The page with the self-declaration, which may tell of offences: for those who handle its matter.
    SUPPLIER_INSPECT = "supplier:inspect"
    SUPPLIER_LIST = "supplier:list"
    SUPPLIER_REGISTER = "supplier:register"
    ACTING_RIGHT_VERIFY = "acting-right:verify"
    ACTING_RIGHT_LIST = "acting-right:list"
    DECLARATION_MAKE = "declaration:make"
    DECLARATION_READ = "declaration:read"
    DECLARATION_LIST = "declaration:list"
    DOCUMENT_ADD = "document:add"
    DOCUMENT_WITHDRAW = "document:withdraw"
    #: The content: the company, and officials who handle its matter (R113).
    DOCUMENT_READ = "document:read"
    #: Removing forbidden content: whoever may read it and finds it, but decision makers ask a coordinator.
    DOCUMENT_PURGE = "document:purge"


#: Whether an authority has a matter of a supplier to handle; rooms below add how they know.
_matters: list[Callable[[uuid.UUID, uuid.UUID], bool]] = []


def add_matter(knows: Callable[[uuid.UUID, uuid.UUID], bool]) -> None:
    """``knows(authority_id, supplier_id)`` tells whether the authority handles something of the supplier."""
    if knows not in _matters:
        _matters.append(knows)


def may_inspect(mandate: Mandate, supplier: Any) -> bool:
    """Officials of an authority that handles an application of the supplier, not those of others (R113)."""
    if mandate.role not in (Role.COORDINATOR, Role.DECIDER):
        return False
    return any(knows(mandate.organisation_id, supplier.id) for knows in _matters)


#: Whether a document was given to an authority with a matter; rooms below add how they know.
_given: list[Callable[[uuid.UUID, uuid.UUID], bool]] = []


def add_given(knows: Callable[[uuid.UUID, uuid.UUID], bool]) -> None:
    """``knows(authority_id, document_id)`` tells whether the document was given to the authority."""
    if knows not in _given:
        _given.append(knows)


def may_read_document(mandate: Mandate, document: Any) -> bool:
    """The company itself, or officials who handle its matter: what was given to them, and certificates (R69, R113)."""
    if acts_for_supplier_of(mandate, document):
        return True
    if not may_inspect(mandate, document.supplier):
        return False
    if document.kind in CERTIFICATE_KINDS:
        return True
    return any(knows(mandate.organisation_id, document.id) for knows in _given)


def may_purge_document(mandate: Mandate, document: Any) -> bool:
    """The company itself, or a coordinator who may read it."""
    is_coordinator = mandate.role is Role.COORDINATOR and may_read_document(mandate, document)
    return is_coordinator or acts_for_supplier_of(mandate, document)


RULES = {
    Permission.DOCUMENT_ADD: acts_for_supplier_of,
    Permission.DOCUMENT_WITHDRAW: acts_for_supplier_of,
    Permission.DOCUMENT_READ: may_read_document,
    Permission.DOCUMENT_PURGE: may_purge_document,
    Permission.SUPPLIER_INSPECT: may_inspect,
    Permission.SUPPLIER_MANAGE: acts_for_supplier_of,
    Permission.SUPPLIER_READ: lambda mandate, supplier: (
        acts_for_supplier_of(mandate, supplier) or mandate.role in (Role.COORDINATOR, Role.DECIDER)
    ),
    Permission.SUPPLIER_REGISTER: holds(Role.PROVIDER),
    Permission.SUPPLIER_LIST: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.ACTING_RIGHT_VERIFY: holds(Role.COORDINATOR),
    Permission.ACTING_RIGHT_LIST: holds(Role.COORDINATOR, Role.PROVIDER),
    Permission.DECLARATION_LIST: holds(Role.PROVIDER),
    Permission.DECLARATION_MAKE: acts_for_supplier_of,
    Permission.DECLARATION_READ: acts_for_supplier_of,
}
