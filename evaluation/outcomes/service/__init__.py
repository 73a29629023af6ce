"""The verbs of outcomes."""

from evaluation.outcomes.rules import Details
from evaluation.outcomes.service.excluding import exclude
from evaluation.outcomes.service.recording import WINDOW_MONTHS, correct_outcome, record_outcome, settle
from evaluation.outcomes.service.reporting import (
    Evidence,
    confirm_report,
    evidence_of,
    on_result_confirmed,
    refuse_report,
    report_outcome,
)

__all__ = [
    "WINDOW_MONTHS",
    "Details",
    "Evidence",
    "confirm_report",
    "correct_outcome",
    "evidence_of",
    "exclude",
    "on_result_confirmed",
    "record_outcome",
    "refuse_report",
    "report_outcome",
    "settle",
]
