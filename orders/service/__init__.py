"""The verbs of ordering: the only writers of this room."""

from orders.service.answering import accept, cancel, decline, expire
from orders.service.budgets import set_budget
from orders.service.choices import MadeChoice, answer_choice, offer_choice
from orders.service.delivering import Report, accept_delivery, report_delivery, return_report
from orders.service.needs import NeedDetails, close_need, state_need
from orders.service.placing import BudgetTooSmall, SeatTaken, offer_next, place_order
from orders.service.records import Measured, store_records
from orders.service.running import start_service

__all__ = [
    "BudgetTooSmall",
    "MadeChoice",
    "Measured",
    "NeedDetails",
    "Report",
    "SeatTaken",
    "accept",
    "accept_delivery",
    "answer_choice",
    "cancel",
    "close_need",
    "decline",
    "expire",
    "offer_choice",
    "offer_next",
    "place_order",
    "report_delivery",
    "return_report",
    "set_budget",
    "start_service",
    "state_need",
    "store_records",
]
