"""What other rooms show on the pages of an order and of a need (results, feedback, groups): a template and values."""

from __future__ import annotations

from collections.abc import Callable

from core.identity.mandates import Mandate
from core.web.workspaces import SidePanel
from orders.models import Need, Order

OrderPanel = Callable[[Order, Mandate], SidePanel | None]

NeedPanel = Callable[[Need, Mandate], SidePanel | None]

_panels: list[OrderPanel] = []
_need_panels: list[NeedPanel] = []


def add(panel: OrderPanel) -> None:
    """Let a room show something on the expert's page of an order."""
    if panel not in _panels:
        _panels.append(panel)


def rooms_of_order() -> int:
    """How many rooms have something to show on the page of an order."""
    return len(_panels)


def of_order(order: Order, mandate: Mandate) -> list[SidePanel]:
    """What the later rooms have to show."""
    return [found for panel in _panels if (found := panel(order, mandate)) is not None]


def add_to_need(panel: NeedPanel) -> None:
    """Let a room show something on the expert's page of a need."""
    if panel not in _need_panels:
        _need_panels.append(panel)


def of_need(need: Need, mandate: Mandate) -> list[SidePanel]:
    """What the rooms have to show of a need."""
    return [found for panel in _need_panels if (found := panel(need, mandate)) is not None]
