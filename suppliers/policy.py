"""Who may see and change what of a supplier."""

from __future__ import annotations

from enum import StrEnum

from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds


class Permission(StrEnum):
    """What can be done with suppliers and declarations."""

    SUPPLIER_MANAGE = "supplier:manage"
    SUPPLIER_READ = "supplier:read"
    SUPPLIER_LIST = "supplier:list"
    SUPPLIER_REGISTER = "supplier:register"
    ACTING_RIGHT_VERIFY = "acting-right:verify"
    ACTING_RIGHT_LIST = "acting-right:list"
    DECLARATION_MAKE = "declaration:make"
    DECLARATION_READ = "declaration:read"
    DECLARATION_LIST = "declaration:list"


RULES = {
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
