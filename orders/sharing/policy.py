"""Who may do what with shared costs and statements: the parties, each in its own name (R103, R107)."""

from __future__ import annotations

from enum import StrEnum

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import holds, holds_in_authority_of
from dps.joint.agreements.models import CooperationAgreement
from dps.joint.procurements.models import JointProcurement
from orders.sharing import queries
from orders.sharing.models import SharedCost, Statement
from orders.sharing.reading import OwnParty


class Permission(StrEnum):
    """What can be done with what is paid and used together."""

    USE_LOOK = "sharing:use-look"
    USE_READ = "sharing:use-read"
    COST_LIST = "sharing:cost-list"
    COST_READ = "sharing:cost-read"
    COST_RECORD = "sharing:cost-record"
    COST_CORRECT = "sharing:cost-correct"
    STATEMENT_LIST = "sharing:statement-list"
    STATEMENT_READ = "sharing:statement-read"
    STATEMENT_READ_OWN = "sharing:statement-read-own"
    STATEMENT_MAKE = "sharing:statement-make"


_joint = holds(Role.COORDINATOR, Role.DECIDER, Role.STEERING)


def _takes_part(mandate: Mandate, procurement: JointProcurement) -> bool:
    return _joint(mandate, procurement) and queries.takes_part(mandate.authority_id, procurement.id)


def _records(mandate: Mandate, procurement: JointProcurement) -> bool:
    return mandate.role is Role.COORDINATOR and queries.takes_part(mandate.authority_id, procurement.id)


def _reads_cost(mandate: Mandate, cost: SharedCost) -> bool:
    return _takes_part(mandate, cost.procurement)


def _reads_statement(mandate: Mandate, statement: Statement) -> bool:
    return _joint(mandate, statement) and mandate.authority_id in statement.authority_ids


def _reads_own(mandate: Mandate, found: OwnParty) -> bool:
    """The party is of one's own authority: nobody else reads its orders (R103, R107)."""
    return _reads_statement(mandate, found.statement) and found.party["authority"] == str(mandate.authority_id)


def _makes(mandate: Mandate, agreement: CooperationAgreement) -> bool:
    return mandate.role is Role.COORDINATOR and queries.is_party(mandate.authority_id, agreement.id)


RULES = {
    Permission.USE_LOOK: _joint,
    Permission.USE_READ: _takes_part,
    Permission.COST_LIST: _joint,
    Permission.COST_READ: _reads_cost,
    Permission.COST_RECORD: _records,
    Permission.COST_CORRECT: holds_in_authority_of(Role.COORDINATOR),
    Permission.STATEMENT_LIST: _joint,
    Permission.STATEMENT_READ: _reads_statement,
    Permission.STATEMENT_READ_OWN: _reads_own,
    Permission.STATEMENT_MAKE: _makes,
}
