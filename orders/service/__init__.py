"""The verbs of ordering: the only writers of this room."""

from orders.service.answering import CancelTerms, accept, cancel, cancel_terms, decline, expire, report_no_show
from orders.service.budgets import set_budget
from orders.service.choices import MadeChoice, answer_choice, offer_choice
from orders.service.delivering import Report, accept_delivery, report_delivery, return_report
from orders.service.following import agree_trial, confirm_insurance, report_interim
from orders.service.needs import NeedDetails, close_need, state_need
from orders.service.placing import BudgetTooSmall, SeatTaken, offer_next, place_order
from orders.service.records import Measured, store_records
from orders.service.running import end_pause, remind, schedule, start_service

__all__ = [
    "BudgetTooSmall",
    "CancelTerms",
    "MadeChoice",
    "Measured",
    "NeedDetails",
    "Report",
    "SeatTaken",
    "accept",
    "accept_delivery",
    "agree_trial",
    "answer_choice",
    "cancel",
    "cancel_terms",
    "close_need",
    "confirm_insurance",
    "decline",
    "end_pause",
    "expire",
    "offer_choice",
    "offer_next",
    "place_order",
    "remind",
    "report_delivery",
    "report_interim",
    "report_no_show",
    "return_report",
    "schedule",
    "set_budget",
    "start_service",
    "state_need",
    "store_records",
]
