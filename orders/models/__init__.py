"""Needs, the customer's choice, orders, budgets, deliveries, and the record that search shows."""

from orders.models.budgets import BEYOND_BUDGET_TITLES, BeyondBudget, Budget
from orders.models.choices import Choice, ChoiceAnswer, CustomerQuestion, NoneReason
from orders.models.deliveries import (
    DISPUTE_TRANSITIONS,
    LINE_STATE_TITLES,
    LINE_TRANSITIONS,
    PART_KIND_TITLES,
    Delivery,
    DeliveryLine,
    Dispute,
    DisputeState,
    EndKind,
    InterruptionReason,
    LineState,
    PartKind,
)
from orders.models.following import InterimReport, WorkTrial
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
    "BEYOND_BUDGET_TITLES",
    "DELIVERED",
    "DISPUTE_TRANSITIONS",
    "LINE_STATE_TITLES",
    "LINE_TRANSITIONS",
    "NEED_TRANSITIONS",
    "NOT_BOUGHT",
    "ORDER_STATE_TITLES",
    "ORDER_TRANSITIONS",
    "PART_KIND_TITLES",
    "AgeBand",
    "BeyondBudget",
    "Budget",
    "Choice",
    "ChoiceAnswer",
    "ChosenBy",
    "CustomerQuestion",
    "Delivery",
    "DeliveryLine",
    "Dispute",
    "DisputeState",
    "EducationBand",
    "EndKind",
    "Goal",
    "InterimReport",
    "InterruptionReason",
    "LineState",
    "Need",
    "NeedState",
    "NoneReason",
    "Order",
    "OrderState",
    "PartKind",
    "PublishedRecord",
    "QualityClass",
    "Standing",
    "UnemploymentBand",
    "WorkTrial",
]
