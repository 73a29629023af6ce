"""Needs, the customer's choice, orders, budgets, deliveries, and the record that search shows."""

from orders.models.budgets import Budget
from orders.models.choices import Choice, ChoiceAnswer
from orders.models.deliveries import Delivery, EndKind, InterruptionReason
from orders.models.needs import NEED_TRANSITIONS, AgeBand, EducationBand, Goal, Need, NeedState, UnemploymentBand
from orders.models.orders import (
    BEGUN,
    DELIVERED,
    NOT_BOUGHT,
    ORDER_STATE_TITLES,
    ORDER_TRANSITIONS,
    ChosenBy,
    Order,
    OrderState,
)
from orders.models.records import PublishedRecord, QualityClass, Standing

__all__ = [
    "BEGUN",
    "DELIVERED",
    "NEED_TRANSITIONS",
    "NOT_BOUGHT",
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
    "Goal",
    "InterruptionReason",
    "Need",
    "NeedState",
    "Order",
    "OrderState",
    "PublishedRecord",
    "QualityClass",
    "Standing",
    "UnemploymentBand",
]
