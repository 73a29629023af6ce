"""The verbs of money: disputes, results, orders beyond the budget, the invoice basis."""

from orders.money.service.beyond import approve, ask_beyond_budget, lapse_request, refuse
from orders.money.service.disputes import answer_dispute, dispute, let_proposal_stand, renew_dispute, settle_dispute
from orders.money.service.invoicing import close_paid_order, take_batch
from orders.money.service.outcomes import (
    Evidence,
    claim_outcome,
    confirm_outcome,
    evidence_of,
    lapse_outcome,
    refuse_outcome,
)

__all__ = [
    "Evidence",
    "answer_dispute",
    "approve",
    "ask_beyond_budget",
    "claim_outcome",
    "close_paid_order",
    "confirm_outcome",
    "dispute",
    "evidence_of",
    "lapse_outcome",
    "lapse_request",
    "let_proposal_stand",
    "refuse",
    "refuse_outcome",
    "renew_dispute",
    "settle_dispute",
    "take_batch",
]
