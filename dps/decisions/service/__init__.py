"""The verbs of decisions: the only writers of this room."""

from dps.decisions.service.correcting import CorrectedFinding, prepare_correction
from dps.decisions.service.delegating import delegate, revoke
from dps.decisions.service.remedies import (
    RemedyDetails,
    answer_explanation,
    ask_explanation,
    close_remedy,
    register_remedy,
    tell_court,
)
from dps.decisions.service.signing import (
    MAKE_ADDRESSEE_LETTER,
    MAKE_LETTER,
    AddresseeDetails,
    DecisionDetails,
    drop,
    prepare,
    return_decision,
    sign,
    sign_many,
)

__all__ = [
    "MAKE_ADDRESSEE_LETTER",
    "MAKE_LETTER",
    "AddresseeDetails",
    "CorrectedFinding",
    "DecisionDetails",
    "RemedyDetails",
    "answer_explanation",
    "ask_explanation",
    "close_remedy",
    "delegate",
    "drop",
    "prepare",
    "prepare_correction",
    "register_remedy",
    "return_decision",
    "revoke",
    "sign",
    "sign_many",
    "tell_court",
]
