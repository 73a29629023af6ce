"""Who may see and sign frame contracts."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from dps.systems.policy import is_named_buyer


class Permission(StrEnum):
    """What can be done with frame contracts."""

    CONTRACT_OWN_LIST = "contract:own_list"
    CONTRACT_OWN_READ = "contract:own_read"
    CONTRACT_SIGN_FOR_SUPPLIER = "contract:sign_for_supplier"
    CONTRACT_LIST = "contract:list"
    CONTRACT_READ = "contract:read"
    CONTRACT_SIGN_FOR_AUTHORITY = "contract:sign_for_authority"
    CONTRACT_END = "contract:end"
    #: Look at the contractor's-liability documents before the signature.
    CONTRACT_CHECK = "contract:check"
    #: State options before the signature, prepare changes.
    CONTRACT_PREPARE = "contract:prepare"
    #: Use an option, adjust prices, decide on a change.
    CONTRACT_DECIDE = "contract:decide"
    CHANGE_READ = "contract-change:read"
    CHANGE_FETCH = "contract-change:fetch"
    CHANGE_OWN_READ = "contract-change:own_read"
    CHANGE_ANSWER = "contract-change:answer"
    SECRECY_OWN = "secrecy:own"
    SECRECY_END = "secrecy:end"
    #: Data: both parties.
    CONTRACT_BROWSE = "contract:browse"
    CONTRACT_FETCH = "contract:fetch"
    #: Either party's own signature, by the JSON API.
    CONTRACT_SIGN = "contract:sign"


_of_authority = holds_in_authority_of(Role.COORDINATOR, Role.DECIDER)


def is_party(mandate: Mandate, subject: Any) -> bool:
    """Acts for one of the two parties."""
    return _of_authority(mandate, subject) or acts_for_supplier_of(mandate, subject)


def may_read(mandate: Mandate, contract: Any) -> bool:
    """The authority that made it, and those that its system's notice or its agreement names: it binds them (R103)."""
    return _of_authority(mandate, contract) or (
        mandate.is_role(Role.COORDINATOR, Role.DECIDER)
        and (
            is_named_buyer(mandate, contract.category)
            if contract.production_agreement is None
            else any(each.authority_id == mandate.authority_id for each in contract.production_agreement.buyers)
        )
    )


def may_fetch(mandate: Mandate, contract: Any) -> bool:
    """Who may read it, and the supplier."""
    return may_read(mandate, contract) or acts_for_supplier_of(mandate, contract)


def may_read_own_change(mandate: Mandate, change: Any) -> bool:
    """The provider, once the change has been decided."""
    return acts_for_supplier_of(mandate, change) and change.decided_at is not None


def may_fetch_change(mandate: Mandate, change: Any) -> bool:
    """Either party; the provider once the change has been decided."""
    return _of_authority(mandate, change) or may_read_own_change(mandate, change)


RULES = {
    Permission.CONTRACT_OWN_LIST: holds(Role.PROVIDER),
    Permission.CONTRACT_OWN_READ: acts_for_supplier_of,
    Permission.CONTRACT_SIGN_FOR_SUPPLIER: acts_for_supplier_of,
    Permission.CONTRACT_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.CONTRACT_READ: may_read,
    Permission.CONTRACT_SIGN_FOR_AUTHORITY: _of_authority,
    Permission.CONTRACT_END: holds_in_authority_of(Role.DECIDER),
    Permission.CONTRACT_CHECK: _of_authority,
    Permission.CONTRACT_PREPARE: _of_authority,
    Permission.CONTRACT_DECIDE: holds_in_authority_of(Role.DECIDER),
    Permission.CHANGE_READ: _of_authority,
    Permission.CHANGE_FETCH: may_fetch_change,
    Permission.CHANGE_OWN_READ: may_read_own_change,
    Permission.CHANGE_ANSWER: may_read_own_change,
    Permission.SECRECY_OWN: acts_for_supplier_of,
    Permission.SECRECY_END: acts_for_supplier_of,
    Permission.CONTRACT_BROWSE: holds(Role.COORDINATOR, Role.DECIDER, Role.PROVIDER),
    Permission.CONTRACT_FETCH: may_fetch,
    Permission.CONTRACT_SIGN: is_party,
}
