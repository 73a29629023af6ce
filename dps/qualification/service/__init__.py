"""The verbs of qualification: the only writers of this room."""

from dps.qualification.service.applying import (
    Enclosures,
    on_system_reopened,
    send_application,
    withdraw_application,
)
from dps.qualification.service.checking import Finding, check_requirement, extend, propose, record_findings
from dps.qualification.service.clarifying import Answer, Question, answer, ask
from dps.qualification.service.deciding import on_decision_returned, on_decision_signed
from dps.qualification.service.drafting import add_party, remove_party, save_draft
from dps.qualification.service.evidence import RecordCheck, record_criminal_check, record_extract
from dps.qualification.service.handling import clear_grounds, propose_many, take, take_many, take_over

__all__ = [
    "Answer",
    "Enclosures",
    "Finding",
    "Question",
    "RecordCheck",
    "add_party",
    "answer",
    "ask",
    "check_requirement",
    "clear_grounds",
    "extend",
    "on_decision_returned",
    "on_decision_signed",
    "on_system_reopened",
    "propose",
    "propose_many",
    "record_criminal_check",
    "record_extract",
    "record_findings",
    "remove_party",
    "save_draft",
    "send_application",
    "take",
    "take_many",
    "take_over",
    "withdraw_application",
]
