"""The verbs of shared costs and statements."""

from orders.sharing.service.costs import CostDetails, correct_cost, record_cost
from orders.sharing.service.stating import keep_document, make_statement
from orders.sharing.service.watching import look_at_use

__all__ = [
    "CostDetails",
    "correct_cost",
    "keep_document",
    "look_at_use",
    "make_statement",
    "record_cost",
]
