"""The verbs of lay-off plans."""

from orders.readiness.service.figures import enter_figure
from orders.readiness.service.people import Wish, expect_people, rename, take_needs
from orders.readiness.service.plans import LineDetails, PlanDetails, answer, change, close, share, write

__all__ = [
    "LineDetails",
    "PlanDetails",
    "Wish",
    "answer",
    "change",
    "close",
    "enter_figure",
    "expect_people",
    "rename",
    "share",
    "take_needs",
    "write",
]
