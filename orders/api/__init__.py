"""The JSON operations of ordering, one file per resource."""

from orders.api import budgets, choices, events, needs, orders

BLUEPRINTS = (needs.blp, choices.blp, orders.blp, orders.deliveries, budgets.blp, events.blp)
