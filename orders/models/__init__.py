"""Needs, the customer's choice, orders, budgets, deliveries, and the record that search shows."""

from orders.models.budgets import Budget
from orders.models.choices import Choice, ChoiceAnswer
from orders.models.deliveries import Delivery, EndKind, InterruptionReason
from orders.models.needs import NEED_TRANSITIONS, AgeBand, EducationBand, Need, NeedState, UnemploymentBand
from orders.models.orders import ORDER_STATE_TITLES, ORDER_TRANSITIONS, ChosenBy, Order, OrderState
from orders.models.records import PublishedRecord

__all__ = [
    "NEED_TRANSITIONS",
    "ORDER_STATE_TITLES",
    "ORDER_TRANSITIONS",
    "AgeBand",
    "Budget",
    "Choice",
    "ChoiceAnswer",
    "ChosenBy",
    "Delivery",
    "EducationBand",
    "EndKind",
    "InterruptionReason",
    "Need",
    "NeedState",
    "Order",
    "OrderState",
    "PublishedRecord",
    "UnemploymentBand",
]
