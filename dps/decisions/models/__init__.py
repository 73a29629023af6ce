"""The tables of the room: decisions, delegated power to decide, and what is done against a decision."""

from dps.decisions.models.decisions import (
    COMPETITION_KINDS,
    DECISION_KIND_TITLES,
    DECISION_STATE_TITLES,
    DECISION_TRANSITIONS,
    Decision,
    DecisionAddressee,
    DecisionKind,
    DecisionState,
    Delegation,
)
from dps.decisions.models.remedies import (
    OUTCOMES_OF,
    REMEDY_KIND_TITLES,
    REMEDY_OUTCOME_TITLES,
    REMEDY_TRANSITIONS,
    ExplanationRequest,
    Remedy,
    RemedyKind,
    RemedyOutcome,
    RemedyState,
)

__all__ = [
    "COMPETITION_KINDS",
    "DECISION_KIND_TITLES",
    "DECISION_STATE_TITLES",
    "DECISION_TRANSITIONS",
    "OUTCOMES_OF",
    "REMEDY_KIND_TITLES",
    "REMEDY_OUTCOME_TITLES",
    "REMEDY_TRANSITIONS",
    "Decision",
    "DecisionAddressee",
    "DecisionKind",
    "DecisionState",
    "Delegation",
    "ExplanationRequest",
    "Remedy",
    "RemedyKind",
    "RemedyOutcome",
    "RemedyState",
]
