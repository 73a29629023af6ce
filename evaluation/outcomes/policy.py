"""Who may record, confirm, settle, import and read where customers are after a service."""

from __future__ import annotations

from enum import StrEnum

from core.identity.mandates import Mandate
from core.identity.models import Role
from core.policy import acts_for_supplier_of, holds, holds_in_authority_of
from evaluation.outcomes.models import OutcomeReport


class Permission(StrEnum):
    """What can be done with outcomes."""

    OUTCOME_LIST = "outcome:list"
    OUTCOME_RECORD = "outcome:record"
    #: Of one order, in whose authority one is an expert.
    OUTCOME_OF_ORDER = "outcome:of_order"
    #: The page of one order: what each source says.
    OUTCOME_READ = "outcome:read"
    #: Also what an expert of the authority entered before.
    OUTCOME_CORRECT = "outcome:correct"
    #: Neutral facts that take a service out of the count.
    OUTCOME_EXCLUDE = "outcome:exclude"
    EXCLUSION_LIST = "outcome:exclusion-list"
    CONTRADICTION_LIST = "outcome:contradiction-list"
    CONTRADICTION_SETTLE = "outcome:contradiction-settle"
    #: Files and batches of the customer system.
    IMPORT_MAKE = "outcome:import"
    IMPORT_READ = "outcome:import-read"
    REPORT_LIST = "outcome:report-list"
    REPORT_LIST_OWN = "outcome:report-list-own"
    #: A provider on its own order.
    REPORT_MAKE = "outcome:report-make"
    REPORT_READ = "outcome:report-read"
    REPORT_ANSWER = "outcome:report-answer"


_officials_there = holds_in_authority_of(Role.EXPERT, Role.COORDINATOR)


def _reads_report(mandate: Mandate, report: OutcomeReport) -> bool:
    """The officials who answer it, and the provider who made it."""
    return _officials_there(mandate, report) or acts_for_supplier_of(mandate, report)


RULES = {
    Permission.OUTCOME_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.DECIDER),
    Permission.OUTCOME_RECORD: holds(Role.EXPERT),
    Permission.OUTCOME_OF_ORDER: holds_in_authority_of(Role.EXPERT),
    Permission.OUTCOME_READ: _officials_there,
    Permission.OUTCOME_CORRECT: _officials_there,
    Permission.OUTCOME_EXCLUDE: _officials_there,
    Permission.EXCLUSION_LIST: holds(Role.COORDINATOR, Role.DECIDER),
    Permission.CONTRADICTION_LIST: holds(Role.EXPERT, Role.COORDINATOR),
    Permission.CONTRADICTION_SETTLE: _officials_there,
    Permission.IMPORT_MAKE: holds(Role.COORDINATOR),
    Permission.IMPORT_READ: holds_in_authority_of(Role.COORDINATOR),
    Permission.REPORT_LIST: holds(Role.EXPERT, Role.COORDINATOR, Role.PROVIDER),
    Permission.REPORT_LIST_OWN: holds(Role.PROVIDER),
    Permission.REPORT_MAKE: acts_for_supplier_of,
    Permission.REPORT_READ: _reads_report,
    Permission.REPORT_ANSWER: _officials_there,
}
