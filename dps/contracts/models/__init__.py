"""The tables of the room: contracts, what happens to them, what is looked at before."""

from dps.contracts.models.checks import (
    LIABILITY_KINDS,
    WINNER_EVIDENCE_TITLES,
    LiabilityCheck,
    SecrecyUndertaking,
    WinnerCheck,
    WinnerEvidence,
)
from dps.contracts.models.contracts import (
    CONTRACT_STATE_TITLES,
    CONTRACT_TRANSITIONS,
    ContractState,
    FrameContract,
)
from dps.contracts.models.life import (
    CONTRACT_CHANGE_KIND_TITLES,
    CONTRACT_CHANGE_STATE_TITLES,
    CONTRACT_CHANGE_TRANSITIONS,
    ContractChange,
    ContractChangeKind,
    ContractChangeState,
    ContractOption,
    PriceAdjustment,
)
from dps.contracts.models.production import (
    PRODUCTION_STATE_TITLES,
    PRODUCTION_TRANSITIONS,
    ProductionAgreement,
    ProductionBuyer,
    ProductionCategory,
    ProductionFacts,
    ProductionState,
)

__all__ = [
    "CONTRACT_CHANGE_KIND_TITLES",
    "CONTRACT_CHANGE_STATE_TITLES",
    "CONTRACT_CHANGE_TRANSITIONS",
    "CONTRACT_STATE_TITLES",
    "CONTRACT_TRANSITIONS",
    "LIABILITY_KINDS",
    "PRODUCTION_STATE_TITLES",
    "PRODUCTION_TRANSITIONS",
    "WINNER_EVIDENCE_TITLES",
    "ContractChange",
    "ContractChangeKind",
    "ContractChangeState",
    "ContractOption",
    "ContractState",
    "FrameContract",
    "LiabilityCheck",
    "PriceAdjustment",
    "ProductionAgreement",
    "ProductionBuyer",
    "ProductionCategory",
    "ProductionFacts",
    "ProductionState",
    "SecrecyUndertaking",
    "WinnerCheck",
    "WinnerEvidence",
]
