"""The verbs of qualification: the only writers of this room."""

from dps.qualification.service.applying import on_system_reopened, send_application, withdraw_application
from dps.qualification.service.checking import check_requirement, extend, propose, record_findings
from dps.qualification.service.deciding import on_decision_returned, on_decision_signed

__all__ = [
    "check_requirement",
    "extend",
    "on_decision_returned",
    "on_decision_signed",
    "on_system_reopened",
    "propose",
    "record_findings",
    "send_application",
    "withdraw_application",
]
