"""What later rooms show on the page of an order (results, feedback): a template and its values."""

from __future__ import annotations

from collections.abc import Callable

from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from orders.models import Order

OrderPanel = Callable[[Order, Mandate], SidePanel | None]

_panels: list[OrderPanel] = []


def add(panel: OrderPanel) -> None:
    """Let a room show something on the expert's page of an order."""
    if panel not in _panels:
        _panels.append(panel)


def of_order(order: Order, mandate: Mandate) -> list[SidePanel]:
    """What the later rooms have to show."""
    return [found for panel in _panels if (found := panel(order, mandate)) is not None]
