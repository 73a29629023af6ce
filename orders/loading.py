"""How much of an order is read with it."""

from __future__ import annotations

from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from orders.models import Need, Order

#: For a line of a desk or list: the order itself, its category and its supplier, and nothing that lies behind them.
BRIEF: tuple[_AbstractLoad, ...] = (
    lazyload("*"),
    joinedload(Order.category).options(lazyload("*")),
    joinedload(Order.supplier).options(lazyload("*")),
)

#: For the page of an order: its need, offering and delivery, too. The need's category is the order's own, read once.
FULL: tuple[_AbstractLoad, ...] = (
    joinedload(Order.need).options(lazyload(Need.category)),
    joinedload(Order.offering).options(lazyload("*")),
    joinedload(Order.delivery),
)
