"""The JSON operations of ordering, one file per resource."""

from orders.api import budgets, events, needs, orders

BLUEPRINTS = (needs.blp, orders.blp, orders.deliveries, budgets.blp, events.blp)
